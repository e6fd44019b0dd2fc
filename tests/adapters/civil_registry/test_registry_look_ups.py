"""A look-up after a doubt: what makes a dossier known, what plainly does not, and what leaves the question open."""

from __future__ import annotations

import json

import pytest

from gov_connect.errors import InvalidInput, OutcomeUnknown, Refused, TimedOut, UnexpectedReply
from gov_connect.model import CivilEvent, DossierCode

CODE = "H99.201-260105-0007"
ACCEPTED = {"status": "1"}
PATHS = {
    "CIVIL_REGISTRY__BUNDLE_RESULT_PATH": "/ketqua",
    "CIVIL_REGISTRY__NEWER_PATH": "/moi",
    "CIVIL_REGISTRY__SYNC_PATH": "/dongbo",
    "CIVIL_REGISTRY__PROVINCE": "99",
    "CIVIL_REGISTRY__ETHNIC_CODES": '{"Kinh": "01"}',
}


def silence(_request):
    raise TimedOut(system="civil_registry", seconds=30)


@pytest.fixture
def newest(make_gov):
    """A client that registers by the third generation."""
    return make_gov(**PATHS, CIVIL_REGISTRY__GENERATION="G3")


@pytest.fixture
def interlinked(make_birth):
    """A birth of a bundle, which goes by the second generation."""
    return make_birth(bundle="G99.99.01-260105-0003")


def lists(successes=(), errors=()):
    return {"List_Suss": successes, "List_ERR": errors}


def row(**changes):
    return {"maHoSoMCDT": CODE, "trangThai": "4", **changes}


PLAINLY_NOT_THERE = [
    lists(errors=[{"maHoSoMCDT": CODE, "message": "Không tìm thấy hồ sơ"}]),
    lists(errors=[{"maHoSoMCDT": CODE, "trangThai": "", "message": "KHÔNG TÌM THẤY."}]),
    lists(errors=[{"code": CODE, "result": {"status": 0, "statusDescription": "Hồ sơ không tồn tại", "value": None}}]),
    lists(errors=[{"title": "Có lỗi xảy ra.", "errors": f"Hồ sơ {CODE} không tồn tại"}]),
    lists(errors=json.dumps([{"message": "RECORD_NOT_FOUND"}])),
    lists(errors=[f"Không tìm thấy hồ sơ: {CODE}"]),
    lists(successes=[{"result": {"statusDescription": "Hồ sơ không tồn tại", "value": None}}]),
    lists(),
    {"status": 0, "code": 201, "message": "RECORD_NOT_FOUND"},
    {"status": 0, "message": f"Không tìm thấy hồ sơ {CODE}"},
    {"status": 1, "value": []},
    {"status": 1, "value": [], "total": 0},
]
SAYS_NOTHING = [
    lists(errors=[{"code": CODE, "message": "Hệ thống đang bảo trì"}]),
    lists(errors=[{"code": CODE, "message": "Không tìm thấy hồ sơ do lỗi kết nối"}]),
    lists(errors=[{"code": CODE, "message": "Không tìm thấy hồ sơ", "chiTiet": "Lỗi kết nối"}]),
    lists(errors=[{"code": CODE, "message": "cbsDanToc không tồn tại. Vui lòng kiểm tra lại thông tin danh mục"}]),
    lists(errors=[{"maHoSoMCDT": CODE}]),
    lists(errors=[{"message": "Hồ sơ H99.201-260105-0001 không tồn tại"}]),
    lists(errors=["Timeout"]),
    lists(successes=[row(trangThai=None)]),
    lists(successes=[{"result": {"value": [row(trangThai="0")]}}]),
    lists(successes=[row(trangThai="9")]),
    lists(successes=[row(maHoSoMCDT="H99.201-260105-0001")]),
    lists(successes=[{"result": {"value": "???"}}]),
    {"status": 500, "title": "Có lỗi xảy ra.", "errors": "maDonVi sai", "inputSend": row()},
    {"status": 1},
    {"status": 1, "value": "đang xử lý"},
]


@pytest.mark.parametrize("answer", PLAINLY_NOT_THERE)
def test_only_plain_words_say_that_a_new_dossier_is_not_there(newest, wire, token, birth, answer):
    """It is registered once more then, and never called "already there": nobody had registered it (§1.7)."""
    wire.say(token, silence, answer, ACCEPTED)
    assert newest.civil_registry.submit(birth).already_there is False
    assert wire.labels == ["token", "dangKyHoSoMoi", "sync-dossiers", "dangKyHoSoMoi"]


@pytest.mark.parametrize("answer", SAYS_NOTHING)
def test_anything_else_leaves_a_new_dossier_open(newest, wire, token, birth, answer):
    """Neither "done" nor a second registration: failures, catalogues' words, other dossiers, unknown statuses."""
    wire.say(token, silence, answer)
    with pytest.raises(OutcomeUnknown):
        newest.civil_registry.submit(birth)
    assert wire.labels == ["token", "dangKyHoSoMoi", "sync-dossiers"]


