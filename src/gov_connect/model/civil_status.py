"""Civil-status events other than births (civil_registry.md §2.3 to §2.5).

Guardianship, adoption and corrections are model only: how they cross the wire is not public, so that
`civil_registry.submit` refuses them with `NotSupported`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from gov_connect.errors import Rejected
from gov_connect.model._base import PersonalValue, Value
from gov_connect.model.books import BookNumber
from gov_connect.model.dates import BirthDate, PartialDate
from gov_connect.model.people import FormText, Note
from gov_connect.model.registrants import Address, Individual, PaperNumber, Requester, Text
from gov_connect.model.registration import BookReference, CivilEvent, Registration


class DeathKind(StrEnum):
    """How a death comes to be registered (list L3-KT)."""

    ON_TIME = "on_time"
    LATE = "late"
    LONG_AGO = "long_ago"


class DeathPaper(StrEnum):
    """What proves a death (list L6)."""

    NONE = "none"
    NOTICE = "notice"
    EXECUTION = "execution"
    JUDGMENT = "judgment"
    """A court declared the person dead."""
    POLICE = "police"
    HEALTH = "health"
    MINUTES = "minutes"
    WITNESSES = "witnesses"


class DeathProof(PersonalValue):
    """The paper that proves a death."""

    kind: DeathPaper
    number: Text = ""
    """E.g. `01/UBND-GBT`."""
    issued_on: PartialDate | None = None
    issued_by: Text = ""


class DeathRegistration(Registration):
    """A death to be registered (modules KT and LTKT)."""

    event: ClassVar[CivilEvent] = CivilEvent.DEATH

    kind: DeathKind = DeathKind.ON_TIME
    deceased: Individual
    """With sex, date of birth (a year alone is legal) and last residence."""
    died_on: BirthDate
    """Solar calendar; a part may be unknown."""
    died_at: Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$", repr=False)] = ""
    """Hour and minute, `HH:MM`; "" when unknown."""
    place: Address
    cause: Note
    proof: DeathProof | None = None
    notice: PaperNumber | None = None
    """Number of the electronic death notice (maGBT)."""
    notice_date: PartialDate | None = None
    requester: Requester

    @model_validator(mode="after")
    def _possible(self) -> Self:
        self.not_after_receipt(self.died_on, "died_on")
        born = self.deceased.born
        if born is not None and self.died_on.iso < born.iso[: len(self.died_on.iso)]:
            raise Rejected("value.before", at="died_on", other="deceased.born")
        return self


class MarriageKind(StrEnum):
    """First registration, or again because the books were lost."""

    FIRST = "first"
    AGAIN = "again"


class MaritalStatus(StrEnum):
    """Marital status (list L8)."""

    NEVER = "never"
    MARRIED = "married"
    DIVORCED = "divorced"
    WIDOWED = "widowed"
    NOT_IN_PERIOD = "not_in_period"
    """Not married during a certain time, but married now."""


class Spouse(Individual):
    """A person who marries."""

    status: MaritalStatus
    """Before this marriage."""
    status_text: Text = ""
    """The same in words; "" for the list's own words."""
    times: Annotated[int, Field(ge=1, le=20, strict=True)] = 1
    """Which marriage this is."""
    certificate_wanted: Text = ""
    certificate_from: Text = ""
    """Where the marital status shall be confirmed."""
    residence_abroad: Text = ""


class MarriageRegistration(Registration):
    """A marriage to be registered (modules KH and LTKH); the wire names no requester."""

    event: ClassVar[CivilEvent] = CivilEvent.MARRIAGE

    kind: MarriageKind = MarriageKind.FIRST
    husband: Spouse
    wife: Spouse
    established_on: PartialDate | None = None
    """Day from which the marriage counts, when it is registered again."""
    note: Note | None = None


