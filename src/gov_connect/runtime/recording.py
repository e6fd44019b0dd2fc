"""Every write, and every reading of a person, stands in the audit log before it is sent.

The intent is written when a program is about to send its first message: what is refused before leaves no entry.
Where one operation runs inside another (a payment order over its gateway) the inner one is recorded.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
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
                yield Blocking(partial(log().finish, mark, "done"))
            return stop.value  # type: ignore[no-any-return]
        except GovConnectError as error:
            if mark is not None:
                yield Blocking(partial(log().finish, mark, error.code))
            raise
        outcome, failure = None, None
        try:
            if isinstance(ask, Send) and not ask.recorded:
                if mark is None:
                    mark = yield Blocking(lambda: log().begin(note))
                ask = replace(ask, recorded=True)
            outcome = yield ask
        except BaseException as error:  # noqa: BLE001 - the program decides what to do about it
            failure = error


def note_of(call: Call, acting: Acting, arguments: Iterable[object], *, personal: bool) -> Note:
    """What the log says of a call: who, for which agency and purpose, about which dossier and person."""
    given = list(arguments)
    purpose = acting.purpose
    dossier = next((str(found) for value in given for found in _dossiers(value)), "")
    procedure = "" if purpose is None else str(purpose.procedure)
    basis = "" if purpose is None else purpose.legal_basis
    return Note(
        agency=str(acting.agency),
        kind=Kind.LOOK_UP if personal else Kind.WRITE,
        system=call.system,
        operation=call.operation,
        officer="" if acting.officer is None else acting.officer.code,
        procedure=procedure,
        dossier=dossier or ("" if purpose is None else str(purpose.dossier)),
        request_id=call.correlation_id,
        subject=next((found for value in given for found in _persons(value)), "") if personal else "",
        details={"legal_basis": basis} if basis else {},
    )


def _dossiers(value: object) -> Iterable[DossierCode]:
    for found in (value, getattr(value, "dossier", None), getattr(value, "code", None)):
        if isinstance(found, DossierCode):
            yield found


def _persons(value: object) -> Iterable[str]:
    for found in (value, getattr(value, "citizen_id", None), getattr(value, "old_id", None)):
        if isinstance(found, (CitizenId, OldIdNumber, TaxNumber)):
            yield found.reveal()
