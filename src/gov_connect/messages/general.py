"""Messages of errors of every part, values, and what waits at the desk: code -> Vietnamese, English, remedy."""

from __future__ import annotations

from gov_connect.messages._message import entry

ERRORS = {
    "input.invalid": entry(
        "{what} có {count} điểm chưa hợp lệ:",
        "{what} has {count} problem(s):",
        "Sửa từng điểm nêu trên rồi thực hiện lại; chưa có dữ liệu nào được gửi đi.",
        "Correct each point above and try again; nothing has been sent.",
    ),
    "settings.invalid": entry(
        "Cấu hình có {count} điểm chưa hợp lệ:",
        "The settings have {count} problem(s):",
        "Đặt lại các biến môi trường nêu trên (xem README, mục Cấu hình).",
        "Set the environment variables named above (see README, section Settings).",
    ),
    "privacy.purpose_required": entry(
        "Thao tác {operation} đọc dữ liệu cá nhân nên phải có mục đích và cán bộ thực hiện.",
        "{operation} reads personal data, so a purpose and an officer are required.",
        "Gọi gov.acting(agency=..., officer=..., purpose=Purpose(...)) trước khi tra cứu.",
        "Call gov.acting(agency=..., officer=..., purpose=Purpose(...)) first.",
    ),
    "network.unreachable": entry(
        "Không kết nối được tới hệ thống {system}; chưa gửi gì.",
        "Cannot connect to {system}; nothing was sent.",
        "Kiểm tra mạng, địa chỉ máy chủ và chứng thư; thư viện sẽ tự thử lại khi an toàn.",
        "Check network, address and certificate; it is safe to try again.",
    ),
    "network.timed_out": entry(
        "Hệ thống {system} không trả lời đủ trong {seconds} giây (mã đối chiếu {correlation_id}).",
        "{system} did not answer in full within {seconds} s (correlation id {correlation_id}).",
        "Thử lại sau; nếu lặp lại, báo đơn vị vận hành {system} kèm mã đối chiếu.",
        "Try again later; if it persists, tell the operator of {system} the correlation id.",
    ),
    "network.paused": entry(
        "Hệ thống {system} lỗi liên tiếp hoặc đã hết lượt gọi nên tạm ngừng gọi trong {seconds} giây.",
        "{system} failed repeatedly, or our calls to it are used up; it is not called for {seconds} s.",
        "Chờ hết thời gian tạm ngừng; hồ sơ vẫn được giữ và sẽ được gửi tiếp.",
        "Wait; records are kept and will be sent afterwards.",
    ),
    "network.overloaded": entry(
        "Hệ thống {system} đang quá tải (HTTP {status}).",
        "{system} is overloaded (HTTP {status}).",
        "Chờ theo thời gian hệ thống yêu cầu rồi thử lại.",
        "Wait as long as the system asks, then try again.",
    ),
    "auth.failed": entry(
        "Hệ thống {system} không chấp nhận tài khoản kết nối (HTTP {status}, mã {raw_code}).",
        "{system} did not accept the credentials (HTTP {status}, code {raw_code}).",
        "Kiểm tra tài khoản, khóa bí mật và đồng hồ máy chủ.",
        "Check account, secret and the clock of this machine.",
    ),
    "system.refused": entry(
        "Hệ thống {system} từ chối yêu cầu (mã {raw_code}, mã đối chiếu {correlation_id}).",
        "{system} refused the request (code {raw_code}, correlation id {correlation_id}).",
        "Xem lại dữ liệu hồ sơ theo mã lỗi; gửi lại nguyên trạng sẽ không có kết quả.",
        "Review the record by that code; sending it unchanged will not help.",
    ),
    "system.misconfigured": entry(
        "Hệ thống {system} báo lỗi cấu hình kết nối (mã {raw_code}).",
        "{system} reports a configuration fault of this connection (code {raw_code}).",
        "Kiểm tra mã đơn vị, địa chỉ IP đã đăng ký và tham số kết nối với đơn vị vận hành.",
        "Check unit code, registered IP address and parameters with the operator.",
    ),
    "system.not_finished": entry(
        "Hệ thống {system} chưa xử lý xong hồ sơ (mã {raw_code}).",
        "{system} has not finished this record yet (code {raw_code}).",
        "Hỏi lại kết quả sau.",
        "Ask for the result again later.",
    ),
    "system.unexpected_reply": entry(
        "Hệ thống {system} trả lời không đúng cấu trúc ({reason}, HTTP {status}, mã đối chiếu {correlation_id}).",
        "{system} sent a reply that cannot be understood ({reason}, HTTP {status}, correlation id {correlation_id}).",
        "Báo đơn vị vận hành {system} kèm mã đối chiếu.",
        "Tell the operator of {system} the correlation id.",
    ),
    "system.outcome_unknown": entry(
        "Đã gửi tới {system} nhưng chưa rõ kết quả ({reason}, mã đối chiếu {correlation_id}).",
        "Sent to {system}, outcome unknown ({reason}, correlation id {correlation_id}).",
        "Không gửi lại ngay: tra cứu tình trạng trước, rồi mới cập nhật.",
        "Do not repeat it: look the record up first, then update.",
    ),
    "ledger.key_conflict": entry(
        "Khóa chống trùng của {operation} đã dùng cho nội dung khác.",
        "The idempotency key of {operation} was already used for a different content.",
        "Dùng khóa mới cho yêu cầu mới, hoặc gửi lại đúng nội dung cũ.",
        "Use a new key for a new request, or repeat the same content.",
    ),
    "ledger.lease_lost": entry(
        "Hồ sơ đã được tiến trình khác tiếp tục xử lý.",
        "Another worker has taken this dossier over.",
        "Không cần làm gì: tiến trình kia sẽ xử lý đến cùng.",
        "Nothing to do: the other one takes it to its end.",
    ),
    "ledger.busy": entry(
        "Cơ sở dữ liệu cục bộ không ghi được trong thời gian cho phép.",
        "The local database could not be written in time.",
        "Kiểm tra ổ đĩa và tiến trình khác đang giữ cơ sở dữ liệu.",
        "Check the disk and other processes that hold the database.",
    ),
    "ledger.unusable": entry(
        "Không dùng được tệp cơ sở dữ liệu cục bộ: thư mục không tồn tại, thiếu quyền, tệp hỏng hoặc không phải là cơ sở dữ liệu.",
        "The local database file cannot be used: no such folder, no permission, or a file that is damaged or no database.",
        "Kiểm tra đường dẫn, quyền và chỗ trống trên đĩa; tệp hỏng thì khôi phục từ bản sao lưu, không xóa.",
        "Check the path, the permissions and the space on the disk; restore a damaged file from a backup, do not delete it.",
    ),
    "delivery.undeliverable": entry(
        "Thao tác {operation} không đưa vào hàng đợi được: thao tác chỉ đọc, hoặc không gửi lại được mà cũng không tra được kết quả.",
        "{operation} cannot be delivered durably: it only reads, or it can neither be repeated nor looked up.",
        "Gọi trực tiếp (gov.<hệ thống>.<thao tác>), không qua gov.delivery.",
        "Call it directly (gov.<system>.<operation>), not under gov.delivery.",
    ),
    "delivery.unknown_operation": entry(
        "Phiên bản này không có thao tác {operation} đã ghi trong hàng đợi.",
        "This version has no operation {operation}, which stands in the queue.",
        "Cài phiên bản có thao tác đó rồi chạy: gov-connect delivery replay.",
        "Install a version that has it, then run: gov-connect delivery replay.",
    ),
    "delivery.foreign_connection": entry(
        "Kết nối đưa vào ({what}) không thuộc cùng loại với cơ sở dữ liệu cục bộ ({kind}).",
        "The connection given ({what}) is to another kind of database than the local records ({kind}).",
        "Dùng kết nối tới đúng cơ sở dữ liệu trong GOV_CONNECT_DATABASE_URL.",
        "Give a connection to the database of GOV_CONNECT_DATABASE_URL.",
    ),
    "delivery.not_heard": entry(
        "Phần mềm một cửa chưa tiếp nhận xong hồ sơ; Cổng sẽ chuyển lại.",
        "The host has not taken the dossier in yet; the portal will push it again.",
        "Kiểm tra tiến trình gửi (gov-connect worker) và các hàm @gov.on(DossierReceived).",
        "Check the worker process and the @gov.on(DossierReceived) handlers.",
    ),
    "delivery.failed": entry(
        "Xử lý sự kiện bị lỗi ngoài dự kiến.",
        "Working on the event failed unexpectedly.",
        "Xem nhật ký của tiến trình gửi (gov-connect worker); khắc phục xong thì chạy: gov-connect delivery replay.",
        "See the worker's log; once it is mended run: gov-connect delivery replay.",
    ),
    "delivery.parked_by_hand": entry(
        "Cán bộ đã giữ sự kiện này lại.",
        "An officer holds this event.",
        "Chạy tiếp bằng: gov-connect delivery replay; hoặc bỏ bằng: gov-connect delivery cancel.",
        "Go on with: gov-connect delivery replay; or drop it with: gov-connect delivery cancel.",
    ),
    "ledger.unreachable": entry(
        "Máy chủ cơ sở dữ liệu cục bộ không trả lời.",
        "The local database server does not answer.",
        "Kiểm tra máy chủ PostgreSQL và GOV_CONNECT_DATABASE_URL; việc đang chờ vẫn còn và tự chạy tiếp khi máy chủ trở lại.",
        "Check the PostgreSQL server and GOV_CONNECT_DATABASE_URL; work that waits is kept and goes on when the server is back.",
    ),
    "ledger.missing": entry(
        "Không có dữ liệu đã lưu ở địa chỉ cơ sở dữ liệu này; không tạo gì mới.",
        "There are no records at this address of the database; nothing was made.",
        "Kiểm tra GOV_CONNECT_DATABASE_URL; đường dẫn tương đối được tính từ thư mục hiện tại.",
        "Check GOV_CONNECT_DATABASE_URL and the folder you are in: a relative path begins there.",
    ),
    "ledger.entry_changed": entry(
        "Bản ghi nhật ký {entry} không còn như lúc ghi, không đọc được.",
        "Audit entry {entry} is not as it was written and cannot be read.",
        "Chạy: gov-connect audit verify; nếu chỉ do sai khóa thì đặt đúng GOV_CONNECT_STORE_KEY đã dùng khi ghi.",
        "Run: gov-connect audit verify; if only the key is another, set the GOV_CONNECT_STORE_KEY it was written with.",
    ),
    "ledger.no_driver": entry(
        "Thiếu thư viện để dùng PostgreSQL.",
        "The library for PostgreSQL is not installed.",
        'Cài đặt: pip install "gov-connect[scale]".',
        'Install it: pip install "gov-connect[scale]".',
    ),
    "ledger.newer_schema": entry(
        "Cơ sở dữ liệu cục bộ do phiên bản mới hơn ghi (lược đồ {found}; bản này chỉ biết đến {known}).",
        "A newer version wrote the local database (schema {found}; this one knows up to {known}).",
        "Cài lại phiên bản mới; không chạy phiên bản cũ trên dữ liệu này.",
        "Install the newer version again; do not run this one on that data.",
    ),
    "ledger.nested": entry(
        "Chương trình ghi vào cơ sở dữ liệu trong khi chính luồng này đang giữ một giao dịch; SQLite chỉ có một luồng ghi.",
        "The program writes to the database while this very thread holds a transaction; SQLite has one writer.",
        "Trong hàm xử lý nhận kết nối, hãy ghi qua gov.delivery.within(kết nối), hoặc ghi sau khi giao dịch kết thúc.",
        "In a handler that is given the connection write by gov.delivery.within(connection), or after the transaction.",
    ),
    "ledger.forked": entry(
        "Tiến trình được tách (fork) khi một giao dịch với cơ sở dữ liệu đang dở; tiến trình con không dùng chung tệp này được.",
        "The process was forked in the middle of a transaction; the child cannot use this database file.",
        "Tách tiến trình ngoài giao dịch, trước khi khởi động các luồng; khởi động lại tiến trình con này.",
        "Fork outside transactions, before threads are started; start this child anew.",
    ),
    "ledger.wrong_key": entry(
        "Không giải mã được dữ liệu đã lưu: sai khóa hoặc dữ liệu bị sửa.",
        "Stored data cannot be decrypted: wrong key or changed data.",
        "Đặt đúng GOV_CONNECT_STORE_KEY đã dùng khi ghi.",
        "Set the GOV_CONNECT_STORE_KEY that was in use when it was written.",
    ),
    "payment.notice_rejected": entry(
        "Thông báo thanh toán không hợp lệ ({reason}).",
        "The payment notice is not valid ({reason}).",
        "Không ghi nhận theo thông báo này; tra cứu giao dịch tại cổng thanh toán.",
        "Not applied; query the transaction at the gateway.",
    ),
    "payment.unknown_order": entry(
        "Không có lệnh thanh toán nào có mã tham chiếu này.",
        "There is no payment order with this reference.",
        "Kiểm tra mã tham chiếu và đơn vị.",
        "Check the reference and the agency.",
    ),
    "payment.amount_differs": entry(
        "Cổng thanh toán báo số tiền khác với lệnh thanh toán.",
        "The gateway reports another amount than the order.",
        "Không ghi nhận; đối soát với đơn vị vận hành cổng thanh toán.",
        "Record nothing; reconcile with the operator of the gateway.",
    ),
    "support.signing_level": entry(
        "Định dạng {format} chưa có mức ký này.",
        "The {format} format has no such level of signature.",
        "Dùng mức B hoặc T; mức LT chỉ có cho PDF.",
        "Use level B or T; LT exists for PDF only.",
    ),
    "support.adapter_unknown": entry(
        "Chưa cài bộ chuyển đổi tên {name}.",
        "No adapter named {name} is installed.",
        "Cài gói của nhà cung cấp, hoặc xem gov-connect adapters.",
        "Install the vendor's package, or see gov-connect adapters.",
    ),
    "support.generation": entry(
        "Thế hệ giao thức {generation} của {system} chưa được hỗ trợ.",
        "Protocol generation {generation} of {system} is not supported.",
        "Dùng thế hệ được liệt kê trong gov-connect adapters.",
        "Use a generation listed by gov-connect adapters.",
    ),
    "support.event": entry(
        "{system} chưa hỗ trợ loại việc này.",
        "{system} does not support this kind of event here.",
        "Xem bảng tình trạng trong README.",
        "See the status table in the README.",
    ),
    "support.synthetic_person": entry(
        "Số định danh thử nghiệm không được gửi tới hệ thống thật.",
        "A test identity number must not be sent to a production system.",
        "Dùng môi trường offline hoặc test cho dữ liệu thử nghiệm.",
        "Use the offline or test environment for test data.",
    ),
}


