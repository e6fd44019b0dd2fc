"""Servers that run in the background and can be stopped, started again, and closed within a second."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Final

from gov_connect.mocks._access import Access
from gov_connect.mocks.core import MovableClock, vietnam_now
from gov_connect.mocks.faults import known_profile
from gov_connect.mocks.journal import Journal
from gov_connect.mocks.server._asgi import application
from gov_connect.mocks.server._control import set_agency_url
from gov_connect.mocks.server._courier import Courier
from gov_connect.mocks.server._named import NamedSystems
from gov_connect.mocks.server._uvicorn import Server, bind_all, listener_at, silenced, url_of
from gov_connect.mocks.systems import (
    SYSTEMS,
    environment,
    environment_through,
    in_process,
    signing_environment,
    throw_away_pki,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Coroutine, Generator, Iterable, Mapping

    from gov_connect.mocks.console import Console
    from gov_connect.mocks.core import Clock, MockSystem
    from gov_connect.mocks.faults import Profile

_TICK: Final = 0.1  # seconds between looks at the schedules
_WAIT: Final = 10.0  # seconds for a thing that takes milliseconds


class RunningMocks(NamedSystems):
    """The systems, running. Methods may be called from any thread but the servers' own."""

    def __init__(
        self,
        *,
        seed: int,
        faults: Profile | Mapping[str, Profile],
        host: str,
        ports: Mapping[str, int],
        agency_url: str | None,
        now: Clock = vietnam_now,
        console: int | None = None,
        allow_remote: bool = False,
    ) -> None:
        """Bind the ports; `start_all` begins to answer."""
        self.access = Access.for_host(host, allow_remote=allow_remote)
        self.clock = MovableClock(now)
        self.seed = seed
        self.journal = Journal()
        profiles: Mapping[str, Profile] = dict.fromkeys(SYSTEMS, faults) if isinstance(faults, str) else faults
        self.systems = in_process(seed=seed, now=self.clock)
        for name, profile in profiles.items():
            self.systems[self._known(name)].faults.change(known_profile(profile))
        for system in self.systems.values():
            system.journal = self.journal
        self._host = host
        self._listeners = bind_all(host, ports)
        self.base_urls = {name: url_of(host, listener) for name, listener in self._listeners.items()}
        self.pki = throw_away_pki(now)()
        self.environment = environment(self.base_urls) | signing_environment(self.pki)
        for name, system in self.systems.items():
            system.public_url = self.base_urls[name]
        if agency_url:
            self.set_agency_url(agency_url)
        self._servers: dict[str, Server] = {}
        self._console: tuple[Console, socket.socket] | None = None
        self._console_server: Server | None = None
        self.console_url = ""
        if console is not None:
            self._open_console(console, allow_remote=allow_remote)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing: asyncio.Event | None = None
        self._courier: Courier | None = None
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="gov-connect-mocks", daemon=True)

    def environment_through(self, way: str) -> dict[str, str]:
        """Give the variables of a client that goes through `lgsp` or `xroad`, or to `portal_2026`."""
        return self.environment | environment_through(way, self.base_urls)

    def _open_console(self, port: int, *, allow_remote: bool) -> None:
        from gov_connect.mocks.console import Console, Guard  # noqa: PLC0415 - templates load slowly

        host = self._host if allow_remote else "127.0.0.1"
        listener = listener_at(host, port)
        console = Console(self, Guard(self.access))
        token = f"/?token={self.access.token}" if allow_remote else "/"
        self._console, self.console_url = (console, listener), url_of(host, listener) + token

    def set_agency_url(self, url: str) -> None:
        """Say where pushes and notices go."""
        for system in self.systems.values():
            set_agency_url(system, url)

    def stop(self, system: str) -> None:
        """Make a server dead: connections are cut, new ones refused. The system keeps its state."""
        self._on_loop(self.halt(system))

    def start(self, system: str) -> None:
        """Bring a stopped server back on the same port."""
        self._on_loop(self.relaunch(system))

    def is_running(self, system: str) -> bool:
        """Tell whether a system's server takes connections."""
        return system in self._servers

    def reset(self) -> None:
        """Make every system forget everything, and the journal too."""
        for system in self.systems.values():
            system.reset()
        self.journal.clear()

    async def halt(self, system: str) -> None:
        """`stop`, from the servers' own loop."""
        server = self._servers.pop(self._known(system), None)
        if server is not None:
            await server.halt()

    async def relaunch(self, system: str) -> None:
        """`start`, from the servers' own loop."""
        if self._known(system) not in self._servers:
            port = int(self.base_urls[system].rpartition(":")[2])
            await self._launch(system, listener_at(self._host, port))

    async def advance(self, seconds: float) -> int:
        """Put the clock forward, from the servers' own loop, and send what is due by then; gives how many calls."""
        assert self._courier is not None
        self.clock.advance(seconds)
        return sum([await self._courier.deliver_due(system) for system in self.systems.values()])

    async def submit(self, submissions: Iterable[Mapping[str, Any]]) -> list[str]:
        """Submit dossiers at the portal, from the servers' own loop, and push them; gives their numbers."""
        assert self._courier is not None
        codes = [self.portal.submit(one) for one in submissions]
        for code in codes:
            for parcel in self.portal.pushes(code):
                self._courier.dispatch(self.portal, parcel)
        return codes

    def _known(self, system: str) -> str:
        if system not in self.systems:
            raise LookupError(system)
        return system

    def start_all(self) -> None:
        """Begin to answer."""
        self._thread.start()
        self._ready.result(_WAIT)

    def close(self) -> None:
        """Stop everything and wait until the thread has ended."""
        loop, closing = self._loop, self._closing
        if loop is not None and closing is not None and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # the loop may end in between
                loop.call_soon_threadsafe(closing.set)
        if self._thread.ident is not None:
            self._thread.join(_WAIT)
        for listener in self._listeners.values():
            listener.close()
        if self._console is not None:
            self._console[1].close()

    def _on_loop(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loop is None:
            work.close()
            message = "the mocks are not running"
            raise RuntimeError(message)
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_WAIT)

    def _run(self) -> None:
        with silenced(threading.get_ident()):
            try:
                asyncio.run(self._main())
            except Exception as error:  # noqa: BLE001 - handed to the thread that waits
                if not self._ready.done():
                    self._ready.set_exception(error)
            finally:
                self._loop = None

    async def _main(self) -> None:
        self._loop, self._closing, self._courier = (
            asyncio.get_running_loop(),
            asyncio.Event(),
            Courier(),
        )
        for name, listener in self._listeners.items():
            await self._launch(name, listener)
        if self._console is not None:
            console, listener = self._console
            self._console_server = Server(console, listener)
            await self._console_server.started()
        self._ready.set_result(None)
        schedule = asyncio.create_task(self._keep_schedules())
        await self._closing.wait()
        schedule.cancel()
        self._courier.drop()
        await asyncio.gather(*(self.halt(name) for name in list(self._servers)))
        if self._console_server is not None:
            await self._console_server.halt()

    async def _keep_schedules(self) -> None:
        """Send what the systems' own schedules call for."""
        assert self._courier is not None
        while True:
            for system in self.systems.values():
                for parcel in system.due():
                    self._courier.dispatch(system, parcel)
            await asyncio.sleep(_TICK)

    async def _launch(self, name: str, listener: socket.socket) -> None:
        assert self._courier is not None
        self._servers[name] = server = Server(application(self.systems[name], self._courier, self.access), listener)
        await server.started()


