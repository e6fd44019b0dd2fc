"""Small checks of one value each; a check gives the reason of a refusal, or `None`.

Reasons never repeat the value: it may be personal data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from gov_connect.mocks.core import as_array, as_object

Check = Callable[[object], str | None]
Spec = Mapping[str, Check]

# §4.1: the permissive form of a dossier number, groups of one digit included as in `H99.12.7`.
DOSSIER_NUMBER: Final = re.compile(r"[0-9A-Z]{1,3}(\.[0-9A-Z]{1,3}){0,7}-\d{6}(\d{2})?-\d{4,7}")
PROCEDURE_CODE: Final = re.compile(r"\d\.\d{6}")
_MOMENT: Final = re.compile(r"\d{14}")
_DIGITS: Final = re.compile(r"\d+")

NOT_TEXT: Final = "phải là chuỗi ký tự"


def is_moment(value: str) -> bool:
    """Tell whether a text is `yyyyMMddHHmmss` and names a moment that exists."""
    if not _MOMENT.fullmatch(value):
        return False
    parts = [int(value[:4]), *(int(value[i : i + 2]) for i in range(4, 14, 2))]
    try:
        datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - only its existence matters
    except ValueError:
        return False
    return True


def text(limit: int = 0, *, blank: bool = True, null: bool = False) -> Check:
    """Check a string, at most `limit` characters when given."""

    def check(value: object) -> str | None:
        if value is None and null:
            return None
        if not isinstance(value, str):
            return NOT_TEXT
        if not blank and not value.strip():
            return "không được để trống"
        return f"vượt quá {limit} ký tự" if limit and len(value) > limit else None

    return check


def one_of(*allowed: str, blank: bool = False, null: bool = False) -> Check:
    """Check a code against its list."""
    known = frozenset(allowed) | ({""} if blank else frozenset[str]())

    def check(value: object) -> str | None:
        if value is None and null:
            return None
        if not isinstance(value, str):
            return NOT_TEXT
        return None if value in known else "không có trong danh mục"

    return check


def moment(*, blank: bool = True, null: bool = False) -> Check:
    """Check a date: `yyyyMMddHHmmss`, or empty (quirk 4: empty is "" and not null)."""

    def check(value: object) -> str | None:
        if value is None and null:
            return None
        if not isinstance(value, str):
            return NOT_TEXT
        if not value:
            return None if blank else "không được để trống"
        return None if is_moment(value) else "không phải thời điểm yyyyMMddHHmmss"

    return check


def matching(pattern: re.Pattern[str], reason: str) -> Check:
    """Check a string against a whole pattern."""

    def check(value: object) -> str | None:
        if not isinstance(value, str):
            return NOT_TEXT
        return None if pattern.fullmatch(value) else reason

    return check


def digits() -> Check:
    """Check an amount: digits only, no separator."""
    return matching(_DIGITS, "chỉ gồm chữ số")


def text_or(*kinds: type) -> Check:
    """Check one of the few members that are not always strings on the wire."""
    allowed = (str, *kinds)
    return lambda value: None if isinstance(value, allowed) else "sai kiểu dữ liệu"


def rows(spec: Spec, *, required: Iterable[str] = ()) -> Check:
    """Check an array of objects."""
    needed = tuple(required)

    def check(value: object) -> str | None:
        elements = as_array(value)
        if elements is None:
            return "phải là mảng"
        for number, row in enumerate(elements):
            found = problem(row, spec, needed)
            if found:
                return f"[{number}] {found}"
        return None

    return check


def problem(record: object, spec: Spec, required: Iterable[str]) -> str | None:
    """Find the first thing wrong with an object: a missing, unknown or ill-formed member."""
    members = as_object(record)
    if members is None:
        return "phải là đối tượng"
    for name in required:
        if name not in members:
            return f"thiếu trường {name}"
    for name, value in members.items():
        check = spec.get(name)
        if check is None:
            return f"trường không xác định {name[:40]}"
        reason = check(value)
        if reason:
            return f"{name}: {reason}"
    return None
