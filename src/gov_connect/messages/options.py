"""What the options and arguments of the commands mean.

Keys are a name, or a name behind the words of the command or the group of commands in which it means that.
"""

from __future__ import annotations

from gov_connect.messages._message import entry

OPTIONS = {
    "as_json": entry("In JSON, cấu trúc ổn định.", "Print JSON of a stable shape."),
    "english": entry("Nói tiếng Anh.", "Speak English."),
    "version": entry("In phiên bản; dạng JSON nếu thêm --json.", "Print the version; with --json as JSON."),
    "help": entry("Hiện trang này rồi thoát.", "Show this page and exit."),
    "install_completion": entry("Cài gợi ý lệnh (phím Tab) cho shell đang dùng.", "Install completion for this shell."),
    "show_completion": entry(
        "In đoạn mã gợi ý lệnh để tự cài.", "Print the code of the completion, to install it by hand."
    ),
    # demo, mocks
    "seed": entry("Số gốc của dữ liệu người và lỗi ngẫu nhiên.", "Seed of people and faults."),
    "demo dossiers": entry("Số hồ sơ.", "How many."),
    "demo faults": entry("calm, rough hoặc storm.", "calm, rough or storm."),
    "host": entry("Địa chỉ lắng nghe.", "Address to bind."),
    "port": entry("Cổng đầu tiên; 0: tự chọn cổng trống.", "First port; 0 picks free ones."),
    "faults": entry(
        "Một bộ lỗi (calm, rough, storm), hoặc portal=rough,residents=odd.", "A profile, or portal=rough,residents=odd."
    ),
    "console": entry(
        "Cổng của bảng điều khiển web; 0: tự chọn, -1: không mở.",
        "Port of the web console; 0 picks a free one, -1 none.",
    ),
    "through": entry(
        "Các biến đi qua lgsp hoặc xroad, hoặc tới portal_2026.",
        "The variables go through lgsp or xroad, or to portal_2026.",
    ),
    "allow_remote": entry(
        "Cho máy khác vào; bảng điều khiển và /_mock/ đòi mã.",
        "Let other machines in; the console and /_mock/ want a token.",
    ),
    "record": entry(
        "Khi dừng, ghi các câu trả lời vào tệp này.", "Write the answers of this run to a file at the end."
    ),
    "replay": entry("Trả lời theo bản ghi này.", "Give the answers of a recording."),
    "mocks name": entry("Tên hệ thống của nhà cung cấp.", "Name of the vendor's system."),
    # contract-tests
    "target": entry("fake, mock hoặc địa chỉ của hệ thống.", "fake, mock, or the address of a system."),
    "wire": entry("portal/2020, residents …; mặc định: tất cả.", "portal/2020, residents …; all by default."),
    "test": entry("Chỉ chạy bài này, theo mã; lặp lại được.", "Run this test only, by its id; may be repeated."),
    "judge": entry("Đánh giá ai: system, client hoặc both.", "Who is judged: system, client or both."),
    "client": entry(
        "Lệnh chạy phần mềm cần đánh giá; -: mở máy chủ đến khi nhấn Enter.",
        "Command of a client to judge; - serves until Enter.",
    ),
    "test_host": entry("Máy chủ thử nghiệm nằm dưới .gov.vn.", "A host under .gov.vn that is for tests."),
    "capabilities": entry("TỆP.toml hoặc module:Class.", "FILE.toml or module:Class."),
    "waivers": entry("Tệp các lỗi đã biết, có lý do.", "File of known failures, with reasons."),
    "report": entry("Thư mục ghi report.json, .xml và .html.", "Folder for report.json, .xml and .html."),
    "contract-tests seed": entry(
        "Đổi số này mỗi lần chạy trên cùng một hệ thống.", "Change it for each run against one system."
    ),
    "allow_writes": entry("Cho phép bài kiểm thử ghi vào hệ thống của bên khác.", "Let tests change a foreign system."),
    # worker, delivery
    "slots": entry("Số sự kiện gửi cùng lúc.", "Events at once."),
    "handlers": entry(
        "module:hàm đăng ký các hàm xử lý bền vững; được gọi với đối tượng kết nối.",
        "module:function that registers durable handlers; called with the client.",
    ),
    "health": entry(
        "máy:cổng của /healthz và /metrics; trống: không mở.", "host:port of /healthz and /metrics; empty for none."
    ),
    "keep_days": entry("Số ngày giữ nội dung đã xong.", "Days after which ended content is forgotten."),
    "state": entry(
        "waiting, sent, parked, done, cancelled; mặc định: mọi việc chưa xong.",
        "waiting, sent, parked, done, cancelled; by default all that is open.",
    ),
    "delivery system": entry("Chỉ một hệ thống.", "One system only."),
    "delivery dossier": entry("Một hồ sơ, kể cả việc đã xong.", "One dossier, what is done included."),
    "delivery show number": entry("Số của sự kiện.", "Number of the event."),
    "numbers": entry("Số của các sự kiện (xem delivery list).", "Numbers of the events (see delivery list)."),
    "limit": entry("Tối đa bao nhiêu hồ sơ hoặc dòng.", "How many dossiers or lines at most."),
    "apply": entry("Sửa những gì sửa được an toàn.", "Mend what is safe to mend."),
    # indicators, digest, doctor, config
    "first": entry("Ngày tiếp nhận đầu tiên, yyyy-mm-dd.", "First day of receipt, yyyy-mm-dd."),
    "last": entry("Ngày tiếp nhận cuối cùng, tính cả ngày đó.", "Last day of receipt, included."),
    "indicators file": entry(
        "Tệp hồ sơ, mỗi dòng một JSON, thay cho dữ liệu đã lưu.", "Dossiers as JSON lines instead of the local records."
    ),
    "svg": entry("Vẽ biểu đồ vào tệp này.", "Write a chart here."),
    "day": entry("Ngày, yyyy-mm-dd; mặc định hôm qua.", "Day, yyyy-mm-dd; yesterday by default."),
    "doctor system": entry("portal, residents …; trống: tất cả.", "portal, residents …; everything if left out."),
    "offline": entry("Không gửi gì ra ngoài.", "Send nothing."),
    "everything": entry("Cả giá trị mặc định.", "Defaults too."),
    # audit
    "heads": entry("Tệp đầu chuỗi đã xuất trước đây.", "Heads exported before."),
    "public_key": entry(
        "Khóa công khai đã ký đầu chuỗi, base64.", "Public key that must have signed the heads, base64."
    ),
    "audit who-read number": entry(
        "Số định danh; hoặc '-' để đọc từ biến GOV_CONNECT_WHO_READ.",
        "Number of the person; or '-' to read the variable GOV_CONNECT_WHO_READ.",
    ),
    "audit since": entry("Từ ngày, yyyy-mm-dd.", "From this day, yyyy-mm-dd."),
    "audit until": entry("Trước ngày, yyyy-mm-dd.", "Before this day, yyyy-mm-dd."),
    "audit heads timestamp": entry("Kèm dấu thời gian RFC 3161.", "With an RFC 3161 timestamp."),
    "audit heads out": entry("Ghi ra tệp này.", "Write to this file."),
    "audit purge before": entry("Trước ngày, yyyy-mm-dd.", "Before this day, yyyy-mm-dd."),
    "audit purge officer": entry("Mã cán bộ thực hiện.", "Code of the officer who does this."),
    "reason": entry("Căn cứ: quy định hoặc quyết định.", "The rule or order it follows."),
    # sign, verify, certificates, check-copy
    "sign file": entry("Tệp cần ký.", "The file to sign."),
    "key": entry(
        "Tệp khóa .p12, .pfx, PEM; mặc định theo cấu hình.", "Key file .p12, .pfx, PEM; by the settings if left out."
    ),
    "certificate": entry("Chứng thư PEM, khi khóa là PEM.", "Certificate in PEM, when the key is PEM."),
    "sign out": entry("Tệp kết quả.", "Where to write."),
    "act": entry("personal | agency | copy | citizen", "personal | agency | copy | citizen"),
    "level": entry("b | t | lt; mặc định theo cấu hình.", "b | t | lt; by the settings if left out."),
    "sign officer": entry("Mã người ký.", "Code of the officer."),
    "documents": entry("Loại văn bản.", "Kind of document."),
    "capacity": entry("TM. | Q. | KT. | TL. | TUQ.", "TM. | Q. | KT. | TL. | TUQ."),
    "sign number": entry("Số, ký hiệu văn bản.", "Number of the document."),
    "detached": entry("Chữ ký rời (CMS).", "A detached signature (CMS)."),
    "pss": entry("Dùng RSASSA-PSS (TT 15/2025).", "Use RSASSA-PSS (TT 15/2025)."),
    "verify file": entry("Tệp đã ký, hoặc chữ ký rời.", "A signed file, or a detached signature."),
    "content": entry("Tệp gốc của chữ ký rời.", "What a detached signature speaks of."),
    "official": entry("Chứng thư gốc công vụ.", "Official-duty root certificate."),
    "public": entry("Chứng thư gốc công cộng.", "Public root certificate."),
    "intermediate": entry("Chứng thư trung gian.", "Intermediate certificate."),
    "timestamp": entry("Chứng thư gốc của dấu thời gian.", "Root certificate of timestamps."),
    "crl": entry("Danh sách thu hồi.", "A revocation list."),
    "ocsp": entry("Câu trả lời OCSP.", "An OCSP answer."),
    "at": entry("Thời điểm kiểm tra, ISO 8601; mặc định bây giờ.", "Moment to verify at, ISO 8601; now by default."),
    "when_known": entry("Bỏ qua khi chưa có dữ liệu thu hồi.", "Pass when revocation is unknown."),
    "files": entry("Tệp chứng thư; mặc định theo cấu hình.", "Certificate files; those of the settings if left out."),
    "certificates days": entry("Hết hạn trong bao nhiêu ngày tới.", "Within how many days they end."),
    "check-copy file": entry("Bản số hóa, PDF.", "A digitised copy, PDF."),
    # adapters, schemas
    "adapters new name": entry("Tên hệ thống, ví dụ lgsp_mau.", "Name of the system, e.g. lgsp_mau."),
    "adapters new folder": entry("Thư mục; mặc định là tên hệ thống.", "Where; the name by default."),
    "schemas export folder": entry("Thư mục; chưa có thì được tạo.", "Where to write them; made if it is not there."),
    # fees
    "on": entry("Ngày nộp hồ sơ, yyyy-mm-dd.", "Filing day, yyyy-mm-dd."),
    "item": entry(
        "Khoản thu: ct.copy:pages=5,copies=3; lặp lại được.", "Item: ct.copy:pages=5,copies=3; may be repeated."
    ),
    "area": entry("31 | 31:30 | mã xã; trống: cả nước.", "31 | 31:30 | commune code; the whole country if left out."),
    "channel": entry("counter | online | post", "counter | online | post"),
    "fact": entry("Sự việc đã xác minh; lặp lại được.", "A fact that was verified; may be repeated."),
    "claimed": entry("Sự việc do người dân khai, chưa xác minh.", "A fact that was claimed and not verified."),
    "fees check pack": entry("Một tệp gói hoặc thư mục gói.", "A pack file or folder."),
    "fees test pack": entry(
        "Một tệp gói hoặc thư mục gói; trống: các gói có sẵn.", "A pack file or folder; the own packs if left out."
    ),
    "fees diff before": entry("Gói trước: tệp hoặc thư mục.", "The packs before: a file or folder."),
    "fees diff after": entry("Gói sau: tệp hoặc thư mục.", "The packs after: a file or folder."),
    "fees diff dossiers": entry("Tệp hồ sơ JSON để so thêm.", "JSON file of dossiers to compare on."),
    "source": entry(
        "Thư mục hoặc địa chỉ; mặc định GOV_CONNECT_FEES__SOURCE.",
        "Folder or address; by default GOV_CONNECT_FEES__SOURCE.",
    ),
    "fees upcoming days": entry("Trong bao nhiêu ngày tới.", "How many days ahead."),
    "fees upcoming after": entry(
        "Từ ngày, yyyy-mm-dd; mặc định hôm nay.", "From this day, yyyy-mm-dd; today by default."
    ),
    "fees audit dossiers": entry("Tệp JSON, mỗi hồ sơ có 'collected'.", "JSON file; each dossier has 'collected'."),
    # payments
    "bank": entry("BIN của ngân hàng, 6 chữ số.", "The bank's BIN, 6 digits."),
    "payments vietqr account": entry("Số tài khoản nhận.", "Account number."),
    "payments vietqr amount": entry(
        "Số tiền, đồng; trống: người nộp tự nhập.", "Amount in đồng; the payer types it if left out."
    ),
    "card": entry("Là số thẻ, không phải số tài khoản.", "It is a card number, not an account."),
    "payments vietqr note": entry(
        "Nội dung, bỏ dấu, tối đa 25 ký tự.", "Purpose, without accents, at most 25 letters."
    ),
    "png": entry("Vẽ mã vào tệp PNG này.", "Draw the code into this PNG file."),
    "reference": entry("Mã tham chiếu, không dùng lại.", "Reference, never used twice."),
    "payments vnpay-url amount": entry("Số tiền, đồng.", "Amount in đồng."),
    "payments vnpay-url note": entry("Nội dung, sẽ bỏ dấu.", "Purpose; accents are taken away."),
    "ip": entry("Địa chỉ IP của người nộp.", "The payer's address."),
    "payments verify-notice file": entry(
        "Tệp có thân thông báo, hoặc chuỗi truy vấn nguyên dạng.",
        "File with the body of the notice, or its query as it came.",
    ),
    "payments system": entry(
        "vnpay | national_payment | keypay | paygov …", "vnpay | national_payment | keypay | paygov …"
    ),
    "payments reconcile file": entry("Tệp đối soát của cổng thanh toán.", "Statement of the gateway."),
    "feed_book": entry(
        "Ghi nhận các khoản đã nộp vào lệnh thanh toán của đơn vị.", "Tell the order book what was paid."
    ),
    "payments reconcile since": entry(
        "Ngày đầu, yyyy-mm-dd, theo ngày tạo lệnh.", "First day of the orders, yyyy-mm-dd."
    ),
    "payments reconcile until": entry("Ngày cuối, yyyy-mm-dd.", "Last day of the orders, yyyy-mm-dd."),
    # civil-registry
    "civil-registry file": entry("Tờ khai điện tử, tệp JSON.", "The e-form as JSON."),
    "dossier": entry("Mã hồ sơ của cơ quan.", "The agency's dossier number."),
    "unit": entry("Mã đơn vị tiếp nhận, 5 chữ số.", "The unit that received it, 5 digits."),
    "event": entry(
        "birth | death | marriage | marital_status | extract …", "birth | death | marriage | marital_status | extract …"
    ),
    "procedure": entry("Mã thủ tục, thay cho --event.", "Procedure code, instead of --event."),
    "generation": entry(
        "Thế hệ tờ khai: legacy | bundle | portal | registry.",
        "Generation of the form: legacy | bundle | portal | registry.",
    ),
    "received": entry(
        "Thời điểm tiếp nhận, ISO 8601; mặc định bây giờ.", "Moment of receipt, ISO 8601; now by default."
    ),
    "bundle": entry("Mã hồ sơ liên thông quốc gia.", "National bundle code."),
    "paper": entry("TÊN=TỆP, lặp lại được; cho hồ sơ liên thông.", "TITLE=FILE, may be repeated; for bundles."),
    # portal
    "code": entry("Mã hồ sơ.", "Dossier number."),
    "portal put file": entry(
        'Hồ sơ dạng JSON; "-": đọc từ đầu vào chuẩn.', 'A dossier as `to_json` writes it; "-" reads the standard input.'
    ),
    "portal": entry(
        "Danh sách của Cổng: JSON, JSON từng dòng, hoặc CSV.", "The portal's list: JSON, JSON lines or CSV."
    ),
    "local": entry("Danh sách của đơn vị, thay cho dữ liệu đã lưu.", "The agency's list instead of its records."),
    "ask": entry("Hỏi Cổng từng hồ sơ (TraCuuHoSo).", "Ask the portal for each (TraCuuHoSo)."),
    "shape": entry("table | json | csv", "table | json | csv"),
    # residents
    "officer": entry("Mã cán bộ.", "Officer's code."),
    "account": entry("Tài khoản của cán bộ.", "Officer's account."),
    "residents procedure": entry("Mã thủ tục cần dữ liệu này.", "Procedure the data are needed for."),
    "residents dossier": entry("Mã hồ sơ cần dữ liệu này.", "Dossier they are needed for."),
    "legal_basis": entry("Căn cứ pháp lý.", "Legal basis."),
    "residents file": entry(
        'JSON có "citizen_id" hoặc "old_id", "name", "born"; "-": đọc từ đầu vào chuẩn.',
        'JSON with "citizen_id" or "old_id", "name", "born"; "-" reads the standard input.',
    ),
    "sensitive": entry("Thủ tục cần dân tộc, tôn giáo.", "The procedure needs ethnic group or religion."),
    "reveal": entry("Hiện dữ liệu.", "Show the data in clear."),
}
