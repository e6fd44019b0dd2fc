"""What the command line says: wrong usage (code -> Vietnamese, English, remedy)."""

from __future__ import annotations

from gov_connect.messages._message import entry

USAGE = {
    "cli.status_untold": entry(
        "Cổng đã tạo hồ sơ nhưng chưa nhận được trạng thái của hồ sơ.",
        "The portal has made the dossier, but could not be told its state.",
        'Ghi "portal_id": "{portal_id}" vào hồ sơ rồi chạy lại lệnh này; chạy lại mà thiếu mã sẽ tạo hồ sơ lần hai.',
        'Write "portal_id": "{portal_id}" into the dossier and run this again; without it, it is made a second time.',
    ),
    "cli.file_unreadable": entry(
        "Không đọc được tệp {file}.",
        "The file {file} cannot be read.",
        "Kiểm tra đường dẫn và quyền đọc; tệp văn bản phải là UTF-8.",
        "Check the path and the right to read it; text must be UTF-8.",
    ),
    "cli.file_unwritable": entry(
        "Không ghi được {file}.",
        "{file} cannot be written.",
        "Kiểm tra thư mục có tồn tại, còn chỗ và được phép ghi không.",
        "Check that the folder exists, has room and may be written to.",
    ),
    "cli.file_too_large": entry(
        "Tệp {file} lớn hơn {limit} byte.",
        "The file {file} has more than {limit} bytes.",
        "Kiểm tra có đúng tệp không; tệp nhiều hồ sơ thì chia nhỏ.",
        "Check that it is the right file; split one that holds many dossiers.",
    ),
    "cli.json_place": entry(
        "--json đứng sau tên lệnh, ví dụ: gov-connect doctor --json.",
        "--json stands behind the command, such as: gov-connect doctor --json.",
    ),
    "cli.file_itself": entry(
        "Tệp kết quả {file} trùng với tệp đầu vào.",
        "The result {file} would overwrite what is read.",
        "Đặt tên khác bằng --out.",
        "Give another name with --out.",
    ),
    "cli.not_a_day": entry("Ngày phải có dạng yyyy-mm-dd.", "A day is written yyyy-mm-dd."),
    "cli.not_a_moment": entry(
        "Thời điểm phải theo ISO 8601, ví dụ 2026-11-20T08:30:00+07:00.",
        "A moment is written by ISO 8601, such as 2026-11-20T08:30:00+07:00.",
    ),
    "cli.days_reversed": entry("Ngày cuối đứng trước ngày đầu.", "The last day lies before the first."),
    "cli.one_of": entry("Phải là một trong: {choices}.", "Must be one of: {choices}."),
    "cli.not_an_address": entry("Phải là địa chỉ IP.", "Must be an IP address."),
    "cli.not_a_port": entry(
        "Phải có dạng máy:cổng, ví dụ 127.0.0.1:8080.", "Must be host:port, such as 127.0.0.1:8080."
    ),
    "cli.host_remote": entry(
        "Máy khác vào được {host}; hãy thêm --allow-remote.",
        "Other machines reach {host}; add --allow-remote.",
        "Khi đó bảng điều khiển và /_mock/ đòi mã được in ra; hoặc dùng 127.0.0.1.",
        "The console and /_mock/ then want the token that is printed; or use 127.0.0.1.",
    ),
    "cli.port_taken": entry(
        "Không mở được cổng ở {address}.",
        "{address} cannot be opened.",
        "Chọn cổng khác (0: tự chọn), hoặc dừng chương trình đang dùng cổng đó.",
        "Choose another port (0 picks a free one), or stop the program that uses it.",
    ),
    "cli.not_a_unit": entry("Mã đơn vị gồm 5 chữ số.", "The code of a unit has 5 digits."),
    "cli.not_a_paper": entry("Phải có dạng TÊN=TỆP.", "Must be TITLE=FILE."),
    "cli.number_missing": entry(
        "Chưa có số định danh; biến {variable} còn trống.",
        "There is no number: the variable {variable} is empty.",
        "Đặt biến đó, để số không hiện trong danh sách tiến trình của máy.",
        "Set it, so that the number does not stand in the list of processes.",
    ),
    "cli.heads_unsound": entry(
        "Tệp {file} không phải đầu chuỗi đã xuất.",
        "{file} holds no exported heads.",
        "Dùng tệp do `gov-connect audit heads` ghi ra.",
        "Take a file that `gov-connect audit heads` wrote.",
    ),
    "cli.public_key_unsound": entry(
        "Khóa công khai sai dạng.",
        "The public key is not one.",
        "Dùng base64 của 32 byte (Ed25519): `public_key` trong tệp đầu chuỗi đã xuất, đối chiếu qua đường khác.",
        "Take base64 of 32 bytes (Ed25519): `public_key` of an export, compared by another way.",
    ),
    "cli.heads_forged": entry(
        "Chữ ký của {file} không đúng, hoặc của khóa khác.",
        "The signature of {file} does not hold, or another key made it.",
        "Khóa đã thay thì đưa khóa công khai cũ bằng --public-key; nếu không, coi tệp là giả.",
        "If the key was changed, give the former public key by --public-key; otherwise take the file for forged.",
    ),
    "cli.log_not_whole": entry(
        "Nhật ký không còn nguyên vẹn ({count} chỗ): có thể thiếu người đã tra cứu.",
        "The log is not whole ({count} findings): somebody who asked may be missing here.",
        "Chạy: gov-connect audit verify.",
        "Run: gov-connect audit verify.",
    ),
    "cli.heads_unsigned": entry(
        "Tệp {file} không có chữ ký: ai cũng có thể đã viết ra.",
        "{file} is not signed: anybody may have written it.",
        "Đặt GOV_CONNECT_AUDIT_KEY rồi xuất lại: gov-connect audit heads --out TỆP.",
        "Set GOV_CONNECT_AUDIT_KEY and export again: gov-connect audit heads --out FILE.",
    ),
    "cli.heads_of_anybody": entry(
        "Chữ ký của {file} đúng, nhưng không rõ là của ai: chưa cho biết khóa nào đáng tin.",
        "The signature of {file} holds, but it may be anybody's: no trusted key is known.",
        "Thêm --public-key, hoặc đặt GOV_CONNECT_AUDIT_KEY.",
        "Add --public-key, or set GOV_CONNECT_AUDIT_KEY.",
    ),
    "cli.handlers_unknown": entry(
        "Không nạp được {name}.",
        "{name} cannot be loaded.",
        "Viết module:hàm; module phải nằm trong đường dẫn của Python (PYTHONPATH).",
        "Write module:function; the module must be on Python's path (PYTHONPATH).",
    ),
    "cli.list_or_ask": entry(
        "Cần danh sách của Cổng, hoặc --ask; không dùng cả hai.",
        "Give the portal's list, or --ask; not both.",
    ),
    "cli.extra_missing": entry(
        "Chưa cài phần mở rộng {extra}.",
        "The extra {extra} is not installed.",
        'Cài bằng: pip install "gov-connect[{extra}]"',
        'Install it: pip install "gov-connect[{extra}]"',
    ),
    "cli.vendor_unknown": entry(
        "Chưa cài máy chủ giả lập {name}.",
        "The mock {name} is not installed.",
        "Cài gói của nhà cung cấp vào cùng môi trường Python.",
        "Install the vendor's package into the same Python environment.",
    ),
    "cli.event_unknown": entry(
        "Sự kiện {number}: không có.",
        "Event {number}: there is none.",
        "Xem số sự kiện bằng: gov-connect delivery list",
        "See the numbers: gov-connect delivery list",
    ),
    "cli.event_not_ready": entry(
        "Sự kiện {number}: không ở trạng thái phù hợp.",
        "Event {number}: not in a state for that.",
        "Xem trạng thái bằng: gov-connect delivery show {number}",
        "See its state: gov-connect delivery show {number}",
    ),
    "cli.pack_missing": entry(
        "Không có gói luật nào ở {file}.",
        "There is no law pack at {file}.",
        "Nêu một tệp .toml, hoặc thư mục có tệp .toml.",
        "Name a .toml file, or a folder that has some.",
    ),
    "cli.recording_unsound": entry(
        "Tệp {file} không phải bản ghi của máy chủ giả lập.",
        "{file} is no recording of the mocks.",
        "Dùng tệp do `gov-connect mocks serve --record` ghi ra.",
        "Take a file that `gov-connect mocks serve --record` wrote.",
    ),
    "cli.system_name": entry(
        "Tên hệ thống chỉ gồm chữ thường, số và gạch dưới.",
        "The name of a system is lower-case letters, digits and underscores.",
        "Ví dụ: gov-connect adapters new lgsp_mau",
        "Such as: gov-connect adapters new lgsp_mau",
    ),
    "cli.system_taken": entry(
        "Đã có bộ chuyển đổi tên {name}.",
        "There is an adapter called {name} already.",
        "Chọn tên khác; các tên đã có: gov-connect adapters",
        "Choose another name; those that are taken: gov-connect adapters",
    ),
    "cli.folder_full": entry(
        "Thư mục {folder} không trống.",
        "The folder {folder} is not empty.",
        "Chọn thư mục khác bằng --folder.",
        "Choose another one with --folder.",
    ),
    "cli.profile_unknown": entry(
        "Không có bộ lỗi hoặc hệ thống đó. Bộ lỗi: {profiles}. Hệ thống: {systems}.",
        "No such profile or system. Profiles: {profiles}. Systems: {systems}.",
        "Viết --faults rough, hoặc --faults portal=rough,residents=odd.",
        "Write --faults rough, or --faults portal=rough,residents=odd.",
    ),
    "cli.not_a_certificate": entry(
        "Tệp {file} không có chứng thư nào.",
        "The file {file} holds no certificate.",
        "Dùng tệp chứng thư PEM hoặc DER.",
        "Take a certificate file in PEM or DER.",
    ),
    "cli.defect": entry(
        "Lỗi ngoài dự kiến ({kind}); không có dữ liệu nào được hiện ra.",
        "An unexpected failure ({kind}); no data are shown.",
        "Đặt GOV_CONNECT_TRACE=1 rồi chạy lại để xem chỗ lỗi trong mã nguồn, và báo cho nhóm phát triển.",
        "Set GOV_CONNECT_TRACE=1 and run again to see the place in the code, and tell the developers.",
    ),
}
