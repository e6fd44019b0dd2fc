"""PayGov: the vector, the request, and what is deliberately not believed."""

from __future__ import annotations

from typing import Any

import pytest

from gov_connect.adapters.gateway import Asks, Notifies
from gov_connect.adapters.paygov import PayGov, checksum
from gov_connect.errors import UnexpectedReply
from gov_connect.model import PaymentOrder

SETTINGS = {
    "PAYGOV__BASE_URL": "https://lgsp.example",
    "PAYGOV__PARTNER_CODE": "PAYGOV-DEMO",
    "PAYGOV__ACCESS_KEY": "ACCESSDEMO",
    "PAYGOV__SECRET_KEY": "SECRETDEMO",
    "PAYGOV__TOKEN": "TOKEN",
    "PAYGOV__RETURN_URL": "https://motcua.example/return",
}


def test_the_vector() -> None:
    """Plain concatenation, the secret first."""
    message = {
        "accessKey": "ACCESSDEMO",
        "partnerCode": "PAYGOV-DEMO",
        "orderId": "000.00.00.H99-H99.99-250610-0001-01",
        "requestCode": "10241749540605000",
        "amount": 25000,
    }
    assert checksum(message, "SECRETDEMO") == "a6a8f6caa262b4cea5d6ce9a9c68a9de28f9fe50b51e85877b3d50e3660fce73"


def test_a_payment_is_opened(make_gov: Any, wire: Any, order: PaymentOrder) -> None:
    """The token travels in both headers, the amount as a number."""
    paygov = make_gov(**SETTINGS).system(PayGov)
    wire.say({"data": {"url": "https://paygov.example/1"}}, {"data": {}})
    assert paygov.open(order).url == "https://paygov.example/1"
    sent, headers = wire.message(), wire.sent[0].headers
    assert sent["checksum"] == checksum(sent, "SECRETDEMO")
    assert (sent["amount"], headers["Authorization"], headers["lgspaccesstoken"]) == (6000, "Bearer TOKEN", "TOKEN")
    with pytest.raises(UnexpectedReply):
        paygov.open(order)


def test_what_cannot_be_proven_is_not_offered() -> None:
    """The rule for its callback's hash is not public, so no callback moves an order."""
    assert not issubclass(PayGov, (Notifies, Asks))
