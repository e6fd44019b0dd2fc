"""Messages of fees: code -> Vietnamese, English, remedy."""

from __future__ import annotations

from gov_connect.messages._message import entry

FEES = {
    "fees.not_toml": entry("không phải tệp TOML hợp lệ", "is not valid TOML"),
    "fees.not_a_list": entry("phải là danh sách", "must be a list"),
    "fees.not_a_table": entry("phải là bảng TOML", "must be a TOML table"),
    "fees.not_a_toml_date": entry(
        "phải là ngày TOML không có dấu nháy, ví dụ 2026-08-15",
        "must be a TOML date without quotes, like 2026-08-15",
    ),
    "fees.bands": entry(
        "phải gồm các cặp [từ số, đồng], bắt đầu từ 1 và tăng dần",
        "must be pairs [from number, đồng] that start at 1 and rise",
    ),
    "fees.citation": entry(
        'phải có dạng ["TT226/4.1", "Điều 4, STT 1"]', 'must be like ["TT226/4.1", "Điều 4, STT 1"]'
    ),
    "fees.duplicate": entry("bị khai báo hai lần", "is declared twice"),
    "fees.instrument_unknown": entry(
        "dẫn tới văn bản không có trong các gói", "points at an instrument that no pack holds"
    ),
    "fees.charge_unknown": entry("là khoản thu không có trong danh mục", "is not a known charge"),
    "fees.charge_misspelled": entry(
        "là khoản thu không có trong danh mục; gần nhất: {near}", "is not a known charge; nearest: {near}"
    ),
    "fees.fact_unknown": entry("nêu điều kiện không có trong danh mục", "names a fact that is not known"),
    "fees.area_unknown": entry(
        "không phải mã tỉnh, mã tỉnh:tỉnh cũ hay mã xã có trong danh mục",
        "is not a known province, province:former province or commune code",
    ),
    "fees.outside_scope": entry("nằm ngoài phạm vi {scope} của gói", "lies outside the pack's scope {scope}"),
    "fees.empty_window": entry(
        "không có ngày nào nằm trong hiệu lực của văn bản", "holds on no day while the instrument is in force"
    ),
    "fees.national_charge": entry(
        "gói của tỉnh không được đặt mức thu do trung ương quy định ({charge})",
        "a province's pack may not set a national rate ({charge})",
    ),
    "fees.national_instrument": entry(
        "gói của tỉnh không được bãi bỏ văn bản của trung ương",
        "a province's pack may not repeal a national instrument",
    ),
    "fees.fact_contradicted": entry(
        "vừa được nêu là có vừa được nêu là không: {fact}", "is stated both to hold and not to hold: {fact}"
    ),
    "fees.table_channels": entry(
        "bảng phải có đúng các kênh của mức thu", "the table must hold exactly the channels of the rate"
    ),
    "fees.quantity_unknown": entry("dùng số lượng mà {charge} không có", "uses a quantity that {charge} does not have"),
    "fees.exception_unknown": entry(
        "là ngoại lệ của một mức thu không có", "is an exception to a rate that does not exist"
    ),
    "fees.exception_cycle": entry("là ngoại lệ vòng quanh", "is an exception to itself in a circle"),
    "fees.same_officer": entry("phải là cán bộ thứ hai, khác người nhập", "must be another officer"),
    "fees.odd_amount": entry("phải tròn {step} đồng", "must be in whole {step} đồng"),
    "fees.case_line": entry(
        "phải có dạng [khoản thu, mức thu, miễn giảm, phải nộp]", "must be like [charge, gross, relief, net]"
    ),
    "fees.no_rate.none": entry(
        "không có mức thu nào trong các gói; không được tự đặt mức",
        "no pack holds a rate; none may be made up",
    ),
    "fees.no_rate.before": entry("mức thu đầu tiên có hiệu lực từ {day}", "the first rate takes effect on {day}"),
    "fees.no_rate.start_unknown": entry(
        "chưa rõ {instrument} có hiệu lực từ ngày nào, nguồn chỉ xác nhận từ {day}; chưa tính được cho trước ngày đó",
        "the first day of {instrument} in force was not found, it is attested from {day}; no amount before that",
    ),
    "fees.no_rate.ended": entry("mức thu đã hết hiệu lực sau ngày {day}", "the rate ended after {day}"),
    "fees.no_rate.repealed": entry(
        "mức thu bị {instrument} bãi bỏ từ {day} mà không có mức thay thế",
        "the rate was repealed without replacement by {instrument} on {day}",
    ),
    "fees.no_rate.amount_unknown": entry(
        "có văn bản quy định nhưng gói chưa có mức thu", "an instrument sets it, but the packs do not hold the amount"
    ),
    "fees.no_rate.left_to_province": entry(
        "mức thu do HĐND cấp tỉnh quy định; các gói chưa có mức của nơi này",
        "the province sets the rate; the packs hold none for this place",
    ),
    "fees.no_rate.not_encoded": entry(
        "mức thu của thời kỳ này chưa được nhập vào gói", "the rate of that time is not in the packs"
    ),
    "fees.no_rate.column_unclear": entry(
        "chưa rõ áp dụng mức của xã hay mức của huyện trước đây; cần cơ quan có thẩm quyền hướng dẫn",
        "unclear whether the commune's or the former district's rate applies; the authority must say",
    ),
    "fees.no_rate.price_class_unclear": entry(
        "mức thu phân theo quận, phường cũ; sau sắp xếp cần cơ quan có thẩm quyền hướng dẫn",
        "the rate depends on former districts or wards that were redrawn; the authority must say",
    ),
    "fees.no_rate.table_heading_lost": entry(
        "bảng mức thu trong nguồn bị mất tiêu đề cột; cần đối chiếu văn bản gốc",
        "the source lost a column heading of the table; compare the original",
    ),
    "fees.fact_needed": entry(
        "cần nêu rõ trước khi tính, số phải nộp khác nhau: {sides}",
        "must be stated first, the amount depends on it: {sides}",
    ),
    "fees.denied": entry("không phải: {fact}", "not: {fact}"),
    "fees.conflict": entry("các quy định cho số tiền khác nhau: {sides}", "provisions give different amounts: {sides}"),
    "fees.rounding_undefined": entry(
        "{provision} cho số lẻ dưới 1 đồng và không nêu cách làm tròn",
        "{provision} gives a fraction of a đồng and no rule to round it",
    ),
    "fees.warning.area": entry(
        "{charge}: mức thu khác nhau theo địa bàn tỉnh cũ; hãy chọn đúng địa bàn",
        "{charge}: rates differ by former province; name the exact place",
    ),
    "fees.warning.free_anyway": entry(
        "{charge}: trường hợp này được miễn theo {provision}, dù các gói chưa có mức thu",
        "{charge}: this is free by {provision}, whatever the missing amount",
    ),
    "fees.warning.unread": entry(
        "Chưa đọc văn bản gốc {instrument} (nguồn {source}, đọc ngày {read}).",
        "The original of {instrument} was not read (source {source}, read {read}).",
    ),
    "fees.warning.start_unknown": entry(
        "{instrument} có thể miễn, giảm cho trường hợp này; chưa tìm thấy ngày có hiệu lực, nguồn chỉ xác nhận từ {day}: "
        "kiểm tra trước khi thu.",
        "{instrument} may reduce this; its first day in force was not found and is attested only from {day}: "
        "check before collecting.",
    ),
    "fees.warning.typed": entry("{charge}: số tiền do cán bộ nhập tay", "{charge}: amount typed by officers"),
    "fees.hint": entry(
        "{charge}: còn {amount} đồng nếu xác minh được: {facts} (giấy tờ: {evidence})",
        "{charge}: {amount} đồng if this is proven: {facts} (by: {evidence})",
    ),
    "fees.why.applies": entry("đang được áp dụng", "applies"),
    "fees.why.area": entry("chỉ áp dụng tại {area}", "only for {area}"),
    "fees.why.channel": entry("chỉ áp dụng cho kênh: {channels}", "only for the channels: {channels}"),
    "fees.why.window": entry("không có hiệu lực vào ngày nộp hồ sơ", "not in force on the filing day"),
    "fees.why.start_unknown": entry(
        "chưa rõ văn bản đã có hiệu lực vào ngày nộp hồ sơ hay chưa", "it is not known whether it was in force yet"
    ),
    "fees.why.facts": entry("chưa xác minh: {facts}", "not verified: {facts}"),
    "fees.why.excluded": entry("đối tượng bị loại trừ", "excluded by a verified fact"),
    "fees.why.less_favourable": entry("không có lợi hơn mức giảm đã áp dụng", "not more favourable than what applies"),
    "fees.why.nothing_due": entry("không phát sinh số tiền phải giảm", "nothing is due to be reduced"),
    "fees.not_priced": entry("chưa có số tiền", "has no amount"),
    "fees.typed_mark": entry("nhập tay", "typed"),
    "fees.record_changed": entry("đã bị sửa sau khi lưu", "was changed after it was stored"),
    "fees.check.gap": entry(
        "{charge} tại {area}, kênh {channel}, {first} đến {last}, điều kiện {facts}: không có mức thu và không khai báo thiếu",
        "{charge} in {area}, {channel}, {first} to {last}, facts {facts}: no rate and no declared absence",
    ),
    "fees.check.overlap": entry(
        "{charge} tại {area}, kênh {channel}, {first} đến {last}, điều kiện {facts}: mâu thuẫn giữa {sides}",
        "{charge} in {area}, {channel}, {first} to {last}, facts {facts}: conflict between {sides}",
    ),
    "fees.check.same_number": entry(
        "số {number} có ở nhiều nơi ban hành: {issuers}", "number {number} has several issuers: {issuers}"
    ),
    "fees.check.unread": entry(
        "chưa đọc văn bản gốc {instrument} (nguồn {source})",
        "the original of {instrument} was not read (source {source})",
    ),
    "fees.check.idle_repeal": entry(
        "{by} bãi bỏ {target} nhưng không có quy định nào trong các gói bị ảnh hưởng",
        "{by} repeals {target}, and nothing in the packs is touched by it",
    ),
    "fees.check.no_case": entry("{charge} không có ca kiểm thử nào", "{charge} has no golden case"),
    "fees.pack.signature": entry(
        "Gói luật có {found} chữ ký hợp lệ, cần {needed}; giữ nguyên gói đang dùng.",
        "The law packs carry {found} valid signature(s), {needed} needed; the old ones stay in force.",
        "Liên hệ đơn vị phát hành gói; không sửa tay các tệp.",
        "Ask the publisher; do not edit the files.",
    ),
    "fees.pack.manifest": entry(
        "Không đọc được bản kê của gói luật; giữ nguyên gói đang dùng.",
        "The manifest of the law packs cannot be read; the old ones stay in force.",
    ),
    "fees.pack.changed": entry(
        "Tệp {file} không khớp bản kê; giữ nguyên gói đang dùng.",
        "{file} does not match the manifest; the old packs stay in force.",
    ),
    "fees.pack.engine": entry(
        "Gói luật cần bộ tính phiên bản {needed}, hiện có {found}.",
        "The law packs need engine version {needed}, this is {found}.",
        "Nâng cấp gov-connect rồi nạp lại gói.",
        "Upgrade gov-connect, then load the packs again.",
    ),
    "fees.pack.rollback": entry(
        "Gói luật phiên bản {version} không mới hơn phiên bản đã dùng {known}; giữ nguyên gói đang dùng.",
        "Version {version} of the law packs is not newer than {known}; the old ones stay in force.",
    ),
    "fees.pack.same_version": entry(
        "Tệp {file} vẫn mang phiên bản {version} nhưng nội dung khác bản đang dùng; giữ nguyên gói đang dùng.",
        "{file} still says version {version}, but its content differs from what is in force; the old packs stay.",
        "Đơn vị phát hành phải tăng số phiên bản khi đổi nội dung.",
        "The publisher must raise the version with every change.",
    ),
    "fees.pack.scope": entry(
        "Tệp {file} quy định cho nơi nằm ngoài phạm vi {scope} của người ký; giữ nguyên gói đang dùng.",
        "{file} makes law outside {scope}, the place of its signers; the old packs stay in force.",
    ),
    "fees.pack.shadow": entry(
        "Không lấy được các hồ sơ gần đây để tính thử; giữ nguyên gói đang dùng.",
        "The recent dossiers for the trial could not be had; the old packs stay in force.",
        "Kiểm tra cơ sở dữ liệu cục bộ (gov-connect doctor), rồi nạp lại: gov-connect fees update.",
        "Check the local database (gov-connect doctor), then load again: gov-connect fees update.",
    ),
    "fees.pack.watch": entry(
        "Lần kiểm tra gói luật này bị lỗi; sẽ thử lại.", "This look for new law packs failed; it will be tried again."
    ),
    "fees.pack.invalid": entry(
        "Gói luật không hợp lệ; giữ nguyên gói đang dùng. {detail}",
        "The law packs are not valid; the old ones stay in force. {detail}",
    ),
    "fees.pack.check": entry(
        "Gói luật có {count} lỗi nội dung; giữ nguyên gói đang dùng. {first}",
        "The law packs have {count} fault(s); the old ones stay in force. {first}",
    ),
    "fees.pack.cases": entry(
        "Gói luật tính sai các ca kiểm thử {cases}; giữ nguyên gói đang dùng.",
        "The law packs fail the golden cases {cases}; the old ones stay in force.",
    ),
    "fees.pack.unreadable": entry(
        "Không đọc được gói luật từ nguồn; giữ nguyên gói đang dùng.",
        "The law packs cannot be read from their source; the old ones stay in force.",
        "Kiểm tra mạng và địa chỉ nguồn (GOV_CONNECT_FEES__SOURCE), rồi chạy lại: gov-connect fees update.",
        "Check the network and the source (GOV_CONNECT_FEES__SOURCE), then run again: gov-connect fees update.",
    ),
    "fees.pack.state": entry(
        "Thư mục lưu gói luật bị hỏng; giữ nguyên gói đang dùng.",
        "The folder that keeps the law packs is damaged; the book in force stays.",
        "Nạp lại gói luật từ nguồn đã ký.",
        "Load the packs again from their signed source.",
    ),
    "fees.pack.busy": entry(
        "Một tiến trình khác đang nạp gói luật.",
        "Another process is loading law packs.",
        "Chờ tiến trình kia xong rồi thử lại.",
        "Wait for it and try again.",
    ),
    "fees.channel.counter": entry("nộp trực tiếp", "at the counter"),
    "fees.channel.online": entry("nộp trực tuyến", "online"),
    "fees.channel.post": entry("qua bưu chính", "by post"),
    "fees.explain.head": entry(
        "Hồ sơ nộp ngày {day}, {channel}, địa bàn: {area}", "Filed on {day}, {channel}, place: {area}"
    ),
    "fees.explain.total": entry("Tổng phải nộp: {total} đồng", "Total due: {total} đồng"),
    "fees.explain.subsidy_total": entry("Ngân sách chi trả: {amount} đồng", "Paid by the budget: {amount} đồng"),
    "fees.explain.relief": entry("giảm {amount}, còn {net} đồng", "reduced by {amount}, {net} đồng left"),
    "fees.explain.subsidy": entry(
        "ngân sách chi trả {amount}, người nộp trả {net} đồng",
        "the budget pays {amount}, the applicant {net} đồng",
    ),
    "fees.explain.passed_over": entry("không áp dụng thêm vì không có lợi hơn", "not applied: less favourable"),
    "fees.explain.typed": entry(
        "cán bộ nhập tay, đã có người thứ hai duyệt", "typed by an officer, approved by a second one"
    ),
    "fees.status.priced": entry("Đã tính được", "Priced"),
    "fees.status.no_rate": entry(
        "Không có mức thu: không được thu và không được tự đặt mức.",
        "No rate: nothing may be collected or made up.",
    ),
    "fees.status.missing": entry(
        "Các gói chưa có mức thu: chưa tính được số tiền, không được tự đặt mức.",
        "The packs lack the rate: no amount can be given, and none may be made up.",
    ),
    "fees.status.asked": entry(
        "Chưa tính được: hãy nêu rõ thông tin còn thiếu.", "No amount yet: state what is missing."
    ),
    "fees.status.conflict": entry(
        "Các quy định mâu thuẫn: cần cơ quan có thẩm quyền quyết định.",
        "The provisions conflict: the authority must decide.",
    ),
    "fees.status.rounding_undefined": entry(
        "Chưa có quy định làm tròn: cần cơ quan có thẩm quyền hướng dẫn.",
        "No rule for rounding: the authority must say.",
    ),
    "fees.status.needs_authority": entry(
        "Cần cơ quan có thẩm quyền hướng dẫn mức thu.", "The authority must say which rate applies."
    ),
    "fees.column.charge": entry("Khoản thu", "Charge"),
    "fees.column.formula": entry("Cách tính", "Calculation"),
    "fees.column.gross": entry("Mức thu", "Gross"),
    "fees.column.relief": entry("Miễn, giảm, hỗ trợ", "Relief"),
    "fees.column.net": entry("Phải nộp", "Due"),
    "fees.column.payer": entry("Người trả", "Payer"),
    "fees.column.basis": entry("Căn cứ", "Basis"),
    "fees.column.total": entry("Cộng", "Total"),
    "fees.payer.applicant": entry("người nộp", "applicant"),
    "fees.payer.budget": entry("ngân sách", "budget"),
    "fees.payer.shared": entry("người nộp và ngân sách", "applicant and budget"),
}
