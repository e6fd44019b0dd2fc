"""The people of a civil-status event, their papers and places (civil_registry.md §2, lists L2 and L5)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeAlias

from pydantic import Field, model_validator

from gov_connect.errors import Rejected
from gov_connect.model._base import PersonalValue
from gov_connect.model.dates import BirthDate, PartialDate
from gov_connect.model.people import CitizenId, EmailAddress, PersonName, PhoneNumber, PlaceText, Sex
from gov_connect.model.text import CleanText, Length, Personal

if TYPE_CHECKING:
    from pydantic import ModelWrapValidatorHandler

Text: TypeAlias = Annotated[CleanText, Length(255)]
UnitCode: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{5}$")]
"""Five-digit code of a commune-level unit; kept as text, leading zeros count."""
VIET_NAM = "VN"


class PaperKind(StrEnum):
    """Identity papers (list L2)."""

    NONE = "none"
    OLD_CARD = "old_card"
    """CMND, nine digits."""
    PASSPORT = "passport"
    RESIDENCE_CARD = "residence_card"
    ID_CARD = "id_card"
    """Thẻ căn cước, twelve digits."""
    ARMY = "army"
    OFFICER = "officer"
    POLICE = "police"
    OTHER = "other"
    """Named in `id_described`."""
    BIRTH_CERTIFICATE = "birth_certificate"
    """A guess of the wire document: code 10 of the new system."""


class ResidenceKind(StrEnum):
    """What an address is (list L5); an unknown kind is never sent as a permanent one (§4.5 row 12)."""

    NO_INFORMATION = "no_information"
    PERMANENT = "permanent"
    TEMPORARY = "temporary"


class PaperNumber(Personal):
    """Number of an identity paper of any kind; at most 50 characters."""

    __slots__ = ()
    limit = 50


class NameParts(PersonalValue):
    """A name as its bearer divides it; put together again it is the whole name."""

    family: PersonName | None = None
    middle: PersonName | None = None
    given: PersonName

    @classmethod
    def of(cls, name: PersonName) -> Self:
        """The usual division: first word, last word, and whatever stands between; one word is a given name."""
        *before, given = name.reveal().split()
        family, middle = before[:1], before[1:]
        return cls(
            family=PersonName(family[0]) if family else None,
            middle=PersonName(" ".join(middle)) if middle else None,
            given=PersonName(given),
        )

    @property
    def whole(self) -> PersonName:
        """Family, middle and given name in one."""
        parts = (self.family, self.middle, self.given)
        return PersonName(" ".join(part.reveal() for part in parts if part is not None))


class Address(PersonalValue):
    """A place as code and text: the unit's codes with its name as it was on that day, and what lies below.

    Plain text is taken as an address of which no code is known.
    """

    detail: PlaceText | None = None
    """House, hamlet, hospital; or the whole place in words."""
    province: Annotated[str, Field(pattern=r"^([0-9]{2})?$")] = ""
    district: Annotated[str, Field(pattern=r"^([0-9]{3})?$")] = ""
    """Until 2025-06-30."""
    commune: Annotated[str, Field(pattern=r"^([0-9]{5})?$")] = ""
    names: Text = ""
    """The units in words, from the smallest up; "" when the words stand in `detail`."""
    country: Annotated[CleanText, Length(100, at_least=1)] = VIET_NAM
    """ISO 3166 alpha-2 or a name."""

    @model_validator(mode="wrap")
    @classmethod
    def _from_text(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(value, (str, PlaceText)):
            value = {"detail": value}
        elif not isinstance(value, (dict, cls)):
            raise Rejected("value.not_text")
        made = handler(value)
        if made.detail is None and not made.commune and not made.province and made.country == VIET_NAM:
            raise Rejected("value.empty")
        return made

    @property
    def line(self) -> str:
        """The whole place in words, for systems without codes and for people."""
        detail = "" if self.detail is None else self.detail.reveal()
        country = "" if self.country == VIET_NAM else self.country
        return ", ".join(filter(None, (detail, self.names, country)))

    @property
    def abroad(self) -> bool:
        """Whether the place lies outside Viet Nam."""
        return self.country.casefold() not in {"vn", "việt nam"}


class Identified(PersonalValue):
    """Somebody with a name and papers.

    A personal number alone stands for the identity card that bears it.
    """

    name: PersonName
    parts: NameParts | None = None
    """The division that the bearer gave, where one was given."""
    citizen_id: CitizenId | None = None
    id_kind: PaperKind | None = None
    """None: the identity card when there is a personal number, else nothing."""
    id_number: PaperNumber | None = None
    """None: the personal number."""
    id_issued_on: PartialDate | None = None
    id_issued_by: Text = ""
    id_described: Text = ""
    """What paper it is, for `PaperKind.OTHER`."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.parts is not None and self.parts.whole != self.name:
            raise Rejected("value.name_parts", at="parts")
        if self.id_kind is PaperKind.OTHER and not self.id_described:
            raise Rejected("value.needed_with", at="id_described", other="id_kind=other")
        return self

    @property
    def divided(self) -> NameParts:
        """The name in parts, as given or else as usual."""
        return self.parts or NameParts.of(self.name)

    @property
    def paper(self) -> tuple[PaperKind | None, str]:
        """Kind and number of the identity paper; (None, "") for none."""
        number = "" if self.citizen_id is None else self.citizen_id.reveal()
        if self.id_number is not None:
            number = self.id_number.reveal()
        return (self.id_kind or (PaperKind.ID_CARD if number else None)), number


class Individual(Identified):
    """A person whom an event concerns; a year alone is a legal birth date."""

    born: BirthDate | None = None
    sex: Sex | None = None
    ethnicity: Text = "Kinh"
    """By name, e.g. `Ba Na (Rơ-ngao)`; `Khác` with `ethnicity_other`."""
    ethnicity_other: Text = ""
    nationality: Text = "Việt Nam"
    other_nationality: Text = ""
    residence_kind: ResidenceKind | None = None
    """None: not said; sent as "no information", never as permanent."""
    residence: Address | None = None

    @model_validator(mode="after")
    def _other_named(self) -> Self:
        if self.ethnicity.casefold() == "khác" and not self.ethnicity_other:
            raise Rejected("value.needed_with", at="ethnicity_other", other="ethnicity=Khác")
        return self


class Parent(Individual):
    """A parent as the birth form has it."""


class Requester(Identified):
    """Who asks for the registration."""

    relation: Annotated[CleanText, Length(100, at_least=1)]
    id_issued_on: PartialDate  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues]
    """When the identity paper was issued."""
    id_issued_by: Annotated[CleanText, Length(255, at_least=1)]  # pyright: ignore[reportGeneralTypeIssues]
    phone: PhoneNumber | None = None
    email: EmailAddress | None = None
    residence_kind: ResidenceKind | None = None
    residence: Address | None = None

    @model_validator(mode="after")
    def _identified(self) -> Self:
        if self.citizen_id is None and self.id_number is None:
            raise Rejected("value.one_of", names="citizen_id, id_number")
        return self
