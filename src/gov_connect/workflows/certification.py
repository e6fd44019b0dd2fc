"""Certified copies and certified signatures: one request of the citizen, two records behind it
(civil_registry.md §6.2).

No merged procedure exists: two codes, two registers, two fees, two numbers. What the citizen sees is one
receipt; these are the pure parts a desk builds it of.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field, model_validator

from gov_connect.errors import Rejected
from gov_connect.fees import FeeItem
from gov_connect.model import Applicant, DossierCode, ProcedureCode, Value
from gov_connect.reference import WorkCalendar

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Self

Count = Annotated[int, Field(ge=0, le=10_000, strict=True)]


class Register(StrEnum):
    """Registers of certifications (NĐ 23/2015 Đ13); each counts from 01 within the year."""

    COPIES = "SCT/BS"
    SIGNATURES = "SCT/CK,ĐC"


class CopyWish(Value):
    """A paper to be copied and certified."""

    pages: Annotated[int, Field(ge=1, le=10_000, strict=True)]
    copies: Annotated[int, Field(ge=1, le=10_000, strict=True)]


class CertificationRequest(Value):
    """What one citizen wants in one go."""

    applicant: Applicant
    copies: tuple[CopyWish, ...] = ()
    signed_papers: Count = 0
    """Papers on which signatures are certified; several signatures in one paper are one case."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.copies and not self.signed_papers:
            raise Rejected("value.too_few", limit=1)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificationRecord:
    """One record behind the request: a dossier of its own with its own register and fee."""

    dossier: DossierCode
    procedure: ProcedureCode
    register: Register
    items: tuple[FeeItem, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """One receipt for the citizen; `records` has one or two entries."""

    request: CertificationRequest
    records: tuple[CertificationRecord, ...]

    @property
    def items(self) -> tuple[FeeItem, ...]:
        """Everything that is charged, for one quote and one payment."""
        return tuple(item for record in self.records for item in record.items)

    @property
    def due_at(self) -> datetime:
        """When the citizen can fetch everything."""
        return max(record.due_at for record in self.records)


_COPIES: Final = ProcedureCode("2.000815")
_SIGNATURES: Final = ProcedureCode("2.000884")


def open_certification(
    request: CertificationRequest,
    *,
    received_at: datetime,
    next_number: Callable[[], DossierCode],
    calendar: WorkCalendar | None = None,
) -> Certification:
    """Split a request into its records.

    Args:
        request: what the citizen wants.
        received_at: certifications are due the same day, after 15:00 the next working day.
        next_number: gives a fresh dossier number; called once a record, in the order copies, signatures.
        calendar: the agency's own; None for the state's.
    """
    due = (calendar or WorkCalendar.default()).due(received_at, 0)
    wanted: list[tuple[ProcedureCode, Register, tuple[FeeItem, ...]]] = []
    if request.copies:
        items = tuple(FeeItem("ct.copy", pages=wish.pages, copies=wish.copies) for wish in request.copies)
        wanted.append((_COPIES, Register.COPIES, items))
    if request.signed_papers:
        item = FeeItem("ct.sign", documents=request.signed_papers, signatures=1)
        wanted.append((_SIGNATURES, Register.SIGNATURES, (item,)))
    return Certification(
        request=request,
        records=tuple(
            CertificationRecord(dossier=next_number(), procedure=procedure, register=register, items=items, due_at=due)
            for procedure, register, items in wanted
        ),
    )
