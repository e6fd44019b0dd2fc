"""What the agency answers: exactly 0, 1 or -1 to the portal, and the platform's own form to the platform."""

from __future__ import annotations

import json

import pytest

from gov_connect.adapters.national_payment import wire as payment_wire

PUSH = "/XrdAdapter/RestService/forward/addtthcKhuyenMai"
CONFIRM = "/DvcPayment/Confirm"


def test_a_first_push_is_answered_0_and_told(agency, push, sample):
    """The dossier is stored, then told, then acknowledged."""
    assert agency.answer(PUSH, push()) == (200, sample("s10_reply1.json"))
    assert [str(dossier.code) for dossier in agency.dossiers] == ["000.00.00.G99-250801-0007"]
    assert [item.key for item in agency.gov.ledger.unhandled("portal")] == ["000.00.00.G99-250801-0007"]


def test_a_second_push_is_answered_1_and_told_nobody(agency, push, sample):
    """Even when its content differs."""
    agency.answer(PUSH, push())
    assert agency.answer(PUSH, push(DienThoai="0900000002")) == (200, sample("s10_reply2.json"))
    assert len(agency.dossiers) == 1


def test_a_host_that_fails_is_told_again(agency, push, monkeypatch):
    """The portal hears -1 and pushes again; the host is told until it has taken the dossier."""

    def fail(dossier):
        raise RuntimeError

    monkeypatch.setattr(agency.handler, "_on_dossier", fail)
    status, answer = agency.answer(PUSH, push())
    assert (status, answer["error_code"]) == (200, -1)
    monkeypatch.undo()
    assert agency.answer(PUSH, push())[1]["error_code"] == 1
    assert len(agency.dossiers) == 1
    assert agency.answer(PUSH, push())[1]["error_code"] == 1
    assert len(agency.dossiers) == 1


@pytest.mark.parametrize(
    ("changes", "number"),
    [({"MaTTHC": None}, "000.00.00.G99-250801-0007"), ({"MaHoSo": "x"}, ""), ({"MaHoSo": "<script>"}, "")],
)
def test_a_bad_push_is_answered_minus_1_with_its_number(agency, push, changes, number):
    """The message is "<number>| <text>"; a number that is none is not repeated."""
    status, answer = agency.answer(PUSH, push(**changes))
    assert (status, answer["error_code"]) == (200, -1)
    assert answer["message"].partition("| ")[0] == number
    assert "Mẫu" not in answer["message"]
    assert agency.dossiers == []
    assert agency.gov.ledger.unhandled("portal") == []


@pytest.mark.parametrize("body", [b"", b"<html/>", b"\xff", b'{"a":"\\ud800"}', b'{"MaHoSo":{"a":[1]}}'])
def test_nonsense_never_raises(agency, body):
    """The sender always gets an answer in its own form."""
    status, answer = agency.answer(PUSH, body)
    assert (status, answer["error_code"]) == (200, -1)


def test_a_push_with_a_byte_order_mark_can_be_read_again_later(agency, push):
    """What was stored is what arrived."""
    agency.answer(PUSH, b"\xef\xbb\xbf" + push())
    stored = agency.gov.ledger.unhandled("portal")[0]
    again = agency.gov.portal.receive(stored.body.encode(), path=stored.path)
    assert again == agency.dossiers[0]


@pytest.mark.parametrize("path", ["/", "", "/favicon.ico", "/nhanhsdvcqg", "/DvcPayment/confirm"])
def test_an_unknown_path_is_404(agency, push, path):
    """Nothing is read there."""
    assert agency.answer(path, push()) == (404, {})


def notice(**changes):
    message = {
        "LoaiBanTin": "CONFIRM",
        "MaLoi": "00",
        "MaDoiTac": "DT-DEMO-01",
        "MaThamChieu": "khong-co",
        "SoTien": 25000,
        "MaTienTe": "VND",
        "MaGiaoDich": "PP1",
        "MaNganHang": "970436",
        "ThoiGianGD": "20250610143112",
        "ThongTinGiaoDich": "THU",
        **changes,
    }
    secret = "KHOA-BI-MAT-THU-NGHIEM-01"
    message.setdefault("MaXacThuc", payment_wire.digest(message, payment_wire.CONFIRM_FIELDS, secret))
    return json.dumps(message).encode()


@pytest.mark.parametrize(
    "body", [notice(), notice(MaXacThuc="0" * 64), b"", b"[]", b'{"MaXacThuc": {"a": 1}}', notice(MaXacThuc="é" * 64)]
)
def test_a_notice_that_is_not_believed_is_answered_99(agency, body):
    """HTTP 200 and MaLoi 99; nobody is told."""
    status, answer = agency.answer(CONFIRM, body)
    assert (status, answer["MaLoi"], agency.notices) == (200, "99", [])
    assert set(answer) == {"MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD", "MaXacThuc"}
