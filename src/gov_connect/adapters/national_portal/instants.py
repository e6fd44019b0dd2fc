"""Moments as portals write them: the document's own digits, and whatever else is plain (§2.2, §2.8)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from gov_connect.model import VIETNAM

_DIGITS: Final = {14: "%Y%m%d%H%M%S", 12: "%Y%m%d%H%M", 8: "%Y%m%d"}
_SLASHED: Final = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")
_SECONDS, _THOUSANDTHS = 10, 13
"""Digits of a Unix time, which begins with 1 until 2033; a date that lost a digit begins with 2."""


def instant(text: str) -> datetime | None:
    """A moment, in Vietnam's time where it names no zone; a day alone is its beginning. None for anything else."""
    text = text.strip()
    try:
        if not re.fullmatch(r"[0-9]+", text):
            return _written(text)
        if len(text) in {_SECONDS, _THOUSANDTHS} and text.startswith("1"):
            return datetime.fromtimestamp(int(text) / (1000 if len(text) == _THOUSANDTHS else 1), VIETNAM)
        return datetime.strptime(text, _DIGITS[len(text)]).replace(tzinfo=VIETNAM)
    except (ValueError, KeyError, OverflowError, OSError):
        return None


def _written(text: str) -> datetime | None:
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ]|$)", text):
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=VIETNAM) if at.tzinfo is None else at.astimezone(VIETNAM)
    for shape in _SLASHED:
        try:
            return datetime.strptime(text, shape).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
    return None
