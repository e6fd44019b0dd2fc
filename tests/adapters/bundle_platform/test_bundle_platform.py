"""The bundle platform: samples 8.7 and 8.8, every wrapping, and texts that decide."""

from __future__ import annotations

import base64
import json
import unicodedata
from datetime import datetime
from pathlib import Path

import pytest

from gov_connect.errors import AuthenticationFailed, InvalidInput, UnexpectedReply
from gov_connect.forms import read_form
from gov_connect.mocks import Fault, FaultPlan, MockRequest
from gov_connect.mocks.bundle_platform import PASSWORD, STATUS_PATH, TOKEN_PATH, USERNAME, BundlePlatformMock
from gov_connect.model import VIETNAM, CivilEvent, DossierCode, DossierStatus
from gov_connect.model.bundles import (
    NEXT,
    BundleNews,
    BundleReport,
    BundleStatus,
    check_order,
    taking,
    way_to,
)

SAMPLES = Path(__file__).parents[2] / "samples"
TOKEN = {"token": "t-1", "refreshToken": "r", "refreshTokenExpiryTime": "2027-01-01"}
CODE = "G99.99.01-260105-0003"


@pytest.fixture
def report():
    return BundleReport(
        procedure="2.000986",
        bundle=CODE,
        dossier="H99.201-260105-0008",
        status=BundleStatus.HANDED_OVER,
        at=datetime(2026, 1, 5, 9, 5, tzinfo=VIETNAM),
        officer="Cán bộ Một Cửa Mẫu",
        title="Công chức",
        office="Bộ phận một cửa",
        handling="Đã chuyển cán bộ tư pháp",
        started_at=datetime(2026, 1, 5, 8, 12, 45, tzinfo=VIETNAM),
        due_at=datetime(2026, 1, 8, 17, tzinfo=VIETNAM),
    )


def test_the_samples_of_8_7(bundles, wire, sample):
    """A list, a detail out of three encodings, a paper; unit numbers become codes again."""
    wire.say(TOKEN, sample("civil_registry/8_7_list.json"), sample("civil_registry/8_7_detail.json"))
    (news,) = bundles.pending()
    assert (news.id, news.code, news.unit, news.module) == ("501", CODE, "99001", "KS")
    assert news.submitted_at == datetime(2026, 1, 5, 8, tzinfo=VIETNAM)
    dossier = bundles.fetch(news.id)
    assert wire.sent[-1].url == "https://lienthong.example/api/lienthongdvclt/hosolienthong/501"
    assert dossier.form["nksHoTen"].reveal() == "PHẠM THỬ NGHIỆM AN"
    assert (dossier.files[0].name, dossier.files[0].content, dossier.unread) == ("gcs.pdf", b"%PDF-1.4\n", ())
    reading = read_form(
        dossier.form, dossier="H99.201-260105-0008", unit="99001", received_at=news.submitted_at, bundle=dossier.code
    )
    assert (reading.event, reading.generation, reading.unmapped) == (CivilEvent.BIRTH, "registry", ())
    # The sample is cut short: what the law wants besides is asked for, in the form's own words.
    assert {"child.birth_place", "requester.id_issued_on"} <= {need.path for need in reading.needs}
    assert "PHẠM" not in repr(dossier)


XML = "<hoTich><nksHoTen>MẪU AN</nksHoTen></hoTich>"
PAPER = {"id": 1, "tenTepDinhKem": "a.pdf", "duLieuTepDinhKem": base64.b64encode(b"%PDF-1").decode()}


