"""Putting together what payments need, from settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gov_connect.adapters.catalogue import adapter
from gov_connect.adapters.issuer import Issuer
from gov_connect.errors import NotSupported
from gov_connect.payments.issuing import ReceiptDesk
from gov_connect.payments.receipt_records import LOCAL, ReceiptRecords
from gov_connect.payments.receipts import ReceiptBook

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.model import AgencyCode
    from gov_connect.runtime import Clock, Inner
    from gov_connect.settings import Settings
    from gov_connect.store import Database, Vault

_SERVICES = ("vnpt_receipt", "viettel_receipt")


def receipt_desk(
    settings: Settings,
    database: Database,
    vault: Vault,
    *,
    agency: AgencyCode,
    system: str,
    clock: Clock,
    issuer: Callable[[type[Any]], Any],
) -> ReceiptDesk:
    """What receipts of an agency's orders at one gateway are issued with.

    Args:
        settings: of the client.
        database: of the local records.
        vault: that seals them.
        agency: that collects.
        system: name of the gateway.
        clock: of the client.
        issuer: makes an e-receipt service of its class.

    Raises:
        NotSupported: the service that is set is none.
        ConfigurationError: its own settings are missing.
    """
    chosen = settings.receipts_of(agency)
    own = settings.agencies.get(agency)
    others = [name for name in _SERVICES if getattr(own, name, None) or getattr(settings, name)]
    numbers = None
    if chosen.symbol:
        numbers = ReceiptBook(database, vault, agency=agency, form=chosen.form, symbol=chosen.symbol, clock=clock)
    names = {chosen.issuer, *others} - {""}
    return ReceiptDesk(
        records=ReceiptRecords(database, vault, agency=agency, system=system, clock=clock),
        issuer=chosen.issuer or LOCAL,
        issuers={name: issuer(_issuer_class(name)) for name in names},
        numbers=numbers,
        collector=settings.name_of(agency) or str(agency),
        tax_code=chosen.tax_code,
    )


def _issuer_class(name: str) -> type[Issuer[Inner]]:
    found: type[Any] = adapter(name)
    if not issubclass(found, Issuer):
        raise NotSupported("payment.not_offered", system=name, what="Issuer")
    return cast("type[Issuer[Inner]]", found)
