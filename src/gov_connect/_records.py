"""The local records beside the ledger, as both façades offer them."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gov_connect._parts import Parts
    from gov_connect.delivery.reconciliation import LocalDossier, PortalEntry, Report
    from gov_connect.inbound import Host, InboundHandler
    from gov_connect.inbound.pull import Pulled
    from gov_connect.inbound.records import InboundRecords
    from gov_connect.inbound.replay import Replayed
    from gov_connect.model.bundles import BundleDossier
    from gov_connect.runtime import Acting, Program
    from gov_connect.store.code_map import CodeMap
    from gov_connect.store.numbers import DossierNumbers


class Records:
    """Numbers, codes, inbound records and reconciliation of the acting agency."""

    _parts: Parts
    _acting: Acting

    @cached_property
    def numbers(self) -> DossierNumbers:
        """Dossier numbers in the legal form; `DossierNumbers(…, form=…)` for others."""
        from gov_connect.store.numbers import DossierNumbers  # noqa: PLC0415 - on first use

        return DossierNumbers(self._parts.database)

    @cached_property
    def code_map(self) -> CodeMap:
        """Local -> national codes."""
        from gov_connect.store.code_map import CodeMap  # noqa: PLC0415 - on first use

        return CodeMap(self._parts.database, self._acting.agency)

    @cached_property
    def inbound_records(self) -> InboundRecords:
        """Refused messages, look-ups, and files released for the portal."""
        from gov_connect.inbound.records import InboundRecords  # noqa: PLC0415 - on first use

        parts = self._parts
        return InboundRecords(parts.database, parts.vault, self._acting.agency, parts.clock, audit=parts.audit)

    def inbound(self, host: Host) -> InboundHandler:
        """A handler of everything the portal pushes and asks; mount it by `InboundApp` or `InboundWsgi`."""
        from gov_connect.inbound import InboundHandler, PortalKit  # noqa: PLC0415 - on first use

        client: Any = self
        inner = client.inner()
        tell = host.on_dossier or client.written.wait_handled
        settings, agency = self._parts.settings, self._acting.agency
        platform = getattr(settings.agencies.get(agency), "national_payment", None) or settings.national_payment
        host = replace(host, on_dossier=tell)
        kit = PortalKit(
            portal=inner.portal,
            ledger=client.ledger,
            records=self.inbound_records,
            clock=self._parts.clock,
            host=host,
            client_id="" if platform is None else platform.partner_code,
        )
        there: dict[str, Any] = inner.payment_gateways() if host.on_payment is not None else {}
        gateways = {name: payments for name, payments in there.items() if payments.sends_notices}
        return InboundHandler(
            portal=inner.portal,
            payments=None,
            gateways=gateways,
            ledger=client.ledger,
            on_dossier=tell,
            on_payment=host.on_payment or _nobody,
            kit=kit,
            records=self.inbound_records,
            knows=host.knows,
        )

    def replay(self, host: Host) -> Program[list[Replayed]]:
        """Handle the portal's refused pushes once more, after what made them fail was mended; `gov.run` it."""
        from gov_connect.inbound.replay import replay  # noqa: PLC0415 - on first use

        return replay(self.inbound(host), self.inbound_records)

    def pull(self, tell: Callable[[BundleDossier], None]) -> Program[list[Pulled]]:
        """Take in the dossiers that wait at the bundle platform; `gov.run(gov.pull(take))`.

        Args:
            tell: takes one dossier and commits; only then it leaves the platform's list.
        """
        from gov_connect.inbound.pull import pull  # noqa: PLC0415 - on first use

        client: Any = self
        return pull(client.inner().bundles, client.ledger, tell)

    def sweep(self, local: Iterable[LocalDossier] | None = None) -> Program[list[PortalEntry]]:
        """Ask the portal for every dossier of the local records, or of a list of the host's own; `gov.run` it."""
        from gov_connect.delivery.reconciliation.gather import gather, sweep  # noqa: PLC0415 - on first use

        client: Any = self
        mine = gather(self._parts.database, self._acting.agency) if local is None else local
        return sweep(client.inner().portal, mine)

    def reconcile(self, portal: Iterable[PortalEntry], *, local: Iterable[LocalDossier] | None = None) -> Report:
        """Compare what the portal shows with the local records, or with a list of the host's own."""
        from gov_connect.delivery.reconciliation import reconcile  # noqa: PLC0415 - on first use
        from gov_connect.delivery.reconciliation.gather import gather  # noqa: PLC0415 - on first use

        parts = self._parts
        mine = gather(parts.database, self._acting.agency) if local is None else local
        return reconcile(mine, portal, now=parts.clock.now())


def _nobody(_notice: object) -> None:
    """Nobody asked to be told."""
