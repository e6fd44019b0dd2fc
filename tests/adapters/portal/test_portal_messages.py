"""What is sent to the portal equals the samples of the wire document, field by field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from gov_connect.adapters.national_portal import mapping
from gov_connect.adapters.national_portal import wire as portal_wire
from gov_connect.errors import InvalidInput
from gov_connect.model import (
    VIETNAM,
    Applicant,
    Channel,
    Dossier,
    DossierCode,
    DossierStatus,
    ProcedureCode,
    ProgressStep,
    ResultDocument,
)

CODE = "000.07.12.H99-250804-0019"


def test_the_login_is_that_of_s1(gov, wire, sample, logged_in):
    """User name and password go as plain members to mapi/login, with the fixed headers."""
    wire.say(logged_in, sample("portal/s5_reply.json"))
    gov.portal.find(DossierCode(CODE))
    login = wire.sent[0]
    assert wire.message(0) == sample("portal/s1_request.json")
    assert login.url == "https://adapter.example/XrdAdapter/RestService/forward/mapi/login"
    assert {name: login.headers[name] for name in ("Accept", "Content-Type", "Charset", "dstcode")} == {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Charset": "utf-8",
        "dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider",
    }


def test_the_question_for_a_dossier_is_that_of_s5(gov, wire, sample, logged_in):
    """TraCuuHoSo carries the session in the body and the number as `mahoso`."""
    wire.say(logged_in, sample("portal/s5_reply.json"))
    assert gov.portal.find(DossierCode(CODE)) is False
    assert wire.message() == sample("portal/s5_request.json")


def test_the_list_of_procedures_is_asked_as_in_s3(gov, wire, sample, logged_in):
    """LayDanhSachTTHC goes to the share endpoint; code and name of each come back."""
    wire.say(logged_in, sample("portal/s3_reply.json"))
    found = gov.portal.procedures()
    assert [item.code for item in found] == ["1.001193", "2.000635"]
    assert wire.message() == sample("portal/s3_request.json")
    assert wire.sent[-1].url.endswith("/mapi/share")


def test_a_procedure_is_asked_and_read_as_in_s4(gov, wire, sample, logged_in):
    """LayThuTuc goes to the integration endpoint and gives domain and result papers."""
    wire.say(logged_in, sample("portal/s4_reply.json"))
    found = gov.portal.procedure(ProcedureCode("1.001193"))
    assert found is not None
    assert (found.name, found.domain_code, found.domain_name, found.result_codes, found.published) == (
        "Thủ tục đăng ký khai sinh",
        "G99-TP01",
        "Hộ tịch",
        ("KQ.G99.000001",),
        True,
    )
    assert wire.message() == sample("portal/s4_request.json")
    assert wire.sent[-1].url.endswith("/mapi/integration")


def test_an_inserted_dossier_is_s6_exactly(gov, wire, sample, logged_in, dossier):
    """Every field of S6, in its order, built from model objects."""
    wire.say(logged_in, sample("portal/s5_reply.json"), sample("portal/s6_reply.json"))
    receipt = gov.portal.put(dossier)
    expected = sample("portal/s6_request.json")
    assert receipt.inserted is True
    assert wire.message() == expected
    assert list(wire.message()["data"][0]) == list(expected["data"][0])


def test_reported_steps_are_s7_exactly(gov, wire, sample, logged_in):
    """Nine fields a row, none of them null."""
    first = datetime(2025, 8, 4, 8, 15, tzinfo=VIETNAM)
    second = datetime(2025, 8, 4, 9, 30, tzinfo=VIETNAM)
    steps = [
        ProgressStep(
            dossier=CODE,
            officer="Trần Văn Thử",
            unit="Bộ phận một cửa",
            at=first,
            text="Tiếp nhận hồ sơ",
            status=DossierStatus.ACCEPTED,
        ),
        ProgressStep(
            dossier=CODE,
            officer="Lê Thị Giả",
            title="Công chức Tư pháp - Hộ tịch",
            unit="Tư pháp",
            at=second,
            text="Thẩm định-Hồ sơ hợp lệ",
            status=DossierStatus.PROCESSING,
            started_at=second,
            due_at=datetime(2025, 8, 5, 17, 0, tzinfo=VIETNAM),
        ),
    ]
    wire.say(logged_in, sample("portal/s7_reply.json"))
    assert gov.portal.report(steps) == 2
    assert wire.message() == sample("portal/s7_request.json")


def test_a_final_update_holds_every_field_of_s8(gov, wire, sample, logged_in, dossier):
    """An update of a dossier that is there says so, and carries the result paper."""
    final = Dossier(
        **{
            **dict(dossier),
            "status": DossierStatus.RESULT_DELIVERED,
            "processed_at": datetime(2025, 8, 5, 9, 30, tzinfo=VIETNAM),
            "delivered_at": datetime(2025, 8, 5, 10, 15, tzinfo=VIETNAM),
            "attachments": (),
            "fees": (),
            "results": (
                ResultDocument(
                    id="902",
                    name="giay-khai-sinh.pdf",
                    url="https://motcua.example/f/902",
                    result_code="KQ.G99.000001",
                ),
            ),
        }
    )
    wire.say(logged_in, {"error_code": 0, "result": [{}, {"MaHoSo": CODE}]}, sample("portal/s8_reply.json"))
    assert gov.portal.put(final).inserted is False
    sent, expected = wire.message(), sample("portal/s8_request.json")
    record = sent["data"][0]
    assert {name: record[name] for name in expected["data"][0]} == expected["data"][0]
    assert {**sent, "data": []} == {**expected, "data": []}


@pytest.mark.parametrize("status", DossierStatus)
def test_each_status_goes_as_its_number_in_text(dossier, status):
    """Codes 1 to 10 are written as text."""
    changes = {"status": status, "delivered_at": dossier.received_at}
    assert mapping.record(Dossier(**{**dict(dossier), **changes}))["TrangThaiHoSo"] == str(int(status))


@pytest.mark.parametrize(
    "at",
    [
        datetime(2025, 8, 4, 1, 15, tzinfo=UTC),
        datetime(2025, 8, 3, 21, 15, tzinfo=timezone(timedelta(hours=-4))),
        datetime(2025, 8, 4, 10, 15, tzinfo=timezone(timedelta(hours=9))),
    ],
)
def test_times_of_other_zones_are_written_in_vietnam_time(at):
    """The wire knows one zone, Asia/Ho_Chi_Minh."""
    assert mapping.moment(at) == "20250804081500"


def test_long_texts_are_cut_at_the_limits_of_the_wire():
    """Names of officers end in three dots within 50 characters."""
    step = ProgressStep(
        dossier=CODE, officer="MẪU " * 40, at=datetime(2025, 8, 4, tzinfo=VIETNAM), status=DossierStatus.PROCESSING
    )
    shown = mapping.step_row(step)["NguoiXuLy"]
    assert shown.endswith("...")
    assert len(shown) <= portal_wire.LIMITS["NguoiXuLy"]
    assert mapping.shortened("NguoiXuLy", "M" * 50) == "M" * 50


@pytest.mark.parametrize(("count", "calls"), [(1, [1]), (10, [10]), (11, [10, 1]), (25, [10, 10, 5])])
def test_steps_are_reported_ten_a_call(gov, wire, logged_in, count, calls):
    """Running clients send chunks of ten, in order."""
    at = datetime(2025, 8, 4, tzinfo=VIETNAM)
    steps = [
        ProgressStep(dossier=CODE, officer="THỬ", at=at, text=str(n), status=DossierStatus.PROCESSING)
        for n in range(count)
    ]
    wire.say(logged_in)
    wire.always = {"error_code": "00", "message": "Cập nhật thành công"}
    assert gov.portal.report(steps) == count
    sent = [wire.message(n)["data"] for n in range(1, len(wire.sent))]
    assert [len(rows) for rows in sent] == calls
    assert [row["NoiDungXuLy"] for rows in sent for row in rows] == [str(n) for n in range(count)]


def test_reporting_nothing_is_refused_before_anything_is_sent(gov, wire):
    """An empty report is a mistake of the caller."""
    with pytest.raises(InvalidInput):
        gov.portal.report([])
    assert wire.sent == []


def test_the_account_id_goes_only_with_dossiers_born_online(dossier):
    """MaDoiTuong is blank unless the channel is 2."""
    owner = Applicant(name="THỬ NGHIỆM", account_id="tech-1")
    counter = Dossier(**{**dict(dossier), "applicant": owner})
    online = Dossier(**{**dict(counter), "channel": Channel.ONLINE})
    assert mapping.record(counter)["MaDoiTuong"] == ""
    assert mapping.record(online)["MaDoiTuong"] == "tech-1"


def test_an_owner_without_number_gets_the_placeholder(dossier):
    """DinhDanhCHS may not be empty."""
    unknown = Dossier(**{**dict(dossier), "applicant": Applicant(name="THỬ NGHIỆM")})
    assert mapping.record(unknown)["DinhDanhCHS"] == [{"LoaiDinhDanh": "2", "SoDinhDanh": "000000001"}]


@pytest.mark.parametrize(
    ("changes", "url", "header"),
    [
        ({}, "https://adapter.example/XrdAdapter/RestService/forward/mapi/login", True),
        (
            {"PORTAL__BASE_URL": "https://adapter.example/XrdAdapter/RestService/forward/"},
            "https://adapter.example/XrdAdapter/RestService/forward/mapi/login",
            True,
        ),
        (
            {"PORTAL__FORWARD_PATH": "/VXPAdapter/RestService/forward"},
            "https://adapter.example/VXPAdapter/RestService/forward/mapi/login",
            True,
        ),
        ({"PORTAL__FORWARD_PATH": ""}, "https://adapter.example/mapi/login", True),
        (
            {"PORTAL__DSTCODE_IN": "query"},
            (
                "https://adapter.example/XrdAdapter/RestService/forward/mapi/login"
                "?dstcode=VN%3AGOV%3A000.00.00.G22%3Avpcpdvcprovider"
            ),
            False,
        ),
        ({"PORTAL__DSTCODE": ""}, "https://adapter.example/XrdAdapter/RestService/forward/mapi/login", False),
        (
            {"PORTAL__DSTCODE": "", "PORTAL__DSTCODE_IN": "query"},
            "https://adapter.example/XrdAdapter/RestService/forward/mapi/login",
            False,
        ),
    ],
)
def test_address_and_dstcode_follow_the_settings(make_gov, wire, logged_in, changes, url, header):
    """The forward path is added once; a blank dstcode is left out altogether."""
    wire.say(logged_in, {"error_code": 0, "result": []})
    make_gov(**changes).portal.find(DossierCode(CODE))
    assert wire.sent[0].url == url
    assert ("dstcode" in wire.sent[0].headers) is header
