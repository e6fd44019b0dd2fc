"""Every write, and every reading of a person, stands in the audit log before it is sent.

The intent is written when a program is about to send its first message: what is refused before leaves no entry.
Where one operation runs inside another (a payment order over its gateway) the inner one is recorded. A signature is
recorded before anything is done, since a key at hand sends nothing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from gov_connect.audit.entries import Kind, Note
from gov_connect.errors import GovConnectError
from gov_connect.model import CitizenId, DossierCode, OldIdNumber, TaxNumber
from gov_connect.runtime.effects import Blocking, Send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gov_connect.audit import AuditLog, Mark
    from gov_connect.runtime.effects import Program, T
    from gov_connect.runtime.operation import Acting, Call


def recorded(program: Program[T], log: Callable[[], AuditLog], note: Note) -> Program[T]:
    """`program` with its intent written before its first message, and its outcome after.

    Raises:
        LedgerError: the intent could not be written; nothing was sent.
    """
    mark: Mark | None = None
    outcome: Any = None
    failure: BaseException | None = None
    while True:
        try:
            ask = program.send(outcome) if failure is None else program.throw(failure)
        except StopIteration as stop:
            if mark is not None:
                yield Blocking(log().finishing(mark, "done"))
            return stop.value  # type: ignore[no-any-return]
        except GovConnectError as error:
            if mark is not None:
                yield Blocking(log().finishing(mark, error.code))
            raise
        outcome, failure = None, None
        try:
            sends = isinstance(ask, Send) and not ask.recorded
            if mark is None and (sends or note.kind is Kind.SIGNATURE):
                mark = yield Blocking(log().beginning(note))
            if isinstance(ask, Send):
                ask = Send(ask.request, ask.timeouts, recorded=True)
            outcome = yield ask
        except BaseException as error:  # noqa: BLE001 - the program decides what to do about it
            failure = error


def note_of(call: Call, acting: Acting, arguments: Iterable[object], kind: Kind) -> Note:
    """What the log says of a call: who, for which agency and purpose, about which dossier and person; of a
    signature also the digest of the document.
    """
    given = list(arguments)
    purpose = acting.purpose
    dossier = next((str(found) for value in given for found in _dossiers(value)), "")
    procedure = "" if purpose is None else str(purpose.procedure)
    details: dict[str, str | int | None] = {}
    if purpose is not None and purpose.legal_basis:
        details["legal_basis"] = purpose.legal_basis
    document = next((value for value in given if isinstance(value, bytes)), None)
    if kind is Kind.SIGNATURE and document is not None:
        details["document_sha256"] = hashlib.sha256(document).hexdigest()
    return Note(
        agency=str(acting.agency),
        kind=kind,
        system=call.system,
        operation=call.operation,
        officer="" if acting.officer is None else acting.officer.code,
        procedure=procedure,
        dossier=dossier or ("" if purpose is None else str(purpose.dossier)),
        request_id=call.correlation_id,
        subject=next((found for value in given for found in _persons(value)), "") if kind is Kind.LOOK_UP else "",
        details=details,
    )


def _dossiers(value: object) -> Iterable[DossierCode]:
    for found in (value, getattr(value, "dossier", None), getattr(value, "code", None)):
        if isinstance(found, DossierCode):
            yield found


def _persons(value: object) -> Iterable[str]:
    for found in (value, getattr(value, "citizen_id", None), getattr(value, "old_id", None)):
        if isinstance(found, (CitizenId, OldIdNumber, TaxNumber)):
            yield found.reveal()
