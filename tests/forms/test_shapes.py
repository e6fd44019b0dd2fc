"""Shapes that nobody wrote down, and input that is wrong: everything plain is read, the rest is said at once."""

from __future__ import annotations

import json
import unicodedata

import pytest

from gov_connect.errors import InvalidInput
from gov_connect.forms import Tables, leaves, read_form
from gov_connect.model import CivilEvent, FormText


def clear(form):
    return {name: value.reveal() for name, value in leaves(form).items()}


@pytest.mark.parametrize(
    "dress",
    [
        lambda form: form,
        json.dumps,
        lambda form: json.dumps(form, ensure_ascii=False).encode("utf-8-sig"),
        lambda form: json.dumps(json.dumps(form)),
        lambda form: [form],
        lambda form: {"data": form},
        lambda form: {"eform": {"formData": json.dumps(form)}},
        lambda form: {"data": "\ufeff" + json.dumps([form])},
        lambda form: {"thongTinChung": form},
        lambda form: [{"key": name, "value": value} for name, value in form.items()],
        lambda form: {"data": [{"Name": name, "Value": value} for name, value in form.items()]},
        lambda form: {f" {name}\r\ni=[1,2]": value for name, value in form.items()},
        lambda form: {unicodedata.normalize("NFD", name.upper()): value for name, value in form.items()},
        lambda form: {name: unicodedata.normalize("NFD", value) for name, value in form.items()},
        lambda form: {name: [value] for name, value in form.items()},
        lambda form: {**form, "GhiChu": None, "Khac": "", "Nua": {}, "Rong": []},
        lambda form: {**form, "GioiTinhKS": 2, "SoLuong": 3.0, "NamSinhMeKS": 1999},
    ],
)
def test_every_dress_of_a_form_says_the_same(read, birth_form, dress):
    """Byte order marks, JSON in JSON, wrappers, rows, lists of one, other case, decomposed letters, nothing."""
    dressed = dress(birth_form)
    reading = read_form(
        json.dumps(dressed) if isinstance(dressed, list) else dressed,
        dossier="H99.201-260106-0007",
        unit="99001",
        received_at=read(birth_form).registration.received_at,
    )
    assert reading.registration == read(birth_form).registration
    assert reading.unmapped == ()


@pytest.mark.parametrize("form", ["", "x", "[1, 2]", "null", b"\xff\xfe", "7", [], "[]"])
def test_what_is_no_form_is_refused(form):
    """Typed, in both languages."""
    with pytest.raises(InvalidInput) as caught:
        leaves(form)
    assert caught.value.problems[0].code == "value.form"
    assert "JSON" in caught.value.text("vi")


def test_a_form_without_end_is_refused():
    """Neither depth nor number eats the memory."""
    deep = {}
    for _ in range(100):
        deep = {"a": deep, "b": "x"}
    with pytest.raises(InvalidInput, match="too many fields"):
        leaves(deep)
    with pytest.raises(InvalidInput, match="too many fields"):
        leaves({f"f{number}": "x" for number in range(6000)})


@pytest.mark.parametrize("form", [{"Gi": "x", "Do": "y"}, {}, {"QuanHe": "Cha"}, {"SoLuong": "1", "NgaySinhC": "1990"}])
def test_a_form_of_an_unknown_generation_is_told(read, form):
    """Typed, in Vietnamese and English."""
    with pytest.raises(InvalidInput) as caught:
        read(form)
    assert caught.value.problems[0].code == "form.generation_unknown"
    assert "không thuộc mẫu" in caught.value.text("vi")
    assert "no known e-form" in caught.value.text("en")


def test_two_leaves_of_one_name_are_both_kept(read, birth_form):
    """From two wrappers: the first counts, the second is listed."""
    form = {"data": birth_form, "form": {"HoTenKS": "MẪU THỊ KHÁC"}}
    reading = read(form)
    assert reading.registration.child.name.reveal() == "PHẠM THỬ NGHIỆM AN"
    assert reading.unmapped == ("HoTenKS (2)",)


