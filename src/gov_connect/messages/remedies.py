"""What to do next where a whole family of codes has the same answer; a code's own remedy goes before it.

The longest beginning counts. An empty pair says: a word of an answer, nothing to be done.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gov_connect.messages._message import Message

Pair = tuple[str, str]
"""Vietnamese, English."""

_WORD: Final[Pair] = ("", "")
_KEEP_EVIDENCE: Final[Pair] = (
    (
        "Không xóa, không sửa gì; sao lưu nguyên trạng cơ sở dữ liệu, báo người phụ trách an toàn thông tin, rồi so với các "
        "đầu chuỗi đã xuất (gov-connect audit heads)."
    ),
    (
        "Delete and change nothing; copy the database as it is, tell whoever is responsible for information security, and "
        "compare with the chain heads exported before (gov-connect audit heads)."
    ),
)
_TYPE_AGAIN: Final[Pair] = (
    "Sửa chỗ được nêu rồi gõ lại lệnh; cách dùng: thêm --help.",
    "Correct what is named and run the command again; add --help for its usage.",
)
_CORRECT_VALUE: Final[Pair] = (
    "Sửa giá trị ở trường được nêu rồi thử lại; chưa có gì được gửi đi.",
    "Correct the value of the named field and try again; nothing was sent.",
)
_CORRECT_SETTING: Final[Pair] = (
    "Sửa biến được nêu rồi khởi động lại; gov-connect config explain cho biết giá trị lấy từ đâu.",
    "Correct the variable named and start again; gov-connect config explain says where its value came from.",
)
_CHECK_PAPERS: Final[Pair] = (
    "Đối chiếu với giấy tờ, hỏi lại người nộp nếu cần, rồi mới gửi.",
    "Compare with the papers, ask the applicant where needed, and only then send.",
)
_ASK_AUTHORITY: Final[Pair] = (
    "Hỏi cơ quan có thẩm quyền. Có văn bản trả lời thì nhập tay số tiền, người thứ hai duyệt; không tự đặt mức thu.",
    (
        "Ask the authority in charge. With its written answer, type the amount and have a second officer approve it; never "
        "set an amount yourself."
    ),
)
_MEND_PACK: Final[Pair] = (
    "Người soạn gói luật sửa chỗ được nêu rồi chạy gov-connect fees check.",
    "Whoever writes the law pack corrects what is named and runs gov-connect fees check.",
)
_SIGN_AGAIN: Final[Pair] = (
    "Chưa coi là văn bản đã ký hợp lệ; đề nghị người ký ký lại hoặc gửi lại bản gốc.",
    "Do not take it as validly signed; ask the signer to sign again or to send the original.",
)
_OTHER_CERTIFICATE: Final[Pair] = (
    "Ký lại bằng chứng thư còn hiệu lực, đúng mục đích, do tổ chức được công nhận cấp.",
    "Sign again with a certificate that is valid, meant for it, and issued by a recognised authority.",
)
_RIGHT_SIGNER: Final[Pair] = (
    "Người đúng thẩm quyền ký, hoặc bổ sung sổ đăng ký thẩm quyền ký trước khi ký.",
    "Have it signed by whoever holds the authority, or complete the register of mandates first.",
)
_OTHER_FILE: Final[Pair] = (
    "Chọn tệp khác hoặc quét lại theo đúng yêu cầu được nêu, rồi gửi lại.",
    "Choose another file, or scan again as required, and send it again.",
)

REMEDIES: Final[dict[str, Pair]] = {
    "audit.": _KEEP_EVIDENCE,
    "audit.not_acting": (
        "Một trong hai cán bộ được nêu phải tự thực hiện.",
        "One of the two officers named must act in person.",
    ),
    "bundle.order": (
        "Báo trước những trạng thái còn thiếu, theo thứ tự.",
        "Report the statuses that come before it first, in their order.",
    ),
    "cli.": _TYPE_AGAIN,
    "doctor.": _WORD,
    "fees.": _MEND_PACK,
    **dict.fromkeys(
        ("fees.channel.", "fees.column.", "fees.explain.", "fees.payer.", "fees.status.priced", "fees.why."), _WORD
    ),
    **dict.fromkeys(("fees.typed_mark", "fees.not_priced", "fees.hint"), _WORD),
    **dict.fromkeys(("fees.no_rate.", "fees.status.", "fees.conflict", "fees.rounding_undefined"), _ASK_AUTHORITY),
    **dict.fromkeys(
        (
            "fees.area_unknown",
            "fees.charge_misspelled",
            "fees.charge_unknown",
            "fees.denied",
            "fees.fact_contradicted",
            "fees.fact_needed",
            "fees.fact_unknown",
            "fees.quantity_unknown",
            "fees.status.asked",
        ),
        (
            "Nêu rõ hoặc sửa thông tin được nhắc tới rồi tính lại.",
            "State or correct the information named, and quote again.",
        ),
    ),
    "fees.pack.": (
        "Không cần dừng thu: gói đang dùng vẫn còn hiệu lực. Báo nơi phát hành gói, rồi chạy lại gov-connect fees update.",
        "Go on: the packs in use still hold. Tell the publisher of the pack, then run gov-connect fees update again.",
    ),
    "fees.record_changed": (
        "Không dùng bản ghi này; tính lại từ hồ sơ và báo người quản trị.",
        "Do not use this record; quote again from the dossier, and tell the administrator.",
    ),
    "fees.same_officer": ("Nhờ một cán bộ khác duyệt.", "Have another officer approve it."),
    "fees.warning.": ("Cán bộ kiểm tra trước khi thu.", "An officer checks it before the money is taken."),
    "file.": _OTHER_FILE,
    "file.changed": (
        "Chọn lại tệp và gửi lại; không sửa tệp trong lúc đang gửi.",
        "Choose the file anew and send it again; do not change it meanwhile.",
    ),
    "file.infected": (
        "Không mở tệp; báo người phụ trách an toàn thông tin và đề nghị người nộp gửi tệp khác.",
        "Do not open it; tell whoever is responsible for information security, and ask the applicant for another.",
    ),
    "form.": _CHECK_PAPERS,
    "indicators.": _WORD,
    "kit.": _TYPE_AGAIN,
    "number.": _CHECK_PAPERS,
    "place.": (
        "Chọn đúng đơn vị theo danh mục có hiệu lực vào ngày được xét.",
        "Choose the unit by the list in force on the day in question.",
    ),
    **dict.fromkeys(
        ("portal.cause.m2", "portal.cause.m8"),
        (
            "Bổ sung ánh xạ mã của đơn vị (gov.code_map) rồi chạy lại gov-connect reconcile --apply.",
            "Add the agency's code to its map (gov.code_map), then run gov-connect reconcile --apply again.",
        ),
    ),
    **dict.fromkeys(
        ("portal.cause.m11", "portal.cause.m12"),
        (
            "Sửa trường hoặc tệp được nêu trong hồ sơ rồi đồng bộ lại.",
            "Correct the field or the file of the dossier, then synchronise it again.",
        ),
    ),
    "portal.cause.m10": _WORD,
    **dict.fromkeys(
        ("portal.cause.m13", "portal.cause.unknown"),
        (
            "Cán bộ kiểm tra hồ sơ ở cả hai bên rồi quyết định tiếp nhận, gửi lại hay kết thúc.",
            "An officer looks at both sides and decides: take it in, send it again, or close it.",
        ),
    ),
    "portal.cause.": (
        "Chạy gov-connect reconcile --apply: lệnh tự sửa mục này; còn lại thì báo người quản trị.",
        "Run gov-connect reconcile --apply, which mends this; tell the administrator if it stays.",
    ),
    **dict.fromkeys(("portal.action.", "portal.report."), _WORD),
    "reconcile.paid_not_heard": _WORD,
    "settings.": _CORRECT_SETTING,
    "signing.": _SIGN_AGAIN,
    **dict.fromkeys(("signing.algorithm.", "signing.certificate.", "signing.key."), _OTHER_CERTIFICATE),
    "signing.copy.": _OTHER_FILE,
    **dict.fromkeys(
        ("signing.none", "signing.unknown_format"),
        (
            "Kiểm tra có đúng tệp đã ký không; chữ ký rời (.p7s) thì đưa kèm tệp gốc bằng --content.",
            "Check that it is the signed file; for a detached signature (.p7s) give the file it speaks of by --content.",
        ),
    ),
    "signing.key.another": (
        "Đặt đúng cặp tệp khóa và chứng thư.",
        "Name the key and the certificate that belong together.",
    ),
    "signing.mandate.number": (
        "Lấy số, ký hiệu văn bản rồi trình ký lại.",
        "Give the document its number, then submit it for signature again.",
    ),
    "signing.mandate.": _RIGHT_SIGNER,
    "signing.mandate.granted": _WORD,
    "signing.mandate.registry": (
        "Người giữ sổ ký lại sổ đăng ký; chưa ký gì theo sổ này.",
        "Its keeper signs the register again; sign nothing by it until then.",
    ),
    "signing.note.": (
        "Người nhận cân nhắc có chấp nhận hay không.",
        "Whoever receives the document decides whether this will do.",
    ),
    **dict.fromkeys(
        ("signing.pdf.certified", "signing.xml.signed_already"),
        (
            "Kiểm tra chữ ký đã có (gov-connect verify TỆP), hoặc ký trên bản gốc chưa ký.",
            "Verify the signature that is there (gov-connect verify FILE), or sign the unsigned original.",
        ),
    ),
    "signing.too_large": _OTHER_FILE,
    "signing.pdf.unavailable": (
        'Cài phần mở rộng rồi kiểm tra lại: pip install "gov-connect[pdf]".',
        'Install the extra and verify again: pip install "gov-connect[pdf]".',
    ),
    "signing.cms.no_content": (
        "Kiểm tra lại cùng tệp gốc (--content).",
        "Verify again together with the original file (--content).",
    ),
    "signing.policy.": (
        "Sửa danh sách chứng thư gốc trong cấu hình.",
        "Correct the list of trust anchors in the settings.",
    ),
    **dict.fromkeys(
        ("signing.remote.expired", "signing.remote.rejected"),
        (
            "Hỏi người ký; họ đồng ý thì gửi yêu cầu ký mới và xác nhận kịp trên thiết bị.",
            "Ask the signer; if they agree, request a new signature and have it confirmed on the device in time.",
        ),
    ),
    "signing.remote.": (
        "Không dùng tệp nhận về; báo nhà cung cấp dịch vụ ký kèm mã lỗi và thời điểm.",
        "Do not use the file that came back; tell the signing provider the code and the time.",
    ),
    "signing.revocation.": (
        "Thử lại khi lấy được CRL hoặc OCSP; trước đó chưa kết luận được.",
        "Try again once the CRL or OCSP answer can be read; until then there is no verdict.",
    ),
    "signing.time.ahead": (
        "Kiểm tra đồng hồ máy này và máy người ký, rồi ký lại.",
        "Check the clocks of this machine and of the signer's, then sign again.",
    ),
    "signing.timestamp.untrusted": (
        "Thêm chứng thư gốc của tổ chức cấp dấu thời gian vào cấu hình, hoặc nêu bằng --timestamp.",
        "Add the root of the timestamp authority to the settings, or name it by --timestamp.",
    ),
    "signing.timestamp.": (
        "Lấy dấu thời gian từ tổ chức được công nhận; ký lại nếu cần.",
        "Take the timestamp from a recognised authority; sign again where needed.",
    ),
    "signing.token.certificate": (
        "Cắm đúng thiết bị và kiểm tra số sê-ri (gov-connect certificates).",
        "Plug in the right token and check the serial number (gov-connect certificates).",
    ),
    "signing.token.pin": (
        "Người giữ thiết bị kiểm tra mã PIN rồi tự thử lại; nhập sai vài lần thì thiết bị bị khóa.",
        "Have the holder of the token check the PIN and try again in person; a few wrong ones lock the token.",
    ),
    "signing.tree.not_allowed": (
        "Ký bằng chứng thư thuộc hệ thống được phép cho việc này.",
        "Sign with a certificate of a hierarchy that is allowed for this act.",
    ),
    "signing.wsse.expired": (
        "So đồng hồ hai máy rồi gửi lại thông điệp mới.",
        "Compare the clocks of both machines and send a new message.",
    ),
    "value.": _CORRECT_VALUE,
    **dict.fromkeys(
        ("value.audit_key", "value.gate_needed", "value.not_configured", "value.secret_short", "value.store_key"),
        _CORRECT_SETTING,
    ),
    "value.file_refused": _OTHER_FILE,
    "value.host_not_allowed": (
        "Kiểm tra địa chỉ tệp; nếu đúng là máy chủ của cơ quan thì thêm vào danh sách máy chủ được phép.",
        "Check the address of the file; if the host is the agency's own, add it to the hosts that files may come from.",
    ),
    "value.not_mapped": (
        "Bổ sung mã quốc gia tương ứng vào ánh xạ mã của đơn vị (gov.code_map) rồi thử lại.",
        "Add the national code to the agency's map (gov.code_map), then try again.",
    ),
    "value.not_uploaded": (
        "Tải tệp lên Cổng trước, rồi gửi lại hồ sơ kèm mã tệp và mã băm nhận được.",
        "Upload the file to the portal first, then send the dossier with the id and the hash that it gave.",
    ),
    "value.sensitive_field": (
        "Chỉ hỏi trường này khi mục đích cho phép: nêu đúng mục đích, hoặc bỏ trường này khỏi yêu cầu.",
        "Ask for it only where the purpose allows it: name that purpose, or leave the field out.",
    ),
}
"""Beginning of a code, or a code: what to do next."""


def with_remedies(catalogue: dict[str, Message]) -> dict[str, Message]:
    """The same entries; those that say no remedy of their own say that of their family."""
    return {code: entry if entry.remedy_vi else _filled(code, entry) for code, entry in catalogue.items()}


def _filled(code: str, entry: Message) -> Message:
    family = max((start for start in REMEDIES if code.startswith(start)), key=len, default=None)
    if family is None:
        return entry
    remedy_vi, remedy_en = REMEDIES[family]
    return replace(entry, remedy_vi=remedy_vi, remedy_en=remedy_en)
