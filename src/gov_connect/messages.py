"""One catalogue of everything the library says to people: code -> Vietnamese, English, remedy.

No text stands at a raise site. Entries hold `{name}` places for figures and names of systems, never
for personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Language: TypeAlias = Literal["vi", "en"]


class _Blanks(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return f"<{key}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is said for one code, in both languages, and what to do next."""

    vi: str
    en: str
    remedy_vi: str = ""
    remedy_en: str = ""

    def text(self, language: Language, params: Mapping[str, object]) -> str:
        """The sentence in `language`, its places filled from `params`."""
        return (self.vi if language == "vi" else self.en).format_map(_Blanks(params))

    def remedy(self, language: Language, params: Mapping[str, object]) -> str:
        """What to do next in `language`; "" where there is nothing to do."""
        return (self.remedy_vi if language == "vi" else self.remedy_en).format_map(_Blanks(params))


def message(code: str) -> Message:
    """Look `code` up. Unknown codes are a defect of ours and raise `KeyError`."""
    return CATALOGUE[code]


def _m(vi: str, en: str, remedy_vi: str = "", remedy_en: str = "") -> Message:
    return Message(vi=vi, en=en, remedy_vi=remedy_vi, remedy_en=remedy_en)


_ERRORS = {
    "input.invalid": _m(
        "{what} có {count} điểm chưa hợp lệ:",
        "{what} has {count} problem(s):",
        "Sửa từng điểm nêu trên rồi thực hiện lại; chưa có dữ liệu nào được gửi đi.",
        "Correct each point above and try again; nothing has been sent.",
    ),
    "settings.invalid": _m(
        "Cấu hình có {count} điểm chưa hợp lệ:",
        "The settings have {count} problem(s):",
        "Đặt lại các biến môi trường nêu trên (xem README, mục Cấu hình).",
        "Set the environment variables named above (see README, section Settings).",
    ),
    "privacy.purpose_required": _m(
        "Thao tác {operation} đọc dữ liệu cá nhân nên phải có mục đích và cán bộ thực hiện.",
        "{operation} reads personal data, so a purpose and an officer are required.",
        "Gọi gov.acting(agency=..., officer=..., purpose=Purpose(...)) trước khi tra cứu.",
        "Call gov.acting(agency=..., officer=..., purpose=Purpose(...)) first.",
    ),
    "network.unreachable": _m(
        "Không kết nối được tới hệ thống {system}; chưa gửi gì.",
        "Cannot connect to {system}; nothing was sent.",
        "Kiểm tra mạng, địa chỉ máy chủ và chứng thư; thư viện sẽ tự thử lại khi an toàn.",
        "Check network, address and certificate; it is safe to try again.",
    ),
    "network.timed_out": _m(
        "Hệ thống {system} không trả lời đủ trong {seconds} giây (mã đối chiếu {correlation_id}).",
        "{system} did not answer in full within {seconds} s (correlation id {correlation_id}).",
        "Thử lại sau; nếu lặp lại, báo đơn vị vận hành {system} kèm mã đối chiếu.",
        "Try again later; if it persists, tell the operator of {system} the correlation id.",
    ),
    "network.paused": _m(
        "Hệ thống {system} lỗi liên tiếp hoặc đã hết lượt gọi nên tạm ngừng gọi trong {seconds} giây.",
        "{system} failed repeatedly, or our calls to it are used up; it is not called for {seconds} s.",
        "Chờ hết thời gian tạm ngừng; hồ sơ vẫn được giữ và sẽ được gửi tiếp.",
        "Wait; records are kept and will be sent afterwards.",
    ),
    "network.overloaded": _m(
        "Hệ thống {system} đang quá tải (HTTP {status}).",
        "{system} is overloaded (HTTP {status}).",
        "Chờ theo thời gian hệ thống yêu cầu rồi thử lại.",
        "Wait as long as the system asks, then try again.",
    ),
    "auth.failed": _m(
        "Hệ thống {system} không chấp nhận tài khoản kết nối (HTTP {status}, mã {raw_code}).",
        "{system} did not accept the credentials (HTTP {status}, code {raw_code}).",
        "Kiểm tra tài khoản, khóa bí mật và đồng hồ máy chủ.",
        "Check account, secret and the clock of this machine.",
    ),
    "system.refused": _m(
        "Hệ thống {system} từ chối yêu cầu (mã {raw_code}, mã đối chiếu {correlation_id}).",
        "{system} refused the request (code {raw_code}, correlation id {correlation_id}).",
        "Xem lại dữ liệu hồ sơ theo mã lỗi; gửi lại nguyên trạng sẽ không có kết quả.",
        "Review the record by that code; sending it unchanged will not help.",
    ),
    "system.misconfigured": _m(
        "Hệ thống {system} báo lỗi cấu hình kết nối (mã {raw_code}).",
        "{system} reports a configuration fault of this connection (code {raw_code}).",
        "Kiểm tra mã đơn vị, địa chỉ IP đã đăng ký và tham số kết nối với đơn vị vận hành.",
        "Check unit code, registered IP address and parameters with the operator.",
    ),
    "system.not_finished": _m(
        "Hệ thống {system} chưa xử lý xong hồ sơ (mã {raw_code}).",
        "{system} has not finished this record yet (code {raw_code}).",
        "Hỏi lại kết quả sau.",
        "Ask for the result again later.",
    ),
    "system.unexpected_reply": _m(
        "Hệ thống {system} trả lời không đúng mẫu ({reason}, HTTP {status}, mã đối chiếu {correlation_id}).",
        "{system} sent a reply that cannot be understood ({reason}, HTTP {status}, correlation id {correlation_id}).",
        "Báo đơn vị vận hành {system} kèm mã đối chiếu.",
        "Tell the operator of {system} the correlation id.",
    ),
    "system.outcome_unknown": _m(
        "Đã gửi tới {system} nhưng chưa rõ kết quả ({reason}, mã đối chiếu {correlation_id}).",
        "Sent to {system}, outcome unknown ({reason}, correlation id {correlation_id}).",
        "Không gửi lại ngay: tra cứu tình trạng trước, rồi mới cập nhật.",
        "Do not repeat it: look the record up first, then update.",
    ),
    "ledger.key_conflict": _m(
        "Khóa chống trùng của {operation} đã dùng cho nội dung khác.",
        "The idempotency key of {operation} was already used for a different content.",
        "Dùng khóa mới cho yêu cầu mới, hoặc gửi lại đúng nội dung cũ.",
        "Use a new key for a new request, or repeat the same content.",
    ),
    "ledger.lease_lost": _m(
        "Hồ sơ đã được tiến trình khác tiếp tục xử lý.",
        "Another worker has taken this dossier over.",
        "Không cần làm gì: tiến trình kia sẽ xử lý đến cùng.",
        "Nothing to do: the other one takes it to its end.",
    ),
    "ledger.busy": _m(
        "Cơ sở dữ liệu cục bộ không ghi được trong thời gian cho phép.",
        "The local database could not be written in time.",
        "Kiểm tra ổ đĩa và tiến trình khác đang giữ cơ sở dữ liệu.",
        "Check the disk and other processes that hold the database.",
    ),
    "ledger.unusable": _m(
        "Không dùng được tệp cơ sở dữ liệu cục bộ: thiếu thư mục, không có quyền, hoặc tệp hỏng hay không phải là cơ sở dữ liệu.",
        "The local database file cannot be used: no such folder, no permission, or a file that is damaged or no database.",
        "Kiểm tra đường dẫn, quyền và chỗ trống trên đĩa; tệp hỏng thì khôi phục từ bản sao lưu, không xóa.",
        "Check the path, the permissions and the space on the disk; restore a damaged file from a backup, do not delete it.",
    ),
    "ledger.unreachable": _m(
        "Máy chủ cơ sở dữ liệu cục bộ không trả lời.",
        "The local database server does not answer.",
        "Kiểm tra máy chủ PostgreSQL và GOV_CONNECT_DATABASE_URL; việc đang chờ vẫn còn và tự chạy tiếp khi máy chủ trở lại.",
        "Check the PostgreSQL server and GOV_CONNECT_DATABASE_URL; work that waits is kept and goes on when the server is back.",
    ),
    "ledger.no_driver": _m(
        "Thiếu thư viện để dùng PostgreSQL.",
        "The library for PostgreSQL is not installed.",
        'Cài đặt: pip install "gov-connect[scale]".',
        'Install it: pip install "gov-connect[scale]".',
    ),
    "ledger.newer_schema": _m(
        "Cơ sở dữ liệu cục bộ do phiên bản mới hơn ghi (lược đồ {found}; bản này chỉ biết đến {known}).",
        "A newer version wrote the local database (schema {found}; this one knows up to {known}).",
        "Cài lại phiên bản mới; không chạy phiên bản cũ trên dữ liệu này.",
        "Install the newer version again; do not run this one on that data.",
    ),
    "ledger.wrong_key": _m(
        "Không giải mã được dữ liệu đã lưu: sai khóa hoặc dữ liệu bị sửa.",
        "Stored data cannot be decrypted: wrong key or changed data.",
        "Đặt đúng GOV_CONNECT_STORE_KEY đã dùng khi ghi.",
        "Set the GOV_CONNECT_STORE_KEY that was in use when it was written.",
    ),
    "payment.notice_rejected": _m(
        "Thông báo thanh toán không hợp lệ ({reason}).",
        "The payment notice is not valid ({reason}).",
        "Không ghi nhận; truy vấn lại giao dịch tại nền tảng thanh toán.",
        "Not applied; query the transaction at the platform.",
    ),
    "payment.unknown_order": _m(
        "Không có lệnh thanh toán mang mã tham chiếu này.",
        "There is no payment order with this reference.",
        "Kiểm tra mã tham chiếu và đơn vị.",
        "Check the reference and the agency.",
    ),
    "payment.amount_differs": _m(
        "Nền tảng thanh toán báo số tiền khác với lệnh thanh toán.",
        "The platform reports another amount than the order.",
        "Dừng lại và đối soát với đơn vị vận hành nền tảng.",
        "Stop, and reconcile with the operator of the platform.",
    ),
    "support.signing_level": _m(
        "Định dạng {format} chưa có mức ký này.",
        "The {format} format has no such level of signature.",
        "Dùng mức B hoặc T; mức LT chỉ có cho PDF.",
        "Use level B or T; LT exists for PDF only.",
    ),
    "support.adapter_unknown": _m(
        "Chưa cài bộ nối tên {name}.",
        "No adapter named {name} is installed.",
        "Cài gói của nhà cung cấp, hoặc xem gov-connect adapters.",
        "Install the vendor's package, or see gov-connect adapters.",
    ),
    "support.generation": _m(
        "Thế hệ giao thức {generation} của {system} chưa được hỗ trợ.",
        "Protocol generation {generation} of {system} is not supported.",
        "Dùng thế hệ được liệt kê trong gov-connect adapters.",
        "Use a generation listed by gov-connect adapters.",
    ),
    "support.event": _m(
        "{system} chưa hỗ trợ loại việc này.",
        "{system} does not support this kind of event here.",
        "Xem bảng tình trạng trong README.",
        "See the status table in the README.",
    ),
    "support.synthetic_person": _m(
        "Số định danh thử nghiệm không được gửi tới hệ thống thật.",
        "A test identity number must not be sent to a production system.",
        "Dùng môi trường offline hoặc test cho dữ liệu thử nghiệm.",
        "Use the offline or test environment for test data.",
    ),
}