@pytest.mark.parametrize(
    "name",
    ["MẪU <THỬ> & 'A' \"B\"", "MẪU\u200bTHỬ\ufeff AN", unicodedata.normalize("NFD", "PHẠM THỬ"), "M" * 255],
)
def test_names_of_any_kind_arrive(read, birth_form, name):
    """Marks of XML, invisible characters (which go), decomposed letters (which are composed)."""
    found = read(birth_form, HoTenKS=name).registration.child.name.reveal()
    wanted = unicodedata.normalize("NFC", name).replace("\u200b", "").replace("\ufeff", "")
    assert found == wanted


def test_everything_wrong_is_said_at_once_in_both_languages(read, birth_form):
    """A name of 300 characters, dates that do not exist, numbers that are none; each with the official's words."""
    reading = read(
        birth_form,
        without={"HoVaTenC"},
        HoTenKS="M" * 300,
        NgaySinhChon="31/02/2026",
        NamSinhMeKS="29/02/2025",
        SoDinhDanhCha="12",
        SoLuong="ba",
        GioiTinhKS="9",
        MeLoaiCuTru="vô gia cư",
        DanTocChaKS="77",
    )
    assert {problem.path: problem.code for problem in reading.problems} == {
        "child.name": "value.too_long",
        "child.born": "value.not_a_date",
        "child.sex": "value.not_among",
        "mother.born": "value.not_a_date",
        "mother.residence_kind": "value.not_among",
        "father.citizen_id": "value.citizen_id",
        "father.ethnicity": "value.not_in_list",
        "copies": "value.not_whole_number",
        "requester.name": "value.missing",
    }
    for problem in reading.problems:
        assert problem.text("vi") != problem.text("en")
    assert {need.path for need in reading.needs} >= {problem.path for problem in reading.problems}
    asked = {need.path: need.wording for need in reading.needs}
    assert asked["child.born"] == "Ngày, tháng, năm sinh người được khai sinh"
    with pytest.raises(InvalidInput):
        _ = reading.registration


def test_a_name_of_one_word_is_kept_and_shown(read, birth_form):
    """Some people have no family name: it is for the officer, and nothing is made up."""
    reading = read(birth_form, HoTenKS="MẪU")
    assert reading.registration.child.divided.family is None
    assert [(problem.path, problem.code) for problem in reading.doubts] == [("child.name", "form.one_word_name")]


@pytest.mark.parametrize(
    ("parts", "name", "code"),
    [
        ({"Ho": "PHẠM", "ChuDem": "THỬ"}, None, "form.no_given_name"),
        ({"Ho": "PHẠM", "ChuDem": "", "Ten": "AN"}, "PHẠM AN", None),
        ({"Ho": "", "ChuDem": "", "Ten": "AN"}, "AN", None),
        ({"Ho": "TÔN NỮ", "ChuDem": "THỊ  MẪU", "Ten": "AN"}, "TÔN NỮ THỊ MẪU AN", None),
    ],
)
def test_no_part_of_a_name_is_lost(read, bundle_birth_form, parts, name, code):
    """A given name is needed; the others are not."""
    reading = read(bundle_birth_form, without={"Ho", "ChuDem", "Ten"}, **parts)
    if code:
        assert [problem.code for problem in reading.problems] == [code]
    else:
        assert reading.registration.child.name.reveal() == name


def test_parts_that_contradict_the_whole_name_are_shown(read, bundle_birth_form):
    """The whole name counts; the parts are listed."""
    reading = read(bundle_birth_form, HoTen="LÊ THỊ KHÁC")
    assert reading.registration.child.name.reveal() == "LÊ THỊ KHÁC"
    assert reading.unmapped == ("ChuDem", "Ho", "Ten")
    assert [problem.code for problem in reading.doubts if problem.path == "child.name"] == ["form.name_parts_differ"]


def test_words_that_contradict_the_date_are_shown(read, birth_form):
    """Never the one from the other (§7 row 2); ways of speaking do not matter."""
    said = "ngày mùng ba, tháng Một năm hai ngàn không trăm hai mươi sáu."
    assert read(birth_form, nksNgaySinhBangChu=said).doubts == ()
    doubts = read(birth_form, nksNgaySinhBangChu="Ngày bốn tháng một năm hai nghìn không trăm hai mươi sáu").doubts
    assert [problem.code for problem in doubts] == ["form.words_differ"]


