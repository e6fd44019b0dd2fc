"""What the desk writes about a record: the record itself, progress steps, results. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gov_connect.errors import InvalidInput, Problem
from gov_connect.fees import FeeItem
from gov_connect.forms.desk import applicant_born, quantity
from gov_connect.model import (
    VIETNAM,
    Channel,
    CitizenQuery,
    Dossier,
    DossierStatus,
    FeeLine,
    InboundDossier,
    Money,
    Note,
    PaidOnline,
    PersonName,
    Procedure,
    ProgressStep,
    ResultDocument,
    Summary,
)

if TYPE_CHECKING:
    from datetime import datetime

    from gov_connect.model import DossierCode, SupplementRound

COPIES, SIGNATURES, BIRTH, EXTRACTS, MARITAL = (
    "2.000815",
    "2.000884",
    "1.001193",
    "2.000635",
    "1.004873",
)
RESIDENTS_DATABASE: Final = "7"
"""MaCSDL that a running client sends; the code of the residents database itself is not known."""
_S: Final = DossierStatus
_TEXTS: Final = {
    _S.ACCEPTED: "Tiếp nhận hồ sơ",
    _S.NOT_ACCEPTED: "Từ chối tiếp nhận hồ sơ",
    _S.PROCESSING: "Đang xử lý",
    _S.SUPPLEMENT_REQUESTED: "Yêu cầu bổ sung hồ sơ",
    _S.WITHDRAWN: "Công dân rút hồ sơ",
    _S.STOPPED: "Dừng xử lý hồ sơ",
    _S.PROCESSED: "Đã xử lý xong",
    _S.RESULT_DELIVERED: "Trả kết quả",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The one-stop desk of one commune.

    Attributes:
        unit_name: as the portal shows it.
        unit_code: five digits, of the place of registration.
        area: where fees are decided, e.g. "31:31".
        officer: name shown in the progress.
        files_url: where the portal fetches results; a stable address without time stamps.
        facts: what is true of every dossier here, for reliefs.
        staffed: whether officers accept, issue and hand over, each of which is waited for; otherwise the desk
            goes on by itself wherever the law leaves nothing to decide.
        gateway: where fees are paid.
    """

    unit_name: str
    unit_code: str
    area: str
    officer: PersonName
    files_url: str
    title: str = "Công chức một cửa"
    facts: frozenset[str] = field(default_factory=frozenset[str])
    staffed: bool = False
    gateway: str = "national_payment"


def query_of(inbound: InboundDossier) -> CitizenQuery:
    """Whom to look up: the applicant, by number, name and the birth date typed in the form.

    Raises:
        InvalidInput: the form lacks one of them.
    """
    born = applicant_born(inbound.form)
    applicant = inbound.applicant
    return CitizenQuery(
        citizen_id=applicant.citizen_id,
        old_id=None if applicant.citizen_id else applicant.old_id,
        name=applicant.name,
        born=born,
    )


def fee_items(inbound: InboundDossier) -> list[FeeItem]:
    """What is charged, from the quantities typed in the form.

    Raises:
        InvalidInput: a quantity is missing or is not a whole number.
    """
    form = inbound.form
    match str(inbound.procedure):
        case code if code == COPIES:
            pages, copies = quantity(form, "pages"), quantity(form, "copies")
            return [FeeItem("ct.copy", pages=pages, copies=copies)]
        case code if code == SIGNATURES:
            return [FeeItem("ct.sign", documents=quantity(form, "papers"), signatures=1)]
        case code if code == EXTRACTS:
            return [FeeItem("ht.extract", copies=quantity(form, "extracts"))]
        case code if code == MARITAL:
            return [FeeItem("ht.marital_cert", cases=1)]
        case code if code == BIRTH:
            return [FeeItem("ht.birth_on_time", cases=1), *extracts(inbound)]
        case _:
            raise InvalidInput("procedure", [Problem(path="", code="value.not_in_list")])


def extracts(inbound: InboundDossier) -> list[FeeItem]:
    """The extract copies that are wanted with a registration; none when the form says none."""
    copies = quantity(inbound.form, "extracts", default=0)
    return [FeeItem("ht.extract", copies=copies)] if copies else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """Everything written about one record, from what is known of it so far."""

    desk: Desk
    code: DossierCode
    inbound: InboundDossier
    procedure: Procedure
    received_at: datetime
    due_at: datetime
    fees: tuple[FeeLine, ...] = ()
    channel: Channel = Channel.ONLINE
    looked_up: bool = True
    supplements: tuple[SupplementRound, ...] = ()
    results: tuple[ResultDocument, ...] = ()

    def record(
        self,
        status: DossierStatus,
        *,
        processed_at: datetime | None = None,
        delivered_at: datetime | None = None,
        closed_at: datetime | None = None,
        note: Note | None = None,
    ) -> Dossier:
        """The dossier in `status`, as the portal shall hold it."""
        inbound = self.inbound
        return Dossier(
            code=self.code,
            procedure=self.procedure,
            applicant=inbound.applicant,
            status=status,
            channel=self.channel,
            summary=Summary(self.procedure.name[:1000]),
            submitted_at=inbound.submitted_at,
            received_at=self.received_at,
            due_at=self.due_at,
            processed_at=processed_at,
            delivered_at=delivered_at,
            refused_at=closed_at if status is _S.NOT_ACCEPTED else None,
            note=note,
            unit_name=self.desk.unit_name,
            fees=self.fees,
            results=() if delivered_at is None else self.results or (self.result(),),
            paid_online=self._paid_online(),
            databases=(RESIDENTS_DATABASE,) if self.looked_up else (),
            supplements=self.supplements,
        )

    def _paid_online(self) -> PaidOnline:
        if not Money.total(line.amount for line in self.fees):
            return PaidOnline.NO_FEE
        return PaidOnline.NOT_ONLINE if self.desk.gateway == "cash" else PaidOnline.AGENCY_GATEWAY

    def result(self) -> ResultDocument:
        """The paper that is handed out."""
        codes = self.procedure.result_codes
        return ResultDocument(
            id=f"{self.code}-KQ",
            name=f"ket-qua-{self.code}.pdf",
            url=f"{self.desk.files_url.rstrip('/')}/{self.code}",
            result_code=codes[0] if codes else "",
        )

    def step(self, status: DossierStatus, at: datetime, text: str = "") -> ProgressStep:
        """A progress row; `text` says more than the status does."""
        return ProgressStep(
            dossier=self.code,
            officer=self.desk.officer,
            title=self.desk.title,
            unit="Bộ phận một cửa",
            at=at.astimezone(VIETNAM),
            text=f"{_TEXTS[status]}: {text}"[:2000] if text else _TEXTS[status],
            status=status,
        )
