"""Each of the twelve reasons why "the citizen typed it, and it is not in the dossier" (§4.5): here it arrives."""

from __future__ import annotations

import json

import pytest

from gov_connect.adapters.bundle_platform.wire import Unwrapped
from gov_connect.adapters.civil_registry import fields
from gov_connect.adapters.civil_registry.styles import G1, G2
from gov_connect.adapters.civil_registry.wire import document
from gov_connect.model import Applicant, CivilEvent, ResidenceKind
from gov_connect.transport import parse_xml

COPIES = ["SoLuong", "BanSaoSoLuong", "BanSaoSoluong", "soLuongBanSao", "SOLUONG", "soBanSao", "Ban\u200bSaoSoLuong"]


@pytest.mark.parametrize("name", COPIES)
def test_cause_1_one_thing_has_many_names(read, birth_form, name):
    """Six names for the number of copies, and letters of either case."""
    reading = read(birth_form, without={"SoLuong"}, **{name: "4"})
    assert (reading.registration.copies, reading.unmapped) == (4, ())


def test_cause_2_a_choice_that_clears_a_block(read, birth_form):
    """Relation "Cha" cleared the father's block: the requester is the father, and the officer is told."""
    reading = read(birth_form, without={"HoTenChaKS", "NamSinhChaKS", "SoDinhDanhCha"})
    assert reading.registration.father.name.reveal() == "PHẠM VĂN GIẢ ĐỊNH"
    assert reading.registration.father.citizen_id.reveal() == "000000000011"
    assert reading.derived == {"father.name": "requester", "father.citizen_id": "requester"}


def test_cause_2_what_was_typed_is_not_overwritten(read, birth_form):
    """The block is filled in: the requester stays what the requester is."""
    reading = read(birth_form, HoTenChaKS="PHẠM VĂN KHÁC")
    assert reading.registration.father.name.reveal() == "PHẠM VĂN KHÁC"
    assert reading.derived == {}


def test_cause_3_leaves_that_exist_after_another_choice(read, birth_form):
    """ "Khác" brings a free text; a foreign residence another leaf."""
    reading = read(
        birth_form,
        without={"nksNoiSinh_TrongNuoc"},
        DanTocKS="Khác",
        DanTocKhacKS="Xơ Đăng (Mẫu)",
        nksNoiSinh="2",
        nksNoiSinh_NuocNgoai="Lào",
    )
    child = reading.registration.child
    assert (child.ethnicity_other, child.birth_place.line, child.birth_place.abroad) == ("Xơ Đăng (Mẫu)", "Lào", True)
    sent = fields.birth(reading.registration, G1())
    assert (sent["nksDanTocKhac"], sent["nksNoiSinhNuocNgoai"]) == ("Xơ Đăng (Mẫu)", "Lào")


def test_cause_4_a_requester_block_that_came_empty(read, birth_form):
    """The account look-up failed: who submitted the dossier stands in."""
    applicant = Applicant(name="PHẠM VĂN GIẢ ĐỊNH", citizen_id="000000000011", phone="0900000001")
    reading = read(birth_form, without={"HoVaTenC", "SoDinhDanhC"}, options={"applicant": applicant})
    asked = reading.registration.requester
    assert (asked.name.reveal(), asked.citizen_id.reveal(), asked.phone.reveal()) == (
        "PHẠM VĂN GIẢ ĐỊNH",
        "000000000011",
        "0900000001",
    )
    assert set(reading.derived) == {"requester.name", "requester.citizen_id", "requester.phone"}


@pytest.mark.parametrize("whole", [True, False])
def test_cause_5_names_whole_or_in_parts(read, bundle_birth_form, whole):
    """Either way the whole name, and the division where one was given."""
    changes = {"ChaHoTen": "PHẠM VĂN GIẢ ĐỊNH"} if whole else {}
    reading = read(bundle_birth_form, without={"ChaHo", "ChaChuDem", "ChaTen"} if whole else (), **changes)
    father = reading.registration.father
    assert father.name.reveal() == "PHẠM VĂN GIẢ ĐỊNH"
    assert (father.parts is None) is whole
    assert father.divided.given.reveal() == ("ĐỊNH" if whole else "GIẢ ĐỊNH")


@pytest.mark.parametrize(("name", "other"), [("SoDinhDanh", "SoGiayToDinhDanh"), ("SoGiayToDinhDanh", "SoDinhDanh")])
def test_cause_6_one_number_in_two_leaves(read, birth_form, name, other):
    """Only one of the two is filled in."""
    reading = read(birth_form, **{f"{name}Me": "000000000012", f"{other}Me": ""})
    assert reading.registration.mother.citizen_id.reveal() == "000000000012"


