"""What a personal number tells, and where it differs from the record (residents.md §6).

There is no check digit. Differences are warnings only: birth data are corrected, children adopted, and old
records hold errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gov_connect.errors import Problem
from gov_connect.model import Citizen, Sex
from gov_connect.reference.units import Unit, Units

if TYPE_CHECKING:
    from gov_connect.model import CitizenId

_FIRST_CENTURY: Final = 1900
_ABROAD: Final = "100"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFacts:
    """What the digits say. Its repr shows nothing of it.

    Attributes:
        province: former province of birth registration; None when registered abroad or unknown.
        abroad: whether the prefix is beyond the provinces.
        synthetic: whether it can belong to nobody.
    """

    province: Unit | None
    abroad: bool
    synthetic: bool
    sex: Sex
    birth_year: int

    def __repr__(self) -> str:
        return "NumberFacts(***)"


def number_facts(number: CitizenId) -> NumberFacts:
    """Read prefix, century and sex, and the year: 3 + 1 + 2 digits; the last six are random."""
    digits = number.reveal()
    prefix, century = digits[:3], int(digits[3])
    return NumberFacts(
        province=Units.default().former_province(prefix[1:]) if prefix < _ABROAD else None,
        abroad=prefix >= _ABROAD,
        synthetic=number.synthetic,
        sex=Sex.FEMALE if century % 2 else Sex.MALE,
        birth_year=_FIRST_CENTURY + 100 * (century // 2) + int(digits[4:6]),
    )


def number_warnings(citizen: Citizen) -> tuple[Problem, ...]:
    """Where the number and the rest of a record differ; () when they agree or nothing can be compared."""
    if citizen.citizen_id is None:
        return ()
    facts = number_facts(citizen.citizen_id)
    if facts.synthetic:
        return (Problem(path="citizen_id", code="number.synthetic"),)
    found: list[Problem] = []
    prefix = citizen.citizen_id.reveal()[:3]
    if facts.abroad:
        found.append(Problem(path="citizen_id", code="number.abroad", params={"prefix": prefix}))
    if citizen.sex not in {Sex.UNKNOWN, facts.sex}:
        found.append(Problem(path="citizen_id", code="number.sex"))
    if citizen.born is not None and citizen.born.year != facts.birth_year:
        found.append(Problem(path="citizen_id", code="number.year"))
    if facts.province is not None and _elsewhere(citizen, facts.province):
        found.append(Problem(path="citizen_id", code="number.province_unlike", params={"prefix": prefix}))
    return tuple(found)


def _elsewhere(citizen: Citizen, province: Unit) -> bool:
    """Whether the place of birth registration lies in another province, by former and present codes."""
    place = citizen.birth_place
    if place is None or not place.province:
        return False
    now = {change.current.code for change in Units.default().now(province.code)}
    # The record does not always say of which time its code is, so both readings count as agreement.
    return place.province != province.code and place.province not in now
