"""The page on which a payer decides, and a receipt: bare, since only people and demos look at them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from gov_connect.mocks.core import HTML_TYPE, VIEWPORT, MockReply, text_reply

if TYPE_CHECKING:
    from gov_connect.mocks.national_payment._orders import Order

_STATUS: Final = {
    "pending": "Chờ thanh toán",
    "paid": "Đã thanh toán",
    "failed": "Giao dịch không thành công",
}
_BUTTONS: Final = "".join(
    f'<button name="action" value="{value}">{text}</button> '
    for value, text in (
        ("pay", "Thanh toán"),
        ("cancel", "Hủy"),
        ("late", "Thanh toán muộn"),
        ("close", "Thanh toán rồi đóng trang"),
    )
)
RECEIPT: Final = b"%PDF-1.4\n% bien lai mau\n%%EOF\n"


def page(order: Order) -> MockReply:
    """Show the order and, while it waits, the buttons."""
    amount = f"{order.amount:,}".replace(",", ".")
    buttons = f'<form method="post">{_BUTTONS}</form>' if order.status == "pending" else ""
    text = (
        f'<!doctype html><html lang="vi"><meta charset="utf-8">{VIEWPORT}<title>Thanh toán (mô phỏng)</title>'
        f"<h1>Nền tảng thanh toán mô phỏng</h1><p>{escape(order.message['ThongTinGiaoDich'])}</p>"
        f"<p>{amount} đồng</p><p>{_STATUS[order.status]}</p>{buttons}</html>"
    )
    return text_reply(text, status=200, content_type=HTML_TYPE)
