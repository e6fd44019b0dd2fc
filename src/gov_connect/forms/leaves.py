"""Any shape of a filled-in form -> its leaves: one name, one text.

Portals nest objects, JSON inside JSON, rows of name and value, and coded values with their words; null,
missing and "" are the same nothing.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final, cast

from gov_connect.errors import InvalidInput, Problem
from gov_connect.model import FormText, Personal

MOST_LEAVES: Final = 5000
_DEEPEST: Final = 32
_WRAPPERS: Final = frozenset({"data", "form", "formdata", "eform", "content", "submission", "hoso", "hotich", "result"})
_ROW_KEYS: Final = (("key", "value"), ("name", "value"), ("code", "value"), ("ma", "giatri"), ("tentruong", "giatri"))
_NAME: Final = re.compile(r"[\w.() /-]{1,80}")
_NUMBER: Final = re.compile(r"[0-9]{9}")
_OPENING: Final = "{[\ufeff"
_FILES: Final = frozenset({"duLieuTepDinhKem".casefold()})


@functools.lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """One spelling of a leaf's name: no outer blanks, marks composed, nothing invisible, small letters."""
    kept = "".join(char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char) != "Cf")
    return titled(kept).casefold()


@functools.lru_cache(maxsize=8192)
def titled(name: str) -> str:
    """The first line of a name: titles of templates carry the list of values below it (§2.2)."""
    return (name.strip().splitlines() or [""])[0].strip()


@functools.lru_cache(maxsize=8192)
def shown(name: str) -> str:
    """A leaf's name for lists and people; one that no template would give may hold what somebody typed, when a
    message is broken, and only its length is told.
    """
    return name if _NAME.fullmatch(name) and not _NUMBER.search(name) else f"({len(name)})"


def leaves(form: object) -> dict[str, FormText]:
    """The filled-in leaves of a form.

    Args:
        form: JSON text or bytes (a byte order mark may stand before it), or what was parsed of it.

    Raises:
        InvalidInput: it is no object, is too deep or too large, or a text cannot be carried; every such leaf
            is named.
    """
    if isinstance(form, (str, bytes)):
        form = _parsed(form, whole=True)
    form = _opened(form)
    if isinstance(form, list) and form and all(_is_row(row) for row in cast("list[object]", form)):
        # Rows of name and value, without an object around them.
        form = {"data": cast("list[object]", form)}
    if not isinstance(form, Mapping):
        raise _broken("value.form")
    ready = _ready(cast("Mapping[object, object]", form))
    if ready is not None:
        return ready
    found: dict[str, FormText] = {}
    problems: list[Problem] = []
    todo: list[tuple[str, object, int]] = [("", cast("object", form), 0)]
    while todo:
        name, value, depth = todo.pop()
        if depth > _DEEPEST or len(found) > MOST_LEAVES or len(todo) > MOST_LEAVES:
            raise _broken("value.form_too_large")
        if isinstance(value, FormText) and name and value.reveal()[0] not in _OPENING:
            if found.setdefault(name, value) is not value:
                _leaf(name, value, found, problems)
        else:
            todo += _spread(name, _opened(value), depth, found, problems)
    if problems:
        raise InvalidInput("form", sorted(problems, key=lambda problem: problem.path))
    return found


def _ready(form: Mapping[object, object]) -> dict[str, FormText] | None:
    """A form that is leaves already, as inbound dossiers are; None when there is something to open."""
    made: dict[str, FormText] = {}
    for name, value in form.items():
        if type(value) is not FormText or value.reveal()[0] in _OPENING:
            return None
        made[titled(str(name))] = value
    return made if len(made) == len(form) and "" not in made else None


def _spread(
    name: str, value: object, depth: int, found: dict[str, FormText], problems: list[Problem]
) -> list[tuple[str, object, int]]:
    """The members of a value; a leaf goes to `found`."""
    if isinstance(value, Mapping):
        return _members(name, cast("Mapping[str, object]", value), depth)
    if isinstance(value, list):
        return _rows(name, cast("list[object]", value), depth)
    if name.rpartition(".")[2].casefold() not in _FILES:
        _leaf(name, value, found, problems)
    return []


def _leaf(name: str, value: object, found: dict[str, FormText], problems: list[Problem]) -> None:
    text = _text(value)
    if not text or not name:
        return
    while name in found:
        # Two leaves of one name, from two wrappers: both are kept, and the second is listed.
        if found[name].reveal() == text:
            return
        name += " (2)"
    try:
        found[name] = FormText(text)
    except InvalidInput as error:
        if error.problems[0].code != "value.empty":
            problems.append(Problem(path=shown(name), code=error.problems[0].code, params=error.problems[0].params))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Personal):
        return value.reveal()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _opened(value: object) -> object:
    """JSON inside a text, and a list of one, as what they hold."""
    if isinstance(value, Personal):
        value = value.reveal()
    if isinstance(value, str) and value.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
        inner = _parsed(value, whole=False)
        value = value if inner is None else inner
    if isinstance(value, list):
        rows = cast("list[object]", value)
        return _opened(rows[0]) if len(rows) == 1 else rows
    return value


def _members(name: str, value: Mapping[str, object], depth: int) -> list[tuple[str, object, int]]:
    pair = _row(value)
    if pair is not None and not name:
        return [(*pair, depth + 1)]
    made: list[tuple[str, object, int]] = []
    # Popped from the end: reversed, so that the first of two equal names counts.
    for key, inner in reversed(list(value.items())):
        clean = titled(str(key))
        wrapping = fold(clean) in _WRAPPERS and isinstance(_opened(inner), (Mapping, list))
        made.append((name if wrapping else f"{name}.{clean}" if name else clean, inner, depth + 1))
    return made


def _rows(name: str, rows: list[object], depth: int) -> list[tuple[str, object, int]]:
    """Rows of name and value become leaves of their own; other rows are numbered."""
    made: list[tuple[str, object, int]] = []
    for number, row in reversed(list(enumerate(rows))):
        opened = _opened(row)
        pair = None if not _is_row(opened) else _row(cast("Mapping[str, object]", opened))
        if pair is not None:
            made.append((*pair, depth + 1))
        else:
            made.append((f"{name}.{number}" if name else str(number), opened, depth + 1))
    return made


def _is_row(value: object) -> bool:
    return isinstance(value, Mapping) and _row(cast("Mapping[str, object]", value)) is not None


def _row(value: Mapping[str, object]) -> tuple[str, object] | None:
    """A row of name and value, e.g. `{"key": "HoTenKS", "value": "…"}`."""
    keys = {fold(str(key)): key for key in value}
    for name, content in _ROW_KEYS:
        if name in keys and content in keys:
            label = value[keys[name]]
            if isinstance(label, str) and re.fullmatch(r"[A-Za-z_][\w.]{2,100}", label.strip()):
                return label.strip(), value[keys[content]]
    return None


def _parsed(text: str | bytes, *, whole: bool) -> Any:
    """What JSON text holds; None (or, for the whole form, an error) when it is none."""
    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text.lstrip("\ufeff")
        value = json.loads(plain, object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        if whole:
            raise _broken("value.form") from None
        return None
    if whole and isinstance(value, str):
        return _parsed(value, whole=True)
    return _opened(value)


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object that keeps both of two members of one name."""
    made: dict[str, object] = {}
    for key, value in pairs:
        name = key
        while name in made and made[name] != value:
            name += " (2)"
        made[name] = value
    return made


def _broken(code: str) -> InvalidInput:
    return InvalidInput("form", [Problem(path="", code=code)])
