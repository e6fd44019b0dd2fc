"""Messages of the contract kit: code -> Vietnamese, English, remedy."""

from __future__ import annotations

from gov_connect.messages._message import entry

KIT = {
    "kit.options": entry(
        "Lựa chọn của bộ kiểm thử có {count} điểm chưa dùng được:",
        "The options of the contract tests have {count} problem(s):",
        "Sửa các lựa chọn nêu trên; gov-connect contract-tests --help kể hết (pytest: cùng tên sau --gov-connect-).",
        "Mend the options named above; gov-connect contract-tests --help lists them all (pytest: the same names "
        "after --gov-connect-).",
    ),
    "kit.wire_unknown": entry("không phải giao thức mà bộ kiểm thử có", "is not a wire that is known"),
    "kit.target_unknown": entry("phải là fake, mock hoặc địa chỉ http(s)", "must be fake, mock or an http(s) address"),
    "kit.one_wire": entry("phải nêu đúng một giao thức", "must name exactly one wire"),
    "kit.client_needs_mock": entry(
        "thông điệp phần mềm gửi đi chỉ được đánh giá trên hệ thống giả lập của bộ kiểm thử",
        "what a client sends is judged by the kit's own mock only",
    ),
    "kit.client_failed": entry("lệnh của phần mềm không chạy được", "the client's command failed"),
    "kit.client_silent": entry("phần mềm không gửi gì tới hệ thống giả lập", "the client sent nothing to the mock"),
    "kit.production_host": entry(
        "có thể là hệ thống thật; nêu --test-host nếu là hệ thống thử nghiệm dưới .gov.vn",
        "may be a production system; name it by --test-host if it is a test system under .gov.vn",
    ),
    "kit.production_environment": entry(
        "đang là production: không kiểm thử trên môi trường đó",
        "says production: nothing is tested against that environment",
    ),
    "kit.test_unknown": entry("không phải phép thử của giao thức đã chọn", "is no test of the wires that were chosen"),
    "kit.folder_unwritable": entry("không ghi được vào thư mục này", "is a folder that cannot be written to"),
    "kit.file_unreadable": entry("không đọc được hoặc sai cấu trúc", "cannot be read, or has another structure"),
    "kit.waiver_incomplete": entry("cần test, reason và có thể có until", "needs test and reason, and may have until"),
    "kit.capability_unknown": entry("không phải năng lực mà bộ kiểm thử có", "is not a capability that is known"),
}
