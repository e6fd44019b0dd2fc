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
                outcome = await self._perform(ask)
            except BaseException as error:  # noqa: BLE001 - cancellation too must reach the program
                failure = error

    async def _perform(self, ask: Ask) -> object:
        match ask:
            case Send():
                return await self.carrier.send(ask.request, ask.timeouts)
            case Sleep() if self._clock is not None:
                self._clock.advance(ask.seconds)
                return None
            case Sleep():
                import asyncio  # noqa: PLC0415 - whoever blocks needs none of it

                await asyncio.sleep(ask.seconds)
                return None
            case Blocking():
                import asyncio  # noqa: PLC0415 - whoever blocks needs none of it

                return await asyncio.to_thread(ask.work)
