"""VNPAY behind HTTP: the hosted page, notices by GET, the schedule of retries, and time that is put forward."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.mocks import RunningMocks, running_mocks, vnpay
from gov_connect.mocks.core import MovableClock
from gov_connect.mocks.vnpay._messages import signed_query
from listener import listening
from patience import until

if TYPE_CHECKING:
    from collections.abc import Iterator


class Merchant:
    """A merchant's IPN address that keeps what it gets and answers as it is told."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.got: list[dict[str, str]] = []
        self.answer = "99"


@pytest.fixture
def merchant() -> Iterator[Merchant]:
    made: list[Merchant] = []

    def answer(target: str, _body: bytes) -> tuple[int, object]:
        made[0].got.append(dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(target).query)))
        return 200, {"RspCode": made[0].answer, "Message": ""}

    with listening(answer) as url:
        made.append(Merchant(url))
        yield made[0]


@pytest.fixture
def mocks(merchant: Merchant) -> Iterator[RunningMocks]:
    with running_mocks(agency_url=merchant.url) as running:
        yield running


def page(mocks: RunningMocks, reference: str = "HS0001") -> str:
    """A pay address as a merchant signs it."""
    now = f"{mocks.vnpay._now():%Y%m%d%H%M%S}"
    fields = {
        "vnp_Version": "2.1.0",
        "vnp_Command": "pay",
        "vnp_TmnCode": vnpay.TMN_CODE,
        "vnp_Amount": "2500000",
        "vnp_CreateDate": now,
        "vnp_ExpireDate": str(int(now) + 1_000_000),
        "vnp_CurrCode": "VND",
        "vnp_IpAddr": "203.0.113.10",
        "vnp_Locale": "vn",
        "vnp_OrderInfo": "Thanh toan",
        "vnp_OrderType": "other",
        "vnp_ReturnUrl": mocks.base_urls["vnpay"] + vnpay.RETURN_PATH,
        "vnp_TxnRef": reference,
    }
    return f"{mocks.base_urls['vnpay']}{vnpay.PAY_PATH}?{signed_query(fields, vnpay.HASH_SECRET)}"


def browse(url: str, action: str = "") -> tuple[str, str]:
    """Open a page as a browser does, redirects followed: the address it ends at, and what it shows."""
    data = f"action={action}".encode() if action else None
    with urllib.request.urlopen(url, data=data, timeout=60) as reply:
        return reply.url, reply.read().decode()


def act(mocks: RunningMocks, action: str, content: dict[str, Any]) -> dict[str, Any]:
    url = f"{mocks.base_urls['vnpay']}/_mock/{action}"
    with urllib.request.urlopen(url, data=json.dumps(content).encode(), timeout=60) as reply:
        answer: dict[str, Any] = json.loads(reply.read())
    return answer


@pytest.mark.parametrize(
    ("action", "code", "ends"),
    [("pay", "00", "/returned"), ("cancel", "24", "/returned"), ("late", "00", "/returned"), ("close", "00", "vpcpay")],
)
def test_a_person_clicks_and_the_merchant_hears(
    action: str, code: str, ends: str, mocks: RunningMocks, merchant: Merchant
) -> None:
    """The page shows amount and buttons; a click sends the notice by GET, and the browser back unless it closed."""
    merchant.answer = "00"
    url = page(mocks)
    assert all(text in browse(url)[1] for text in ("25.000 đồng", "Thanh toán muộn", "Thanh toán rồi đóng trang"))
    ended, _shown = browse(url, action)
    assert ends in ended
    until(lambda: merchant.got)
    assert (merchant.got[0]["vnp_ResponseCode"], merchant.got[0]["vnp_TxnRef"]) == (code, "HS0001")


def test_ten_calls_five_minutes_apart_when_time_is_put_forward(mocks: RunningMocks, merchant: Merchant) -> None:
    """99 brings it back: one at once, the second after five minutes, ten within the hour, and then no more."""
    browse(page(mocks))
    act(mocks, "pay", {"reference": "HS0001"})
    until(lambda: len(merchant.got) == 1)
    act(mocks, "advance", {"seconds": 299})
    assert len(merchant.got) == 1
    act(mocks, "advance", {"seconds": 2})
    until(lambda: len(merchant.got) == 2)
    act(mocks, "advance", {"seconds": 3600})
    until(lambda: len(merchant.got) == 10)
    assert act(mocks, "advance", {"seconds": 86_400}) == {"calls": 0}
    assert mocks.vnpay.state()["orders"]["HS0001"]["answers"] == ["99"] * 10  # type: ignore[index]


@pytest.mark.parametrize("seconds", [-1, 1e12, "soon", None])
def test_time_only_moves_forward(seconds: object, mocks: RunningMocks) -> None:
    """And not by more than a year at once."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        act(mocks, "advance", {"seconds": seconds})
    assert caught.value.code == 400
    caught.value.close()


def test_one_clock_for_all_systems(mocks: RunningMocks) -> None:
    """Put forward at one system, it is later at all of them."""
    assert isinstance(mocks.clock, MovableClock)
    before = mocks.portal.now()
    act(mocks, "advance", {"seconds": 3600})
    assert (mocks.portal.now() - before).total_seconds() >= 3600


def test_an_answer_about_an_earlier_result_does_not_end_the_later_one() -> None:
    """Cancelled, then paid while the first answer was under way: the second is still told."""
    mock = vnpay.VnpayMock()
    fields = {"vnp_Amount": "100", "vnp_OrderInfo": "x", "vnp_TmnCode": vnpay.TMN_CODE, "vnp_TxnRef": "A"}
    from gov_connect.mocks.vnpay._orders import Order  # noqa: PLC0415 - inside of the mock

    mock._orders["A"] = Order(fields=fields, number="14000001")
    mock.settle("A", "cancelled")
    (first,) = mock.due_notices()
    mock.settle("A", "paid")
    assert mock.answered(first, 200, b'{"RspCode":"00"}')
    (second,) = mock.due_notices()
    assert "vnp_ResponseCode=00" in second.query
