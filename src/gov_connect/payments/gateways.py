"""Finding a payment gateway by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from gov_connect.adapters.catalogue import adapter
from gov_connect.adapters.gateway import Gateway
from gov_connect.errors import NotSupported

if TYPE_CHECKING:
    from gov_connect.model import AgencyCode
    from gov_connect.runtime import Inner
    from gov_connect.settings import Settings


_OWN: Final = ("national_payment", "vnpay", "vietqr", "keypay", "paygov", "cash")


def configured(settings: Settings, agency: AgencyCode) -> list[str]:
    """Names of the gateways that have settings for an agency, vendors' included."""
    own = settings.agencies.get(agency)
    names = [name for name in _OWN if getattr(own, name, None) or getattr(settings, name)]
    return names + [name for name in settings.vendors if _is_gateway(name)]


def _is_gateway(name: str) -> bool:
    try:
        gateway_class(name)
    except NotSupported:
        return False
    return True


def gateway_class(name: str) -> type[Gateway[Inner]]:
    """An installed payment gateway, a vendor's too, by its entry-point name.

    Raises:
        NotSupported: there is none of that name, or it is no payment gateway.
    """
    found: type[Any] = adapter(name)
    if not issubclass(found, Gateway):
        raise NotSupported("payment.no_gateway", name=name)
    return cast("type[Gateway[Inner]]", found)
