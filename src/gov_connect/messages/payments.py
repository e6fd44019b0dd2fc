"""Messages of payments and receipts: code -> Vietnamese, English, remedy."""

from __future__ import annotations

from gov_connect.messages._message import entry

PAYMENTS = {
    "receipt.unknown": entry(
        "Không có biên lai mang khóa này.",
        "There is no receipt with this key.",
        "Kiểm tra khóa và đơn vị.",
        "Check the key and the agency.",
    ),
    "receipt.no_symbol": entry(
        "Chưa khai ký hiệu biên lai của đơn vị.",
        "No receipt symbol of the agency is set.",
        "Khai GOV_CONNECT_RECEIPTS__SYMBOL, hoặc đợi dịch vụ biên lai điện tử.",
        "Set GOV_CONNECT_RECEIPTS__SYMBOL, or wait for the e-receipt service.",
    ),
    "receipt.no_pdf": entry(
        "Chưa cài phần lập tệp PDF.",
        "Making PDF documents is not installed.",
        'Cài đặt: pip install "gov-connect[pdf,qr]".',
        'Install it: pip install "gov-connect[pdf,qr]".',
    ),
    "receipt.numbers_used_up": entry(
        "Đã dùng hết số biên lai của ký hiệu này trong năm.",
        "All receipt numbers of this symbol are used up for the year.",
        "Đăng ký ký hiệu mới với cơ quan thuế.",
        "Register a new symbol with the tax office.",
    ),
    "payment.refund_too_large": entry(
        "Số tiền hoàn vượt quá số còn có thể hoàn ({left} đồng).",
        "The refund is more than what is left to refund ({left} đồng).",
        "Kiểm tra các lần hoàn trước của lệnh thanh toán này.",
        "Check the earlier refunds of this order.",
    ),
    "payment.refund_unknown_outcome": entry(
        "Yêu cầu hoàn tiền đã gửi nhưng chưa rõ kết quả; gửi lại lúc này có thể hoàn hai lần.",
        "The refund was sent and its outcome is not known; sending it now could refund twice.",
        "Đối soát với cổng thanh toán rồi ghi nhận kết quả bằng refund_settled.",
        "Reconcile with the gateway, then record the result with refund_settled.",
    ),
    "payment.unknown_refund": entry(
        "Không có yêu cầu hoàn tiền mang khóa này.",
        "There is no refund with this key.",
        "Kiểm tra khóa và đơn vị.",
        "Check the key and the agency.",
    ),
    "payment.already_paid": entry(
        "Khoản này đã được thanh toán bằng một lệnh khác của cùng hồ sơ.",
        "This is paid already, by another order of the same dossier.",
        "Không thu lần nữa; số tiền thừa thì hoàn lại.",
        "Do not collect again; money beyond it is refunded.",
    ),
    "payment.not_paid": entry(
        "Lệnh thanh toán này chưa được trả.",
        "The order is not paid.",
        "Hỏi trạng thái tại cổng thanh toán trước.",
        "Ask for its status first.",
    ),
    "payment.transaction_used": entry(
        "Mã giao dịch này đã thanh toán cho một lệnh khác.",
        "This transaction already paid another order.",
        "Dừng lại và đối soát với cổng thanh toán.",
        "Stop, and reconcile with the gateway.",
    ),
    "payment.no_gateway": entry(
        "Bộ chuyển đổi {name} không phải là cổng thanh toán.",
        "The adapter {name} is not a payment gateway.",
        "Xem gov-connect adapters.",
        "See gov-connect adapters.",
    ),
    "payment.no_segno": entry(
        "Chưa cài phần vẽ mã QR.",
        "Drawing QR codes is not installed.",
        'Cài đặt: pip install "gov-connect[qr]".',
        'Install it: pip install "gov-connect[qr]".',
    ),
    "payment.not_offered": entry(
        "{system} không cung cấp thao tác này ({what}).",
        "{system} does not offer this ({what}).",
        "Dùng cổng thanh toán khác, hoặc làm thủ công và ghi nhận tại quầy.",
        "Use another gateway, or do it by hand and record it at the counter.",
    ),
}
