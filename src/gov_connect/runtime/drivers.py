"""The drivers: one loop for blocking callers, one for asyncio. All I/O of the library passes here."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from gov_connect.runtime.effects import Blocking, Send, Sleep

if TYPE_CHECKING:
    from gov_connect.runtime.effects import Ask, Program, Reply, Request, Timeouts
    from gov_connect.runtime.ports import ManualClock

T = TypeVar("T")


class Carrier(Protocol):
    """Carries one request; raises only `gov_connect.errors.OutsideSystemError`."""

    def send(self, request: Request, timeouts: Timeouts) -> Reply:
        """Exchange one message within `timeouts`."""
        ...

    def close(self) -> None:
        """Give up all connections."""
        ...


class AsyncCarrier(Protocol):
    """The same without blocking."""

    async def send(self, request: Request, timeouts: Timeouts) -> Reply:
        """Exchange one message within `timeouts`."""
        ...

    async def close(self) -> None:
        """Give up all connections."""
        ...


class SyncDriver:
    """Runs programs on the calling thread.

    Args:
        carrier: how bytes travel.
        clock: a manual clock to advance instead of sleeping, for simulated time.
    """

    def __init__(self, carrier: Carrier, clock: ManualClock | None = None) -> None:
        self.carrier = carrier
        self._sleep = time.sleep if clock is None else clock.advance

    def run(self, program: Program[T]) -> T:
        """Run `program` to its end and give its result, or raise what it raises."""
        outcome: Any = None
        failure: BaseException | None = None
        while True:
            try:
                ask = program.send(outcome) if failure is None else program.throw(failure)
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]
            outcome, failure = None, None
            try:
                outcome = self._perform(ask)
            except BaseException as error:  # noqa: BLE001 - the program decides what to do about it
                failure = error

    def _perform(self, ask: Ask) -> object:
        match ask:
            case Send():
                return self.carrier.send(ask.request, ask.timeouts)
            case Sleep():
                self._sleep(ask.seconds)
                return None
            case Blocking():
                return ask.work()


class AsyncDriver:
    """Runs programs on the running event loop; store accesses go to a thread.

    Args:
        carrier: how bytes travel.
        clock: a manual clock to advance instead of sleeping, for simulated time.
    """

    def __init__(self, carrier: AsyncCarrier, clock: ManualClock | None = None) -> None:
        self.carrier = carrier
        self._clock = clock
        self._waiting: dict[tuple[Any, Any], list[tuple[Any, Any]]] = {}
        self._working: set[Any] = set()

    async def run(self, program: Program[T]) -> T:
        """Run `program` to its end and give its result, or raise what it raises."""
        outcome: Any = None
        failure: BaseException | None = None
        while True:
            try:
                ask = program.send(outcome) if failure is None else program.throw(failure)
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]
            outcome, failure = None, None
            try:
                if isinstance(ask, Send):  # nearly always: the others go by a coroutine of their own
                    outcome = await self.carrier.send(ask.request, ask.timeouts)
                else:
                    outcome = await self._perform(ask)
            except BaseException as error:  # noqa: BLE001 - cancellation too must reach the program
                failure = error

    async def _perform(self, ask: Sleep | Blocking[Any]) -> object:
        match ask:
            case Sleep() if self._clock is not None:
                self._clock.advance(ask.seconds)
                return None
            case Sleep():
                import asyncio  # noqa: PLC0415 - whoever blocks needs none of it

                await asyncio.sleep(ask.seconds)
                return None
            case Blocking():
                group = getattr(ask.work, "group", None)
                if group is not None:
                    return ask.work() if group.at_once else await self._together(group, ask.work)
                import asyncio  # noqa: PLC0415 - whoever blocks needs none of it

                return await asyncio.to_thread(ask.work)

    async def _together(self, group: Any, step: Any) -> object:
        """Do a step of the records with whatever others of its group come up while a thread is at the last ones."""
        import asyncio  # noqa: PLC0415 - whoever blocks needs none of it

        loop = asyncio.get_running_loop()
        key, mine = (loop, group), loop.create_future()
        if key in self._waiting:
            self._waiting[key].append((step, mine))
        else:
            self._waiting[key] = [(step, mine)]
            self._working.add(working := loop.create_task(self._work_off(key)))  # a task lives while it is held
            working.add_done_callback(self._working.discard)
        return await mine

    async def _work_off(self, key: tuple[Any, Any]) -> None:
        import asyncio  # noqa: PLC0415 - whoever blocks needs none of it

        taken: list[tuple[Any, Any]] = []
        try:
            while self._waiting[key]:
                taken, self._waiting[key] = self._waiting[key], []
                ended = await asyncio.to_thread(key[1].run_many, [step for step, _ in taken])
                for (_, whose), (result, failure) in zip(taken, ended, strict=True):
                    if not whose.done():  # whoever was cancelled waits no more
                        whose.set_result(result) if failure is None else whose.set_exception(failure)
        except BaseException:  # the loop is closing: nobody shall wait for what never comes
            for _, whose in [*taken, *self._waiting[key]]:
                whose.cancel()
            raise
        finally:
            del self._waiting[key]
