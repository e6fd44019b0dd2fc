"""The façade: builds everything from `Settings` and offers it, blocking or awaited.

`GovConnect` and `AsyncGovConnect` share one body, `BaseClient`; what differs is only who runs programs.
Views made by `acting` share connections, limits and records with their parent.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

from gov_connect._base_client import BaseClient
from gov_connect._parts import AsyncEngine, Parts, SyncEngine
from gov_connect.runtime import Async, AsyncDriver, Sync, SyncDriver

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect._awaited import AwaitedDelivery, AwaitedWorkflows
    from gov_connect._delivery import Delivery
    from gov_connect._workflows import Workflows
    from gov_connect.inbound import Gate, Host, InboundReply
    from gov_connect.inbound.asgi import InboundApp
    from gov_connect.inbound.wsgi import InboundWsgi
    from gov_connect.resilience import Guard
    from gov_connect.runtime import Carrier, Engine, Program

__all__ = ["AsyncGovConnect", "GovConnect", "Parts"]

_THIS_MACHINE = ("127.0.0.0/8", "::1")
T = TypeVar("T")


class GovConnect(BaseClient[Sync]):
    """The blocking façade. A context manager; safe to share between threads.

    with GovConnect.from_env() as gov:
        gov.portal.find(DossierCode("H99.12.7-250804-0019"))
    """

    @property
    def delivery(self) -> Delivery:
        """The durable face: `gov.delivery.portal.put(dossier)` is written down now and delivered by a worker."""
        return self.written

    @property
    def workflows(self) -> Workflows:
        """Whole procedures: `gov.workflows.birth_registration(inbound)` begins one, workers take it to its end."""
        return self._flows

    def run(self, program: Program[T]) -> T:
        """Run a program (a workflow, an inbound request) to its end."""
        return self._driver.run(program)

    @property
    def carrier(self) -> Carrier:
        """What carries messages; for diagnosis."""
        return self._driver.carrier

    @cached_property
    def _driver(self) -> SyncDriver:
        from gov_connect.transport import HttpCarrier  # noqa: PLC0415 - on first use

        parts = self._parts
        with parts.lock:
            parts.carrier = parts.carrier or HttpCarrier()
        return SyncDriver(parts.carrier, parts.manual_clock)

    def _engine(self, guard: Guard) -> Engine:
        return SyncEngine(guard, self._driver)

    def asgi(self, host: Host, *, gate: Gate | None = None) -> InboundApp:
        """Everything the portal and the gateways push and ask, as an ASGI application: mount it, and it runs.

        Args:
            host: what the host software offers.
            gate: who may call; offline this machine alone, elsewhere there is no default.

        Raises:
            ConfigurationError: no gate, or one that this environment does not accept.
        """
        from gov_connect.inbound.asgi import InboundApp  # noqa: PLC0415 - on first use

        return InboundApp(self._handling(host), **self._guarded(gate))

    def wsgi(self, host: Host, *, gate: Gate | None = None) -> InboundWsgi:
        """The same as a WSGI application."""
        from gov_connect.inbound.wsgi import InboundWsgi  # noqa: PLC0415 - on first use

        return InboundWsgi(self._handling(host), **self._guarded(gate))

    def _handling(self, host: Host) -> Callable[[str, bytes], InboundReply]:
        handler = self.inbound(host)
        return lambda path, body: self.run(handler.handle(path, body))

    def _guarded(self, gate: Gate | None) -> dict[str, Any]:
        environment = self._parts.settings.environment
        return {"gate": gate, "peers": _THIS_MACHINE, "environment": environment}

    def close(self) -> None:
        """Close connections and records; a call after that opens them anew."""
        if self._parts.carrier is not None:
            self._parts.carrier.close()
        self._parts.close_records()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class AsyncGovConnect(BaseClient[Async]):
    """The awaited façade: the same names, `await`ed. An asynchronous context manager."""

    @cached_property
    def delivery(self) -> AwaitedDelivery:
        """The durable face: `await agov.delivery.portal.put(dossier)` is on the disk when it returns."""
        from gov_connect._awaited import AwaitedDelivery  # noqa: PLC0415 - on first use

        return AwaitedDelivery(self._parts, self._acting, self.written)

    @cached_property
    def workflows(self) -> AwaitedWorkflows:
        """Whole procedures, awaited: `await agov.workflows.birth_registration(inbound)`."""
        from gov_connect._awaited import AwaitedWorkflows  # noqa: PLC0415 - on first use

        return AwaitedWorkflows(self._flows)

    async def run(self, program: Program[T]) -> T:
        """Run a program (a workflow, an inbound request) to its end."""
        return await self._driver.run(program)

    @cached_property
    def _driver(self) -> AsyncDriver:
        from gov_connect.transport import async_carrier  # noqa: PLC0415 - on first use

        parts = self._parts
        with parts.lock:
            parts.async_carrier = parts.async_carrier or async_carrier()
        return AsyncDriver(parts.async_carrier, parts.manual_clock)

    def _engine(self, guard: Guard) -> Engine:
        return AsyncEngine(guard, self._driver)

    async def close(self) -> None:
        """Close connections and records; a call after that opens them anew."""
        if self._parts.async_carrier is not None:
            await self._parts.async_carrier.close()
        self._parts.close_records()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()
