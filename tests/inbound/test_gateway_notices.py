"""Notices of every gateway through the inbound kit: by GET or POST, judged, answered, told to the host."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.adapters.national_payment import wire as platform
from gov_connect.adapters.vnpay import wire
from gov_connect.client import GovConnect, Parts
from gov_connect.inbound import Host
from gov_connect.inbound.asgi import InboundApp
from gov_connect.inbound.paths import content, may_use, notified_gateway
from gov_connect.inbound.wsgi import InboundWsgi
from gov_connect.mocks import national_payment, vnpay
from gov_connect.model import (
    VIETNAM,
    DossierCode,
    FeeKind,
    FeeLine,
    Money,
    NewsSource,
    Payer,
    PaymentOrder,
    PaymentState,
    PersonName,
    ProcedureCode,
)
from gov_connect.offline import offline_carrier, offline_settings
from gov_connect.runtime import CountingIds, ManualClock
from gov_connect.settings import Environment, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

START = datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM)
IPN, CONFIRM, OWED = "/vnpay/ipn", "/DvcPayment/Confirm", "/o/pgi/ppdvcqg/dptracuuthanhtoanhs"
MEGABYTE = "x" * 1_000_000


def make_order(reference: str = "HS0001") -> PaymentOrder:
    return PaymentOrder(
        reference=reference,
        dossier=DossierCode("H99.201-260105-0001"),
        procedure=ProcedureCode("1.001193"),
        amount=Money(25_000),
        lines=(FeeLine(name="Lệ phí", amount=Money(25_000), kind=FeeKind.CHARGE),),
        payer=Payer(name=PersonName("MẪU THỊ THỬ")),
        created_at=START,
    )


class Agency:
    """A client whose books hold one order at each gateway, its inbound application, and what the host was told."""

    def __init__(self, gov: GovConnect) -> None:
        self.gov = gov
        self.told: list[Any] = []
        self.fails = False
        handler = gov.inbound(Host(on_dossier=print, on_payment=self._hear))
        self._handle = lambda path, body: gov.run(handler.handle(path, body))
        self.app = InboundApp(self._handle, peers={"10.0.0.1"}, environment=Environment.OFFLINE, largest=4_000_000)
        self.wsgi = InboundWsgi(self._handle, peers={"10.0.0.1"}, environment=Environment.OFFLINE, largest=4_000_000)

    def _hear(self, reply: Any) -> None:
        if self.fails:
            raise RuntimeError
        self.told.append((reply.reference, reply.state))

    def send(self, method: str, path: str, *, query: bytes = b"", body: bytes = b"") -> tuple[int, Any]:
        """Through ASGI, as a server hands it on."""
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {"type": "http", "method": method, "path": path, "query_string": query, "client": ("10.0.0.1", 1)}
        asyncio.run(self.app(scope, receive, send))
        return sent[0]["status"], json.loads(sent[1]["body"])

    def state(self, system: str) -> PaymentState:
        stored = self.gov.payments_through(system).book.get("HS0001")
        assert stored is not None
        return stored.state

    def rejects(self, system: str) -> list[tuple[str, int]]:
        return [(one.reason, one.times) for one in self.gov.payments_through(system).book.rejects()]


@pytest.fixture
def agency() -> Iterator[Agency]:
    settings = offline_settings(Settings.from_mapping({}))
    parts = Parts(settings=settings, clock=ManualClock(START), ids=CountingIds(), carrier=offline_carrier(0))
    with GovConnect(parts=parts) as gov:
        for system in ("vnpay", "national_payment"):
            gov.payments_through(system).book.open(make_order())
        yield Agency(gov)


def ipn(raw: str = "", **changes: str | None) -> bytes:
    """A genuine notice of VNPAY with changed or (None) left out fields; `raw` is appended after signing."""
    fields = {
        "vnp_Amount": "2500000",
        "vnp_BankCode": "NCB",
        "vnp_OrderInfo": "Thanh toan ho so",
        "vnp_PayDate": "20260105080500",
        "vnp_ResponseCode": "00",
        "vnp_TmnCode": vnpay.TMN_CODE,
        "vnp_TransactionNo": "14000001",
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": "HS0001",
    }
    made = {name: value for name, value in {**fields, **changes}.items() if value is not None}
    text = wire.canonical(made)
    return f"{text}&vnp_SecureHash={wire.sign(text, vnpay.HASH_SECRET)}{raw}".encode()


def confirm(after: dict[str, Any] | None = None, **changes: Any) -> bytes:
    """A genuine CONFIRM with changed or (`...`) left out fields; `after` changes it once it is signed."""
    message = {
        "LoaiBanTin": "CONFIRM",
        "MaLoi": "00",
        "MaDoiTac": national_payment.PARTNER_CODE,
        "MaThamChieu": "HS0001",
        "SoTien": 25_000,
        "MaTienTe": "VND",
        "MaGiaoDich": "PP0001",
        "MaNganHang": "970436",
        "ThoiGianGD": "20260105080500",
        "ThongTinGiaoDich": "THANH TOAN HO SO H99.201-260105-0001",
        **changes,
    }
    message = {name: value for name, value in message.items() if value is not ...}
    digest = platform.digest(message, platform.CONFIRM_FIELDS, national_payment.SECRET)
    return json.dumps({**message, "MaXacThuc": digest, **(after or {})}).encode()


def test_a_notice_of_vnpay_comes_by_get(agency: Agency) -> None:
    """Its query is judged undecoded, the answer is VNPAY's own, and the host hears of it, also of a repetition."""
    assert agency.send("GET", IPN, query=ipn()) == (200, {"RspCode": "00", "Message": "Confirm Success"})
    assert agency.send("GET", IPN, query=ipn()) == (200, {"RspCode": "02", "Message": "Order already confirmed"})
    assert agency.told == [("HS0001", PaymentState.PAID)] * 2
    assert [one.source for one in agency.gov.payments_through("vnpay").book.news("HS0001")] == [NewsSource.NOTICE]


