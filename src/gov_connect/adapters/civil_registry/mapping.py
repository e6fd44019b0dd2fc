"""Answers of the civil registry -> model (civil_registry.md §1.4, §1.6, §1.7, §2.6)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.civil_registry.wire import SYSTEM, Answer
from gov_connect.adapters.reading import (
    code_text,
    fold,
    folded,
    leaves_of,
    moment,
    number_of,
    opened,
    plain,
    rows_of,
    texts,
)
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
from gov_connect.transport import as_object

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gov_connect.model.bundles import BundleResult

_CERTIFICATES: Final = ("giaykhaisinh", "giaykhaitu", "giaychungnhankethon", "fileketqua")
_MOST_WRAPPINGS: Final = 3
_LONGEST_NAME: Final = 100
_ECHOED: Final = frozenset({"madonvi", "matinh", "module", "mahosomcdt", "mahoso", "trangthai"})
"""Members that say again what was asked, and the status, of which every text is kept."""
_WRAPPERS: Final = frozenset({"value", "data", "result", "results", "return", "list", "items", "content", "rows"})
_COUNTS: Final = frozenset(
    {"total", "totalelements", "totalrecord", "totalrecords", "totalpage", "totalpages", "totalcount", "totalitems"}
    | {"count", "page", "pageindex", "pagenumber", "pageno", "currentpage", "size", "pagesize", "limit", "offset"}
)
_ENVELOPE: Final = frozenset(
    {"status", "code", "errorcode", "error", "message", "errordescription", "statusdescription", "description"}
    | {"errors", "title", "type", "traceid", "timestamp", "success", "inputsend"}
)
"""Members beside the rows, or beside the place where they should be."""
_OF_A_ROW: Final = frozenset({"mahosomcdt", "mahoso", "mahosolt", "so", "sodangky", "numberno"})
"""Members that make an object a row, even if a list in it is empty."""


def book_entry(dossier: DossierCode, value: object, system: str) -> BookEntry:
    """Read the value of a finished registration: JSON text, an object, or a list of one.

    Raises:
        UnexpectedReply: it is no such thing, or names no place in the books.
    """
    rows = rows_of(opened(value))
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
        registered_on=day_of(first(row, "ngaydangky")),
        citizen_id=_citizen_id(first(row, "nkssodinhdanh", "sodinhdanh")),
    )


def day_of(text: str) -> PartialDate | None:
    """A day as registers write it, or that of a moment, in Viet Nam: 17:00Z is the next day."""
    day = PartialDate.read(text)
    at = moment(text) if day is None else None
    return day if at is None else PartialDate(at.year, at.month, at.day)


def book_of(row: dict[str, Any]) -> tuple[BookNumber, BookNumber]:
    """Number and book of a folded row; blank where it has none."""
    return _number(row, "so", "sodangky", "numberno"), _number(row, "quyenso", "booknoid")


def rows_in(answer: Answer) -> list[dict[str, Any]]:
    """The rows of an answer: a list, one object, JSON text of either, each of them under a name that only wraps.

    Raises:
        UnexpectedReply: there is something, and none of it is a row: what cannot be read is not "nothing".
    """
    held = answer.value
    if not _says(held):
        held = _beside(answer)
    for _layer in range(_MOST_WRAPPINGS):
        held = opened(held)
        names = folded(as_object(held) or {}) or {}
        own = names.keys() - _COUNTS
        if (names and not own and not any(_counts(names))) or _is_empty_list(names):
            return []
        if len(own) != 1 or not own <= _WRAPPERS:
            break
        held = names[own.pop()]
    said = [row for row in map(opened, rows_of(held)) if _says(row)]
    rows = [row for row in map(as_object, said) if row]
    if said and not rows:
        raise UnexpectedReply(system=SYSTEM, reason="no_list")
    return rows


def _beside(answer: Answer) -> dict[str, Any]:
    """The rows of an answer that has no `value`; beside an empty one only what is named as a wrapping holds rows,
    and a plain text or number never does.
    """
    known = "value" in answer.rest
    said = {name: value for name, value in answer.rest.items() if name not in _ENVELOPE | _COUNTS and _says(value)}
    return {
        name: value
        for name, value in said.items()
        if name in _WRAPPERS or not (known or isinstance(value, bool) or code_text(opened(value)))
    }


def _counts(names: dict[str, Any]) -> list[int]:
    """How many rows an object says that there are."""
    told = (code_text(value) for name, value in names.items() if name.startswith(("total", "count")))
    return [number for number in map(number_of, told) if number is not None]


def _is_empty_list(names: dict[str, Any]) -> bool:
    """Whether an object wraps an empty list, whatever stands beside it."""
    wrapped = [opened(names[name]) for name in names.keys() & _WRAPPERS]
    return bool(wrapped) and not names.keys() & _OF_A_ROW and all(value == [] for value in wrapped)


def results_in(rows: Iterable[object]) -> tuple[BundleResult, ...]:
    """Rows of results; one that names no dossier hides no other.

    Raises:
        UnexpectedReply: there are rows, and none of them names a dossier.
    """
    given = [*rows]
    read = tuple(row for row in map(bundle_result, given) if row is not None)
    if given and not read:
        raise UnexpectedReply(system=SYSTEM, reason="no_dossier")
    return read


def bundle_result(row: object) -> BundleResult | None:
    """A row of the results of interlinked dossiers; None when it names no dossier."""
    from gov_connect.model.bundles import BUNDLE_STATES, BundleResult, BundleState  # noqa: PLC0415 - on first use

    given = as_object(opened(row)) or {}
    found = folded(given) or {}
    dossier = _dossier(first(found, "mahosomcdt", "mahoso"))
    if dossier is None:
        return None
    state = first(found, "trangthai").lstrip("0")
    outcomes = rows_of(opened(found.get("ketquaxuly")))
    outcome = as_object(outcomes[0]) if len(outcomes) == 1 else None
    result = folded(outcome or {}) or {}
    certificate = _certificate(result)
    read: dict[str, Any] = {
        "mahosolt": first(found, "mahosolt")[:_LONGEST_NAME],
        "thoigianthuchien": moment(first(found, "thoigianthuchien")),
        "hanbosunghoso": moment(first(found, "hanbosunghoso")),
        "ghichu": _text(texts(found.get("ghichu"))),
        "noidungxuly": _text(texts(found.get("noidungxuly"))),
        "nguoixuly": _name(first(found, "nguoixuly")),
        "chucdanh": first(found, "chucdanh"),
        "phongbanxuly": first(found, "phongbanxuly"),
        "ketquaxuly": outcome,
    }
    return BundleResult(
        dossier=dossier,
        bundle=read["mahosolt"],
        state=BUNDLE_STATES.get(state, BundleState.UNKNOWN),
        raw_state=first(found, "trangthai"),
        at=read["thoigianthuchien"],
        supplement_until=read["hanbosunghoso"],
        note=read["ghichu"],
        handling=read["noidungxuly"],
        handled_by=read["nguoixuly"],
        title=read["chucdanh"],
        office=read["phongbanxuly"],
        entry=entry_of(dossier, result),
        certificate=certificate,
        fields=leaves_in(outcome or {}),
        unread=(*_unread(given, read), *unread_in(outcome or {}, certificate, "ketQuaXuLy.")),
    )


def _says(value: object) -> bool:
    """Whether a member holds anything: null, blanks, and empty lists and objects are the same nothing."""
    return value not in (None, "", [], {}) and not (isinstance(value, str) and not value.strip())


def _dossier(text: str) -> DossierCode | None:
    """A dossier's number; gateways that change the case of letters mean the same one."""
    for spelled in (text, text.upper()):
        try:
            return DossierCode(spelled)
        except InvalidInput:
            continue
    return None


