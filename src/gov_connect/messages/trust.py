"""Messages of the audit log and the doctor: code -> Vietnamese, English, remedy."""

from __future__ import annotations

from typing import Final

from gov_connect.messages._message import entry

AUDIT = {
    "audit.not_acting": entry(
        "cán bộ đang thao tác không phải là một trong hai người", "neither is the officer who acts"
    ),
    "audit.changed": entry("nội dung bản ghi đã bị sửa", "the entry was changed"),
    "audit.forged": entry(
        "bản ghi do người không có khóa ghi vào", "the entry was written by somebody without the key"
    ),
    "audit.broken_link": entry("không nối với bản ghi trước nó", "does not follow the entry before it"),
    "audit.missing": entry("bản ghi bị xóa", "the entry was removed"),
    "audit.body_changed": entry("phần nội dung đã bị sửa", "what the entry says was changed"),
    "audit.body_missing": entry(
        "phần nội dung bị xóa ngoài quy định", "what the entry says was deleted outside any recorded purge"
    ),
    "audit.stray_outcome": entry("kết quả không thuộc bản ghi nào", "an outcome of nothing, or a second one"),
    "audit.other_than_exported": entry(
        "khác với đầu chuỗi đã xuất trước đây", "differs from a head that was exported before"
    ),
    "audit.cut_off": entry("đuôi chuỗi bị cắt, từ trước đầu chuỗi đã biết", "the end was cut off, behind a known head"),
    "audit.orphan": entry("nội dung không có bản ghi", "content without an entry"),
    "audit.purge_unrecorded": entry("dấu xóa dữ liệu không có bản ghi", "a mark of a purge that no entry tells of"),
    "audit.purge_unmarked": entry(
        "dấu của lần xóa dữ liệu bị sửa hoặc bị bỏ", "the mark of a recorded purge was changed or removed"
    ),
    "audit.chain_unlisted": entry(
        "chuỗi không còn trong danh mục chuỗi", "the chain is no longer in the list of chains"
    ),
    "audit.anchor_lost": entry(
        "mốc giữ đầu các chuỗi khác không đọc được: chuỗi nào bị cắt sau mốc này, chỉ đầu chuỗi đã xuất mới cho biết",
        "this anchor held the heads of other chains and cannot be read: what was cut off behind it only an exported head"
        " tells",
    ),
}


