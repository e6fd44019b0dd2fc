"""Receipts of paid orders: one for each kind, issued once by the service that was asked first, or by us."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.errors import ConfigurationError, GovConnectError, NotSupported, OutsideSystemError, Refused
from gov_connect.model import Money
from gov_connect.payments import Issue
from gov_connect.payments.printing import font

if TYPE_CHECKING:
    from collections.abc import Iterator

_spec = importlib.util.spec_from_file_location("vnpay_desk", Path(__file__).with_name("vnpay_desk.py"))
assert _spec is not None
assert _spec.loader is not None
kit: Any = sys.modules.setdefault("vnpay_desk", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(kit)

VNPT = {
    "RECEIPTS__ISSUER": "vnpt_receipt",
    "VNPT_RECEIPT__BASE_URL": "https://vnpt.example",
    "VNPT_RECEIPT__ACCOUNT": "nhanvien",
    "VNPT_RECEIPT__ACCOUNT_PASSWORD": "mat-khau-1",
    "VNPT_RECEIPT__USERNAME": "dichvu",
    "VNPT_RECEIPT__PASSWORD": "mat-khau-2",
}
KEYS = ["lephi-vnpay-HS0001", "phi-vnpay-HS0001"]


class Vnpt:
    """A service that issues once per key, and can be told to fail."""

    def __init__(self) -> None:
        self.issued: list[str] = []
        self.cancelled: list[str] = []
        self.fault = ""

    def __call__(self, request: Any) -> bytes | None:
        if self.fault == "down":
            return None
        method = request.headers["SOAPAction"].strip('"').rpartition("/")[2]
        text = self._answer(method, request.body.decode())
        if self.fault == "lost":
            return b"<html>"
        ns = "http://schemas.xmlsoap.org/soap/envelope/"
        body = (
            f'<{method}Response xmlns="http://tempuri.org/"><{method}Result>{text}</{method}Result></{method}Response>'
        )
        return f'<s:Envelope xmlns:s="{ns}"><s:Body>{body}</s:Body></s:Envelope>'.encode()

    def _answer(self, method: str, body: str) -> str:
        if method == "ImportAndPublishInv":
            if self.fault == "refuses":
                return "ERR:6"
            (key,) = re.findall(r"&lt;key&gt;(.*?)&lt;/key&gt;", body)
            if key in self.issued:
                return "ERR:13"
            self.issued.append(key)
            return f"OK:01BLP0-001;AB-26E-{key}_{len(self.issued)}"
        (key,) = re.findall(r"<t:fkey>(.*?)<", body)
        if method == "cancelInv":
            self.cancelled.append(key)
        return "JVBERi0xLjQ=" if method == "downloadInvPDFFkeyNoPay" else "OK:"


def make(**changes: str) -> Any:
    """A desk whose order is paid."""
    desk = kit.make_desk(**changes)
    desk.service = Vnpt()
    link = desk.payments.create(kit.make_order())
    desk.visit(link.url)
    desk.visit(link.url, "pay")
    desk.carry_notices()
    return desk


@pytest.fixture
def desk() -> Iterator[Any]:
    """With numbers of our own."""
    made = make()
    with made.gov:
        yield made


@pytest.fixture
def served() -> Iterator[Any]:
    """With VNPT."""
    made = make(**VNPT)
    with made.gov:
        yield made


def shown(issued: Any) -> list[tuple[str, str, str, int]]:
    return [(one.request.key, one.issuer, one.receipt.shown_number, one.receipt.amount.dong) for one in issued]


def test_our_own_numbers_are_given_once(desk: Any) -> None:
    """Phí and lệ phí apart, the same ones however often they are asked for."""
    made = desk.payments.receipts.issue("HS0001")
    assert shown(made) == [
        ("phi-vnpay-HS0001", "local", "0000001", 20_000),
        ("lephi-vnpay-HS0001", "local", "0000002", 5_000),
    ]
    desk.clock.advance(kit.minutes(60))
    assert desk.payments.receipts.issue("HS0001") == made
    assert Money.total(one.receipt.amount for one in made) == kit.make_order().amount


def test_what_is_not_paid_has_no_receipt(desk: Any) -> None:
    """Nor what nobody knows, nor what was never issued."""
    desk.payments.create(kit.make_order("HS0002"))
    for reference, code in (("HS0002", "payment.not_paid"), ("HS0009", "payment.unknown_order")):
        with pytest.raises(GovConnectError) as caught:
            desk.payments.receipts.issue(reference)
        assert caught.value.code == code
    for asked in (
        lambda: desk.payments.receipts.document("phi-vnpay-HS0002"),
        lambda: desk.payments.receipts.cancel("HS0002", reason="x"),
    ):
        with pytest.raises(GovConnectError) as caught:
            asked()
        assert caught.value.code == "receipt.unknown"


def test_without_a_symbol_there_are_no_numbers() -> None:
    """The variable is named."""
    made = make(RECEIPTS__SYMBOL="")
    with made.gov, pytest.raises(GovConnectError) as caught:
        made.payments.receipts.issue("HS0001")
    assert caught.value.code == "receipt.no_symbol"


def test_the_service_issues_once(served: Any) -> None:
    """Its own numbers, and nothing more is sent for what is issued."""
    made = served.payments.receipts.issue("HS0001")
    assert [one.receipt.number for one in made] == ["1", "2"]
    assert {one.issuer for one in made} == {"vnpt_receipt"}
    served.service.fault = "down"
    assert served.payments.receipts.issue("HS0001") == made
    assert sorted(served.service.issued) == KEYS


def test_a_lost_answer_is_asked_again_at_the_same_place(served: Any) -> None:
    """Nobody knows whether it was issued, so no number of our own is given, whatever is allowed."""
    served.service.fault = "lost"
    with pytest.raises(OutsideSystemError):
        served.payments.receipts.issue("HS0001", fallback=True)
    served.service.fault = "refuses"
    with pytest.raises(Refused):
        served.payments.receipts.issue("HS0001", fallback=True)
    served.service.fault = ""
    made = served.payments.receipts.issue("HS0001", fallback=True)
    assert {one.issuer for one in made} == {"vnpt_receipt"}
    assert sorted(served.service.issued) == KEYS
    # ERR:13 says only that it was issued.
    assert made[0].receipt.number == ""


@pytest.mark.parametrize("fault", ["down", "refuses"])
def test_a_receipt_that_the_service_did_not_issue_falls_back(fault: str, served: Any) -> None:
    """Only when that is allowed; then it keeps the number of our own for ever."""
    served.service.fault = fault
    with pytest.raises(OutsideSystemError):
        served.payments.receipts.issue("HS0001")
    assert served.payments.receipts._desk.records.of("HS0001")[0].state is Issue.REQUESTED
    served.clock.advance(kit.minutes(5))
    made = served.payments.receipts.issue("HS0001", fallback=True)
    assert [one.issuer for one in made] == ["local", "local"]
    served.service.fault = ""
    assert served.payments.receipts.issue("HS0001") == made
    assert served.service.issued == []


def test_cancelling_goes_to_whoever_issued(desk: Any, served: Any) -> None:
    """Numbers stay used, twice is harmless, and cancelled is not issued again."""
    for one in (desk, served):
        made = one.payments.receipts.issue("HS0001")
        for _ in range(2):
            gone = one.payments.receipts.cancel("HS0001", reason="Hoàn phí")
        assert {job.state for job in gone} == {Issue.CANCELLED}
        assert {job.receipt.number for job in gone} == {job.receipt.number for job in made}
        assert [job.state for job in one.payments.receipts.issue("HS0001")] == [Issue.CANCELLED] * 2
    assert sorted(served.service.cancelled) == KEYS


def test_the_document_of_the_service_is_handed_on(served: Any) -> None:
    """The service's own PDF is handed on as it came; none is drawn beside it."""
    served.payments.receipts.issue("HS0001")
    assert served.payments.receipts.document("phi-vnpay-HS0001").pdf == b"%PDF-1.4"