def test_a_notice_of_the_platform_comes_by_post_at_either_path(agency: Agency) -> None:
    """Both partners' paths are known; a GET there is no notice."""
    for path in (CONFIRM, "/o/pgi/ppdvcqg/dpnhankqthanhtoanhs/"):
        status, answer = agency.send("POST", path, body=confirm())
        assert (status, answer["MaLoi"]) == (200, "00")
    assert agency.send("GET", CONFIRM, query=b"a=1") == (405, {})
    assert agency.state("national_payment") is PaymentState.PAID


def test_wsgi_hands_on_the_same(agency: Agency) -> None:
    """The undecoded query, and the method's own rules."""
    started: list[Any] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": IPN, "QUERY_STRING": ipn().decode(), "REMOTE_ADDR": "10.0.0.1"}
    body = b"".join(agency.wsgi(environ, lambda status, headers: started.append((status, headers))))
    assert (started[0][0], json.loads(body)["RspCode"]) == ("200 OK", "00")


def test_a_host_that_fails_hears_again(agency: Agency) -> None:
    """The notice is stored; without an answer VNPAY brings it back, and then the host hears of it."""
    agency.fails = True
    with pytest.raises(RuntimeError):
        agency.send("GET", IPN, query=ipn())
    agency.fails = False
    assert agency.send("GET", IPN, query=ipn())[1]["RspCode"] == "02"
    assert agency.told == [("HS0001", PaymentState.PAID)]