@pytest.mark.parametrize("state", ["1", 2, "03", 4.0, " 6 "])
def test_a_known_status_among_the_successes_is_an_answer(newest, wire, token, birth, state):
    """Beside an error of another call as well."""
    wire.say(token, silence, lists([{"result": {"value": [row(trangThai=state)]}}], [{"message": "Lỗi khác"}]))
    assert newest.civil_registry.submit(birth).already_there is True


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(lists(errors=[{"code": CODE, "message": "Bảo trì"}]), UnexpectedReply), ({"status": 0}, Refused)],
)
def test_a_failure_is_not_an_empty_answer(newest, wire, token, answer, kind):
    """The question itself says so too."""
    wire.say(token, answer)
    with pytest.raises(kind):
        newest.civil_registry.synchronise(DossierCode(CODE))


@pytest.mark.parametrize("state", ["0", "9", 5, "-1", None, "", "xong"])
def test_an_interlinked_dossier_of_no_known_status_is_registered_again(newest, wire, token, interlinked, state):
    """Such a status means that it does not exist at the ministry (§5.1), and a second copy does no harm (§1.6)."""
    wire.say(token, {"status": 1, "value": [row(trangThai=state)]}, ACCEPTED)
    assert newest.civil_registry.submit(interlinked, doubtful=True).already_there is False
    assert wire.labels == ["token", "LayKetQua", "nhanHoSoDKHT"]


@pytest.mark.parametrize("state", ["1", 2, 3.0, "04", "6"])
def test_an_interlinked_dossier_of_a_known_status_is_not_sent_again(newest, wire, token, interlinked, state):
    """Refused is known too."""
    wire.say(token, {"status": 1, "value": [row(trangThai=state)]})
    assert newest.civil_registry.submit(interlinked, doubtful=True).already_there is True


RESULTS = [
    {"status": 1, "data": [row()]},
    {"status": 1, "value": {"data": [row()], "total": 1}},
    {"status": 1, "value": None, "result": json.dumps({"items": [row()]})},
    {"status": 1, "value": ["?", None, {"y": 1}, row()]},
    {"status": 1, "value": [row(maHoSoMCDT=CODE.lower())]},
]


@pytest.mark.parametrize("answer", RESULTS)
def test_rows_are_found_under_names_that_only_wrap(newest, wire, token, answer):
    """`data`, `value.data`, JSON text; a row that names no dossier hides no other."""
    wire.say(token, answer)
    (found,) = newest.civil_registry.bundle_results(CivilEvent.BIRTH, (DossierCode(CODE),))
    assert (found.dossier, found.state) == (CODE, "finished")


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 1, "value": "01|Kinh"},
        {"status": 1, "value": "<x/>"},
        {"status": 1, "value": ["Kinh", "Tày"]},
        {"status": 1, "value": [{"y": 1}]},
        {"status": 1, "ketQua": [row()]},
        {"status": 1, "value": True},
        {"status": 1, "value": None, "data": "đang xử lý"},
        {"status": 1, "value": {"totalRecords": 5}},
        {"status": 1, "value": {"maHoSo": "?", "items": []}},
    ],
)
def test_what_cannot_be_read_is_not_an_empty_list(newest, wire, token, answer):
    """Of a catalogue, and of results: nobody concludes from it that there is nothing."""
    for ask in (
        lambda: newest.civil_registry.bundle_results(CivilEvent.BIRTH, (DossierCode(CODE),)),
        lambda: newest.civil_registry.catalogue(3),
    ):
        wire.say(*([] if wire.sent else [token]), answer)
        with pytest.raises(UnexpectedReply):
            ask()


def test_a_wrapped_catalogue_is_read(newest, wire, token):
    """And an empty one is empty."""
    wire.say(token, {"status": 1, "value": '{"data":[{"ma":"01","ten":"Kinh"}]}'}, {"status": 1, "value": "[]"})
    (found,) = newest.civil_registry.catalogue(3)
    assert (found.code, found.name) == ("01", "Kinh")
    assert newest.civil_registry.catalogue(3) == ()


@pytest.mark.parametrize("unit", ["", "abc", "-1", "1", "9900", "\uff11\uff12\uff13", "99001 ", "9" * 21])
@pytest.mark.parametrize("question", ["status", "results"])
def test_a_unit_that_is_none_is_not_sent(gov, wire, unit, question):
    """Five digits, or three of an old district (§1.5)."""
    with pytest.raises(InvalidInput, match="unit"):
        getattr(gov.civil_registry, question)(DossierCode(CODE), unit=unit)
    assert wire.sent == []


