"""States and kinds in words, by what they are states of: "kind.value" -> Vietnamese, English.

JSON keeps the value of the code; these are for people. A value without a row is shown as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gov_connect.messages._message import entry
from gov_connect.messages._names import NAMES

if TYPE_CHECKING:
    from gov_connect.messages._message import Language

STATES = {
    key: entry(*texts)
    for key, *texts in (
        row.split(" | ")
        for row in """\
outcome.waiting_for_payment | chờ nộp phí, lệ phí | waiting for the payment
outcome.waiting_for_registry | chờ hệ thống hộ tịch | waiting for the civil registry
outcome.waiting_for_platform | chờ phần mềm liên thông | waiting for the bundle platform
outcome.waiting_for_officer | chờ cán bộ xử lý | waiting for an officer
outcome.waiting_for_citizen | chờ công dân bổ sung | waiting for the citizen's supplement
outcome.waiting_for_signature | chờ ký số | waiting for a signature
outcome.busy | tiến trình khác đang xử lý | another worker has it
outcome.needs_officer | cần cán bộ kiểm tra | an officer must look at it
outcome.delivered | đã trả kết quả | delivered
outcome.withdrawn | công dân đã rút hồ sơ | withdrawn
outcome.refused | từ chối giải quyết | refused
outcome.stopped | dừng giải quyết | stopped
outcome.- | chưa kết thúc | not ended
event.waiting | đang chờ gửi | waiting
event.sent | đã gửi, chờ trả lời | sent, no answer yet
event.done | đã xong | done
event.parked | bị giữ lại | parked
event.cancelled | đã bỏ | cancelled
event.failed | không thực hiện được | failed
lane.out | gửi ra hệ thống ngoài | to an outside system
lane.in | tin nhận từ hệ thống ngoài | news from an outside system
lane.flow | quy trình xử lý hồ sơ | workflow of the dossier
lane.step | một bước của quy trình | step of a workflow
lag.ok | trong hạn | in time
lag.late | chậm | late
lag.alarm | chậm quá mức | far too late
alert.outage_began | bắt đầu ngừng | outage began
alert.outage_ended | đã trở lại | outage ended
alert.parked | có việc bị giữ | work was parked
alert.lag_ok | hết chậm | in time again
alert.lag_late | bắt đầu chậm | late
alert.lag_alarm | chậm quá mức | far too late
alert.mismatch | đối soát có chỗ lệch | reconciliation found mismatches
effect.read | chỉ đọc | read
effect.write | ghi, gửi lại được | write
effect.ask-first | ghi, phải tra cứu trước khi gửi lại | ask-first
payment.created | mới lập | created
payment.pending | chờ kết quả | pending
payment.paid | đã thanh toán | paid
payment.failed | không thành công | failed
payment.cancelled | người nộp đã hủy | cancelled by the payer
payment.expired | hết hạn | expired
payment.review | cần cán bộ xem xét | to be reviewed by a person
registration.received | đã tiếp nhận | received
registration.supplement_requested | yêu cầu bổ sung | supplement asked for
registration.eligible | đủ điều kiện đăng ký | eligible
registration.registered | đã đăng ký | registered
registration.unknown | chưa rõ | unknown
difference.unknown_here | cổng thanh toán có, đơn vị chưa ghi nhận | paid there, not here
difference.unknown_there | đơn vị ghi đã thu, tệp đối soát không có | paid here, not there
difference.amounts_differ | số tiền khác nhau | amounts differ
verdict.valid | hợp lệ | valid
verdict.invalid | không hợp lệ | invalid
verdict.not_determined | chưa xác định được | not determined
level.error | lỗi | error
level.warning | cảnh báo | warning
healing.healed | đã sửa | healed
healing.proposed | đã lập đề nghị, chờ cán bộ duyệt | proposed, an officer decides
healing.left | cần cán bộ xử lý | for people
origin.environment | biến môi trường | environment
origin.default | mặc định | default
origin.file | tệp | file""".splitlines()
    )
}


def term(kind: str, value: object, language: Language) -> str:
    """A state, or another value of a closed list, in words; of the kind "name", what the code calls something."""
    said = STATES.get(f"{kind}.{value}")
    if said is not None:
        return said.text(language, {})
    return NAMES.get(str(value), str(value)) if kind == "name" and language == "vi" else str(value)
