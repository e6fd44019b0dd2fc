"""Book numbers: raw text kept, parsed where the pattern is plain, no year made up (§3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.errors import InvalidInput
from gov_connect.model import BookEntry, BookNumber


@pytest.mark.parametrize(
    ("text", "ordinal", "year", "kind"),
    [
        ("24", "24", None, ""),
        ("01/2018", "01", 2018, ""),
        ("119/2026", "119", 2026, ""),
        ("15/2026/TLKT-BS", "15", 2026, "TLKT-BS"),
        ("01/UBND-GBT", "01", None, "UBND-GBT"),
        ("01-TP/HT-2015-GH", "01", 2015, "GH"),
        ("01-TP/HT-2015-CMC", "01", 2015, "CMC"),
        ("7 / 2026", "7", 2026, ""),
        ("2018", "", None, ""),
        ("1899", "1899", None, ""),
        ("", "", None, ""),
        ("số 01/2014, quyển số 02", "", None, ""),
        ("01/18", "", None, ""),
        ("không rõ", "", None, ""),
        ("٣/2018", "", None, ""),
    ],
)
def test_a_shape_that_could_be_ordinal_or_year_is_neither(text, ordinal, year, kind):
    """Four digits that look like a year are neither ordinal nor year."""
    number = BookNumber(text)
    assert (number.ordinal, number.year, number.kind, number) == (ordinal, year, kind, text)


@given(st.text(alphabet="0123456789/-ABTLK. ", max_size=40))
def test_the_text_is_kept(text):
    """Whatever it is; zeros count, and parts are parts of it."""
    number = BookNumber(text)
    assert number == text.strip()
    assert number.ordinal in number
    assert number.year is None or str(number.year) in number
    assert BookEntry.from_json(BookEntry(dossier="H99.201-260105-0007", number=number).to_json()).number == number


@pytest.mark.parametrize("text", ["x" * 101, "1\x00"])
def test_what_cannot_be_written_is_refused(text):
    """Too long, or with control characters."""
    with pytest.raises(InvalidInput):
        BookNumber(text)