def test_what_belongs_elsewhere_is_not_lost(read, bundle_birth_form):
    """Residence and insurance are for the police and the insurance; the list says so."""
    reading = read(bundle_birth_form, DkttChuHo="LÊ THỊ HƯ CẤU", CoSoKCB={"Code": "99001", "Name": "Trạm Mẫu"}, La="x")
    assert reading.elsewhere == ("CoSoKCB.Code", "CoSoKCB.Name", "DkttChuHo")
    assert reading.unmapped == ("La",)


def test_defaults_of_an_empty_block_are_no_parent(read, birth_form):
    """A form that fills in "Việt Nam" and "thường trú" for a father nobody named."""
    reading = read(
        birth_form,
        without={"HoTenChaKS", "NamSinhChaKS", "SoDinhDanhCha"},
        QuanHe="Mẹ",
        nksLoaiKhaiSinh="3",
        QuocTichChaKS="Việt Nam",
        ChaLoaiCuTru="1",
    )
    assert reading.registration.father is None
    assert reading.unmapped == ("ChaLoaiCuTru", "QuocTichChaKS")


def test_a_parent_declared_and_not_described_is_asked_for(read, birth_form):
    """Both known, and nothing of the father: the requester is the grandmother."""
    reading = read(birth_form, without={"HoTenChaKS", "NamSinhChaKS", "SoDinhDanhCha"}, QuanHe="Bà")
    assert [problem.code for problem in reading.doubts] == ["form.parent_missing"]
    assert "Họ, chữ đệm, tên người cha" in [need.wording for need in reading.needs]


def test_a_late_birth_declared_on_time_is_shown(read, birth_form):
    """Luật Hộ tịch: sixty days."""
    reading = read(birth_form, NgaySinhChon="01/10/2025")
    assert [problem.code for problem in reading.doubts] == ["form.late"]
    assert read(birth_form, NgaySinhChon="01/10/2025", loaiDangKy="4").registration.kind == "late"


@pytest.mark.parametrize(
    ("said", "day", "time"),
    [
        ("05/01/2026 21:40", "2026-01-05", "21:40"),
        ("5/1/2026 1:05:00", "2026-01-05", "01:05"),
        ("2026-01-05T21:40", "2026-01-05", "21:40"),
        ("05/01/2026", "2026-01-05", ""),
        ("2026", "2026", ""),
    ],
)
def test_the_moment_of_death_is_not_lost(read, death_form, said, day, time):
    """One field for both (§7 row 9)."""
    death = read(death_form, NctccNgayChet=said).registration
    assert (death.died_on.iso, death.died_at) == (day, time)


def test_sample_8_11_is_mapped_whole(read, death_form):
    """A year of birth alone, a place of death, the proof, the copies."""
    reading = read(death_form)
    death = reading.registration
    assert (reading.unmapped, reading.problems) == ((), ())
    assert (death.deceased.name.reveal(), death.deceased.born.iso, death.copies) == ("ĐỖ VĂN KHÔNG THẬT", "1941", 1)
    assert (death.place.detail.reveal(), death.proof.number, death.proof.kind) == (
        "Tại nhà riêng",
        "01/UBND-GBT",
        "minutes",
    )
    assert death.deceased.citizen_id.reveal() == "000000000021"


def test_the_new_portal_s_death_form(read):
    """Field numbers instead of names; hour and minute apart; ISO dates (§4.3 c)."""
    form = {
        "citizenNDK_HoVaTen": "ĐỖ VĂN KHÔNG THẬT",
        "citizenNDK_NgaySinh": "1941",
        "citizenNDK_SoDinhDanh": "000000000021",
        "citizenField19": "2022-02-01",
        "citizenGioitinh_NgdcKT": 1,
        "citizenDantoc_NgdcKT": "01",
        "citizenField56": "2026-01-05",
        "citizenGiomat": 9,
        "citizenPhutmat": "5",
        "citizenNoichet": "Tại nhà riêng",
        "citizenNguyennhanchet_NgdcKT": "Già yếu",
        "citizenLoaigiaybaotu": "1",
        "citizenSoluongbansaonguoiyeucaudenghi": "0",
        "citizenNDKLoaidangky": "5",
        "citizenNYC_HoVaTen": "ĐỖ THỊ BỊA RA",
        "citizenNYC_SoDinhDanh": "000000000022",
        "citizenNYC_NgayCap": "2022-02-01",
        "citizenNYC_NoiCap": "Cục",
        "citizenNYC_QuanHe": "Con",
        "citizenField99": "chưa rõ",
    }
    reading = read(form)
    assert (reading.generation, reading.unmapped, reading.problems) == ("portal", ("citizenField99",), ())
    death = reading.registration
    assert (death.died_on.iso, death.died_at, death.kind, death.deceased.ethnicity) == (
        "2026-01-05",
        "09:05",
        "long_ago",
        "Kinh",
    )


