"""Samples 8.3 to 8.9 become registrations and the same messages again; events go where they belong."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from gov_connect.adapters.civil_registry import CivilRegistry, Enclosure, envelopes, field_faults
from gov_connect.delivery.codec import encode_arguments, stored_arguments
from gov_connect.errors import InvalidInput, NotSupported, OutcomeUnknown, Refused, TimedOut
from gov_connect.forms import read_form
from gov_connect.model import VIETNAM, CivilEvent, DossierCode, ResidenceKind
from gov_connect.model.bundles import BundleState
from gov_connect.model.civil_status import Adoption, CorrectionRequest, Guardianship, ParentChildRecognition

G2 = {
    "CIVIL_REGISTRY__BUNDLE_RESULT_PATH": "/ketqua",
    "CIVIL_REGISTRY__NEWER_PATH": "/moi",
    "CIVIL_REGISTRY__SYNC_PATH": "/dongbo",
    "CIVIL_REGISTRY__PROVINCE": "99",
    "CIVIL_REGISTRY__ETHNIC_CODES": '{"Kinh": "01"}',
}
ACCEPTED = {"status": "1", "statusDescription": "Thành công", "errorCode": "", "errorDescription": ""}


def silence(_request):
    raise TimedOut(system="civil_registry", seconds=30)


@pytest.fixture
def newer_gov(make_gov):
    return make_gov(**G2)


def registration(sample, event, *, bundle=True):
    """The registration that a sample message speaks of."""
    received = datetime.strptime(sample["ngayTiepNhan"].strip()[:10], "%d/%m/%Y").replace(tzinfo=VIETNAM)
    if len(sample["ngayTiepNhan"].strip()) > 10:
        received = datetime.strptime(sample["ngayTiepNhan"], "%d/%m/%Y %H:%M:%S").replace(tzinfo=VIETNAM)
    return read_form(
        sample["data"],
        dossier=sample["maHoSoMCDT"],
        unit=sample["maDonVi"],
        received_at=received,
        event=event,
        generation="registry",
        bundle=sample["maHoSoLT"] if bundle else "",
    )


# What is sent beyond or instead of the sample, and why: numbers the running client drops (§4.5 row 7), kinds of
# residence that nobody said (row 12), and blanks that it forgets.
ADDED = {
    "8_3_request": {"meSoDDCN": "000000000012", "chaSoDDCN": "000000000011", "nycSoDDCN": "000000000011"},
    "8_4_request": {
        "nktSoDDCN": "000000000021",
        "nycGiayToKhac": "",
        "nycNgayCapGiayToTuyThan": "01.02.2022",
        "nycNoiCapGiayToTuyThan": "Cục Cảnh sát QLHC về TTXH",
        "nycSoDDCN": "000000000022",
        "nycLoaiCuTru": "",
    },
    "8_5_request": {},
}


@pytest.mark.parametrize(
    ("name", "event", "bundled"),
    [
        ("8_3_request", CivilEvent.BIRTH, True),
        ("8_4_request", CivilEvent.DEATH, True),
        ("8_5_request", CivilEvent.MARRIAGE, True),
    ],
)
def test_a_bundle_comes_and_goes_whole(newer_gov, wire, token, sample, name, event, bundled):
    """Sample -> registration -> the same envelope and the same fields; every difference is named above."""
    expected = sample(f"civil_registry/{name}.json")
    given = dict(expected, data=json.dumps({**json.loads(expected["data"]), **ADDED[name]}, ensure_ascii=False))
    reading = registration(given, event, bundle=bundled)
    assert (reading.unmapped, reading.problems) == ((), ())
    wire.say(token, ACCEPTED)
    newer_gov.civil_registry.submit(reading.registration)
    sent = wire.message()
    assert wire.sent[-1].url.endswith("/apiLienThongKSKT/1.0/nhanHoSoDKHT")
    assert {key: sent[key] for key in expected if key not in {"data", "fileDinhKem"}} == {
        key: expected[key] for key in expected if key not in {"data", "fileDinhKem"}
    }
    data, wanted = json.loads(sent["data"]), {**json.loads(expected["data"]), **ADDED[name]}
    # Places in words gain nothing and lose nothing; dates, numbers and blanks stay as they were.
    assert {key: data.get(key) for key in wanted} == wanted
    assert {key: value for key, value in data.items() if key not in wanted and value not in {"", "4"}} == {}


def test_copies_without_a_registration_are_sample_8_9(newer_gov, wire, token, sample):
    """Names, births and places as objects, codes as numbers, the trailing blank, and the module for the bundle."""
    expected = sample("civil_registry/8_9_request.json")
    reading = registration(expected, CivilEvent.EXTRACT, bundle=False)
    assert (reading.unmapped, reading.problems) == ((), ())
    wire.say(token, ACCEPTED)
    newer_gov.civil_registry.submit(reading.registration)
    sent = wire.message()
    assert {key: sent[key] for key in sent if key != "data"} == {k: v for k, v in expected.items() if k != "data"}
    data, wanted = json.loads(sent["data"]), json.loads(expected["data"])
    # The requester's number also goes into the field of its own.
    assert data.pop("nycSoDDCN") == "000000000042"
    assert {key: value for key, value in data.items() if key in wanted} == wanted
    assert {key for key in data if key not in wanted} == {"cbsGiayToKhac", "nycGiayToKhac"}


def test_a_second_copy_of_a_bundle_is_success(newer_gov, wire, token, sample):
    """Sample 8.3's second answer."""
    reading = registration(sample("civil_registry/8_3_request.json"), CivilEvent.BIRTH)
    wire.say(token, sample("civil_registry/8_3_reply2.json"))
    assert newer_gov.civil_registry.submit(reading.registration).already_there is True


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("Hồ sơ H99.201-260105-0008 đã tồn tại", True),
        ("HỒ SƠ H99.201-260105-0008 ĐÃ CÓ TRÊN HỆ THỐNG", True),
        ("Hồ sơ H99.201-260105-0008 chưa được gửi, đã tồn tại bản nháp", False),
        ("Trẻ đã tồn tại", False),
        ("Trùng với hồ sơ đã đăng ký", False),
        ("Hồ sơ H99.201-260105-0009 đã được tiếp nhận", False),
    ],
)
def test_weaker_words_count_only_for_this_dossier(newer_gov, wire, token, sample, said, there):
    """They may speak of another paper."""
    reading = registration(sample("civil_registry/8_3_request.json"), CivilEvent.BIRTH)
    wire.say(token, {"status": "0", "errorCode": "500", "errorDescription": said})
    if there:
        assert newer_gov.civil_registry.submit(reading.registration).already_there is True
    else:
        with pytest.raises(Refused):
            newer_gov.civil_registry.submit(reading.registration)


