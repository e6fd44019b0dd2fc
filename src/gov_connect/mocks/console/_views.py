"""What the pages show, gathered from the states of the systems and the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote

from gov_connect.mocks.console._words import CASES
from gov_connect.mocks.faults import PROFILES, Fault
from gov_connect.mocks.masking import masked
from gov_connect.mocks.people import population, situations

if TYPE_CHECKING:
    from gov_connect.mocks.journal import Exchange
    from gov_connect.mocks.people import Person
    from gov_connect.mocks.server import RunningMocks

_STEPS_SHOWN: Final = 500
_PEOPLE_SHOWN: Final = 100
_FOUR: Final = ("portal", "residents", "civil_registry", "national_payment")
_PHONES: Final = ("smartca", "mysign")


def overview(mocks: RunningMocks) -> dict[str, Any]:
    """Every system with its figures."""
    systems: list[dict[str, Any]] = []
    for name, system in mocks.systems.items():
        state = system.state()
        systems.append(
            {
                "name": name,
                "url": mocks.base_urls[name],
                "calls": sum(_counts(state["calls"]).values()),
                "faults": _counts(state["faults"]),
                "operations": sorted(_counts(state["calls"])),
                "profile": system.faults.profile,
                "running": mocks.is_running(name),
            }
        )
    return {
        "systems": systems,
        "profiles": list(PROFILES),
        "kinds": [fault.value for fault in Fault],
        "now": mocks.clock(),
        "recent": mocks.journal.rows(limit=8),
    }


def call_view(row: Exchange) -> dict[str, Any]:
    """One exchange, masked."""
    return {"row": row, "asked": masked(row.asked), "answered": masked(row.answered)}


def dossier_rows(mocks: RunningMocks) -> list[dict[str, Any]]:
    """A line for each dossier at the portal, with where it stands elsewhere; the newest first."""
    dossiers = _table(mocks.systems["portal"].state().get("dossiers"))
    registered = _table(mocks.systems["civil_registry"].state().get("registrations"))
    paid = _payments(mocks)
    return [
        {
            "code": code,
            "procedure": facts.get("procedure", ""),
            "status": facts.get("status", ""),
            "steps": len(facts.get("steps", ()) or ()),
            "payment": paid.get(code, ""),
            "registered": code in registered,
        }
        for code, facts in reversed(list(dossiers.items()))
    ]


def timeline(mocks: RunningMocks, code: str) -> dict[str, Any] | None:
    """Everything that went over any wire about one dossier, in order; None when nobody knows it."""
    line = next((row for row in dossier_rows(mocks) if row["code"] == code), None)
    references = [name for name, dossier in _references(mocks).items() if dossier == code]
    found = {row.number: row for about in (code, *references) for row in mocks.journal.rows(about=about)}
    # A look-up names a person and no dossier: it is shown where the dossier is that person's.
    people = mocks.portal.people_of(code)
    found |= {row.number: row for row in mocks.journal.rows(system="residents") if row.subject in people}
    if line is None and not found:
        return None
    rows = [found[number] for number in sorted(found)][:_STEPS_SHOWN]
    return {"code": code, "line": line, "rows": rows, "systems": _lanes(mocks, rows), "links": _links(mocks, code)}


def _lanes(mocks: RunningMocks, rows: list[Exchange]) -> list[str]:
    """The four systems of every dossier, and whoever else took part."""
    met = {row.system for row in rows}
    return [name for name in mocks.systems if name in _FOUR or name in met]


def phone_rows(mocks: RunningMocks) -> list[dict[str, Any]]:
    """What waits on somebody's phone, or was answered there; the newest first."""
    rows = [
        {
            "system": name,
            "reference": reference,
            "answer": str(answer),
            "link": f"{mocks.base_urls[name]}/phone/{quote(reference, safe='')}",
        }
        for name in _PHONES
        for reference, answer in reversed(_table(mocks.systems[name].state().get("requests")).items())
    ]
    return sorted(rows, key=lambda row: row["answer"] != "waiting")


def people_rows(mocks: RunningMocks) -> list[dict[str, Any]]:
    """The synthetic people whom the residents database knows; they exist nowhere else."""
    shown = (*population(mocks.seed)[:_PEOPLE_SHOWN], *situations(mocks.seed))
    return [
        {
            "number": person.key,
            "name": person.name,
            "born": person.birth_text,
            "situations": [f"situation.{label}" for label in _special(person)] or ["situation.plain"],
        }
        for person in shown
    ]


def _special(person: Person) -> list[str]:
    """What is worth telling of somebody."""
    labels = [] if person.number else ["old_number"]
    labels += ["year_only"] if person.year_only else []
    return labels + [label for label in person.situation if label in CASES]


def _counts(value: object) -> dict[str, int]:
    counts: dict[str, int] = cast("Any", value)
    return counts


def _table(value: object) -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = cast("Any", value) if isinstance(value, dict) else {}
    return table


def _orders(mocks: RunningMocks) -> dict[str, dict[str, Any]]:
    return _table(mocks.systems["national_payment"].state().get("orders"))


def _references(mocks: RunningMocks) -> dict[str, str]:
    return {reference: str(order.get("dossier", "")) for reference, order in _orders(mocks).items()}


def _payments(mocks: RunningMocks) -> dict[str, str]:
    return {str(order.get("dossier", "")): str(order.get("status", "")) for order in _orders(mocks).values()}


def _links(mocks: RunningMocks, code: str) -> list[str]:
    return [str(order["page"]) for order in _orders(mocks).values() if order.get("dossier") == code]
