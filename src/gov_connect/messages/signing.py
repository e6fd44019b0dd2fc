"""Messages of signatures and mandates: code -> Vietnamese, English, remedy."""

from __future__ import annotations

from gov_connect.messages._message import Message, entry

_REMEDIES = {
    ("content.changed", "value.", "xml.", "cms.", "pdf."): (
        "Không dùng tệp này; đề nghị người gửi ký lại và gửi tệp vừa ký, không mở ra lưu lại.",
        "Do not use this file; ask the sender to sign anew and to send the file as it was signed.",
    ),
    ("algorithm.", "key.weak", "key.unknown", "certificate."): (
        "Đề nghị người ký ký lại bằng chứng thư đang hiệu lực, dùng để ký văn bản và đúng thuật toán.",
        "Ask the signer to sign anew, with a certificate that is valid, meant for signing and of an accepted algorithm.",
    ),
    ("key.another",): (
        "Đặt đúng cặp tệp khóa và chứng thư.",
        "Name the key and the certificate that belong together.",
    ),
    ("none", "unknown_format"): (
        "Kiểm tra có đúng tệp đã ký không; chữ ký rời (.p7s) thì đưa kèm tệp gốc bằng --content.",
        "Check that it is the signed file; for a detached signature (.p7s) give the file it speaks of by --content.",
    ),
    ("time.ahead", "wsse.expired"): (
        "Kiểm tra đồng hồ của máy này và của bên ký, rồi ký lại.",
        "Check the clocks of this machine and of the signer, then sign anew.",
    ),
    ("copy.",): (
        "Quét lại bản giấy: ảnh màu, từ 200 dpi, lưu PDF 1.4 trở lên.",
        "Scan the paper again: in colour, at 200 dpi or more, as PDF 1.4 or newer.",
    ),
    ("timestamp.untrusted",): (
        "Thêm chứng thư gốc của tổ chức cấp dấu thời gian vào cấu hình, hoặc nêu bằng --timestamp.",
        "Add the root of the timestamp authority to the settings, or name it by --timestamp.",
    ),
    ("timestamp.wrong", "timestamp.refused"): (
        "Thử lại sau; nếu lặp lại, báo tổ chức cấp dấu thời gian.",
        "Try again later; if it persists, tell the timestamp authority.",
    ),
    ("token.pin",): (
        "Nhập đúng mã PIN; thiết bị đã bị khóa thì liên hệ nơi cấp để mở.",
        "Enter the right PIN; a token that is locked is opened by its issuer.",
    ),
    ("token.certificate",): (
        "Kiểm tra thiết bị đang cắm và số sê-ri chứng thư trong cấu hình.",
        "Check which token is plugged in, and the serial number in the settings.",
    ),
    ("remote.rejected", "remote.expired"): (
        "Hỏi lại người ký, rồi gửi yêu cầu ký mới.",
        "Ask the signer, then send a new request.",
    ),
    ("remote.failed", "remote.mismatch", "remote.changed"): (
        "Không dùng kết quả này; gửi yêu cầu ký mới, nếu lặp lại thì báo nhà cung cấp dịch vụ ký.",
        "Do not use this result; send a new request, and if it persists tell the signing service.",
    ),
    ("mandate.number",): (
        "Lấy số, ký hiệu văn bản rồi trình ký lại.",
        "Give the document its number, then submit it for signature again.",
    ),
    ("mandate.draft_changed", "mandate.order"): (
        "Trình người có thẩm quyền ký trước, rồi cơ quan mới ký.",
        "Have the competent person sign first; the agency signs after that.",
    ),
    ("mandate.",): (
        "Chuyển người có thẩm quyền ký, hoặc đề nghị người giữ sổ cập nhật sổ đăng ký thẩm quyền ký.",
        "Have somebody sign who may, or ask the keeper to bring the registry of mandates up to date.",
    ),
}
"""What to do about a code that has no remedy of its own, by how the code begins; the first that fits."""
_NOTHING_TO_DO = ("mandate.granted",)


def _message(code: str, vi: str, en: str, *remedy: str) -> Message:
    if not remedy and code not in _NOTHING_TO_DO:
        remedy = next((said for begins, said in _REMEDIES.items() if code.startswith(begins)), ())
    return entry(vi, en, *remedy)


SIGNING = {
    f"signing.{code}": _message(code, *texts)
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
remote.certificate | Không xác định được đúng một chứng thư của người dùng tại dịch vụ ký. | The user has not exactly one such certificate at the service. | Nêu mã chứng thư của dịch vụ. | Name the service's reference of the certificate.
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
