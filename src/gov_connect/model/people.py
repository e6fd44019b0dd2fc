"""People: names, numbers and contacts that hide themselves, and the citizen on record."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import AwareDatetime, Field, model_validator

from gov_connect.errors import Rejected
from gov_connect.model._base import PersonalValue, Value
from gov_connect.model.dates import BirthDate
from gov_connect.model.text import CleanText, Length, Personal

_TWELVE: Final = re.compile(r"[0-9]{12}")
_NINE: Final = re.compile(r"[0-9]{9}")
_ELEVEN_DIGITS: Final = 11
# Province codes issued in personal numbers, Thông tư 07/2016/TT-BCA appendix 1 (residents.md §6.1).
_PROVINCES: Final = frozenset(
    """
    001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033
    034 035 036 037 038 040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066
    067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091 092 093 094 095 096
    """.split()  # noqa: SIM905 - a table reads better than quotes
)
_SYNTHETIC: Final = "000"
_ABROAD: Final = "100"


class PersonName(Personal):
    """A person's name as written, in NFC; at most 255 characters."""

    __slots__ = ()
    limit = 255


class PlaceText(Personal):
    """An address or place in words; at most 1,000 characters."""

    __slots__ = ()
    limit = 1000


class PhoneNumber(Personal):
    """A telephone number; at most 30 characters, kept as written."""

    __slots__ = ()
    limit = 30


class EmailAddress(Personal):
    """An e-mail address; at most 254 characters, kept as written."""

    __slots__ = ()
    limit = 254


class FormText(Personal):
    """What somebody typed into a form; at most 100,000 characters."""

    __slots__ = ()
    limit = 100_000


class Summary(FormText):
    """What a dossier is about, often naming people; at most 1,000 characters."""

    __slots__ = ()
    limit = 1000


class Note(FormText):
    """Free text that may speak of people; at most 2,000 characters."""

    __slots__ = ()
    limit = 2000


class CitizenId(Personal):
    """Personal identification number (số định danh cá nhân), 12 digits, without check digit.

    The first three digits must be a province that was issued, or 100 and above (registered abroad).
    `000` was never issued: it marks test people, see `synthetic` (residents.md §6).
    """

    __slots__ = ()

    @classmethod
    def check(cls, value: str) -> str:
        """Check digits and prefix; a lost zero is reported, never repaired."""
        digits = value.strip()
        if not _TWELVE.fullmatch(digits):
            lost = len(digits) == _ELEVEN_DIGITS and digits.isascii() and digits.isdigit()
            raise Rejected("value.citizen_id_lost_zero" if lost else "value.citizen_id")
        prefix = digits[:3]
        if prefix < _ABROAD and prefix != _SYNTHETIC and prefix not in _PROVINCES:
            raise Rejected("value.citizen_id_province")
        return digits

    @property
    def synthetic(self) -> bool:
        """Whether this number cannot belong to anybody (prefix 000)."""
        return self._value.startswith(_SYNTHETIC)


class OldIdNumber(Personal):
    """Number of an old identity card (CMND), 9 digits; still a key for look-ups."""

    __slots__ = ()

    @classmethod
    def check(cls, value: str) -> str:
        """Check the nine digits."""
        if not _NINE.fullmatch(value.strip()):
            raise Rejected("value.old_id_number")
        return value.strip()


class Sex(StrEnum):
    """Sex as the registers know it; wire codes differ per system and stay in the adapters."""

    UNKNOWN = "unknown"
    MALE = "male"
    FEMALE = "female"


class Coded(PersonalValue):
    """A code as the wire wrote it, and a name where the wire itself gave one.

    Lists conflict between systems (residents.md §2.5), so nothing is decoded unless settings name a list.
    """

    code: Annotated[str, Field(max_length=50)] = ""
    """The raw code, e.g. `01` or `1`."""
    name: Annotated[str, Field(max_length=200)] = ""
    """The name that came with it, or that the list named in the settings gives; else ""."""
    decoded_by: str = ""
    """Which list gave the name; "" when it came on the wire."""


class PlaceRecord(PersonalValue):
    """An address as the residents database holds it; districts ended on 2025-07-01."""

    province: str = ""
    """Two digits, or "" when missing."""
    district: str = ""
    """Three digits, old data only."""
    commune: str = ""
    """Five digits; the same code may name the old or the new commune."""
    unit: str = ""
    """One code of any level, where the reply carries only that (QCVN 109 form)."""
    detail: PlaceText | None = None
    country: str = ""
    """ISO 3166 alpha-2."""


class Relative(PersonalValue):
    """A relative of a citizen on record."""

    name: PersonName | None = None
    citizen_id: CitizenId | None = None
    old_id: OldIdNumber | None = None
    nationality: str = ""
    relation: str = ""
    """Raw relation code of the household head, e.g. `CH01`."""


class Citizen(PersonalValue):
    """A citizen as the residents database answers (residents.md §2.4).

    Ethnicity, religion and blood group are sensitive data: they stay `None` unless the purpose asks
    for them.
    """

    citizen_id: CitizenId | None = None
    old_id: OldIdNumber | None = None
    name: PersonName
    """The whole name; the database does not split it."""
    born: BirthDate | None = None
    sex: Sex = Sex.UNKNOWN
    sex_code: str = ""
    ethnicity: Coded | None = None
    religion: Coded | None = None
    blood_group: Coded | None = None
    marital_status: Coded | None = None
    nationality: str = ""
    birth_place: PlaceRecord | None = None
    native_place: PlaceRecord | None = None
    permanent_address: PlaceRecord | None = None
    present_address: PlaceRecord | None = None
    father: Relative | None = None
    mother: Relative | None = None
    spouse: Relative | None = None
    representative: Relative | None = None
    household_head: Relative | None = None
    as_of: AwareDatetime | None = None
    """When the data were true, where the reply says so; unit codes mean little without it."""
    unread: tuple[str, ...] = ()
    """Names of elements that were there and not understood; never their content."""


class CitizenQuery(Value):
    """Whom to look up: one number, the name and the birth date or year, all exact (037)."""

    citizen_id: CitizenId | None = None
    old_id: OldIdNumber | None = None
    name: PersonName
    born: BirthDate

    @model_validator(mode="after")
    def _one_number(self) -> Self:
        if (self.citizen_id is None) == (self.old_id is None):
            raise Rejected("value.one_of", names="citizen_id, old_id")
        return self


class Officer(Value):
    """The officer who acts."""

    code: Annotated[CleanText, Length(20, at_least=1)]
    """Officer code that the outside systems know (residents.md §2.3, MaCanBo)."""
    name: PersonName | None = None
    account: Annotated[CleanText, Length(100)] = ""
    phone: PhoneNumber | None = None
    title: Annotated[CleanText, Length(200)] = ""
