"""Answers of the civil registry -> model (civil_registry.md §1.4, §1.6, §1.7, §2.6)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.reading import code_text, fold, folded, moment, plain, rows_of, texts
from gov_connect.errors import InvalidInput, UnexpectedReply
from gov_connect.forms.leaves import shown
from gov_connect.model import (
    BookEntry,
    BookNumber,
    CitizenId,
    DossierCode,
    FormText,
    PartialDate,
    PersonName,
)
from gov_connect.transport import Unreadable, as_object, parse_json

if TYPE_CHECKING:
    from gov_connect.model.bundles import BundleResult

_CERTIFICATES: Final = ("giaykhaisinh", "giaykhaitu", "giaychungnhankethon", "fileketqua")
_MOST_WRAPPINGS: Final = 3
_LONGEST_NAME: Final = 100
_KNOWN: Final = frozenset(
    "madonvi matinh module mahosolt mahosomcdt errors trangthai thoigianthuchien ghichu noidungxuly nguoixuly "  # noqa: SIM905
    "chucdanh phongbanxuly hanbosunghoso ketquaxuly mahoso".split()
)


def book_entry(dossier: DossierCode, value: object, system: str) -> BookEntry:
    """Read the value of a finished registration: JSON text, an object, or a list of one.

    Raises:
        UnexpectedReply: it is no such thing, or names no place in the books.
    """
    rows = rows_of(parsed(value))
    found = as_object(rows[0]) if len(rows) == 1 else None
    entry = entry_of(dossier, folded(found or {}) or {})
    if entry is None:
        raise UnexpectedReply(system=system, reason="no_book_entry")
    return entry


def entry_of(dossier: DossierCode, row: dict[str, Any]) -> BookEntry | None:
    """The place in the books that a folded row names; None when it names none.

    One number under three names: `so`, `soDangKy`, `numberNo` (§2.6).
    """
    number, book = book_of(row)
    if not number:
        return None
    return BookEntry(
        dossier=dossier,
        number=number,
        book=book,
        page=first(row, "trangso")[:_LONGEST_NAME],
        registered_on=PartialDate.read(first(row, "ngaydangky")),
        citizen_id=_citizen_id(first(row, "nkssodinhdanh", "sodinhdanh")),
    )


def book_of(row: dict[str, Any]) -> tuple[BookNumber, BookNumber]:
    """Number and book of a folded row; blank where it has none."""
    return _number(row, "so", "sodangky", "numberno"), _number(row, "quyenso", "booknoid")


def parsed(value: object) -> object:
    """`value`, out of up to three layers of JSON text."""
    for _layer in range(_MOST_WRAPPINGS):
        if isinstance(value, str) and value.strip():
            try:
                value = parse_json(value.lstrip("\ufeff"))
            except Unreadable:
                return None
    return value


def bundle_result(row: object) -> BundleResult | None:
    """A row of the results of interlinked dossiers; None when it names no dossier."""
    from gov_connect.model.bundles import BUNDLE_STATES, BundleResult, BundleState  # noqa: PLC0415 - on first use

    found = folded(as_object(parsed(row)) or {}) or {}
    try:
        dossier = DossierCode(first(found, "mahosomcdt", "mahoso"))
    except InvalidInput:
        return None
    state = first(found, "trangthai").lstrip("0")
    outcomes = rows_of(parsed(found.get("ketquaxuly")))
    outcome = as_object(outcomes[0]) if len(outcomes) == 1 else None
    result = folded(outcome or {}) or {}
    return BundleResult(
        dossier=dossier,
        bundle=first(found, "mahosolt")[:_LONGEST_NAME],
        state=BUNDLE_STATES.get(state, BundleState.UNKNOWN),
        raw_state=first(found, "trangthai"),
        at=moment(first(found, "thoigianthuchien")),
        supplement_until=moment(first(found, "hanbosunghoso")),
        note=_text(texts(found.get("ghichu"))),
        handling=_text(texts(found.get("noidungxuly"))),
        handled_by=_name(first(found, "nguoixuly")),
        title=first(found, "chucdanh"),
        office=first(found, "phongbanxuly"),
        entry=entry_of(dossier, result),
        certificate=_certificate(result),
        fields=leaves_of(outcome or {}),
        unread=tuple(sorted(shown(name) for name in found if name not in _KNOWN)),
    )


def leaves_of(row: dict[str, Any]) -> dict[str, FormText]:
    """What a record says, by its own names, nested ones with a dot; certificates are left out."""
    made: dict[str, FormText] = {}
    todo: list[tuple[str, object]] = list(reversed(row.items()))
    while todo:
        name, value = todo.pop()
        inner = as_object(value)
        if inner is not None:
            todo += [(f"{name}.{key}", member) for key, member in reversed(inner.items())]
        elif fold(name) not in _CERTIFICATES and name not in made:
            said = _text(code_text(value) or texts(value))
            if said is not None:
                made[name[: 2 * _LONGEST_NAME]] = said
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFault:
    """One field that the registry found wrong, by its own name; never what stood in it.

    Attributes:
        kind: `too_long`, `not_in_list`, `format` or `other`.
    """

    field: str
    kind: str


_FAULTS: Final = (
    ("vuot qua so luong", "too_long"),
    ("khong ton tai", "not_in_list"),
    ("dinh dang khong dung", "format"),
)
_FIELD: Final = re.compile(r"\b[a-z]{2,6}[A-Z]\w{1,60}\b")


def field_faults(text: str) -> tuple[FieldFault, ...]:
    """The fields that a refusal names (§1.3 DATA_INCORRECT, §1.7): one text, one fault or several."""
    found = list(_FIELD.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)][: len(found)]
    return tuple(
        FieldFault(field=match.group(), kind=_kind(plain(text[match.end() : end])))
        for match, end in zip(found, ends, strict=True)
    )


def _kind(said: str) -> str:
    return next((kind for words, kind in _FAULTS if words in said), "other")


def first(row: dict[str, Any], *names: str) -> str:
    """The first of these members that says something, as text."""
    return next(filter(None, (code_text(row.get(name)) for name in names)), "")


def _number(row: dict[str, Any], *names: str) -> BookNumber:
    try:
        return BookNumber(first(row, *names))
    except InvalidInput:
        return BookNumber("")


def _certificate(row: dict[str, Any]) -> bytes | None:
    for name in _CERTIFICATES:
        text = "".join(code_text(row.get(name)).split())
        if text:
            try:
                return base64.b64decode(text.rpartition("base64,")[2], validate=True)
            except (binascii.Error, ValueError):
                continue
    return None


def _text(text: str) -> FormText | None:
    try:
        return FormText(text) if text.strip() else None
    except InvalidInput:
        return None


def _name(text: str) -> PersonName | None:
    try:
        return PersonName(text) if text else None
    except InvalidInput:
        return None


def _citizen_id(text: str) -> CitizenId | None:
    try:
        return CitizenId(text) if text else None
    except InvalidInput:
        return None
