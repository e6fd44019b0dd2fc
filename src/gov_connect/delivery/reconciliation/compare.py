"""Compare two lists: one pass over each, one finding per mismatch."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from gov_connect.delivery.reconciliation.causes import CAUSES, Cause
from gov_connect.model import VIETNAM, DossierStatus
from gov_connect.model.status import SEEN_AS_PROCESSED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gov_connect.delivery.reconciliation.causes import Action

Sending = Literal["none", "waiting", "sent", "done", "failed"]
_DOUBTFUL: Final = frozenset(("network.timed_out", "system.outcome_unknown"))
_SESSION: Final = frozenset(("system.unexpected_reply", "auth.failed"))
_REWRITTEN: Final = frozenset(status.value for status in SEEN_AS_PROCESSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDossier:
    """What the agency knows of one dossier.

    Attributes:
        code: number it is sent under.
        other: its other number (the portal's, or a patched one), "" for none.
        sending: state of the newest event towards the portal.
        error: code of the last failure, e.g. "system.refused".
        blocked: an earlier failed event stands before the newest.
        steps: processing steps made, None when not counted.
        unmapped: its local status has no code of the portal.
        deleted: deleted or merged locally.
        dead_link: one of its file links does not answer.
    """

    code: str
    status: int
    changed_at: datetime
    other: str = ""
    sending: Sending = "done"
    error: str = ""
    blocked: bool = False
    steps: int | None = None
    unmapped: bool = False
    deleted: bool = False
    dead_link: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalEntry:
    """What the portal shows of one dossier.

    Attributes:
        status: None when only its presence is known (TraCuuHoSo tells no more).
        born_here: it was submitted at the portal and pushed to the agency.
        refusal: what the agency answered to the push: "" none or not known, "mapping", "account", "other".
        acknowledged: the agency took the push.
        steps: processing steps shown, None when not counted.
    """

    code: str
    status: int | None = None
    submitted_at: datetime | None = None
    born_here: bool = False
    refusal: Literal["", "mapping", "account", "other"] = ""
    acknowledged: bool = True
    steps: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Tolerances.

    Attributes:
        stuck_after: age from which an event in "sent" is stuck.
        accept_within: working hours within which a submitted dossier must be accepted.
        office: working times of a day (Monday to Friday) in hours.
    """

    stuck_after: timedelta = timedelta(minutes=15)
    accept_within: float = 8.0
    office: tuple[tuple[float, float], ...] = ((7.5, 11.5), (13.5, 17.5))


@dataclass(frozen=True, slots=True)
class Finding:
    """One mismatch. `late` marks a submitted dossier that was not accepted in time."""

    code: str
    cause: Cause
    local_status: int | None
    portal_status: int | None
    other: str = ""
    late: bool = False

    @property
    def action(self) -> Action:
        """What mends it."""
        return CAUSES[self.cause].action


@dataclass(frozen=True, slots=True)
class Report:
    """All findings, by number, and how many dossiers agree."""

    findings: tuple[Finding, ...]
    equal: int
    local: int
    portal: int
    counts: dict[Cause, int] = field(default_factory=dict[Cause, int])


def reconcile(
    local: Iterable[LocalDossier],
    portal: Iterable[PortalEntry],
    *,
    now: datetime,
    rules: Rules | None = None,
) -> Report:
    """Compare both lists; each dossier is matched by either of its numbers."""
    rules = rules or Rules()
    shown = {entry.code: entry for entry in portal}
    total = len(shown)
    findings: list[Finding] = []
    equal = count = 0
    for dossier in local:
        count += 1
        entry = shown.pop(dossier.code, None)
        by_other = entry is None and bool(dossier.other)
        if by_other:
            entry = shown.pop(dossier.other, None)
        elif dossier.other:
            # The portal has it twice, or knows the pair: the second entry is no dossier of its own.
            shown.pop(dossier.other, None)
        causes = _causes(dossier, entry, by_other=by_other and entry is not None, now=now, rules=rules)
        equal += not causes and entry is not None
        status = None if entry is None else entry.status
        findings += [Finding(dossier.code, cause, dossier.status, status, dossier.other) for cause in causes]
    for entry in shown.values():
        late = _is_late(entry, now, rules)
        findings.append(Finding(entry.code, _only_portal(entry), None, entry.status, late=late))
    findings.sort(key=lambda finding: (finding.code, finding.cause))
    counts: dict[Cause, int] = {}
    for finding in findings:
        counts[finding.cause] = counts.get(finding.cause, 0) + 1
    return Report(tuple(findings), equal, count, total, counts)


def _causes(
    dossier: LocalDossier, entry: PortalEntry | None, *, by_other: bool, now: datetime, rules: Rules
) -> list[Cause]:
    if dossier.deleted:
        return [] if entry is None else [Cause.M13]
    if entry is None:
        return [_only_local(dossier, now, rules)]
    found: list[Cause] = []
    if by_other:
        found.append(Cause.M7)
    if entry.status not in {None, dossier.status}:
        found.append(_status(dossier, entry, now, rules))
    elif dossier.error in _DOUBTFUL and dossier.sending in {"failed", "sent"}:
        found.append(Cause.M5)
    elif _is_stuck(dossier, now, rules):
        found.append(Cause.M14)
    if dossier.steps is not None and entry.steps is not None and entry.steps < dossier.steps:
        found.append(Cause.M6)
    if dossier.dead_link:
        found.append(Cause.M12)
    return found


def _status(dossier: LocalDossier, entry: PortalEntry, now: datetime, rules: Rules) -> Cause:
    if entry.status == DossierStatus.PROCESSED.value and dossier.status in _REWRITTEN:
        return Cause.M10
    if dossier.error in _DOUBTFUL and dossier.sending in {"failed", "sent"}:
        return Cause.M5
    why = _only_local(dossier, now, rules)
    return Cause.STATUS if why is Cause.UNKNOWN else why


def _only_local(dossier: LocalDossier, now: datetime, rules: Rules) -> Cause:  # noqa: PLR0911 - one per cause
    """Why the newest state has not reached the portal."""
    if dossier.unmapped:
        return Cause.M8
    if dossier.blocked:
        return Cause.M9
    if _is_stuck(dossier, now, rules):
        return Cause.M14
    if dossier.sending == "failed" and dossier.error in _SESSION:
        return Cause.M4
    if dossier.sending == "failed" and dossier.error in {"system.refused", "input.invalid"}:
        return Cause.M11
    if dossier.sending == "failed" and dossier.error in _DOUBTFUL:
        return Cause.M5
    return Cause.UNKNOWN


def _is_stuck(dossier: LocalDossier, now: datetime, rules: Rules) -> bool:
    return dossier.sending == "sent" and now - dossier.changed_at > rules.stuck_after


def _only_portal(entry: PortalEntry) -> Cause:
    if not entry.born_here:
        return Cause.UNKNOWN
    if entry.refusal == "mapping":
        return Cause.M2
    if entry.refusal == "account":
        return Cause.M3
    return Cause.M1


def _is_late(entry: PortalEntry, now: datetime, rules: Rules) -> bool:
    if entry.status != DossierStatus.NEW.value or entry.submitted_at is None:
        return False
    return working_hours(entry.submitted_at, now, rules.office) > rules.accept_within


def working_hours(start: datetime, end: datetime, office: tuple[tuple[float, float], ...]) -> float:
    """Working hours between two moments, Monday to Friday; holidays are not known here."""
    start, end = start.astimezone(VIETNAM), end.astimezone(VIETNAM)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    total = 0.0
    saturday = 5
    while midnight < end:
        if midnight.weekday() < saturday:
            for first, last in office:
                opened = max(start, midnight + timedelta(hours=first))
                closed = min(end, midnight + timedelta(hours=last))
                total += max((closed - opened).total_seconds(), 0.0)
        midnight += timedelta(days=1)
    return total / 3600
