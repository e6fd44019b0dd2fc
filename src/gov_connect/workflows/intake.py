"""Dossiers of the bundle platform: stored, begun as workflows, and only then acknowledged (civil_registry.md §1.8).

Each step may be repeated: the local number of a national code is made once, a workflow begins once, and what is here
already is only acknowledged again, unless its supplement was asked for.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from pydantic import TypeAdapter

from gov_connect.adapters.civil_registry import Enclosure
from gov_connect.errors import GovConnectError, InvalidInput, NotSupported, Problem
from gov_connect.forms import read_form
from gov_connect.model import Applicant, Channel, CivilEvent, DossierCode, InboundDossier, ProcedureCode
from gov_connect.model.bundles import taking
from gov_connect.runtime import Blocking
from gov_connect.workflows.application import Application, Interlinking

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from gov_connect.adapters.bundle_platform import BundlePlatform
    from gov_connect.delivery import Ledger
    from gov_connect.delivery.ledger import Record
    from gov_connect.model.bundles import BundleDossier, BundleNews
    from gov_connect.runtime import Inner, Program

SYSTEM: Final = "bundle_platform"
FILES: Final = "files"
"""Step under which the papers of an interlinked dossier are kept, sealed."""
_PLANS: Final = {CivilEvent.BIRTH: "birth_bundle", CivilEvent.DEATH: "death_bundle"}
_PAPERS: Final = TypeAdapter(list[dict[str, str]])


class Reception(Protocol):
    """What the intake needs of the desk. All methods block."""

    def number(self) -> DossierCode:
        """A fresh dossier number."""
        ...

    def begin(self, application: Application) -> object:
        """Begin a workflow, durably."""
        ...

    def supplemented(self, inbound: InboundDossier) -> object:
        """Say that the citizen has answered."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What came of one dossier of the platform's list.

    Attributes:
        bundle: its national code.
        dossier: its local number; None when it was not taken in.
        outcome: "taken", "again", "overwritten", or the code of what is wrong: then it stays on the list.
    """

    bundle: str
    dossier: DossierCode | None
    outcome: str


def take_in(
    platform: BundlePlatform[Inner], ledger: Ledger, desk: Reception, *, unit: str, at: datetime
) -> Program[list[TakenIn]]:
    """Take in everything that waits at the platform; one that fails does not hold the others.

    Args:
        platform: where citizens file.
        ledger: the local records.
        desk: gives numbers and begins workflows.
        unit: five-digit code of the unit that registers.
        at: the moment of receipt.

    Raises:
        OutsideSystemError: the list itself could not be read.
    """
    done: list[TakenIn] = []
    for news in (yield from platform.pending()):
        try:
            taken = yield from _take(platform, ledger, desk, news, unit, at)
        except GovConnectError as error:
            taken = TakenIn(bundle=news.code, dossier=None, outcome=error.code)
        done.append(taken)
    return done


def _take(
    platform: BundlePlatform[Inner], ledger: Ledger, desk: Reception, news: BundleNews, unit: str, at: datetime
) -> Program[TakenIn]:
    national = DossierCode(news.code)
    known: str | None = yield Blocking(lambda: ledger.recall(national, "local"))
    local = DossierCode(json.loads(known or (yield Blocking(lambda: _numbered(ledger, desk, national)))))
    record: Record | None = yield Blocking(lambda: ledger.record(local))
    way = taking(known=record is not None, status=None if record is None else record.status)
    outcome = "again"
    if way != "acknowledge":
        found = yield from platform.fetch(news.id)
        if found is None:
            raise NotSupported("support.event", system=SYSTEM)
        application = _application(platform, found, local, unit, at)
        yield Blocking(lambda: _keep_papers(ledger, local, found))
        if way == "take":
            yield Blocking(lambda: desk.begin(application))
        else:
            yield Blocking(lambda: desk.supplemented(application.inbound))
        outcome = "taken" if way == "take" else "overwritten"
    yield from platform.acknowledge(news.code)
    return TakenIn(bundle=news.code, dossier=local, outcome=outcome)


def _keep_papers(ledger: Ledger, local: DossierCode, found: BundleDossier) -> None:
    """Keep the papers; those of a supplement stand behind the first ones, under a name of their own."""
    known, papers = ledger.recall_all(local, FILES), _stored(found)
    if papers not in known.values():
        ledger.remember(local, f"{FILES}-{len(known) + 1:03d}" if known else FILES, papers)


def _numbered(ledger: Ledger, desk: Reception, national: DossierCode) -> str:
    return ledger.remember(national, "local", json.dumps(str(desk.number())))


def _application(
    platform: BundlePlatform[Inner], found: BundleDossier, local: DossierCode, unit: str, at: datetime
) -> Application:
    event = platform.event_of(found)
    reading = read_form(found.form, dossier=local, unit=unit, received_at=at, event=event, bundle=found.code)
    if reading.event not in _PLANS:
        raise NotSupported("support.event", system=SYSTEM)
    registration: Any = reading.registration
    requester = registration.requester
    try:
        procedure = ProcedureCode(platform.local_procedure(found))
    except InvalidInput:
        raise InvalidInput("procedure", [Problem(path="", code="value.procedure_code")]) from None
    inbound = InboundDossier(
        code=local,
        procedure=procedure,
        applicant=Applicant(name=requester.name, citizen_id=requester.citizen_id),
        submitted_at=found.submitted_at,
        form=dict(found.form),
    )
    return Application(
        inbound=inbound,
        plan=_PLANS[reading.event],
        channel=Channel.ONLINE,
        bundle=Interlinking(id=found.id, code=found.code, procedure=found.procedure),
    )


def _stored(found: BundleDossier) -> str:
    return json.dumps(
        [
            {
                "title": file.title or file.name,
                "name": file.name or file.title,
                "kind": file.kind or "1",
                "content": base64.b64encode(file.content).decode(),
            }
            for file in found.files
            if not file.cancelled
        ]
    )


def enclosures(stored: str | None) -> tuple[Enclosure, ...]:
    """Stored papers as they go to the registry."""
    rows = _PAPERS.validate_json(stored or "[]")
    return tuple(
        Enclosure(
            title=row["title"],
            name=row["name"],
            kind=int(row["kind"]) if row["kind"].isdecimal() else 1,
            content=base64.b64decode(row["content"]),
        )
        for row in rows
    )