_VALUES = {
    "value.missing": _m("còn thiếu", "is missing"),
    "value.unknown_field": _m("không phải là trường được biết", "is not a known field"),
    "value.too_long": _m("dài quá {limit} ký tự", "is longer than {limit} characters"),
    "value.too_short": _m("ngắn hơn {limit} ký tự", "is shorter than {limit} characters"),
    "value.too_few": _m("cần ít nhất {limit}", "needs at least {limit}"),
    "value.too_many": _m("nhiều hơn {limit}", "has more than {limit}"),
    "value.too_small": _m("nhỏ hơn {limit}", "is less than {limit}"),
    "value.too_large": _m("lớn hơn {limit}", "is more than {limit}"),
    "value.not_in_list": _m("không thuộc danh mục", "is not in the list"),
    "value.not_whole_number": _m("phải là số nguyên", "must be a whole number"),
    "value.not_text": _m("phải là chữ", "must be text"),
    "value.duplicate": _m("được nêu hai lần", "stands there twice"),
    "value.no_timezone": _m("thiếu múi giờ", "has no time zone"),
    "value.invalid": _m("không hợp lệ", "is not valid"),
    "value.empty": _m("không được để trống", "must not be empty"),
    "value.control_character": _m("chứa ký tự điều khiển", "holds control characters"),
    "value.not_a_date": _m("không phải là ngày có thật", "is not a date that exists"),
    "value.not_money": _m("phải là số đồng nguyên, từ 0 đến {limit}", "must be whole đồng, from 0 to {limit}"),
    "value.procedure_code": _m("phải có dạng mã thủ tục d.dddddd", "must be a procedure code like d.dddddd"),
    "value.agency_code": _m(
        "phải là mã định danh cơ quan như H99.12.7 hoặc 000.07.12.H99",
        "must be an agency code like H99.12.7 or 000.07.12.H99",
    ),
    "value.dossier_code": _m(
        "phải là mã hồ sơ như H99.12.7-250804-0019", "must be a dossier code like H99.12.7-250804-0019"
    ),
    "value.citizen_id": _m("phải gồm đúng 12 chữ số", "must be exactly 12 digits"),
    "value.citizen_id_lost_zero": _m(
        "phải gồm đúng 12 chữ số; có vẻ mất số 0 đầu do bảng tính",
        "must be exactly 12 digits; a leading zero may have been lost in a spreadsheet",
    ),
    "value.citizen_id_province": _m(
        "ba số đầu không phải mã tỉnh nào đã cấp", "starts with a province code never issued"
    ),
    "value.latin_letters": _m("có chữ cái không viết được bằng chữ La-tinh", "holds letters that have no Latin form"),
    "value.old_id_number": _m("phải gồm đúng 9 chữ số", "must be exactly 9 digits"),
    "value.one_of": _m("cần đúng một trong: {names}", "needs exactly one of: {names}"),
    "value.before": _m("không được trước {other}", "must not be before {other}"),
    "value.needed_with": _m("bắt buộc khi có {other}", "is required with {other}"),
    "value.pipe": _m('không được chứa ký tự "|"', 'must not contain "|"'),
    "value.header": _m(
        "chỉ được chứa chữ không dấu, chữ số và dấu câu ASCII", "must be plain ASCII text, as headers are"
    ),
    "value.sum_differs": _m("tổng các dòng khác số tiền", "lines do not add up to the amount"),
    "value.not_a_url": _m("phải là địa chỉ http(s)", "must be an http(s) address"),
    "value.store_key": _m("phải là base64 của 32 byte", "must be base64 of 32 bytes"),
    "value.audit_key": _m(
        "phải là khóa Ed25519 (base64 của 32 byte, hoặc PEM)", "must be an Ed25519 key (base64 of 32 bytes, or PEM)"
    ),
    "value.in_future": _m("chưa tới thời điểm này", "lies in the future"),
    "value.not_configured": _m("chưa được cấu hình", "is not set"),
}

