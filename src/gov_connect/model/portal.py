"""What the portal lists, asks and is told beside dossiers (national_portal.md §2.5 - §2.7)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Final, Self, TypeAlias

from pydantic import AwareDatetime, Field, model_validator

from gov_connect.errors import Rejected
from gov_connect.model._base import Value
from gov_connect.model.codes import AgencyCode, DossierCode, ProcedureCode
from gov_connect.model.dossier import Attachment, DossierStatus, FeeLine, ResultDocument, ShortText
from gov_connect.model.people import EmailAddress, FormText, Note, PersonName
from gov_connect.model.text import CleanText, Length, Personal

LongText: TypeAlias = Annotated[CleanText, Length(2000)]
_TAX: Final = re.compile(r"[0-9]{10}(?:-?[0-9]{3})?")
_WHOLE: Final = 100


class Catalogue(StrEnum):
    """The code lists of which only the service's name is known (§2.1, SEEN)."""

    PROVINCES = "LayDanhMucTinhThanh"
    DISTRICTS = "LayDanhMucQuanHuyen"
    COMMUNES = "LayDanhMucPhuongXa"
    COUNTRIES = "LayDanhMucQuocGia"
    ETHNICITIES = "LayDanhMucDanToc"
    RELIGIONS = "LayDanhMucTonGiao"
    SEXES = "LayDanhMucGioiTinh"
    MARITAL_STATES = "LayDanhMucTinhTrangHonNhan"
    SUBJECTS = "LayDanhMucDoiTuong"
    LEVELS = "LayDanhMucCapThucHien"
    LEGAL_BASES = "LayDanhMucCanCuPhapLy"
    FEES = "LayDanhMucLePhi"
    PROCEDURE_SORTS = "LayDanhMucThuTucThuocLoai"
    PROCEDURE_GROUPS = "LayDanhMucNhomThuTuc"


class CatalogueRow(Value):
    """One row of a code list whose fields are not known.

    Attributes:
        code: value of the only field that begins with MA, "" when there is none or several.
        name: value of the only field that begins with TEN, likewise.
        fields: every plain field by the wire's own name.
    """

    code: str = ""
    name: str = ""
    fields: dict[str, str] = Field(default_factory=dict)


class Agency(Value):
    """A row of LayDanhMucCoQuan. The code stays text: merged units carry codes of neither form."""

    code: Annotated[CleanText, Length(100, at_least=1)]
    name: LongText = ""
    level: int | None = None


class Domain(Value):
    """A row of LayDanhMucLinhVuc; `owner` is the agency that owns it (MANGANH)."""

    code: Annotated[CleanText, Length(100, at_least=1)]
    name: LongText = ""
    owner: ShortText = ""


class OnlineService(Value):
    """A row of LayDVC; `applies` is what APDUNGDVC holds, in the wire's own names."""

    code: Annotated[CleanText, Length(100, at_least=1)]
    name: LongText = ""
    procedure: ProcedureCode | None = None
    procedure_raw: ShortText = ""
    issuer: LongText = ""
    domain: LongText = ""
    applies: tuple[dict[str, str], ...] = ()


class TaxNumber(Personal):
    """A tax number: ten digits, or thirteen for a branch."""

    __slots__ = ()

    @classmethod
    def check(cls, value: str) -> str:
        """Check the shape; a dash before the branch is dropped."""
        number = value.strip()
        if not _TAX.fullmatch(number):
            raise Rejected("value.tax_number")
        return number.replace("-", "")


class StatusAnswer(Value):
    """The agency's word about a dossier that was born on the portal (§2.6).

    Attributes:
        dossier: the portal's number.
        local: the agency's own number.
        at: None stands for now; the wire never takes an empty time.
    """

    dossier: DossierCode
    local: ShortText
    account_id: Annotated[CleanText, Length(100)] = ""
    text: FormText
    at: AwareDatetime | None = None
    status: DossierStatus
    papers: tuple[Attachment, ...] = ()


class StatusRow(Value):
    """Where a dossier stands, for the 2026 generation (§2.10, step 6)."""

    portal_id: ShortText
    dossier: DossierCode
    status: DossierStatus
    opinion: Note | None = None
    unit: ShortText = ""
    text: LongText = ""
    fees: tuple[FeeLine, ...] = ()
    results: tuple[ResultDocument, ...] = ()


class UploadedFile(Value):
    """A file that the portal of 2026 keeps: `id` and `digest` go into the dossier's attachment."""

    id: ShortText
    digest: ShortText
    name: Annotated[CleanText, Length(4000, at_least=1)]


class Satisfaction(Value):
    """Satisfaction totals of one month (§2.7); shares are whole per cent."""

    year: Annotated[int, Field(ge=2000, le=2200)]
    month: Annotated[int, Field(ge=1, le=12)]
    people: Annotated[int, Field(ge=0)]
    very_satisfied: Annotated[int, Field(ge=0, le=100)]
    satisfied: Annotated[int, Field(ge=0, le=100)]
    unsatisfied: Annotated[int, Field(ge=0, le=100)]
    service_very_satisfied: Annotated[int, Field(ge=0, le=100)] = 0
    service_satisfied: Annotated[int, Field(ge=0, le=100)] = 0
    service_unsatisfied: Annotated[int, Field(ge=0, le=100)] = 0
    opinions: tuple[FormText, ...] = ()
    procedure: ProcedureCode | None = None
    text: LongText = ""
    agency: AgencyCode
    agency_name: LongText = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        service = self.service_very_satisfied + self.service_satisfied + self.service_unsatisfied
        if self.very_satisfied + self.satisfied + self.unsatisfied > _WHOLE or service > _WHOLE:
            raise Rejected("value.too_large", limit=_WHOLE)
        return self


class Question(Value):
    """A question of a citizen (§2.7); what people wrote hides itself. `text` None came blank."""

    id: Annotated[CleanText, Length(100, at_least=1)]
    text: FormText | None
    domain: ShortText = ""
    agency: ShortText = ""
    agency_name: LongText = ""
    asked_by: PersonName | None = None
    email: EmailAddress | None = None
    procedure: ShortText = ""
    status: ShortText = ""


class QuestionAnswer(Value):
    """An answer to a question (§2.7). `text` None came blank, `at` None stands for an unknown time."""

    question: Annotated[CleanText, Length(100, at_least=1)]
    id: ShortText = ""
    text: FormText | None
    answered_by: PersonName | None = None
    title: ShortText = ""
    at: AwareDatetime | None = None
    unread: tuple[str, ...] = ()
    """Names of members that are there and of which nothing was read."""
