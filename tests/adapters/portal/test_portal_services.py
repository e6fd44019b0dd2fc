"""Every further service of §2: what is sent equals the wire document, what comes back is read as it stands."""

from __future__ import annotations

from datetime import datetime

import pytest

from gov_connect.adapters.national_portal import exchange, mapping
from gov_connect.errors import InvalidInput, PurposeRequired, Refused, UnexpectedReply
from gov_connect.model import (
    VIETNAM,
    Applicant,
    ApplicantKind,
    Attachment,
    Catalogue,
    Dossier,
    DossierStatus,
    FeeKind,
    FeeLine,
    FeeMoment,
    FeeSort,
    Money,
    OtherPaper,
    Question,
    QuestionAnswer,
    ResultDocument,
    Satisfaction,
    StatusAnswer,
    SupplementRound,
    TaxNumber,
)

AT = datetime(2025, 8, 1, 15, 0, tzinfo=VIETNAM)
S12 = {
    "dossier": "000.00.00.G99-250801-0007",
    "local": "000.00.12.H99-250801-0003",
    "account_id": "00000000-0000-0000-0000-0000000000t1",
    "text": "Đã tiếp nhận",
    "at": AT,
    "status": DossierStatus.ACCEPTED,
}
FEE = FeeLine(
    name="Phí thẩm định", amount=Money(135000), kind=FeeKind.FEE, collected=FeeMoment.ON_RESULT, sort=FeeSort.APPRAISAL
)


def test_an_account_id_is_asked_and_read_as_in_s9(gov, wire, sample, logged_in):
    """TraCuuTechID goes to the share endpoint with the provider's name."""
    wire.say(logged_in, sample("portal/s9_reply.json"))
    assert gov.portal.account_id(TaxNumber("0000000001")) == "00000000-0000-0000-0000-0000000000t1"
    assert wire.message() == sample("portal/s9_request.json")
    assert wire.sent[-1].url.endswith("/mapi/share")


@pytest.mark.parametrize("answer", [{"error_code": 0, "result": []}, {"error_code": -1, "message": "Không tìm thấy"}])
def test_a_number_without_account_gives_none(gov, wire, logged_in, answer):
    """An empty result and a plain "not found" mean the same."""
    wire.say(logged_in, answer)
    assert gov.portal.account_id(TaxNumber("0000000001")) is None


def test_an_account_id_is_not_asked_without_purpose(make_gov, wire):
    """A look-up by a person's number reads personal data."""
    from gov_connect import GovConnect  # noqa: PLC0415 - a client without officer

    bare = GovConnect(parts=make_gov()._parts)
    with pytest.raises(PurposeRequired):
        bare.portal.account_id(TaxNumber("0000000001"))
    assert wire.sent == []


@pytest.mark.parametrize("number", ["", "12345", "00000000012", "000000000x"])
def test_a_tax_number_has_ten_or_thirteen_digits(number):
    """Anything else is refused before it is sent."""
    with pytest.raises(InvalidInput):
        TaxNumber(number)


def test_a_status_answer_is_s12_exactly(gov, wire, sample, logged_in):
    """`data` is an object, and the type is "2"."""
    wire.say(logged_in, sample("portal/s12_reply.json"))
    gov.portal.answer(StatusAnswer(**S12))
    assert wire.message() == sample("portal/s12_request.json")


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ("reduced", {2: "2", 3: "5", 4: "2", 5: "5", 6: "2", 7: "5", 8: "5", 9: "2", 10: "2"}),
        ("plain", {2: "2", 3: "11", 4: "4", 5: "5", 6: "6", 7: "7", 8: "8", 9: "9", 10: "10"}),
    ],
)
def test_the_reduced_codes_follow_the_setting(codes, expected):
    """One client says 2 and 5 only, the other refuses by 11; status 1 cannot be answered."""
    for status in DossierStatus:
        answer = StatusAnswer(**{**S12, "status": status})
        if status is DossierStatus.NEW:
            with pytest.raises(InvalidInput):
                exchange.status_data(answer, codes=codes, now=AT)
        else:
            assert exchange.status_data(answer, codes=codes, now=AT)["TrangThai"] == expected[status.value]