def test_files_are_no_leaves():
    """Their content is not text that a form carries."""
    assert clear({"a": "1", "fileDinhKem": [{"duLieuTepDinhKem": "JVBERi0="}, {"tenTepDinhKem": "x"}]}) == {
        "a": "1",
        "fileDinhKem.1.tenTepDinhKem": "x",
    }


def test_no_reading_shows_what_was_typed(read, birth_form):
    """Neither its repr, nor its problems and doubts."""
    reading = read(birth_form, NgaySinhChon="BÍ MẬT", GioiTinhKS="BÍ MẬT", noiDangKy="BÍ MẬT")
    assert "BÍ MẬT" not in repr(reading)
    with pytest.raises(InvalidInput) as caught:
        leaves({"HoTenKS": FormText("x"), "Xấu": "BÍ MẬT\x01", "Nữa": "\x00"})
    assert [problem.path for problem in caught.value.problems] == ["Nữa", "Xấu"]
    assert "BÍ MẬT" not in f"{caught.value} {caught.value!r}"


def test_extracts_and_marital_status_of_the_legacy_portal(read):
    """Key families of §4.4."""
    asked = read(
        {
            "NYC_HoVaTen": "NGÔ VĂN THÍ DỤ",
            "NYC_SoDinhDanh": "000000000042",
            "NYC_NgayCap": "05/06/2022",
            "NYC_NoiCap": "Cục",
            "QuanHe": "Bố",
            "NDK_HoVaTen": "NGÔ THỊ MẪU",
            "NDK_NgaySinh": "28/02/2004",
            "NDK_GioiTinh": "Nữ",
            "HoSo_TenGiayTo": "Giấy khai sinh",
            "HoSo_CoQuanDangKy": "UBND xã Mẫu (cũ)",
            "HoSo_So": "24",
            "HoSo_QuyenSo": "01/2004",
            "HoSo_NgayCapSo": "10/03/2004",
            "SoLuong": "2",
        }
    )
    entry = asked.registration.entry
    assert (asked.event, entry.number, entry.book.year, entry.on.iso) == (CivilEvent.EXTRACT, "24", 2004, "2004-03-10")
    single = read(
        {
            "HoVaTenC1": "NGÔ THỊ MẪU",
            "NgaySinhC1": "2004",
            "GioiTinhC1": "2",
            "SoDinhDanhC1": "000000000041",
            "nxnLoaiTinhTrangHonNhan": "5",
            "TinhTrangHonNhanC1": "5",
            "thoiDiemBatDau": "01/2020",
            "thoiDiemKetThuc": "12/2022",
            "MucDich": "5",
            "MucDichKhac": "Vay vốn",
            "HoVaTenC": "NGÔ THỊ MẪU",
            "SoDinhDanhC": "000000000041",
            "NgayCapDDC": "05/06/2022",
            "NoiCapDDC": "Cục",
            "quanhevoinguoiduocxacminh": "Bản thân",
        }
    )
    status = single.registration
    assert (status.status, status.lived_from.iso, status.lived_until.iso) == ("not_in_period", "2020-01", "2022-12")
    assert (status.purpose_text, status.requester.relation, single.unmapped) == ("Vay vốn", "Bản thân", ())


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("03 / 01 / 2026", "2026-01-03"),
        ("ngày 3 tháng 1 năm 2026", "2026-01-03"),
        ("Ngày 03, tháng 01, năm 2026", "2026-01-03"),
        ("tháng 1 năm 2026", "2026-01"),
        ("năm 2026", "2026"),
    ],
)
def test_dates_as_people_write_them(read, birth_form, text, iso):
    """Blanks around the marks, and the words of the paper form."""
    assert read(birth_form, NgaySinhChon=text).registration.child.born.iso == iso


