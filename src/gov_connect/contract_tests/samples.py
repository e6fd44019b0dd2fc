"""What the kit sends: dossiers, births and orders of people who do not exist."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from gov_connect.model import (
    Applicant,
    BirthRegistration,
    Child,
    CitizenQuery,
    Dossier,
    DossierCode,
    DossierStatus,
    FeeKind,
    FeeLine,
    Money,
    Parent,
    PartialDate,
    Payer,
    PaymentOrder,
    Procedure,
    ProcedureCode,
    ProgressStep,
    ReceiptRequest,
    Refund,
    Requester,
    Summary,
)

if TYPE_CHECKING:
    from gov_connect.contract_tests.desk import Desk
    from gov_connect.runtime import Clock

_OFFICER: Final = "Trần Văn Thử"
_PLACE: Final = "Xã Mẫu, tỉnh Giả Định"
_MOTHER: Final = "000000000012"
_FATHER: Final = "000000000011"
MISSING_PERSON: Final = "000000999999"


def dossier(desk: Desk, *, code: str = "", status: DossierStatus = DossierStatus.ACCEPTED) -> Dossier:
    """A walk-in birth registration at the known procedure."""
    return dossier_of(
        desk.gov.portal.procedure(ProcedureCode(desk.known["procedure"])),
        desk.clock,
        code or desk.dossier_code(),
        status,
    )


def dossier_of(procedure: Procedure | None, clock: Clock, code: str, status: DossierStatus) -> Dossier:
    """The same for a procedure that is at hand."""
    now = clock.now().replace(microsecond=0)
    return Dossier(
        code=DossierCode(code),
        procedure=procedure
        or Procedure(
            code=ProcedureCode("1.001193"), name="Đăng ký khai sinh", domain_code="G99-TP01", domain_name="Hộ tịch"
        ),
        applicant=Applicant.model_validate({"name": "Nguyễn Thị Mẫu", "citizen_id": _MOTHER, "phone": "0900000001"}),
        status=status,
        summary=Summary("Đăng ký khai sinh cho trẻ Mẫu A"),
        received_at=now,
        due_at=now + timedelta(days=1),
        unit_name="UBND xã Mẫu",
        databases=("7",),
    )


def steps(desk: Desk, code: str, count: int = 1) -> list[ProgressStep]:
    """Processing steps of a dossier."""
    return steps_of(desk.clock, code, count)


def steps_of(clock: Clock, code: str, count: int) -> list[ProgressStep]:
    """The same from what is at hand."""
    at = clock.now().replace(microsecond=0)
    return [
        ProgressStep.model_validate(
            {
                "dossier": code,
                "officer": _OFFICER,
                "at": at + timedelta(seconds=number),
                "text": "Thụ lý hồ sơ",
                "status": DossierStatus.PROCESSING,
            }
        )
        for number in range(count)
    ]


def query(number: str, name: str, born: str) -> CitizenQuery:
    """A look-up."""
    return CitizenQuery.model_validate({"citizen_id": number, "name": name, "born": born})


def known_query(desk: Desk) -> CitizenQuery:
    """The look-up of the known person."""
    known = desk.known
    return query(known["person_number"], known["person_name"], known["person_born"])


def birth(desk: Desk, code: str = "") -> BirthRegistration:
    """A birth two days ago, of a child whom no other test has registered."""
    return birth_of(desk.clock, code or desk.dossier_code(), desk.known["unit"], desk.number())


def birth_of(clock: Clock, code: str, unit: str, number: int) -> BirthRegistration:
    """The same from what is at hand; the number makes the child's name another one."""
    now = clock.now().replace(microsecond=0)
    name = "".join("ABCDEGHIKL"[int(digit)] for digit in str(number))
    return BirthRegistration.model_validate(
        {
            "dossier": code,
            "unit": unit,
            "received_at": now,
            "child": Child.model_validate(
                {
                    "name": f"PHẠM THỬ NGHIỆM {name}",
                    "sex": "female",
                    "born": PartialDate.parse(f"{now - timedelta(days=2):%Y-%m-%d}"),
                    "birth_place": "Bệnh viện Mẫu, phường Ví Dụ, tỉnh Giả Định",
                    "birth_province": "99",
                    "native_place": _PLACE,
                }
            ),
            "mother": _parent("LÊ THỊ HƯ CẤU", "1999", _MOTHER),
            "father": _parent("PHẠM VĂN GIẢ ĐỊNH", "1997-05-20", _FATHER),
            "requester": Requester.model_validate(
                {
                    "name": "PHẠM VĂN GIẢ ĐỊNH",
                    "relation": "Cha",
                    "citizen_id": _FATHER,
                    "id_issued_on": "2022-02-01",
                    "id_issued_by": "Cục Cảnh sát QLHC về TTXH",
                }
            ),
            "copies": 2,
        }
    )


