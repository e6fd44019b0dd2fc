"""The further endpoints: parsed, checked, answered in the portal's own form, nothing half-stored."""

from __future__ import annotations

import base64
import copy
import gzip
import json

import pytest

from gov_connect.inbound import Host, InboundHandler, PortalKit
from gov_connect.inbound.records import InboundRecords, Quotas
from gov_connect.model import (
    Applicant,
    Dossier,
    DossierStatus,
    Money,
    Procedure,
)

ROOT = "/XrdAdapter/RestService/forward/"
PUSH = ROOT + "addtthcKhuyenMai"
SECOND = ROOT + "nhanhsdvcqg"
NOTICE = ROOT + "nhantbthuedvcqg"
SEARCH = ROOT + "search/call"
PAYMENT = ROOT + "dptracuuthanhtoanhs"
FILE = ROOT + "downloadfile/"
CODE = "000.07.12.H99-250804-0019"


class Desk:
    """The host: what it has, and what it was told."""

    def __init__(self, agency, clock_of, limit=600, quotas=None):
        gov = agency.gov
        self.told, self.vouchers, self.notices = [], [], []
        self.dossiers, self.bills, self.files = {}, {}, {}
        self.away = False
        parts = gov._parts
        self.records = InboundRecords(
            parts.database, parts.vault, gov._acting.agency, parts.clock, quotas=quotas or Quotas()
        )
        host = Host(
            on_dossier=self.told.append,
            on_voucher=self.vouchers.append,
            on_notice=self.notices.append,
            find_dossier=self.dossiers.get,
            find_payable=self.owed,
            open_file=self.files.get,
            look_ups_per_minute=limit,
        )
        inner = gov.inner()
        kit = PortalKit(portal=inner.portal, ledger=gov.ledger, records=self.records, clock=parts.clock, host=host)
        self.handler = InboundHandler(
            portal=inner.portal,
            payments=inner.payments,
            ledger=gov.ledger,
            on_dossier=self.told.append,
            on_payment=clock_of.append,
            kit=kit,
            records=self.records,
        )
        self.gov = gov

    def owed(self, code):
        if self.away:
            raise RuntimeError("database is away")
        return self.bills.get(code)

    def raw(self, path, body=b""):
        return self.gov.run(self.handler.handle(path, body))

    def answer(self, path, message):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        reply = self.raw(path, body)
        return reply.status, json.loads(reply.body)


@pytest.fixture
def make_desk(agency):
    """Make a host; keywords set its limits."""
    return lambda **limits: Desk(agency, [], **limits)


@pytest.fixture
def desk(make_desk):
    return make_desk()


def stored(desk):
    return [item.key for item in desk.gov.ledger.unhandled("portal")]


def test_a_correction_is_read_and_answered_as_in_s11(desk, push, sample):
    """The dossier was pushed before; the host is told of the correction with its link."""
    desk.raw(ROOT + "addtthcKhuyenMai", push())
    assert desk.answer(SECOND, sample("s11_request.json")) == (200, sample("s11_reply.json"))
    first, second = desk.told
    assert (first.updating, second.updating, second.code) == (False, True, first.code)
    assert second.links[0].url == "https://portal.example/tep/77"
    assert second.files == ("sua-doi.pdf",)
    assert {"LyDoDieuChinh", "ThongTinSuaDoi.TenChuongTrinhKM"} <= set(second.form)


def test_the_same_correction_twice_is_told_once(desk, push, sample):
    """A redelivery is answered 0 and changes nothing."""
    desk.raw(ROOT + "addtthcKhuyenMai", push())
    for _ in range(2):
        assert desk.answer(SECOND, sample("s11_request.json"))[1]["error_code"] == 0
    assert len(desk.told) == 2


def test_a_correction_of_an_unknown_dossier_is_refused_and_kept(desk, sample):
    """To say 0 would lose it; the raw message waits for a replay."""
    status, answer = desk.answer(SECOND, sample("s11_request.json"))
    assert (status, answer["error_code"]) == (200, -1)
    assert [item.reason for item in desk.records.raw()] == ["unknown dossier"]


@pytest.mark.parametrize("updating", [False, "False", "0", None])
def test_a_new_dossier_of_the_second_generation_is_created_once(desk, sample, updating):
    """`isUpdating` comes as a truth value or as text; a second delivery is a duplicate."""
    message = {**sample("s11_request.json"), "isUpdating": updating}
    assert desk.answer(SECOND, message)[1]["message"].endswith("| create dossier success")
    assert desk.answer(SECOND, message)[1] == {"error_code": 1, "message": f"{desk.told[0].code}| duplicate refId"}
    assert len(desk.told) == 1


