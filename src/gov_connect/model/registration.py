"""Civil-status events that an agency asks the registry to record (civil_registry.md §2)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self, TypeAlias

from pydantic import AwareDatetime, Field, model_validator

from gov_connect.errors import Rejected
from gov_connect.model._base import PersonalValue, Value
from gov_connect.model.codes import DossierCode
from gov_connect.model.dates import VIETNAM, BirthDate, PartialDate
from gov_connect.model.people import (
    CitizenId,
    FormText,
    PersonName,
    PhoneNumber,
    PlaceText,
    Sex,
)
from gov_connect.model.text import CleanText

Text: TypeAlias = Annotated[CleanText, Field(max_length=255)]
UnitCode: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{5}$")]
"""Five-digit code of a commune-level unit; kept as text, leading zeros count."""


class RegistrationKind(StrEnum):
    """How a birth comes to be registered (list L3)."""

    ON_TIME = "on_time"
    AGAIN = "again"
    FOREIGN = "foreign"
    LATE = "late"


class Parent(PersonalValue):
    """A parent as the birth form has it; a year alone is a legal birth date."""

    name: PersonName
    born: BirthDate | None = None
    ethnicity: Text = "Kinh"
    nationality: Text = "Việt Nam"
    residence: PlaceText | None = None
    citizen_id: CitizenId | None = None


class Requester(PersonalValue):
    """Who asks for the registration."""

    name: PersonName
    relation: Annotated[CleanText, Field(min_length=1, max_length=100)]
    citizen_id: CitizenId
    id_issued_on: PartialDate
    """When the identity card was issued."""
    id_issued_by: Annotated[CleanText, Field(min_length=1, max_length=255)]
    phone: PhoneNumber | None = None


class Child(PersonalValue):
    """The child."""

    name: PersonName
    sex: Sex
    born: BirthDate
    birth_place: PlaceText
    birth_province: Annotated[str, Field(pattern=r"^([0-9]{2})?$")] = ""
    """Two-digit code of the province of birth; "" when born abroad or unknown."""
    native_place: PlaceText
    ethnicity: Text = "Kinh"
    nationality: Text = "Việt Nam"


class BirthRegistration(Value):
    """A birth to be registered (module KS)."""

    dossier: DossierCode
    """The agency's own dossier number: key for every later look-up, and against a second paper."""
    unit: UnitCode
    """Unit that registers."""
    received_at: AwareDatetime
    kind: RegistrationKind = RegistrationKind.ON_TIME
    child: Child
    mother: Parent | None = None
    father: Parent | None = None
    requester: Requester
    copies: Annotated[int, Field(ge=0, le=100, strict=True)] = 0
    """Extract copies wanted."""

    @model_validator(mode="after")
    def _born_before_received(self) -> Self:
        received = PartialDate.of(self.received_at.astimezone(VIETNAM).date())
        # Only the parts that are known of the birth are compared; ISO text sorts as dates do.
        if self.child.born.iso > received.iso[: len(self.child.born.iso)]:
            raise Rejected("value.before", other="child.born")
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
    number: str = ""
    book: str = ""
    page: str = ""
    registered_on: PartialDate | None = None
    citizen_id: CitizenId | None = None
    """Personal number given to the child, when the answer carries it."""