VALUES = {
    "value.missing": entry("còn thiếu", "is missing"),
    "value.unknown_field": entry("là trường không có trong cấu trúc", "is not a known field"),
    "value.unknown_variable": entry("không phải tên biến nào của thư viện", "is not a variable of the library"),
    "value.too_long": entry("dài quá {limit} ký tự", "is longer than {limit} characters"),
    "value.too_short": entry("ngắn hơn {limit} ký tự", "is shorter than {limit} characters"),
    "value.too_few": entry("cần ít nhất {limit}", "needs at least {limit}"),
    "value.too_many": entry("nhiều hơn {limit}", "has more than {limit}"),
    "value.too_small": entry("nhỏ hơn {limit}", "is less than {limit}"),
    "value.too_large": entry("lớn hơn {limit}", "is more than {limit}"),
    "value.not_in_list": entry("không thuộc danh mục", "is not in the list"),
    "value.not_among": entry("phải là một trong: {names}", "must be one of: {names}"),
    "value.not_whole_number": entry("phải là số nguyên", "must be a whole number"),
    "value.not_text": entry("phải là chữ", "must be text"),
    "value.not_json": entry("không phải JSON hợp lệ", "is not valid JSON"),
    "value.duplicate": entry("bị nêu hai lần", "stands there twice"),
    "value.no_timezone": entry("thiếu múi giờ", "has no time zone"),
    "value.invalid": entry("không hợp lệ", "is not valid"),
    "value.empty": entry("không được để trống", "must not be empty"),
    "value.control_character": entry("chứa ký tự điều khiển", "holds control characters"),
    "value.not_a_list": entry("phải là danh sách", "must be a list"),
    "value.not_an_object": entry("phải là đối tượng có các trường", "must be an object with fields"),
    "value.not_a_date": entry("không phải là ngày có thật", "is not a date that exists"),
    "value.not_money": entry("phải là số đồng nguyên, từ 0 đến {limit}", "must be whole đồng, from 0 to {limit}"),
    "value.procedure_code": entry("phải có dạng mã thủ tục d.dddddd", "must be a procedure code like d.dddddd"),
    "value.agency_code": entry(
        "phải là mã định danh cơ quan như H99.12.7 hoặc 000.07.12.H99",
        "must be an agency code like H99.12.7 or 000.07.12.H99",
    ),
    "value.dossier_code": entry(
        "phải là mã hồ sơ như H99.12.7-250804-0019", "must be a dossier code like H99.12.7-250804-0019"
    ),
    "value.unit_number": entry("phải là mã đơn vị gồm 3 hoặc 5 chữ số", "must be a unit code of 3 or 5 digits"),
    "value.database_url": entry(
        "phải bắt đầu bằng sqlite:/// hoặc postgresql://", "must begin with sqlite:/// or postgresql://"
    ),
    "value.citizen_id": entry("phải gồm đúng 12 chữ số", "must be exactly 12 digits"),
    "value.citizen_id_lost_zero": entry(
        "phải gồm đúng 12 chữ số; có vẻ mất số 0 đầu do bảng tính",
        "must be exactly 12 digits; a leading zero may have been lost in a spreadsheet",
    ),
    "value.citizen_id_province": entry(
        "ba số đầu không phải mã tỉnh nào đã cấp", "starts with a province code never issued"
    ),
    "value.latin_letters": entry(
        "có chữ cái không viết được bằng chữ La-tinh", "holds letters that have no Latin form"
    ),
    "value.old_id_number": entry("phải gồm đúng 9 chữ số", "must be exactly 9 digits"),
    "value.one_of": entry("cần đúng một trong: {names}", "needs exactly one of: {names}"),
    "value.before": entry("không được trước {other}", "must not be before {other}"),
    "value.needed_with": entry("bắt buộc khi có {other}", "is required with {other}"),
    "value.pipe": entry('không được chứa ký tự "|"', 'must not contain "|"'),
    "value.header": entry(
        "chỉ được chứa chữ không dấu, chữ số và dấu câu ASCII", "must be plain ASCII text, as headers are"
    ),
    "value.header_of_ours": entry(
        "do thư viện tự đặt theo nội dung được gửi", "is set by the library itself, from what is sent"
    ),
    "value.sum_differs": entry("tổng các dòng khác số tiền", "lines do not add up to the amount"),
    "value.not_a_url": entry("phải là địa chỉ http(s)", "must be an http(s) address"),
    "value.store_key": entry("phải là base64 của 32 byte", "must be base64 of 32 bytes"),
    "value.audit_key": entry(
        "phải là khóa Ed25519 (base64 của 32 byte, hoặc PEM)", "must be an Ed25519 key (base64 of 32 bytes, or PEM)"
    ),
    "value.in_future": entry("chưa tới thời điểm này", "lies in the future"),
    "value.not_configured": entry("chưa được cấu hình", "is not set"),
    "value.no_file": entry("không đọc được tệp", "names a file that cannot be read"),
    "value.no_certificate": entry("không có chứng thư đọc được", "holds no certificate that can be read"),
}


