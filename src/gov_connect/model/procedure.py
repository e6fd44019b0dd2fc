"""An administrative procedure in full, as LayThuTuc describes it (national_portal.md §2.5, §5)."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from gov_connect.model._base import Value
from gov_connect.model.dossier import Channel, FeeKind, Procedure, ShortText
from gov_connect.model.money import Money
from gov_connect.model.text import CleanText, Length

Prose: TypeAlias = Annotated[CleanText, Length(200_000)]
"""Text for people, as long as the database has it."""


class ListedFee(Value):
    """A fee as the national database lists it; what a dossier costs is for the fee packs to say.

    Attributes:
        kind: None for a code that is on no list; `kind_raw` keeps it.
        amount: None when the text is no plain amount ("theo quy định"); `amount_raw` keeps it.
    """

    kind: FeeKind | None = None
    kind_raw: ShortText = ""
    amount: Money | None = None
    amount_raw: Prose = ""
    unit: Prose = ""
    text: Prose = ""
    url: Prose = ""


class ProcessingTime(Value):
    """How long one way of submitting takes, and what it costs.

    Attributes:
        channel: None for a code that is on no list; `channel_raw` keeps it.
        time: number as text, e.g. "3"; it may be prose.
        unit: e.g. "Ngày làm việc".
    """

    channel: Channel | None = None
    channel_raw: ShortText = ""
    time: Prose = ""
    unit: Prose = ""
    text: Prose = ""
    fees: tuple[ListedFee, ...] = ()


class ListedPaper(Value):
    """A paper that the citizen hands in; `code` goes into `Attachment.paper_code`."""

    code: ShortText = ""
    name: Prose = ""
    case: Prose = ""
    """In which case it is wanted; "" for all."""
    form_name: Prose = ""
    form_url: Prose = ""
    copies: ShortText = ""


class NamedCode(Value):
    """A code with its name: a result paper, an agency, a legal text by its number."""

    code: ShortText = ""
    name: Prose = ""


class ProcedureDetail(Value):
    """Everything the national database says of a procedure.

    Attributes:
        issuer: code of the agency that published it.
        steps: in order, cases one after the other.
        conditions: in words.
        unread: names of fields that are there and known to nobody here; never their content.
    """

    procedure: Procedure
    issuer: ShortText = ""
    agencies: tuple[NamedCode, ...] = ()
    subjects: tuple[Prose, ...] = ()
    steps: tuple[Prose, ...] = ()
    times: tuple[ProcessingTime, ...] = ()
    papers: tuple[ListedPaper, ...] = ()
    results: tuple[NamedCode, ...] = ()
    legal_bases: tuple[NamedCode, ...] = ()
    conditions: Prose = ""
    unread: tuple[str, ...] = ()

    @property
    def has_fee(self) -> bool:
        """Whether a fee is listed that is not plainly zero; the portal measures online payment by it (§5)."""
        return any(fee.amount is None or bool(fee.amount) for time in self.times for fee in time.fees)