def test_a_tax_voucher_is_read_and_answered_as_in_s13(desk, sample):
    """The other use of the same path; a duplicate is answered 1."""
    assert desk.answer(SECOND, sample("s13_request.json")) == (200, sample("s13_reply.json"))
    (voucher,) = desk.vouchers
    assert (voucher.amount, voucher.status, voucher.notice) == (Money(1250000), 1, "TB0001")
    assert "Hoàng" not in repr(voucher)
    assert desk.answer(SECOND, sample("s13_request.json"))[1]["error_code"] == 1
    assert stored(desk) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SoTien", "1.250.000"),
        ("SoTien", ""),
        ("SoTien", "-5"),
        ("ThoiGianThanhToan", "20250231000000"),
        ("TrangThaiThanhToan", "xong"),
    ],
)
def test_a_voucher_with_a_wrong_value_names_it(desk, sample, name, value):
    """Amounts with dots and days that do not exist are named, not stored."""
    message = copy.deepcopy(sample("s13_request.json"))
    message["data"]["ThongTinThanhToan"][name] = value
    _, answer = desk.answer(SECOND, message)
    assert answer["error_code"] == -1
    assert name in answer["message"]
    assert desk.vouchers == []


def test_a_tax_notice_is_well_formed_xml_in_base64(desk):
    """Its shape is not public, so only that is checked; it hides itself."""
    message = {"service": "NhanThongBaoThueDat", "data": {"FileThongBaoThue": base64.b64encode(b"<a/>").decode()}}
    assert desk.answer(NOTICE, message)[1]["error_code"] == 0
    assert desk.answer(NOTICE, message)[1]["error_code"] == 1
    assert [notice.document for notice in desk.notices] == [b"<a/>"]
    assert "<a/>" not in repr(desk.notices)


@pytest.mark.parametrize(
    "text", ["%%%", "", None, 5, base64.b64encode(b"<a>").decode(), base64.b64encode(b"x").decode()]
)
def test_a_notice_that_is_none_is_refused(desk, text):
    """Wrong base64 and broken XML are told apart from nothing."""
    message = {"service": "NhanThongBaoThueDat", "data": {"FileThongBaoThue": text}}
    assert desk.answer(NOTICE, message)[1]["error_code"] == -1
    assert desk.notices == []


HOSTILE = [
    b"",
    b"[]",
    b"\xff\xfe",
    b"<html/>",
    b'{"data":' * 200 + b"1" + b"}" * 200,
    b'{"data":{"MaHoSoQG":"a","MaHoSoQG":"b"},"isUpdating":false}',
    b'{"isUpdating":"maybe","data":{"MaHoSoQG":"000.00.00.G99-250801-0007"}}',
    json.dumps({"isUpdating": False, "data": {"MaHoSoQG": "x" * 10_000_000}}).encode(),
    json.dumps({"service": "NhanChungTuThueDat", "data": []}).encode(),
]


@pytest.mark.parametrize("path", [SECOND, NOTICE, SEARCH, PAYMENT])
@pytest.mark.parametrize("at", range(len(HOSTILE)))
def test_hostile_bodies_are_answered_minus_1_and_kept_as_they_came(desk, path, at):
    """A clear answer in the portal's own form, nothing half-stored."""
    status, answer = desk.answer(path, HOSTILE[at])
    assert (status, answer["error_code"]) == (200, -1)
    assert len(answer["message"]) < 3000
    assert (desk.told, desk.vouchers, desk.notices, stored(desk)) == ([], [], [], [])
    (raw,) = desk.records.raw()
    assert raw.length == len(HOSTILE[at])
    assert raw.body in {HOSTILE[at], None}
    assert (raw.body is None) == (len(HOSTILE[at]) > 1024 * 1024)


def test_above_the_quotas_only_hash_and_length_are_kept(make_desk):
    """By size of one, by count and by total; then rows end too."""
    desk = make_desk(quotas=Quotas(largest=10, count=2, total=15, rows=5))
    for body in (b"x" * 11, b"1234567890", b"123456", b"12345", b"1", b"2"):
        desk.raw(SECOND, body)
    kept = desk.records.raw()
    assert [item.length for item in kept] == [11, 10, 6, 5, 1]
    assert [item.body for item in kept] == [None, b"1234567890", None, b"12345", None]
    assert all(len(item.fingerprint) == 64 for item in kept)


@pytest.fixture
def dossier(clock_at):
    return Dossier(
        code=CODE,
        procedure=Procedure(code="1.001193", name="Khai sinh", domain_code="G99-TP01", domain_name="Hộ tịch"),
        applicant=Applicant(name="NGUYỄN THỊ MẪU"),
        status=DossierStatus.PROCESSING,
        summary="Khai sinh",
        received_at=clock_at,
        unit_name="UBND xã Mẫu",
    )


@pytest.fixture
def clock_at(agency):
    return agency.gov._parts.clock.now()