@pytest.mark.parametrize(
    ("detail", "files"),
    [
        ({"data": json.dumps({"data": XML}), "fileDinhKem": [PAPER]}, 1),
        ({"data": json.dumps({"data": XML, "fileDinhKem": [PAPER]}), "fileDinhKem": [{**PAPER, "id": 99}]}, 1),
        ({"data": {"data": XML, "fileDinhKem": json.dumps([PAPER])}, "fileDinhKem": None}, 1),
        ({"data": XML}, 0),
        ({"data": '<?xml version="1.0" encoding="utf-16"?>' + XML}, 0),
        ({"Data": json.dumps(json.dumps({"DATA": XML}))}, 0),
        ({"data": json.dumps({"nksHoTen": "MẪU AN"})}, 0),
        ({"data": json.dumps([{"data": "\ufeff" + XML}]), "FileDinhKem": PAPER}, 1),
        ({"data": "<hoTich><hoso><nksHoTen>MẪU AN</nksHoTen></hoso></hoTich>"}, 0),
        ({"data": unicodedata.normalize("NFD", XML)}, 0),
    ],
)
def test_every_wrapping_is_opened(bundles, wire, detail, files):
    """Texts or objects, one or three layers, files outside, inside, or both."""
    wire.say(TOKEN, {"data": {"maHoSo": CODE, **detail}})
    dossier = bundles.fetch("501")
    assert dossier.form["nksHoTen"].reveal() == "MẪU AN"
    assert len(dossier.files) == files


def test_what_cannot_be_read_is_told(bundles, wire):
    """By name, never by content."""
    files = [{**PAPER, "duLieuTepDinhKem": "%%%"}, {}, 7]
    wire.say(TOKEN, {"data": {"maHoSo": CODE, "data": "<hoTich><a>BÍ MẬT", "fileDinhKem": files}})
    dossier = bundles.fetch("501")
    assert dossier.unread == ("fileDinhKem.0", "fileDinhKem.1", "fileDinhKem.2", "data: not_xml")
    assert "BÍ MẬT" not in repr(dossier)


@pytest.mark.parametrize("answer", [{"data": None}, (404, {"title": "Not Found", "status": 404}), {"data": []}])
def test_a_dossier_that_is_not_there(bundles, wire, answer):
    """None, not an error."""
    wire.say(TOKEN, answer)
    assert bundles.fetch("7") is None


def test_a_detail_without_a_number_is_no_dossier(bundles, wire):
    """Nothing could be told of it later, unless the list named it."""
    wire.say(TOKEN, {"data": {"data": XML}})
    with pytest.raises(UnexpectedReply):
        bundles.fetch("501")


def test_the_samples_of_8_8(bundles, wire, sample, report):
    """Acknowledgement and report, member by member; what the platform said of each."""
    done, early = sample("civil_registry/8_8_report_reply1.json"), sample("civil_registry/8_8_report_reply2.json")
    wire.say(TOKEN, done, done, early)
    assert bundles.acknowledge(CODE).done is True
    assert (wire.sent[-1].method, wire.message()) == ("PUT", sample("civil_registry/8_8_ack.json"))
    assert bundles.report(report, sent=(1, 3)).done is True
    assert wire.message() == sample("civil_registry/8_8_report.json")
    receipt = bundles.report(report, sent=(1, 3))
    assert (receipt.done, receipt.retry) == (False, True)


@pytest.mark.parametrize(
    ("text", "done", "retry"),
    [
        ("Cập nhật thành công", True, False),
        ("CẬP NHẬT THÀNH CÔNG!", True, False),
        (unicodedata.normalize("NFD", "Cập nhật thành công"), True, False),
        ("Hồ sơ bị từ chối. Không thể cập nhật trạng thái", True, False),
        ("Hồ sơ đã tồn tại trong một cửa điện tử", True, False),
        ("Hồ sơ không tồn tại", True, False),
        ("Phiên đăng nhập không tồn tại", False, True),
        ("Mã TTHC 2.000986 không tồn tại", False, True),
        ("Đơn vị này không tồn tại", False, True),
        ("Hồ sơ đã trả kết quả, không được cập nhật trạng thái", True, False),
        ("Hồ sơ đã hoàn thành đăng ký, không được cập nhật trạng thái", True, False),
        ("Hồ sơ chưa cập nhật trạng thái 3", False, True),
        ("Hồ sơ chưa được gửi không thể cập nhật trạng thái", False, True),
        ("Trạng thái 3 chưa cập nhật trạng thái thành công", False, True),
        ("Cập nhật không thành công", False, True),
        ("Có lỗi trong quá trình thêm mới", False, True),
        ("Client received SOAP Fault from server", False, True),
        ("server error", False, True),
        ("Điều chưa từng thấy", False, True),
        ("", False, True),
        ("Logic xử lý không hợp lệ", False, False),
    ],
)
@pytest.mark.parametrize("place", ["errors", "title", "message"])
def test_the_text_decides(bundles, wire, report, text, done, retry, place):
    """HTTP and status say 200 whatever it is; texts that begin with "chưa" come first (§5.2)."""
    said = {"soHoSoLT": [text]} if place == "errors" else text
    wire.say(TOKEN, {"status": 200, "type": "", place: said})
    receipt = bundles.report(report, sent=(1, 3))
    assert (receipt.done, receipt.retry) == (done, retry)


