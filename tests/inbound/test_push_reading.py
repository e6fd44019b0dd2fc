"""The portal's push, read tolerantly: what is plain is used, what is not is kept, the rest is refused whole."""

from __future__ import annotations

import gzip
import json

import pytest

from gov_connect.adapters.national_portal.inbound import LARGEST_PUSH, read_push
from gov_connect.errors import InvalidInput, NotSupported
from gov_connect.model import ApplicantKind

PATH = "/XrdAdapter/RestService/forward/addtthcKhuyenMai"


def problems(body: bytes) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        read_push(body, path=PATH)
    return {problem.path: problem.code for problem in caught.value.problems}


def form(body: bytes) -> dict[str, str]:
    return {name: value.reveal() for name, value in read_push(body, path=PATH).form.items()}


def test_the_sample_s10_is_read_whole(push):
    """Every member of the sample is used or kept in the form."""
    dossier = read_push(push(), path=PATH)
    owner = dossier.applicant
    assert (dossier.code, dossier.procedure) == ("000.00.00.G99-250801-0007", "2.000033")
    assert (owner.kind, owner.name.reveal()) == (ApplicantKind.ENTERPRISE, "Công ty TNHH Mẫu")
    assert owner.phone is not None
    assert owner.email is not None
    assert (owner.phone.reveal(), owner.email.reveal()) == ("0240000000", "lienhe@mau.example")
    assert dossier.files == ("don.pdf", "the-le.pdf")
    assert {name: value.reveal() for name, value in dossier.form.items()} == {
        "MaSoThue": "0000000001",
        "NguoiLienHe": "Phạm Văn Ví Dụ",
        "DiaChiDoanhNghiep.MaTinh": "00",
        "DiaChiDoanhNghiep.MaHuyen": "000",
        "DiaChiDoanhNghiep.MaXa": "00000",
        "DiaChiDoanhNghiep.DiaChiChiTiet": "Số 0 đường Thử",
    }


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("000000000012", ApplicantKind.CITIZEN),
        (" 000000000012 ", ApplicantKind.CITIZEN),
        ("000000012", ApplicantKind.CITIZEN),
        ("0000000001", ApplicantKind.ENTERPRISE),
        ("0000000001-001", ApplicantKind.ENTERPRISE),
        (100000000012, ApplicantKind.CITIZEN),
    ],
)
def test_the_tax_number_says_who_applies(push, number, kind):
    """Twelve or nine digits are a person, ten or thirteen a business."""
    assert read_push(push(MaSoThue=number), path=PATH).applicant.kind is kind


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("00000000012", "value.citizen_id_lost_zero"),
        ("099000000012", "value.citizen_id_province"),
        ("ABC", "value.citizen_id"),
        # A number of JSON without its zeros: a business's, or a person's of Hà Nội.
        (1000000000, "value.not_text"),
        (100000001, "value.not_text"),
        (True, "value.missing"),
        ("", "value.missing"),
        (None, "value.missing"),
        ([], "value.missing"),
    ],
)
def test_a_tax_number_without_plain_meaning_is_refused(push, number, code):
    """Nobody is taken for a business because a zero was lost."""
    assert problems(push(MaSoThue=number)) == {"MaSoThue": code}


def test_everything_that_is_wrong_is_said_at_once(push):
    """Missing, malformed and undecodable, by the wire's own names."""
    body = push(
        MaHoSo="hỏng",
        MaTTHC=None,
        MaSoThue="12",
        TenThuongNhan=" \u200b ",
        TepDonDangKy="không phải base64",
        TaiLieuNop=[{"Base64": "JVBE"}, "chữ", {"TenTepDinhKem": "b.pdf", "Base64": "@@"}],
    )
    assert problems(body) == {
        "MaHoSo": "value.dossier_code",
        "MaTTHC": "value.missing",
        "MaSoThue": "value.citizen_id",
        "TenThuongNhan": "value.empty",
        "TepDonDangKy.Base64": "value.invalid",
        "TaiLieuNop.0": "value.missing",
        "TaiLieuNop.1": "value.missing",
        "TaiLieuNop.2.Base64": "value.invalid",
    }


@pytest.mark.parametrize("wrap", [lambda f: [f], lambda f: {"data": f}, lambda f: {"data": [f], "isUpdating": False}])
def test_a_wrapped_push_is_read_like_a_bare_one(sample, wrap):
    """In a list of one, or under `data`."""
    body = json.dumps(wrap(sample("s10_request.json"))).encode()
    assert read_push(body, path=PATH).code == "000.00.00.G99-250801-0007"


@pytest.mark.parametrize("change", [str.lower, str.upper, lambda key: f" {key} "])
def test_key_case_and_blanks_do_not_matter(sample, change):
    """Known names are found in any case."""
    fields = {change(key): value for key, value in sample("s10_request.json").items()}
    dossier = read_push(json.dumps(fields).encode(), path=PATH)
    assert (dossier.code, len(dossier.files)) == ("000.00.00.G99-250801-0007", 2)