@contextlib.contextmanager
def running_mocks(
    *,
    seed: int = 0,
    faults: Profile | Mapping[str, Profile] = "calm",
    host: str = "127.0.0.1",
    ports: Mapping[str, int] | None = None,
    agency_url: str | None = None,
    now: Clock = vietnam_now,
    console: int | None = None,
    allow_remote: bool = False,
) -> Generator[RunningMocks]:
    """Run the systems in the background for the length of a `with` block.

    Args:
        seed: of people and faults.
        faults: a profile for all, or by system.
        host: where they listen.
        ports: fixes the port of a system by its name; the others get a free one.
        agency_url: where pushes and notices go.
        now: their clock.
        console: port of the web console, 0 for a free one; None for no console.
        allow_remote: let other machines in. The console and the control API then need the token, `access.token`.

    Raises:
        PermissionError: other machines reach `host`, and nobody allowed it.
    """
    mocks = RunningMocks(
        seed=seed,
        faults=faults,
        host=host,
        ports=ports or {},
        agency_url=agency_url,
        now=now,
        console=console,
        allow_remote=allow_remote,
    )
    try:
        mocks.start_all()
        yield mocks
    finally:
        mocks.close()


@contextlib.contextmanager
def running_system(system: MockSystem, *, host: str = "127.0.0.1", access: Access | None = None) -> Generator[str]:
    """Serve one system on a free port in the background; gives its address.

    Raises:
        PermissionError: other machines reach `host`, and no `access` allowed it.
    """
    access = access or Access.for_host(host, allow_remote=False)
    listener = listener_at(host, 0)
    base_url = system.public_url = url_of(host, listener)
    ready: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        closing, courier = asyncio.Event(), Courier()
        server = Server(application(system, courier, access), listener)
        await server.started()
        ready.set_result((asyncio.get_running_loop(), closing))
        await closing.wait()
        courier.drop()
        await server.halt()

    def run() -> None:
        with silenced(threading.get_ident()):
            try:
                asyncio.run(serve())
            except Exception as error:  # noqa: BLE001 - handed to the thread that waits
                if not ready.done():
                    ready.set_exception(error)

    thread = threading.Thread(target=run, name=f"gov-connect-mock-{system.name}", daemon=True)
    thread.start()
    try:
        loop, closing = ready.result(_WAIT)
        try:
            yield base_url
        finally:
            loop.call_soon_threadsafe(closing.set)
    finally:
        thread.join(_WAIT)
        listener.close()