@pytest.mark.parametrize("text", ["ngày 31 tháng 2 năm 2026", "ngày 3 năm 2026", "3 - 1 / 2026"])
def test_words_do_not_make_a_date_that_does_not_exist(read, birth_form, text):
    """Nor one without a month."""
    assert [problem.path for problem in read(birth_form, NgaySinhChon=text).problems] == ["child.born"]


@pytest.mark.parametrize(
    ("leaves_", "time"),
    [
        ({"GioMat": "9", "PhutMat": "5"}, "09:05"),
        ({"GioMat": "21h40"}, "21:40"),
        ({"GioMat": "21 giờ 40 phút"}, "21:40"),
        ({"GioMat": "21:40:00"}, "21:40"),
        ({"GioMat": "7"}, "07:00"),
        ({}, ""),
    ],
)
def test_hours_as_people_write_them(read, leaves_, time):
    """One leaf or two, with or without words."""
    form = {
        "HoTen": "ĐỖ VĂN KHÔNG THẬT",
        "NgaySinh": "1941",
        "NgayMat": "05/01/2026",
        "NguyenNhanMat": "Già yếu",
        "nktNoiChet": "Tại nhà riêng",
        "HoVaTenC": "ĐỖ THỊ BỊA RA",
        "SoDinhDanhC": "000000000022",
        "NgayCapDDC": "01/02/2022",
        "NoiCapDDC": "Cục",
        "QuanHe": "Con",
    }
    death = read({**form, **leaves_}).registration
    assert (death.died_at, death.place.line) == (time, "Tại nhà riêng")


def test_a_radio_that_holds_the_place_is_no_radio(read, birth_form):
    """Some forms have one leaf for both; a choice alone says nothing."""
    reading = read(birth_form, without={"nksNoiSinh_TrongNuoc"}, nksNoiSinh="Trạm y tế xã Mẫu")
    assert reading.registration.child.birth_place.line == "Trạm y tế xã Mẫu"
    assert read(birth_form, without={"nksNoiSinh_TrongNuoc"}).problems[0].path == "child.birth_place"


def test_words_beside_codes_are_carried(read, bundle_birth_form):
    """Areas as {maDiaBan, tenDiaBan}; a code that no list has keeps its words."""
    area = {
        "tinh": {"maDiaBan": "99", "tenDiaBan": "tỉnh Giả Định"},
        "xa": {"maDiaBan": "99001", "tenDiaBan": "xã Mẫu"},
        "diaChi": "Thôn Mẫu",
    }
    home = read(bundle_birth_form, MeDiaChi=area).registration.mother.residence
    assert (home.commune, home.line) == ("99001", "Thôn Mẫu, xã Mẫu, tỉnh Giả Định")


def test_two_members_of_one_name_are_both_kept(read, birth_form):
    """JSON allows it; the second is listed."""
    text = json.dumps(birth_form)[:-1] + ', "HoTenKS": "MẪU THỊ KHÁC"}'
    reading = read_form(
        text,
        dossier="H99.201-260106-0007",
        unit="99001",
        received_at=read(birth_form).registration.received_at,
    )
    assert reading.registration.child.name.reveal() == "PHẠM THỬ NGHIỆM AN"
    assert reading.unmapped == ("HoTenKS (2)",)


def test_a_province_brings_its_own_table(read):
    """A new template is a change of data."""
    own = Tables.of(
        'event = "birth"\nsource = "mẫu của tỉnh"\nprocedures = ["1.001193"]\n[wording]\n'
        '[[generations]]\nname = "tinh"\nvalid_from = 2026-01-01\nmarks = ["tenTre", "sinhNgay"]\n'
        '[generations.fields]\n"child.name" = ["tenTre"]\n"child.born" = ["sinhNgay"]\n'
    )
    reading = read({"tenTre": "MẪU AN", "sinhNgay": "01/01/2026"}, options={"tables": own})
    assert (reading.generation, reading.mapped["child.name"]) == ("tinh", "tenTre")
    assert own.event_of("1.001193") is CivilEvent.BIRTH
    assert own.event_of("2.000815") is None


def test_a_name_that_is_none_is_not_shown(read, birth_form):
    """A broken message may put what was typed where a name belongs."""
    reading = read(birth_form, **{"Số 1, Phường BÍ MẬT": "x", "000000000012": "y", "Tên khác (nếu có)": "z"})
    assert reading.unmapped == ("(12)", "(19)", "Tên khác (nếu có)")
