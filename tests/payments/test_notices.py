"""A notice is believed only when everything in it is the order's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gov_connect.model import PaymentOrder, PaymentState

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.client import GovConnect
    from gov_connect.payments import NoticeReply

ECHOED = ("MaDoiTac", "MaThamChieu", "ThoiGianGD", "MaXacThuc")
CREATED, PAID, FAILED = PaymentState.CREATED, PaymentState.PAID, PaymentState.FAILED


@pytest.fixture
def desk(gov: GovConnect, order: PaymentOrder) -> GovConnect:
    """A client whose book holds the order."""
    gov.order_book.open(order)
    return gov


def _receive(desk: GovConnect, message: Any) -> NoticeReply:
    return desk.payments.receive(message if isinstance(message, bytes) else json.dumps(message).encode())


def _state(desk: GovConnect) -> PaymentState:
    stored = desk.order_book.get("gc0001")
    assert stored is not None
    return stored.state


def test_a_genuine_notice_is_applied_and_answered(desk: GovConnect, notice: Callable[..., dict[str, Any]]) -> None:
    """The order is paid, and the answer echoes the notice."""
    message = notice()
    reply = _receive(desk, message)
    assert (reply.accepted, reply.reason, reply.reference, reply.state) == (True, "", "gc0001", PAID)
    answer = json.loads(reply.body)
    assert answer == {"MaLoi": "00", "MoTaLoi": "Thành công", **{name: message[name] for name in ECHOED}}
    stored = desk.order_book.get("gc0001")
    assert stored is not None
    assert (stored.state, stored.transaction) == (PAID, "PP0001")


def test_a_notice_of_failure_is_applied(desk: GovConnect, notice: Callable[..., dict[str, Any]]) -> None:
    """Any code but 00 is a failure; money that arrives later still counts."""
    assert _receive(desk, notice(MaLoi="24")).state is FAILED
    assert _receive(desk, notice()).state is PAID


@pytest.mark.parametrize(
    "changes",
    [
        {"SoTien": "6000"},
        {"SoTien": 6000.0, "MaXacThuc": None},
        {"UrlBienLai": "https://pay.example/bill/1", "SoThe": "0000"},
        {"MaNganHang": ...},
        {"MaNganHang": None},
    ],
    ids=["amount as text", "amount with .0", "more fields", "a field missing", "a field null"],
)
def test_shapes_that_run_in_the_field_are_read(
    changes: dict[str, Any], desk: GovConnect, notice: Callable[..., dict[str, Any]]
) -> None:
    """What the hash covers is the same in each of them."""
    message = notice(**changes)
    if message["MaXacThuc"] is None:
        message["MaXacThuc"] = notice()["MaXacThuc"]
    assert _receive(desk, message).accepted


def test_an_upper_case_hash_is_the_same_hash(desk: GovConnect, notice: Callable[..., dict[str, Any]]) -> None:
    """It is echoed as it came."""
    written = notice()["MaXacThuc"].upper()
    reply = _receive(desk, notice(MaXacThuc=written))
    assert reply.accepted
    assert json.loads(reply.body)["MaXacThuc"] == written


def test_the_same_notice_twice_is_harmless(desk: GovConnect, notice: Callable[..., dict[str, Any]]) -> None:
    """It is answered the same, and nothing changes."""
    first, second = _receive(desk, notice()), _receive(desk, notice())
    assert first == second
    assert _state(desk) is PAID


def test_a_failure_after_payment_changes_nothing(desk: GovConnect, notice: Callable[..., dict[str, Any]]) -> None:
    """Notices may come in any order."""
    _receive(desk, notice())
    assert _receive(desk, notice(MaLoi="24")).state is PAID


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"MaXacThuc": "0" * 64}, "bad_hash"),
        ({"MaXacThuc": ""}, "bad_hash"),
        ({"MaXacThuc": None}, "bad_hash"),
        ({"MaXacThuc": 5}, "bad_hash"),
        ({"MaXacThuc": ["x"]}, "bad_hash"),
        ({"MaXacThuc": "ẫ" * 64}, "bad_hash"),
        ({"MaDoiTac": "DT-KHAC-01"}, "another_partner"),
        ({"MaDoiTac": ...}, "another_partner"),
        ({"MaTienTe": "USD"}, "another_currency"),
        ({"MaTienTe": ...}, "another_currency"),
        ({"SoTien": 60000}, "another_amount"),
        ({"SoTien": 5999}, "another_amount"),
        ({"SoTien": ...}, "another_amount"),
        ({"SoTien": None}, "another_amount"),
        ({"SoTien": -6000}, "bad_amount"),
        ({"SoTien": "6.000"}, "bad_amount"),
        ({"SoTien": 6000.5}, "bad_amount"),
        ({"MaThamChieu": "gc9999"}, "unknown_order"),
        ({"MaThamChieu": ...}, "malformed_result"),
        ({"MaThamChieu": "gc 0001"}, "malformed_result"),
        ({"MaGiaoDich": "x" * 101}, "malformed_result"),
    ],
    ids=str,
)
def test_a_wrong_notice_is_refused(
    changes: dict[str, Any], reason: str, desk: GovConnect, notice: Callable[..., dict[str, Any]]
) -> None:
    """It is answered with 99 and its own fields, and the order stays as it was."""
    message = notice(**changes)
    reply = _receive(desk, message)
    assert (reply.accepted, reply.reason, reply.reference, reply.state) == (False, reason, "", None)
    assert json.loads(reply.body) == {
        "MaLoi": "99",
        "MoTaLoi": "Các lỗi khác",
        **{name: str(found) if isinstance(found := message.get(name), (str, int)) else "" for name in ECHOED},
    }
    assert _state(desk) is CREATED


@pytest.mark.parametrize("name", ["MaLoi", "SoTien", "MaThamChieu", "MaDoiTac", "MaTienTe", "ThongTinGiaoDich"])
def test_a_field_changed_after_signing_is_noticed(
    name: str, desk: GovConnect, notice: Callable[..., dict[str, Any]]
) -> None:
    """Each of them is under the hash."""
    assert _receive(desk, notice() | {name: "1"}).reason == "bad_hash"
    assert _state(desk) is CREATED


def test_fields_that_were_shifted_share_a_hash_and_are_still_refused(
    desk: GovConnect, notice: Callable[..., dict[str, Any]]
) -> None:
    """The plain hash cannot tell where a field ends (§0.2); the comparison with the order can."""
    shifted = notice() | {"MaThamChieu": "gc0001|6000", "SoTien": "VND", "MaTienTe": "PP0001", "MaGiaoDich": "970436"}
    shifted |= {"MaNganHang": notice()["ThoiGianGD"], "ThoiGianGD": notice()["ThongTinGiaoDich"]}
    reply = _receive(desk, {name: value for name, value in shifted.items() if name != "ThongTinGiaoDich"})
    assert not reply.accepted
    assert _state(desk) is CREATED


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"MaLoi":"00","MaLoi":"24"}', b"[" * 60_000, b'{"a":NaN}'],
    ids=["nothing", "cut off", "list", "null", "text", "no UTF-8", "a name twice", "deep", "NaN"],
)
def test_what_is_not_a_notice_is_refused(body: bytes, desk: GovConnect) -> None:
    """Its answer has nothing to echo."""
    reply = _receive(desk, body)
    assert (reply.accepted, reply.reason) == (False, "not_json")
    assert json.loads(reply.body)["MaLoi"] == "99"


@pytest.mark.parametrize("name", ["MaThamChieu", "MaXacThuc", "ThongTinGiaoDich"])
def test_half_a_surrogate_is_refused_like_any_bad_text(
    name: str, desk: GovConnect, notice: Callable[..., dict[str, Any]]
) -> None:
    """Text that cannot be written again cannot be hashed or echoed either."""
    body = json.dumps(notice() | {name: "\ud800"}).encode()
    assert _receive(desk, body).reason == "not_json"


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*ECHOED, "MaLoi", "SoTien", "MaTienTe"]), ANY) | ANY)
def test_no_forged_notice_is_ever_believed(desk: GovConnect, message: Any) -> None:
    """Whatever JSON comes without the secret, there is an answer, and the order stays as it was."""
    reply = _receive(desk, message)
    assert not reply.accepted
    assert json.loads(reply.body)["MaLoi"] == "99"
    assert _state(desk) is CREATED


def test_a_reply_shows_no_body() -> None:
    """What is sent back may stand in any log by its repr."""
    from gov_connect.payments import NoticeReply  # noqa: PLC0415 - beside its use

    assert "MẪU" not in repr(NoticeReply(body="MẪU".encode(), accepted=False, reason="bad_hash"))