_FEES = {
    "fees.not_toml": _m("không phải tệp TOML hợp lệ", "is not valid TOML"),
    "fees.not_a_list": _m("phải là danh sách", "must be a list"),
    "fees.not_a_table": _m("phải là bảng TOML", "must be a TOML table"),
    "fees.not_a_toml_date": _m(
        "phải là ngày TOML không có dấu nháy, ví dụ 2026-08-15",
        "must be a TOML date without quotes, like 2026-08-15",
    ),
    "fees.bands": _m(
        "phải gồm các cặp [từ số, đồng], bắt đầu từ 1 và tăng dần",
        "must be pairs [from number, đồng] that start at 1 and rise",
    ),
    "fees.citation": _m('phải có dạng ["TT226/4.1", "Điều 4, STT 1"]', 'must be like ["TT226/4.1", "Điều 4, STT 1"]'),
    "fees.duplicate": _m("bị khai báo hai lần", "is declared twice"),
    "fees.instrument_unknown": _m(
        "dẫn tới văn bản không có trong các gói", "points at an instrument that no pack holds"
    ),
    "fees.charge_unknown": _m("là khoản thu không có trong danh mục", "is not a known charge"),
    "fees.fact_unknown": _m("nêu điều kiện không có trong danh mục", "names a fact that is not known"),
    "fees.area_unknown": _m(
        "không phải mã tỉnh, mã tỉnh:tỉnh cũ hay mã xã được biết",
        "is not a known province, province:former province or commune code",
    ),
    "fees.outside_scope": _m("nằm ngoài phạm vi {scope} của gói", "lies outside the pack's scope {scope}"),
    "fees.empty_window": _m(
        "không có ngày nào nằm trong hiệu lực của văn bản", "holds on no day while the instrument is in force"
    ),
    "fees.national_charge": _m(
        "gói của tỉnh không được đặt mức thu do trung ương quy định ({charge})",
        "a province's pack may not set a national rate ({charge})",
    ),
    "fees.national_instrument": _m(
        "gói của tỉnh không được bãi bỏ văn bản của trung ương",
        "a province's pack may not repeal a national instrument",
    ),
    "fees.fact_contradicted": _m(
        "vừa được nêu là có vừa được nêu là không: {fact}", "is stated both to hold and not to hold: {fact}"
    ),
    "fees.table_channels": _m(
        "bảng phải có đúng các kênh của mức thu", "the table must hold exactly the channels of the rate"
    ),
    "fees.quantity_unknown": _m("dùng số lượng mà {charge} không có", "uses a quantity that {charge} does not have"),
    "fees.exception_unknown": _m(
        "là ngoại lệ của một mức thu không có", "is an exception to a rate that does not exist"
    ),
    "fees.exception_cycle": _m("là ngoại lệ vòng quanh", "is an exception to itself in a circle"),
    "fees.same_officer": _m("phải là cán bộ thứ hai, khác người nhập", "must be another officer"),
    "fees.no_rate.none": _m(
        "không có mức thu nào trong các gói; không được tự đặt mức",
        "no pack holds a rate; none may be made up",
    ),
    "fees.no_rate.before": _m("mức thu đầu tiên có hiệu lực từ {day}", "the first rate takes effect on {day}"),
    "fees.no_rate.start_unknown": _m(
        "chưa rõ {instrument} có hiệu lực từ ngày nào, nguồn chỉ xác nhận từ {day}; chưa tính được cho trước ngày đó",
        "the first day of {instrument} in force was not found, it is attested from {day}; no amount before that",
    ),
    "fees.no_rate.ended": _m("mức thu đã hết hiệu lực sau ngày {day}", "the rate ended after {day}"),
    "fees.no_rate.repealed": _m(
        "mức thu bị {instrument} bãi bỏ từ {day} mà không có mức thay thế",
        "the rate was repealed without replacement by {instrument} on {day}",
    ),
    "fees.no_rate.amount_unknown": _m(
        "có văn bản quy định nhưng gói chưa có mức thu", "an instrument sets it, but the packs do not hold the amount"
    ),
    "fees.no_rate.left_to_province": _m(
        "mức thu do HĐND cấp tỉnh quy định; các gói chưa có mức của nơi này",
        "the province sets the rate; the packs hold none for this place",
    ),
    "fees.no_rate.not_encoded": _m(
        "mức thu của thời kỳ này chưa được nhập vào gói", "the rate of that time is not in the packs"
    ),
    "fees.no_rate.column_unclear": _m(
        "chưa rõ áp dụng mức của xã hay mức của huyện trước đây; cần cơ quan có thẩm quyền hướng dẫn",
        "unclear whether the commune's or the former district's rate applies; the authority must say",
    ),
    "fees.no_rate.price_class_unclear": _m(
        "mức thu phân theo quận, phường cũ; sau sắp xếp cần cơ quan có thẩm quyền hướng dẫn",
        "the rate depends on former districts or wards that were redrawn; the authority must say",
    ),
    "fees.no_rate.table_heading_lost": _m(
        "bảng mức thu trong nguồn bị mất tiêu đề cột; cần đối chiếu văn bản gốc",
        "the source lost a column heading of the table; compare the original",
    ),
    "fees.fact_needed": _m(
        "cần nêu rõ trước khi tính, số phải nộp khác nhau: {sides}",
        "must be stated first, the amount depends on it: {sides}",
    ),
    "fees.denied": _m("không phải: {fact}", "not: {fact}"),
    "fees.conflict": _m("các quy định cho số tiền khác nhau: {sides}", "provisions give different amounts: {sides}"),
    "fees.rounding_undefined": _m(
        "{provision} cho số lẻ dưới 1 đồng và không nêu cách làm tròn",
        "{provision} gives a fraction of a đồng and no rule to round it",
    ),
    "fees.warning.area": _m(
        "{charge}: mức thu khác nhau theo địa bàn tỉnh cũ; hãy chọn đúng địa bàn",
        "{charge}: rates differ by former province; name the exact place",
    ),
    "fees.warning.unread": _m(
        "Chưa đọc văn bản gốc {instrument} (nguồn {source}, đọc ngày {read}).",
        "The original of {instrument} was not read (source {source}, read {read}).",
    ),
    "fees.warning.start_unknown": _m(
        "{instrument} có thể miễn, giảm cho trường hợp này; chưa tìm thấy ngày có hiệu lực, nguồn chỉ xác nhận từ {day}: "
        "kiểm tra trước khi thu.",
        "{instrument} may reduce this; its first day in force was not found and is attested only from {day}: "
        "check before collecting.",
    ),
    "fees.warning.typed": _m("{charge}: số tiền do cán bộ nhập tay", "{charge}: amount typed by officers"),
    "fees.hint": _m(
        "{charge}: còn {amount} đồng nếu xác minh được: {facts} (giấy tờ: {evidence})",
        "{charge}: {amount} đồng if this is proven: {facts} (by: {evidence})",
    ),
    "fees.why.applies": _m("đang được áp dụng", "applies"),
    "fees.why.area": _m("chỉ áp dụng tại {area}", "only for {area}"),
    "fees.why.channel": _m("chỉ áp dụng cho kênh: {channels}", "only for the channels: {channels}"),
    "fees.why.window": _m("không có hiệu lực vào ngày nộp hồ sơ", "not in force on the filing day"),
    "fees.why.facts": _m("chưa xác minh: {facts}", "not verified: {facts}"),
    "fees.why.excluded": _m("đối tượng bị loại trừ", "excluded by a verified fact"),
    "fees.why.less_favourable": _m("không có lợi hơn mức giảm đã áp dụng", "not more favourable than what applies"),
    "fees.why.nothing_due": _m("không phát sinh số tiền phải giảm", "nothing is due to be reduced"),
    "fees.not_priced": _m("chưa có số tiền", "has no amount"),
    "fees.typed_mark": _m("nhập tay", "typed"),
    "fees.record_changed": _m("đã bị sửa sau khi lưu", "was changed after it was stored"),
    "fees.check.gap": _m(
        "{charge} tại {area}, kênh {channel}, {first} đến {last}, điều kiện {facts}: không có mức thu và không khai báo thiếu",
        "{charge} in {area}, {channel}, {first} to {last}, facts {facts}: no rate and no declared absence",
    ),
    "fees.check.overlap": _m(
        "{charge} tại {area}, kênh {channel}, {first} đến {last}, điều kiện {facts}: mâu thuẫn giữa {sides}",
        "{charge} in {area}, {channel}, {first} to {last}, facts {facts}: conflict between {sides}",
    ),
    "fees.check.same_number": _m(
        "số {number} có ở nhiều nơi ban hành: {issuers}", "number {number} has several issuers: {issuers}"
    ),
    "fees.check.unread": _m(
        "chưa đọc văn bản gốc {instrument} (nguồn {source})",
        "the original of {instrument} was not read (source {source})",
    ),
    "fees.check.idle_repeal": _m(
        "{by} bãi bỏ {target} nhưng không có quy định nào trong các gói bị ảnh hưởng",
        "{by} repeals {target}, and nothing in the packs is touched by it",
    ),
    "fees.check.no_case": _m("{charge} không có ca kiểm thử nào", "{charge} has no golden case"),
    "fees.pack.signature": _m(
        "Gói luật có {found} chữ ký hợp lệ, cần {needed}; giữ nguyên gói đang dùng.",
        "The law packs carry {found} valid signature(s), {needed} needed; the old ones stay in force.",
        "Liên hệ đơn vị phát hành gói; không sửa tay các tệp.",
        "Ask the publisher; do not edit the files.",
    ),
    "fees.pack.manifest": _m(
        "Không đọc được bản kê của gói luật; giữ nguyên gói đang dùng.",
        "The manifest of the law packs cannot be read; the old ones stay in force.",
    ),
    "fees.pack.changed": _m(
        "Tệp {file} không khớp bản kê; giữ nguyên gói đang dùng.",
        "{file} does not match the manifest; the old packs stay in force.",
    ),
    "fees.pack.engine": _m(
        "Gói luật cần bộ tính phiên bản {needed}, hiện có {found}.",
        "The law packs need engine version {needed}, this is {found}.",
        "Nâng cấp gov-connect rồi nạp lại gói.",
        "Upgrade gov-connect, then load the packs again.",
    ),
    "fees.pack.rollback": _m(
        "Gói luật phiên bản {version} không mới hơn phiên bản đã dùng {known}; giữ nguyên gói đang dùng.",
        "Version {version} of the law packs is not newer than {known}; the old ones stay in force.",
    ),
    "fees.pack.invalid": _m(
        "Gói luật không hợp lệ; giữ nguyên gói đang dùng. {detail}",
        "The law packs are not valid; the old ones stay in force. {detail}",
    ),
    "fees.pack.check": _m(
        "Gói luật có {count} lỗi nội dung; giữ nguyên gói đang dùng. {first}",
        "The law packs have {count} fault(s); the old ones stay in force. {first}",
    ),
    "fees.pack.cases": _m(
        "Gói luật tính sai các ca kiểm thử {cases}; giữ nguyên gói đang dùng.",
        "The law packs fail the golden cases {cases}; the old ones stay in force.",
    ),
    "fees.pack.unreadable": _m(
        "Không đọc được gói luật từ nguồn; giữ nguyên gói đang dùng.",
        "The law packs cannot be read from their source; the old ones stay in force.",
    ),
    "fees.pack.state": _m(
        "Thư mục lưu gói luật bị hỏng; giữ nguyên gói đang dùng.",
        "The folder that keeps the law packs is damaged; the book in force stays.",
        "Nạp lại gói luật từ nguồn đã ký.",
        "Load the packs again from their signed source.",
    ),
    "fees.pack.busy": _m(
        "Một tiến trình khác đang nạp gói luật.",
        "Another process is loading law packs.",
        "Chờ tiến trình kia xong rồi thử lại.",
        "Wait for it and try again.",
    ),
    "fees.channel.counter": _m("nộp trực tiếp", "at the counter"),
    "fees.channel.online": _m("nộp trực tuyến", "online"),
    "fees.channel.post": _m("qua bưu chính", "by post"),
    "fees.explain.head": _m(
        "Hồ sơ nộp ngày {day}, {channel}, địa bàn: {area}", "Filed on {day}, {channel}, place: {area}"
    ),
    "fees.explain.total": _m("Tổng phải nộp: {total} đồng", "Total due: {total} đồng"),
    "fees.explain.subsidy_total": _m("Ngân sách chi trả: {amount} đồng", "Paid by the budget: {amount} đồng"),
    "fees.explain.relief": _m("giảm {amount}, còn {net} đồng", "reduced by {amount}, {net} đồng left"),
    "fees.explain.subsidy": _m(
        "ngân sách chi trả {amount}, người nộp trả {net} đồng",
        "the budget pays {amount}, the applicant {net} đồng",
    ),
    "fees.explain.passed_over": _m("không áp dụng thêm vì không có lợi hơn", "not applied: less favourable"),
    "fees.explain.typed": _m(
        "cán bộ nhập tay, đã có người thứ hai duyệt", "typed by an officer, approved by a second one"
    ),
    "fees.status.priced": _m("Đã tính được", "Priced"),
    "fees.status.no_rate": _m(
        "Không có mức thu: không được thu và không được tự đặt mức.",
        "No rate: nothing may be collected or made up.",
    ),
    "fees.status.missing": _m(
        "Các gói chưa có mức thu: chưa tính được số tiền, không được tự đặt mức.",
        "The packs lack the rate: no amount can be given, and none may be made up.",
    ),
    "fees.status.asked": _m("Chưa tính được: hãy nêu rõ thông tin còn thiếu.", "No amount yet: state what is missing."),
    "fees.status.conflict": _m(
        "Các quy định mâu thuẫn: cần cơ quan có thẩm quyền quyết định.",
        "The provisions conflict: the authority must decide.",
    ),
    "fees.status.rounding_undefined": _m(
        "Chưa có quy định làm tròn: cần cơ quan có thẩm quyền hướng dẫn.",
        "No rule for rounding: the authority must say.",
    ),
    "fees.status.needs_authority": _m(
        "Cần cơ quan có thẩm quyền hướng dẫn mức thu.", "The authority must say which rate applies."
    ),
    "fees.column.charge": _m("Khoản thu", "Charge"),
    "fees.column.formula": _m("Cách tính", "Calculation"),
    "fees.column.gross": _m("Mức thu", "Gross"),
    "fees.column.relief": _m("Miễn, giảm, hỗ trợ", "Relief"),
    "fees.column.net": _m("Phải nộp", "Due"),
    "fees.column.payer": _m("Người trả", "Payer"),
    "fees.column.basis": _m("Căn cứ", "Basis"),
    "fees.column.total": _m("Cộng", "Total"),
    "fees.payer.applicant": _m("người nộp", "applicant"),
    "fees.payer.budget": _m("ngân sách", "budget"),
    "fees.payer.shared": _m("người nộp và ngân sách", "applicant and budget"),
}

