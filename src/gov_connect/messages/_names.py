"""How officials call what the code calls by an English name: the Vietnamese of what fills a message's places.

English texts keep the name of the code, which is English already and which developers look for.
"""

from __future__ import annotations

from typing import Final

PLACES: Final = frozenset({"what", "event", "tree", "act"})
"""The places that are filled with such names. Codes, figures and names of systems stay as they are."""

NAMES: Final = {
    name: said
    for name, _, said in (
        row.partition(" | ")
        for row in """\
Address | địa chỉ
Adoption | việc nuôi con nuôi
Agencies | danh mục cơ quan
Agency | cơ quan
AgencyCode | mã định danh cơ quan
Alteration | nội dung thay đổi
Applicant | người nộp hồ sơ
Application | hồ sơ đề nghị
Attachment | tệp đính kèm
Authorisation | văn bản ủy quyền
Bill | thông báo nộp tiền
BirthRegistration | đăng ký khai sinh
BookEntry | mục trong sổ hộ tịch
BookNumber | số trong sổ hộ tịch
BookReference | số, quyển số đăng ký
BundleDossier | hồ sơ liên thông
BundleFile | tệp của hồ sơ liên thông
BundleNews | tin về hồ sơ liên thông
BundleReceipt | xác nhận của hệ thống liên thông
BundleReport | báo cáo trạng thái hồ sơ liên thông
BundleResult | kết quả của hồ sơ liên thông
CatalogueRow | dòng danh mục
CertificateRecord | bản ghi chứng thư
CertificationRequest | yêu cầu chứng thực
Child | thông tin trẻ
Citizen | thông tin công dân
CitizenId | số định danh cá nhân
CitizenQuery | thông tin tra cứu công dân
CodeName | mã và tên
Coded | mã danh mục
Collector | đơn vị thu
CopyWish | số bản sao đề nghị
CorrectionRequest | đề nghị thay đổi, cải chính
Dated | thời hạn
DeathProof | giấy báo tử
DeathRegistration | đăng ký khai tử
Domain | lĩnh vực
Dossier | hồ sơ
DossierCode | mã hồ sơ
DossierReceived | tin hồ sơ mới đến
DossierWithdrawn | tin rút hồ sơ
EmailAddress | địa chỉ thư điện tử
Enclosure | giấy tờ kèm theo
Event | sự kiện
ExtractRequest | đề nghị cấp bản sao trích lục
FeeBook | bộ gói phí
FeeItem | khoản thu
FeeLine | dòng phí, lệ phí
FileLink | liên kết tệp
FormText | nội dung tờ khai
FurtherRecord | hồ sơ kèm theo
Guardianship | việc giám hộ
Identified | thông tin nhân thân
InboundDossier | hồ sơ Cổng chuyển đến
Individual | thông tin cá nhân
Interlinking | thông tin liên thông
Kin | người thân
ListedFee | mức phí của thủ tục
ListedPaper | thành phần hồ sơ
MaritalStatusRequest | đề nghị xác nhận tình trạng hôn nhân
MarriageRegistration | đăng ký kết hôn
Money | số tiền
NameParts | họ, chữ đệm, tên
NamedCode | mã và tên
News | tin báo
Note | ghi chú
Officer | thông tin cán bộ
OldIdNumber | số chứng minh nhân dân
OnlineService | dịch vụ công trực tuyến
OtherPaper | giấy tờ khác
Override | khoản thu nhập tay
PaperNumber | số giấy tờ
Parent | thông tin cha, mẹ
ParentChildRecognition | việc nhận cha, mẹ, con
PartialDate | ngày tháng năm
Payable | khoản phải nộp
PayableFee | khoản phí phải nộp
Payer | người nộp tiền
PaymentChanged | tin thanh toán
PaymentLink | địa chỉ thanh toán
PaymentOrder | lệnh thanh toán
PaymentResult | kết quả thanh toán
Pending | yêu cầu ký đang chờ
PersonName | họ và tên
PersonalValue | dữ liệu cá nhân
PhoneNumber | số điện thoại
PlaceRecord | nơi cư trú
PlaceText | địa danh
Post | chức vụ
Procedure | thủ tục
ProcedureCode | mã thủ tục
ProcedureDetail | nội dung thủ tục
ProcessingTime | thời hạn giải quyết
ProgressStep | bước xử lý
Purpose | mục đích tra cứu
PutReceipt | kết quả đồng bộ
Question | câu hỏi của công dân
QuestionAnswer | câu trả lời công dân
Receipt | biên lai
ReceiptBook | sổ biên lai
ReceiptRequest | yêu cầu lập biên lai
Records | sổ đăng ký thẩm quyền ký
Refund | yêu cầu hoàn tiền
RefundResult | kết quả hoàn tiền
Registration | việc đăng ký hộ tịch
RegistrationStatus | tình trạng đăng ký hộ tịch
RegistryRecord | bản ghi hộ tịch
Relative | quan hệ nhân thân
Request | yêu cầu
Requester | người yêu cầu
ResultDocument | kết quả giải quyết
ResultReady | tin có kết quả
Satisfaction | mức độ hài lòng
ServiceAnswer | câu trả lời của dịch vụ
Settings | cấu hình
Signal | tín hiệu của quy trình
SignerName | tên người ký
Spouse | thông tin vợ, chồng
StatusAnswer | câu trả lời về trạng thái
StatusRow | dòng trạng thái
Submission | kết quả tiếp nhận đăng ký
Summary | trích yếu
SupplementRequested | tin yêu cầu bổ sung
SupplementRound | lần yêu cầu bổ sung
TaxNumber | mã số thuế
TaxVoucher | chứng từ nộp thuế
Transfer | lệnh chuyển khoản
Trust | danh sách người ký gói phí
TrustPolicy | danh sách chứng thư gốc
UploadedFile | tệp đã tải lên
VietQR | mã VietQR
WorkCalendar | lịch làm việc
area | địa bàn
days | danh sách ngày
dossier | hồ sơ
dossiers | tệp hồ sơ
file | tệp
form | tờ khai
hours | giờ làm việc
list | danh sách
mandate | thẩm quyền ký
notice | thông báo thanh toán
procedure | thủ tục
push | gói tin Cổng chuyển đến
quote | yêu cầu tính phí
record | bảng tính phí đã lưu
signature | chữ ký
statement | tệp đối soát
steps | các bước xử lý
voucher | chứng từ
why_not | yêu cầu giải thích miễn, giảm
Bills | thông báo nộp tiền
Issuer | lập biên lai
Notifies | thông báo kết quả thanh toán
Asks | tra cứu giao dịch
Refunds | hoàn tiền
birth | khai sinh
death | khai tử
marriage | kết hôn
marital_status | xác nhận tình trạng hôn nhân
recognition | nhận cha, mẹ, con
extract | cấp bản sao trích lục
correction | thay đổi, cải chính hộ tịch
guardianship | giám hộ
adoption | nuôi con nuôi
official_duty | chuyên dùng công vụ
public | chứng thực chữ ký số công cộng
personal | ký của người có thẩm quyền
agency | ký của cơ quan
copy | sao văn bản
citizen | ký của công dân""".splitlines()
    )
}