def test_the_results_of_sample_8_6(newer_gov, wire, token, sample):
    """Finished with book and certificate, to be supplemented with a deadline, refused with a reason."""
    asked = sample("civil_registry/8_6_request.json")
    codes = tuple(DossierCode(code) for code in asked["maDinhDanhHoSo"])
    wire.say(token, sample("civil_registry/8_6_reply.json"))
    done, more, refused = newer_gov.civil_registry.bundle_results(CivilEvent.BIRTH, codes)
    assert wire.message() == asked
    assert (done.state, done.entry.number, done.entry.book, done.certificate) == (
        BundleState.FINISHED,
        "7",
        "01/2026",
        b"%PDF-1.4\n",
    )
    assert done.entry.citizen_id.reveal() == "000000000099"
    assert done.fields["nksNoiSinh.dcChiTiet"].reveal() == "Bệnh viện Mẫu"
    assert (more.state, more.supplement_until) == (
        BundleState.SUPPLEMENT_REQUESTED,
        datetime(2026, 1, 12, 17, tzinfo=VIETNAM),
    )
    assert (refused.state, refused.note.reveal()) == (BundleState.REFUSED, "Trùng với hồ sơ đã đăng ký")
    assert "MẪU" not in repr(done)
    assert "PHẠM" not in repr(done)


