"""CSV as spreadsheets write it: with commas, or with semicolons or tabs where the comma is the decimal mark."""

from __future__ import annotations

from typing import Final

_SEPARATORS: Final = (",", ";", "\t")


def separator(text: str) -> str:
    """The mark that parts the head of a table most often; a comma when there is none."""
    head = text.lstrip("\ufeff\r\n").partition("\n")[0]
    return max(_SEPARATORS, key=head.count)
