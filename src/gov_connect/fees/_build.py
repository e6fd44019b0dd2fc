"""From checked plain values to the law itself: links resolved, packs composed, nothing dangling.

The order of packs and of entries does not matter.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gov_connect.errors import InvalidInput, Problem
from gov_connect.fees._areas import COUNTRY, Areas, CommuneLookup, Province
from gov_connect.fees._law import (
    NEVER,
    Charge,
    Clock,
    FactKind,
    Grade,
    Instrument,
    Notice,
    Rate,
    Relief,
    Repeal,
    Verification,
    Window,
)
from gov_connect.fees._rules import Links, build_notices, build_rates, build_reliefs, start_notices
from gov_connect.model.dossier import FeeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from gov_connect.fees._raw import Entry, RawPack


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """All packs together, as values.

    Attributes:
        asked: facts that must be stated either way where a rate depends on them.
        digest: SHA-256 over the digests of the packs, whatever their order.
    """

    packs: tuple[RawPack, ...]
    areas: Areas
    charges: Mapping[str, Charge]
    facts: Mapping[str, FactKind]
    asked: frozenset[str]
    instruments: Mapping[str, Instrument]
    rates: tuple[Rate, ...]
    reliefs: tuple[Relief, ...]
    notices: tuple[Notice, ...]
    digest: str

    @property
    def repeals(self) -> tuple[Repeal, ...]:
        """Every repeal that some instrument declares."""
        return tuple(one for each in self.instruments.values() for one in each.repeals)


def build_law(packs: Iterable[RawPack], communes: CommuneLookup | None = None) -> Law:
    """Compose packs.

    Raises:
        InvalidInput: duplicate ids, links to nothing, cyclic exceptions, a province setting a
            national rate; every problem at once.
    """
    ordered = tuple(sorted(packs, key=lambda pack: (pack.name, pack.digest)))
    problems: list[Problem] = []
    _unique([(pack.name, pack.file) for pack in ordered], "pack", problems)
    provinces = _collect(ordered, "province", "code", _province, problems)
    areas = Areas(provinces.values(), communes)
    facts = _collect(ordered, "fact", "name", _fact, problems)
    charges = _collect(ordered, "charge", "code", _charge, problems)
    instruments = _collect(ordered, "instrument", "key", _instrument, problems)
    _check_instruments(instruments, charges, areas, problems)
    _check_facts(facts, ordered, problems)
    _check_scopes(ordered, problems)
    links = Links(areas, charges, facts, instruments, problems)
    reliefs = build_reliefs(ordered, links)
    law = Law(
        packs=ordered,
        areas=areas,
        charges=charges,
        facts=facts,
        asked=frozenset(name for name, one in facts.items() if one.asked),
        instruments=instruments,
        rates=build_rates(ordered, links),
        reliefs=reliefs,
        notices=(*build_notices(ordered, links), *start_notices(reliefs, instruments)),
        digest=hashlib.sha256("\n".join(sorted(p.digest for p in ordered)).encode()).hexdigest(),
    )
    if problems:
        raise InvalidInput("FeeBook", problems)
    return law


def _unique(names: Iterable[tuple[str, str]], what: str, problems: list[Problem]) -> None:
    seen: set[str] = set()
    for name, file in names:
        if name in seen:
            problems.append(Problem(path=f"{file}:{what}.{name}", code="fees.duplicate"))
        seen.add(name)


def _collect(packs: Iterable[RawPack], section: str, key: str, make: Any, problems: list[Problem]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pack in packs:
        for entry in pack.entries(section):
            name: str = entry[key]
            if name in found:
                problems.append(Problem(path=f"{pack.file}:{section}.{name}", code="fees.duplicate"))
            found[name] = make(entry, pack)
    return found


def _province(entry: Entry, _pack: RawPack) -> Province:
    return Province(entry["code"], entry["name"], entry.get("former", {}))


def _fact(entry: Entry, _pack: RawPack) -> FactKind:
    return FactKind(
        entry["name"],
        entry["vi"],
        entry["en"],
        entry.get("evidence", ""),
        asked=entry.get("asked", False),
        implies=entry.get("implies", ()),
    )


def _charge(entry: Entry, _pack: RawPack) -> Charge:
    return Charge(
        code=entry["code"],
        kind=FeeKind(entry["kind"]),
        name=entry["name"],
        name_en=entry["name_en"],
        quantities=entry["quantities"],
        required=frozenset(entry["quantities"]).difference(entry.get("optional", ())),
        national=entry.get("set_by", "state") == "state",
        sub_item=entry.get("sub_item", ""),
        procedures=entry.get("procedures", ()),
    )


def _instrument(entry: Entry, pack: RawPack) -> Instrument:
    start: date = entry["in_force"]
    until: date | None = entry.get("until")
    key: str = entry["key"]
    default_area = pack.scope
    repeals = tuple(
        Repeal(
            target=one["instrument"],
            by=key,
            day=one.get("from", start).toordinal(),
            charges=frozenset(one.get("charges", ())),
            areas=frozenset(one.get("areas", (default_area,))),
        )
        for one in entry.get("repeals", ())
    )
    return Instrument(
        key=key,
        kind=entry["kind"],
        number=entry["number"],
        issuer=entry["issuer"],
        issued=entry.get("issued"),
        window=Window(start.toordinal(), NEVER if until is None else until.toordinal() + 1),
        verification=Verification(entry["verification"]),
        grade=Grade(entry["grade"]),
        source=entry["source"],
        read=entry["read"],
        pack=pack.file,
        scope=pack.scope,
        attested=entry.get("start") == "attested",
        clock=Clock(entry.get("filing", Clock.SUBMISSION)),
        repeals=repeals,
        note=entry.get("note", ""),
        url=entry.get("url", ""),
        sha256=entry.get("sha256", ""),
    )


def _check_instruments(
    instruments: Mapping[str, Instrument],
    charges: Mapping[str, Charge],
    areas: Areas,
    problems: list[Problem],
) -> None:
    _unique([(one.id, one.pack) for one in instruments.values()], "instrument", problems)
    for key, one in instruments.items():
        path = f"{one.pack}:instrument.{key}"
        if one.window.end <= one.window.start:
            problems.append(Problem(path=path, code="value.before", params={"other": "in_force"}))
        for repeal in one.repeals:
            if repeal.target not in instruments:
                problems.append(Problem(path=f"{path}.repeals", code="fees.instrument_unknown"))
            if not repeal.charges <= charges.keys():
                problems.append(Problem(path=f"{path}.repeals", code="fees.charge_unknown"))
            if any(area not in areas for area in repeal.areas):
                problems.append(Problem(path=f"{path}.repeals", code="fees.area_unknown"))
            elif one.scope != COUNTRY:
                _check_reach(one, repeal, instruments, areas, problems)


def _check_reach(
    one: Instrument, repeal: Repeal, instruments: Mapping[str, Instrument], areas: Areas, problems: list[Problem]
) -> None:
    """A province repeals what a province made, at home (fees.md §2.6)."""
    path = f"{one.pack}:instrument.{one.key}.repeals"
    if any(one.scope not in areas.chain(area) for area in repeal.areas):
        problems.append(Problem(path=path, code="fees.outside_scope", params={"scope": one.scope}))
    target = instruments.get(repeal.target)
    if target is not None and target.scope == COUNTRY:
        problems.append(Problem(path=path, code="fees.national_instrument"))


def _check_facts(facts: Mapping[str, FactKind], packs: Iterable[RawPack], problems: list[Problem]) -> None:
    file = {entry["name"]: pack.file for pack in packs for entry in pack.entries("fact")}
    for name, one in facts.items():
        if not facts.keys() >= set(one.implies):
            problems.append(Problem(path=f"{file[name]}:fact.{name}.implies", code="fees.fact_unknown"))


def _check_scopes(packs: Iterable[RawPack], problems: list[Problem]) -> None:
    """A province adds no national charge and no province."""
    for pack in packs:
        if pack.scope == COUNTRY:
            continue
        for entry in pack.entries("charge"):
            if entry.get("set_by", "state") == "state":
                path, params = f"{pack.file}:charge.{entry['code']}", {"charge": entry["code"]}
                problems.append(Problem(path=path, code="fees.national_charge", params=params))
        for entry in pack.entries("province"):
            path = f"{pack.file}:province.{entry['code']}"
            problems.append(Problem(path=path, code="fees.outside_scope", params={"scope": pack.scope}))
