"""The rules of the indicators (SEEN: the text of the portal's own formulas, national_portal.md §3, §5).

End of processing is the time of 9, else of 10, else of 8 or 3. A withdrawal (7) counts only when the dossier had
been accepted. One request for papers (5) counts as an end; more than one makes the dossier late. On time means
ended at or before the due date, or the statutory time where there is none. No receipt date: not counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gov_connect.model import VIETNAM, Channel, DossierStatus, PaidOnline

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime, timedelta

    from gov_connect.model import Dossier

_S: Final = DossierStatus
_ENDS: Final = ((_S.PROCESSED,), (_S.RESULT_DELIVERED,), (_S.STOPPED, _S.NOT_ACCEPTED))
_ACCEPTED: Final = frozenset((_S.ACCEPTED, _S.PROCESSING, _S.PAYMENT_REQUESTED, _S.PROCESSED, _S.RESULT_DELIVERED))
_ONLINE_PAYMENT: Final = frozenset((PaidOnline.NATIONAL_PORTAL, PaidOnline.AGENCY_GATEWAY))


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierFacts:
    """What the rules need of one dossier.

    Attributes:
        history: statuses with their times, oldest first.
        statutory: time the procedure allows, used where there is no due date.
        has_fee: the procedure has a fee in the national database.
        exempt: every fee line is 0 đồng, so it is no case of online payment.
        fee_lines, typed_lines: how many fees it has, and how many of them officers typed.
    """

    received_at: datetime | None
    due_at: datetime | None = None
    history: Sequence[tuple[DossierStatus, datetime]] = ()
    channel: Channel = Channel.COUNTER
    digitised: bool = False
    reused: bool = False
    paid_online: PaidOnline = PaidOnline.NO_FEE
    has_fee: bool = False
    exempt: bool = False
    fee_lines: int = 0
    typed_lines: int = 0
    statutory: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of a whole; `percent` is None when the whole is nothing."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """With one decimal."""
        return round(100 * self.part / self.whole, 1) if self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicators:
    """The indicators of one agency over one period. `early` is part of `on_time`.

    `fees_typed` is no indicator of the portal: the share of fee lines that officers typed, which should fall to 0.
    """

    total: int
    not_counted: int
    ended: int
    early: Rate
    on_time: Rate
    late: Rate
    in_progress: int
    overdue: int
    no_due_date: int
    online: Rate
    digitised: Rate
    reused: Rate
    paid_online: Rate
    fees_typed: Rate

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        found: dict[str, object] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            found[name] = (
                {"part": value.part, "whole": value.whole, "percent": value.percent}
                if isinstance(value, Rate)
                else value
            )
        return found


def facts_of(
    dossier: Dossier,
    *,
    history: Sequence[tuple[DossierStatus, datetime]] = (),
    statutory: timedelta | None = None,
    procedures_with_fee: Collection[str] | None = None,
) -> DossierFacts:
    """The facts of a dossier. Without a history, its own dates and its rounds of supplements stand for one.

    Args:
        dossier: in its newest state.
        history: statuses with their times, oldest first.
        statutory: time the procedure allows.
        procedures_with_fee: codes with a fee in the national database; None takes any dossier with a fee line.
    """
    dates = (
        (_S.ACCEPTED, dossier.received_at if dossier.status is not _S.NEW else None),
        (_S.NOT_ACCEPTED, dossier.refused_at),
        (_S.PROCESSED, dossier.processed_at),
        (_S.RESULT_DELIVERED, dossier.delivered_at),
        *((_S.SUPPLEMENT_REQUESTED, item.requested_at) for item in dossier.supplements),
    )
    own = sorted(((status, at) for status, at in dates if at is not None), key=lambda told: told[1])
    fees = dossier.fees
    return DossierFacts(
        received_at=dossier.received_at,
        due_at=dossier.due_at,
        history=history or own,
        channel=dossier.channel,
        digitised=any(item.digitised for item in dossier.attachments),
        reused=any(item.reused for item in dossier.attachments),
        paid_online=dossier.paid_online,
        has_fee=bool(fees) if procedures_with_fee is None else str(dossier.procedure.code) in procedures_with_fee,
        exempt=bool(fees) and not any(line.amount for line in fees),
        fee_lines=len(fees),
        typed_lines=sum(line.typed for line in fees),
        statutory=statutory,
    )


def compute(dossiers: Iterable[DossierFacts], *, first: date, last: date, now: datetime) -> Indicators:
    """The indicators of dossiers received from `first` to `last`, both included, in Viet Nam's days."""
    count = Counter[str]()
    payable = paid = 0
    for item in dossiers:
        if item.received_at is None:
            count["not_counted"] += 1
            continue
        if not first <= item.received_at.astimezone(VIETNAM).date() <= last:
            continue
        verdict = _verdict(item, now)
        if verdict == "not_counted":
            count["not_counted"] += 1
            continue
        count["total"] += 1
        count["online"] += item.channel is Channel.ONLINE
        count["digitised"] += item.digitised
        count["reused"] += item.reused
        count["fee_lines"] += item.fee_lines
        count["typed_lines"] += item.typed_lines
        if item.has_fee and not item.exempt:
            payable += 1
            paid += item.paid_online in _ONLINE_PAYMENT
        count[verdict] += 1
        if verdict == "early":
            count["on_time"] += 1
    judged = count["on_time"] + count["late"]
    total = count["total"]
    return Indicators(
        total=total,
        not_counted=count["not_counted"],
        ended=judged + count["no_due"],
        early=Rate(count["early"], judged),
        on_time=Rate(count["on_time"], judged),
        late=Rate(count["late"], judged),
        in_progress=count["in_progress"],
        overdue=count["overdue"],
        no_due_date=count["no_due"],
        online=Rate(count["online"], total),
        digitised=Rate(count["digitised"], total),
        reused=Rate(count["reused"], total),
        paid_online=Rate(paid, payable),
        fees_typed=Rate(count["typed_lines"], count["fee_lines"]),
    )


def _verdict(item: DossierFacts, now: datetime) -> str:
    assert item.received_at is not None
    times: dict[DossierStatus, datetime] = {}
    for status, at in item.history:
        times.setdefault(status, at)
    supplements = sum(1 for status, _ in item.history if status is _S.SUPPLEMENT_REQUESTED)
    ended = end_of_processing(times)
    if _S.WITHDRAWN in times and ended is None:
        if not _ACCEPTED & set(times):
            return "not_counted"
        ended = times[_S.WITHDRAWN]
    if supplements > 1:
        return "late"
    if ended is None and supplements == 1:
        ended = times[_S.SUPPLEMENT_REQUESTED]
    due = item.due_at or (item.received_at + item.statutory if item.statutory is not None else None)
    if ended is None:
        return "overdue" if due is not None and now > due else "in_progress"
    if due is None:
        return "no_due"
    if ended > due:
        return "late"
    return "early" if ended.astimezone(VIETNAM).date() < due.astimezone(VIETNAM).date() else "on_time"


def end_of_processing(times: dict[DossierStatus, datetime]) -> datetime | None:
    """Time of 9, else of 10, else the first of 8 and 3; None while none of them is there."""
    for statuses in _ENDS:
        found = [times[status] for status in statuses if status in times]
        if found:
            return min(found)
    return None