def _unread(given: dict[str, Any], read: dict[str, Any]) -> tuple[str, ...]:
    """Members that say something of which nothing was read: unknown ones, and known ones in no known form."""
    said = {name: fold(name) for name, value in given.items() if _says(value)}
    return tuple(
        sorted(shown(name) for name, key in said.items() if key not in _ECHOED and read.get(key) in (None, "", {}))
    )


def unread_in(row: dict[str, Any], kept: bytes | None = None, place: str = "") -> tuple[str, ...]:
    """What of a record `leaves_in` does not hold: leaves that no text may hold, and certificates other than `kept`."""
    papers = {name for name, value in row.items() if fold(name) in _CERTIFICATES and _says(value)}
    lost = {name for name in papers if kept is None or _decoded(row[name]) != kept}
    rest = {name: value for name, value in row.items() if name not in papers}
    lost |= {name for name, text in leaves_of("", rest) if _text(text) is None}
    return tuple(sorted(f"{place}{shown(name)}" for name in lost))


def leaves_in(row: dict[str, Any]) -> dict[str, FormText]:
    """What a record says, by its own names, nested ones with a dot; certificates are left out."""
    made: dict[str, FormText] = {}
    rest = {name: value for name, value in row.items() if fold(name) not in _CERTIFICATES}
    for name, text in leaves_of("", rest):
        said = _text(text)
        if said is not None:
            made.setdefault(name[: 2 * _LONGEST_NAME], said)
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
    return next(filter(None, (_decoded(row.get(name)) for name in _CERTIFICATES)), None)


def _decoded(value: object) -> bytes | None:
    text = "".join(code_text(value).split())
    try:
        return base64.b64decode(text.rpartition("base64,")[2], validate=True) or None
    except (binascii.Error, ValueError):
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
