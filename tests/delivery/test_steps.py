"""Steps resume: what is done is not done again, what is in doubt is looked up."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import pytest

from gov_connect.delivery import Ledger, Steps
from gov_connect.errors import (
    AuthenticationFailed,
    GovConnectError,
    InvalidInput,
    OutcomeUnknown,
    Overloaded,
    Refused,
    SystemPaused,
    TimedOut,
    UnexpectedReply,
    Unreachable,
)
from gov_connect.model import (
    VIETNAM,
    AgencyCode,
    BirthDate,
    Citizen,
    CitizenId,
    DossierCode,
    FeeKind,
    FeeLine,
    Money,
    PersonName,
)
from gov_connect.runtime import (
    Acting,
    Adapter,
    Blocking,
    Context,
    CountingIds,
    Effect,
    F,
    Flow,
    Grade,
    Inner,
    Memory,
    SyncDriver,
    operation,
)
from gov_connect.transport import InProcessCarrier

FACTS: dict[str, Any] = {"wire": "Ghi", "effect": Effect.ASK_FIRST, "grade": Grade.GUESS, "section": "none"}
CITIZEN = Citizen(name=PersonName("MẪU THỊ THỬ"), citizen_id=CitizenId("000000000001"), born=BirthDate(2000, 2))
NOTHING_DONE = [
    Unreachable(system="notary"),
    SystemPaused(system="notary", seconds=1),
    Overloaded(system="notary", status=429),
    Refused(system="notary"),
    AuthenticationFailed(system="notary"),
    InvalidInput("Citizen", []),
]
MAY_HAVE_ARRIVED = [
    TimedOut(system="notary"),
    OutcomeUnknown(system="notary", reason="network.timed_out"),
    UnexpectedReply(system="notary", reason="not_json"),
]


class Notary(Adapter[F]):
    """Keeps what it is told; each call plays the next step of its script."""

    system: ClassVar[str] = "notary"
    script: ClassVar[list[Any]] = []
    calls: ClassVar[list[bool]] = []

    @operation(**FACTS)
    def keep(self, citizen: Citizen, *, doubtful: bool = False) -> Flow[Citizen | None]:
        """Keep a citizen; told when an earlier attempt may have arrived."""
        self.calls.append(doubtful)
        yield Blocking(lambda: None)
        step = self.script.pop(0)
        if isinstance(step, BaseException):
            raise step
        return citizen if step else None

    @operation(**FACTS)
    def report(self, lines: list[str]) -> Flow[int]:
        """Something that may simply be repeated."""
        self.calls.append(False)
        yield Blocking(lambda: None)
        step = self.script.pop(0)
        if isinstance(step, BaseException):
            raise step
        return len(lines)


class _Engine:
    def conduct(self, flow: Any, call: Any, acting: Any) -> Any:
        return flow

    def run(self, program: Any) -> Any:
        return program


@pytest.fixture
def notary(clock: Any) -> Notary[Inner]:
    """The scripted system, its script empty."""
    Notary.script.clear()
    Notary.calls.clear()
    return Notary(
        Context(
            acting=Acting(agency=AgencyCode("H99.201")),
            settings=None,
            production=False,
            clock=clock,
            ids=CountingIds(),
            memory=Memory(clock),
            engine=_Engine(),
        )
    )


@pytest.fixture
def steps(ledger: Ledger, dossier: DossierCode) -> Steps:
    """The steps of the dossier."""
    return Steps(ledger, dossier)


def _run(program: Any) -> Any:
    return SyncDriver(InProcessCarrier(lambda _: None)).run(program)


def _keep(steps: Steps, notary: Notary[Inner]) -> Any:
    return _run(steps.call("keep", Notary.keep, notary, CITIZEN))


def test_a_step_that_is_done_gives_its_stored_result(steps: Steps, notary: Notary[Inner]) -> None:
    """It is sent once; the result comes back whole, personal values in clear for its own caller."""
    notary.script[:] = [True]
    results = [_keep(steps, notary) for _ in range(3)]
    assert notary.calls == [False]
    assert results == [CITIZEN] * 3
    assert results[2].name.reveal() == "MẪU THỊ THỬ"


def test_nothing_is_a_result_too(steps: Steps, notary: Notary[Inner]) -> None:
    """`None` is stored like any other answer."""
    notary.script[:] = [False]
    assert [_keep(steps, notary) for _ in range(2)] == [None, None]
    assert notary.calls == [False]


@pytest.mark.parametrize("error", NOTHING_DONE, ids=lambda error: type(error).__name__)
def test_after_an_error_that_did_nothing_it_is_sent_again(
    error: GovConnectError, steps: Steps, notary: Notary[Inner]
) -> None:
    """Such a step starts anew."""
    notary.script[:] = [error, True]
    with pytest.raises(type(error)):
        _keep(steps, notary)
    assert _keep(steps, notary) == CITIZEN
    assert notary.calls == [False, False]


@pytest.mark.parametrize("error", MAY_HAVE_ARRIVED, ids=lambda error: type(error).__name__)
def test_after_an_error_that_may_have_done_something_it_is_looked_up(
    error: GovConnectError, steps: Steps, notary: Notary[Inner]
) -> None:
    """Such a step is told that it is in doubt."""
    notary.script[:] = [error, True]
    with pytest.raises(type(error)):
        _keep(steps, notary)
    assert _keep(steps, notary) == CITIZEN
    assert notary.calls == [False, True]


@pytest.mark.parametrize("error", NOTHING_DONE, ids=lambda error: type(error).__name__)
def test_a_doubt_outlives_a_failed_look_up(error: GovConnectError, steps: Steps, notary: Notary[Inner]) -> None:
    """That the second attempt did nothing says nothing of the first: the third still looks up."""
    notary.script[:] = [TimedOut(system="notary"), error, True]
    for kind in (TimedOut, type(error)):
        with pytest.raises(kind):
            _keep(steps, notary)
    _keep(steps, notary)
    assert notary.calls == [False, True, True]


def test_an_operation_without_doubt_is_just_repeated(steps: Steps, notary: Notary[Inner]) -> None:
    """One that may be repeated does not ask to be told."""
    notary.script[:] = [TimedOut(system="notary"), True]
    with pytest.raises(TimedOut):
        _run(steps.call("report", Notary.report, notary, ["a", "b"]))
    assert _run(steps.call("report", Notary.report, notary, ["a", "b"])) == 2


@pytest.mark.parametrize("asks", [1, 2, 3])
def test_a_crash_before_the_result_is_stored_leaves_a_doubt(asks: int, steps: Steps, notary: Notary[Inner]) -> None:
    """A process that dies after the intent was committed looks up when it comes back."""
    notary.script[:] = [True, True]
    program = steps.call("keep", Notary.keep, notary, CITIZEN)
    ask: Any = next(program)
    for _ in range(asks - 1):
        ask = program.send(ask.work())
    if asks == 1:
        ask.work()
    program.close()
    _keep(steps, notary)
    assert notary.calls[-1] is True


def test_a_crash_before_the_intent_is_committed_leaves_nothing(steps: Steps, notary: Notary[Inner]) -> None:
    """What was never begun is new."""
    notary.script[:] = [True]
    program = steps.call("keep", Notary.keep, notary, CITIZEN)
    next(program)
    program.close()
    _keep(steps, notary)
    assert notary.calls == [False]


def test_a_done_step_gives_its_result_whatever_is_asked_today(steps: Steps, notary: Notary[Inner]) -> None:
    """A name at the desk or a title at the portal may change: what was done stays done."""
    notary.script[:] = [True]
    done = _keep(steps, notary)
    assert _run(steps.call("keep", Notary.keep, notary, Citizen(name=PersonName("MẪU VĂN THỬ")))) == done


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (datetime, datetime(2026, 1, 5, 8, 0, 1, 2, tzinfo=VIETNAM)),
        (bool, False),
        (Citizen, CITIZEN),
        (tuple[FeeLine, ...], (FeeLine(name="Phí", amount=Money(0), kind=FeeKind.FEE),)),
    ],
    ids=["datetime", "bool", "citizen", "fees"],
)
def test_a_value_is_made_once_and_comes_back_whole(kind: Any, value: Any, steps: Steps) -> None:
    """Times, quotes and people are the same however often the workflow runs."""
    made: list[Any] = []

    def make() -> Any:
        made.append(value)
        return value

    assert [_run(steps.value("value", kind, make)) for _ in range(3)] == [value] * 3
    assert len(made) == 1


def test_of_two_that_make_a_value_the_first_counts(steps: Steps) -> None:
    """Both go on with the value that was stored first."""
    first, second = (steps.value("value", int, lambda number=number: number) for number in (1, 2))
    asks = [next(program) for program in (first, second)]
    missing = [ask.work() for ask in asks]
    stores = [program.send(found) for program, found in zip((first, second), missing, strict=True)]
    ended = []
    for program, ask in zip((first, second), stores, strict=True):
        with pytest.raises(StopIteration) as stop:
            program.send(ask.work())
        ended.append(stop.value.value)
    assert ended == [1, 1]
