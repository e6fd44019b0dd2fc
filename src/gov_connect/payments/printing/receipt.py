"""The page of a receipt: what payment.md §6.1 lists, and a QR code that names the receipt and no person."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Final

from gov_connect.errors import NotSupported
from gov_connect.model import VIETNAM, FeeKind, ReceiptState
from gov_connect.model._base import Value
from gov_connect.model.text import CleanText, Length
from gov_connect.payments.printing.font import Font, bold, regular
from gov_connect.payments.printing.page import A5, Paper

if TYPE_CHECKING:
    from gov_connect.model import Receipt, ReceiptRequest

_WIDTH, _HEIGHT = A5
_LEFT, _RIGHT, _BOTTOM = 36.0, A5[0] - 36.0, 130.0
_SIZE, _STEP, _TITLE = 9.0, 14.0, 14.0
_CANCELLED: Final = "ĐÃ HỦY"
_QR_SIDE: Final = 72.0
_TITLES: Final = {FeeKind.FEE: "BIÊN LAI THU PHÍ", FeeKind.CHARGE: "BIÊN LAI THU LỆ PHÍ"}


class Collector(Value):
    """Who collects, as the receipt names them."""

    name: Annotated[CleanText, Length(400, at_least=1)]
    tax_code: Annotated[CleanText, Length(20)] = ""


def receipt_pdf(receipt: Receipt, request: ReceiptRequest, collector: Collector) -> bytes:
    """A receipt as a PDF document on A5, further pages for many lines; a cancelled one says so across.

    It carries no signature: sign it with the collector's certificate where it is to stand alone.

    Raises:
        NotSupported: pyHanko or segno is not installed.
    """
    paper = Paper([regular(), bold()])
    page = _Page(paper)
    page.heads(collector, receipt)
    cancelled = receipt.state is ReceiptState.CANCELLED
    page.title(_TITLES[request.kind] + (f" ({_CANCELLED})" if cancelled else ""))
    payer = request.payer
    address = "" if payer.address is None else payer.address.reveal()
    page.pair("Họ tên người nộp", payer.name.reveal())
    page.pair("Địa chỉ", address)
    page.pair("Mã hồ sơ", str(request.dossier))
    page.pair("Hình thức thanh toán", "Trực tuyến" if request.paid_online else "Tiền mặt")
    page.gap()
    for place, line in enumerate(request.lines, 1):
        page.row(f"{place}. {line.name}", str(line.amount))
    page.rule()
    page.row("Cộng", str(receipt.amount), bold())
    page.pair("Số tiền bằng chữ", request.words)
    page.foot(receipt)
    if cancelled:
        paper.stamp(_CANCELLED, bold(), 72)
    return paper.document(f"{receipt.symbol} {receipt.shown_number}")


def qr_text(receipt: Receipt) -> str:
    """What the QR code says: form, symbol, number, amount, day and key, and nothing of the payer."""
    day = f"{receipt.issued_at.astimezone(VIETNAM):%Y%m%d}"
    return "|".join((receipt.form, receipt.symbol, receipt.shown_number, str(receipt.amount.dong), day, receipt.key))


class _Page:
    """Writes from the top down, and turns the page when there is no room."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._y = _HEIGHT - 44.0

    def heads(self, collector: Collector, receipt: Receipt) -> None:
        """The collecting body on the left, symbols and number on the right."""
        right = (f"Mẫu số: {receipt.form}", f"Ký hiệu: {receipt.symbol}", f"Số: {receipt.shown_number}")
        top = self._y
        for place, text in enumerate(right):
            self._paper.text(_RIGHT - 130, top - place * _STEP, text, regular(), _SIZE)
        for text in _wrapped(collector.name, bold(), _SIZE, _RIGHT - _LEFT - 145):
            self._paper.text(_LEFT, self._y, text, bold(), _SIZE)
            self._y -= _STEP
        if collector.tax_code:
            self._paper.text(_LEFT, self._y, f"Mã số thuế: {collector.tax_code}", regular(), _SIZE)
        self._y = min(self._y, top - len(right) * _STEP) - 2 * _STEP

    def title(self, text: str) -> None:
        """Centred and large."""
        width = bold().width(text) * _TITLE / 1000
        self._paper.text((_WIDTH - width) / 2, self._y, text, bold(), _TITLE)
        self._y -= 2 * _STEP

    def pair(self, name: str, value: str) -> None:
        """A name and its value, wrapped; nothing for an empty value."""
        if value:
            for text in _wrapped(f"{name}: {value}", regular(), _SIZE, _RIGHT - _LEFT):
                self._line(text, regular())

    def row(self, name: str, amount: str, font: Font | None = None) -> None:
        """A name on the left, wrapped, and an amount on the right."""
        used = font or regular()
        lines = _wrapped(name, used, _SIZE, _RIGHT - _LEFT - 100)
        for place, text in enumerate(lines):
            self._room()
            if place == len(lines) - 1:
                width = used.width(amount) * _SIZE / 1000
                self._paper.text(_RIGHT - width, self._y, amount, used, _SIZE)
            self._line(text, used)

    def rule(self) -> None:
        """A thin line across."""
        self._room()
        self._paper.box(_LEFT, self._y + _STEP - 5, _RIGHT - _LEFT, 0.5)
        self._y -= 3

    def gap(self) -> None:
        """Some room."""
        self._y -= _STEP / 2

    def foot(self, receipt: Receipt) -> None:
        """The QR code on the left, day and collector on the right."""
        self._qr(qr_text(receipt), _LEFT, 40.0)
        at = receipt.issued_at.astimezone(VIETNAM)
        day = f"Ngày {at.day:02d} tháng {at.month:02d} năm {at.year}"
        for text, y in ((day, 108.0), ("Người thu tiền", 94.0)):
            width = regular().width(text) * _SIZE / 1000
            self._paper.text(_RIGHT - 75 - width / 2, y, text, regular(), _SIZE)

    def _line(self, text: str, font: Font) -> None:
        self._room()
        self._paper.text(_LEFT, self._y, text, font, _SIZE)
        self._y -= _STEP

    def _room(self) -> None:
        if self._y < _BOTTOM:
            self._paper.turn()
            self._y = _HEIGHT - 44.0

    def _qr(self, text: str, x: float, y: float) -> None:
        try:
            segno: Any = import_module("segno")  # an extra, on first use
        except ModuleNotFoundError:
            raise NotSupported("payment.no_segno") from None
        matrix: tuple[bytearray, ...] = segno.make(text, error="m", micro=False).matrix
        module = _QR_SIDE / len(matrix)
        for row, cells in enumerate(matrix):
            for column, dark in enumerate(cells):
                if dark:
                    # A hair more than a module, so that no light shows between two of them.
                    side = module * 1.02
                    self._paper.box(x + column * module, y + _QR_SIDE - (row + 1) * module, side, side)


def _wrapped(text: str, font: Font, size: float, width: float) -> list[str]:
    """Lines that fit; a word that is too long for one is cut."""
    room = width * 1000 / size
    lines: list[str] = []
    line = ""
    for word in text.split():
        rest = word
        if line and font.width(f"{line} {rest}") <= room:
            line = f"{line} {rest}"
            continue
        if line:
            lines.append(line)
        while font.width(rest) > room:
            fits = next(at for at in range(len(rest), 0, -1) if font.width(rest[:at]) <= room)
            lines.append(rest[:fits])
            rest = rest[fits:]
        line = rest
    return [*lines, line] if line else lines
