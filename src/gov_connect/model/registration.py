"""Registrations that an agency asks the civil registry to record (civil_registry.md §2), births first.

The other events stand in `model.civil_status`, which loads on first use.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import AwareDatetime, Field, model_validator

from gov_connect.errors import Rejected
from gov_connect.model._base import PersonalValue, Value
from gov_connect.model.books import BookNumber
from gov_connect.model.codes import DossierCode
from gov_connect.model.dates import BirthDate, PartialDate
from gov_connect.model.people import CitizenId, FormText, PersonName, Sex
from gov_connect.model.registrants import (
    Address,
    NameParts,
    PaperNumber,
    Parent,
    Requester,
    Text,
    UnitCode,
)
from gov_connect.model.zone import VIETNAM


class CivilEvent(StrEnum):
    """Kinds of civil-status events."""

    BIRTH = "birth"
    DEATH = "death"
    MARRIAGE = "marriage"
    MARITAL_STATUS = "marital_status"
    """Certificate of marital status."""
    RECOGNITION = "recognition"
    """Recognition between parent and child."""
    EXTRACT = "extract"
    """Copies of what is registered already."""
    CORRECTION = "correction"
    """Change, correction or completion of an entry."""
    GUARDIANSHIP = "guardianship"
    ADOPTION = "adoption"


class RegistrationKind(StrEnum):
    """How a birth comes to be registered (list L3); 6 stands in old books only and is never asked for."""

    ON_TIME = "on_time"
    AGAIN = "again"
    FOREIGN = "foreign"
    LATE = "late"
    FROM_PAPERS = "from_papers"
    """For a person who has other papers already."""


class BookReference(PersonalValue):
    """An entry made earlier: which office, which book, when. Old entries lack one or the other."""

    office: Text = ""
    country: Text = ""
    """For entries made abroad."""
    number: BookNumber = BookNumber("")
    book: BookNumber = BookNumber("")
    on: PartialDate | None = None


class Registration(Value):
    """What every registration has."""

    event: ClassVar[CivilEvent]

    dossier: DossierCode
    """The agency's own dossier number: key for every later look-up, and against a second paper."""
    bundle: Annotated[str, Field(pattern=r"^([0-9A-Z.]{1,40}-[0-9]{6,8}-[0-9]{4,7})?$")] = ""
    """The national code of an interlinked dossier, `G22.dd.dd-yymmdd-nnnn`; "" for a single event."""
    unit: UnitCode
    """Unit that registers."""
    received_at: AwareDatetime
    copies: Annotated[int, Field(ge=0, le=100, strict=True)] = 0
    """Extract copies wanted with the registration."""

    def not_after_receipt(self, day: PartialDate | None, path: str) -> None:
        """Refuse a day after that of receipt, in Vietnam's days and as far as the date is known."""
        received = self.received_at.astimezone(VIETNAM).date().isoformat()
        # ISO text sorts as dates do.
        if day is not None and day.iso > received[: len(day.iso)]:
            raise Rejected("value.before", at="received_at", other=path)


class Child(PersonalValue):
    """The child."""

    name: PersonName
    parts: NameParts | None = None
    sex: Sex
    born: BirthDate
    birth_place: Address
    birth_province: Annotated[str, Field(pattern=r"^([0-9]{2})?$")] = ""
    """Two-digit code of the province of birth; "" when born abroad or unknown, or as `birth_place` has it."""
    native_place: Address
    ethnicity: Text = "Kinh"
    ethnicity_other: Text = ""
    nationality: Text = "Việt Nam"
    other_nationality: Text = ""
    citizen_id: CitizenId | None = None
    """Of a person who has one before being registered."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.parts is not None and self.parts.whole != self.name:
            raise Rejected("value.name_parts", at="parts")
        if self.ethnicity.casefold() == "khác" and not self.ethnicity_other:
            raise Rejected("value.needed_with", at="ethnicity_other", other="ethnicity=Khác")
        return self

    @property
    def divided(self) -> NameParts:
        """The name in parts, as given or else as usual."""
        return self.parts or NameParts.of(self.name)


class BirthRegistration(Registration):
    """A birth to be registered (modules KS and LTKS). Twins are two births, each with its own notice."""

    event: ClassVar[CivilEvent] = CivilEvent.BIRTH

    kind: RegistrationKind = RegistrationKind.ON_TIME
    child: Child
    mother: Parent | None = None
    """None: not known."""
    father: Parent | None = None
    abandoned: bool = False
    """A foundling: nobody knows the parents (L4: 5), which is more than that they are not named."""
    requester: Requester
    notice: PaperNumber | None = None
    """Number of the birth notice (giấy chứng sinh)."""
    notice_date: PartialDate | None = None
    earlier: BookReference | None = None
    """The entry that is made again, or was made abroad."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        self.not_after_receipt(self.child.born, "child.born")
        if self.abandoned and (self.mother or self.father):
            raise Rejected("value.abandoned", at="abandoned")
        return self


class RegistrationState(StrEnum):
    """Where the registry stands with a record (G1 status numbers, §1.4)."""

    RECEIVED = "received"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    ELIGIBLE = "eligible"
    REGISTERED = "registered"
    UNKNOWN = "unknown"


class RegistrationStatus(Value):
    """Answer to a status question; `None` is answered when the registry has no such record."""

    dossier: DossierCode
    state: RegistrationState
    raw_state: str
    request: FormText | None = None
    """What the registry wants to be supplemented; may speak of people."""


class Submission(Value):
    """Outcome of a submitted registration."""

    dossier: DossierCode
    already_there: bool
    """True when the registry had it before: the same thing as accepted."""


class BookEntry(Value):
    """Where a registration stands in the books, as raw text."""

    dossier: DossierCode
    number: BookNumber = BookNumber("")
    book: BookNumber = BookNumber("")
    page: str = ""
    registered_on: PartialDate | None = None
    citizen_id: CitizenId | None = None
    """Personal number given to the child, when the answer carries it; it may come days later."""