_DESK = {
    "desk.unknown_procedure": _m(
        "Cổng DVC quốc gia không có thủ tục này.", "The national portal has no such procedure."
    ),
    "desk.applicant_not_found": _m(
        "Không tìm thấy người nộp trong CSDL quốc gia về dân cư với số, họ tên và ngày sinh đã khai.",
        "The residents database knows nobody with the number, name and birth date given.",
        "Kiểm tra lại giấy tờ của người nộp.",
        "Check the applicant's papers.",
    ),
    "desk.payment_failed": _m(
        "Giao dịch thanh toán không thành công.",
        "The payment failed.",
        "Liên hệ người nộp; đối soát trước khi thu lại.",
        "Contact the payer; reconcile before collecting again.",
    ),
}

_PORTAL = {
    "indicators.total": _m("Hồ sơ được tính", "Dossiers counted"),
    "indicators.not_counted": _m(
        "Không được tính (thiếu ngày tiếp nhận hoặc rút trước tiếp nhận)",
        "Not counted (no receipt date, or withdrawn before acceptance)",
    ),
    "indicators.ended": _m("Đã kết thúc xử lý", "Processing ended"),
    "indicators.early": _m("Trước hạn", "Early"),
    "indicators.on_time": _m("Đúng hạn (gồm trước hạn)", "On time (early ones included)"),
    "indicators.late": _m("Quá hạn", "Late"),
    "indicators.in_progress": _m("Đang xử lý, còn hạn", "In progress, not due"),
    "indicators.overdue": _m("Đang xử lý, quá hạn", "In progress, overdue"),
    "indicators.no_due_date": _m("Không xác định được hạn", "No due date known"),
    "indicators.online": _m("Nộp trực tuyến", "Submitted online"),
    "indicators.digitised": _m("Có thành phần số hóa", "With digitised papers"),
    "indicators.reused": _m("Có tái sử dụng giấy tờ", "With reused papers"),
    "indicators.paid_online": _m("Thanh toán trực tuyến", "Paid online"),
    "portal.cause.m1": _m(
        "đơn vị, cán bộ tiếp nhận hoặc trường hợp thủ tục chưa cấu hình nên chưa tiếp nhận được",
        "unit, officer or procedure case is not configured, so it was not taken in",
    ),
    "portal.cause.m2": _m(
        "thiếu ánh xạ thủ tục nên đã trả lời -1", "the procedure mapping is missing, so -1 was answered"
    ),
    "portal.cause.m3": _m(
        "tra cứu TechID không thành công khi nhận hồ sơ", "the account look-up failed while the dossier was pushed"
    ),
    "portal.cause.m4": _m("phiên làm việc hết hạn, chưa gửi được", "the session was lost and nothing was sent"),
    "portal.cause.m5": _m(
        "quá thời gian chờ nhưng Cổng có thể đã ghi nhận", "it timed out, and the portal may have taken it"
    ),
    "portal.cause.m6": _m("Cổng thiếu bước tiến độ", "the portal lacks processing steps"),
    "portal.cause.m7": _m("mã hồ sơ hai bên khác nhau", "the two sides use different numbers"),
    "portal.cause.m8": _m(
        "trạng thái cục bộ chưa có ánh xạ nên chưa đồng bộ", "the local status has no mapping, so it is never sent"
    ),
    "portal.cause.m9": _m("sự kiện lỗi trước đó chặn các sự kiện sau", "an earlier failed event blocks the later ones"),
    "portal.cause.m10": _m("trạng thái tại Cổng đã bị ghi thành 9", "the status was rewritten to 9 at the portal"),
    "portal.cause.m11": _m("Cổng từ chối bản ghi do trường dữ liệu", "the portal refused the record for its content"),
    "portal.cause.m12": _m("liên kết tệp không truy cập được", "a file link does not answer"),
    "portal.cause.m13": _m("hồ sơ đã xóa hoặc gộp tại đơn vị", "deleted or merged at the agency"),
    "portal.cause.m14": _m("sự kiện kẹt ở trạng thái đã gửi", 'an event is stuck in "sent"'),
    "portal.cause.status": _m(
        "trạng thái hai bên khác nhau, chưa rõ nguyên nhân", "states differ, and nothing explains it"
    ),
    "portal.cause.unknown": _m("chỉ có ở một bên, chưa rõ nguyên nhân", "on one side only, and nothing explains it"),
    "value.not_mapped": _m("chưa có mã quốc gia tương ứng", "has no national code mapped to it"),
    "value.not_uploaded": _m(
        "chưa tải lên Cổng nên thiếu mã tệp và mã băm", "is not uploaded yet: id and hash are missing"
    ),
    "value.digits_only": _m("chỉ gồm chữ số, không có dấu phân cách", "must be digits only, without separators"),
    "value.gate_needed": _m(
        "ngoài môi trường offline phải có kiểm tra chứng thư máy khách, danh sách địa chỉ sau proxy đã khai báo, "
        "hoặc tiêu đề bí mật của cổng kết nối",
        "outside offline needs a client-certificate check, an address list behind a declared proxy, "
        "or a shared gateway header",
    ),
    "value.secret_short": _m("khóa bí mật cần ít nhất {limit} ký tự", "a secret needs at least {limit} characters"),
    "value.host_not_allowed": _m(
        "địa chỉ tệp không thuộc danh sách máy chủ được phép", "is not on a host that files may come from"
    ),
    "value.file_refused": _m(
        "tệp không tải được, quá lớn hoặc không đúng loại được phép",
        "is a file that could not be fetched, is too large, or is of a kind not allowed",
    ),
    "value.tax_number": _m("phải gồm 10 hoặc 13 chữ số", "must be 10 or 13 digits"),
}


