"""What is sent to the payment platform: hashes by the vectors, one time, sums that agree."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.adapters.national_payment import wire as payment_wire
from gov_connect.errors import InvalidInput
from gov_connect.model import FeeKind, FeeLine, Money, Payer

SECRET = "KHOA-BI-MAT-THU-NGHIEM-01"
LINES = (Path(__file__).parents[2] / "samples/national_payment/hash_vectors.txt").read_text("utf-8").splitlines()
FIELDS = {
    "INIT": payment_wire.INIT_FIELDS,
    "QUERY": payment_wire.QUERY_FIELDS,
    "GET_BILL": payment_wire.QUERY_FIELDS,
    "CONFIRM": payment_wire.CONFIRM_FIELDS,
}
VECTORS = [(line.split("|")[:-1], digest.strip()) for line, digest in zip(LINES[::2], LINES[1::2], strict=True)]


@pytest.mark.parametrize(("values", "digest"), VECTORS, ids=[values[0] for values, _ in VECTORS])
def test_the_hash_equals_each_vector(values, digest):
    """All four messages of the wire document."""
    names = FIELDS[values[0]]
    message = dict(zip(names, values, strict=True))
    assert payment_wire.digest(message, names, SECRET) == digest
    assert payment_wire.digest({**message, "Them": "x"}, names, SECRET) == digest


def test_an_amount_counts_as_its_digits_in_any_type():
    """CONFIRM writes it as a number."""
    values, digest = VECTORS[3]
    message = dict(zip(payment_wire.CONFIRM_FIELDS, values, strict=True))
    for amount in (25_000, 25_000.0, "25000"):
        assert payment_wire.digest({**message, "SoTien": amount}, payment_wire.CONFIRM_FIELDS, SECRET) == digest


def test_init_is_the_message_of_the_vector(gov, wire, order):
    """Every hashed field, the hash itself, and the receipt beside it."""
    wire.say({"MaLoi": "00", "UrlThanhToan": "https://pay.example/p/1"})
    gov.national_payment.open(order, agency_name="UBND xã Mẫu")
    sent = wire.message()
    values, digest = VECTORS[0]
    assert [sent[name] for name in payment_wire.INIT_FIELDS] == values
    assert sent["MaXacThuc"] == digest
    assert wire.sent[-1].url == "https://pay.example/init"


def test_query_repeats_the_time_of_init_to_the_letter(gov, wire, order):
    """24 hours, local time, whatever the zone of the order."""
    wire.say({"MaLoi": "00", "TrangThaiGD": "3"})
    gov.national_payment.query(order)
    assert wire.message()["MaXacThuc"] == VECTORS[1][1]
    moved = order.model_copy(update={"created_at": datetime(2025, 6, 10, 7, 30, 5, tzinfo=UTC)})
    wire.say({"MaLoi": "00", "TrangThaiGD": "3"})
    gov.national_payment.query(moved)
    assert wire.message()["ThoiGianGD"] == "20250610143005"


def test_the_receipt_adds_up_to_the_amount(gov, wire, order):
    """PhiLePhi and DSKhoanNop each sum to SoTien; kinds are phí 1, lệ phí 2."""
    wire.say({"MaLoi": "00", "UrlThanhToan": "https://pay.example/p/1"})
    gov.national_payment.open(order)
    receipt = wire.message()["ThongTinBienLai"]
    for block in ("PhiLePhi", "DSKhoanNop"):
        assert sum(int(line["SoTien"]) for line in receipt[block]) == 25_000
    assert [line["LoaiPhiLePhi"] for line in receipt["PhiLePhi"]] == ["1", "2"]
    assert (receipt["MaDVC"], receipt["MaHoSo"], receipt["SoCMNDNguoiNop"]) == (
        "2.000635.01",
        "H99.99-250610-0001",
        "000000000012",
    )


def test_long_names_of_procedures_are_cut_and_missing_numbers_filled(gov, wire, make_order):
    """As running clients do: 200 characters and dots; nine zeros."""
    wire.say({"MaLoi": "00", "UrlThanhToan": "https://pay.example/p/1"})
    gov.national_payment.open(make_order(procedure_name="T" * 251, payer=Payer(name="MẪU")))
    receipt = wire.message()["ThongTinBienLai"]
    assert receipt["TenTTHC"] == "T" * 200 + "..."
    assert receipt["SoCMNDNguoiNop"] == "000000000"


@pytest.mark.parametrize(
    ("numbers", "sent"),
    [
        ({"old_id": "000000012"}, "000000012"),
        ({"old_id": "000000012", "citizen_id": "000000000012"}, "000000000012"),
    ],
)
def test_nine_digits_are_a_number_too(gov, wire, make_order, numbers, sent):
    """The placeholder is for who has none (§1.4)."""
    wire.say({"MaLoi": "00", "UrlThanhToan": "https://pay.example/p/1"})
    gov.national_payment.open(make_order(payer=Payer(name="NGUYỄN THỬ MẪU", **numbers)))
    assert wire.message()["ThongTinBienLai"]["SoCMNDNguoiNop"] == sent


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": Money(24_999)},
        {"amount": Money(0), "lines": (FeeLine(name="x", amount=Money(0), kind=FeeKind.FEE),)},
        {"lines": ()},
        {"reference": "a|b"},
        {"reference": "x" * 51},
    ],
)
def test_an_order_that_does_not_add_up_cannot_be_made(make_order, changes):
    """Checked before anything is sent."""
    with pytest.raises(InvalidInput):
        make_order(**changes)


def test_a_bar_in_a_hashed_field_is_refused_before_anything_is_sent(make_gov, wire, order):
    """Two messages could share one hash."""
    with pytest.raises(InvalidInput) as caught:
        make_gov(NATIONAL_PAYMENT__VERSION="1.0|6").national_payment.open(order)
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [("PhienBan", "value.pipe")]
    assert wire.sent == []


@given(st.lists(st.text(alphabet="ab1", max_size=3), min_size=5, max_size=5), st.integers(0, 4))
def test_no_field_with_a_bar_is_ever_signed(values, at):
    """Whatever the other fields hold."""
    values[at] += "|"
    message = dict(zip(payment_wire.QUERY_FIELDS, values, strict=True))
    with pytest.raises(InvalidInput):
        payment_wire.authenticate(message, payment_wire.QUERY_FIELDS, SECRET)
