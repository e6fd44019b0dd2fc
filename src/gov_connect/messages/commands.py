"""What the commands of `gov-connect` are for: words of the command -> Vietnamese, English. "" is the program itself."""

from __future__ import annotations

from gov_connect.messages._message import entry

COMMANDS = {
    "": entry(
        "Kết nối phần mềm một cửa với các hệ thống quốc gia.\n\nMã kết thúc: 0 xong; 1 câu trả lời là “không”; 2 dùng sai; 3 hệ thống bên ngoài lỗi. Ngôn ngữ theo GOV_CONNECT_LANG (vi, en), nếu không đặt thì theo máy.",
        "Connects one-stop software with the national systems.\n\nExit codes: 0 done; 1 the answer is “no”; 2 wrong usage; 3 an outside system failed. The language is that of GOV_CONNECT_LANG (vi, en), else that of the machine.",
    ),
    "demo": entry(
        "Chạy thử một ngày làm việc của xã với máy chủ giả lập. Mã 1 khi số liệu các bên không khớp.",
        "Play a commune's day against the mock servers. Exit 1 when the records of all sides do not agree.",
    ),
    "contract-tests": entry(
        "Kiểm thử kết nối: hệ thống trả lời, hoặc phần mềm gửi đi, có đúng giao thức không.",
        "Test whether a system answers, or a client speaks, as the wires say.",
    ),
    "indicators": entry(
        "Tính các chỉ số của Cổng từ hồ sơ của đơn vị.",
        "Compute the portal's indicators from the agency's own dossiers.",
    ),
    "worker": entry(
        "Gửi những gì đã ghi trong hàng đợi, đến khi dừng (Ctrl-C).",
        "Deliver what was written down, until it is stopped (Ctrl-C).",
    ),
    "digest": entry(
        "Tóm tắt một ngày: tra cứu, gửi, lỗi, còn chờ. Không nêu tên công dân, cán bộ.",
        "One day in figures. Persons and officers are not named.",
    ),
    "doctor": entry(
        "Kiểm tra các kết nối và máy này. Mỗi lỗi nêu rõ cần hỏi ai, xin gì; mã 1: lỗi của máy này, 3: lỗi của hệ thống ngoài.",
        "Examine the connections and this machine. Each fault says whom to ask for what; exit 1 for a fault of this machine, 3 of an outside system.",
    ),
    "sign": entry(
        "Ký PDF, XML, hoặc ký rời tệp khác. Mật khẩu của khóa đọc từ biến GOV_CONNECT_SIGNING_PASSWORD.",
        "Sign PDF or XML, or any other file apart from it. The key's password comes from GOV_CONNECT_SIGNING_PASSWORD.",
    ),
    "verify": entry(
        "Kiểm tra chữ ký. Mã 0 chỉ khi hợp lệ; không nêu chứng thư gốc thì dùng gốc trong cấu hình.",
        "Verify signatures. Exit 0 only when valid; without roots in the options those of the settings are used.",
    ),
    "certificates": entry(
        "Chứng thư sắp hết hạn, theo số sê-ri. Mã 1 khi có chứng thư như vậy.",
        "List certificates that end soon, by serial number. Exit 1 when there is one.",
    ),
    "check-copy": entry(
        "Bản số hóa có đạt yêu cầu không (NĐ 30/2020, Phụ lục I: PDF 1.4, màu, 200 dpi). Mã 1 khi không đạt.",
        "Is a digitised copy fit (NĐ 30/2020, Annex I: PDF 1.4, colour, 200 dpi)? Exit 1 when it is not.",
    ),
    "reconcile": entry(
        "Đối soát dữ liệu của đơn vị với Cổng, hộ tịch và thanh toán. Mã 1 khi còn việc cần cán bộ xử lý.",
        "Compare the records with portal, registry and gateways. Exit 1 when something is left for people.",
    ),
    "delivery": entry(
        "Hàng đợi gửi bền vững: những gì đang chờ, vì sao, và cách xử lý.",
        "Durable delivery: what waits and why, and how to steer it.",
    ),
    "delivery status": entry(
        "Mỗi hệ thống còn bao nhiêu việc, trễ bao lâu. Mã 1 khi có việc bị giữ hoặc trễ quá mức.",
        "How much waits for each system, and since when. Exit 1 when something is parked or too late.",
    ),
    "delivery list": entry("Liệt kê sự kiện, mới nhất trước.", "List events, the newest first."),
    "delivery show": entry("Xem một sự kiện, không kèm nội dung.", "Show one event, without its content."),
    "delivery replay": entry("Gửi lại sự kiện đang bị giữ.", "Put parked events back in line."),
    "delivery park": entry(
        "Giữ lại sự kiện chưa gửi, và những gì theo sau nó.", "Hold events that wait, and what follows them."
    ),
    "delivery cancel": entry("Bỏ sự kiện chưa gửi hoặc đang bị giữ.", "Drop events that wait or are parked."),
    "delivery reconcile": entry(
        "Như gov-connect reconcile. Mã 1 khi còn việc cần cán bộ xử lý.",
        "The same as gov-connect reconcile. Exit 1 when something is left for people.",
    ),
    "delivery rotate": entry(
        "Mã hóa lại mọi dữ liệu đã lưu bằng khóa mới nhất.", "Close everything stored with the newest key."
    ),
    "audit": entry("Nhật ký kiểm toán.", "The audit log."),
    "audit verify": entry(
        "Kiểm tra chuỗi: sửa, xóa, đảo thứ tự, cắt đuôi. Mã 1 khi có chỗ sai.",
        "Find every change of the chain: edits, removals, another order, a cut end. Exit 1 when there is one.",
    ),
    "audit who-read": entry(
        "Ai đã tra cứu người này. Mã 1 khi chưa ai tra cứu.", "Who asked for this person. Exit 1 when nobody did."
    ),
    "audit export": entry(
        "Xuất từng bản ghi thành một dòng JSON; công dân chỉ hiện dưới dạng mã băm có khóa.",
        "Print one JSON line per entry; persons appear as keyed digests.",
    ),
    "audit heads": entry(
        "Xuất đầu các chuỗi để cất nơi khác; ký bằng GOV_CONNECT_AUDIT_KEY nếu có.",
        "Export the heads of the chains, to be kept elsewhere; signed by GOV_CONNECT_AUDIT_KEY where there is one.",
    ),
    "audit purge": entry(
        "Xóa nội dung bản ghi đã hết hạn lưu; chuỗi vẫn nguyên vẹn.",
        "Delete what entries say once their time is over; the chain stays whole.",
    ),
    "config": entry("Cấu hình đang dùng.", "The settings in force."),
    "config explain": entry(
        "Giá trị nào từ đâu ra; không hiện bí mật. Mã 1 khi cấu hình sai hoặc người khác đọc được tệp bí mật.",
        "Where each value came from; secrets are never shown. Exit 1 when something is wrong or open to others.",
    ),
    "adapters": entry(
        "Liệt kê các thao tác, mức bằng chứng và mục tài liệu.",
        "List every operation with its grade of evidence and the section of its wire.",
    ),
    "adapters new": entry(
        "Tạo gói bộ chuyển đổi mới, kèm bản giả lập và bài kiểm thử đã chạy được.",
        "Write the package of a new adapter, with a mock and a contract test that pass.",
    ),
    "mocks": entry("Máy chủ giả lập của các hệ thống quốc gia.", "Mock servers of the national systems."),
    "mocks serve": entry(
        "Chạy các máy chủ giả lập đến khi dừng (Ctrl-C). Dòng đầu tiên là JSON: mọi địa chỉ và các biến cần đặt.",
        "Serve the mocks until stopped (Ctrl-C). The first line is JSON: every address, and the variables to set.",
    ),
    "mocks vendor": entry(
        "Chạy máy chủ giả lập của nhà cung cấp. Dòng đầu tiên là JSON có địa chỉ.",
        "Serve the mock of a vendor. The first line is JSON with its address.",
    ),
    "schemas": entry(
        "Mô tả giao thức dưới dạng tệp: OpenAPI, WSDL, XSD, JSON Schema.",
        "The wires as files: OpenAPI, WSDL, XSD, JSON Schema.",
    ),
    "schemas list": entry("Liệt kê các tệp mô tả.", "List the files."),
    "schemas export": entry("Ghi các tệp mô tả vào thư mục.", "Write the files into a folder."),
    "fees": entry("Phí, lệ phí và các gói luật.", "Fees, charges and the law packs."),
    "fees quote": entry(
        "Tính phí, lệ phí kèm căn cứ. Mã 1 khi chưa tính được số tiền.",
        "Price items, with the articles. Exit 1 when there is no amount.",
    ),
    "fees check": entry(
        "Kiểm tra gói: cấu trúc, chồng chéo, khoảng trống. Mã 1 khi có lỗi.",
        "Check a pack together with those of this package: structure, overlaps, gaps. Exit 1 on errors.",
    ),
    "fees test": entry(
        "Chạy các ca kiểm thử trong gói. Mã 1 khi có ca sai.",
        "Run the worked cases inside the packs. Exit 1 when one fails.",
    ),
    "fees diff": entry(
        "So sánh hai bộ gói trên các ca của chúng và trên một tệp hồ sơ. Mã 1 khi khác nhau.\n\n“-” là các gói có sẵn. Thư mục có danh mục riêng thì đứng một mình; gói khác được đặt chồng lên các gói có sẵn, sau khi bỏ những gói mà một trong hai bên nêu tên.",
        "Compare two pack sets on their cases and on a file of dossiers. Exit 1 when they differ.\n\n“-” names the packs of this package. A folder with its own catalogue stands alone; other packs are laid over those of this package, from which the packs that either side names are taken away first.",
    ),
    "fees update": entry(
        "Nhận gói luật đã ký vào sử dụng. Mã 1 khi bị từ chối, 3 khi không đọc được.",
        "Take a signed delivery of packs into force. Exit 1 when it is refused, 3 when it cannot be read.",
    ),
    "fees upcoming": entry("Các mốc thay đổi sắp tới.", "The changes of law ahead."),
    "fees audit": entry(
        "Đối chiếu số đã thu với số phải thu. Mã 1 khi có chỗ sai.",
        "Compare what was collected with what was due. Exit 1 when something is wrong.",
    ),
    "payments": entry(
        "Thanh toán: VietQR, VNPAY, thông báo, đối soát.", "Payments: VietQR, VNPAY, notices, statements."
    ),
    "payments vietqr": entry("Tạo mã VietQR.", "Print the text of a VietQR code, and draw it."),
    "payments vnpay-url": entry(
        "Tạo địa chỉ thanh toán VNPAY đã ký, từ cấu hình GOV_CONNECT_VNPAY__….",
        "Print a signed VNPAY address, from the settings GOV_CONNECT_VNPAY__….",
    ),
    "payments verify-notice": entry(
        "Kiểm tra chữ ký của một thông báo thanh toán; không ghi lại gì. Mã 1 khi không phải thật.",
        "Judge the signature of a payment notice; nothing is stored. Exit 1 when it is not genuine.",
    ),
    "payments reconcile": entry(
        "So tệp đối soát của cổng thanh toán với các lệnh thanh toán của đơn vị. Mã 1 khi có chỗ lệch.",
        "Compare the statement of a gateway with our orders. Exit 1 when they differ.",
    ),
    "civil-registry": entry(
        "Hộ tịch: đọc tờ khai, gửi đăng ký, hỏi tình trạng.",
        "Civil registry: map a form, hand it in, ask how it stands.",
    ),
    "civil-registry map": entry(
        "Cho biết trường nào đã đọc, trường nào chưa, còn thiếu gì. Mã 1 khi còn thiếu hoặc sai.",
        "Show what of a form is mapped, unmapped and missing. Exit 1 while something is missing or wrong.",
    ),
    "civil-registry submit": entry(
        "Đọc tờ khai và gửi tới hệ thống hộ tịch. Mã 1 khi tờ khai chưa đủ.",
        "Map a form and hand it to the registry. Exit 1 when it is incomplete.",
    ),
    "civil-registry status": entry(
        "Hỏi tình trạng và số đăng ký. Mã 1 khi hệ thống hộ tịch không có hồ sơ.",
        "Ask how a dossier stands. Exit 1 when the registry does not know it.",
    ),
    "bundles": entry(
        "Hồ sơ liên thông khai sinh, khai tử (NĐ 63/2024).", "Interlinked birth and death dossiers (NĐ 63/2024)."
    ),
    "bundles pending": entry(
        "Hồ sơ liên thông đang chờ nhận.", "Dossiers of interlinked procedures that wait to be taken in."
    ),
    "portal": entry(
        "Cổng Dịch vụ công quốc gia: tìm, đồng bộ, đối soát hồ sơ.",
        "The national portal: find, put and reconcile dossiers.",
    ),
    "portal find": entry(
        "Cổng có hồ sơ này không. Mã 1 khi không có.", "Does the portal know a dossier? Exit 1 when it does not."
    ),
    "portal put": entry(
        "Đồng bộ một hồ sơ: thêm mới hoặc cập nhật.", "Make the portal hold this dossier in this state."
    ),
    "portal agencies": entry(
        "Danh mục cơ quan của Cổng, dạng CSV cho dữ liệu tham chiếu.",
        "The portal's list of agencies, as CSV for the reference data.",
    ),
    "portal reconcile": entry(
        "Đối soát với Cổng: mỗi chỗ lệch kèm nguyên nhân và việc cần làm. Mã 1 khi có chỗ lệch.",
        "Every mismatch with the portal, with its cause and what to do. Exit 1 when there is one.",
    ),
    "residents": entry(
        "Tra cứu và xác thực dân cư; mỗi lần hỏi đều được ghi lại.",
        "Look people up in the residents database; every question is recorded.",
    ),
    "residents look-up": entry(
        "Tra cứu một công dân. Mã 1 khi không có ai khớp hoàn toàn.",
        "Look a citizen up. Exit 1 when nobody matches exactly.",
    ),
    "residents verify": entry(
        "Xác thực một công dân. Mã 1 khi không có ai khớp hoàn toàn.",
        "Verify a citizen's data. Exit 1 when nobody has exactly these.",
    ),
}