def test_a_refused_token_is_renewed_once(bundles, wire):
    """A 401 costs one new token; the next question goes with that one."""
    wire.say(TOKEN, (401, {}), {"token": "t-2"}, {"data": []}, {"data": []})
    assert bundles.pending() == ()
    assert bundles.pending() == ()
    assert wire.labels == ["token", "list", "token", "list", "list"]


def test_the_other_way_to_a_token(make_bundles, wire, clock):
    """SecretId and SecretPass; kept as long as it says."""
    bundles = make_bundles(BUNDLE_PLATFORM__LOGIN="secret")
    wire.say({"token": "t", "expiration": "2025-08-04T08:20:00"}, {"data": []})
    bundles.pending()
    assert wire.message(0) == {"SecretId": "mot-cua", "SecretPass": "mat-khau"}
    clock.advance(300)
    wire.say({"token": "t"}, {"data": []})
    bundles.pending()
    assert wire.labels == ["token", "list", "token", "list"]


def test_credentials_that_are_not_accepted(bundles, wire):
    """Typed, and nothing asked."""
    wire.say((401, {"title": "Unauthorized", "status": 401}))
    with pytest.raises(AuthenticationFailed):
        bundles.pending()


@pytest.mark.parametrize(
    ("news", "event"),
    [
        ({"module": "KS"}, CivilEvent.BIRTH),
        ({"module": "ltkt "}, CivilEvent.DEATH),
        ({"procedure": "2.001023"}, CivilEvent.BIRTH),
        ({"procedure": "1.011733"}, CivilEvent.DEATH),
        ({"procedure": "1.006714"}, None),
    ],
)
def test_the_event_is_told_by_the_module_then_by_the_procedure(bundles, news, event):
    """By module, else by the procedure as configured; the sources contradict each other on one code."""
    assert bundles.event_of(BundleNews(id="1", code=CODE, **news)) is event


def test_the_order_is_a_table():
    """1 -> 3 -> 7 -> 4 -> 5; 2 and 6 on the way; after 5 and 6 nothing more; the last one may be said again."""
    assert way_to((), BundleStatus.RETURNED) == (1, 3, 7, 4, 5)
    assert way_to((1, 2), BundleStatus.HAS_RESULT) == (3, 7, 4)
    assert way_to((1, 3, 7, 4, 5), BundleStatus.REFUSED) == ()
    for last, following in NEXT.items():
        for status in BundleStatus:
            sent = () if last is None else (99, int(last))
            if status in following or status is last:
                check_order(sent, status)
            else:
                with pytest.raises(InvalidInput) as caught:
                    check_order(sent, status)
                assert caught.value.problems[0].code == "bundle.order"


def test_a_report_out_of_order_is_not_sent(bundles, wire, report):
    """Both languages name what may come."""
    with pytest.raises(InvalidInput) as caught:
        bundles.report(report, sent=(1,))
    assert "3" in caught.value.text("vi")
    assert wire.sent == []


@pytest.mark.parametrize(
    ("known", "status", "answer"),
    [
        (False, None, "take"),
        (True, DossierStatus.PROCESSING, "acknowledge"),
        (True, DossierStatus.SUPPLEMENT_REQUESTED, "overwrite"),
    ],
)
def test_a_dossier_that_comes_again(known, status, answer):
    """§1.8: only acknowledged, unless a supplement was asked for."""
    assert taking(known=known, status=status) == answer