def bundle_birth(desk: Desk, code: str = "") -> BirthRegistration:
    """The same as an interlinked dossier."""
    made = birth(desk, code)
    national = f"G22.99.01-{desk.clock.now():%y%m%d}-{desk.number() % 10_000:04d}"
    return made.model_copy(update={"bundle": national})


def receipt(desk: Desk, amount: int = 15_000) -> ReceiptRequest:
    """A receipt for a fee, under a key that no other test has used."""
    return receipt_of(desk.clock, f"phi-{desk.dossier_code()}", desk.dossier_code(), amount)


def receipt_of(clock: Clock, key: str, code: str, amount: int) -> ReceiptRequest:
    """The same from what is at hand."""
    return ReceiptRequest.model_validate(
        {
            "key": key,
            "kind": FeeKind.FEE,
            "dossier": code,
            "lines": (FeeLine(name="Phí cấp bản sao <mẫu & thử>", amount=Money(amount), kind=FeeKind.FEE),),
            "amount": Money(amount),
            "payer": Payer.model_validate({"name": "NGUYỄN THỬ & MẪU"}),
            "paid_at": clock.now().replace(microsecond=0),
        }
    )


def _parent(name: str, born: str, number: str) -> Parent:
    return Parent.model_validate({"name": name, "born": born, "residence": _PLACE, "citizen_id": number})


def order(desk: Desk, amount: int = 25_000) -> PaymentOrder:
    """An order of two lines, under a reference that no other test has used."""
    return order_of(desk.clock, f"kit{desk.clock.now():%y%m%d}{desk.number():07d}", desk.dossier_code(), amount)


def order_of(clock: Clock, reference: str, code: str, amount: int) -> PaymentOrder:
    """The same from what is at hand."""
    return PaymentOrder.model_validate(
        {
            "reference": reference,
            "dossier": code,
            "procedure": "2.000635",
            "procedure_name": "Cấp bản sao trích lục hộ tịch",
            "amount": Money(amount),
            "lines": (
                FeeLine(name="Phí trích lục", amount=Money(amount - 5_000), kind=FeeKind.FEE),
                FeeLine(name="Lệ phí hộ tịch", amount=Money(5_000), kind=FeeKind.CHARGE),
            ),
            "payer": Payer.model_validate({"name": "NGUYỄN THỬ MẪU", "citizen_id": _MOTHER}),
            "created_at": clock.now().replace(microsecond=0),
        }
    )


def refund(desk: Desk, paid: PaymentOrder, amount: int) -> Refund:
    """A refund of an order, under a key of its own."""
    return refund_of(desk.clock, paid, amount, f"{paid.reference}-{desk.number()}")


def refund_of(clock: Clock, paid: PaymentOrder, amount: int, key: str) -> Refund:
    """The same from what is at hand."""
    return Refund.model_validate(
        {
            "key": key,
            "reference": paid.reference,
            "amount": Money(amount),
            "reason": "Rút hồ sơ",
            "officer": "canbo01",
            "created_at": clock.now(),
        }
    )