BAD_IPN = {
    "wrong signature": (ipn()[:-1] + b"x", "97", "bad_hash"),
    "no signature": (ipn().partition(b"&vnp_SecureHash")[0], "97", "bad_hash"),
    "empty signature": (ipn().partition(b"SecureHash=")[0] + b"SecureHash=", "97", "bad_hash"),
    "nothing": (b"", "97", "bad_hash"),
    "another amount": (ipn(vnp_Amount="2500100"), "04", "another_amount"),
    "đồng, not hundredths": (ipn(vnp_Amount="25000"), "04", "another_amount"),
    "a negative amount": (ipn(vnp_Amount="-2500000"), "04", "another_amount"),
    "a huge amount": (ipn(vnp_Amount="9" * 40), "04", "another_amount"),
    "an amount with a point": (ipn(vnp_Amount="2500000.00"), "04", "another_amount"),
    "an amount in other digits": (ipn(vnp_Amount="２５０００００"), "04", "another_amount"),
    "an amount with blanks": (ipn(vnp_Amount=" 2500000"), "04", "another_amount"),
    "no amount": (ipn(vnp_Amount=None), "04", "another_amount"),
    "another order": (ipn(vnp_TxnRef="HS0002"), "01", "unknown_order"),
    "another order in another case": (ipn(vnp_TxnRef="hs0001"), "01", "unknown_order"),
    "another partner": (ipn(vnp_TmnCode="OTHER001"), "99", "another_partner"),
    "missing fields": (ipn(vnp_TransactionStatus=None, vnp_ResponseCode=None), "99", "missing_field"),
    "no reference": (ipn(vnp_TxnRef=None), "99", "missing_field"),
    "arrays": (ipn(vnp_TxnRef=None, **{"vnp_TxnRef[]": "HS0001"}), "99", "missing_field"),
    "arrays with an index": (ipn(vnp_Amount=None, **{"vnp_Amount[0]": "2500000"}), "04", "another_amount"),
    "a key twice": (ipn("&vnp_TxnRef=HS0001"), "97", "duplicate_key"),
    "a key twice, once encoded": (ipn("&vnp%5FTxnRef=HS0001"), "97", "duplicate_key"),
    "a hash twice": (ipn("&vnp_SecureHash=0"), "97", "duplicate_key"),
    "a hidden field": (ipn("&vnp_Extra=1"), "97", "bad_hash"),
    "a semicolon as separator": (ipn().replace(b"&vnp_TxnRef", b";vnp_TxnRef"), "97", "bad_hash"),
    "half an escape": (ipn().replace(b"vnp_TxnRef=", b"vnp_TxnRef=%"), "97", "bad_encoding"),
    "an escape that is no UTF-8": (ipn().replace(b"vnp_TxnRef=", b"vnp_TxnRef=%ff"), "97", "bad_encoding"),
    "an overlong escape": (ipn().replace(b"vnp_TxnRef=", b"vnp_TxnRef=%c0%af"), "97", "bad_encoding"),
    "a zero byte": (ipn().replace(b"vnp_TxnRef=HS", b"vnp_TxnRef=%00HS"), "97", "bad_encoding"),
    "an escape of an escape": (ipn().replace(b"HS0001", b"%2548S0001"), "97", "bad_hash"),
    "bytes beyond ASCII": (ipn().replace(b"Thanh", "Thánh".encode()), "97", "bad_encoding"),
    "a line break": (ipn(vnp_TxnRef="HS0001\n"), "97", "bad_encoding"),
    "a megabyte": (ipn(vnp_OrderInfo=MEGABYTE), "97", "too_long"),
    "a thousand keys": (ipn("&vnp_a=1" * 1000), "97", "too_long"),
    "a long number of transaction": (ipn(vnp_TransactionNo="1" * 101), "99", "malformed_result"),
}


@pytest.mark.parametrize("name", BAD_IPN)
def test_a_bad_notice_of_vnpay_changes_nothing(name: str, agency: Agency) -> None:
    """VNPAY's own error answer with HTTP 200, an entry in the audit once, and the state as it was."""
    query, code, reason = BAD_IPN[name]
    for _ in range(2):
        status, answer = agency.send("GET", IPN, query=query)
        assert (status, answer["RspCode"]) == (200, code)
    assert agency.rejects("vnpay") == [(reason, 2)]
    assert (agency.state("vnpay"), agency.told) == (PaymentState.CREATED, [])