RECONCILIATION = {
    "reconcile.missing": entry(
        "Dữ liệu của đơn vị ghi là đã gửi, nhưng hệ thống ngoài không có.",
        "Delivered by our records, unknown to the system.",
        "Chạy lại với --apply: hệ thống ngoài được hỏi thêm một lần, vẫn không có thì mới gửi lại.",
        "Run with --apply: the system is asked once more, then it is sent again.",
    ),
    "reconcile.parked": entry(
        "Bị từ chối hoặc đã hết lượt gửi lại; các việc sau của cùng hồ sơ phải chờ.",
        "Refused or given up; what follows in the dossier waits.",
        "Xem nguyên nhân bằng gov-connect delivery show; khắc phục xong thì gửi lại bằng gov-connect delivery replay, hoặc bỏ bằng gov-connect delivery cancel.",
        "See why with gov-connect delivery show; mend it, then replay, or cancel.",
    ),
    "reconcile.late": entry(
        "Đã chờ gửi quá lâu.",
        "Has waited too long.",
        "Xem hệ thống đó có ngừng không và tiến trình gửi có đang chạy không: gov-connect delivery status.",
        "See whether that system is out and a worker runs: gov-connect delivery status.",
    ),
    "reconcile.not_begun": entry(
        "Đã nhận từ Cổng quá 8 giờ làm việc mà chưa bắt đầu giải quyết.",
        "Received from the portal more than 8 working hours ago, and nobody has begun.",
        "Kiểm tra tiến trình gửi (gov-connect worker) và các hàm @gov.on(DossierReceived).",
        "Check the worker and the @gov.on(DossierReceived) handlers.",
    ),
    "reconcile.paid_not_heard": entry(
        "Cổng thanh toán cho biết đã thu tiền mà đơn vị chưa ghi nhận; nay đã ghi nhận.",
        "Paid by the gateway and we had not heard; noted now.",
    ),
    "reconcile.payment_open": entry(
        "Lệnh thanh toán lập đã lâu mà chưa được nộp tiền và cũng chưa đóng.",
        "An order that was opened long ago, neither paid nor closed.",
        "Nhắc người nộp, hoặc đối soát với cổng thanh toán.",
        "Remind the payer, or reconcile with the gateway.",
    ),
    "reconcile.paid_after_end": entry(
        "Đã thu tiền của hồ sơ kết thúc mà không có kết quả.",
        "Paid for a dossier that ended without a result.",
        "Chạy lại với --apply để lập đề nghị hoàn tiền; cán bộ duyệt trong gov.workflows.refund_proposals().",
        "Run with --apply to propose the refund; an officer confirms it from gov.workflows.refund_proposals().",
    ),
    "reconcile.money": entry(
        "Khoản tiền cần cán bộ quyết định (nộp hai lần, nộp muộn, sai số tiền…).",
        "Money that a person must decide about (paid twice, late, another amount…).",
        "Xem từng khoản trên màn hình thanh toán của phần mềm một cửa; ghi quyết định bằng gov.payments.resolve.",
        "See each in the payments of the one-stop software; record the decision with gov.payments.resolve.",
    ),
    "reconcile.unknown": entry(
        "Không hỏi được hệ thống ngoài.",
        "The system could not be asked.",
        "Lần đối soát sau sẽ hỏi lại.",
        "The next reconciliation asks again.",
    ),
}
DESK = {
    "desk.unknown_procedure": entry(
        "Cổng Dịch vụ công quốc gia không có thủ tục này.",
        "The national portal has no such procedure.",
        "Kiểm tra mã thủ tục; nếu đúng, báo đầu mối quản lý Cổng của tỉnh công khai thủ tục.",
        "Check the code; if it is right, ask whoever keeps the province's procedures at the portal to publish it.",
    ),
    "desk.applicant_not_found": entry(
        "Không tìm thấy người nộp trong Cơ sở dữ liệu quốc gia về dân cư theo số, họ tên và ngày sinh đã khai.",
        "The residents database knows nobody with the number, name and birth date given.",
        "Đối chiếu lại với giấy tờ của người nộp; nếu giấy tờ đúng, hướng dẫn người nộp liên hệ Công an xã.",
        "Check the applicant's papers; if they are right, the commune police corrects the database.",
    ),
    "desk.too_late": entry(
        "Đề nghị rút, dừng, sửa đổi hoặc bổ sung được gửi đến sau khi hồ sơ đã được đăng ký hoặc giải quyết xong.",
        "The wish to withdraw, stop, change or supplement came after the dossier was registered or processed.",
        "Báo người nộp; cho hồ sơ chạy tiếp bằng gov.workflows.go_on, và cải chính theo thủ tục riêng nếu cần.",
        "Tell the citizen; let it end with gov.workflows.go_on, and correct by the procedure made for that if needed.",
    ),
    "desk.supplement_overdue": entry(
        "Đã quá hạn bổ sung mà người nộp chưa bổ sung.",
        "The time for the supplement has passed and nothing came.",
        "Từ chối bằng gov.workflows.refuse, hoặc chờ thêm bằng gov.workflows.go_on.",
        "Refuse with gov.workflows.refuse, or wait on with gov.workflows.go_on.",
    ),
    "desk.platform_refused": entry(
        "Phần mềm dịch vụ công liên thông không nhận trạng thái của hồ sơ.",
        "The bundle platform does not take the dossier's status.",
        "Xem trạng thái hồ sơ trên phần mềm liên thông; sửa xong thì chạy lại bằng gov.workflows.go_on.",
        "Look at the dossier at the platform; once it is mended go on with gov.workflows.go_on.",
    ),
    "desk.signature_failed": entry(
        "Người ký đã từ chối hoặc để quá hạn yêu cầu ký trên điện thoại.",
        "The signer rejected the request on the phone, or let it run out.",
        "Gửi yêu cầu ký mới rồi gọi gov.workflows.await_signature với khóa mới.",
        "Ask anew, then call gov.workflows.await_signature with the new key.",
    ),
    "desk.payment_failed": entry(
        "Giao dịch thanh toán không thành công.",
        "The payment failed.",
        "Liên hệ người nộp; đối soát trước khi thu lại.",
        "Contact the payer; reconcile before collecting again.",
    ),
}
