"""A synthetic day at a commune: who submits what, the same for the same seed."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import TYPE_CHECKING, Final

from gov_connect.mocks._forms import Crowd, Submission, fill
from gov_connect.mocks._person import POPULATION, Person, plain, population
from gov_connect.mocks._situations import situations
from gov_connect.mocks.core import vietnam_now

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["POPULATION", "Person", "Submission", "commune_day", "plain", "population", "situations"]

_YOUNG: Final = date(1980, 1, 1)  # parents are born after this day


def commune_day(seed: int, count: int, *, on: date | None = None) -> list[Submission]:
    """Give a day's submissions in the mix of the field; all grown people in them are of `population(seed)`.

    `on` is the day itself (today when left out): children are born shortly before it.
    """
    random = Random(f"gov-connect/{seed}/day")  # noqa: S311 - repeatable, not secret
    people = population(seed)
    day = on or vietnam_now().date()
    crowd = _crowd(random, people)
    procedures = _mix(random, count)
    return [fill(random, procedure, crowd, day) for procedure in procedures]


# Share of each procedure in a hundred submissions.
_MIX: Final = (
    ("2.000815", 35),
    ("2.000884", 20),
    ("1.001193", 20),
    ("2.000635", 15),
    ("1.004873", 10),
)


def _mix(random: Random, count: int) -> list[str]:
    """Lay out the shares exactly for every full hundred, then shuffle."""
    hundred = [code for code, share in _MIX for _ in range(share)]
    step = 37  # coprime to 100: a short day gets the mix too
    codes = [hundred[(i * step) % 100] for i in range(count)]
    random.shuffle(codes)
    return codes


def _crowd(random: Random, people: Sequence[Person]) -> Crowd:
    parents = [p for p in people if p.birth >= _YOUNG and p.number]
    women = [p for p in parents if p.sex == "2"]
    men = [p for p in parents if p.sex == "1"]
    return Crowd(_around(random, people), _around(random, women), _around(random, men))


def _around(random: Random, people: Sequence[Person]) -> Iterator[Person]:
    """Go through people in a fixed disorder, without end: nobody comes twice before all have come."""
    order = random.sample(people, len(people))
    while True:
        yield from order
