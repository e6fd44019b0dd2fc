"""People of whom each is a case that systems trip over, the same for the same seed.

A grid of births, papers, parents and addresses, with names and nationalities in turn, and twins beside it. As false
as everybody here: numbers begin with 00001, names are made of words for what is not real.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from itertools import cycle, product
from random import Random
from typing import TYPE_CHECKING, Final

from gov_connect.mocks._person import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gov_connect.mocks._person import Tier

_TWINS: Final = 20
_BIRTHS: Final = ("ordinary", "year_only", "leap_day", "centenarian", "newborn")
_PAPERS: Final = ("number", "number_and_cmnd", "cmnd_only")
_PARENTS: Final = ("both_parents", "unknown_father", "unknown_mother", "no_parents")
_TIERS: Final[dict[str, Tier]] = {
    "three_tiers": "three",
    "two_tiers": "two",
    "abroad": "abroad",
    "no_address": "none",
}
_NAMES: Final = {
    "usual_name": "MẪU {} TÌNH HUỐNG",
    "single_name": "MẪU",
    "long_name": "MẪU {} CÔNG TẰNG TÔN NỮ KHÔNG CÓ THẬT TƯỞNG TƯỢNG RA ĐỂ THỬ NGHIỆM",
    "apostrophe": "H' MẪU {} THỬ",
    "crossed_d": "MẪU ĐẶNG {} ĐỊNH",
    "two_words": "THỬ MẪU",
}
_NATIONALITIES: Final = {"vietnamese": "", "told_vietnamese": "VN", "lao": "LA", "stateless": "XX"}
_ETHNIC: Final = {"kinh": ("01", "Kinh"), "tay": ("02", "Tày"), "thai": ("03", "Thái"), "unknown_ethnic": ("55", "")}
_MARITAL: Final = ("0", "1", "2", "3")
_MIDDLE: Final = ("AN", "BÌNH", "CHI", "DUNG", "GIANG", "HÀ", "KHÁNH", "LAN")


@lru_cache(maxsize=8)
def situations(seed: int) -> tuple[Person, ...]:
    """Give the people of a seed: every birth with every paper, parents and address, and twins."""
    random = Random(f"gov-connect/{seed}/situations")  # noqa: S311 - repeatable people, not secrets
    offset = random.randrange(9_000_000)
    return tuple(_grid(random, offset)) + tuple(_twins(random, offset + 5_000))


def _grid(random: Random, offset: int) -> Iterator[Person]:
    # Lengths without a common factor with the grid's: each name meets each birth, paper and address.
    names, countries = cycle(_NAMES), cycle([*_NATIONALITIES, "vietnamese", "vietnamese", "vietnamese"])
    groups = cycle([*_ETHNIC, "kinh", "kinh", "kinh"])
    for index, (birth, paper, parents, tier) in enumerate(product(_BIRTHS, _PAPERS, _PARENTS, _TIERS)):
        if index % len(_NAMES) == 0:
            next(names)
        labels = (birth, paper, parents, tier, next(names), next(countries), next(groups))
        yield _person(random, labels, offset + index, index)


def _person(random: Random, labels: tuple[str, ...], number: int, index: int) -> Person:
    birth, paper, parents, tier, name, country, group = labels
    code, ethnic = _ETHNIC[group]
    born = _born(random, birth)
    return Person(
        number="" if paper == "cmnd_only" else f"00001{number:07d}",
        cmnd="" if paper == "number" else f"00001{index:04d}",
        name=_NAMES[name].format(random.choice(_MIDDLE)),
        birth=born,
        year_only=birth == "year_only",
        sex=random.choice("12"),
        ethnic_code=code,
        ethnic_name=ethnic,
        marital="1" if birth == "newborn" else _MARITAL[index % len(_MARITAL)],
        phone=f"0900001{index % 1000:03d}",
        hamlet=f"Thôn Thử {random.randint(1, 9)}",
        issued=max(born, date(2021, 7, 1)) + timedelta(days=random.randrange(300)),
        father=None if parents in {"unknown_father", "no_parents"} else ("THỬ VĂN CHA", f"00002{number:07d}"),
        mother=None if parents in {"unknown_mother", "no_parents"} else ("THỬ THỊ MẸ", f"00003{number:07d}"),
        tier=_TIERS[tier],
        nationality=_NATIONALITIES[country],
        situation=labels,
    )


def _born(random: Random, birth: str) -> date:
    match birth:
        case "year_only":
            return date(random.randint(1930, 1975), 1, 1)
        case "leap_day":
            return date(random.choice((1964, 1988, 2000, 2004)), 2, 29)
        case "centenarian":
            return date(random.randint(1918, 1925), random.randint(1, 12), random.randint(1, 28))
        case "newborn":
            return date(2026, random.randint(1, 10), random.randint(1, 28))
        case _:
            return date(random.randint(1960, 2005), random.randint(1, 12), random.randint(1, 28))


def _twins(random: Random, offset: int) -> Iterator[Person]:
    """Two of one birth, of one sex or of two: only the given name and the number tell them apart."""
    for pair in range(_TWINS):
        born, hamlet, phone = _born(random, "ordinary"), f"Thôn Sinh Đôi {pair + 1}", f"0900002{pair:03d}"
        parents = (("THỬ VĂN CHA", f"00002{offset + pair:07d}"), ("THỬ THỊ MẸ", f"00003{offset + pair:07d}"))
        for place, given in enumerate(("MỘT", "HAI")):
            yield Person(
                number=f"00001{offset + 2 * pair + place:07d}",
                cmnd="",
                name=f"MẪU SINH ĐÔI {given}",
                birth=born,
                year_only=False,
                sex="1" if pair % 2 and place else "2",
                ethnic_code="01",
                ethnic_name="Kinh",
                marital="1",
                phone=phone,
                hamlet=hamlet,
                issued=date(2024, 7, 1),
                father=parents[0],
                mother=parents[1],
                tier="two",
                situation=("twins", "ordinary", "number", "both_parents", "two_tiers"),
            )
