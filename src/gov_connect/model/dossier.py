"""The dossier and what hangs on it, in the terms of the field (national_portal.md §2.2, §2.3)."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Annotated, Self, TypeAlias

from pydantic import AwareDatetime, Field, model_validator

from gov_connect.errors import Rejected
from gov_connect.model._base import Value
from gov_connect.model.codes import DossierCode, ProcedureCode
from gov_connect.model.money import Money
from gov_connect.model.people import (
    CitizenId,
    EmailAddress,
    FormText,
    Note,
    OldIdNumber,
    PersonName,
    PhoneNumber,
    Summary,
)
from gov_connect.model.text import MASKED, CleanText, Length

ShortText: TypeAlias = Annotated[CleanText, Length(255)]
Url: TypeAlias = Annotated[str, Field(max_length=2000, pattern=r"^https?://[^\s]+$")]


class DossierStatus(IntEnum):
    """Status of a dossier at the national portal (national_portal.md §3, CONFIRMED)."""

    NEW = 1
    ACCEPTED = 2
    NOT_ACCEPTED = 3
    PROCESSING = 4
    SUPPLEMENT_REQUESTED = 5
    PAYMENT_REQUESTED = 6
    WITHDRAWN = 7
    STOPPED = 8
    PROCESSED = 9
    RESULT_DELIVERED = 10


class Channel(StrEnum):
    """How the dossier came in."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


class ApplicantKind(StrEnum):
    """Who owns the dossier."""

    CITIZEN = "citizen"
    ENTERPRISE = "enterprise"
    STATE_BODY = "state_body"
    ORGANISATION = "organisation"
    HOUSEHOLD_BUSINESS = "household_business"
    """Known to the 2026 generation only (§2.10)."""


class PaidOnline(StrEnum):
    """Whether and where the fee was paid online (national_portal.md §2.2, §5)."""

    NO_FEE = "no_fee"
    NATIONAL_PORTAL = "national_portal"
    AGENCY_GATEWAY = "agency_gateway"
    NOT_ONLINE = "not_online"


class FeeKind(StrEnum):
    """Phí (a price for a service) or lệ phí (a fixed charge)."""

    FEE = "phi"
    CHARGE = "le_phi"


class FeeMoment(StrEnum):
    """When a fee is collected (§5 HinhThucThu)."""

    ON_RECEIPT = "on_receipt"
    ON_SUPPLEMENT = "on_supplement"
    ON_RESULT = "on_result"


class FeeSort(StrEnum):
    """What a fee is for (§5 LoaiPhiLePhi of the sync; the payment message uses another list)."""

    ORDINARY = "ordinary"
    APPRAISAL = "appraisal"
    EXTENSION = "extension"


class Procedure(Value):
    """An administrative procedure as the national database describes it (§2.5)."""

    code: ProcedureCode
    name: Annotated[CleanText, Length(2000, at_least=1)]
    domain_code: ShortText = ""
    domain_name: ShortText = ""
    result_codes: tuple[str, ...] = ()
    published: bool = True


class Attachment(Value):
    """A submitted paper, by reference: the portal fetches the file from `url` later (§2.2)."""

    id: ShortText
    name: Annotated[CleanText, Length(4000, at_least=1), Field(repr=False), MASKED]
    """Often holds a person's name."""
    url: Url
    paper_code: ShortText = ""
    digitised: bool = True
    reused: bool = False
    from_personal_store: bool = False
    replaced_by: ShortText = ""
    deleted: bool = False
    digest: ShortText = ""
    """HashTepTin that the portal gave for an uploaded file; the 2026 generation needs it (§2.10)."""


class ResultDocument(Value):
    """A paper handed out at the end."""

    id: ShortText
    name: Annotated[CleanText, Length(2000, at_least=1), Field(repr=False), MASKED]
    url: Url
    result_code: ShortText = ""
    """Code of the kind of result, e.g. `KQ.G15.000031` for a birth certificate."""


class FeeLine(Value):
    """One fee of the dossier; a line of 0 đồng stays, it says that an exemption applied."""

    name: Annotated[CleanText, Length(500, at_least=1)]
    amount: Money
    kind: FeeKind
    collected: FeeMoment = FeeMoment.ON_RECEIPT
    sort: FeeSort = FeeSort.ORDINARY
    code: ShortText = ""
    """The fee's own code; "" sends the code of its kind."""
    typed: bool = False
    """Whether officers typed the amount; never sent, the name carries the mark."""


class OtherPaper(Value):
    """A paper that is counted, not sent (§2.2 DanhSachTepDinhKemKhac)."""

    name: Annotated[CleanText, Length(2000, at_least=1)]
    copies: Annotated[int, Field(ge=0, le=9999)] = 1
    kind: Annotated[int, Field(ge=0, le=99)] = 1