@pytest.mark.parametrize(
    ("change", "unread"),
    [
        ({"errors": "Sai dữ liệu"}, "errors"),
        ({"ngayMoi": 1}, "ngayMoi"),
        ({"hanBoSungHoSo": "tuần sau"}, "hanBoSungHoSo"),
        ({"thoiGianThucHien": "05/13/2026"}, "thoiGianThucHien"),
        ({"ketQuaXuLy": "Đã đăng ký"}, "ketQuaXuLy"),
        ({"ketQuaXuLy": [{"soDangKy": "7"}, {"soDangKy": "8"}]}, "ketQuaXuLy"),
        ({"ketQuaXuLy": {"soDangKy": "7", "giayKhaiSinh": "@@"}}, "ketQuaXuLy.giayKhaiSinh"),
        ({"ketQuaXuLy": {"soDangKy": "7", "ghiChu": "a\x00b"}}, "ketQuaXuLy.ghiChu"),
        ({"chucDanh": {"ten": "x"}}, "chucDanh"),
        ({"nguoiXuLy": "A\x00B"}, "nguoiXuLy"),
    ],
)
def test_what_a_row_holds_and_nobody_reads_is_listed(newest, wire, token, change, unread):
    """By name only: an unknown member, and a known one in a form that means nothing here."""
    wire.say(token, {"status": 1, "value": [row(**change)]})
    (found,) = newest.civil_registry.bundle_results(CivilEvent.BIRTH, (DossierCode(CODE),))
    assert found.unread == (unread,)


def test_yes_no_numbers_and_lists_of_a_result_are_kept(newest, wire, token):
    """Every leaf of ketQuaXuLy by its name."""
    result = {"soDangKy": "7", "daKy": True, "huy": False, "soTrang": [1, 2], "con": [{"ten": "A"}, {"ten": "B"}]}
    wire.say(token, {"status": 1, "value": [row(ketQuaXuLy=result)]})
    (found,) = newest.civil_registry.bundle_results(CivilEvent.BIRTH, (DossierCode(CODE),))
    assert {name: text.reveal() for name, text in found.fields.items()} == {
        "soDangKy": "7",
        "daKy": "true",
        "huy": "false",
        "soTrang": "1; 2",
        "con.0.ten": "A",
        "con.1.ten": "B",
    }
    assert found.unread == ()


@pytest.mark.parametrize(("entry", "known"), [({"id": 70011, "so": "7"}, True), ({"so": "7"}, True), (None, False)])
def test_an_entry_is_the_one_that_was_asked_for(newest, wire, token, entry, known):
    """By the registry's own id; nothing is nothing."""
    wire.say(token, {"status": 1, "value": [] if entry is None else [{"id": 1, "so": "8"}, entry]})
    found = newest.civil_registry.record(CivilEvent.BIRTH, 70011)
    assert (None if found is None else found.number) == ("7" if known else None)


def test_another_entry_is_no_answer(newest, wire, token):
    """It would be another person's."""
    wire.say(token, {"status": 1, "value": {"id": 1, "so": "8"}})
    with pytest.raises(UnexpectedReply, match="another_record"):
        newest.civil_registry.record(CivilEvent.BIRTH, 70011)


@pytest.mark.parametrize(
    "written", ["05/01/2026", "2026-01-04T17:00:00Z", "2026-01-05T00:00:00+07:00", 1767546000000, "05/01/2026 03:20 PM"]
)
def test_the_day_in_the_books_is_viet_nam_s(newest, wire, token, written):
    """A moment in another zone falls on the day it has here."""
    wire.say(token, {"status": 1, "value": {"so": "7", "ngayDangKy": written}})
    assert newest.civil_registry.results(DossierCode(CODE), unit="99001").registered_on.iso == "2026-01-05"


def test_an_entry_names_what_its_fields_cannot_hold(newest, wire, token):
    """A certificate, and a text that no text may be."""
    wire.say(token, {"status": 1, "value": {"id": 1, "so": "7", "giayKhaiSinh": "JVBERi0xLjQK", "ghiChu": "a\x00"}})
    found = newest.civil_registry.record(CivilEvent.BIRTH, 1)
    assert (found.unread, sorted(found.fields)) == (("ghiChu", "giayKhaiSinh"), ["id", "so"])


def test_of_two_certificates_the_second_is_named(newest, wire, token):
    """A result has room for one paper: the other is listed as unread, never dropped silently."""
    result = {"soDangKy": "7", "giayKhaiSinh": "JVBERi0xLjQK", "giayKhaiTu": "JVBERi0xLjUK"}
    wire.say(token, {"status": 1, "value": [row(ketQuaXuLy=result)]})
    (found,) = newest.civil_registry.bundle_results(CivilEvent.BIRTH, (DossierCode(CODE),))
    assert (found.certificate, found.unread) == (b"%PDF-1.4\n", ("ketQuaXuLy.giayKhaiTu",))


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 1, "value": [], "total": 0},
        {"status": 1, "value": [], "requestId": "abc", "phanTrang": {"trang": 1}},
        {"status": 1, "value": None, "requestId": "abc"},
        {"status": 1, "total": 0, "requestId": "abc"},
        {"status": 1, "value": {"data": [], "pageIndex": 1, "total": 0, "requestId": "abc"}},
        {"status": 1, "value": {"totalRecords": "0", "pageNumber": 1}},
    ],
)
def test_what_stands_beside_an_empty_list_is_no_row(newest, wire, token, answer):
    """Counts, pages and numbers of requests make no result and no entry."""
    wire.say(token, answer, answer)
    assert newest.civil_registry.bundle_results(CivilEvent.BIRTH, (DossierCode(CODE),)) == ()
    assert newest.civil_registry.records(CivilEvent.BIRTH, (1,)) == ()