BAD_CONFIRM = {
    "wrong signature": (confirm({"MaXacThuc": "0" * 64}), "bad_hash"),
    "no signature": (confirm({"MaXacThuc": None}), "bad_hash"),
    "a signature in a list": (confirm({"MaXacThuc": ["0"]}), "bad_hash"),
    "changed after signing": (confirm({"SoTien": 25}), "bad_hash"),
    "another amount": (confirm(SoTien=25_001), "another_amount"),
    "a negative amount": (confirm(SoTien=-25_000), "bad_amount"),
    "a huge amount": (confirm(SoTien=10**40), "bad_amount"),
    "an amount in a list": (confirm(SoTien=[25_000]), "bad_amount"),
    "an amount that is true": (confirm(SoTien=True), "bad_amount"),
    "an amount with a fraction": (confirm(SoTien=25_000.5), "bad_amount"),
    "an empty amount": (confirm(SoTien=""), "another_amount"),
    "another currency": (confirm(MaTienTe="USD"), "another_currency"),
    "another partner": (confirm(MaDoiTac="DT-KHAC-01"), "another_partner"),
    "another order": (confirm(MaThamChieu="HS0002"), "unknown_order"),
    "missing fields": (confirm(MaThamChieu=..., MaGiaoDich=...), "malformed_result"),
    "a bar in a field": (confirm(MaGiaoDich="a|b"), "bad_hash"),
    "a reference in a list": (confirm(MaThamChieu=["HS0001"]), "malformed_result"),
    "a field twice": (confirm()[:-1] + b', "SoTien": 1}', "not_json"),
    "a field twice in another case": (confirm({"sotien": 1}), "not_json"),
    "a megabyte": (confirm(ThongTinGiaoDich=MEGABYTE), "too_long"),
    "no JSON": (b"SoTien=25000", "not_json"),
    "nothing": (b"", "not_json"),
    "a list": (b"[" + confirm() + b"]", "not_json"),
}


@pytest.mark.parametrize("name", BAD_CONFIRM)
def test_a_bad_notice_of_the_platform(name: str, agency: Agency) -> None:
    """MaLoi 99 with HTTP 200, an entry in the audit once, and the state as it was."""
    body, reason = BAD_CONFIRM[name]
    for _ in range(2):
        status, answer = agency.send("POST", CONFIRM, body=body)
        assert (status, answer["MaLoi"], set(answer)) == (
            200,
            "99",
            {"MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD", "MaXacThuc"},
        )
    assert agency.rejects("national_payment") == [(reason, 2)]
    assert (agency.state("national_payment"), agency.told) == (PaymentState.CREATED, [])


@pytest.mark.parametrize(
    "body",
    [
        confirm(ThoiGianGD="20260105020500"),
        confirm(ThoiGianGD="2026-01-05 02:05 PM"),
        confirm(ThoiGianGD=""),
        confirm(SoTien="25000"),
        confirm(SoTien=25_000.0),
        confirm({"UrlBienLai": None, "SoThe": "", "them": {"a": [1]}}),
        confirm(MaNganHang=""),
        confirm(MaGiaoDich=99),
        json.dumps(dict(reversed(json.loads(confirm()).items()))).encode(),
        json.dumps({name.upper(): value for name, value in json.loads(confirm()).items()}).encode(),
        b"\xef\xbb\xbf" + confirm(),
        b" \r\n" + confirm() + b"\n",
        confirm({"MaXacThuc": json.loads(confirm())["MaXacThuc"].upper()}),
    ],
    ids=range(13),
)
def test_a_genuine_notice_of_the_platform_in_another_dress(body: bytes, agency: Agency) -> None:
    """A 12-hour clock, numbers as text, other order and case, more fields, a mark at the front: it is the same."""
    assert agency.send("POST", CONFIRM, body=body)[1]["MaLoi"] == "00"
    assert agency.state("national_payment") is PaymentState.PAID


def resigned(text: str) -> bytes:
    return f"{text}&vnp_SecureHash={wire.sign(text, vnpay.HASH_SECRET)}".encode()


PLAIN = ipn().partition(b"&vnp_SecureHash=")[0].decode()


@pytest.mark.parametrize(
    "query",
    [
        ipn("&vnp_SecureHashType=SHA512"),
        ipn("&utm_source=x&utm_source=y&a[]=1"),
        ipn().replace(b"SecureHash=" + ipn()[-128:], b"SecureHash=" + ipn()[-128:].upper()),
        b"&".join(reversed(ipn().split(b"&"))),
        ipn().replace(b"Thanh+toan", b"Thanh%20toan"),
        ipn().replace(b"HS0001", b"%48S0001"),
        resigned(PLAIN.replace("Thanh+toan", "Thanh%20toan")),
        resigned(PLAIN.replace("vnp_BankCode=NCB", "vnp_BankCode=%4eCB")),
        ipn(vnp_PayDate="20260105020500"),
        ipn(vnp_OrderInfo="Lệ phí ~*!'() 100%"),
        ipn("&vnp_BankTranNo="),
        b"?" + ipn(),
    ],
    ids=range(12),
)
def test_a_genuine_notice_of_vnpay_in_another_dress(query: bytes, agency: Agency) -> None:
    """Foreign keys, another order, another encoding on the way or at the sender: it is the same notice."""
    assert agency.send("GET", IPN, query=query)[1]["RspCode"] == "00"
    assert agency.state("vnpay") is PaymentState.PAID