def row(**changes):
    return {"maHoSoMCDT": "H99.201-260105-0008", "trangThai": "4", **changes}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"status": 1, "value": [row(trangThai=4)]}, "finished"),
        ({"status": "1", "value": row(trangThai=4.0)}, "finished"),
        ({"Status": 1, "Value": json.dumps([row(trangThai="04")])}, "finished"),
        ({"status": 1, "value": [json.dumps(row())]}, "finished"),
        ({"status": 1, "value": [{"MAHOSOMCDT": "H99.201-260105-0008", "Trang_Thai": " 6 "}]}, "refused"),
        ({"status": 1, "value": [row(trangThai="5")]}, "unknown"),
        ({"status": 1, "value": [row(trangThai=None)]}, "unknown"),
        ({"status": 1, "value": [row(ketQuaXuLy='{"soDangKy": 7, "giayKhaiSinh": "%%%"}')]}, "finished"),
        ({"status": 1, "value": [row(ketQuaXuLy=[{"so": "7"}])]}, "finished"),
        ({"status": 1, "value": [row(ketQuaXuLy="", hanBoSungHoSo="", moi="x")]}, "finished"),
    ],
)
def test_results_are_understood_in_every_dress(newer_gov, wire, token, answer, state):
    """Other key case, numbers for texts, one for a list of one, JSON in JSON, blanks for null."""
    wire.say(token, answer)
    (found,) = newer_gov.civil_registry.bundle_results(CivilEvent.BIRTH, (DossierCode("H99.201-260105-0008"),))
    assert found.state == state


def test_a_byte_order_mark_changes_nothing(newer_gov, wire, token):
    """Some gateways put one before the answer, or before the JSON in it."""
    body = json.dumps({"status": 1, "value": "\ufeff" + json.dumps([row()])}).encode()
    wire.say(token, b"\xef\xbb\xbf" + body)
    assert newer_gov.civil_registry.bundle_results(CivilEvent.BIRTH, (DossierCode("H99.201-260105-0008"),))


def test_few_dossiers_are_asked_for_at_once(newer_gov, wire, token):
    """Three a call; what the registry does not know is missing from the answer."""
    codes = tuple(DossierCode(f"H99.201-260105-{number:04d}") for number in range(1, 8))
    wire.say(token, {"status": 1, "value": None}, {"status": 1, "value": []}, {"status": 1, "value": [{}, row()]})
    found = newer_gov.civil_registry.bundle_results(CivilEvent.DEATH, codes)
    assert [len(wire.message(at)["maDinhDanhHoSo"]) for at in (-3, -2, -1)] == [3, 3, 1]
    assert [one.dossier for one in found] == ["H99.201-260105-0008"]


@pytest.mark.parametrize(
    "answer",
    [
        {"List_Suss": [{"result": {"value": [row()]}}], "List_ERR": []},
        {"list_suss": {"Result": {"Value": row()}}},
        {"status": 1, "value": {"List_Suss": [{"result": json.dumps({"value": [row()]})}]}},
        {"List_Suss": [row(), row(maHoSoMCDT="H99.201-260105-0001")]},
    ],
)
def test_new_dossiers_are_found_in_any_wrapping(newer_gov, wire, token, answer):
    """§1.7: more variants exist."""
    wire.say(token, answer)
    (found,) = newer_gov.civil_registry.synchronise(DossierCode("H99.201-260105-0008"))
    assert found.state is BundleState.FINISHED


def extract(sample):
    return registration(sample("civil_registry/8_9_request.json"), CivilEvent.EXTRACT, bundle=False).registration


@pytest.mark.parametrize("status", [200, 500, 400])
def test_a_fault_of_the_newest_generation_is_a_refusal(newer_gov, wire, token, sample, shown, status):
    """One text, the request echoed: nothing of it is shown."""
    fault = sample("civil_registry/8_9_fault.json")
    fault["inputSend"] = {"data": "NGÔ THỊ MẪU"}
    wire.say(token, (status, {**fault, "status": status if status != 200 else 500}))
    with pytest.raises(Refused) as caught:
        newer_gov.civil_registry.submit(extract(sample))
    assert "NGÔ" not in shown(caught.value)
    assert "NGÔ" not in caught.value.raw.reveal()
    (found,) = field_faults(caught.value.raw.reveal())
    assert (found.field, found.kind) == ("cbsSoDDCN", "too_long")