def test_a_status_answer_never_has_an_empty_time():
    """None stands for now; papers carry the five fields of the first generation."""
    paper = Attachment(id="1", name="a.pdf", url="https://motcua.example/f/1")
    data = exchange.status_data(StatusAnswer(**{**S12, "at": None, "papers": (paper,)}), codes="reduced", now=AT)
    assert data["NgayXuLy"] == "20250801150000"
    assert [*data["TaiLieuXuLy"][0]] == [*exchange._PAPER_FIELDS]


def test_agencies_and_domains_are_read(gov, wire, logged_in):
    """Levels of any type; only domains of the own agency unless all are asked for."""
    wire.say(
        logged_in,
        {"error_code": 0, "result": [{"MADONVI": "H99.1", "TENDONVI": "Xã", "CAPDONVI": "3"}, {"MADONVI": "x y"}]},
        {"error_code": 0, "result": [{"MALINHVUC": "A", "MANGANH": "000.00.00.h99"}, {"MALINHVUC": "B"}]},
        {"error_code": 0, "result": [{"MALINHVUC": "A", "MANGANH": "000.00.00.h99"}, {"MALINHVUC": "B"}]},
    )
    assert [(item.code, item.level) for item in gov.portal.agencies()] == [("H99.1", 3), ("x y", None)]
    assert [item.code for item in gov.portal.domains()] == ["A"]
    assert [item.code for item in gov.portal.domains(own=False)] == ["A", "B"]


@pytest.mark.parametrize("which", Catalogue)
def test_every_code_list_is_asked_by_its_name(gov, wire, logged_in, which):
    """Fields are not known, so all are kept; code and name only where they are plain."""
    wire.say(
        logged_in, {"error_code": 0, "result": [{"MAX": 1, "TENX": "một", "GHICHU": "a"}, {"MAX": "1", "MAY": "2"}]}
    )
    first, second = gov.portal.catalogue(which)
    assert wire.message()["service"] == which.value
    assert (first.code, first.name, first.fields) == ("1", "một", {"MAX": "1", "TENX": "một", "GHICHU": "a"})
    assert (second.code, second.name) == ("", "")


def test_online_services_stand_under_data(gov, wire, logged_in):
    """LayDVC is the one service whose result is an object."""
    row = {"MADVC": "1.001193.01", "TENDVC": "Khai sinh", "MATTHC": "TS_MN.H99", "APDUNGDVC": [{"MADONVI": "H99"}]}
    wire.say(logged_in, {"error_code": 0, "result": {"data": [row]}})
    (found,) = gov.portal.online_services()
    assert (found.code, found.procedure, found.procedure_raw) == ("1.001193.01", None, "TS_MN.H99")
    assert found.applies == ({"MADONVI": "H99"},)
    assert wire.sent[-1].url.endswith("/mapi/integration")


@pytest.mark.parametrize("rows", [[1], ["x"], [{}], [{"TENDONVI": "không mã"}], "x"])
def test_rows_that_are_no_agencies_are_an_unexpected_reply(gov, wire, logged_in, rows):
    """Nothing is guessed."""
    wire.say(logged_in, {"error_code": 0, "result": rows})
    with pytest.raises(UnexpectedReply):
        gov.portal.agencies()


def test_satisfaction_totals_have_the_wire_s_own_forms(gov, wire, logged_in):
    """Months without a leading zero, shares with a per-cent sign, people as a number."""
    totals = Satisfaction(
        year=2025, month=8, people=20, very_satisfied=55, satisfied=40, unsatisfied=5, agency="H99.201"
    )
    wire.say(logged_in, {"error_code": 0})
    assert gov.portal.rate([totals]) == 1
    row = wire.message()["data"][0]
    assert (row["NgayTongHop"], row["TongSoNguoiDanhGia"], row["PhanTramDanhGiaRatHaiLong"]) == ("8-2025", 20, "55%")
    with pytest.raises(InvalidInput):
        Satisfaction(year=2025, month=8, people=1, very_satisfied=60, satisfied=60, unsatisfied=0, agency="H99.201")
    with pytest.raises(InvalidInput):
        gov.portal.rate([])


