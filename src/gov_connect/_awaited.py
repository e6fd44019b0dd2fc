"""The awaited faces of `gov.delivery` and `gov.workflows`: the same names, each doing its commit in a thread.

Nothing is written twice: every name below points at the blocking method, whose words and types it keeps.
"""

from __future__ import annotations

import asyncio
from functools import cached_property, update_wrapper
from typing import TYPE_CHECKING, Any, Concatenate, Final, Generic, ParamSpec, Protocol, TypeVar, get_origin

from gov_connect._delivery import Delivery
from gov_connect._workflows import Workflows
from gov_connect.runtime import Adapter, AsyncDurable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gov_connect._base_client import BaseClient
    from gov_connect._parts import Parts
    from gov_connect.adapters.civil_registry import CivilRegistry
    from gov_connect.adapters.national_portal import NationalPortal
    from gov_connect.payments import Payments
    from gov_connect.runtime import Acting, Event

P = ParamSpec("P")
T = TypeVar("T")
A = TypeVar("A", bound=Adapter[Any])


class _Face(Protocol):
    def call(self, work: Callable[[Any], T], /) -> Awaitable[T]:
        """Do something with the blocking face, without blocking the loop."""
        ...


class Awaited(Generic[P, T]):
    """A blocking method, awaited."""

    def __init__(self, function: Callable[Concatenate[Any, P], T]) -> None:
        self._function: Final = function
        update_wrapper(self, function)  # type: ignore[arg-type] # a descriptor carries the words of its method

    def __get__(self, face: _Face, owner: object = None) -> Callable[P, Awaitable[T]]:
        """The method of one face."""

        def awaited(*args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
            return face.call(lambda blocking: self._function(blocking, *args, **kwargs))

        return awaited


class AwaitedDelivery:
    """`gov.delivery` of the awaited façade: `await agov.delivery.portal.put(dossier)` gives the event.

    Args:
        parts: what all views of a client share.
        acting: who acts.
        blocking: the blocking face.
        connection: the host's own connection, inside its transaction.
    """

    def __init__(self, parts: Parts, acting: Acting, blocking: Delivery, connection: Any = None) -> None:
        self._parts: Final = parts
        self._acting: Final = acting
        self._blocking: Final = blocking
        self._connection: Final = connection

    async def call(self, work: Callable[[Delivery], T], /) -> T:
        """Do something with the blocking face in a thread, or on the host's own connection where it lives."""
        connection, blocking = self._connection, self._blocking
        if connection is None:
            return await asyncio.to_thread(work, blocking)
        if hasattr(connection, "run_sync"):  # SQLAlchemy's asynchronous connections and sessions

            def inside(inner: object) -> T:
                return work(blocking.within(inner))

            done: T = await connection.run_sync(inside)
            return done
        return work(blocking.within(connection))

    def with_key(self, key: str) -> AwaitedDelivery:
        """The same, with an idempotency key of the caller's own; see `Delivery.with_key`."""
        return AwaitedDelivery(self._parts, self._acting, self._blocking.with_key(key), self._connection)

    def within(self, connection: object) -> AwaitedDelivery:
        """The same, inside the host's own transaction: an asynchronous connection or session of SQLAlchemy, or any
        blocking one (which then blocks for the insert).
        """
        return AwaitedDelivery(self._parts, self._acting, self._blocking, connection)

    @cached_property
    def portal(self) -> NationalPortal[AsyncDurable]:
        """The national public-service portal."""
        return self._client.portal

    @cached_property
    def civil_registry(self) -> CivilRegistry[AsyncDurable]:
        """The civil registry."""
        return self._client.civil_registry

    @cached_property
    def payments(self) -> Payments[AsyncDurable]:
        """Payment orders over the national payment platform."""
        return self._client.payments

    def payments_through(self, system: str) -> Payments[AsyncDurable]:
        """Payment orders over one gateway."""
        return self._client.payments_through(system)

    def system(self, adapter: type[A]) -> A:
        """An adapter by its class, a vendor's too; see `Delivery.system`."""
        self._parts.vendors[adapter.system] = get_origin(adapter) or adapter
        return self._client.system(adapter)

    @cached_property
    def _client(self) -> BaseClient[AsyncDurable]:
        from gov_connect._base_client import async_durable_client  # noqa: PLC0415 - the two need each other

        return async_durable_client(self._parts, self._acting, self)

    keep = Awaited(Delivery.keep)
    publish = Awaited(Delivery.publish)
    start = Awaited(Delivery.start)
    wake = Awaited(Delivery.wake)
    wait_handled = Awaited(Delivery.wait_handled)
    collect_payment_news = Awaited(Delivery.collect_payment_news)
    collect_registry_news = Awaited(Delivery.collect_registry_news)
    reconcile = Awaited(Delivery.reconcile)
    replay = Awaited(Delivery.replay)
    cancel = Awaited(Delivery.cancel)
    status = Awaited(Delivery.status)
    purge = Awaited(Delivery.purge)
    rotate = Awaited(Delivery.rotate)

    async def result(self, event: Event[T]) -> T | None:
        """What an event gave; None while it is not done."""
        return await self.call(lambda blocking: blocking.result(event))


class AwaitedWorkflows:
    """`gov.workflows` of the awaited façade."""

    def __init__(self, blocking: Workflows) -> None:
        self._blocking: Final = blocking

    async def call(self, work: Callable[[Workflows], T], /) -> T:
        """Do something with the blocking face in a thread."""
        return await asyncio.to_thread(work, self._blocking)

    serve = Awaited(Workflows.serve)
    start = Awaited(Workflows.start)
    receive = Awaited(Workflows.receive)
    begin = Awaited(Workflows.begin)
    birth_registration = Awaited(Workflows.birth_registration)
    extract_copies = Awaited(Workflows.extract_copies)
    marital_status = Awaited(Workflows.marital_status)
    certification = Awaited(Workflows.certification)
    take_in_bundles = Awaited(Workflows.take_in_bundles)
    accept = Awaited(Workflows.accept)
    request_supplement = Awaited(Workflows.request_supplement)
    supplement = Awaited(Workflows.supplement)
    correct = Awaited(Workflows.correct)
    await_signature = Awaited(Workflows.await_signature)
    issue = Awaited(Workflows.issue)
    hand_over = Awaited(Workflows.hand_over)
    withdraw = Awaited(Workflows.withdraw)
    refuse = Awaited(Workflows.refuse)
    stop = Awaited(Workflows.stop)
    go_on = Awaited(Workflows.go_on)
    standing = Awaited(Workflows.standing)
    papers = Awaited(Workflows.papers)
    signals = Awaited(Workflows.signals)
    refund_proposals = Awaited(Workflows.refund_proposals)
    number = Awaited(Workflows.number)