_RESIDENTS = {
    "network.redirected": _m(
        "Hệ thống {system} chuyển hướng sang địa chỉ khác (HTTP {status}); không gửi gì tới địa chỉ đó.",
        "{system} redirects to another address (HTTP {status}); nothing is sent there.",
        "Kiểm tra địa chỉ đã cấu hình và mạng trung gian; đặt đúng địa chỉ cuối cùng.",
        "Check the configured address and what stands in between; configure the final address.",
    ),
    "settings.production_host": _m(
        "trỏ tới máy chủ thật, chỉ môi trường production được dùng",
        "points at a production host, which is for production alone",
    ),
    "settings.not_production_host": _m(
        "không có trong danh sách máy chủ thật (PRODUCTION_HOSTS)",
        "is not among the production hosts (PRODUCTION_HOSTS)",
    ),
    "settings.other_host": _m(
        "dẫn tới máy chủ khác với máy chủ đã cấu hình", "leads to another host than the configured one"
    ),
    "settings.unreadable_file": _m(
        "không đọc được, hoặc không chứa chứng thư và khóa hợp lệ",
        "cannot be read, or holds no valid certificate and key",
    ),
    "settings.stamp_incomplete": _m(
        "cần endpoint, username và secret, trừ khi đi qua trục tự xác thực",
        "needs endpoint, username and secret, unless a bus authenticates by itself",
    ),
    "support.residents_kin_code": _m(
        "Chưa có mã tích hợp của dịch vụ xác minh nhân thân.",
        "The integration code of the kin service is not set.",
        "Xin mã của đơn vị vận hành rồi đặt GOV_CONNECT_RESIDENTS__KIN_CODE.",
        "Ask the operator for it and set GOV_CONNECT_RESIDENTS__KIN_CODE.",
    ),
    "support.residents_dialect": _m(
        "Cổng trung gian của tỉnh không có dịch vụ này.",
        "The provincial gateway does not offer this service.",
        "Dùng dialect soap, hoặc dịch vụ 037.",
        "Use the dialect soap, or service 037.",
    ),
    "privacy.quota": _m(
        "Đã hết {limit} lượt tra cứu dân cư trong ngày của {holder}.",
        "The {limit} look-ups of {holder} for this day are used up.",
        "Chờ sang ngày sau, hoặc đề nghị người quản trị xem xét hạn mức.",
        "Wait for the next day, or ask the administrator to review the quota.",
    ),
    "value.service": _m("không phải dịch vụ được biết của CSDL dân cư", "is not a known service of the database"),
    "value.element_name": _m("không phải tên phần tử XML", "is not the name of an XML element"),
    "value.sensitive_field": _m(
        "là dữ liệu nhạy cảm mà mục đích không nêu", "is sensitive data that the purpose does not name"
    ),
    "number.province_unlike": _m(
        "ba số đầu là mã {prefix}, khác nơi khai sinh", "prefix {prefix} differs from the place of birth registration"
    ),
    "number.abroad": _m(
        "ba số đầu {prefix} không thuộc tỉnh nào: khai sinh ở nước ngoài hoặc chưa rõ",
        "prefix {prefix} is no province: registered abroad, or unknown",
    ),
    "number.sex": _m("số thứ tư không khớp giới tính", "the fourth digit does not fit the sex"),
    "number.year": _m(
        "thế kỷ và năm trong số không khớp ngày sinh", "century and year in the number do not fit the birth date"
    ),
    "number.synthetic": _m("là số thử nghiệm, chưa từng được cấp", "is a test number that was never issued"),
}

_PAYMENTS = {
    "receipt.unknown": _m(
        "Không có biên lai mang khóa này.",
        "There is no receipt with this key.",
        "Kiểm tra khóa và đơn vị.",
        "Check the key and the agency.",
    ),
    "receipt.numbers_used_up": _m(
        "Đã dùng hết số biên lai của ký hiệu này trong năm.",
        "All receipt numbers of this symbol are used up for the year.",
        "Đăng ký ký hiệu mới với cơ quan thuế.",
        "Register a new symbol with the tax office.",
    ),
    "payment.refund_too_large": _m(
        "Số tiền hoàn vượt quá số còn có thể hoàn ({left} đồng).",
        "The refund is more than what is left to refund ({left} đồng).",
        "Kiểm tra các lần hoàn trước của lệnh thanh toán này.",
        "Check the earlier refunds of this order.",
    ),
    "payment.refund_unknown_outcome": _m(
        "Yêu cầu hoàn tiền đã gửi nhưng chưa rõ kết quả; gửi lại lúc này có thể hoàn hai lần.",
        "The refund was sent and its outcome is not known; sending it now could refund twice.",
        "Đối soát với cổng thanh toán rồi ghi nhận kết quả bằng refund_settled.",
        "Reconcile with the gateway, then record the result with refund_settled.",
    ),
    "payment.unknown_refund": _m(
        "Không có yêu cầu hoàn tiền mang khóa này.",
        "There is no refund with this key.",
        "Kiểm tra khóa và đơn vị.",
        "Check the key and the agency.",
    ),
    "payment.already_paid": _m(
        "Khoản này đã được thanh toán bằng một lệnh khác của cùng hồ sơ.",
        "This is paid already, by another order of the same dossier.",
        "Không thu lần nữa; số tiền thừa thì hoàn lại.",
        "Do not collect again; money beyond it is refunded.",
    ),
    "payment.not_paid": _m(
        "Lệnh thanh toán chưa được thanh toán.",
        "The order is not paid.",
        "Truy vấn trạng thái trước.",
        "Ask for its status first.",
    ),
    "payment.transaction_used": _m(
        "Mã giao dịch này đã thanh toán cho một lệnh khác.",
        "This transaction already paid another order.",
        "Dừng lại và đối soát với cổng thanh toán.",
        "Stop, and reconcile with the gateway.",
    ),
    "payment.no_gateway": _m(
        "Bộ nối {name} không phải là cổng thanh toán.",
        "The adapter {name} is not a payment gateway.",
        "Xem gov-connect adapters.",
        "See gov-connect adapters.",
    ),
    "payment.no_segno": _m(
        "Chưa cài phần vẽ mã QR.",
        "Drawing QR codes is not installed.",
        'Cài đặt: pip install "gov-connect[qr]".',
        'Install it: pip install "gov-connect[qr]".',
    ),
    "payment.not_offered": _m(
        "{system} không cung cấp thao tác này ({what}).",
        "{system} does not offer this ({what}).",
        "Dùng cổng thanh toán khác, hoặc làm thủ công và ghi nhận tại quầy.",
        "Use another gateway, or do it by hand and record it at the counter.",
    ),
}

