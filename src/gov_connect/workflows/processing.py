"""The stages of the act itself: registered or issued, shown as processed, handed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from gov_connect.adapters.civil_registry import CivilRegistry
from gov_connect.adapters.national_portal import NationalPortal
from gov_connect.delivery.news import ResultReady
from gov_connect.errors import NotSupported
from gov_connect.forms import read_form
from gov_connect.model import BookEntry, DossierStatus, FormText, Note, RegistrationState
from gov_connect.model.bundles import BundleState, BundleStatus
from gov_connect.runtime import Blocking
from gov_connect.workflows.case import Ended, Outcome, Parked, Waiting
from gov_connect.workflows.intake import FILES, enclosures
from gov_connect.workflows.platform import result_text, tell_platform
from gov_connect.workflows.signal_handling import heed
from gov_connect.workflows.signals import Signal, SignalKind, rounds

if TYPE_CHECKING:
    from typing import Any

    from gov_connect.adapters.civil_registry import Enclosure
    from gov_connect.model import ResultDocument
    from gov_connect.model.bundles import BundleResult
    from gov_connect.runtime import Program
    from gov_connect.workflows.case import Case


def register(case: Case) -> Program[None]:
    """Have the event registered, once, and wait until it stands in the books."""
    papers, event = case.papers[0], case.plan.event
    if event is None:
        return
    bundle = case.application.bundle
    registration: Any = read_form(
        papers.inbound.form,
        dossier=papers.code,
        unit=case.world.desk.unit_code,
        received_at=papers.received_at,
        event=event,
        bundle="" if bundle is None else bundle.code,
        applicant=papers.inbound.applicant,
    ).registration
    if not (yield from case.settled()):
        yield from case.commit()
    registry = case.world.systems.civil_registry
    files = {} if bundle is None else {"files": (yield from _papers(case))}
    yield from case.steps.call_with("register", CivilRegistry.submit, registry, files, registration)
    yield from tell_platform(case, "handed-over", BundleStatus.HANDED_OVER)
    if (yield from case.recall("book")) is None:
        entry = yield from (_standing(case) if bundle is None else _bundle_standing(case))
        yield from case.steps.value("book", BookEntry, lambda: entry)
    entry = yield from case.steps.value("book", BookEntry, _stored_entry)
    yield from case.news("result", ResultReady(dossier=papers.code, reference=str(entry.number)))
    if bundle is not None:
        result = yield from case.steps.value("bundle_result", str, str)
        yield from tell_platform(case, "result", BundleStatus.HAS_RESULT, result=result)


def _papers(case: Case) -> Program[tuple[Enclosure, ...]]:
    """The papers of an interlinked dossier, as they were taken in."""
    stored = yield from case.recall(FILES)
    return enclosures(stored)


def _stored_entry() -> BookEntry:
    raise AssertionError("it is stored")


def _standing(case: Case) -> Program[BookEntry]:
    """Where it stands in the books.

    Raises:
        Waiting: it is not finished, or the registry wants a supplement.
    """
    registry, unit, code = case.world.systems.civil_registry, case.world.desk.unit_code, case.papers[0].code
    entry = yield from registry.results(code, unit=unit)
    if entry is None:
        status = yield from registry.status(code, unit=unit)
        if status is not None and status.state is RegistrationState.SUPPLEMENT_REQUESTED:
            yield from _wanted(case, status.request, None)
        raise Waiting(Outcome.WAITING_FOR_REGISTRY)
    return entry


def _bundle_standing(case: Case) -> Program[BookEntry]:
    """The same of an interlinked dossier, whose result the platform gets whole."""
    event, code = case.plan.event, case.papers[0].code
    assert event is not None
    rows = yield from case.world.systems.civil_registry.bundle_results(event, (code,))
    found: BundleResult | None = next((row for row in rows if row.dossier == code), None)
    state = BundleState.UNKNOWN if found is None else found.state
    if found is not None and state is BundleState.FINISHED and found.entry is not None:
        text = result_text(found, event)
        yield from case.steps.value("bundle_result", str, lambda: text)
        return found.entry
    if found is not None and state is BundleState.SUPPLEMENT_REQUESTED:
        yield from _wanted(case, found.note, found.supplement_until)
    if found is not None and state is BundleState.REFUSED:
        said = None if found.note is None else Note(found.note.reveal()[: Note.limit])
        refusal = Signal(kind=SignalKind.REFUSED, at=case.now(), text=said, key="registry")
        yield Blocking(lambda: case.book.add(case.application.code, refusal))
        raise Ended(refusal)
    raise Waiting(Outcome.WAITING_FOR_REGISTRY)


def _wanted(case: Case, text: FormText | None, until: datetime | None) -> Program[None]:
    """Ask the citizen for what the registry wants, once for each thing that it wants."""
    said = None if text is None else Note(text.reveal()[: Note.limit])
    asked = [one for one, _ in rounds(case.signals) if one.key == "registry"]
    if asked and asked[-1].text == said:
        return
    wish = Signal(kind=SignalKind.SUPPLEMENT_REQUESTED, at=case.now(), text=said, until=until, key="registry")
    yield Blocking(lambda: case.book.add(case.application.code, wish))
    yield from heed(case)


def issue(case: Case) -> Program[None]:
    """Wait until the result is issued: by an officer, or signed on somebody's phone."""
    issued = [signal for signal in case.signals if signal.kind is SignalKind.ISSUED]
    if issued:
        case.papers = tuple(
            replace(papers, results=_results(issued[-1].results, number, len(case.papers)))
            for number, papers in enumerate(case.papers)
        )
    elif case.first(SignalKind.SIGNING) is not None:
        yield from _signed(case)
    elif case.staffed:
        yield from _processing(case)
        raise Waiting(Outcome.WAITING_FOR_OFFICER)
    if case.plan.event is None:
        for number, papers in enumerate(case.papers):
            reference = (papers.results or (papers.result(),))[0].id
            yield from case.news(case.named("result", number), ResultReady(dossier=papers.code, reference=reference))