def test_another_service_than_one_that_is_installed() -> None:
    """Its name and its settings are checked when receipts are wanted; payments go on without them."""
    for wrong, error in (("cash", NotSupported), ("viettel_receipt", ConfigurationError)):
        with kit.make_desk(RECEIPTS__ISSUER=wrong).gov as gov:
            payments = gov.payments_through("vnpay")
            assert payments.create(kit.make_order()).url
            with pytest.raises(error):
                _ = payments.receipts


# -- on paper


def on_paper(desk: Any, tmp_path: Path, key: str = "phi-vnpay-HS0001") -> Path:
    pytest.importorskip("pyhanko")
    pytest.importorskip("segno")
    path = tmp_path / "receipt.pdf"
    path.write_bytes(desk.payments.receipts.document(key).pdf)
    return path


def text_of(path: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True).stdout


def test_a_receipt_on_paper_says_what_it_must(desk: Any, tmp_path: Path) -> None:
    """Kind, form, symbol, number, body, payer, lines, amount in figures and words, day: in Vietnamese letters."""
    desk.payments.receipts.issue("HS0001")
    text = " ".join(text_of(on_paper(desk, tmp_path)).split())
    for said in (
        "BIÊN LAI THU PHÍ",
        "Mẫu số: 01BLP0-001",
        "Ký hiệu: AA-26E",
        "Số: 0000001",
        "Ủy ban nhân dân xã Mẫu",
        "Họ tên người nộp: MẪU THỊ THỬ",
        "Mã hồ sơ: H99.201-260105-0001",
        "1. Phí sao lục 20.000 ₫",
        "Số tiền bằng chữ: Hai mươi nghìn đồng",
        "Ngày 05 tháng 01 năm 2026",
    ):
        assert said in text
    assert "ĐÃ HỦY" not in text


