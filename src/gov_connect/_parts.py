"""What the clients share: connections, records, limits, and the engines that run operations."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from gov_connect.errors import ConfigurationError, Problem
from gov_connect.resilience import Answers, Guard, Limits, Observer
from gov_connect.runtime import (
    Acting,
    Adapter,
    AsyncCarrier,
    AsyncDriver,
    Carrier,
    Clock,
    Ids,
    ManualClock,
    Memory,
    Random,
    RandomIds,
    SyncDriver,
    SystemClock,
    SystemRandom,
)
from gov_connect.telemetry.metrics import Metrics
from gov_connect.telemetry.otel import tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from gov_connect.audit import AuditLog, LookUps
    from gov_connect.delivery.executor import Flow as Workflow
    from gov_connect.delivery.health import HealthPolicy
    from gov_connect.delivery.news import Handlers
    from gov_connect.delivery.procrastinate_jobs import JobBook
    from gov_connect.delivery.worker import Bell
    from gov_connect.fees import FeeBook
    from gov_connect.fees.update import ActiveBook
    from gov_connect.fees.watch import Watcher
    from gov_connect.model import Officer
    from gov_connect.runtime import Call, Flow, Program
    from gov_connect.settings import Settings
    from gov_connect.store import Database, Vault
    from gov_connect.workflows import Desk

T = TypeVar("T")


@dataclass(kw_only=True)
class Parts:
    """What all views of one client share. Tests inject clocks, chance, ids and carriers here."""

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)
    chance: Random = field(default_factory=SystemRandom)
    ids: Ids = field(default_factory=RandomIds)
    observers: tuple[Observer, ...] = ()
    answers: Answers = field(default_factory=Answers)
    carrier: Carrier | None = None
    async_carrier: AsyncCarrier | None = None
    guards: dict[tuple[str, str], Guard] = field(default_factory=dict[tuple[str, str], Guard])
    lock: threading.RLock = field(default_factory=threading.RLock)
    metrics: Metrics = field(default_factory=Metrics)
    made: dict[str, Any] = field(default_factory=dict[str, Any])
    health_policy: HealthPolicy | None = None
    flows: dict[str, Workflow] = field(default_factory=dict)
    desks: dict[str, tuple[Desk, Officer | None]] = field(default_factory=dict)
    vendors: dict[str, type[Adapter[Any]]] = field(default_factory=dict[str, type[Adapter[Any]]])

    def _once(self, name: str, make: Callable[[], T]) -> T:
        """Make a shared part once, whichever thread comes first."""
        with self.lock:
            if name not in self.made:
                self.made[name] = make()
            part: T = self.made[name]
        return part

    def signing_desk(self, agency: str, make: Callable[[], T]) -> T:
        """What an agency signs and verifies with, made once."""
        return self._once(f"desk/{agency}", make)

    @property
    def memory(self) -> Memory:
        """Sessions and tokens."""
        return self._once("memory", lambda: Memory(self.clock))

    @property
    def database(self) -> Database:
        """The local records; offline they live in memory."""
        from gov_connect.store import Database  # noqa: PLC0415 - on first use

        return self._once(
            "database", lambda: Database("sqlite://" if self.settings.offline else self.settings.database_url)
        )

    @property
    def vault(self) -> Vault:
        """What closes the records. A file outlives the process, so its key must too."""
        return self._once("vault", self._vault)

    def _vault(self) -> Vault:
        from gov_connect.store import Vault  # noqa: PLC0415 - on first use

        key = self.settings.store_key
        if key is not None:
            return Vault.from_text(key.get_secret_value())
        if not self.settings.offline:
            from gov_connect.settings import PREFIX  # noqa: PLC0415 - loaded already

            problem = Problem(path=f"{PREFIX}STORE_KEY", code="value.missing")
            raise ConfigurationError([problem])
        return Vault.ephemeral()

    @property
    def audit(self) -> AuditLog:
        """The audit log."""
        return self._once("audit", self._audit)

    def _audit(self) -> AuditLog:
        from gov_connect.audit import AuditLog  # noqa: PLC0415 - on first use

        return AuditLog(self.database, self.vault, self.clock.now, writer=self.settings.audit_writer)

    def audit_key(self) -> Ed25519PrivateKey | None:
        """What signs exported heads, if the settings hold it."""
        from gov_connect.audit.heads import signing_key  # noqa: PLC0415 - on first use

        key = self.settings.audit_key
        return None if key is None else signing_key(key.get_secret_value())

    @property
    def look_ups(self) -> LookUps:
        """Who asked for whom."""
        return self._once("look_ups", self._look_ups)

    def _look_ups(self) -> LookUps:
        from gov_connect.audit import LookUps  # noqa: PLC0415 - on first use

        return LookUps(self.audit)

    @property
    def handlers(self) -> Handlers:
        """Who wants to hear what."""
        from gov_connect.delivery.news import Handlers  # noqa: PLC0415 - on first use

        return self._once("handlers", Handlers)

    @property
    def job_book(self) -> JobBook | None:
        """Writes jobs for procrastinate, where that distributes."""
        if self.settings.dispatcher != "procrastinate":
            return None
        from gov_connect.delivery.procrastinate_jobs import JobBook  # noqa: PLC0415 - the `scale` extra

        return self._once("job_book", lambda: JobBook(self.database))

    @property
    def bell(self) -> Bell:
        """Wakes the workers of this process."""
        from gov_connect.delivery.worker import Bell  # noqa: PLC0415 - on first use

        return self._once("bell", Bell)

    @property
    def fees(self) -> FeeBook:
        """The law packs in force, as whichever process of this machine accepted them last."""
        active = self.active_fees
        if active is not None:
            active.refresh()
            return active.book
        from gov_connect.fees import FeeBook  # noqa: PLC0415 - on first use

        return FeeBook.default()

    @property
    def active_fees(self) -> ActiveBook | None:
        """What keeps signed law packs, where the settings name who may sign.

        Raises:
            ConfigurationError: its folder cannot be used.
        """
        chosen = self.settings.fees
        if chosen is None:
            return None
        from gov_connect._fee_packs import active_book  # noqa: PLC0415 - on first use

        return self._once("active_fees", lambda: active_book(chosen))

    def fee_watcher(self) -> Watcher | None:
        """What looks at the source of signed packs, where the settings name one."""
        chosen, active = self.settings.fees, self.active_fees
        if chosen is None or active is None or not chosen.source:
            return None
        from gov_connect._fee_packs import watcher  # noqa: PLC0415 - on first use

        return watcher(active, chosen.source, self.clock)

    def close_records(self) -> None:
        """Close the local records, if they were opened."""
        with self.lock:
            database: Database | None = self.made.get("database")
        if database is not None:
            database.close()

    @property
    def manual_clock(self) -> ManualClock | None:
        """The clock, when it is a simulated one."""
        return self.clock if isinstance(self.clock, ManualClock) else None

    def guard(self, agency: str, system: str, limits: Limits) -> Guard:
        """The one guard before a system for an agency."""
        with self.lock:
            key = (agency, system)
            if key not in self.guards:
                told: tuple[Observer, ...] = (self.metrics, tell, *self.observers, self.answers)
                self.guards[key] = Guard(limits, clock=self.clock, chance=self.chance, observers=told)
            return self.guards[key]


def offline_parts(settings: Settings | None, seed: int = 0) -> Parts:
    """What a client is built of, by default as the environment says; offline, the mocks answer in this process."""
    from gov_connect.settings import Settings as Read  # noqa: PLC0415 - on first use

    settings = settings or Read()
    if not settings.offline:
        return Parts(settings=settings)
    from gov_connect.offline import offline_carrier, offline_settings  # noqa: PLC0415 - only offline

    carrier = offline_carrier(seed)
    return Parts(
        settings=offline_settings(settings),
        carrier=carrier,
        async_carrier=carrier.for_asyncio(),
    )


class InnerEngine:
    """Hands programs on, for `yield from` inside another program."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def conduct(self, flow: Flow[T], call: Call, acting: Acting) -> Program[T]:
        """Carry a flow out under the system's guard."""
        return self._guard.conduct(flow, call, acting)

    def run(self, program: Program[Any]) -> Any:
        """The program itself."""
        return program


class SyncEngine(InnerEngine):
    """Runs operations at once, blocking."""

    def __init__(self, guard: Guard, driver: SyncDriver) -> None:
        super().__init__(guard)
        self._driver = driver

    def run(self, program: Program[Any]) -> Any:
        """The program's result."""
        return self._driver.run(program)


class AsyncEngine(InnerEngine):
    """Runs operations on the running loop."""

    def __init__(self, guard: Guard, driver: AsyncDriver) -> None:
        super().__init__(guard)
        self._driver = driver

    def run(self, program: Program[Any]) -> Any:
        """A coroutine that gives the program's result."""
        return self._driver.run(program)
