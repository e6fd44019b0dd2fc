"""Interlinked dossiers (NĐ 63/2024): the registry's and the platform's status numbers, each a type of its own.

Four enumerations count differently (civil_registry.md §5.1, §7 row 19): `RegistrationState` (G1),
`BundleState` (results of G2), `BundleStatus` (the bundle platform) and `DossierStatus` (the one-stop system).
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AwareDatetime, Field

from gov_connect.errors import InvalidInput, Problem
from gov_connect.model._base import Value
from gov_connect.model.codes import DossierCode
from gov_connect.model.dossier import DossierStatus
from gov_connect.model.people import FormText, Note, PersonName
from gov_connect.model.registrants import Text
from gov_connect.model.registration import BookEntry

if TYPE_CHECKING:
    from collections.abc import Iterable


class BundleState(StrEnum):
    """trangThai in the registry's results of interlinked dossiers (G2)."""

    SENT = "sent"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    ELIGIBLE = "eligible"
    FINISHED = "finished"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """A number outside the list: the registry does not know the dossier yet (§7 row 12)."""


BUNDLE_STATES: Final = {
    "1": BundleState.SENT,
    "2": BundleState.SUPPLEMENT_REQUESTED,
    "3": BundleState.ELIGIBLE,
    "4": BundleState.FINISHED,
    "6": BundleState.REFUSED,
}


class BundleStatus(IntEnum):
    """trangThai that the agency reports to the bundle platform (§5.1)."""

    RECEIVED = 1
    SUPPLEMENT = 2
    ACCEPTED = 3
    HAS_RESULT = 4
    RETURNED = 5
    REFUSED = 6
    HANDED_OVER = 7
    """To the judicial officer, that is to the registry."""


_S: Final = BundleStatus
NEXT: Final[dict[BundleStatus | None, tuple[BundleStatus, ...]]] = {
    None: (_S.RECEIVED,),
    _S.RECEIVED: (_S.ACCEPTED, _S.SUPPLEMENT, _S.REFUSED),
    _S.SUPPLEMENT: (_S.RECEIVED, _S.ACCEPTED, _S.REFUSED),
    _S.ACCEPTED: (_S.HANDED_OVER, _S.SUPPLEMENT, _S.REFUSED),
    _S.HANDED_OVER: (_S.HAS_RESULT, _S.SUPPLEMENT, _S.REFUSED),
    _S.HAS_RESULT: (_S.RETURNED,),
    _S.RETURNED: (),
    _S.REFUSED: (),
}
"""The order of LTKS and LTKT: 1 -> 3 -> 7 -> 4 -> 5, with 2 and 6 on the way. It binds what is sent;
whatever arrives is recorded as it came."""
MEANINGS: Final = {
    _S.RECEIVED: "Hồ sơ đã vào hệ thống một cửa",
    _S.SUPPLEMENT: "Yêu cầu công dân bổ sung",
    _S.ACCEPTED: "Một cửa tiếp nhận",
    _S.HAS_RESULT: "Đã có kết quả",
    _S.RETURNED: "Đã trả kết quả cho công dân",
    _S.REFUSED: "Từ chối",
    _S.HANDED_OVER: "Đã chuyển cán bộ tư pháp",
}
LOCAL: Final = {
    BundleState.SENT: DossierStatus.PROCESSING,
    BundleState.SUPPLEMENT_REQUESTED: DossierStatus.SUPPLEMENT_REQUESTED,
    BundleState.ELIGIBLE: DossierStatus.PROCESSING,
    BundleState.FINISHED: DossierStatus.PROCESSED,
    BundleState.REFUSED: DossierStatus.NOT_ACCEPTED,
}
"""What the registry's answer makes of the one-stop dossier (§5.1, SEEN); an unknown one changes nothing."""


def check_order(sent: Iterable[int], wanted: BundleStatus) -> None:
    """Refuse a status out of order.

    Args:
        sent: what the platform has been told of this dossier, oldest first; unknown numbers are passed over.
        wanted: what is to be told next. The last one again is allowed: nobody knows whether it arrived.

    Raises:
        InvalidInput: naming the steps that may come now.
    """
    known = [BundleStatus(status) for status in sent if status in _VALUES]
    last = known[-1] if known else None
    if wanted in NEXT[last] or wanted is last:
        return
    allowed = ", ".join(str(int(status)) for status in NEXT[last]) or "-"
    problem = Problem(path="status", code="bundle.order", params={"wanted": int(wanted), "allowed": allowed})
    raise InvalidInput("BundleReport", [problem])


_VALUES: Final = frozenset(int(status) for status in BundleStatus)