_SIGNING = {
    f"signing.{code}": _m(*texts)
    for code, *texts in (
        row.split(" | ")
        for row in """\
none | Tệp không có chữ ký số. | The file carries no signature.
not_valid | Chữ ký chưa được xác định là hợp lệ nên không dùng nội dung này. | The signatures were not found valid, so the content may not be used. | Xem từng lý do trong kết quả kiểm tra. | See the reasons in the report.
unknown_format | Không nhận ra định dạng tệp đã ký (PDF, XML, CMS). | Not a signed PDF, XML or CMS file.
too_large | Tệp quá lớn. | The file is too large.
content.changed | Nội dung đã bị thay đổi sau khi ký. | The content was changed after it was signed.
value.wrong | Giá trị chữ ký không đúng với chứng thư. | The signature value does not fit the certificate.
time.ahead | Thời gian ký ở tương lai. | The claimed signing time lies in the future.
algorithm.refused | Thuật toán không được chấp nhận ({oid}); SHA-1 và các thuật toán yếu bị từ chối. | Algorithm not accepted ({oid}); SHA-1 and weak ones are refused.
algorithm.mismatch | Thuật toán ký không phù hợp với khóa. | The algorithm does not fit the key.
key.weak | Khóa RSA {bits} bit, cần từ {least} bit. | RSA key of {bits} bits; at least {least} are needed.
key.unknown | Loại khóa không được chấp nhận. | This kind of key is not accepted.
key.another | Khóa bí mật không thuộc chứng thư này. | The private key does not belong to the certificate.
key.unreadable | Không mở được khóa: sai mật khẩu hoặc tệp hỏng. | The key cannot be opened: wrong password or damaged file. | Kiểm tra tệp và mật khẩu; nhập sai nhiều lần có thể khóa thiết bị. | Check file and password; repeated mistakes may lock a token.
certificate.missing | Không có chứng thư của người ký. | The signer's certificate is missing.
certificate.ambiguous | Không xác định được chứng thư nào đã ký. | It is not clear which certificate signed.
certificate.unreadable | Không đọc được chứng thư. | A certificate cannot be read.
certificate.exchanged | Chứng thư đi kèm không phải chứng thư đã được ký cùng. | The certificate is not the one that was signed along.
certificate.weak_hash | Chứng thư được cấp với hàm băm yếu ({hash}). | The certificate was issued with a weak hash ({hash}).
certificate.critical | Chứng thư có phần mở rộng bắt buộc không hiểu được ({oid}). | A critical extension is not understood ({oid}).
certificate.usage | Chứng thư không dùng để ký văn bản. | The certificate is not for signing documents.
certificate.not_yet | Chứng thư chưa có hiệu lực. | The certificate is not valid yet.
certificate.expired | Chứng thư đã hết hạn và không có dấu thời gian chứng minh đã ký trước đó. | The certificate has expired and no timestamp proves an earlier signature.
certificate.untrusted | Chứng thư không dẫn tới chứng thư gốc được tin cậy. | The certificate leads to no trusted root. | Kiểm tra tệp chứng thư gốc và chứng thư trung gian. | Check the root and intermediate certificate files.
certificate.revoked | Chứng thư đã bị thu hồi. | The certificate was revoked.
tree.not_allowed | Chữ ký thuộc hệ thống {tree} không được dùng cho việc {act}. | A signature of the {tree} tree is not allowed for {act}.
revocation.unknown | Chưa có dữ liệu thu hồi (CRL, OCSP) nên chưa xác định được. | Nothing is known about revocation (CRL, OCSP), so this stays open. | Nạp CRL mới của tổ chức cấp chứng thư. | Feed in a current CRL of the issuer.
revocation.unusable | Dữ liệu thu hồi đã cũ, không đúng phạm vi hoặc không xác thực được. | The revocation data is stale, of another scope or not authentic. | Nạp CRL mới của tổ chức cấp chứng thư. | Feed in a current CRL of the issuer.
revocation.unreadable | Không đọc được CRL hoặc OCSP. | A CRL or OCSP response cannot be read.
note.no_timestamp | Không có dấu thời gian: thời gian ký do người ký khai. | No timestamp: the time is the signer's own claim.
note.revocation_skipped | Chưa kiểm tra thu hồi theo cấu hình. | Revocation was not checked, as configured.
note.not_pss | Chữ ký công cộng không dùng RSASSA-PSS như Thông tư 15/2025. | A public signature without RSASSA-PSS, which Circular 15/2025 asks for.
timestamp.wrong | Dấu thời gian không hợp lệ. | The timestamp is not valid.
timestamp.untrusted | Không rõ tổ chức cấp dấu thời gian có được tin cậy không. | Nobody vouches for the timestamp authority.
timestamp.revocation | Chưa biết chứng thư của tổ chức cấp dấu thời gian có bị thu hồi không. | Nothing is known about revocation of the timestamp authority. | Nạp CRL mới của tổ chức cấp chứng thư đó. | Feed in a current CRL of its issuer.
timestamp.missing | Cần dấu thời gian mà chưa có. | A timestamp is needed and there is none. | Cấu hình tổ chức cấp dấu thời gian (GOV_CONNECT_TIMESTAMP__BASE_URL). | Set a timestamp authority (GOV_CONNECT_TIMESTAMP__BASE_URL).
timestamp.no_place | Chữ ký XML thường không có chỗ cho dấu thời gian; dùng XAdES. | A plain XML signature has no place for a timestamp; use XAdES.
timestamp.refused | Tổ chức cấp dấu thời gian không cấp. | The timestamp authority refused.
policy.no_anchors | chưa có chứng thư gốc nào | has no root certificate
policy.anchor_twice | có chứng thư gốc lặp lại hoặc ở cả hai hệ thống | has a root twice, or in both trees
policy.anchor_not_ca | có chứng thư không phải của tổ chức cấp chứng thư | has a certificate that issues nothing
cms.malformed | Tệp chữ ký CMS sai cấu trúc. | The CMS message is malformed.
cms.trailing | Có dữ liệu thừa sau tệp chữ ký. | Something follows the end of the message.
cms.content_type | Chữ ký thuộc loại nội dung khác. | The message is about another type of content.
cms.signers | Số người ký trong tệp không hợp lệ. | The number of signers is not acceptable.
cms.no_attributes | Chữ ký thiếu các thuộc tính phải ký. | The signed attributes are missing.
cms.attribute_twice | Một thuộc tính xuất hiện hai lần. | An attribute stands there twice.
cms.no_content | Chữ ký rời cần kèm tệp gốc. | A detached signature needs the file it speaks of.
cms.two_contents | Nội dung trong chữ ký khác tệp gốc. | The content inside differs from the file given.
xml.malformed | Không phải XML đúng cấu trúc. | Not well-formed XML.
xml.doctype | XML có DTD nên bị từ chối. | XML with a DTD is refused.
xml.instruction | XML có chỉ thị ngoài phần tử gốc. | An instruction stands outside the root element.
xml.several | Có nhiều chữ ký XML trong một tài liệu. | More than one XML signature in a document.
xml.signed_already | Tài liệu XML đã có chữ ký. | The XML document is signed already.
xml.place | Chữ ký không nằm ngay dưới phần tử gốc. | The signature is not a child of the root element.
xml.profile | Chữ ký XML không đúng dạng được chấp nhận. | The XML signature is not of the accepted form.
xml.transform | Phép biến đổi không được chấp nhận. | A transform is not accepted.
xml.references | Chữ ký không bao phủ toàn bộ tài liệu theo đúng cách. | The references do not cover the document as they must.
xml.external | Chữ ký tham chiếu ra ngoài tài liệu. | A reference points outside the document.
xml.duplicate_id | Có mã định danh (Id) trùng nhau. | An Id stands there twice.
xml.key_info | Phần KeyInfo có nội dung không được chấp nhận. | KeyInfo holds something that is not accepted.
pdf.unavailable | Chưa cài phần PDF nên chưa xác định được: pip install "gov-connect[pdf]" | PDF support is not installed: pip install "gov-connect[pdf]"
pdf.malformed | Tệp PDF sai cấu trúc hoặc không đọc được. | The PDF is malformed or cannot be read.
pdf.encrypted | Tệp PDF đã mã hóa. | The PDF is encrypted.
pdf.range | Vùng được ký (ByteRange) không đúng. | The signed range (ByteRange) is wrong.
pdf.changed_after | Tệp bị sửa sau khi ký, ngoài việc ký thêm. | The file was changed after signing by more than a further signature.
pdf.not_covered | Chữ ký cuối không bao phủ hết tệp. | The last signature does not cover the whole file.
pdf.certified | Tệp đã khóa, không cho ký thêm. | The file was locked against further signatures.
pdf.field | Kiểu chữ ký trong PDF không được chấp nhận. | This kind of PDF signature is not accepted.
copy.version | Bản số hóa phải là PDF 1.4 trở lên. | A digitised copy must be PDF 1.4 or newer.
copy.no_image | Trang {page} không có ảnh quét. | Page {page} holds no scanned image.
copy.resolution | Trang {page} chỉ đạt {dpi} dpi, cần từ {least} dpi. | Page {page} has {dpi} dpi; at least {least} are needed.
copy.colour | Trang {page} không phải ảnh màu. | Page {page} is not in colour.
token.library | Không mở được thiết bị ký (PKCS#11). | The token (PKCS#11) cannot be opened. | Kiểm tra trình điều khiển và thiết bị. | Check driver and device.
token.pin | Sai mã PIN; thư viện không tự thử lại vì thiết bị có thể bị khóa. | Wrong PIN; it is never tried again, since the token may lock.
token.certificate | Không tìm thấy đúng một chứng thư với số sê-ri này trên thiết bị. | The token does not hold exactly one such certificate.
remote.rejected | Người ký đã từ chối trên thiết bị. | The signer rejected it on the device.
remote.expired | Hết thời gian xác nhận trên thiết bị. | The time to confirm on the device ran out.
remote.failed | Dịch vụ ký không ký được (mã {raw}). | The signing service failed (code {raw}).
remote.mismatch | Dịch vụ ký trả về kết quả không khớp yêu cầu. | The service's answer does not match the request.
remote.changed | Tệp nhận về không phải tệp đã giao cộng thêm chữ ký. | The file that came back is not the one handed out plus a signature.
wsse.header | Phần Security của thông điệp SOAP không đúng dạng. | The Security header of the SOAP message is not of the accepted form.
wsse.coverage | Chữ ký không bao phủ Body và Timestamp. | The signature does not cover Body and Timestamp.
wsse.expired | Thông điệp đã quá thời hạn hoặc ở tương lai. | The message has expired or lies in the future.
mandate.granted | Được phép ký. | May be signed.
mandate.no_act | Phải nêu ai ký, loại văn bản và thẩm quyền ({article}). | Who signs, what and in which capacity must be said ({article}).
mandate.no_certificates | Đơn vị chưa có chứng thư số đang hiệu lực ({article}). | The agency has no certificate in force ({article}). | Vẫn làm được: tiếp nhận hồ sơ điện tử, kiểm tra chữ ký của người khác, ký tay và đóng dấu rồi trả bản giấy, số hóa bản giấy (PDF từ 1.4, màu, 200 dpi). Gửi Mẫu 02 (ký tay, đóng dấu) tới Cục Chứng thực số và Bảo mật thông tin. | Still possible: receive electronic dossiers, verify others' signatures, sign by hand with seal and hand out paper, digitise it (PDF 1.4 or newer, colour, 200 dpi). Send form 02, signed by hand and sealed, to the certification authority.
mandate.certificate_unknown | Chứng thư chưa đăng ký cho đơn vị hoặc không còn hiệu lực ({article}). | The certificate is not registered for the agency, or no longer ({article}).
mandate.certificate_another | Chứng thư không phải của người ký này ({article}). | The certificate belongs to another person ({article}).
mandate.certificate_kind | Dùng nhầm chứng thư cá nhân và chứng thư cơ quan ({article}). | A person's certificate stands for the agency's, or the reverse ({article}).
mandate.post | Người ký không giữ chức vụ tại đơn vị vào thời điểm ký ({article}). | The signer holds no post in the agency at that time ({article}).
mandate.capacity | Chức vụ không được dùng thẩm quyền ký này ({article}). | The post may not sign in this capacity ({article}).
mandate.field | Loại văn bản ngoài lĩnh vực được phân công ({article}). | This kind of document is outside the deputy's field ({article}).
mandate.order_missing | Không có văn bản giao ký thừa lệnh đang hiệu lực ({article}). | No order to sign (TL.) is in force for this ({article}).
mandate.authority_missing | Không có văn bản ủy quyền đang hiệu lực cho loại văn bản này ({article}). | No written authority (TUQ.) is in force for this ({article}).
mandate.official | Người không đứng đầu đơn vị chỉ được ủy quyền khi có văn bản pháp luật cho phép, như chứng thực ở cấp xã ({article}). | Somebody who heads no unit may be authorised only where a law says so, as for certification at communes ({article}). | Ghi căn cứ (ví dụ NĐ 280/2025) vào văn bản ủy quyền trong sổ đăng ký. | Enter the basis (NĐ 280/2025, for one) with the authorisation.
mandate.passed_on | Ủy quyền không hợp lệ: ủy quyền lại hoặc không có thời hạn ({article}). | The authority does not hold: passed on, or without an end ({article}).
mandate.order | Người có thẩm quyền phải ký trước, chữ ký phải hợp lệ ({article}). | The competent person must have signed first, and validly ({article}).
mandate.number | Phải có số, ký hiệu văn bản trước khi cơ quan ký ({article}). | The document needs its number before the agency signs ({article}).
mandate.draft_changed | Bản ký khác bản thảo đã duyệt; phải trình lại ({article}). | The draft was changed after approval and must be shown again ({article}).
mandate.registry | Sổ đăng ký thẩm quyền ký không có chữ ký hợp lệ của người giữ sổ. | The registry is not validly signed by its keeper.""".splitlines()
    )
}

