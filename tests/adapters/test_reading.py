"""What all adapters read alike: moments in every dress, leaves of any shape."""

from __future__ import annotations

import json

import pytest

from gov_connect.adapters.reading import leaves_of, moment

AFTERNOON = "2026-01-05T15:20:00+07:00"


@pytest.mark.parametrize(
    "text",
    [
        "05/01/2026 15:20:00",
        "5/1/2026 15:20",
        "05-01-2026 15:20",
        "05.01.2026 15:20:00",
        "05/01/2026 03:20 PM",
        "05/01/2026 3:20:00 CH",
        "05/01/2026 15:20:00 PM",
        "05/01/2026 15:20 CH",
        " 2026-01-05T15:20:00 ",
        "2026-01-05 15:20:00",
        "2026/01/05 15:20",
        "2026-01-05T15:20:00.000",
        "2026-01-05T08:20:00Z",
        "2026-01-05T08:20:00.0000000Z",
        "2026-01-05T15:20:00+07:00",
        "2026-01-05T15:20:00+0700",
        "2026-01-05T03:20:00-05",
        "20260105152000",
        "20260105T1520",
        "20260105T082000Z",
        "1767601200",
        "1767601200000",
        "/Date(1767601200000+0700)/",
    ],
)
def test_one_moment_in_every_dress(text):
    """A zone counts; without one it is Viet Nam's (civil_registry.md §7 row 1, national_portal.md §2)."""
    assert moment(text).isoformat() == AFTERNOON


@pytest.mark.parametrize("text", ["05/01/2026", "20260105", "2026-01-05", "5.1.2026"])
def test_a_day_begins_at_midnight(text):
    """A date without a time is midnight in Viet Nam, whatever the zone of the machine."""
    assert moment(text).isoformat() == "2026-01-05T00:00:00+07:00"


@pytest.mark.parametrize(
    "text", ["05/01/2026 12:05 AM", "05/01/2026 12:05 SA", "05/01/2026 00:05", "05/01/2026 00:05 SA"]
)
def test_twelve_in_the_night_is_zero(text):
    """As .NET writes it in either language."""
    assert moment(text).isoformat() == "2026-01-05T00:05:00+07:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hôm qua",
        "05/13/2026",
        "31/02/2026",
        "05/01-2026",
        "05/01/2026 24:30",
        "05/01/2026 15:20 AM",
        "05/01/2026 25:20 PM",
        "9999999999999",
        "/Date(9999999999999)/",
        "3112202615000",
        "0001-01-01T00:00:00",
        "2026-01-05T08:20:00+25:00",
        "2026010515",
        "05/01/2026 15:20:00 rồi",
        "٠٥/٠١/٢٠٢٦",
        "0900000001",
        "15:20",
    ],
)
def test_what_has_no_plain_meaning_is_no_moment(text):
    """Nothing is cut off and nothing is guessed: .NET's year 1, ten digits that may be a date with its hour."""
    assert moment(text) is None


def test_a_leaf_too_deep_inside_texts_stays_a_text():
    """JSON in JSON in JSON does not exhaust the reader."""
    value: object = {"x": True}
    for _ in range(10):
        value = {"x": json.dumps(value)}
    ((name, text),) = leaves_of("", value)
    assert (name, text) == (".".join("x" * 11), "true")