def way_to(sent: Iterable[int], wanted: BundleStatus) -> tuple[BundleStatus, ...]:
    """The statuses that are still to be told up to `wanted`, in order, by the shortest legal way.

    () when there is none: after 5 and 6 nothing more is accepted.
    """
    known = [BundleStatus(status) for status in sent if status in _VALUES]
    ways: list[tuple[BundleStatus, ...]] = [()]
    seen: set[BundleStatus | None] = {known[-1] if known else None}
    while ways:
        way = ways.pop(0)
        last = way[-1] if way else (known[-1] if known else None)
        for status in NEXT[last]:
            if status is wanted:
                return (*way, status)
            # A citizen's supplement is an event of its own, never a mere step on the way.
            if status not in seen and status is not BundleStatus.SUPPLEMENT:
                seen.add(status)
                ways.append((*way, status))
    return ()


class BundleResult(Value):
    """A row of the registry's results (§1.6)."""

    dossier: DossierCode
    bundle: str = ""
    state: BundleState
    raw_state: str
    at: AwareDatetime | None = None
    supplement_until: AwareDatetime | None = None
    """hanBoSungHoSo; None when none was given (a running client takes 7 working days then)."""
    note: FormText | None = None
    """For the citizen: may speak of people."""
    handling: FormText | None = None
    handled_by: PersonName | None = None
    title: str = ""
    office: str = ""
    entry: BookEntry | None = None
    certificate: Annotated[bytes | None, Field(repr=False, exclude=True)] = None
    """The PDF (giayKhaiSinh, giayKhaiTu), as it came."""
    fields: Annotated[dict[str, FormText], Field(repr=False, default_factory=dict)]
    """Everything else of ketQuaXuLy, by the wire's own names."""
    unread: tuple[str, ...] = ()
    """Names of members that were there and are not known."""


class BundleNews(Value):
    """A row of the platform's list: a dossier that waits to be fetched (§1.8).

    What a row does not tell is blank: one without `id` cannot be fetched, and shows all the same that it waits.
    """

    id: Annotated[str, Field(max_length=100)] = ""
    """The platform's own, by which the content is fetched."""
    code: Annotated[str, Field(max_length=100)] = ""
    """National code of the interlinked dossier."""
    procedure: str = ""
    module: str = ""
    unit: str = ""
    submitted_at: AwareDatetime | None = None
    tech_id: str = ""
    unread: tuple[str, ...] = ()
    """What could not be read, by name; of a dossier, its `content` holds it."""


class BundleFile(Value):
    """A paper inside an interlinked dossier."""

    id: str = ""
    kind: str = ""
    title: Annotated[str, Field(repr=False)] = ""
    name: Annotated[str, Field(repr=False)] = ""
    cancelled: bool = False
    content: Annotated[bytes, Field(repr=False, exclude=True)]


class BundleDossier(BundleNews):
    """An interlinked dossier with its form, read out of all its wrappings."""

    form: Annotated[dict[str, FormText], Field(repr=False)]
    """The registry's field names -> what was filled in; goes to `forms.read_form`."""
    files: Annotated[tuple[BundleFile, ...], Field(repr=False)] = ()
    content: Annotated[bytes, Field(repr=False, exclude=True)] = b""
    """The answer as it came, JSON in UTF-8."""
    updating: bool = False
    """Whether a dossier of this code was taken in before, with another content (`gov.pull`)."""


class BundleReport(Value):
    """A status that the agency reports to the bundle platform (§1.8 step 5)."""

    procedure: str
    """maTTHC as the platform gave it."""
    bundle: Annotated[str, Field(min_length=1, max_length=100)]
    dossier: DossierCode
    status: BundleStatus
    at: AwareDatetime
    note: Note | None = None
    result: Annotated[str, Field(repr=False)] = ""
    """ketQuaXuLy: JSON text, with status 4."""
    officer: PersonName
    title: Text = ""
    office: Text = ""
    handling: Note | None = None
    started_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    promised_before: AwareDatetime | None = None
    promised_now: AwareDatetime | None = None
    supplement_until: AwareDatetime | None = None


class BundleReceipt(Value):
    """What the platform made of a report or an acknowledgement; its text decides, not its numbers (§5.2)."""

    done: bool
    retry: bool
    """Not now: an earlier step is missing, or the platform stumbled."""
    text: FormText | None = None


def taking(*, known: bool, status: DossierStatus | None) -> Literal["take", "acknowledge", "overwrite"]:
    """What to do with a dossier of the platform (§1.8): one that is here already is only acknowledged again,
    unless a supplement was asked for, then its content is replaced under the same number.

    Args:
        known: whether it is here already.
        status: where it stands here.
    """
    if not known:
        return "take"
    return "overwrite" if status is DossierStatus.SUPPLEMENT_REQUESTED else "acknowledge"