def test_one_dossier_is_looked_up_in_nine_fields_without_the_citizen(desk, dossier):
    """search/call gives the summary; the look-up is written down."""
    desk.dossiers[CODE] = dossier
    question = {"madonvi": "H99.12.7", "service": "x", "masohoso": CODE}
    status, answer = desk.answer(SEARCH, question)
    (row,) = answer["result"]
    assert (status, answer["error_code"], row["TrangThaiHoSo"], len(row)) == (200, 0, "4", 9)
    assert "MẪU" not in json.dumps(answer, ensure_ascii=False)
    assert desk.records.look_ups() == [("search/call", CODE, "found")]


def test_not_found_looks_the_same_for_every_dossier(desk):
    """Nobody learns by the answer whether a number exists elsewhere."""
    answers = [desk.answer(SEARCH, {"masohoso": code}) for code in (CODE, "H99.1-250804-0001")]
    assert [(status, answer["error_code"]) for status, answer in answers] == [(200, -1)] * 2
    assert {answer["message"].partition("| ")[2] for _, answer in answers} == {"not found"}


def test_what_is_payable_has_numbers_here_and_texts_there(desk, payable):
    """SoTien is a number in PhiLePhi and a text in DSKhoanNop; fine-only fields stay blank."""
    desk.bills[CODE] = payable(CODE)
    _, answer = desk.answer(PAYMENT, {"MaHoSo": CODE})
    row = answer["message"]
    assert (answer["error_code"], row["MaTraCuuTT"], row["MaHoSo"]) == (1, f"{CODE}20250804080000", CODE)
    assert (row["PhiLePhi"][0]["SoTien"], row["DSKhoanNop"][0]["SoTien"], row["KhoBac"]) == (8000, "8000", "")
    fine = ("MaLoaiHinhThuPhat", "TenLoaiHinhThuPhat", "NgayQD", "SoQD", "TenNguoiViPham", "TaiKhoanThuNSNN")
    assert {row[name] for name in fine} == {""}
    assert (row["transaction_id"], row["client_id"]) == (row["MaTraCuuTT"], "")


@pytest.mark.parametrize("wrap", [lambda q: [q], lambda q: {"service": "x", "data": q}, lambda q: {"data": [q]}])
def test_a_question_is_read_in_every_plain_wrapping(desk, dossier, wrap):
    """As a push is."""
    desk.dossiers[CODE] = dossier
    assert desk.answer(SEARCH, wrap({"masohoso": CODE}))[1]["error_code"] == 0


def test_what_is_packed_or_wide_is_taken_as_it_means(desk, sample):
    """The mounted handler reads gzip and UTF-16; the same dossier again is the same."""
    body = json.dumps(sample("s10_request.json"), ensure_ascii=False)
    answers = [desk.answer(PUSH, packed)[1] for packed in (gzip.compress(body.encode()), body.encode("utf-16"))]
    assert [answer["error_code"] for answer in answers] == [0, 1]


@pytest.mark.parametrize(
    "changes",
    [
        {"ThoiGianThanhToan": "2025-07-15T10:10:00"},
        {"ThoiGianThanhToan": "15/07/2025 10:10:00"},
        {"ThoiGianThanhToan": 1752549000000},
        {"ThoiGianThanhToan": "2025-07-15T03:10:00Z"},
        {"SoTien": "1250000.00"},
        {"SoTien": 1250000.0},
        {},
    ],
)
@pytest.mark.parametrize("as_list", [False, True])
def test_a_voucher_is_read_in_every_plain_dress_and_keeps_the_rest(desk, sample, changes, as_list):
    """Times, amounts, a list of one; what has no field of its own goes to `further`."""
    message = sample("s13_request.json")
    paid = {**message["data"]["ThongTinThanhToan"], **changes, "MaGiaoDich": "GD77"}
    message["data"] |= {"ThongTinThanhToan": [paid] if as_list else paid, "SoChungTu": "CT9"}
    assert desk.answer(SECOND, message)[1]["error_code"] == 0
    (voucher,) = desk.vouchers
    assert (voucher.paid_at.isoformat(), voucher.amount) == ("2025-07-15T10:10:00+07:00", Money(1_250_000))
    assert {name: value.reveal() for name, value in voucher.further.items()} == {
        "SoChungTu": "CT9",
        "ThongTinThanhToan.MaGiaoDich": "GD77",
    }


def test_what_is_not_payable_is_told_from_what_is_not_there(desk, dossier):
    """0 for a dossier that owes nothing, -1 for one that nobody knows or a question without one: both with []."""
    desk.dossiers[CODE] = dossier
    questions = ({"MaHoSo": CODE}, {"MaHoSo": "H99.1-250804-0001"}, {})
    answers = [desk.answer(PAYMENT, question) for question in questions]
    assert answers == [(200, {"error_code": code, "message": []}) for code in (0, -1, -1)]
    assert [outcome for _, _, outcome in desk.records.look_ups()] == ["found", "not_found"]
    assert len(desk.records.raw()) == 1


