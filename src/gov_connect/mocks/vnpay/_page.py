"""The hosted page on which a payer decides."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from gov_connect.mocks.core import HTML_TYPE, VIEWPORT, MockReply, text_reply

if TYPE_CHECKING:
    from gov_connect.mocks.core import MockRequest
    from gov_connect.mocks.vnpay._orders import Order

_STATUS: Final = {
    "open": "Chờ thanh toán",
    "paid": "Đã thanh toán",
    "cancelled": "Đã hủy",
    "failed": "Không thành công",
    "expired": "Đã hết hạn",
}
_BUTTONS: Final = "".join(
    f'<button name="action" value="{value}">{text}</button> '
    for value, text in (
        ("pay", "Thanh toán"),
        ("cancel", "Hủy"),
        ("late", "Thanh toán muộn"),
        ("close", "Thanh toán rồi đóng trang"),
        ("fail", "Ngân hàng từ chối"),
    )
)


def page(order: Order) -> MockReply:
    """Show the order and, while something can still happen, the buttons."""
    dong = f"{order.amount // 100:,}".replace(",", ".")
    buttons = "" if order.status == "paid" else f'<form method="post">{_BUTTONS}</form>'
    text = (
        f'<!doctype html><html lang="vi"><meta charset="utf-8">{VIEWPORT}<title>VNPAY (mô phỏng)</title>'
        f"<h1>Cổng thanh toán mô phỏng</h1><p>{escape(order.fields['vnp_OrderInfo'])}</p>"
        f"<p>{dong} đồng</p><p>{_STATUS[order.status]}</p>{buttons}</html>"
    )
    return text_reply(text, status=200, content_type=HTML_TYPE)


def returned(request: MockRequest) -> MockReply:
    """Stand in for the merchant's own page: show what the payer's browser brought back, which proves nothing."""
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>"
        for name, value in request.query.items()
        if name != "vnp_SecureHash"
    )
    text = (
        f'<!doctype html><html lang="vi"><meta charset="utf-8">{VIEWPORT}<title>Trở về (mô phỏng)</title>'
        f"<h1>Đã trở về trang của cơ quan</h1><table>{rows}</table></html>"
    )
    return text_reply(text, status=200, content_type=HTML_TYPE)