def test_a_byte_order_mark_does_not_matter(push):
    """Some gateways send one."""
    assert read_push(b"\xef\xbb\xbf" + push(), path=PATH).procedure == "2.000033"


@pytest.mark.parametrize("updating", [True, "true", "True", 1, "1", 1.0])
def test_a_correction_is_not_taken_for_a_new_dossier(sample, updating):
    """Corrections have a path of their own."""
    body = json.dumps({"isUpdating": updating, "data": sample("s10_request.json")}).encode()
    with pytest.raises(NotSupported):
        read_push(body, path=PATH)


@pytest.mark.parametrize("key", ["IsUpdating", "isupdating", "ISUPDATING", "is_updating"])
@pytest.mark.parametrize("inside", [False, True])
def test_a_correction_is_one_however_its_key_is_written(sample, key, inside):
    """Beside the members or beside `data`: a correction that is taken for a new dossier is lost as a duplicate."""
    fields = sample("s10_request.json")
    body = {key: 1, "data": fields} if inside else {**fields, key: 1}
    with pytest.raises(NotSupported):
        read_push(json.dumps(body).encode(), path=PATH)


@pytest.mark.parametrize("written", ["20250801", "2025-08-01", "01/08/2025"])
def test_a_day_alone_begins_the_clock_and_keeps_its_words(push, written):
    """Without it the alarm for a dossier that nobody accepted would never ring."""
    dossier = read_push(push(NgayNopHoSo=written), path=PATH)
    assert dossier.submitted_at.isoformat() == "2025-08-01T00:00:00+07:00"
    assert dossier.form["NgayNopHoSo"].reveal() == written


@pytest.mark.parametrize("key", ["URLTepDinhKem", "DuongDanTaiTepTin", "link"])
def test_a_paper_by_address_becomes_a_link_and_keeps_the_rest_of_its_row(push, key):
    """The second generation sends files by URL (§2.8); nothing of the row is lost."""
    row = {"TenTepDinhKem": "b.pdf", key: "https://portal.example/tep/78", "MaThanhPhanHoSo": "TP1"}
    dossier = read_push(push(TaiLieuNop=[row]), path=PATH)
    assert [(link.name, link.url) for link in dossier.links] == [("b.pdf", "https://portal.example/tep/78")]
    assert dossier.files == ("don.pdf", "b.pdf")
    assert dossier.form["TaiLieuNop.0.MaThanhPhanHoSo"].reveal() == "TP1"


def test_a_paper_with_content_keeps_the_rest_of_its_row(push):
    """What it stands for, too."""
    row = {"TenTepDinhKem": "b.pdf", "Base64": "JVBERi0xLjQK", "MaThanhPhanHoSo": "TP1"}
    assert form(push(TaiLieuNop=json.dumps([row])))["TaiLieuNop.0.MaThanhPhanHoSo"] == "TP1"


S11 = {
    "MaHoSoQG": "000.00.00.G99-250801-0007",
    "MaTTHC": "2.000033",
    "MaSoThue": "0000000001",
    "TenThuongNhan": "Công ty TNHH Mẫu",
    "ThongTinSuaDoi": {"TenChuongTrinhKM": "T2"},
    "TenTepDangKy": "sua.pdf",
    "URLTepDangKy": "https://portal.example/tep/77",
}


def second(data=None, **around):
    given = {**S11, **(data or {})}
    return read_push(json.dumps({"isUpdating": True, "data": given, **around}).encode(), path="/nhanhsdvcqg")


def test_files_that_are_joined_are_told_apart(shown_by):
    """Several in one field, by "##" (§2.2)."""
    found = second({"TenTepDangKy": "a.pdf##b.pdf", "URLTepDangKy": "https://p.example/1##https://p.example/2"})
    assert [(link.name, link.url) for link in found.links] == [
        ("a.pdf", "https://p.example/1"),
        ("b.pdf", "https://p.example/2"),
    ]
    unnamed = second({"TenTepDangKy": "", "URLTepDangKy": "https://p.example/tep/9.pdf"})
    assert [link.name for link in unnamed.links] == ["9.pdf"]
    with pytest.raises(InvalidInput) as caught:
        second({"URLTepDangKy": "javascript:x"})
    assert "javascript" not in shown_by(caught.value)


def test_both_numbers_and_what_stands_beside_the_data_are_kept():
    """The agency's own number beside the portal's: losing the pair is how dossiers get lost (§7.1)."""
    found = second({"MaHoSo": "H99.12.7-250804-0019"}, KhongBiet="q", madonvi="H99", session="S")
    assert found.code == "000.00.00.G99-250801-0007"
    kept = {name: value.reveal() for name, value in found.form.items()}
    assert (kept["MaHoSo"], kept["KhongBiet"], "session" in kept, "madonvi" in kept) == (
        "H99.12.7-250804-0019",
        "q",
        False,
        False,
    )


