"""What both façades share: the composition root, which builds everything from `Settings` on first use."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from gov_connect._parts import InnerEngine, Parts, offline_parts
from gov_connect._records import Records
from gov_connect.resilience import Guard, Limits
from gov_connect.runtime import Acting, Adapter, AsyncDurable, Context, Durable, F, Inner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from gov_connect._awaited import AwaitedDelivery
    from gov_connect._delivery import Delivery
    from gov_connect._signatures import Signatures
    from gov_connect._workflows import Workflows
    from gov_connect.adapters.bundle_platform import BundlePlatform
    from gov_connect.adapters.civil_registry import CivilRegistry
    from gov_connect.adapters.national_payment import NationalPayment
    from gov_connect.adapters.national_portal import NationalPortal
    from gov_connect.adapters.residents import Residents
    from gov_connect.audit import LookUps
    from gov_connect.audit.desk import Audit
    from gov_connect.delivery import Ledger
    from gov_connect.delivery.news import N
    from gov_connect.fees import FeeBook
    from gov_connect.model import AgencyCode, Officer, Purpose
    from gov_connect.payments import OrderBook, Payments, Poller
    from gov_connect.payments.issuing import ReceiptDesk
    from gov_connect.runtime import Engine
    from gov_connect.settings import Settings
    from gov_connect.telemetry import Digest

A = TypeVar("A", bound=Adapter[Any])


class BaseClient(Records, Generic[F]):
    """The body of both façades."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        parts: Parts | None = None,
        acting: Acting | None = None,
        once: bool = False,
    ) -> None:
        # `once` leaves repetitions to the caller: a worker repeats durably, and holds no thread for it.
        self._once = once
        self._parts = parts or offline_parts(settings)
        self._acting = acting or self._account()
        self._fees: FeeBook | None = None

    @classmethod
    def from_env(cls) -> Self:
        """A client from the environment.

        Raises:
            ConfigurationError: with every wrong variable at once.
        """
        return cls()

    @classmethod
    def offline(cls, *, seed: int = 0) -> Self:
        """A client on in-process mocks: starts nothing, needs no configuration, keeps no file."""
        from gov_connect.settings import Settings  # noqa: PLC0415 - on first use

        return cls(parts=offline_parts(Settings.from_mapping({}), seed))

    def acting(
        self,
        *,
        agency: AgencyCode | str | None = None,
        officer: Officer | None = None,
        purpose: Purpose | None = None,
    ) -> Self:
        """A view in which this officer acts, for this agency and purpose; what is left out stays."""
        from gov_connect.model import AgencyCode as Checked  # noqa: PLC0415 - a name of its own

        acting = replace(
            self._acting,
            agency=self._acting.agency if agency is None else Checked(agency),
            officer=officer or self._acting.officer,
            purpose=purpose or self._acting.purpose,
        )
        return type(self)(parts=self._parts, acting=acting, once=self._once)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._parts.settings

    @cached_property
    def portal(self) -> NationalPortal[F]:
        """The national public-service portal."""
        from gov_connect.adapters.national_portal import NationalPortal, NationalPortal2026  # noqa: PLC0415

        chosen: Any = self._parts.settings.need("portal", self._acting.agency)
        return self.system(NationalPortal2026[F] if chosen.generation == "2026" else NationalPortal[F])

    @cached_property
    def residents(self) -> Residents[F]:
        """The national residents database."""
        from gov_connect.adapters.residents import Residents  # noqa: PLC0415

        return self.system(Residents[F])

    @cached_property
    def civil_registry(self) -> CivilRegistry[F]:
        """The civil registry."""
        from gov_connect.adapters.civil_registry import CivilRegistry  # noqa: PLC0415

        return self.system(CivilRegistry[F])

    @cached_property
    def bundles(self) -> BundlePlatform[F]:
        """The platform of the interlinked birth and death dossiers."""
        from gov_connect.adapters.bundle_platform import BundlePlatform  # noqa: PLC0415

        return self.system(BundlePlatform[F])

    @cached_property
    def payments(self) -> Payments[F]:
        """Payment orders over the national payment platform."""
        return self.payments_through("national_payment")

    def payments_through(self, system: str) -> Payments[F]:
        """Payment orders over one gateway: `vnpay`, `vietqr`, `cash`, or a vendor's by its entry point.

        Raises:
            NotSupported: there is no such adapter, or it is no payment gateway.
            ConfigurationError: its settings are missing.
        """
        from gov_connect.payments import Payments, gateway_class  # noqa: PLC0415 - on first use

        gateway = self.inner().system(gateway_class(system))
        return Payments(
            self._context(system, gateway.context.settings),
            gateway=gateway,
            book=self._order_book(system),
            agency_name=self._parts.settings.name_of(self._acting.agency),
            desk=lambda: self._receipt_desk(system),
        )

    def _receipt_desk(self, system: str) -> ReceiptDesk:
        from gov_connect.payments.setup import receipt_desk  # noqa: PLC0415 - on first use

        parts, agency = self._parts, self._acting.agency
        issue = self.inner().system
        return receipt_desk(
            parts.settings, parts.database, parts.vault, agency=agency, system=system, clock=parts.clock, issuer=issue
        )

    def payment_gateways(self) -> dict[str, Payments[F]]:
        """Payment orders over every gateway that is set up, by its name."""
        from gov_connect.payments.gateways import configured  # noqa: PLC0415 - on first use

        return {name: self.payments_through(name) for name in configured(self._parts.settings, self._acting.agency)}

    def payment_poller(self) -> Poller:
        """What a worker runs on a schedule: `due()` says when, `gov.run(poller.poll_once())` asks all gateways."""
        from gov_connect.payments import Poller  # noqa: PLC0415 - on first use

        return Poller(self.inner().payment_gateways())

    @cached_property
    def national_payment(self) -> NationalPayment[F]:
        """The payment platform itself, without the order book."""
        from gov_connect.adapters.national_payment import NationalPayment  # noqa: PLC0415

        return self.system(NationalPayment[F])

    @cached_property
    def signing(self) -> Signatures[F]:
        """Signatures of the acting agency: `sign`, `verify`, and `request` for somebody's phone.

        Raises:
            ConfigurationError: nothing is set about signing.
        """
        from gov_connect._signatures.wiring import signatures  # noqa: PLC0415 - on first use

        return signatures(self._parts, self._acting.agency, self._context("signing", None), self.inner())

    @property
    def fees(self) -> FeeBook:
        """The law packs: `quote(items, on=…, area=…, channel=…, facts=…)`; typed amounts go into `gov.audit`."""
        book = self._parts.fees
        if self._fees is None or self._fees.law is not book.law:
            self._fees = book.audited(self._note_override)
        return self._fees

    def _note_override(self, record: Mapping[str, Any]) -> None:
        # The log is opened by the first typed amount, not by a quote.
        self.audit.fee_override(record)

    @cached_property
    def ledger(self) -> Ledger:
        """The local records of the acting agency."""
        from gov_connect.delivery import Ledger  # noqa: PLC0415 - on first use

        parts = self._parts
        written = self.written
        return Ledger(
            parts.database, parts.vault, self._acting.agency, parts.clock, written.announce, written.make_ready
        )

    @cached_property
    def written(self) -> Delivery:
        """The durable face as both façades use it inside: it blocks for a commit."""
        from gov_connect._delivery import Delivery  # noqa: PLC0415 - on first use

        return Delivery(self._parts, self._acting)

    @cached_property
    def _flows(self) -> Workflows:
        from gov_connect._workflows import Workflows  # noqa: PLC0415 - on first use

        return Workflows(self._parts, self._acting, self.written, self.ledger)

    def on(self, kind: type[N]) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """Declare a durable handler: `@gov.on(DossierReceived)`.

        It is called by a worker, at least once, in order per dossier. One with a second argument gets our
        open transaction: what it writes there is committed together with the fact that it heard.
        """

        def declare(handler: Callable[..., object]) -> Callable[..., object]:
            self._parts.handlers.add(kind, handler)
            return handler

        return declare

    @property
    def look_ups(self) -> LookUps:
        """Who asked for whom in the residents database: `look_ups.who_read(number)`."""
        return self._parts.look_ups

    @property
    def audit(self) -> Audit:
        """The audit log, for the acting agency and officer: verify, export, who-read, overrides, purges."""
        from gov_connect.audit.desk import Audit  # noqa: PLC0415 - on first use

        acting, purpose = self._acting, self._acting.purpose
        return Audit(
            log=self._parts.audit,
            agency=str(acting.agency),
            officer="" if acting.officer is None else acting.officer.code,
            procedure="" if purpose is None else str(purpose.procedure),
            dossier="" if purpose is None else str(purpose.dossier),
            key=self._parts.audit_key,
        )

    def metrics(self) -> str:
        """Counts, times and what waits, as Prometheus text; mount `telemetry.MetricsApp(gov.metrics)`.

        Raises:
            LedgerError: the records cannot be read.
        """
        from gov_connect.telemetry.metrics import render  # noqa: PLC0415 - on first use

        return render(self._parts.metrics, self._parts.database)

    def today(self) -> date:
        """The day in Viet Nam by this client's clock."""
        from gov_connect.model.zone import VIETNAM  # noqa: PLC0415 - on first use

        return self._parts.clock.now().astimezone(VIETNAM).date()

    def digest(self, day: date) -> Digest:
        """One day of the acting agency in figures.

        Raises:
            LedgerError: the records cannot be read.
        """
        from gov_connect.telemetry.digest import digest_of  # noqa: PLC0415 - on first use
        from gov_connect.telemetry.expiry import certificate_settings, expiring_soon  # noqa: PLC0415

        ends = expiring_soon(certificate_settings(self._parts.settings), self._parts.clock.now())
        return digest_of(self._parts.database, str(self._acting.agency), day, ends=ends)

    @cached_property
    def order_book(self) -> OrderBook:
        """The payment orders of the acting agency at the national platform."""
        return self._order_book("national_payment")

    def _order_book(self, system: str) -> OrderBook:
        from gov_connect.payments import OrderBook  # noqa: PLC0415 - on first use

        parts = self._parts
        return OrderBook(
            parts.database,
            parts.vault,
            agency=self._acting.agency,
            system=system,
            clock=parts.clock,
        )

    def system(self, adapter: type[A]) -> A:
        """An adapter by its class, a vendor's too: `gov.system(ProvincialResidents)`.

        Raises:
            ConfigurationError: its settings are missing.
        """
        settings = self._parts.settings
        chosen: Any
        if adapter.system in settings.vendors or adapter.settings_type is not None:
            from gov_connect.adapters.vendor import settings_of  # noqa: PLC0415 - on first use

            if settings.offline:
                from gov_connect.offline import with_vendor  # noqa: PLC0415 - only offline

                settings = with_vendor(settings, adapter.system)
            chosen = settings_of(settings, adapter)
        else:
            chosen = settings.need(adapter.system, self._acting.agency)
        return adapter(self._context(adapter.system, chosen))

    def inner(self) -> BaseClient[Inner]:
        """The same client with operations as programs, for workflows."""
        return _InnerClient(parts=self._parts, acting=self._acting, once=self._once)

    def _context(self, system: str, settings: Any) -> Context:
        parts = self._parts
        guard = parts.guard(str(self._acting.agency), system, _limits_of(settings))
        if self._once:
            guard = guard.once()
        kept = parts.settings.audit == "kept"
        return Context(
            acting=self._acting,
            settings=settings,
            production=parts.settings.production,
            clock=parts.clock,
            ids=parts.ids,
            memory=parts.memory,
            engine=self._engine(guard),
            look_ups=(lambda: parts.look_ups) if kept else None,
            audit=(lambda: parts.audit) if kept else None,
        )

    def _engine(self, guard: Guard) -> Engine:
        raise NotImplementedError

    def _account(self) -> Acting:
        agency = self._parts.settings.agency
        assert agency is not None
        return Acting(agency=agency)