@pytest.mark.parametrize(
    "written", ["20250801080000", "2025-08-01T08:00:00", "01/08/2025 08:00", "2025-08-01T01:00:00Z", 1754010000000]
)
def test_the_time_of_an_answer_is_read_however_it_is_written(gov, wire, logged_in, written):
    """Every way in which pushes write a time is read in answers too."""
    wire.say(logged_in, {"error_code": 0, "result": {"TRALOIID": "1", "NOIDUNGTRALOI": "x", "NGAYTRALOI": written}})
    (answer,) = gov.portal.question_answers("7")
    assert answer.at.isoformat() == "2025-08-01T08:00:00+07:00"


def test_questions_and_answers_go_both_ways(gov, wire, logged_in):
    """What people wrote hides itself, and goes in clear only on the wire."""
    asked = {"HOIDAPID": 7, "NOIDUNG": "Hỏi gì?", "HOVATEN": "THỬ", "THUDIENTU": "a@mau.example", "MaLinhVuc": "A"}
    answered = {"TRALOIID": "1", "NOIDUNGTRALOI": "Trả lời", "NGUOITRALOI": "GIẢ", "NGAYTRALOI": "01/08/2025"}
    wire.say(logged_in, {"error_code": 0, "result": [asked]}, {"error_code": 0, "result": answered}, {"error_code": 0})
    (question,) = gov.portal.questions()
    assert (question.id, question.domain, str(question.asked_by), question.text.reveal()) == (
        "7",
        "A",
        "***",
        "Hỏi gì?",
    )
    (answer,) = gov.portal.question_answers("7")
    assert (answer.question, answer.at) == ("7", datetime(2025, 8, 1, tzinfo=VIETNAM))
    assert wire.message()["cauhoiid"] == "7"
    assert gov.portal.answer_questions([QuestionAnswer(question="7", text="Trả lời", at=AT)]) == 1
    assert wire.message()["data"][0]["NGAYTRALOI"] == "20250801150000"


@pytest.mark.parametrize(
    ("written", "unread"),
    [
        ({"NGAYTRALOI": "2025-07-31T17:00:00Z"}, ()),
        ({"NGAYTRALOI": "2025-08-01T00:00:00"}, ()),
        ({"NGAYTRALOI": "20250801000000", "MOI": "x", "TRONG": ""}, ("MOI",)),
        ({"NGAYTRALOI": "hôm qua"}, ("NGAYTRALOI",)),
        ({"NGAYTRALOI": "2025-08-01", "NGUOITRALOI": {"x": 1}}, ("NGUOITRALOI",)),
    ],
)
def test_an_answer_s_time_is_read_in_any_dress_or_named(gov, wire, logged_in, written, unread):
    """As whatever else of a row is not read."""
    row = {"TRALOIID": "1", "NOIDUNGTRALOI": "Trả lời", **written}
    wire.say(logged_in, {"error_code": 0, "result": [row]})
    (answer,) = gov.portal.question_answers("7")
    assert answer.at == (None if "NGAYTRALOI" in unread else datetime(2025, 8, 1, tzinfo=VIETNAM))
    assert answer.unread == unread


def test_supplement_rounds_and_other_papers_have_their_own_types(dossier):
    """Numbers and a truth value stay so, all else is text (§2.2)."""
    supplement = SupplementRound(
        id=3,
        requested_by="TRẦN VĂN THỬ",
        request="Bổ sung giấy chứng sinh",
        requested_at=AT,
        received_at=AT,
        done=True,
        papers=(OtherPaper(name="Giấy chứng sinh"),),
        fees=(FEE,),
    )
    made = mapping.record(Dossier(**{**dict(dossier), "supplements": (supplement,), "receipt_number": "BN1"}))
    (row,) = made["DanhSachHoSoBoSung"]
    assert (row["HoSoBoSungId"], row["TrangThaiBoSung"], row["NgayBoSung"]) == (3, True, "20250801150000")
    assert row["DanhSachGiayToBoSung"] == [{"TenGiayTo": "Giấy chứng sinh", "SoLuong": 1, "LoaiGiayTo": 1}]
    fee = row["DanhSachLePhiBoSung"][0]
    assert (fee["HinhThucThu"], fee["LoaiPhiLePhi"], fee["Gia"]) == ("4", "2", "135000")
    assert (made["SoBienNhan"], [*row]) == ("BN1", [*_SUPPLEMENT])


