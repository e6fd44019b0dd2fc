"""Deadlines in working time: holidays, exchanged Saturdays, the 15:00 rule, the agency's own days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.errors import InvalidInput
from gov_connect.model import VIETNAM
from gov_connect.reference import LIMITS, WorkCalendar

CALENDAR = WorkCalendar.default()


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-01-05", True),
        ("2026-01-03", False),
        ("2026-01-01", False),
        ("2026-02-17", False),
        ("2026-04-27", False),
        ("2026-08-31", False),
        ("2026-08-22", True),
        ("2025-05-02", False),
        ("2025-04-26", True),
    ],
)
def test_offices_work_on_the_days_of_the_calendar(day, works):
    """Weekends, the lunar new year, a substitute, a bridge day and the Saturday that is worked for it."""
    assert CALENDAR.works(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-01-05T08:00", 0, "2026-01-05T17:00"),
        ("2026-01-05T14:59:59", 0, "2026-01-05T17:00"),
        ("2026-01-05T15:00", 0, "2026-01-06T17:00"),
        ("2026-01-09T15:30", 0, "2026-01-12T17:00"),
        ("2026-01-03T09:00", 0, "2026-01-05T17:00"),
        ("2026-02-13T16:00", 0, "2026-02-23T17:00"),
        ("2026-01-05T08:00", 3, "2026-01-08T17:00"),
        ("2026-01-05T15:01", 3, "2026-01-09T17:00"),
        ("2026-08-21T10:00", 1, "2026-08-22T17:00"),
        ("2026-02-13T10:00", 1, "2026-02-23T17:00"),
    ],
)
def test_what_comes_late_in_the_day_counts_from_the_next(received, days, due):
    """What comes after 15:00, or on a day off, counts from the next working day (§5.3)."""
    assert CALENDAR.due(at(received), days) == at(due)


def test_other_zones_count_in_vietnam():
    """Eight in the morning in UTC is three in the afternoon there."""
    assert CALENDAR.due(datetime(2026, 1, 5, 8, tzinfo=UTC), 0) == at("2026-01-06T17:00")


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-01-05T08:00", 2, "2026-01-05T10:00"),
        ("2026-01-05T10:30", 2, "2026-01-05T14:30"),
        ("2026-01-05T16:00", 2, "2026-01-06T08:30"),
        ("2026-01-05T12:00", 0, "2026-01-05T13:30"),
        ("2026-01-09T16:30", 2, "2026-01-12T09:00"),
        ("2026-01-05T07:30", 7.5, "2026-01-05T17:00"),
    ],
)
def test_hours_are_counted_in_office_time_alone(start, hours, end):
    """The receiver's two hours, over lunch, nights and weekends."""
    assert CALENDAR.due_hours(at(start), hours) == at(end)


@given(
    start=st.datetimes(datetime(2025, 1, 1), datetime(2027, 6, 1), timezones=st.just(VIETNAM)),
    hours=st.integers(0, 400).map(lambda quarter: quarter / 4),
)
def test_hours_counted_back_are_the_same(start, hours):
    """Between a moment and the moment so many hours later lie so many hours."""
    assert abs(CALENDAR.hours_between(start, CALENDAR.due_hours(start, hours)) - hours) < 1e-6


def test_the_agency_s_own_days_count_first():
    """A compensatory day, and a holiday that is worked."""
    own = CALENDAR.with_days(off={date(2026, 1, 5): "nghỉ bù"}, worked={date(2026, 1, 1): "trực"})
    assert (own.works(date(2026, 1, 5)), own.works(date(2026, 1, 1))) == (False, True)
    again = own.with_days(worked={date(2026, 1, 5): "đổi lại"})
    assert again.works(date(2026, 1, 5)) is True
    assert CALENDAR.works(date(2026, 1, 5)) is True


def test_a_file_of_days():
    """TOML: hours, days off, days worked."""
    text = '[hours]\nspans = ["08:00-12:00"]\ncut_off = "11:00"\n[off]\n2026-01-05 = "bù"\n[worked]\n2026-01-04 = "bù"'
    own = WorkCalendar.read(text)
    assert own.due(at("2026-01-03T10:00"), 0) == at("2026-01-04T12:00")
    assert own.due(at("2026-01-04T11:00"), 0) == at("2026-01-06T12:00")


def test_everything_wrong_in_a_file_is_said_at_once():
    """Days that do not exist, one that is both, hours without sense."""
    hours, off = '[hours]\nspans = ["17:00-08:00"]\n', '[off]\n"2026-02-30" = "x"\n2026-01-05 = "x"\n'
    text = f'{hours}{off}[worked]\n2026-01-05 = "y"\nxx = "z"'
    with pytest.raises(InvalidInput) as caught:
        WorkCalendar.read(text)
    assert {(problem.path, problem.code) for problem in caught.value.problems} == {
        ("off.2026-02-30", "value.not_a_date"),
        ("worked.xx", "value.not_a_date"),
        ("worked.2026-01-05", "value.day_twice"),
        ("hours", "value.invalid"),
    }
    with pytest.raises(InvalidInput):
        WorkCalendar.read("[")


@pytest.mark.parametrize("days", [-1, 10**6])
def test_no_rule_has_such_a_number(days):
    """Said, instead of counted for minutes."""
    with pytest.raises(InvalidInput):
        CALENDAR.due(at("2026-01-05T08:00"), days)
    with pytest.raises(InvalidInput):
        CALENDAR.due_hours(at("2026-01-05T08:00"), days * 24)


def test_the_limits_of_the_law():
    """Death bundles of people with merit take longest; no limit shrinks by verification."""
    assert LIMITS["birth_bundle"] == (3, 5)
    assert max(days for days, _ in LIMITS.values()) == LIMITS["death_bundle_merit"][0]
    assert all(plain <= verified for plain, verified in LIMITS.values())
    assert CALENDAR.due(at("2026-01-05T08:00"), 18) - at("2026-01-05T08:00") < timedelta(days=27)