def test_the_whole_life_of_a_bundle_against_the_mock(mocked_house):
    """Filed, listed, fetched, acknowledged, registered, told in order, and gone from the list."""
    gov, mocks = mocked_house()
    platform = mocks["bundle_platform"]
    fields = {
        **json.loads((SAMPLES / "forms" / "registry_birth.json").read_text("utf-8")),
        "maGCS": "GCS & 01",
        "loaiDangKy": "1",
        "nksHoTen": "MẪU <THỊ> AN",
        "nksGioiTinh": "2",
        "nksNgaySinh": "03.01.2026",
    }
    with gov:
        code = platform.file(fields, files={"gcs.pdf": b"%PDF-1.4\n"}, raw_xml=True)
        (news,) = gov.bundles.pending()
        dossier = gov.bundles.fetch(news.id)
        assert gov.bundles.acknowledge(code).done is True
        assert gov.bundles.pending() == ()
        own = DossierCode("H99.201-260105-0008")
        reading = read_form(
            dossier.form,
            dossier=own,
            unit="99001",
            received_at=datetime(2026, 1, 5, 8, tzinfo=VIETNAM),
            event=gov.bundles.event_of(dossier),
            bundle=code,
        )
        gov.civil_registry.submit(reading.registration)
        (result,) = gov.civil_registry.bundle_results(CivilEvent.BIRTH, (own,))
        sent: list[int] = []
        for status in way_to(sent, BundleStatus.RETURNED):
            told = BundleReport(
                procedure=news.procedure,
                bundle=code,
                dossier=own,
                status=status,
                at=datetime(2026, 1, 5, 9, tzinfo=VIETNAM),
                officer="Cán bộ Mẫu",
                result='{"soDangKy": "1"}' if status is BundleStatus.HAS_RESULT else "",
            )
            assert gov.bundles.report(told, sent=tuple(sent)).done is True
            sent.append(int(status))
        assert platform.statuses(code) == [1, 3, 7, 4, 5]
        assert result.certificate is not None


def test_the_mock_is_strict_about_order_and_content():
    """A missing step, a wrong constant, a result without content, an unknown dossier; all with HTTP 200."""
    mock = BundlePlatformMock()
    token = json.loads(
        mock.handle(
            MockRequest(
                method="POST",
                path=TOKEN_PATH,
                body=json.dumps({"userName": USERNAME, "password": PASSWORD}).encode(),
            )
        ).body
    )["token"]
    code = mock.file({"nksHoTen": "MẪU"})
    names = (
        "maTTHC soHoSoLT coQuanXuLy maHoSo trangThai thoiGianThucHien ghiChu ketQuaXuLy nguoiXuLy chucDanh "
        "phongBanXuLy noiDungXuLy ngayBatDau ngayKetThucTheoQuyDinh ngayHenTraTruoc ngayHenTraMoi hanBoSungHoSo"
    ).split()

    def tell(status, **changes):
        body = {**dict.fromkeys(names, ""), "soHoSoLT": code, "coQuanXuLy": 5, "trangThai": status, **changes}
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        reply = mock.handle(
            MockRequest(method="POST", path=STATUS_PATH, headers=headers, body=json.dumps(body).encode())
        )
        return reply.status, str(json.loads(reply.body)["errors"])

    assert "chưa cập nhật trạng thái 1" in tell(3)[1]
    assert "thành công" in tell(1)[1]
    assert "thành công" in tell(1)[1]
    assert "Logic" in tell(3, coQuanXuLy=4)[1]
    assert "Logic" in tell(3, thoiGianThucHien="2026-01-05")[1]
    assert "không tồn tại" in tell(3, soHoSoLT="G1")[1]
    assert "thành công" in tell(6)[1]
    assert tell(3) == (200, "{'soHoSoLT': ['Hồ sơ bị từ chối. Không thể cập nhật trạng thái']}")


def test_reports_get_through_a_rough_platform(mocked_house, report):
    """Errors before, answers that never come, broken answers: told once in the end."""
    gov, mocks = mocked_house()
    platform = mocks["bundle_platform"]
    with gov:
        code = platform.file({"nksHoTen": "MẪU"})
        platform.faults = FaultPlan()
        platform.faults.script("capNhatTrangThai", [Fault.ERROR_BEFORE, Fault.GATEWAY_502_AFTER, None])
        told = report.model_copy(update={"bundle": code, "status": BundleStatus.RECEIVED})
        assert gov.bundles.report(told, sent=()).done is True
        assert platform.statuses(code) == [1]