def test_cause_7_three_wrappings_and_a_client_that_drops(read):
    """JSON -> JSON -> XML; the notice, the second nationality, the foreign place and the numbers go on."""
    xml = (
        "<hoTich><maGCS>GCS-01</maGCS><ngayCapGCS>20260104</ngayCapGCS><loaiDangKy>1</loaiDangKy>"
        "<nksHoTen>PHẠM THỬ NGHIỆM AN</nksHoTen><nksGioiTinh>2</nksGioiTinh><nksNgaySinh>03.01.2026</nksNgaySinh>"
        "<nksNoiSinh>Viêng Chăn</nksNoiSinh><nksNoiSinhNuocNgoai>Lào</nksNoiSinhNuocNgoai>"
        "<nksQueQuan>Xã Mẫu</nksQueQuan><nksQuocTichKhac>Lào</nksQuocTichKhac><nksLoaiKhaiSinh>3</nksLoaiKhaiSinh>"
        "<meHoTen>LÊ THỊ HƯ CẤU</meHoTen><meSoGiayToTuyThan>000000000012</meSoGiayToTuyThan>"
        "<nycHoTen>LÊ THỊ HƯ CẤU</nycHoTen><nycQuanHe>Mẹ</nycQuanHe><nycSoGiayToTuyThan>000000000012"
        "</nycSoGiayToTuyThan><nycNgayCapGiayToTuyThan>01.02.2022</nycNgayCapGiayToTuyThan>"
        "<nycNoiCapGiayToTuyThan>Cục</nycNoiCapGiayToTuyThan></hoTich>"
    )
    detail = {"data": json.dumps({"data": xml, "fileDinhKem": []}), "fileDinhKem": []}
    reading = read({name: value.reveal() for name, value in Unwrapped(detail).form.items()})
    assert (reading.generation, reading.unmapped, reading.problems) == ("registry", (), ())
    sent = fields.birth(reading.registration, G2())
    assert (sent["maGCS"], sent["ngayCapGCS"], sent["nksQuocTichKhac"]) == ("GCS-01", "04.01.2026", "Lào")
    assert (sent["nksNoiSinhNuocNgoai"], sent["meSoDDCN"]) == ("Lào", "000000000012")
    assert sent["nksNoiSinh"]["dcChiTiet"] == "Viêng Chăn, Lào"


def test_cause_8_words_become_codes_of_that_day(read, birth_form):
    """A free text that names one unit gets its codes; the words stay as they were."""
    place = "Số 1, Phường Ba Đình, Thành phố Hà Nội"
    reading = read(birth_form, MeNoiCuTru_TrongNuoc=place)
    home = reading.registration.mother.residence
    assert (home.line, home.commune, home.province) == (place, "00004", "01")


def test_cause_8_codes_of_former_units_are_told(read, bundle_birth_form):
    """The code of a commune that ended: the officer sees what it went to, and what was typed still arrives."""
    old = {"tinh": "01", "xa": "00001", "diaChi": "Số 1"}
    reading = read(bundle_birth_form, MeDiaChi=old)
    doubts = {problem.code: problem.text("vi") for problem in reading.doubts if problem.path.startswith("mother")}
    assert "00097" in doubts["place.former_code"]
    assert reading.registration.mother.residence.commune == "00001"
    assert reading.registration.mother.residence.line.startswith("Số 1")


def test_cause_9_a_form_without_its_event(read, birth_form, bundle_birth_form, death_form):
    """Its leaves tell what it is."""
    told = [(read(form).event, read(form).generation) for form in (birth_form, bundle_birth_form, death_form)]
    assert told == [(CivilEvent.BIRTH, "legacy"), (CivilEvent.BIRTH, "bundle"), (CivilEvent.DEATH, "bundle")]


def test_cause_10_another_unit_than_the_one_that_received(read, birth_form):
    """The dossier stays with who received it; the wish is shown."""
    reading = read(birth_form, noiDangKy="99002")
    assert reading.registration.unit == "99001"
    assert [problem.code for problem in reading.doubts] == ["form.other_unit"]
    assert read(birth_form, noiDangKy=99001).doubts == ()


NASTY = "MẪU & <THỬ> \"A\" 'B' ]]> <nksHoTen>"


def test_cause_11_marks_of_xml_on_the_way_out(read, birth_form):
    """Escaped, and whole at the other end."""
    reading = read(birth_form, HoTenKS=NASTY, MeNoiCuTru_TrongNuoc=NASTY)
    sent = {name: str(value) for name, value in fields.birth(reading.registration, G1()).items()}
    found = {element.tag: element.text for element in parse_xml(document(sent).encode())[0]}
    assert (found["nksHoTen"], found["meNoiCuTru"]) == (NASTY, NASTY)


def test_cause_11_marks_of_xml_on_the_way_in():
    """A sender that joins strings: mended, and reported."""
    xml = "<hoTich><nksHoTen>MẪU & <3 THỬ</nksHoTen><meHoTen>LÊ &amp; THỊ</meHoTen></hoTich>"
    read = Unwrapped({"data": json.dumps({"data": xml})})
    assert {name: value.reveal() for name, value in read.form.items()} == {
        "nksHoTen": "MẪU & <3 THỬ",
        "meHoTen": "LÊ & THỊ",
    }
    assert read.unread == ["data: mended"]


def test_cause_12_a_kind_of_residence_that_nobody_said(read, birth_form):
    """Not permanent, but asked for; one person's address is never another's."""
    reading = read(birth_form, MeNoiCuTru_TrongNuoc="Thôn Mẹ")
    mother, father = reading.registration.mother, reading.registration.father
    assert (mother.residence_kind, father.residence) == (None, None)
    assert fields.birth(reading.registration, G1())["meLoaiCuTru"] == "0"
    assert "Loại cư trú người mẹ (thường trú, tạm trú)" in [need.wording for need in reading.needs]
    said = read(birth_form, MeNoiCuTru_TrongNuoc="Thôn Mẹ", MeLoaiCuTru="Tạm trú").registration.mother
    assert said.residence_kind is ResidenceKind.TEMPORARY
