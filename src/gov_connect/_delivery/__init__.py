"""`gov.delivery`: the durable face of every system, what became of it, and the workers that carry it out."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_origin

from gov_connect._delivery.keeping import refuse_undeliverable
from gov_connect._delivery.systems import ActingSystems, acting_text, cap_of, process_name
from gov_connect.delivery.admin import Admin
from gov_connect.delivery.base_worker import WorkerOptions
from gov_connect.delivery.codec import dossier_of, encode_arguments, result_codec
from gov_connect.delivery.events import EventBook, Work
from gov_connect.delivery.executor import Executor
from gov_connect.delivery.host_transaction import raw_of, writer
from gov_connect.delivery.news import HOST, DossierReceived, News, PaymentChanged
from gov_connect.delivery.periodic import Job
from gov_connect.delivery.queue import Queue
from gov_connect.delivery.schedule import WAKING, payment_news, purge
from gov_connect.delivery.states import Lane, State
from gov_connect.delivery.worker import Worker
from gov_connect.errors import LedgerError, PurposeRequired
from gov_connect.store.rotation import rotate
from gov_connect.store.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from gov_connect._base_client import BaseClient
    from gov_connect._parts import Parts
    from gov_connect._reconciliation import Reconciler
    from gov_connect.adapters.civil_registry import CivilRegistry
    from gov_connect.adapters.national_portal import NationalPortal
    from gov_connect.delivery.admin import Standing
    from gov_connect.delivery.base_worker import Alarm, Timing
    from gov_connect.delivery.events import Writer
    from gov_connect.delivery.executor import Flow
    from gov_connect.delivery.healing import Found
    from gov_connect.delivery.procrastinate_jobs import JobBook
    from gov_connect.delivery.procrastinate_worker import ProcrastinateWorker
    from gov_connect.model import InboundDossier
    from gov_connect.payments import Payments
    from gov_connect.runtime import Acting, Adapter, Durable, Event, Operation

T = TypeVar("T")
A = TypeVar("A", bound="Adapter[Any]")
_WORKFLOW: Final = "workflow"
_DAILY: Final = timedelta(hours=22)


class Delivery:
    """The durable face of one agency's systems. All methods block for one commit at most.

    Args:
        parts: what all views of a client share.
        acting: who acts; written down with every event.
        key: the caller's own idempotency key.
        connection: the host's own connection, inside its transaction.
    """

    def __init__(self, parts: Parts, acting: Acting, *, key: str = "", connection: object = None) -> None:
        self._parts: Final = parts
        self._acting: Final = acting
        self._key: Final = key
        self._connection: Final = connection
        self._book: Final = EventBook(parts.vault, parts.clock)

    def with_key(self, key: str) -> Delivery:
        """The same, with an idempotency key of the caller's own: one key is one event, for ever.

        Without one the content decides: the same call as the newest of its dossier is the same event.
        """
        return Delivery(self._parts, self._acting, key=key, connection=self._connection)

    def within(self, connection: object) -> Delivery:
        """The same, inside the host's own transaction: see `gov_connect.delivery.host_transaction`.

        Args:
            connection: of SQLAlchemy (a Session too), psycopg 3 or sqlite3, to the database of our records.
        """
        return Delivery(self._parts, self._acting, key=self._key, connection=connection)

    @cached_property
    def portal(self) -> NationalPortal[Durable]:
        """The national public-service portal."""
        return self._client.portal

    @cached_property
    def civil_registry(self) -> CivilRegistry[Durable]:
        """The civil registry."""
        return self._client.civil_registry

    @cached_property
    def payments(self) -> Payments[Durable]:
        """Payment orders over the national payment platform."""
        return self._client.payments

    def payments_through(self, system: str) -> Payments[Durable]:
        """Payment orders over one gateway."""
        return self._client.payments_through(system)

    def system(self, adapter: type[A]) -> A:
        """An adapter by its class, a vendor's too: `gov.delivery.system(TheirPortal[Durable])`.

        A worker in another process finds it by its entry point.
        """
        self._parts.vendors[adapter.system] = get_origin(adapter) or adapter
        return self._client.system(adapter)

    @cached_property
    def _client(self) -> BaseClient[Durable]:
        from gov_connect._base_client import durable_client  # noqa: PLC0415 - the two need each other

        return durable_client(self._parts, self._acting, self)

    @cached_property
    def admin(self) -> Admin:
        """What waits, and since when; replay, park and cancel."""
        return Admin(self._parts.database, self._acting.agency, self._parts.clock)

    def keep(
        self,
        system: str,
        operation: Operation[..., T],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Event[T]:
        """Write a call down.

        Raises:
            NotSupported: a read, or a write that could neither be repeated nor looked up after a crash.
            KeyConflict: the caller's key stands for another content.
        """
        refuse_undeliverable(operation)
        if operation.facts.personal and (self._acting.purpose is None or self._acting.officer is None):
            raise PurposeRequired(operation.name)
        work = Work(
            agency=str(self._acting.agency),
            lane=Lane.OUT,
            system=system,
            operation=operation.name,
            dossier=dossier_of(args, kwargs),
            payload=encode_arguments(operation, args, kwargs),
            acting=acting_text(self._acting),
            key=self._key,
        )
        return self.write(work)

    def publish(self, news: News) -> Event[None]:
        """Have the host's handlers told of something, durably and in the dossier's order."""
        return self.write(self._news(news, news.to_json()))

    def start(self, workflow: str, dossier: str, payload: object) -> Event[None]:
        """Begin a workflow for a dossier, once; a worker that knows it takes it to its end."""
        work = Work(
            agency=str(self._acting.agency),
            lane=Lane.FLOW,
            system=_WORKFLOW,
            operation=workflow,
            dossier=dossier,
            payload=json.dumps(payload),
            acting=acting_text(self._acting),
            key=f"{workflow}/{dossier}",
        )
        return self.write(work)

    def wake(self, dossier: str) -> int:
        """Have the workflow of a dossier go on now: the payment, the supplement or the signature has come."""
        woken = self._wake(str(self._acting.agency), dossier)
        self._parts.bell.ring()
        return woken

    def _wake(self, agency: str, dossier: str) -> int:
        """Have a workflow go on, and where procrastinate distributes its job too."""
        book = self._job_book()
        if book is None:
            return self.queue.wake(agency, dossier)
        lock = f"{agency}|{_WORKFLOW}|{dossier}"
        return self.queue.wake(agency, dossier, lambda db: book.hasten(db.connection.driver_connection, [lock]))

    def make_ready(self) -> None:
        """Make what writing news needs of the database; before the transaction that they are written in."""
        self._job_book()

    def _job_book(self) -> JobBook | None:
        """Where jobs are written, its tables made; not to be asked for first inside a transaction."""
        book = self._parts.job_book
        if book is not None:
            book.prepare()
        return book

    def announce(self, db: Connection, system: str, key: str) -> None:
        """Write down, in the inbox's own transaction, that a message is to be told."""
        if system == "portal" and self._parts.handlers.wants(DossierReceived):
            work = Work(
                agency=str(self._acting.agency),
                lane=Lane.IN,
                system=HOST,
                operation=DossierReceived.__name__,
                dossier=key.partition("/")[0],
                payload=json.dumps({"system": system, "key": key}),
                key=f"inbox/{system}/{key}",
            )
            self._record(db, work, db.connection)

    def wait_handled(self, inbound: InboundDossier, *, seconds: float = 5.0) -> None:
        """Wait until the durable handlers have committed what was received of a dossier; the portal hears of it then.

        Args:
            inbound: the dossier, as it was stored.
            seconds: after which the portal is told to push again; the handlers are tried on all the same.

        Raises:
            LedgerError: nobody wants to hear, or not in time.
        """
        heard = {State.DONE.value, State.CANCELLED.value}
        handled = self._parts.handlers.wants(DossierReceived)
        until = time.monotonic() + seconds
        while handled:
            lines = self.admin.events(system=HOST, dossier=str(inbound.code))
            # What people decided against is settled, too.
            if all(line.state in heard for line in lines):
                return
            if time.monotonic() > until:
                break
            time.sleep(0.02)
        raise LedgerError("delivery.not_heard")

    def collect_payment_news(self) -> int:
        """Write down as news what the payment records say since the last time, and wake the workflows that waited for
        it; a worker does it every second.
        """
        wanted = self._parts.handlers.wants(PaymentChanged)
        moved: set[tuple[str, str]] = set()

        def tell(db: Connection, agency: str, news: News) -> None:
            self._record(db, replace(self._news(news, news.to_json()), agency=agency), db.connection)

        def woken(_db: Connection, agency: str, news: News) -> None:
            moved.add((agency, str(news.dossier)))

        found = 0
        if wanted:
            self._job_book()
            found = payment_news(self._parts.database, tell)
        if self._parts.flows:
            # A place of its own: who only wakes workflows must not take the news from who tells them.
            found = max(found, payment_news(self._parts.database, woken, reader=WAKING))
        for agency, dossier in sorted(moved):
            self._wake(agency, dossier)
        if found:
            self._parts.bell.ring()
        return found

    def collect_registry_news(self) -> int:
        """Ask the registry what became of delivered registrations, and write it down as news; a worker does it every
        quarter of an hour. Those of workflows are asked for by themselves.
        """
        from gov_connect._registry_news import collect_registry_news  # noqa: PLC0415 - on first use

        return collect_registry_news(self._parts, self._acting, self)

    def reconcile(self, *, heal: bool = False, limit: int = 1000) -> Found:
        """Compare the records with portal, registry and gateways: every mismatch, see `delivery.healing`.

        Args:
            heal: write down again what a system no longer knows, which looks up first, and propose refunds.
            limit: dossiers and orders that are asked for, of each kind, the newest dossiers first; 0 for all. How
                many were not asked for stands in `not_checked` of what is given.
        """
        return self._reconciler.run(heal=heal, limit=limit)

    @cached_property
    def _reconciler(self) -> Reconciler:
        from gov_connect._reconciliation import Reconciler  # noqa: PLC0415 - the two need each other

        return Reconciler(self._parts, self._acting, self)

    def replay(self, number: int) -> bool:
        """Put a parked event back in line, its doubts included; what waits behind it follows."""
        moved = self.admin.replay(number)
        self._distribute(number)
        return moved

    def cancel(self, number: int) -> bool:
        """Decide against an event that is not under way; what follows it in its dossier goes on."""
        moved = self.admin.cancel(number)
        self._distribute(number)
        return moved

    def status(self) -> list[Standing]:
        """How each system does: what waits, since when, outages."""
        return self.admin.status()

    def purge(self, *, keep: timedelta, keep_receipts: timedelta | None = None) -> int:
        """Forget the content of what ended longer ago than `keep`; gives how many events, orders and messages.

        Args:
            keep: of events, and of who paid; amounts, references, times and who is to get a receipt stay.
            keep_receipts: of who stands on a receipt; ten years from the end of its year, unless said otherwise.
        """
        from gov_connect.payments.retention import KEEP_RECEIPTS, forget_payers  # noqa: PLC0415 - once a day

        parts, kept = self._parts, KEEP_RECEIPTS if keep_receipts is None else keep_receipts
        gone, stored = purge(parts.database, parts.clock, keep=keep), (parts.database, parts.vault, parts.clock)
        return gone + forget_payers(*stored, keep=keep, keep_receipts=kept, wanted=parts.settings.issues_receipts)

    def rotate(self) -> int:
        """Close every stored text with the newest key; gives how many."""
        return rotate(self._parts.database, self._parts.vault)

    def distributor(
        self,
        *,
        slots: int = 32,
        flows: dict[str, Flow] | None = None,
        jobs: Sequence[Job] = (),
        timing: Timing | None = None,
        on_alarm: Callable[[Alarm], None] | None = None,
    ) -> Worker | ProcrastinateWorker:
        """The worker that `GOV_CONNECT_DISPATCHER` chooses; the arguments are those of `worker`."""
        if self._job_book() is None:
            return self.worker(slots=slots, flows=flows, jobs=jobs, timing=timing, on_alarm=on_alarm)
        from gov_connect.delivery.procrastinate_worker import ProcrastinateWorker  # noqa: PLC0415 - the `scale` extra

        options = WorkerOptions(
            slots=slots, without=lambda: self._unserved(flows), jobs=jobs, timing=timing, on_alarm=on_alarm
        )
        return ProcrastinateWorker(self.queue, self.executor(flows), name=process_name(), **options)

    def _unserved(self, flows: dict[str, Flow] | None) -> list[str]:
        """Systems that only exist where the host's own code runs."""
        served = bool(flows or self._parts.flows)
        return [*([] if self._parts.handlers else [HOST]), *([] if served else [_WORKFLOW])]

    def jobs(self, *, keep: timedelta = timedelta(days=365)) -> list[Job]:
        """What a worker does beside the queue: payments, lag alarms, reconciliation, the purge, signed law packs."""
        packs = self._parts.fee_watcher()

        def poll() -> None:
            gov = self.systems.view(self._acting)
            self.systems.run(gov.payment_poller().poll_once())

        return [
            Job(name="payment_news", every=1.0, work=self.collect_payment_news),
            Job(name="payment_poller", every=60.0, work=poll),
            Job(name="registry_news", every=900.0, work=self.collect_registry_news),
            Job(name="lag", every=60.0, work=self.admin.watch_lag),
            # Looked at every hour, done once a day, so that a worker that is restarted daily does it too.
            Job(name="reconciliation", every=3600.0, work=lambda: self._reconciler.daily(_DAILY)),
            Job(name="purge", every=3600.0, work=lambda: self.purge(keep=keep)),
            *([] if packs is None else [Job(name="fee_packs", every=60.0, work=packs.poll)]),
        ]

    def _news(self, news: News, payload: str) -> Work:
        return Work(
            agency=str(self._acting.agency),
            lane=Lane.IN,
            system=HOST,
            operation=type(news).__name__,
            dossier=str(news.dossier),
            payload=payload,
            key=self._key,
        )

    def write(self, work: Work) -> Event[Any]:
        """Write down a piece of work; every other way to do so comes here."""
        parts = self._parts
        self._job_book()
        if self._connection is not None:
            with writer(self._connection, parts.database.kind) as db:
                return self._record(db, work, raw_of(self._connection))
        with parts.database.transaction(f"{work.agency}|{work.lane}|{work.dossier}") as db:
            event = self._record(db, work, db.connection)
        parts.bell.ring()
        return event

    def _record(self, db: Writer, work: Work, connection: Any) -> Event[Any]:
        """Write the event, and where procrastinate distributes its job, in one transaction."""
        event = self._book.write(db, work)
        if event.fresh and self._parts.job_book is not None:
            self._parts.job_book.defer(raw_of(connection), event)
        return event

    def _distribute(self, number: int) -> None:
        """Have what waits behind an event looked at anew."""
        book = self._job_book()
        if book is not None:
            with self._parts.database.transaction(f"event|{number}") as db:
                for event in self.queue.behind(number):
                    book.defer(raw_of(db.connection), event)
        self._parts.bell.ring()

    def result(self, event: Event[T]) -> T | None:
        """What an event gave; None while it is not done."""
        from sqlalchemy import select  # noqa: PLC0415 - on first use

        with self._parts.database.reading() as db:
            row = db.execute(select(EVENTS).where(EVENTS.c.id == event.id, EVENTS.c.agency == event.agency)).first()
        if row is None or row.state != State.DONE.value or row.result is None:
            return None
        operation, _ = self.systems.named(row.system, row.operation, self._acting)
        text = self._parts.vault.open(row.result, f"result|{row.agency}|{row.system}|{row.key}")
        found: T = result_codec(operation).validate_json(text)
        return found

    @cached_property
    def queue(self) -> Queue:
        """All work of the database."""
        parts = self._parts
        return Queue(parts.database, parts.vault, parts.clock, parts.health_policy)

    @property
    def writer(self) -> str:
        """Who acts, as it stands with every event; in clear."""
        return acting_text(self._acting)

    @cached_property
    def systems(self) -> ActingSystems:
        """The façade as events need it."""
        return ActingSystems(self._parts)

    def executor(self, flows: dict[str, Flow] | None = None) -> Executor:
        """What carries single events out."""
        parts = self._parts
        return Executor(self.systems, parts.database, parts.handlers, parts.answers, {**parts.flows, **(flows or {})})

    def worker(
        self,
        *,
        slots: int = 32,
        flows: dict[str, Flow] | None = None,
        jobs: Sequence[Job] = (),
        timing: Timing | None = None,
        on_alarm: Callable[[Alarm], None] | None = None,
    ) -> Worker:
        """A worker for all agencies of this database: `with gov.delivery.worker(): …`, or `.run()`.

        Args:
            slots: events at once.
            flows: workflows it can take further, by name.
            jobs: what else it does now and then.
            timing: seconds of everything.
            on_alarm: hears of outages and parked events, once each; they are logged otherwise.
        """
        options = WorkerOptions(
            slots=slots, without=lambda: self._unserved(flows), jobs=jobs, timing=timing, on_alarm=on_alarm
        )
        return Worker(
            self.queue,
            self.executor(flows),
            name=process_name(),
            cap=lambda target: cap_of(self._parts, target, slots),
            bell=self._parts.bell,
            **options,
        )