@pytest.mark.parametrize("wrap", [lambda f: [f], json.dumps, lambda f: json.dumps([f])])
def test_the_second_generation_takes_the_wrappings_of_the_first(wrap):
    """A list of one, JSON text; MaHoSo where MaHoSoQG is expected."""
    body = json.dumps({"isUpdating": "1", "data": wrap(S11)}).encode()
    assert read_push(body, path="/nhanhsdvcqg").updating
    renamed = {("MaHoSo" if key == "MaHoSoQG" else key): value for key, value in S11.items()}
    assert second(renamed | {"MaHoSoQG": None}).code == S11["MaHoSoQG"]


def test_packed_and_wide_bodies_are_read_within_bounds(push):
    """Gzip is known by its first bytes, UTF-16 by its mark; a bomb is refused at the bound."""
    for body in (gzip.compress(push()), push().decode().encode("utf-16"), b"\xef\xbb\xbf" + push()):
        assert read_push(body, path=PATH).code == "000.00.00.G99-250801-0007"
    with pytest.raises(InvalidInput, match="longer"):
        read_push(gzip.compress(b" " * (LARGEST_PUSH + 2)), path=PATH)
    with pytest.raises(InvalidInput):
        read_push(gzip.compress(push())[:-20], path=PATH)


@pytest.mark.parametrize("path", ["/nhantbthuedvcqg", "/", "", "/addtthcKhuyenMai/khac", "/addtthckhuyenmai2"])
def test_another_path_is_not_supported(push, path):
    """Only the first generation is read here."""
    with pytest.raises(NotSupported):
        read_push(push(), path=path)


@pytest.mark.parametrize("path", ["addtthcKhuyenMai", "/a/b/addtthcKhuyenMai/"])
def test_whatever_stands_before_the_name_does_not_matter(push, path):
    """Gateways prefix paths freely."""
    assert read_push(push(), path=path).code


@pytest.mark.parametrize(
    ("content", "good"),
    [
        ("JVBERi0xLjQK", True),
        ("JVBE\r\nRi0x\nLjQK", True),
        ("data:application/pdf;base64,JVBERi0xLjQK", True),
        ("", True),
        (None, True),
        ("JVBERi0xLjQ", False),
        ("JVBERi0x!!", False),
        ("đây là tệp", False),
        (7, False),
        (["JVBE"], False),
    ],
)
def test_a_file_is_base64_in_any_common_dress(push, content, good):
    """Lines and a `data:` prefix are plain; anything else is refused."""
    body = push(TaiLieuNop=[{"TenTepDinhKem": "a.pdf", "Base64": content}])
    if good:
        assert read_push(body, path=PATH).files == ("don.pdf", "a.pdf")
    else:
        assert problems(body) == {"TaiLieuNop.0.Base64": "value.invalid"}


def test_one_paper_may_come_as_an_object(push):
    """A list of one turned into the one."""
    body = push(TaiLieuNop={"tentepdinhkem": " a.pdf ", "BASE64": "JVBE"})
    assert read_push(body, path=PATH).files == ("don.pdf", "a.pdf")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("20250801091500", True),
        (20250801091500, True),
        ("2025-08-01T09:15:00", True),
        ("01/08/2025 09:15:00", True),
        ("01/08/2025 09:15", True),
        ("20250801" + "0915", True),
        ("2025-08-01T09:15:00+07:00", True),
        ("2025-08-01T02:15:00Z", True),
        ("2025-08-01T09:15:00.000", True),
        ("1754014500000", True),
        (1754014500, True),
        ("2025080109150", False),
        ("20251301091500", False),
        ("hôm qua", False),
    ],
)
def test_the_time_of_submission_is_read_or_kept(push, written, read):
    """An unreadable time does not lose the push, nor itself."""
    dossier = read_push(push(NgayNopHoSo=written), path=PATH)
    if read:
        assert dossier.submitted_at is not None
        assert dossier.submitted_at.isoformat() == "2025-08-01T09:15:00+07:00"
    else:
        assert dossier.submitted_at is None
        assert dossier.form["NgayNopHoSo"].reveal() == str(written)


@pytest.mark.parametrize("phone", [240000000, "0900000001 " * 9, {"so": "0900000001"}])
def test_a_contact_that_cannot_be_one_goes_to_the_form(push, phone):
    """A number whose leading zero is lost is not passed off as a telephone number."""
    dossier = read_push(push(DienThoai=phone), path=PATH)
    assert dossier.applicant.phone is None
    assert any(name.startswith("DienThoai") for name in dossier.form)