def _results(given: tuple[ResultDocument, ...], number: int, records: int) -> tuple[ResultDocument, ...]:
    """Those of one record: one each where there are as many, else all are the first one's."""
    if records > 1 and len(given) == records:
        return (given[number],)
    return given if number == 0 else ()


def _signed(case: Case) -> Program[None]:
    """Ask what became of the newest request on a phone.

    Raises:
        Waiting: nobody has confirmed yet.
        Parked: it was rejected, or ran out; an officer asks anew under another key.
    """
    phones = case.world.systems.signing
    if phones is None:
        raise NotSupported("support.event", system="signing")
    yield from _processing(case)
    asked = [signal for signal in case.signals if signal.kind is SignalKind.SIGNING][-1]
    known = yield from case.recall(f"signed-{asked.key}")
    if known is None:
        found = yield from phones().collect(asked.key)
        if not found.final:
            raise Waiting(Outcome.WAITING_FOR_SIGNATURE)
        if found.state != "signed":
            raise Parked("desk.signature_failed")
        yield from case.steps.value(f"signed-{asked.key}", bool, lambda: True)


def _processing(case: Case) -> Program[None]:
    """Show that somebody works on it."""
    at = yield from case.steps.value("processing_at", datetime, case.now)
    yield from case.show("processing", DossierStatus.PROCESSING, at)


def finish(case: Case) -> Program[None]:
    """Show the processing and the result at the portal, and hand the result over."""
    portal = case.world.systems.portal
    if case.plan.event is None and not (yield from case.settled()):
        yield from case.commit()
    # The clock may have been set back in between; a dossier is not processed before it came.
    processed_at = yield from case.steps.value("processed_at", datetime, case.now)
    began = yield from case.recall("processing_at")
    for number, papers in enumerate(case.papers):
        done = papers.record(DossierStatus.PROCESSED, processed_at=processed_at)
        statuses = (DossierStatus.PROCESSING, DossierStatus.PROCESSED)
        shown = [papers.step(status, processed_at) for status in (statuses if began is None else statuses[1:])]
        yield from case.steps.call(case.named("put-processed", number), NationalPortal.put, portal, done)
        yield from case.steps.call(case.named("report-processed", number), NationalPortal.report, portal, shown)
    case.has_shown("processed", DossierStatus.PROCESSED)
    if case.staffed and case.first(SignalKind.HANDED_OVER) is None:
        raise Waiting(Outcome.WAITING_FOR_OFFICER)
    delivered_at = yield from case.steps.value("delivered_at", datetime, lambda: max(case.now(), processed_at))
    yield from case.show("delivered", DossierStatus.RESULT_DELIVERED, delivered_at, processed_at=processed_at)
    yield from tell_platform(case, "returned", BundleStatus.RETURNED)
