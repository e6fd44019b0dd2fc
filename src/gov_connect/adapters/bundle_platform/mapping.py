"""Answers of the bundle platform -> model (civil_registry.md §1.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.bundle_platform import wire
from gov_connect.adapters.reading import code_text, fold, folded, moment, opened, rows_of, texts
from gov_connect.errors import UnexpectedReply
from gov_connect.forms.leaves import shown
from gov_connect.model.bundles import BundleDossier, BundleNews
from gov_connect.transport import as_object

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_KEY: Final = 100
_UNIT_DIGITS: Final = 3
_HEAD: Final = {
    "id": "id",
    "madonvi": "unit",
    "matthc": "procedure",
    "mattthc": "procedure",
    "module": "module",
    "mahoso": "code",
    "ngaytiepnhan": "submitted_at",
    "techid": "tech_id",
}


def news_of(value: object) -> tuple[BundleNews, ...]:
    """The rows of a list: under `data`, bare, or one object instead of a list of one.

    Raises:
        UnexpectedReply: there is no list, it is empty because something failed, or none of its rows says which
            dossier it is.
    """
    members = as_object(value)
    if members is not None and "data" not in members:
        raise UnexpectedReply(system=wire.SYSTEM, reason="no_list")
    rows = rows_of(opened(value if members is None else members["data"]))
    if members is not None and not rows:
        _refuse_failure(members)
    news = tuple(_news(row) for row in rows)
    if news and not any(item.id and item.code for item in news):
        raise UnexpectedReply(system=wire.SYSTEM, reason="not_a_pending_dossier")
    return news


def _news(row: object) -> BundleNews:
    head = _head(_row(row))
    return BundleNews(**head, unread=_unread(as_object(opened(row)) or {}, head, unknown=True))


def dossier_of(value: object, row: BundleNews, content: bytes) -> BundleDossier | None:
    """A dossier out of all its wrappings; None when there is none.

    Args:
        value: the answer.
        row: how the list showed it.
        content: the answer as it came.

    Raises:
        UnexpectedReply: the answer names no dossier, or another one than the row, or tells of a failure.
    """
    only = rows_of(value)
    members = _row(only[0]) if len(only) == 1 else {}
    if "data" not in members:
        raise UnexpectedReply(system=wire.SYSTEM, reason="no_content")
    # The detail stands under `data`; one that came without that wrapper has a `data` of its own beside its code.
    rows = [members] if "mahoso" in members else rows_of(opened(members["data"]))
    if not rows:
        _refuse_failure(members)
        return None
    detail = as_object(opened(rows[0])) if len(rows) == 1 else None
    told = {name: text for name, text in _head(_row(detail)).items() if text}
    lost = _unread(detail or {}, told)
    head: dict[str, Any] = {**row.model_dump(exclude={"unread"}), **told, "id": row.id}
    if detail is None or not head["code"]:
        raise UnexpectedReply(system=wire.SYSTEM, reason="no_dossier")
    if row.code and head["code"] != row.code:
        raise UnexpectedReply(system=wire.SYSTEM, reason="another_dossier")
    read = wire.Unwrapped(detail)
    unread = tuple(dict.fromkeys((*lost, *read.unread)))
    return BundleDossier(**head, form=read.form, files=tuple(read.files), unread=unread, content=content)


def _unread(given: Mapping[str, Any], read: Mapping[str, Any], *, unknown: bool = False) -> tuple[str, ...]:
    """Members of a head that say something and were not read; with `unknown`, those that no head knows too."""
    kept = {name for name, text in read.items() if text}
    heads = ((key, _HEAD.get(fold(key))) for key, held in given.items() if held)
    return tuple(shown(key) for key, head in heads if (unknown if head is None else head not in kept))


def _refuse_failure(members: Mapping[str, Any]) -> None:
    if wire.is_failure(members):
        raise UnexpectedReply(system=wire.SYSTEM, reason="failure_told", raw=texts(members))


def _row(value: object) -> dict[str, Any]:
    return folded(as_object(opened(value)) or {}) or {}


def _head(row: Mapping[str, Any]) -> dict[str, Any]:
    unit = code_text(row.get("madonvi"))
    return {
        "id": _key(row.get("id")),
        "code": _key(row.get("mahoso")),
        "procedure": code_text(row.get("mattthc") or row.get("matthc"))[:50],
        "module": code_text(row.get("module"))[:20],
        # A number here, so that zeros in front are lost (§7 row 3).
        "unit": unit.zfill(5) if unit.isdecimal() and len(unit) > _UNIT_DIGITS else unit[:10],
        "submitted_at": moment(code_text(row.get("ngaytiepnhan"))),
        "tech_id": code_text(row.get("techid"))[:200],
    }


def _key(value: object) -> str:
    """A number by which something is asked for: cut short it would mean another one."""
    text = code_text(value)
    return text if len(text) <= _LONGEST_KEY else ""