def test_what_a_dossier_owes_comes_from_the_order_book(agency: Agency) -> None:
    """Without a host's own answer: due, then nothing, then unknown; each look-up is written down."""
    ask = json.dumps({"MaHoSo": "H99.201-260105-0001"}).encode()
    status, due = agency.send("POST", OWED, body=ask)
    assert (status, due["error_code"], due["message"]["transaction_id"]) == (200, 1, "HS0001")
    agency.send("POST", CONFIRM, body=confirm())
    assert agency.send("POST", OWED, body=ask)[1] == {"error_code": 0, "message": []}
    other = json.dumps({"MaHoSo": "H99.201-260105-0009"}).encode()
    assert agency.send("POST", OWED, body=other)[1] == {"error_code": -1, "message": []}
    assert [outcome for _path, _subject, outcome in agency.gov.inbound_records.look_ups()] == [
        "found",
        "not_due",
        "not_found",
    ]


def test_an_order_that_closed_is_owed_still(agency: Agency) -> None:
    """The portal gets a new attempt to pay; an order that is held is not asked for."""
    book = agency.gov.payments_through("national_payment").book
    agency.send("POST", CONFIRM, body=confirm(MaLoi="24", MaGiaoDich=""))
    ask = json.dumps({"MaHoSo": "H99.201-260105-0001"}).encode()
    for _ in range(2):
        assert agency.send("POST", OWED, body=ask)[1]["message"]["transaction_id"] == "HS0001-2"
    assert [one.order.reference for one in book.attempts("HS0001")] == ["HS0001", "HS0001-2"]
    born = confirm(
        {"MaHoSo": "H99.201-260105-0001"}, MaThamChieu="H99.201-260105-000120260105080000", MaGiaoDich="PP0002"
    )
    assert agency.send("POST", CONFIRM, body=born)[1]["MaLoi"] == "00"
    assert agency.told[-1] == ("HS0001-2", PaymentState.PAID)
    assert agency.send("POST", OWED, body=ask)[1]["error_code"] == 0


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/anything", True),
        ("GET", "/x/downloadfile/1", True),
        ("GET", "/vnpay/ipn", True),
        ("GET", "/vnpay/ipn/", True),
        ("GET", "/DvcPayment/Confirm", False),
        ("PUT", "/vnpay/ipn", False),
    ],
)
def test_which_methods_are_answered(method: str, path: str, allowed: object) -> None:
    """A notice may come by GET at the one path for it."""
    assert may_use(method, path) is allowed


def test_which_gateway_a_path_belongs_to() -> None:
    """The last part says what it is, the one before whose."""
    assert [notified_gateway(path) for path in ("/a/vnpay/ipn", "/ipn", "ipn", "/Confirm", "/a/other", "")] == [
        "vnpay",
        None,
        None,
        "national_payment",
        None,
        None,
    ]
    assert content("POST", IPN, b"q", b"b") == b"b"
    assert content("GET", "/x/downloadfile/1", b"q", b"") == b""
    assert agency_free("/nobody/ipn") == 404
    assert agency_free("/cash/ipn") == 404


def agency_free(path: str) -> int:
    """The status of a path whose gateway is not set up."""
    settings = offline_settings(Settings.from_mapping({"GOV_CONNECT_CASH__BASE_URL": "https://cash.invalid"}))
    with GovConnect(parts=Parts(settings=settings, carrier=offline_carrier(0))) as gov:
        handler = gov.inbound(Host(on_dossier=print, on_payment=print))
        return gov.run(handler.handle(path, b"")).status
