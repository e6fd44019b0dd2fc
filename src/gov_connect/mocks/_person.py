"""Synthetic people, the same for the same seed.

They are obviously false: names are made of words such as MẪU, THỬ, GIẢ, HƯ CẤU; phone numbers are 0900000xxx;
the number of a person is "00000" and seven digits, a CMND "00000" and four.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Final, Literal, TypeAlias

Tier: TypeAlias = Literal["three", "two", "abroad", "none"]
POPULATION: Final = 2000
COMMUNE: Final = "xã Mẫu, tỉnh Giả Định"
_FAMILY: Final = ("MẪU", "THỬ", "GIẢ", "BỊA", "NHÁP", "VÍ")
_MIDDLE: Final = {"1": ("VĂN", "GIẢ", "KHÔNG", "TẠM"), "2": ("THỊ", "GIẢ THỊ", "KHÔNG", "TẠM")}
_GIVEN: Final = (
    "HƯ CẤU",
    "GIẢ ĐỊNH",
    "VÍ DỤ",
    "KHÔNG THẬT",
    "NGHIỆM",
    "MINH HỌA",
    "TƯỞNG TƯỢNG",
    "BỊA RA",
)
_ETHNIC: Final = (("01", "Kinh"), ("01", "Kinh"), ("01", "Kinh"), ("02", "Tày"), ("03", "Thái"))
_CMND_ONLY: Final = 50  # one person in so many
_YEAR_ONLY: Final = 6
_MALE: Final = "1"
_FEMALE: Final = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as the residents database has them; shown without any of the data."""

    number: str = field(repr=False)  # "" for one who has only a CMND
    cmnd: str = field(repr=False)  # "" for one who never had any
    name: str = field(repr=False)
    birth: date = field(repr=False)  # 1 January when only the year is known
    year_only: bool = field(repr=False)
    sex: str = field(repr=False)  # 1 male, 2 female
    ethnic_code: str = field(repr=False)
    ethnic_name: str = field(repr=False)
    marital: str = field(repr=False)  # 0 unknown, 1 never married, 2 married, 3 divorced or widowed
    phone: str = field(repr=False)
    hamlet: str = field(repr=False)
    issued: date = field(repr=False)  # of the identity card
    father: tuple[str, str] | None = field(default=None, repr=False)  # name and number
    mother: tuple[str, str] | None = field(default=None, repr=False)
    tier: Tier = field(default="three", repr=False)  # of the address: with a district, without, abroad, not known
    nationality: str = field(default="", repr=False)  # "" as 037 writes it for a citizen
    situation: tuple[str, ...] = field(default=(), repr=False)  # what is special; () for the many

    @property
    def key(self) -> str:
        """Give the number under which the person is looked up."""
        return self.number or self.cmnd

    @property
    def birth_text(self) -> str:
        """Give the birth date as forms carry it: dd/MM/yyyy, or the year alone."""
        return f"{self.birth:%Y}" if self.year_only else f"{self.birth:%d/%m/%Y}"

    @property
    def residence(self) -> str:
        """Give the address in one line."""
        return f"{self.hamlet}, {COMMUNE}"


def plain(name: str) -> str:
    """Reduce a name to what look-ups compare: no diacritics, capitals, letters and digits only."""
    decomposed = unicodedata.normalize("NFD", name.upper().replace("Đ", "D"))
    return "".join(letter for letter in decomposed if letter.isascii() and letter.isalnum())


@lru_cache(maxsize=8)
def population(seed: int, count: int = POPULATION) -> tuple[Person, ...]:
    """Give the people of a seed. One in 6 is known by the year of birth only, one in 50 by a CMND."""
    random = Random(f"gov-connect/{seed}/people")  # noqa: S311 - repeatable people, not secrets
    offset = random.randrange(9_000_000)
    return tuple(_person(random, index, offset) for index in range(count))


def _person(random: Random, index: int, offset: int) -> Person:
    sex = random.choice((_MALE, _FEMALE))
    year_only = index % _YEAR_ONLY == 0
    birth = date(random.randint(1962, 2004), 1, 1)
    if not year_only:
        birth += timedelta(days=random.randrange(365))
    cmnd_only = index % _CMND_ONLY == _CMND_ONLY - 1
    has_cmnd = cmnd_only or index % 3 == 0
    ethnic_code, ethnic_name = random.choice(_ETHNIC)
    return Person(
        number="" if cmnd_only else f"00000{offset + index:07d}",
        cmnd=f"00000{index % 10_000:04d}" if has_cmnd else "",
        name=" ".join((random.choice(_FAMILY), random.choice(_MIDDLE[sex]), random.choice(_GIVEN))),
        birth=birth,
        year_only=year_only,
        sex=sex,
        ethnic_code=ethnic_code,
        ethnic_name=ethnic_name,
        marital=random.choice("112223"),
        phone=f"0900000{index % 1000:03d}",
        hamlet=f"Thôn Thử {random.randint(1, 9)}",
        issued=date(2021, 7, 1) + timedelta(days=random.randrange(1000)),
    )