_AUDIT = {
    "audit.changed": _m("nội dung bản ghi đã bị sửa", "the entry was changed"),
    "audit.forged": _m("bản ghi do người không có khóa ghi vào", "the entry was written by somebody without the key"),
    "audit.broken_link": _m("không nối với bản ghi trước nó", "does not follow the entry before it"),
    "audit.missing": _m("bản ghi bị xóa", "the entry was removed"),
    "audit.body_changed": _m("phần nội dung đã bị sửa", "what the entry says was changed"),
    "audit.body_missing": _m(
        "phần nội dung bị xóa ngoài quy định", "what the entry says was deleted outside any recorded purge"
    ),
    "audit.stray_outcome": _m("kết quả không thuộc bản ghi nào", "an outcome of nothing, or a second one"),
    "audit.other_than_exported": _m(
        "khác với đầu chuỗi đã xuất trước đây", "differs from a head that was exported before"
    ),
    "audit.cut_off": _m("đuôi chuỗi bị cắt, từ trước đầu chuỗi đã biết", "the end was cut off, behind a known head"),
    "audit.orphan": _m("nội dung không có bản ghi", "content without an entry"),
    "audit.purge_unrecorded": _m("dấu xóa dữ liệu không có bản ghi", "a mark of a purge that no entry tells of"),
}