_SUPPLEMENT = (
    "HoSoBoSungId NguoiYeuCauBoSung NoiDungBoSung NgayBoSung NguoiTiepNhanBoSung ThongTinTiepNhan "
    "NgayTiepNhanBoSung TrangThaiBoSung DanhSachGiayToBoSung DanhSachLePhiBoSung NgayHenTraTruoc NgayHenTraMoi"
).split()


@pytest.mark.parametrize("changes", [{"received_at": datetime(2025, 7, 1, tzinfo=VIETNAM)}, {"done": True}])
def test_a_supplement_round_runs_forwards(changes):
    """It is not received before it was asked for, nor done without being received."""
    with pytest.raises(InvalidInput):
        SupplementRound(id=1, requested_by="THỬ", request="Bổ sung", requested_at=AT, **changes)


def test_the_first_field_generation_lacks_the_later_fields(make_gov, wire, logged_in, dossier):
    """PORTAL__FIELDS=1 sends exactly the fields of 2020, in sub-records too."""
    paper = ResultDocument(id="1", name="a.pdf", url="https://motcua.example/f/1", result_code="KQ.G99.000001")
    wire.say(logged_in, {"error_code": 0, "result": []}, {"error_code": 0})
    make_gov(PORTAL__FIELDS="1").portal.put(Dossier(**{**dict(dossier), "results": (paper,)}))
    record = wire.message()["data"][0]
    assert mapping.SECOND.isdisjoint(record)
    assert [*record["TaiLieuNop"][0]] == [*exchange._PAPER_FIELDS]
    assert "MaGiayToKetQua" not in record["DanhSachGiayToKetQua"][0]


def test_a_kind_of_owner_of_another_generation_is_refused(dossier):
    """A household business has no code in 2020, and none is made up."""
    owner = Applicant(name="HỘ MẪU", kind=ApplicantKind.HOUSEHOLD_BUSINESS)
    with pytest.raises(InvalidInput):
        mapping.record(Dossier(**{**dict(dossier), "applicant": owner}))


def test_the_mock_takes_every_service_from_the_adapter(offline):
    """The independent reading of the wire accepts what the adapter sends, both ways."""
    portal = offline.portal
    assert all(portal.catalogue(which)[0].fields for which in Catalogue)
    assert portal.publication("15")[0].code == "15"
    assert len(portal.online_services()) == len(portal.procedures())
    assert portal.account_id(TaxNumber("0000000001")) == portal.account_id(TaxNumber("0000000001"))
    (question,) = portal.questions()
    portal.answer_questions([QuestionAnswer(question=question.id, text="Theo Luật Hộ tịch", answered_by="THỬ", at=AT)])
    assert portal.question_answers(question.id)[0].text.reveal() == "Theo Luật Hộ tịch"
    assert portal.publish_questions([Question(id="8", text="Câu hỏi mẫu", domain="G99-TP01", agency="H99.201")]) == 1
    assert portal.agency_questions()[0].id == "8"
    assert (
        portal.rate(
            [
                Satisfaction(
                    year=2025, month=8, people=2, very_satisfied=50, satisfied=50, unsatisfied=0, agency="H99.201"
                )
            ]
        )
        == 1
    )
    with pytest.raises(Refused):
        portal.answer(StatusAnswer(**S12))


def test_the_mock_takes_a_record_with_every_sub_array(offline, dossier):
    """Supplement rounds and other papers pass its field checks."""
    supplement = SupplementRound(
        id=1, requested_by="THỬ", request="Bổ sung", requested_at=AT, papers=(OtherPaper(name="Giấy"),), fees=(FEE,)
    )
    procedure = offline.portal.procedure(dossier.procedure.code)
    full = Dossier(
        **{
            **dict(dossier),
            "procedure": procedure,
            "supplements": (supplement,),
            "other_papers": (OtherPaper(name="Ảnh", copies=2),),
        }
    )
    assert offline.portal.put(full).inserted is True