def test_several_faults_in_one_text_are_told_apart():
    """§1.7: several at once also occur."""
    text = (
        "cbsSoDDCN có độ dài vượt quá số lượng cho phép; cbsDanToc không tồn tại. Vui lòng kiểm tra lại; "
        "nycNgayCapGiayToTuyThan có định dạng không đúng, ngayTiepNhan sai"
    )
    assert [(one.field, one.kind) for one in field_faults(text)] == [
        ("cbsSoDDCN", "too_long"),
        ("cbsDanToc", "not_in_list"),
        ("nycNgayCapGiayToTuyThan", "format"),
        ("ngayTiepNhan", "other"),
    ]
    assert field_faults("Có lỗi xảy ra") == ()


@pytest.mark.parametrize("answer", [{"status": 200, "title": "OK"}, {"status": "200", "errors": None}])
def test_the_newest_generation_says_yes_as_http_does(newer_gov, wire, token, sample, answer):
    """Its errors have 500, so 200 is its yes: read as a no, an officer would register a second time."""
    wire.say(token, answer)
    copies = extract(sample)
    assert newer_gov.civil_registry.submit(copies).already_there is False
    wire.say({"status": 200, "List_Suss": [], "List_ERR": []}, {"status": 200, "title": "Không tìm thấy hồ sơ"})
    assert newer_gov.civil_registry.synchronise(copies.dossier) == ()
    assert newer_gov.civil_registry.synchronise(copies.dossier) == ()


@pytest.mark.parametrize(
    "answer",
    [{"status": 200, "title": "Có lỗi xảy ra.", "errors": "x"}, {"List_Suss": [], "List_ERR": [{"errors": "x"}]}],
)
def test_a_yes_with_faults_is_looked_up(newer_gov, wire, token, sample, answer):
    """Nor are lists an answer to a registration."""
    there = {"List_Suss": [{"result": {"value": [{"maHoSoMCDT": "H99.201-260110-0021", "trangThai": "1"}]}}]}
    wire.say(token, answer, there)
    copies = extract(sample)
    assert newer_gov.civil_registry.submit(copies).already_there is True
    assert wire.labels == ["token", "dangKyHoSoMoi", "sync-dossiers"]


def test_a_doubtful_new_dossier_is_looked_up(newer_gov, wire, token, sample):
    """Not sent again: the look-up finds it."""
    code = "H99.201-260110-0021"
    wire.say(token, silence, {"List_Suss": [{"result": {"value": [row(maHoSoMCDT=code)]}}]})
    assert newer_gov.civil_registry.submit(extract(sample)).already_there is True
    assert wire.labels == ["token", "dangKyHoSoMoi", "sync-dossiers"]


def test_a_doubt_without_a_way_to_look_up_stays_one(make_gov, wire, token, sample):
    """The path of the look-up is not set."""
    gov = make_gov(**{**G2, "CIVIL_REGISTRY__SYNC_PATH": ""})
    wire.say(token, silence)
    with pytest.raises(OutcomeUnknown):
        gov.civil_registry.submit(extract(sample))
    assert wire.labels == ["token", "dangKyHoSoMoi"]


def test_a_name_without_a_code_is_not_sent(make_gov, wire, sample):
    """G3 wants codes of a list that is not public: every one has to be set."""
    with pytest.raises(InvalidInput, match="person.ethnicity"):
        make_gov(**{**G2, "CIVIL_REGISTRY__ETHNIC_CODES": "{}"}).civil_registry.submit(extract(sample))
    assert wire.sent == []


def test_births_go_by_the_newest_generation_where_configured(make_gov, wire, token, make_birth):
    """By the same rules as sample 8.9; a guess, chosen by a setting."""
    wire.say(token, ACCEPTED)
    make_gov(**G2, CIVIL_REGISTRY__GENERATION="G3").civil_registry.submit(make_birth())
    data = json.loads(wire.message()["data"])
    assert data["nksHoTen"] == {"Ho": "PHẠM", "ChuDem": "THỬ NGHIỆM", "Ten": "AN"}
    assert (data["meNgaySinh"], data["nksGioiTinh"]) == ({"namSinh": "1999"}, 2)
    assert wire.message()["maHoSoLT"] == "KS"


