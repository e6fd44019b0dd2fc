"""The life of a request as a durable program: it may be run at any time, and goes on from where the records say.

Every step's intent is written down before it is sent and its result after it, under a name that never changes; so
what is done gives its stored result, what is in doubt is looked up, and only then the next thing happens. Between
two stages the program heeds what people have said. Waiting holds nothing: the program ends and is run again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gov_connect.delivery import Steps
from gov_connect.errors import GovConnectError, InvalidInput, KeyConflict, NotSupported, Refused
from gov_connect.reference import WorkCalendar
from gov_connect.runtime import Blocking
from gov_connect.workflows.case import Case, Ended, Outcome, Parked, Standing, Waiting, World
from gov_connect.workflows.closing import close
from gov_connect.workflows.plans import plan_of
from gov_connect.workflows.reception import take_up
from gov_connect.workflows.signal_handling import heed
from gov_connect.workflows.signals import SignalBook

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.delivery import Ledger
    from gov_connect.delivery.ledger import Record
    from gov_connect.delivery.news import News
    from gov_connect.fees import FeeBook
    from gov_connect.runtime import Clock, Program
    from gov_connect.workflows.application import Application
    from gov_connect.workflows.case import Systems
    from gov_connect.workflows.papers import Desk


def _for_officer(error: GovConnectError) -> bool:
    """Whether trying again cannot help, and a person has to look: no, what is wrong, or what differs."""
    return isinstance(error, (Refused, InvalidInput, NotSupported, KeyConflict)) or error.code.startswith("payment.")


def _nobody(_news: News, _key: str) -> None:
    """Nobody wants to hear."""


class LifeCycle:
    """Takes requests through their life. One per desk; its programs run in parallel.

    Args:
        tell: has the host told of something, durably and once per key.
        calendar: the agency's own; None for the state's.
    """

    def __init__(
        self,
        desk: Desk,
        systems: Systems,
        *,
        ledger: Ledger,
        fees: FeeBook,
        clock: Clock,
        tell: Callable[[News, str], object] = _nobody,
        calendar: WorkCalendar | None = None,
    ) -> None:
        self._ledger = ledger
        self._book = SignalBook(ledger)
        self._world = World(
            desk=desk,
            systems=systems,
            ledger=ledger,
            fees=fees,
            clock=clock,
            calendar=calendar or WorkCalendar.default(),
            tell=tell,
        )

    def advance(self, application: Application, *, poll: bool = True, worker: str = "") -> Program[Standing]:
        """Take a request as far as it goes now.

        Args:
            application: what it began with.
            poll: ask the gateway for the payment; False right after the order was opened.
            worker: token of the worker that runs it, so that its death frees the dossier at once.

        Raises:
            OutsideSystemError: a system failed; call again later.
        """
        code = application.code
        lease: str | None = yield Blocking(lambda: self._ledger.lease(code, worker=worker))
        if lease is None:
            return Standing(outcome=Outcome.BUSY)
        case = Case(
            world=self._world,
            plan=plan_of(application),
            application=application,
            steps=Steps(self._ledger, code, lease),
            book=self._book,
            poll=poll,
        )
        try:
            standing = yield from self._advance(case)
        except BaseException as error:
            # A program that is closed may not ask for anything more: its lease ends by itself.
            if not isinstance(error, GeneratorExit):
                yield Blocking(lambda: self._ledger.release(code, lease))
            raise
        yield Blocking(lambda: self._ledger.release(code, lease))
        return standing

    def _advance(self, case: Case) -> Program[Standing]:
        code = case.application.code
        record: Record | None = yield Blocking(lambda: self._ledger.record(code))
        if record is not None and record.outcome in _ENDED:
            return Standing(outcome=Outcome(record.outcome))
        if record is not None:
            case.shown = record.status
        case.begun = yield Blocking(lambda: self._ledger.begun(code))
        try:
            outcome = yield from self._live(case)
        except Waiting as waiting:
            standing = waiting.standing
            yield from self._stand(case, standing.outcome)
            return standing
        except (Parked, GovConnectError) as problem:
            if isinstance(problem, GovConnectError) and not _for_officer(problem):
                raise
            reason = problem.reason if isinstance(problem, Parked) else problem.code
            yield from self._stand(case, Outcome.NEEDS_OFFICER, reason=reason)
            return Standing(outcome=Outcome.NEEDS_OFFICER, reason=reason)
        yield from self._stand(case, outcome, handled=True)
        return Standing(outcome=outcome)

    def _live(self, case: Case) -> Program[Outcome]:
        yield from take_up(case)
        try:
            for stage in case.plan.stages:
                yield from heed(case)
                yield from stage(case)
        except Ended as ended:
            return (yield from close(case, ended.signal))
        return Outcome.DELIVERED

    def _stand(self, case: Case, outcome: Outcome, *, reason: str = "", handled: bool = False) -> Program[None]:
        application = case.application
        records = [(application.code, application.inbound.procedure)]
        records += [(one.code, one.procedure) for one in application.further]
        status = case.shown
        for code, procedure in records:
            stand = partial(self._ledger.stand, code, procedure=procedure, status=status, outcome=str(outcome))
            yield Blocking(partial(stand, reason=reason, handled=handled))


_ENDED = frozenset(str(outcome) for outcome in Outcome if outcome.ended)