DOCTOR = {
    "doctor.good": entry("tốt", "good"),
    "doctor.unknown_system": entry(
        "Không có hệ thống {system} trong cấu hình; đang có: {known}.",
        "{system} has no settings; there are: {known}.",
    ),
    "doctor.dns": entry(
        "không phân giải được tên máy chủ {host}",
        "the name {host} does not resolve",
        "Hỏi {who}: địa chỉ đúng của máy chủ, và máy này dùng DNS nào (mạng TSLCD thường có DNS riêng).",
        "Ask {who} for the right address, and which DNS this machine must use (the government network has its own).",
    ),
    "doctor.port": entry(
        "máy chủ {host} không nhận kết nối ở cổng {port}",
        "{host} accepts no connection on port {port}",
        "Hỏi {who}: mở tường lửa từ địa chỉ IP của máy này tới {host}:{port}.",
        "Ask {who} to open the firewall from this machine's IP address to {host}:{port}.",
    ),
    "doctor.untrusted": entry(
        "chứng thư máy chủ {host} không được tin cậy ({reason})",
        "the certificate of {host} is not trusted ({reason})",
        "Xin {who} tệp chứng thư gốc (CA), rồi đặt đường dẫn vào …__CA_FILE; không tắt kiểm tra.",
        "Ask {who} for the CA file and put its path into …__CA_FILE; never switch the check off.",
    ),
    "doctor.tls": entry(
        "không bắt tay TLS được với {host} ({reason})",
        "no TLS handshake with {host} ({reason})",
        "Hỏi {who}: máy chủ có hỗ trợ TLS 1.2 trở lên, và có đòi chứng thư của đơn vị (mTLS) không.",
        "Ask {who} whether the server speaks TLS 1.2 or later, and whether it wants our certificate (mTLS).",
    ),
    "doctor.files": entry(
        "tệp chứng thư hoặc khóa không đọc được: {variables}",
        "a certificate or key file cannot be read: {variables}",
        "Xin {who} cấp lại tệp, hoặc sửa đường dẫn và quyền đọc.",
        "Ask {who} for the file again, or mend its path and permissions.",
    ),
    "doctor.expired": entry(
        "{what} đã hết hạn ngày {day}",
        "{what} expired on {day}",
        "Xin {who} cấp chứng thư mới ngay.",
        "Ask {who} for a new certificate now.",
    ),
    "doctor.server_expired": entry(
        "chứng thư máy chủ {host} đã hết hạn",
        "the certificate of {host} has expired",
        "Xin {who} thay chứng thư máy chủ ngay; kiểm tra cả ngày giờ máy này.",
        "Ask {who} to replace the server's certificate now; check this machine's date too.",
    ),
    "doctor.plain_http": entry(
        "môi trường chính thức gọi {host} qua http:// không mã hóa",
        "production calls {host} by plain http://",
        "Xin {who} địa chỉ https://; mật khẩu và dữ liệu công dân đang đi không mã hóa.",
        "Ask {who} for an https:// address; passwords and citizens' data travel unencrypted.",
    ),
    "doctor.expires": entry(
        "{what} hết hạn ngày {day} (còn {days} ngày)",
        "{what} expires on {day} (in {days} days)",
        "Xin {who} gia hạn chứng thư trước ngày {day}.",
        "Ask {who} for a renewal before {day}.",
    ),
    "doctor.clock": entry(
        "đồng hồ máy này lệch {seconds} giây so với {other}",
        "the clock of this machine differs by {seconds} s from that of {other}",
        "Nhờ {who} bật đồng bộ giờ (NTP); lệch giờ làm dấu thời gian bị từ chối.",
        "Ask {who} to switch time synchronisation (NTP) on; a wrong clock makes stamps refused.",
    ),
    "doctor.no_date": entry(
        "máy chủ không cho biết giờ, chưa so được đồng hồ", "the server tells no time: clock not compared"
    ),
    "doctor.no_answer": entry(
        "kết nối được nhưng không có trả lời HTTP ({reason})",
        "connected, but no HTTP answer came ({reason})",
        "Hỏi {who}: dịch vụ đang chạy không; có thiết bị nào ở giữa ngắt kết nối không.",
        "Ask {who} whether the service runs, and whether something in between cuts connections.",
    ),
    "doctor.login": entry(
        "tài khoản kết nối bị từ chối (HTTP {status}, mã {raw_code})",
        "the account was refused (HTTP {status}, code {raw_code})",
        "Hỏi {who}: tài khoản còn hiệu lực không; xin cấp lại mật khẩu hoặc khóa bí mật. Kiểm tra cả đồng hồ máy.",
        "Ask {who} whether the account is valid, and for a new password or secret. Check the clock too.",
    ),
    "doctor.unreachable": entry(
        "không kết nối được khi gọi thử",
        "no connection when calling",
        "Hỏi {who}: dịch vụ và đường truyền có đang hoạt động không.",
        "Ask {who} whether service and line are up.",
    ),
    "doctor.slow": entry(
        "không trả lời trong thời hạn",
        "no answer in time",
        "Hỏi {who}: hệ thống có đang chậm không (mã đối chiếu {id}); nếu vốn chậm, tăng …__READ_TIMEOUT.",
        "Ask {who} whether the system is slow (correlation id {id}); if it always is, raise …__READ_TIMEOUT.",
    ),
    "doctor.overloaded": entry(
        "hệ thống báo vượt số lượt gọi hoặc quá tải (HTTP {status})",
        "too many calls, or overloaded, it says (HTTP {status})",
        "Hỏi {who}: đơn vị được gọi bao nhiêu lượt, xin nâng nếu cần; đặt …__PER_SECOND thấp hơn.",
        "Ask {who} for the agency's call quota, and for more if needed; set …__PER_SECOND lower.",
    ),
    "doctor.paused": entry(
        "đang tạm ngừng gọi vì lỗi liên tiếp",
        "calls are paused after repeated failures",
        "Chờ rồi kiểm tra lại.",
        "Wait, then examine again.",
    ),
    "doctor.redirected": entry(
        "máy chủ chuyển hướng sang địa chỉ khác (HTTP {status})",
        "the server redirects elsewhere (HTTP {status})",
        "Hỏi {who}: địa chỉ mới của dịch vụ; thư viện không bao giờ đi theo chuyển hướng.",
        "Ask {who} for the service's new address; redirects are never followed.",
    ),
    "doctor.refused": entry(
        "hệ thống từ chối lời gọi thử (mã {raw_code})",
        "the system refused the harmless call (code {raw_code})",
        "Gửi {who} mã lỗi và mã đối chiếu {id}: hỏi mã đơn vị, IP đã đăng ký và quyền dịch vụ.",
        "Send {who} the code and the correlation id {id}: ask about unit code, registered IP and permissions.",
    ),
    "doctor.settings": entry(
        "cấu hình chưa đúng ({code})",
        "the settings are wrong ({code})",
        "Chạy gov-connect config explain.",
        "Run gov-connect config explain.",
    ),
    "doctor.down": entry(
        "hệ thống hoặc cổng trung gian đang lỗi (HTTP {status}, {reason})",
        "the system, or a gateway before it, is failing (HTTP {status}, {reason})",
        "Báo {who} kèm mã đối chiếu {id}; hồ sơ được giữ và gửi lại sau.",
        "Tell {who} the correlation id {id}; records are kept and sent later.",
    ),
    "doctor.drift": entry(
        "trả lời không đúng cấu trúc đã biết ({reason}): có thể hệ thống đã đổi giao thức",
        "the answer has another shape than known ({reason}): the interface may have changed",
        "Xin {who} tài liệu giao thức mới nhất; báo nhóm phát triển thư viện kèm mã đối chiếu {id}.",
        "Ask {who} for the newest interface document; tell the library's maintainers the correlation id {id}.",
    ),
    "doctor.failed": entry(
        "gọi thử không thành công ({code})",
        "the harmless call failed ({code})",
        "Báo {who} kèm mã {code}.",
        "Send {who} the code {code}.",
    ),
    "doctor.no_call": entry(
        "không có lời gọi thử vô hại nào khác", "there is no harmless call beyond what was examined"
    ),
    "doctor.no_user": entry(
        "chưa thử đăng nhập: ở hệ thống này mỗi lần đăng nhập là của một người ký; thử bằng lệnh sign với một người",
        "login not tried: at this system every login is a signer's own; try `sign` with one of them",
    ),
    "doctor.no_person": entry(
        "môi trường chính thức: mọi lời gọi đều là tra cứu một người nên không gọi thử",
        "production: every call asks for a person, so none was made",
        "Muốn thử, cán bộ tra cứu một hồ sơ có thật, đúng mục đích.",
        "To try it, an officer looks up a real dossier for a real purpose.",
    ),
    "doctor.not_tried": entry("kiểm tra ngoại tuyến: không gửi gì", "offline: nothing was sent"),
    "doctor.database": entry(
        "cơ sở dữ liệu không dùng được ({code})",
        "the database cannot be used ({code})",
        "Nhờ {who} kiểm tra đường dẫn, quyền ghi, dung lượng và máy chủ cơ sở dữ liệu.",
        "Ask {who} to check path, permissions, space and the database server.",
    ),
    "doctor.store_key": entry(
        "STORE_KEY không phải khóa đã ghi cơ sở dữ liệu này",
        "STORE_KEY is not the key that wrote this database",
        "Nhờ {who} lấy lại khóa cũ từ nơi cất giữ; không có khóa thì không mở được hồ sơ đã lưu.",
        "Ask {who} for the former key from its safe; without it the records cannot be opened.",
    ),
    "doctor.audit": entry(
        "nhật ký kiểm toán không nguyên vẹn: {count} điểm, đầu tiên: {first}",
        "the audit log is not whole: {count} finding(s), the first: {first}",
        "Giữ nguyên hiện trạng, chạy gov-connect audit verify --heads …, rồi báo người phụ trách an toàn thông tin.",
        "Change nothing, run gov-connect audit verify --heads …, and tell the security officer.",
    ),
    "doctor.audit_large": entry(
        "nhật ký lớn, chưa kiểm tra; chạy gov-connect audit verify",
        "the log is large and was not verified; run gov-connect audit verify",
    ),
    "doctor.folder": entry(
        "thư mục cơ sở dữ liệu không có",
        "the folder of the database is not there",
        "Nhờ {who} tạo thư mục và cấp quyền.",
        "Ask {who} to make it.",
    ),
    "doctor.disk": entry(
        "ổ đĩa chỉ còn {mib} MiB",
        "only {mib} MiB are left on the disk",
        "Nhờ {who} giải phóng hoặc mở rộng ổ đĩa.",
        "Ask {who} for room.",
    ),
    "doctor.open_file": entry(
        "người khác trên máy này đọc được: {files}",
        "others on this machine can read: {files}",
        "Nhờ {who} đặt quyền 600 cho các tệp đó, rồi đổi bí mật nếu nghi lộ.",
        "Ask {who} to set mode 600 on them, and change the secrets if they may have leaked.",
    ),
    "doctor.hosts": entry(
        "chưa đặt PRODUCTION_HOSTS: môi trường thử nghiệm chưa bị ngăn gọi máy chủ thật",
        "PRODUCTION_HOSTS is not set: nothing keeps a test system from production hosts",
        "Nhờ {who} đặt cùng một danh sách máy chủ thật cho mọi môi trường.",
        "Ask {who} to set the same list of production hosts in every environment.",
    ),
    "doctor.quota": entry(
        "đã dùng {used} trong {limit} lượt tra cứu của ngày",
        "{used} of the day's {limit} look-ups are used",
        "Chờ sang ngày mới, hoặc nhờ người quản trị của đơn vị nâng RESIDENTS__QUOTA_AGENCY trong mức {who} cho phép.",
        "Wait for tomorrow, or raise RESIDENTS__QUOTA_AGENCY within what {who} allows.",
    ),
    "doctor.packs_old": entry(
        "quy định về phí được cập nhật lần cuối ngày {day}, cách đây {days} ngày",
        "the fee law was last read on {day}, {days} days ago",
        "Nhờ {who} nạp gói luật mới (gov-connect fees check).",
        "Ask {who} to load a newer law pack (gov-connect fees check).",
    ),
    "doctor.packs_change": entry(
        "{count} mức phí đổi trong 30 ngày tới, sớm nhất {day}",
        "{count} rates change within 30 days, the first on {day}",
        "Xem gov-connect fees upcoming.",
        "See gov-connect fees upcoming.",
    ),
    "doctor.guess": entry(
        "môi trường chính thức đang dựa vào điều chưa ai kiểm chứng: {what}",
        "production rests on what nobody has verified: {what}",
        "Xin {who} tài liệu hoặc bản tin mẫu xác nhận trước khi dùng thật.",
        "Ask {who} for a document or a sample that confirms it before relying on it.",
    ),
}


CHECKS: Final = {
    name: said
    for name, _, said in (
        row.partition(" | ")
        for row in """\
local | máy này
answer | câu trả lời
audit | nhật ký kiểm toán
call | gọi thử
certificate | chứng thư
clock | đồng hồ
database | cơ sở dữ liệu
disk | ổ đĩa
dns | tên máy chủ
evidence | mức bằng chứng
hosts | máy chủ được phép gọi
login | tài khoản
packs | gói phí
port | cổng kết nối
quota | hạn mức tra cứu
schema | cấu trúc câu trả lời
secrets | tệp bí mật
settings | cấu hình
tls | kênh mã hóa""".splitlines()
    )
}
"""What the doctor examines. Names of systems stay, since that is what is typed behind `gov-connect doctor`."""