def test_a_host_that_fails_knows_nothing_of_a_debt(desk):
    """Not "no such dossier": the asker gets HTTP 500, and the failure is written down."""
    desk.away = True
    assert desk.answer(PAYMENT, {"MaHoSo": CODE}) == (500, {"error_code": -1, "message": []})
    assert [outcome for _, _, outcome in desk.records.look_ups()] == ["failed"]


def test_look_ups_are_limited_and_the_limit_is_written_down(make_desk, dossier):
    """After the limit no look-up is made until a minute has passed."""
    desk = make_desk(limit=2)
    desk.dossiers[CODE] = dossier
    statuses = [desk.answer(SEARCH, {"masohoso": CODE})[0] for _ in range(3)]
    desk.gov._parts.clock.advance(61)
    assert [*statuses, desk.answer(SEARCH, {"masohoso": CODE})[0]] == [200, 200, 429, 200]
    assert [outcome for _, _, outcome in desk.records.look_ups()] == ["found", "found", "limited", "found"]


def test_a_file_is_served_by_its_opaque_id_only(desk):
    """An id is released for one dossier and can be taken back; all else is 404 and looks alike."""
    desk.files["kho/1"] = b"%PDF-1.4"
    made = desk.records.release(CODE, "kho/1", "application/pdf")
    reply = desk.raw(FILE + made)
    assert (reply.status, reply.body, reply.content_type) == (200, b"%PDF-1.4", "application/pdf")
    missing = [FILE + "kho", FILE + "../kho/1", FILE + "0" * 36, FILE + made[:-1]]
    assert desk.records.withdraw(CODE) == 1
    replies = {(desk.raw(path).status, desk.raw(path).body) for path in [FILE + made, *missing[:1], *missing[2:]]}
    assert replies == {(404, b'{"error_code":-1,"message":"| not found"}')}
    assert desk.raw(missing[1]).status == 404
    assert desk.records.look_ups()[0] == ("downloadfile", CODE, "found")


def test_without_a_host_s_say_vouchers_and_look_ups_are_refused(agency):
    """What the host does not offer is not pretended."""
    gov, parts = agency.gov, agency.gov._parts
    records = InboundRecords(parts.database, parts.vault, gov._acting.agency, parts.clock)
    kit = PortalKit(
        portal=gov.inner().portal, ledger=gov.ledger, records=records, clock=parts.clock, host=Host(on_dossier=print)
    )
    notice = {"service": "NhanThongBaoThueDat", "data": {"FileThongBaoThue": "PGEvPg=="}}
    for path, message in ((SEARCH, {"masohoso": CODE}), (PAYMENT, {"MaHoSo": CODE}), (NOTICE, notice)):
        reply = gov.run(kit.handle(path, json.dumps(message).encode()))
        assert json.loads(reply.body)["error_code"] == -1
    assert gov.run(kit.handle("/elsewhere", b"")).status == 404


def test_the_facade_makes_the_whole_handler(agency, push, dossier):
    """One call gives a handler; the envelope of a look-up can be flat."""
    told = []
    handler = agency.gov.inbound(Host(on_dossier=told.append, find_dossier={CODE: dossier}.get, flat=True))
    for path, body, known in (
        (ROOT + "addtthcKhuyenMai", push(), {"error_code", "message"}),
        (SEARCH, json.dumps({"masohoso": CODE}).encode(), {"error_code", "message", "MaHoSo", "TrangThaiHoSo"}),
    ):
        reply = agency.gov.run(handler.handle(path, body))
        assert known <= set(json.loads(reply.body))
    assert len(told) == 1
    assert agency.gov.run(handler.handle("/Confirm", b"{}")).status == 404
    assert agency.gov.inbound_records.look_ups() == [("search/call", CODE, "found")]
    told = [row for row in agency.gov.audit.entries() if row["kind"] == "disclosure"]
    assert [(row["operation"], row["system"], row["dossier"], row["outcome"], row["phase"]) for row in told] == [
        ("inbound.search/call", "portal", CODE, "found", "whole")
    ]
    assert agency.gov.audit.verify().whole
    assert agency.gov.digest(agency.gov.today()).disclosures == 1


def test_the_facade_offers_numbers_codes_and_reconciliation(agency):
    """Each works on the records of the acting agency."""
    gov = agency.gov
    assert gov.numbers.next("H99.201", gov._parts.clock.now().date()) == "H99.201-250804-0001"
    assert gov.code_map.procedure("1.001193") == "1.001193"
    assert gov.reconcile([]).findings == ()
