"""The page on which a payer decides, and a receipt: bare, since only people and demos look at them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from gov_connect.mocks.core import HTML_TYPE, MockReply, text_reply

if TYPE_CHECKING:
    from gov_connect.mocks.national_payment._orders import Order

_STATUS: Final = {
    "pending": "Chờ thanh toán",
    "paid": "Đã thanh toán",
    "failed": "Giao dịch không thành công",
}
_BUTTONS: Final = (
    '<form method="post"><button name="action" value="pay">Thanh toán</button> '
    '<button name="action" value="cancel">Hủy</button></form>'
)
RECEIPT: Final = b"%PDF-1.4\n% bien lai mau\n%%EOF\n"


def page(order: Order) -> MockReply:
    """Show the order and, while it waits, the two buttons."""
    amount = f"{order.amount:,}".replace(",", ".")
    buttons = _BUTTONS if order.status == "pending" else ""
    text = (
        '<!doctype html><html lang="vi"><meta charset="utf-8"><title>Thanh toán (mô phỏng)</title>'
        f"<h1>Nền tảng thanh toán mô phỏng</h1><p>{escape(order.message['ThongTinGiaoDich'])}</p>"
        f"<p>{amount} đồng</p><p>{_STATUS[order.status]}</p>{buttons}</html>"
    )
    return text_reply(text, status=200, content_type=HTML_TYPE)
