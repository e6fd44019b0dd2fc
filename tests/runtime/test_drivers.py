"""Both drivers run the same programs to the same end."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.errors import TimedOut, Unreachable
from gov_connect.model import VIETNAM
from gov_connect.runtime import AsyncDriver, Blocking, ManualClock, Reply, Request, Send, Sleep, SyncDriver, Timeouts
from gov_connect.transport import InProcessCarrier

if TYPE_CHECKING:
    from collections.abc import Callable

SEND = Send(Request(system="portal", url="http://portal.example/", body=b"hi"), Timeouts())


def _answer(request: Request) -> Reply | None:
    return Reply(status=200, body=request.body.upper()) if request.body else None


@pytest.fixture
def clock() -> ManualClock:
    """A clock that the test moves."""
    return ManualClock(datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM))


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest, clock: ManualClock) -> Callable[[Any], Any]:
    """Run a program with one of the drivers."""
    carrier = InProcessCarrier(_answer)
    if request.param == "sync":
        return SyncDriver(carrier, clock).run
    driver = AsyncDriver(carrier.for_asyncio(), clock)
    return lambda program: asyncio.run(driver.run(program))


def test_replies_values_and_results_come_back(run: Any) -> None:
    """A program gets the reply of each ask, and its caller gets what it returns."""

    def program() -> Any:
        reply = yield SEND
        worked = yield Blocking(lambda: 2)
        slept = yield Sleep(0)
        return reply.body, worked, slept

    assert run(program()) == (b"HI", 2, None)


def test_a_program_that_asks_nothing_just_returns(run: Any) -> None:
    """No ask, no I/O."""

    def program() -> Any:
        yield from ()
        return "done"

    assert run(program()) == "done"


def test_an_error_is_thrown_into_the_program(run: Any) -> None:
    """The program may handle what went wrong, and go on."""

    def program() -> Any:
        try:
            yield Send(Request(system="portal", url="http://portal.example/"), Timeouts())
        except Unreachable as error:
            reply = yield SEND
            return error.system, reply.status

    assert run(program()) == ("portal", 200)


@pytest.mark.parametrize("error", [TimedOut(system="portal"), ZeroDivisionError("0")])
def test_an_unhandled_error_leaves_through_the_cleanup(error: Exception, run: Any) -> None:
    """What the program does not handle, its caller gets, after the program has cleaned up."""
    cleaned: list[Any] = []

    def fail() -> None:
        raise error

    def program() -> Any:
        try:
            yield Blocking(fail)
        finally:
            cleaned.append((yield Blocking(lambda: "cleaned")))

    with pytest.raises(type(error)) as caught:
        run(program())
    assert caught.value is error
    assert cleaned == ["cleaned"]


def test_an_error_of_the_program_itself_passes(run: Any) -> None:
    """Its own mistakes are its caller's to see."""

    def program() -> Any:
        yield SEND
        raise LookupError

    with pytest.raises(LookupError):
        run(program())


def test_programs_run_inside_each_other(run: Any) -> None:
    """`yield from` makes one program of several."""

    def inner(text: bytes) -> Any:
        reply = yield Send(Request(system="portal", url="http://portal.example/", body=text), Timeouts())
        return reply.body

    def outer() -> Any:
        first = yield from inner(b"a")
        second = yield from inner(b"b")
        return first + second

    assert run(outer()) == b"AB"


def test_sleeping_moves_a_manual_clock(run: Any, clock: ManualClock) -> None:
    """Simulated time passes at once."""

    def program() -> Any:
        yield Sleep(3600)
        yield Sleep(1.5)

    run(program())
    assert clock.monotonic() == 3601.5
    assert clock.now() == datetime(2026, 1, 5, 9, 0, 1, 500_000, tzinfo=VIETNAM)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_without_a_manual_clock_sleeping_takes_time(kind: str) -> None:
    """Real drivers wait for real."""
    seen: list[float] = []

    def program() -> Any:
        from time import monotonic  # noqa: PLC0415 - beside its use

        seen.append(monotonic())
        yield Sleep(0.03)
        seen.append(monotonic())

    carrier = InProcessCarrier(_answer)
    if kind == "sync":
        SyncDriver(carrier).run(program())
    else:
        asyncio.run(AsyncDriver(carrier.for_asyncio()).run(program()))
    assert seen[1] - seen[0] >= 0.025


def test_blocking_work_leaves_the_event_loop_free() -> None:
    """Store accesses of the async driver run in another thread."""

    def program() -> Any:
        return (yield Blocking(threading.get_ident))

    carrier = InProcessCarrier(_answer).for_asyncio()
    assert asyncio.run(AsyncDriver(carrier).run(program())) != threading.get_ident()
    assert SyncDriver(InProcessCarrier(_answer)).run(program()) == threading.get_ident()


def test_cancelling_runs_the_cleanup_of_the_program() -> None:
    """Cancellation reaches the program, which may still use the store, and then the caller."""
    seen: list[str] = []

    def program() -> Any:
        try:
            seen.append("waiting")
            yield Sleep(60)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise
        finally:
            yield Blocking(lambda: seen.append("cleaned"))

    async def cancel() -> None:
        task = asyncio.create_task(AsyncDriver(InProcessCarrier(_answer).for_asyncio()).run(program()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert seen == ["waiting", "cancelled", "cleaned"]


def test_an_interrupt_runs_the_cleanup_of_the_program() -> None:
    """Ctrl-C during a blocking call is no exception to the rule."""
    seen: list[str] = []

    def interrupt() -> None:
        raise KeyboardInterrupt

    def program() -> Any:
        try:
            yield Blocking(interrupt)
        finally:
            seen.append("cleaned")

    with pytest.raises(KeyboardInterrupt):
        SyncDriver(InProcessCarrier(_answer)).run(program())
    assert seen == ["cleaned"]


class _Group:
    """What does steps together, and keeps how many came at once."""

    def __init__(self, *, at_once: bool) -> None:
        self.at_once = at_once
        self.taken: list[int] = []

    def run_many(self, steps: list[Any]) -> list[tuple[Any, Exception | None]]:
        """Each step gives its number; the third fails."""
        self.taken.append(len(steps))
        return [(step.number, ValueError("third") if step.number == 3 else None) for step in steps]


class _Step:
    def __init__(self, group: _Group, number: int) -> None:
        self.group = group
        self.number = number

    def __call__(self) -> int:
        self.group.taken.append(1)
        return self.number


def test_steps_of_the_records_are_done_together() -> None:
    """What many programs ask of one group at a time goes over in one hop; each gets its own result or error."""
    driver, group = AsyncDriver(InProcessCarrier(_answer).for_asyncio()), _Group(at_once=False)

    def program(number: int) -> Any:
        return (yield Blocking(_Step(group, number)))

    async def all_of_them() -> list[Any]:
        return await asyncio.gather(*(driver.run(program(number)) for number in range(8)), return_exceptions=True)

    results = asyncio.run(all_of_them())
    assert [result for result in results if not isinstance(result, Exception)] == [0, 1, 2, 4, 5, 6, 7]
    assert isinstance(results[3], ValueError)
    assert sum(group.taken) == 8
    assert len(group.taken) < 8


def test_steps_that_wait_for_nothing_need_no_thread() -> None:
    """Records that live in memory are done on the spot."""
    driver, group = AsyncDriver(InProcessCarrier(_answer).for_asyncio()), _Group(at_once=True)

    def program() -> Any:
        return (yield Blocking(_Step(group, 5)))

    assert asyncio.run(driver.run(program())) == 5
    assert group.taken == [1]
