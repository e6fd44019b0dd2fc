"""Messages of the portal and the residents database: code -> Vietnamese, English, remedy."""

from __future__ import annotations

from gov_connect.messages._message import entry

PORTAL = {
    "indicators.total": entry("Hồ sơ được tính", "Dossiers counted"),
    "indicators.not_counted": entry(
        "Không được tính (thiếu ngày tiếp nhận hoặc rút trước tiếp nhận)",
        "Not counted (no receipt date, or withdrawn before acceptance)",
    ),
    "indicators.ended": entry("Đã kết thúc xử lý", "Processing ended"),
    "indicators.early": entry("Trước hạn", "Early"),
    "indicators.on_time": entry("Đúng hạn (gồm trước hạn)", "On time (early ones included)"),
    "indicators.late": entry("Quá hạn", "Late"),
    "indicators.in_progress": entry("Đang xử lý, còn hạn", "In progress, not due"),
    "indicators.overdue": entry("Đang xử lý, quá hạn", "In progress, overdue"),
    "indicators.no_due_date": entry("Không xác định được hạn", "No due date known"),
    "indicators.online": entry("Nộp trực tuyến", "Submitted online"),
    "indicators.digitised": entry("Có thành phần số hóa", "With digitised papers"),
    "indicators.reused": entry("Có tái sử dụng giấy tờ", "With reused papers"),
    "indicators.fees_typed": entry("Khoản thu nhập tay", "Fee amounts typed by officers"),
    "indicators.paid_online": entry("Thanh toán trực tuyến", "Paid online"),
    "portal.cause.m1": entry(
        "đơn vị, cán bộ tiếp nhận hoặc trường hợp thủ tục chưa cấu hình nên chưa tiếp nhận được",
        "unit, officer or procedure case is not configured, so it was not taken in",
    ),
    "portal.cause.m2": entry(
        "thiếu ánh xạ thủ tục nên đã trả lời -1", "the procedure mapping is missing, so -1 was answered"
    ),
    "portal.cause.m3": entry(
        "tra cứu TechID không thành công khi nhận hồ sơ", "the account look-up failed while the dossier was pushed"
    ),
    "portal.cause.m4": entry("phiên làm việc hết hạn, chưa gửi được", "the session was lost and nothing was sent"),
    "portal.cause.m5": entry(
        "quá thời gian chờ nhưng Cổng có thể đã ghi nhận", "it timed out, and the portal may have taken it"
    ),
    "portal.cause.m6": entry("Cổng thiếu bước tiến độ", "the portal lacks processing steps"),
    "portal.cause.m7": entry("mã hồ sơ hai bên khác nhau", "the two sides use different numbers"),
    "portal.cause.m8": entry(
        "trạng thái cục bộ chưa có ánh xạ nên chưa đồng bộ", "the local status has no mapping, so it is never sent"
    ),
    "portal.cause.m9": entry(
        "sự kiện lỗi trước đó chặn các sự kiện sau", "an earlier failed event blocks the later ones"
    ),
    "portal.cause.m10": entry("trạng thái tại Cổng đã bị ghi thành 9", "the status was rewritten to 9 at the portal"),
    "portal.cause.m11": entry(
        "Cổng từ chối bản ghi do trường dữ liệu", "the portal refused the record for its content"
    ),
    "portal.cause.m12": entry("liên kết tệp không truy cập được", "a file link does not answer"),
    "portal.cause.m13": entry("hồ sơ đã xóa hoặc gộp tại đơn vị", "deleted or merged at the agency"),
    "portal.cause.m14": entry("sự kiện kẹt ở trạng thái đã gửi", 'an event is stuck in "sent"'),
    "portal.cause.status": entry(
        "trạng thái hai bên khác nhau, chưa rõ nguyên nhân", "states differ, and nothing explains it"
    ),
    "portal.cause.unknown": entry("chỉ có ở một bên, chưa rõ nguyên nhân", "on one side only, and nothing explains it"),
    "portal.report.dossier": entry("hồ sơ", "dossier"),
    "portal.report.other": entry("mã kia", "other number"),
    "portal.report.local_status": entry("tại đơn vị", "local status"),
    "portal.report.portal_status": entry("tại Cổng", "portal status"),
    "portal.report.text": entry("nguyên nhân", "cause"),
    "portal.report.action": entry("việc cần làm", "what to do"),
    "portal.report.totals": entry(
        "Đơn vị {local} hồ sơ, Cổng {portal}; khớp {equal}, lệch {findings}.",
        "local {local}, portal {portal}, equal {equal}, {findings} findings",
    ),
    "portal.action.import": entry(
        "nhận hồ sơ từ Cổng về rồi xác nhận", "take it in from the portal and acknowledge it"
    ),
    "portal.action.resend": entry("đồng bộ lại lên Cổng", "put it again"),
    "portal.action.report_steps": entry("gửi các bước xử lý mà Cổng còn thiếu", "send the steps the portal lacks"),
    "portal.action.release": entry(
        "gửi lại sự kiện bị kẹt (gov-connect delivery replay), rồi đồng bộ lại",
        "replay the stuck event (gov-connect delivery replay), then put it again",
    ),
    "portal.action.link": entry(
        "lưu cả hai mã và gửi theo mã của Cổng", "keep both numbers and send under the portal's"
    ),
    "portal.action.operator": entry(
        "cán bộ sửa cấu hình hoặc nội dung trước", "people mend configuration or content first"
    ),
    "portal.action.tolerate": entry("không cần làm gì", "nothing to do"),
    "value.not_mapped": entry("chưa có mã quốc gia tương ứng", "has no national code mapped to it"),
    "value.not_uploaded": entry(
        "chưa tải lên Cổng nên thiếu mã tệp và mã băm", "is not uploaded yet: id and hash are missing"
    ),
    "value.digits_only": entry("chỉ gồm chữ số, không có dấu phân cách", "must be digits only, without separators"),
    "value.gate_needed": entry(
        "ngoài môi trường offline phải có kiểm tra chứng thư máy khách, danh sách địa chỉ sau proxy đã khai báo, "
        "hoặc tiêu đề bí mật của cổng kết nối",
        "outside offline needs a client-certificate check, an address list behind a declared proxy, "
        "or a shared gateway header",
    ),
    "value.secret_short": entry("khóa bí mật cần ít nhất {limit} ký tự", "a secret needs at least {limit} characters"),
    "value.host_not_allowed": entry(
        "địa chỉ tệp không thuộc danh sách máy chủ được phép", "is not on a host that files may come from"
    ),
    "value.file_refused": entry(
        "tệp không tải được, quá lớn hoặc không đúng loại được phép",
        "is a file that could not be fetched, is too large, or is of a kind not allowed",
    ),
    "value.tax_number": entry("phải gồm 10 hoặc 13 chữ số", "must be 10 or 13 digits"),
}