def test_nothing_that_was_typed_is_dropped(push):
    """Lists, nested objects, numbers, truth values, line ends and long texts are all kept."""
    typed = form(
        push(
            DanhSach=[{"Ten": "Một"}, {"Ten": "Hai", "So": 2.0}, "ba"],
            GhiChu="dòng 1\r\ndòng 2\x0bdòng 3",
            DongY=True,
            Trong="  ",
            Khong=None,
            RatDai="x" * 50_000,
        )
    )
    assert typed["DanhSach.0.Ten"] == "Một"
    assert (typed["DanhSach.1.Ten"], typed["DanhSach.1.So"], typed["DanhSach.2"]) == ("Hai", "2", "ba")
    assert typed["GhiChu"] == "dòng 1\ndòng 2\ndòng 3"
    assert typed["DongY"] == "True"
    assert len(typed["RatDai"]) == 50_000
    assert not {"Trong", "Khong"} & set(typed)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"chu"',
        b"{",
        b"<xml/>",
        b"\xff\xfe\x00",
        b'{"a": NaN}',
        b'{"MaHoSo": 1, "MaHoSo": 2}',
        b'{"MaHoSo": "x", "maHoSo": "y"}',
        b'{"a": "\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 100 + b"1" + b"}" * 100,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_hostile_body_is_refused_with_a_clear_error(body):
    """Nonsense, endless depth, doubled keys, numbers without end."""
    with pytest.raises(InvalidInput):
        read_push(body, path=PATH)


@pytest.mark.parametrize("key", ["a\x00b", "a\nb", "k" * 500])
def test_a_hostile_key_is_refused_and_not_repeated(push, key, shown_by):
    """Names of leaves go into answers and logs, so they are plain and short."""
    with pytest.raises(InvalidInput) as caught:
        read_push(push(**{key: "x"}), path=PATH)
    assert key not in shown_by(caught.value)


@pytest.fixture
def shown_by():
    return lambda error: f"{error} {error!r} {error.args} {error.text('vi')}"


def test_a_body_beyond_the_bound_is_refused_unread():
    """More than 24 MiB is refused by its size alone."""
    assert problems(b" " * (LARGEST_PUSH + 1)) == {"": "value.too_long"}


def test_countless_leaves_are_refused(push):
    """By their number, before anything is made of them."""
    assert problems(push(Nhieu=dict.fromkeys(map(str, range(200_000)), "x"))) == {"": "value.too_many"}


def test_no_error_repeats_what_was_pushed(push, shown_by):
    """Paths and rules, never values."""
    name = "BÍ MẬT CỦA MẪU\x00"
    with pytest.raises(InvalidInput) as caught:
        read_push(push(TenThuongNhan=name, MaHoSo="BÍ MẬT", GhiChu=name), path=PATH)
    assert "BÍ MẬT" not in shown_by(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("email", ["000000000012@dichvucong.gov.vn", "X@DichVuCong.gov.vn", "00-t1-ttkm@mau.example"])
def test_a_made_up_address_is_no_contact(push, email):
    """Systems write one where they have none: nobody reads it; the form keeps it."""
    dossier = read_push(push(Email=email), path=PATH)
    assert (dossier.applicant.email, dossier.form["Email"].reveal()) == (None, email)


@pytest.mark.parametrize("blank", ["", "  ", None])
def test_a_blank_flag_is_no_correction(push, blank):
    """As one that is not there, in either generation; a flag of another shape is refused."""
    assert not read_push(push(isUpdating=blank), path=PATH).updating
    second = {"isUpdating": blank, "data": json.loads(push())}
    assert not read_push(json.dumps(second).encode(), path="/nhanhsdvcqg").updating
    assert problems(push(isUpdating=[])) == {"isUpdating": "value.invalid"}


LINK = "https://tep.mau.example/a.pdf"


@pytest.mark.parametrize("remark", [f"{LINK} tra cứu tại đây", LINK])
def test_a_remark_takes_no_content_away(push, remark):
    """Beside the content of a file, addresses are the form's; without one, a sentence is still no address."""
    row = {"TenTepDinhKem": "a.pdf", "Base64": "eA==", "GhiChu": remark}
    whole = read_push(push(TaiLieuNop=[row]), path=PATH)
    assert (whole.files[-1], whole.links) == ("a.pdf", ())
    assert whole.form["TaiLieuNop.0.GhiChu"].reveal() == remark
    by_address = read_push(
        push(TaiLieuNop=[{**row, "Base64": "", "Link": LINK, "GhiChu": "https://x tra cứu"}]), path=PATH
    )
    assert [(link.name, link.url) for link in by_address.links] == [("a.pdf", LINK)]
    assert by_address.form["TaiLieuNop.0.GhiChu"].reveal() == "https://x tra cứu"