_DOCTOR = {
    "doctor.good": _m("tốt", "good"),
    "doctor.unknown_system": _m(
        "Không có hệ thống {system} trong cấu hình; đang có: {known}.",
        "{system} has no settings; there are: {known}.",
    ),
    "doctor.dns": _m(
        "không phân giải được tên máy chủ {host}",
        "the name {host} does not resolve",
        "Hỏi {who}: địa chỉ đúng của máy chủ, và máy này dùng DNS nào (mạng TSLCD thường có DNS riêng).",
        "Ask {who} for the right address, and which DNS this machine must use (the government network has its own).",
    ),
    "doctor.port": _m(
        "máy chủ {host} không nhận kết nối ở cổng {port}",
        "{host} accepts no connection on port {port}",
        "Hỏi {who}: mở tường lửa từ địa chỉ IP của máy này tới {host}:{port}.",
        "Ask {who} to open the firewall from this machine's IP address to {host}:{port}.",
    ),
    "doctor.untrusted": _m(
        "chứng thư máy chủ {host} không được tin cậy ({reason})",
        "the certificate of {host} is not trusted ({reason})",
        "Xin {who} tệp chứng thư gốc (CA), rồi đặt đường dẫn vào …__CA_FILE; không tắt kiểm tra.",
        "Ask {who} for the CA file and put its path into …__CA_FILE; never switch the check off.",
    ),
    "doctor.tls": _m(
        "không bắt tay TLS được với {host} ({reason})",
        "no TLS handshake with {host} ({reason})",
        "Hỏi {who}: máy chủ có hỗ trợ TLS 1.2 trở lên, và có đòi chứng thư của đơn vị (mTLS) không.",
        "Ask {who} whether the server speaks TLS 1.2 or later, and whether it wants our certificate (mTLS).",
    ),
    "doctor.files": _m(
        "tệp chứng thư hoặc khóa không đọc được: {variables}",
        "a certificate or key file cannot be read: {variables}",
        "Xin {who} cấp lại tệp, hoặc sửa đường dẫn và quyền đọc.",
        "Ask {who} for the file again, or mend its path and permissions.",
    ),
    "doctor.expired": _m(
        "{what} đã hết hạn ngày {day}",
        "{what} expired on {day}",
        "Xin {who} cấp chứng thư mới ngay.",
        "Ask {who} for a new certificate now.",
    ),
    "doctor.expires": _m(
        "{what} hết hạn ngày {day} (còn {days} ngày)",
        "{what} expires on {day} (in {days} days)",
        "Xin {who} gia hạn chứng thư trước ngày {day}.",
        "Ask {who} for a renewal before {day}.",
    ),
    "doctor.clock": _m(
        "đồng hồ máy này lệch {seconds} giây so với {other}",
        "the clock of this machine differs by {seconds} s from that of {other}",
        "Nhờ {who} bật đồng bộ giờ (NTP); lệch giờ làm dấu thời gian bị từ chối.",
        "Ask {who} to switch time synchronisation (NTP) on; a wrong clock makes stamps refused.",
    ),
    "doctor.no_date": _m(
        "máy chủ không cho biết giờ, chưa so được đồng hồ", "the server tells no time: clock not compared"
    ),
    "doctor.no_answer": _m(
        "kết nối được nhưng không có trả lời HTTP ({reason})",
        "connected, but no HTTP answer came ({reason})",
        "Hỏi {who}: dịch vụ đang chạy không; có thiết bị nào ở giữa ngắt kết nối không.",
        "Ask {who} whether the service runs, and whether something in between cuts connections.",
    ),
    "doctor.login": _m(
        "tài khoản kết nối bị từ chối (HTTP {status}, mã {raw_code})",
        "the account was refused (HTTP {status}, code {raw_code})",
        "Hỏi {who}: tài khoản còn hiệu lực không; xin cấp lại mật khẩu hoặc khóa bí mật. Kiểm tra cả đồng hồ máy.",
        "Ask {who} whether the account is valid, and for a new password or secret. Check the clock too.",
    ),
    "doctor.unreachable": _m(
        "không kết nối được khi gọi thử",
        "no connection when calling",
        "Hỏi {who}: dịch vụ và đường truyền có đang hoạt động không.",
        "Ask {who} whether service and line are up.",
    ),
    "doctor.slow": _m(
        "không trả lời trong thời hạn",
        "no answer in time",
        "Hỏi {who}: hệ thống có đang chậm không (mã đối chiếu {id}); nếu vốn chậm, tăng …__READ_TIMEOUT.",
        "Ask {who} whether the system is slow (correlation id {id}); if it always is, raise …__READ_TIMEOUT.",
    ),
    "doctor.overloaded": _m(
        "hệ thống báo quá số lượt gọi hoặc quá tải (HTTP {status})",
        "too many calls, or overloaded, it says (HTTP {status})",
        "Hỏi {who}: hạn mức gọi của đơn vị là bao nhiêu, xin nâng nếu cần; đặt …__PER_SECOND thấp hơn.",
        "Ask {who} for the agency's call quota, and for more if needed; set …__PER_SECOND lower.",
    ),
    "doctor.paused": _m(
        "đang tạm ngừng gọi vì lỗi liên tiếp",
        "calls are paused after repeated failures",
        "Chờ rồi khám lại.",
        "Wait, then examine again.",
    ),
    "doctor.redirected": _m(
        "máy chủ chuyển hướng sang địa chỉ khác (HTTP {status})",
        "the server redirects elsewhere (HTTP {status})",
        "Hỏi {who}: địa chỉ mới của dịch vụ; thư viện không bao giờ đi theo chuyển hướng.",
        "Ask {who} for the service's new address; redirects are never followed.",
    ),
    "doctor.refused": _m(
        "hệ thống từ chối lời gọi thử (mã {raw_code})",
        "the system refused the harmless call (code {raw_code})",
        "Gửi {who} mã lỗi và mã đối chiếu {id}: hỏi mã đơn vị, IP đã đăng ký và quyền dịch vụ.",
        "Send {who} the code and the correlation id {id}: ask about unit code, registered IP and permissions.",
    ),
    "doctor.settings": _m(
        "cấu hình chưa đúng ({code})",
        "the settings are wrong ({code})",
        "Chạy gov-connect config explain.",
        "Run gov-connect config explain.",
    ),
    "doctor.down": _m(
        "hệ thống hoặc cổng trung gian đang lỗi (HTTP {status}, {reason})",
        "the system, or a gateway before it, is failing (HTTP {status}, {reason})",
        "Báo {who} kèm mã đối chiếu {id}; hồ sơ được giữ và gửi lại sau.",
        "Tell {who} the correlation id {id}; records are kept and sent later.",
    ),
    "doctor.drift": _m(
        "trả lời không đúng mẫu đã biết ({reason}): có thể hệ thống đã đổi giao diện",
        "the answer has another shape than known ({reason}): the interface may have changed",
        "Xin {who} tài liệu giao diện mới nhất; báo nhóm phát triển thư viện kèm mã đối chiếu {id}.",
        "Ask {who} for the newest interface document; tell the library's maintainers the correlation id {id}.",
    ),
    "doctor.failed": _m(
        "gọi thử không được ({code})",
        "the harmless call failed ({code})",
        "Gửi {who} mã {code}.",
        "Send {who} the code {code}.",
    ),
    "doctor.no_call": _m(
        "không có lời gọi thử vô hại; chỉ khám đường truyền", "there is no harmless call; only the way was examined"
    ),
    "doctor.no_person": _m(
        "môi trường thật: mọi lời gọi đều là tra cứu một người nên không gọi thử",
        "production: every call asks for a person, so none was made",
        "Muốn thử, cán bộ tra cứu một hồ sơ có thật, đúng mục đích.",
        "To try it, an officer looks up a real dossier for a real purpose.",
    ),
    "doctor.not_tried": _m("khám ngoại tuyến: không gửi gì", "offline: nothing was sent"),
    "doctor.database": _m(
        "cơ sở dữ liệu không dùng được ({code})",
        "the database cannot be used ({code})",
        "Nhờ {who} kiểm tra đường dẫn, quyền ghi, dung lượng và máy chủ cơ sở dữ liệu.",
        "Ask {who} to check path, permissions, space and the database server.",
    ),
    "doctor.store_key": _m(
        "STORE_KEY không phải khóa đã ghi cơ sở dữ liệu này",
        "STORE_KEY is not the key that wrote this database",
        "Nhờ {who} lấy lại khóa cũ từ nơi cất giữ; không có khóa thì không mở được hồ sơ đã lưu.",
        "Ask {who} for the former key from its safe; without it the records cannot be opened.",
    ),
    "doctor.audit": _m(
        "nhật ký kiểm toán không nguyên vẹn: {count} điểm, đầu tiên: {first}",
        "the audit log is not whole: {count} finding(s), the first: {first}",
        "Giữ nguyên hiện trạng, chạy gov-connect audit verify --heads …, báo người phụ trách an toàn thông tin.",
        "Change nothing, run gov-connect audit verify --heads …, and tell the security officer.",
    ),
    "doctor.audit_large": _m(
        "nhật ký lớn, chưa kiểm tra; chạy gov-connect audit verify",
        "the log is large and was not verified; run gov-connect audit verify",
    ),
    "doctor.folder": _m(
        "thư mục cơ sở dữ liệu không có",
        "the folder of the database is not there",
        "Nhờ {who} tạo thư mục và cấp quyền.",
        "Ask {who} to make it.",
    ),
    "doctor.disk": _m(
        "ổ đĩa chỉ còn {mib} MiB",
        "only {mib} MiB are left on the disk",
        "Nhờ {who} giải phóng hoặc mở rộng ổ đĩa.",
        "Ask {who} for room.",
    ),
    "doctor.open_file": _m(
        "người khác trên máy này đọc được: {files}",
        "others on this machine can read: {files}",
        "Nhờ {who} đặt quyền 600 cho các tệp đó, rồi đổi bí mật nếu nghi lộ.",
        "Ask {who} to set mode 600 on them, and change the secrets if they may have leaked.",
    ),
    "doctor.hosts": _m(
        "chưa đặt PRODUCTION_HOSTS: môi trường thử chưa bị ngăn gọi máy chủ thật",
        "PRODUCTION_HOSTS is not set: nothing keeps a test system from production hosts",
        "Nhờ {who} đặt cùng một danh sách máy chủ thật cho mọi môi trường.",
        "Ask {who} to set the same list of production hosts in every environment.",
    ),
    "doctor.quota": _m(
        "đã dùng {used} trong {limit} lượt tra cứu của ngày",
        "{used} of the day's {limit} look-ups are used",
        "Chờ sang ngày mới, hoặc nhờ quản trị đơn vị nâng RESIDENTS__QUOTA_AGENCY trong mức {who} cho phép.",
        "Wait for tomorrow, or raise RESIDENTS__QUOTA_AGENCY within what {who} allows.",
    ),
    "doctor.packs_old": _m(
        "luật phí đọc lần cuối ngày {day}, đã {days} ngày",
        "the fee law was last read on {day}, {days} days ago",
        "Nhờ {who} nạp gói luật mới (gov-connect fees check).",
        "Ask {who} to load a newer law pack (gov-connect fees check).",
    ),
    "doctor.packs_change": _m(
        "{count} mức phí đổi trong 30 ngày tới, sớm nhất {day}",
        "{count} rates change within 30 days, the first on {day}",
        "Xem gov-connect fees upcoming.",
        "See gov-connect fees upcoming.",
    ),
    "doctor.guess": _m(
        "môi trường thật đang dựa vào điều chưa ai kiểm chứng: {what}",
        "production rests on what nobody has verified: {what}",
        "Xin {who} tài liệu hoặc bản tin mẫu xác nhận trước khi dùng thật.",
        "Ask {who} for a document or a sample that confirms it before relying on it.",
    ),
}

CATALOGUE: dict[str, Message] = {
    **_ERRORS,
    **_VALUES,
    **_DESK,
    **_FEES,
    **_PAYMENTS,
    **_AUDIT,
    **_DOCTOR,
    **_SIGNING,
    **_PORTAL,
    **_RESIDENTS,
}