RESIDENTS = {
    "network.redirected": entry(
        "Hệ thống {system} chuyển hướng sang địa chỉ khác (HTTP {status}); không gửi gì tới địa chỉ đó.",
        "{system} redirects to another address (HTTP {status}); nothing is sent there.",
        "Kiểm tra địa chỉ đã cấu hình và mạng trung gian; đặt đúng địa chỉ cuối cùng.",
        "Check the configured address and what stands in between; configure the final address.",
    ),
    "settings.production_host": entry(
        "trỏ tới máy chủ thật, chỉ môi trường chính thức (production) được dùng (hệ thống thử nghiệm dưới .gov.vn: nêu ở TEST_HOSTS)",
        "points at a production host, which is for production alone (name a test system under .gov.vn in TEST_HOSTS)",
    ),
    "settings.not_production_host": entry(
        "không có trong danh sách máy chủ thật (PRODUCTION_HOSTS)",
        "is not among the production hosts (PRODUCTION_HOSTS)",
    ),
    "settings.other_host": entry(
        "dẫn tới máy chủ khác với máy chủ đã cấu hình", "leads to another host than the configured one"
    ),
    "settings.audit_needed": entry(
        "phải là kept ở môi trường production: ở đó mọi lời gọi đều được ghi nhật ký",
        "must be kept in production, where every call is written into the audit log",
    ),
    "settings.unreadable_file": entry(
        "không đọc được, hoặc không chứa chứng thư và khóa hợp lệ",
        "cannot be read, or holds no valid certificate and key",
    ),
    "settings.stamp_incomplete": entry(
        "cần endpoint, username và secret, trừ khi đi qua trục tự xác thực",
        "needs endpoint, username and secret, unless a bus authenticates by itself",
    ),
    "support.residents_kin_code": entry(
        "Chưa có mã tích hợp của dịch vụ xác minh nhân thân.",
        "The integration code of the kin service is not set.",
        "Xin mã của đơn vị vận hành rồi đặt GOV_CONNECT_RESIDENTS__KIN_CODE.",
        "Ask the operator for it and set GOV_CONNECT_RESIDENTS__KIN_CODE.",
    ),
    "support.residents_dialect": entry(
        "Cổng trung gian của tỉnh không có dịch vụ này.",
        "The provincial gateway does not offer this service.",
        "Dùng dialect soap, hoặc dịch vụ 037.",
        "Use the dialect soap, or service 037.",
    ),
    "privacy.quota": entry(
        "Đã hết {limit} lượt tra cứu dân cư trong ngày của {holder}.",
        "The {limit} look-ups of {holder} for this day are used up.",
        "Chờ sang ngày sau, hoặc đề nghị người quản trị xem xét hạn mức.",
        "Wait for the next day, or ask the administrator to review the quota.",
    ),
    "value.service": entry(
        "không phải dịch vụ của CSDL dân cư mà thư viện hỗ trợ", "is not a known service of the database"
    ),
    "value.element_name": entry("không phải tên phần tử XML", "is not the name of an XML element"),
    "value.sensitive_field": entry(
        "là dữ liệu nhạy cảm mà mục đích không nêu", "is sensitive data that the purpose does not name"
    ),
    "number.province_unlike": entry(
        "ba số đầu là mã {prefix}, khác nơi khai sinh", "prefix {prefix} differs from the place of birth registration"
    ),
    "number.abroad": entry(
        "ba số đầu {prefix} không thuộc tỉnh nào: khai sinh ở nước ngoài hoặc chưa rõ",
        "prefix {prefix} is no province: registered abroad, or unknown",
    ),
    "number.sex": entry("số thứ tư không khớp giới tính", "the fourth digit does not fit the sex"),
    "number.year": entry(
        "thế kỷ và năm trong số không khớp ngày sinh", "century and year in the number do not fit the birth date"
    ),
    "number.synthetic": entry("là số thử nghiệm, chưa từng được cấp", "is a test number that was never issued"),
}
