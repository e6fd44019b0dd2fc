"""What a desk reads of any form: who the applicant is, and how many of what is wanted."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from gov_connect.errors import InvalidInput, Problem
from gov_connect.forms.leaves import fold
from gov_connect.model import BirthDate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.model import Personal

Quantity: TypeAlias = Literal["pages", "copies", "extracts", "papers"]
_WHOLE: Final = re.compile(r"[0-9]{1,6}")


def applicant_born(form: Mapping[str, Personal]) -> BirthDate:
    """The applicant's date of birth as typed.

    Raises:
        InvalidInput: it is missing, or no date.
    """
    names = _tables()["applicant"]["born"]
    typed = _typed(form, names)
    born = BirthDate.read(typed)
    if born is None:
        code = "value.not_a_date" if typed else "value.missing"
        raise InvalidInput("form", [Problem(path=names[0], code=code)])
    return born


def quantity(form: Mapping[str, Personal], kind: Quantity, default: int | None = None) -> int:
    """How many are wanted.

    Args:
        form: what was typed.
        kind: of what.
        default: what a missing leaf means; None where it has to be there.

    Raises:
        InvalidInput: it is missing, or no whole number.
    """
    names = _tables()["quantities"][kind]
    typed = _typed(form, names)
    if not typed and default is not None:
        return default
    if not _WHOLE.fullmatch(typed):
        raise InvalidInput("form", [Problem(path=names[0], code="value.not_whole_number")])
    return int(typed)


def _typed(form: Mapping[str, Personal], names: list[str]) -> str:
    by_name = {fold(leaf): value for leaf, value in form.items()}
    found = (by_name[fold(name)].reveal().strip() for name in names if fold(name) in by_name)
    return next(filter(None, found), "")


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    text = (resources.files("gov_connect.forms") / "tables" / "reception.toml").read_text(encoding="utf-8")
    read: dict[str, dict[str, list[str]]] = tomllib.loads(text)
    return read
