"""What the portal sends to the agency beside new dossiers, and what it asks (national_portal.md §2.8, §5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - read while the program runs
from typing import Annotated

from pydantic import AwareDatetime, Field

from gov_connect.model._base import Value
from gov_connect.model.codes import DossierCode, ProcedureCode
from gov_connect.model.dossier import FeeKind, ShortText
from gov_connect.model.money import Money
from gov_connect.model.people import FormText, PersonName, PlaceText
from gov_connect.model.text import CleanText, Length, Personal


class TaxVoucher(Value):
    """NhanChungTuThueDat: a land tax was paid at the portal. `dossier` is the agency's own number."""

    dossier: DossierCode
    payer: PersonName
    tax_number: FormText | None = None
    id_number: FormText | None = None
    address: PlaceText | None = None
    province: ShortText = ""
    district: ShortText = ""
    commune: ShortText = ""
    file_url: Annotated[CleanText, Length(2000)] = ""
    notice: Annotated[CleanText, Length(100, at_least=1)]
    paid_at: AwareDatetime
    amount: Money
    text: FormText | None = None
    status: int
    """TrangThaiThanhToan as it came; its list is not known."""
    synchronous: bool = False
    updating: bool = False
    further: dict[str, FormText] = Field(default_factory=dict)
    """What else came, by the wire's own names; every value hides itself."""


@dataclass(frozen=True, slots=True)
class TaxNotice:
    """NhanThongBaoThueDat: an XML document whose shape is not public; hides itself."""

    document: bytes = field(repr=False)
    received_at: datetime


class PayableFee(Value):
    """One line of what is payable; `code` is the fee's own (§5)."""

    kind: FeeKind
    code: ShortText
    name: Annotated[CleanText, Length(500, at_least=1)]
    amount: Money


class Payable(Value):
    """What the agency says is payable for a dossier (§5, payment look-up)."""

    dossier: DossierCode
    procedure: ProcedureCode
    procedure_name: Annotated[CleanText, Length(2000, at_least=1)]
    service_code: ShortText
    """MaDVC."""
    service_name: Annotated[CleanText, Length(2000, at_least=1)]
    agency: ShortText
    agency_name: ShortText
    fees: Annotated[tuple[PayableFee, ...], Field(min_length=1, max_length=100)]
    account: ShortText
    bank: ShortText
    account_name: ShortText
    text: FormText
    payer: PersonName
    payer_id: Personal
    payer_address: PlaceText | None = None
    payer_district: ShortText = ""
    payer_province: ShortText = ""
    decided_by: ShortText = ""
    decided_by_name: ShortText = ""
    transaction: ShortText = ""
    """transaction_id; "" stands for the look-up's own MaTraCuuTT (payment.md §1.7)."""
    client: ShortText = ""
    """client_id at the payment platform; "" stands for the partner code of the settings."""
