"""Asking for people lawfully: written down before it is sent, within the quota, and ended with its outcome.

No entry in the record of look-ups, no question (residents.md §8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gov_connect.audit.lookups import LookUp
from gov_connect.errors import GovConnectError, PurposeRequired
from gov_connect.runtime import Blocking

if TYPE_CHECKING:
    from gov_connect.audit.entries import Mark
    from gov_connect.model import Officer, Purpose
    from gov_connect.runtime import Acting, Context, Flow

T = TypeVar("T")


def mandate(acting: Acting, operation: str) -> tuple[Purpose, Officer]:
    """Who asks, and what for.

    Raises:
        PurposeRequired: nobody, or for nothing.
    """
    if acting.purpose is None or acting.officer is None:
        raise PurposeRequired(operation)
    return acting.purpose, acting.officer


def recorded(
    context: Context,
    asking: Flow[T],
    *,
    system: str,
    operation: str,
    subject: str,
    request_id: str = "",
    of_officer: int | None = None,
    of_agency: int | None = None,
) -> Flow[T]:
    """Carry out `asking`, recorded. A client without a record asks as well, but for nobody and for nothing neither.

    Args:
        context: of the adapter.
        asking: what is sent, and how it is read.
        system: which is asked.
        operation: name of the call, as the record keeps it.
        subject: number of the person asked for; kept as a keyed digest only.
        request_id: as the outside system knows it.
        of_officer: look-ups that one officer may make on one day.
        of_agency: the same for the whole agency.
    """
    purpose, officer = mandate(context.acting, operation)
    if context.look_ups is None:
        return (yield from asking)
    record = context.look_ups()
    entry = LookUp(
        agency=str(context.acting.agency),
        officer=officer.code,
        system=system,
        operation=operation,
        procedure=str(purpose.procedure),
        dossier=str(purpose.dossier),
        legal_basis=purpose.legal_basis,
        request_id=request_id or context.ids.new(),
        subject=subject,
    )
    mark: Mark = yield Blocking(record.asking(entry, of_officer=of_officer, of_agency=of_agency))
    try:
        result = yield from asking
    except GovConnectError as error:
        yield Blocking(record.answering(mark, error.code))
        raise
    yield Blocking(record.answering(mark, "answered"))
    return result
