"""What a check says when it does not hold: short, in both languages, without any value of a message."""

from __future__ import annotations

from typing import NoReturn


class Broken(AssertionError):
    """A requirement is not kept. `vi` and `en` say what was seen instead; neither repeats a value."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{en} | {vi}")
        self.vi = vi
        self.en = en


def must(holds: object, *, vi: str, en: str) -> None:
    """Insist on a requirement.

    Raises:
        Broken: it does not hold; the sentences say what was seen instead.
    """
    if not holds:
        raise Broken(vi, en)


def broken(*, vi: str, en: str) -> NoReturn:
    """Say that a requirement is not kept."""
    raise Broken(vi, en)