def _limits_of(settings: Any) -> Limits:
    """The limits of a system; those of a vendor's plain table are the usual ones, for its own addresses alone."""
    from gov_connect.settings.common import SystemSettings  # noqa: PLC0415 - on first use
    from gov_connect.settings.hosts import origins_in  # noqa: PLC0415 - on first use

    if isinstance(settings, SystemSettings):
        return settings.limits()
    return Limits(hosts=origins_in(dict(settings))) if settings else Limits()


class _InnerClient(BaseClient[Inner]):
    def _engine(self, guard: Guard) -> Engine:
        return InnerEngine(guard)


class _DurableClient(BaseClient[F]):
    """The client whose adapters write down what they are asked."""

    def __init__(self, *, parts: Parts, acting: Acting, keeper: Delivery | AwaitedDelivery) -> None:
        super().__init__(parts=parts, acting=acting)
        self._keeper = keeper

    def _context(self, system: str, settings: Any) -> Context:
        from gov_connect._delivery.keeping import Keeping  # noqa: PLC0415 - the two need each other

        return replace(super()._context(system, settings), engine=Keeping(self._keeper, system))

    def _engine(self, guard: Guard) -> Engine:
        return InnerEngine(guard)


def durable_client(parts: Parts, acting: Acting, keeper: Delivery) -> BaseClient[Durable]:
    """What stands under `gov.delivery`."""
    return _DurableClient[Durable](parts=parts, acting=acting, keeper=keeper)


def async_durable_client(parts: Parts, acting: Acting, keeper: AwaitedDelivery) -> BaseClient[AsyncDurable]:
    """What stands under `gov.delivery` of the awaited façade."""
    return _DurableClient[AsyncDurable](parts=parts, acting=acting, keeper=keeper)