@pytest.mark.parametrize("kind", [Guardianship, Adoption, CorrectionRequest])
def test_what_has_no_public_wire_is_refused_with_the_reason(gov, wire, birth, kind):
    """Model only: guardianship, adoption, corrections (§9 row 4)."""
    person = {"name": "NGUYỄN THỊ MẪU", "sex": "female"}
    common = {name: getattr(birth, name) for name in ("dossier", "unit", "received_at", "requester")}
    more = {
        Guardianship: {"kind": "begin", "ward": person, "guardian": person, "reason": "x"},
        Adoption: {"child": person, "adopter": person},
        CorrectionRequest: {
            "kind": "correction",
            "person": person,
            "entry": {"number": "24", "book": "01/2004"},
            "alterations": ({"field": "Họ", "after": "MẪU"},),
        },
    }[kind]
    with pytest.raises(NotSupported) as caught:
        gov.civil_registry.submit(kind(**common, **more))
    assert caught.value.code == "support.civil_event"
    assert "hộ tịch" in caught.value.text("vi")
    assert wire.sent == []


def test_a_module_that_is_not_public_has_to_be_set(gov, make_gov, wire, token, birth):
    """Recognition and marital status: seen as table names only."""
    common = {name: getattr(birth, name) for name in ("dossier", "unit", "received_at", "requester")}
    asked = ParentChildRecognition(
        **common, kind="father_child", recogniser={"name": "VŨ VĂN VÍ DỤ"}, recognised={"name": "VŨ THỬ"}
    )
    with pytest.raises(NotSupported) as caught:
        gov.civil_registry.submit(asked)
    assert caught.value.code == "support.civil_module"
    wire.say(token, {"status": 1, "value": ""})
    make_gov(CIVIL_REGISTRY__MODULES='{"recognition": "CMC"}').civil_registry.submit(asked)
    assert wire.message()["module"] == "CMC"
    assert "<loaiXacNhan>1</loaiXacNhan>" in wire.message()["data"]


def test_paths_that_are_not_public_have_to_be_set(gov, wire):
    """Named by their variable."""
    with pytest.raises(NotSupported, match="SYNC_PATH"):
        gov.civil_registry.synchronise(DossierCode("H99.201-260105-0008"))
    assert wire.sent == []


def test_tokens_as_the_gateway_wants_them(make_gov, wire, token, birth):
    """A second header token; or none at all behind a proxy that adds it."""
    wire.say(token, {"status": 1})
    make_gov(CIVIL_REGISTRY__SECOND_TOKEN="t-2").civil_registry.submit(birth)
    assert wire.sent[-1].headers["lgspaccesstoken"] == "t-2"
    wire.sent.clear()
    wire.say({"status": 1})
    changes = {f"CIVIL_REGISTRY__{name}": "" for name in ("TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET")}
    del changes["CIVIL_REGISTRY__TOKEN_URL"]
    make_gov(CIVIL_REGISTRY__AUTHORIZATION="none").civil_registry.submit(birth)
    assert "Authorization" not in wire.sent[-1].headers
    assert wire.labels == ["dangKyHoTich"]


def test_a_residence_of_no_kind_is_never_permanent(make_birth, gov):
    """§4.5 row 12, in every generation."""
    birth = make_birth()
    mother = birth.mother.model_copy(update={"residence_kind": None})
    settings = gov.settings.civil_registry
    style = envelopes.style_of("G2", settings)
    assert envelopes.fields_of(birth.model_copy(update={"mother": mother}), style)["meLoaiCuTru"] == "0"
    assert envelopes.fields_of(birth, style)["meLoaiCuTru"] == "1"
    assert birth.mother.residence_kind is ResidenceKind.PERMANENT


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("8_3_request", CivilEvent.BIRTH),
        ("8_4_request", CivilEvent.DEATH),
        ("8_5_request", CivilEvent.MARRIAGE),
        ("8_9_request", CivilEvent.EXTRACT),
    ],
)
def test_a_stored_step_holds_every_event_whole(sample, name, event):
    """What is written down before it is sent comes back as the same event, with its papers by path."""
    given = sample(f"civil_registry/{name}.json")
    data = json.dumps({**json.loads(given["data"]), **ADDED.get(name, {})})
    asked = registration({**given, "data": data}, event, bundle=False).registration
    files = (Enclosure(title="Giấy chứng sinh", name="a.pdf", path="/x/a.pdf"),)
    stored = encode_arguments(CivilRegistry.submit, (asked,), {"files": files})
    again = stored_arguments(CivilRegistry.submit, stored)
    assert again == {"registration": asked, "files": files}
    assert type(again["registration"]) is type(asked)
