"""Finding a payment gateway by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gov_connect.adapters.catalogue import adapter
from gov_connect.adapters.gateway import Gateway
from gov_connect.errors import NotSupported

if TYPE_CHECKING:
    from gov_connect.runtime import Inner


def gateway_class(name: str) -> type[Gateway[Inner]]:
    """An installed payment gateway, a vendor's too, by its entry-point name.

    Raises:
        NotSupported: there is none of that name, or it is no payment gateway.
    """
    found: type[Any] = adapter(name)
    if not issubclass(found, Gateway):
        raise NotSupported("payment.no_gateway", name=name)
    return cast("type[Gateway[Inner]]", found)
