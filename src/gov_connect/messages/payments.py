"""Messages of payments and receipts: code -> Vietnamese, English, remedy."""

from __future__ import annotations

from gov_connect.messages._message import entry

PAYMENTS = {
    "receipt.unknown": entry(
        "Không có biên lai nào ứng với khóa chống trùng này.",
        "There is no receipt with this idempotency key.",
        "Kiểm tra lại khóa và đơn vị; biên lai chưa lập thì lập trước.",
        "Check the key and the agency; a receipt that was not issued is issued first.",
    ),
    "receipt.no_symbol": entry(
        "Chưa khai ký hiệu biên lai của đơn vị.",
        "No receipt symbol of the agency is set.",
        "Đặt GOV_CONNECT_RECEIPTS__SYMBOL, hoặc dùng dịch vụ biên lai điện tử (GOV_CONNECT_RECEIPTS__ISSUER).",
        "Set GOV_CONNECT_RECEIPTS__SYMBOL, or use an e-receipt service (GOV_CONNECT_RECEIPTS__ISSUER).",
    ),
    "receipt.no_pdf": entry(
        "Chưa cài thành phần lập biên lai PDF.",
        "What draws receipts as PDF is not installed.",
        'Cài đặt: pip install "gov-connect[pdf,qr]".',
        'Install it: pip install "gov-connect[pdf,qr]".',
    ),
    "receipt.numbers_used_up": entry(
        "Đã dùng hết số biên lai của ký hiệu này trong năm.",
        "All receipt numbers of this symbol are used up for the year.",
        "Đăng ký ký hiệu mới với cơ quan thuế rồi đặt GOV_CONNECT_RECEIPTS__SYMBOL.",
        "Register a new symbol with the tax office, then set GOV_CONNECT_RECEIPTS__SYMBOL.",
    ),
    "payment.refund_too_large": entry(
        "Số tiền hoàn vượt quá số còn có thể hoàn ({left} đồng).",
        "The refund is more than what is left to refund ({left} đồng).",
        "Xem các lần hoàn tiền trước của lệnh thanh toán này, rồi đề nghị hoàn không quá số còn lại.",
        "See the earlier refunds of this order, then ask for no more than what is left.",
    ),
    "payment.refund_unknown_outcome": entry(
        "Yêu cầu hoàn tiền đã gửi nhưng chưa rõ kết quả; gửi lại lúc này có thể khiến tiền được hoàn hai lần.",
        "The refund was sent and its outcome is not known; sending it now could refund twice.",
        "Đối soát với cổng thanh toán, rồi ghi nhận kết quả bằng gov.payments.refund_settled.",
        "Reconcile with the gateway, then record the result with gov.payments.refund_settled.",
    ),
    "payment.unknown_refund": entry(
        "Không có yêu cầu hoàn tiền nào ứng với khóa chống trùng này.",
        "There is no refund with this idempotency key.",
        "Kiểm tra lại khóa và đơn vị.",
        "Check the key and the agency.",
    ),
    "payment.already_paid": entry(
        "Khoản này đã được nộp theo một lệnh thanh toán khác của cùng hồ sơ.",
        "This is paid already, by another order of the same dossier.",
        "Không thu lần nữa; nếu người nộp đã trả thừa thì làm thủ tục hoàn tiền.",
        "Do not collect again; refund what was paid beyond it.",
    ),
    "payment.not_paid": entry(
        "Lệnh thanh toán này chưa được nộp tiền.",
        "The order is not paid.",
        "Tra cứu trạng thái tại cổng thanh toán (gov.payments.status) trước, rồi làm lại.",
        "Ask the gateway for its status first (gov.payments.status), then try again.",
    ),
    "payment.transaction_used": entry(
        "Mã giao dịch này đã được ghi nhận cho một lệnh thanh toán khác.",
        "This transaction was recorded for another order already.",
        "Không ghi nhận; đối soát với cổng thanh toán trước.",
        "Record nothing; reconcile with the gateway first.",
    ),
    "payment.no_gateway": entry(
        "Bộ chuyển đổi {name} không phải là cổng thanh toán.",
        "The adapter {name} is not a payment gateway.",
        "Xem các hệ thống có thao tác open bằng: gov-connect adapters.",
        "Gateways are the systems with an operation open: gov-connect adapters.",
    ),
    "payment.no_segno": entry(
        "Chưa cài thành phần vẽ mã QR.",
        "Drawing QR codes is not installed.",
        'Cài đặt: pip install "gov-connect[qr]".',
        'Install it: pip install "gov-connect[qr]".',
    ),
    "payment.not_offered": entry(
        "{system} không cung cấp thao tác này ({what}).",
        "{system} does not offer this ({what}).",
        "Dùng cổng thanh toán khác, hoặc thực hiện thủ công rồi ghi nhận tại quầy.",
        "Use another gateway, or do it by hand and record it at the counter.",
    ),
}