def test_the_qr_code_of_the_page_is_read_by_a_scanner(desk: Any, tmp_path: Path) -> None:
    """It names the receipt, and nobody."""
    for tool in ("pdftoppm", "zbarimg"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    desk.payments.receipts.issue("HS0001")
    path = on_paper(desk, tmp_path)
    subprocess.run(["pdftoppm", "-r", "120", "-png", "-singlefile", str(path), str(path)], check=True)
    seen = subprocess.run(["zbarimg", "-q", "--raw", f"{path}.png"], check=True, capture_output=True, text=True).stdout
    assert seen.strip() == "01BLP0-001|AA-26E|0000001|20000|20260105|phi-vnpay-HS0001"


def test_a_cancelled_receipt_says_so_across(desk: Any, tmp_path: Path) -> None:
    """Also on its paper."""
    desk.payments.receipts.issue("HS0001")
    desk.payments.receipts.cancel("HS0001", reason="Hoàn phí")
    assert "ĐÃ HỦY" in text_of(on_paper(desk, tmp_path))


def test_a_receipt_on_paper_can_be_signed_later(desk: Any, tmp_path: Path) -> None:
    """Its structure is what other tools expect: nothing to repair, fonts inside."""
    if shutil.which("qpdf") is None or shutil.which("pdffonts") is None:
        pytest.skip("qpdf or pdffonts is not installed")
    desk.payments.receipts.issue("HS0001")
    path = on_paper(desk, tmp_path)
    assert subprocess.run(["qpdf", "--check", str(path)], check=False, capture_output=True).returncode == 0
    fonts = subprocess.run(["pdffonts", str(path)], check=True, capture_output=True, text=True).stdout
    rows = fonts.splitlines()[2:]
    assert len(rows) == 2
    assert all("Identity-H" in row and " yes yes yes " in row for row in rows)


def test_many_lines_go_on_on_further_pages(tmp_path: Path) -> None:
    """None is lost, long words are cut, and letters that the font has not are boxes."""
    from gov_connect.model import FeeKind, FeeLine, Receipt, ReceiptRequest  # noqa: PLC0415 - only here
    from gov_connect.payments.printing import Collector, receipt_pdf  # noqa: PLC0415

    pytest.importorskip("pyhanko")
    order = kit.make_order()
    names = [f"Khoản số {place} {'rất dài ' * 12}" for place in range(60)] + ["x" * 150, "文字"]
    lines = tuple(FeeLine(name=name.strip(), amount=Money(1000), kind=FeeKind.FEE) for name in names)
    total = Money.total(line.amount for line in lines)
    same = {"key": "k", "amount": total}
    request = ReceiptRequest(
        kind=FeeKind.FEE, dossier=order.dossier, lines=lines, payer=order.payer, paid_at=kit.START, **same
    )
    receipt = Receipt(key="k", form="01BLP0-001", symbol="AA-26E", number="7", amount=total, issued_at=kit.START)
    path = tmp_path / "long.pdf"
    path.write_bytes(receipt_pdf(receipt, request, Collector(name="Ủy ban nhân dân xã Mẫu " * 5)))
    text = text_of(path)
    assert text.count("\f") > 2
    assert all(f"Khoản số {place} " in text for place in range(60))
    assert text.count("1.000 ₫") == len(lines)
    assert re.sub(r"\s", "", text).count("x") >= 150


@pytest.mark.parametrize("module", ["pyhanko.pdf_utils.generic", "segno"])
def test_without_the_extras_the_command_is_named(module: str, desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number is given all the same; only the paper has to wait."""
    made = desk.payments.receipts.issue("HS0001")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(NotSupported) as caught:
        desk.payments.receipts.document(made[0].request.key)
    assert "pip install" in caught.value.remedy("en")


def test_the_fonts_have_every_letter_of_vietnamese() -> None:
    """Both of them, each with a width; the euro and the han do not matter."""
    letters = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz"
    marked = "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
    for one in (font.regular(), font.bold()):
        text = letters + marked + (letters + marked).upper() + "0123456789.,:;-/()₫"
        assert 0 not in one.glyphs(text)
        assert all(one.width(char) > 100 for char in text)
        assert one.glyphs("ệ") == one.glyphs("e\u0323\u0302")
        assert one.glyphs("文") == [0]
        assert {chr(code) for code in one.characters().values()} >= set(text)