class MaritalPurpose(StrEnum):
    """What a certificate of marital status is for (list L9)."""

    MARRY_HERE = "marry_here"
    MARRY_FOREIGNER_HERE = "marry_foreigner_here"
    MARRY_ABROAD = "marry_abroad"
    MARRY_FOREIGNER_ABROAD = "marry_foreigner_abroad"
    OTHER = "other"


class MaritalStatusRequest(Registration):
    """A certificate of marital status; its wire is a guess (module HN)."""

    event: ClassVar[CivilEvent] = CivilEvent.MARITAL_STATUS

    person: Individual
    status: MaritalStatus
    status_text: Text = ""
    lived_at: Text = ""
    """Where the person lived during the time that is certified ..."""
    lived_from: PartialDate | None = None
    lived_until: PartialDate | None = None
    purpose: MaritalPurpose
    purpose_text: Text = ""
    requester: Requester


class RecognitionKind(StrEnum):
    """Who recognises whom (list L10)."""

    FATHER_CHILD = "father_child"
    MOTHER_CHILD = "mother_child"
    CHILD_FATHER = "child_father"
    CHILD_MOTHER = "child_mother"


class Kin(Individual):
    """One side of a recognition."""

    native_place: Address | None = None


class ParentChildRecognition(Registration):
    """A recognition between parent and child; its wire is a guess (module CMC)."""

    event: ClassVar[CivilEvent] = CivilEvent.RECOGNITION

    kind: RecognitionKind
    recogniser: Kin
    recognised: Kin
    relation_to_recognised: Text = ""
    """Of the requester."""
    relation_to_recogniser: Text = ""
    requester: Requester


class ExtractRequest(Registration):
    """Copies of an entry made earlier, without a new registration (module BS)."""

    event: ClassVar[CivilEvent] = CivilEvent.EXTRACT

    person: Individual
    """Whom the entry is about."""
    entry: BookReference
    paper: Text = ""
    """Which paper is copied, in words; the wire has no field for it."""
    copy_kind: Annotated[int, Field(ge=0, le=9, strict=True)] = 0
    """loaiBanSao; 0 is the only value that was seen."""
    further: Note | None = None
    requester: Requester


class Alteration(PersonalValue):
    """One point of an entry that is to change."""

    field: Annotated[Text, Field(min_length=1)]
    before: Text = ""
    after: Annotated[Text, Field(min_length=1)]


class CorrectionRequest(Registration):
    """A change, correction or completion of an entry. Model only: its wire is not public (§9 row 4)."""

    event: ClassVar[CivilEvent] = CivilEvent.CORRECTION

    kind: Literal["change", "correction", "completion"]
    person: Individual
    entry: BookReference
    alterations: Annotated[tuple[Alteration, ...], Field(min_length=1)]
    requester: Requester


class Guardianship(Registration):
    """A guardianship that begins or ends. Model only: its wire is not public (§9 row 4)."""

    event: ClassVar[CivilEvent] = CivilEvent.GUARDIANSHIP

    kind: Literal["begin", "end", "supervision"]
    ward: Individual
    guardian: Individual
    reason: Note
    requester: Requester


class Adoption(Registration):
    """An adoption inside the country. Model only: its wire is not public (§9 row 4)."""

    event: ClassVar[CivilEvent] = CivilEvent.ADOPTION

    child: Individual
    adopter: Individual
    second_adopter: Individual | None = None
    requester: Requester


class CodeName(Value):
    """A row of the registry's own code lists."""

    code: Text = ""
    name: Text = ""


class RegistryRecord(Value):
    """An entry as the registry holds it, by its own id."""

    id: str
    unit: str = ""
    number: BookNumber = BookNumber("")
    book: BookNumber = BookNumber("")
    page: str = ""
    registered_on: PartialDate | None = None
    fields: Annotated[dict[str, FormText], Field(repr=False, default_factory=dict)]
    """The event's fields, by the wire's own names."""
    unread: tuple[str, ...] = ()
    """Names of members that `fields` cannot hold, as a certificate."""
