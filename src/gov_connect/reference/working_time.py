"""Deadlines in working time: Vietnamese public holidays, compensatory days, the 15:00 rule (civil_registry.md §5.3).

Holidays come from the `holidays` package; `off_days.toml` and the agency's own days correct it. Times are
Vietnam's.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final, cast

from gov_connect.errors import InvalidInput, Problem
from gov_connect.model.zone import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SATURDAY: Final = 5
_LONGEST: Final = 3650
"""Working days that are counted at most: a slip of the pen must not count for minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """When an agency works.

    Attributes:
        spans: working hours of a day, in order.
        cut_off: what is received later counts from the next working day.
        off: further days off -> why.
        worked: Saturdays, Sundays or holidays that are worked -> why.
    """

    spans: tuple[tuple[time, time], ...]
    cut_off: time
    off: Mapping[date, str]
    worked: Mapping[date, str]

    @classmethod
    def default(cls) -> WorkCalendar:
        """The calendar of the state: holidays of the law, and the days that ship with the package."""
        return _default()

    @classmethod
    def read(cls, text: str) -> WorkCalendar:
        """A calendar from TOML text: `[hours]`, `[off]` and `[worked]`, a day and its reason a line.

        Raises:
            InvalidInput: the text is no such file; every wrong day is named.
        """
        try:
            data = tomllib.loads(text)
        except (ValueError, RecursionError):  # a number of thousands of digits is no TOMLDecodeError
            raise InvalidInput("WorkCalendar", [Problem(path="", code="value.invalid")]) from None
        problems: list[Problem] = []
        off, worked = (_days(data.get(name, {}), name, problems) for name in ("off", "worked"))
        hours = data.get("hours", {})
        try:
            spans = tuple(_span(text) for text in hours.get("spans", _USUAL))
            cut_off = time.fromisoformat(hours.get("cut_off", "15:00"))
        except (ValueError, TypeError, AttributeError):
            problems.append(Problem(path="hours", code="value.invalid"))
            spans, cut_off = (), time(15)
        problems += [Problem(path=f"worked.{day}", code="value.day_twice") for day in off.keys() & worked.keys()]
        if problems:
            raise InvalidInput("WorkCalendar", problems)
        return cls(spans=spans, cut_off=cut_off, off=off, worked=worked)

    def with_days(
        self, *, off: Mapping[date, str] | None = None, worked: Mapping[date, str] | None = None
    ) -> WorkCalendar:
        """This calendar with the agency's own days; they count before all others."""
        own_off, own_worked = dict(off or {}), dict(worked or {})
        return replace(
            self,
            off={day: why for day, why in self.off.items() if day not in own_worked} | own_off,
            worked={day: why for day, why in self.worked.items() if day not in own_off} | own_worked,
        )

    def works(self, day: date) -> bool:
        """Whether a day is worked."""
        if day in self.worked or day in self.off:
            return day in self.worked
        holidays, exchanged = _year(day.year)
        return day in exchanged or (day.weekday() < _SATURDAY and day not in holidays)

    def next_day(self, day: date) -> date:
        """The first working day after a day."""
        return next(self._after(day))

    def first_day(self, received: datetime) -> date:
        """The working day from which is counted: that of receipt, or the next one after the cut-off."""
        local = received.astimezone(VIETNAM)
        if self.works(local.date()) and local.time() < self.cut_off:
            return local.date()
        return self.next_day(local.date())

    def due(self, received: datetime, days: int) -> datetime:
        """The end of the last of so many working days; 0 is the end of the first day itself.

        Args:
            received: when the complete dossier came.
            days: working days by the rule (§5.3).

        Raises:
            InvalidInput: a negative number, or one that no rule has.
        """
        if not 0 <= days <= _LONGEST:
            raise InvalidInput("days", [Problem(path="", code="value.too_large", params={"limit": _LONGEST})])
        day = self.first_day(received)
        for _ in range(days):
            day = self.next_day(day)
        return datetime.combine(day, self.spans[-1][1], VIETNAM)

    def due_hours(self, start: datetime, hours: float) -> datetime:
        """The moment when so many working hours have passed, e.g. the 2 in which a receiver has to answer."""
        left = timedelta(hours=hours)
        if not timedelta() <= left <= timedelta(days=_LONGEST):
            raise InvalidInput("hours", [Problem(path="", code="value.too_large", params={"limit": 24 * _LONGEST})])
        local = start.astimezone(VIETNAM)
        last = local
        for begin, end in self._spans_from(local):
            here = max(begin, local)
            if end - here >= left:
                return here + left
            left -= max(timedelta(), end - here)
            last = end
        return last

    def hours_between(self, start: datetime, end: datetime) -> float:
        """Working hours from one moment to a later one."""
        total = timedelta()
        for begin, stop in self._spans_from(start.astimezone(VIETNAM)):
            if begin >= end:
                break
            total += max(timedelta(), min(stop, end) - max(begin, start))
        return total / timedelta(hours=1)

    def _after(self, day: date) -> Iterator[date]:
        for number in range(1, _LONGEST):
            later = day + timedelta(days=number)
            if self.works(later):
                yield later

    def _spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        days = self._after(start.date() - timedelta(days=1))
        for day in days:
            for begin, end in self.spans:
                made = datetime.combine(day, begin, VIETNAM), datetime.combine(day, end, VIETNAM)
                if made[1] > start:
                    yield made


LIMITS: Final[Mapping[str, tuple[int, int]]] = {
    "birth_bundle": (3, 5),
    "birth_registration": (0, 0),
    "birth_residence": (2, 5),
    "birth_insurance": (2, 2),
    "death_registration": (0, 3),
    "death_residence": (0, 0),
    "death_insurance_benefit": (8, 8),
    "death_social_assistance": (5, 5),
    "death_merit_benefit": (17, 17),
    "death_bundle_merit": (18, 18),
    "death_bundle_assistance": (6, 11),
    "death_bundle_insurance": (9, 9),
}
"""Working days of each step, and where verification is needed (for assistance: from 80 with a monthly benefit);
NĐ 63/2024 Đ7, QĐ 296/QĐ-VPCP (§5.3)."""
ANSWER_HOURS: Final = 2.0
"""A receiving system answers within two working hours, or an alert is raised (§5.3)."""
_USUAL: Final = ("07:30-11:30", "13:30-17:00")


def _span(text: str) -> tuple[time, time]:
    begin, _, end = text.partition("-")
    made = time.fromisoformat(begin.strip()), time.fromisoformat(end.strip())
    if made[0] >= made[1]:
        raise ValueError(text)
    return made


def _days(rows: object, name: str, problems: list[Problem]) -> dict[date, str]:
    made: dict[date, str] = {}
    if not isinstance(rows, dict):
        problems.append(Problem(path=name, code="value.invalid"))
        return made
    for text, why in cast("dict[str, object]", rows).items():
        try:
            made[date.fromisoformat(text)] = str(why)
        except ValueError:
            problems.append(Problem(path=f"{name}.{str(text)[:20]}", code="value.not_a_date"))
    return made


@lru_cache(maxsize=64)
def _year(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Public holidays with their substitutes, and the weekend days that are worked in exchange."""
    import holidays  # noqa: PLC0415 - heavy, and needed by deadlines alone

    days = holidays.country_holidays("VN", years=year)
    return frozenset(days), frozenset(getattr(days, "weekend_workdays", ()))


@cache
def _default() -> WorkCalendar:
    text = (resources.files("gov_connect.reference") / "off_days.toml").read_text(encoding="utf-8")
    return WorkCalendar.read(text)
