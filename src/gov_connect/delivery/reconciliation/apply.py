"""Apply what a reconciliation proposes, dossier by dossier; one failure does not stop the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gov_connect.delivery.reconciliation.causes import Action
from gov_connect.errors import GovConnectError
from gov_connect.runtime import Blocking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gov_connect.adapters.national_portal import NationalPortal
    from gov_connect.delivery.reconciliation.compare import Finding
    from gov_connect.model import Dossier, ProgressStep
    from gov_connect.runtime import Inner, Program


class Source(Protocol):
    """What the host software offers to mend things with. All methods may block."""

    def dossier(self, code: str) -> Dossier | None:
        """The dossier in its newest state, under the number the portal is to know it by."""
        ...

    def steps(self, code: str) -> Sequence[ProgressStep]:
        """The steps the portal lacks, oldest first."""
        ...

    def take_in(self, code: str) -> bool:
        """Import the portal's dossier once more and acknowledge it; whether that worked."""
        ...

    def release(self, code: str) -> None:
        """Put stuck or blocking events of the dossier back in line."""
        ...

    def link(self, code: str, other: str) -> None:
        """Keep both numbers together, so that later reports go under the portal's."""
        ...


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one finding: "done", "left" (people must act, or nothing to do) or an error's code."""

    finding: Finding
    outcome: str


def apply(findings: Iterable[Finding], *, portal: NationalPortal[Inner], source: Source) -> Program[list[Done]]:
    """Carry the proposed actions out. Writes look up first, so applying twice does no harm."""
    done: list[Done] = []
    for finding in findings:
        try:
            outcome = yield from _mend(finding, portal, source)
        except GovConnectError as error:
            outcome = error.code
        done.append(Done(finding, outcome))
    return done


def _mend(finding: Finding, portal: NationalPortal[Inner], source: Source) -> Program[str]:  # noqa: PLR0911 - one return per action
    code = finding.code
    match finding.action:
        case Action.IMPORT:
            taken = yield Blocking(lambda: source.take_in(code))
            return "done" if taken else "left"
        case Action.RESEND:
            return (yield from _resend(code, portal, source))
        case Action.RELEASE:
            yield Blocking(lambda: source.release(code))
            return (yield from _resend(code, portal, source))
        case Action.REPORT_STEPS:
            steps = yield Blocking(lambda: source.steps(code))
            if not steps:
                return "left"
            yield from portal.report(steps)
            return "done"
        case Action.LINK:
            yield Blocking(_linking(finding, source))
            return "done"
        case _:
            return "left"


def _linking(finding: Finding, source: Source) -> Callable[[], None]:
    return lambda: source.link(finding.code, finding.other)


def _resend(code: str, portal: NationalPortal[Inner], source: Source) -> Program[str]:
    dossier = yield Blocking(lambda: source.dossier(code))
    if dossier is None:
        return "left"
    yield from portal.put(dossier)
    return "done"