class SupplementRound(Value):
    """One request for more papers, and what came of it (§2.2 DanhSachHoSoBoSung)."""

    id: Annotated[int, Field(ge=0)]
    requested_by: PersonName
    request: Note
    requested_at: AwareDatetime
    received_by: PersonName | None = None
    received_note: Note | None = None
    received_at: AwareDatetime | None = None
    done: bool = False
    papers: tuple[OtherPaper, ...] = ()
    fees: tuple[FeeLine, ...] = ()
    due_before: AwareDatetime | None = None
    due_after: AwareDatetime | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.received_at is not None and self.received_at < self.requested_at:
            raise Rejected("value.before", at="received_at", other="requested_at")
        if self.done and self.received_at is None:
            raise Rejected("value.needed_with", at="received_at", other="done")
        return self


class Applicant(Value):
    """The owner of the dossier."""

    kind: ApplicantKind = ApplicantKind.CITIZEN
    name: PersonName
    citizen_id: CitizenId | None = None
    old_id: OldIdNumber | None = None
    account_id: Annotated[CleanText, Length(100), Field(repr=False), MASKED] = ""
    """Technical id of the portal account (TechID); only for dossiers born online."""
    phone: PhoneNumber | None = None
    email: EmailAddress | None = None


class Dossier(Value):
    """A dossier as the agency reports it to the portal.

    Times carry a time zone; the wire writes them in Asia/Ho_Chi_Minh.
    """

    code: DossierCode
    procedure: Procedure
    applicant: Applicant
    status: DossierStatus
    channel: Channel = Channel.COUNTER
    summary: Summary
    submitted_at: AwareDatetime | None = None
    received_at: AwareDatetime
    due_at: AwareDatetime | None = None
    processed_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None
    refused_at: AwareDatetime | None = None
    result_by_post: bool = False
    unit_name: Annotated[CleanText, Length(500, at_least=1)]
    """Name, not code, of the unit that processes it."""
    note: Note | None = None
    attachments: tuple[Attachment, ...] = ()
    fees: tuple[FeeLine, ...] = ()
    results: tuple[ResultDocument, ...] = ()
    paid_online: PaidOnline = PaidOnline.NO_FEE
    verified_account: bool = False
    """Whether the submitter's account is verified by VNeID."""
    databases: tuple[str, ...] = ()
    """Codes of the databases consulted (MaCSDL); "" when none was."""
    receipt_number: ShortText = ""
    other_papers: tuple[OtherPaper, ...] = ()
    supplements: tuple[SupplementRound, ...] = ()
    portal_id: ShortText = ""
    """The portal's own id of the dossier; only the 2026 generation gives one (§2.10)."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name, moment in (("processed_at", self.processed_at), ("delivered_at", self.delivered_at)):
            if moment is not None and moment < self.received_at:
                raise Rejected("value.before", at=name, other="received_at")
        if self.status is DossierStatus.RESULT_DELIVERED and self.delivered_at is None:
            raise Rejected("value.needed_with", at="delivered_at", other="status=10")
        return self


class ProgressStep(Value):
    """One step of the processing, shown to the citizen at the portal (§2.3)."""

    dossier: DossierCode
    officer: PersonName
    title: ShortText = ""
    unit: ShortText = ""
    at: AwareDatetime
    text: Annotated[CleanText, Length(2000), Field(repr=False), MASKED] = ""
    """What was done, in words; may speak of people."""
    status: DossierStatus
    started_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    portal_id: ShortText = ""
    """The portal's own id of the dossier; the 2026 generation needs it (§2.10)."""


class Purpose(Value):
    """Why personal data is read: written on the wire and in the audit (residents.md §8)."""

    procedure: ProcedureCode
    dossier: DossierCode
    legal_basis: Annotated[str, Field(max_length=500)] = ""
    sensitive: bool = False
    """Whether the procedure needs ethnicity and religion."""


class FileLink(Value):
    """A file that the portal offers by URL; fetched only from hosts that are allowed."""

    name: Annotated[CleanText, Length(4000, at_least=1)]
    url: Url


class InboundDossier(Value):
    """A dossier that the portal pushed to the agency (§2.8)."""

    code: DossierCode
    procedure: ProcedureCode
    applicant: Applicant
    submitted_at: AwareDatetime | None = None
    updating: bool = False
    form: dict[str, FormText] = Field(default_factory=dict)
    """What the citizen typed, by the wire's own field names; every value hides itself."""
    files: Annotated[tuple[str, ...], Field(repr=False), MASKED] = ()
    """Names of the attached files, which often name people."""
    links: Annotated[tuple[FileLink, ...], Field(repr=False), MASKED] = ()
    """Files of the second generation, offered by URL."""
