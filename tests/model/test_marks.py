"""Letters without their marks: the tables agree with Unicode, and do not grow without bound."""

from __future__ import annotations

import unicodedata

import pytest

from gov_connect.model.marks import MARKS, UNSEEN


@pytest.mark.parametrize(
    ("table", "gone"),
    [(MARKS, unicodedata.combining), (UNSEEN, lambda char: unicodedata.category(char) == "Cf")],
    ids=["combining marks", "marks without width"],
)
def test_every_letter_is_kept_or_left_out_as_unicode_has_it(table, gone):
    """Whatever somebody sends: each table is asked for all letters of two planes, and stays small."""
    everything = "".join(map(chr, range(0x20000)))
    assert everything.translate(table) == "".join(char for char in everything if not gone(char))
    assert len(table) <= 4096
