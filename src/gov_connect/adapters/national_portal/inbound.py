"""What the portal pushes to the agency: `addtthcKhuyenMai`, the first generation (§2.8, S10)."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import zlib
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.reading import code_text, fold, folded, moment, rows_of
from gov_connect.errors import InvalidInput, NotSupported, Problem
from gov_connect.model import (
    Applicant,
    ApplicantKind,
    CitizenId,
    DossierCode,
    EmailAddress,
    FileLink,
    FormText,
    InboundDossier,
    OldIdNumber,
    PersonName,
    PhoneNumber,
    ProcedureCode,
)
from gov_connect.transport import Unreadable, as_list, as_object, parse_json

if TYPE_CHECKING:
    from datetime import datetime

PUSH_PATH: Final = "addtthcKhuyenMai"
SECOND_PATH: Final = "nhanhsdvcqg"
CREATED, DUPLICATE, FAILED = 0, 1, -1
"""`error_code` of our answers (§2.8)."""
UNMAPPED: Final = "mapping"
"""Reason under which a push of a procedure that nobody takes is kept (§7.2 M2)."""
LARGEST_PUSH: Final = 24 * 1024 * 1024
MOST_LEAVES: Final = 5000
_REQUIRED: Final = ("MaHoSo", "MaTTHC", "MaSoThue", "TenThuongNhan")
_FILES: Final = ("TepDonDangKy", "TenTepDonDangKy", "TaiLieuNop")
_NAMES: Final = {fold(name): name for name in (*_REQUIRED, *_FILES, "DienThoai", "Email", "NgayNopHoSo", "isUpdating")}
_ENVELOPE: Final = frozenset(("session", "madonvi", "service", "type", "issync", "isupdating", "data"))
_OLD_CARD: Final = re.compile(r"[0-9]{9}")
_BUSINESS: Final = re.compile(r"[0-9]{10}(?:-?[0-9]{3})?")
_WHOLE_NUMBER: Final = 12
_PLACEHOLDER: Final = re.compile(r"[^@]*(?:@dichvucong\.gov\.vn|-ttkm@[^@]*)", re.IGNORECASE)
"""E-mail addresses that systems make up where they have none; nobody reads them (§6 row 17, residents.md §9)."""
_LONGEST_NAME: Final = 200
_JOINT: Final = "##"
_DAY: Final = 10
"""Letters of a date without a time, at most."""
_GZIP: Final = b"\x1f\x8b"
_GZIP_ONLY: Final = 31
_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_DATA_URL: Final = re.compile(r"data:[\w.+-]+/[\w.+-]+;base64,")


def answer(code: int, dossier: str, text: str) -> dict[str, object]:
    """Our answer in the portal's own form: `{"error_code", "message": "<MaHoSo>| <text>"}`."""
    return {"error_code": code, "message": f"{dossier}| {text}"}


def unmapped(dossier: InboundDossier) -> dict[str, object]:
    """Our answer when nobody here takes the procedure (S10)."""
    return answer(FAILED, str(dossier.code), f"Not found serviceInfo mapping with: {dossier.procedure}")


def number_of(body: bytes) -> str:
    """The dossier number of a push that was refused, or "" when it has none that can be repeated."""
    try:
        given = _fields(body)
        names = (given.get("MaHoSo"), given.get("MaHoSoQG"), given.get("masohoso"))
        return str(DossierCode(next((text for text in map(code_text, names) if text), "")))
    except InvalidInput:
        return ""


def read_push(body: bytes, *, path: str) -> InboundDossier:
    """Read a pushed dossier.

    Raises:
        InvalidInput: with every problem at once, by the wire's own names.
        NotSupported: another path than `addtthcKhuyenMai`, or a correction, which has a path of its own.
    """
    last = path.rstrip("/").rpartition("/")[2]
    if last == SECOND_PATH:
        return read_second(body)
    if last != PUSH_PATH:
        raise NotSupported("support.event", system="portal")
    fields = _fields(body)
    updating = truth_of(fields.get("isUpdating"))
    if updating is None:
        raise InvalidInput("push", [Problem(path="isUpdating", code="value.invalid")])
    if updating:
        raise NotSupported("support.event", system="portal")
    return _Push(fields).dossier()


def read_second(body: bytes) -> InboundDossier:
    """Read a dossier or a correction of the second generation: keys renamed, files by URL (S11).

    Raises:
        InvalidInput: with every problem at once, by the first generation's names.
    """
    given = _outer(body)
    keys = {fold(key): key for key in given}
    updating = truth_of(given.get(keys.get("isupdating", "")))
    inner = only(given.get(keys.get("data", "")))
    if updating is None or inner is None:
        raise InvalidInput("push", [Problem(path="isUpdating" if inner else "data", code="value.invalid")])
    found = {fold(key): key for key in inner}
    fields = _beside(given, {_NAMES.get(fold(key), key): value for key, value in inner.items()})
    name, url = (inner.get(found.get(key, "")) for key in ("tentepdangky", "urltepdangky"))
    for key in ("tentepdangky", "urltepdangky"):
        fields.pop(found.get(key, ""), None)
    national, local = fields.pop(found.get("mahosoqg", ""), None), fields.get("MaHoSo")
    if code_text(national):
        fields["MaHoSo"] = national
    push = _Push(fields)
    if code_text(national) and code_text(local) not in {"", code_text(national)}:
        push.keep("MaHoSo", local)  # the agency's own number: losing the pair is how dossiers get lost (§7.1)
    if updating and not only(inner.get(found.get("thongtinsuadoi", ""))):
        push.report("ThongTinSuaDoi", "value.missing")
    push.link("URLTepDangKy", name, url)
    return push.dossier(updating=updating)


def truth_of(value: object) -> bool | None:
    """A truth value as JSON has it, or as "True", "false", "1", "0"; absent or blank is False, the rest None."""
    if isinstance(value, bool):
        return value
    blank = value is None or (isinstance(value, str) and not value.strip())
    return {"": False, "true": True, "false": False, "1": True, "0": False}.get(
        "" if blank else code_text(value).casefold() or "?"
    )


def opened(body: bytes) -> bytes:
    """A body as UTF-8 text: unpacked where it is gzip, whatever its headers say, and from UTF-16.

    Raises:
        InvalidInput: too large, as it came or unpacked.
    """
    if body.startswith(_GZIP):
        unpacker = zlib.decompressobj(_GZIP_ONLY)
        try:
            unpacked = unpacker.decompress(body, LARGEST_PUSH + 1)
        except zlib.error:
            return body
        body = unpacked if unpacker.eof or len(unpacked) > LARGEST_PUSH else body
    if len(body) > LARGEST_PUSH:
        raise InvalidInput("push", [Problem(path="", code="value.too_long", params={"limit": LARGEST_PUSH})])
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return body.decode("utf-16").encode() or body
        except UnicodeError:
            return body
    return body


def envelope(body: bytes) -> dict[str, Any]:
    """The JSON object of a body, or the one of a list; keys folded.

    Raises:
        InvalidInput: too large, or no such object.
    """
    found = folded(_outer(body))
    if not found:
        raise InvalidInput("push", [Problem(path="", code="value.invalid")])
    return found


def _outer(body: bytes) -> dict[str, Any]:
    try:
        given = only(parse_json(opened(body)))
    except Unreadable:
        given = None
    if not given or folded(given) is None:
        raise InvalidInput("push", [Problem(path="", code="value.invalid")])
    return given


def _fields(body: bytes) -> dict[str, Any]:
    """The members of a push, bare or under `data`; known names in their own spelling."""
    given = _outer(body)
    keys = {fold(key): key for key in given}
    if "mahoso" not in keys and (inner := only(given.get(keys.get("data", "")))) is not None:
        if len({fold(key) for key in inner}) != len(inner):
            raise InvalidInput("push", [Problem(path="", code="value.invalid")])
        named = _beside(given, {_NAMES.get(fold(key), key): value for key, value in inner.items()})
        if "isupdating" in keys:
            named["isUpdating"] = given[keys["isupdating"]]
        return named
    named = {_NAMES.get(fold(key), key): value for key, value in given.items()}
    if len(named) != len(given):
        raise InvalidInput("push", [Problem(path="", code="value.invalid")])
    return named


def _beside(outer: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """`fields` and what stands beside `data` and is no envelope: nothing that came is lost."""
    known = {fold(key) for key in fields}
    further = {key: value for key, value in outer.items() if fold(key) not in _ENVELOPE}
    return {**fields, **{key if fold(key) not in known else f"data.{key}": value for key, value in further.items()}}


def only(value: object) -> dict[str, Any] | None:
    """An object, or the one object of a list; either as JSON text too."""
    rows = rows_of(_parsed(value))
    return as_object(rows[0]) if len(rows) == 1 else None


class _Push:
    """One push while it is read: problems are gathered, and what is not understood goes to the form."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields
        self._problems: list[Problem] = []
        self._unread: dict[str, Any] = {}
        self._links: list[FileLink] = []

    def keep(self, name: str, value: object) -> None:
        """Put into the form what has no place of its own."""
        self._unread[name] = value

    def report(self, path: str, code: str) -> None:
        """Note one problem."""
        self._problems.append(Problem(path=path, code=code))

    def link(self, place: str, name: Any, url: Any) -> tuple[str, ...]:
        """Note the files behind one field, several joined by "##" (§2.2); gives their names."""
        names, urls = (
            [part.strip() for text in rows_of(value) for part in code_text(text).split(_JOINT) if part.strip()]
            for value in (name, url)
        )
        if names and not urls:
            self.report(place, "value.not_a_url")
        if len(names) != len(urls):
            # Which name is whose cannot be told: the last part of each address names it.
            names = [*names, *(part.rstrip("/").rpartition("/")[2] for part in urls[len(names) :])][: len(urls)]
        for one, address in zip(names, urls, strict=False):
            try:
                self._links.append(FileLink(name=one or place, url=address))
            except InvalidInput:
                self.report(place, "value.not_a_url")
        return tuple(names)

    def dossier(self, *, updating: bool = False) -> InboundDossier:
        """The dossier, or every problem at once."""
        code = self._required("MaHoSo", DossierCode)
        procedure = self._required("MaTTHC", ProcedureCode)
        name = self._required("TenThuongNhan", PersonName)
        who = self._number()
        files = self._files()
        phone, email = self._optional("DienThoai", PhoneNumber), self._optional("Email", EmailAddress)
        submitted_at = self._moment()
        form = self._form()
        if self._problems:
            raise InvalidInput("push", self._problems)
        return InboundDossier(
            code=code,
            procedure=procedure,
            applicant=Applicant(**who, name=name, phone=phone, email=email),
            submitted_at=submitted_at,
            form=form,
            files=files or tuple(link.name for link in self._links),
            links=tuple(self._links),
            updating=updating,
        )

    def _required(self, name: str, kind: Any) -> Any:
        text = code_text(self._fields.get(name))
        if not text:
            self._problems.append(Problem(path=name, code="value.missing"))
            return None
        try:
            return kind(text)
        except InvalidInput as error:
            self._report(name, error)
            return None

    def _report(self, name: str, error: InvalidInput) -> None:
        self._problems += [Problem(path=name, code=found.code, params=found.params) for found in error.problems]

    def _number(self) -> dict[str, Any]:
        """Who the tax number says it is; a business's own is kept in the form."""
        given = self._fields.get("MaSoThue")
        number = code_text(given)
        if number and not isinstance(given, str) and len(number) < _WHOLE_NUMBER:
            # A number of JSON has lost its zeros: nobody can tell a person's from a business's.
            self.report("MaSoThue", "value.not_text")
            return {}
        if _BUSINESS.fullmatch(number):
            self._unread["MaSoThue"] = number
            return {"kind": ApplicantKind.ENTERPRISE}
        if _OLD_CARD.fullmatch(number):
            return {"kind": ApplicantKind.CITIZEN, "old_id": OldIdNumber(number)}
        # Since 2025-07-01 a person's tax code is the personal identification number.
        return {"kind": ApplicantKind.CITIZEN, "citizen_id": self._required("MaSoThue", CitizenId)}

    def _optional(self, name: str, kind: Any) -> Any:
        """A contact; one that cannot be one is kept in the form, since the push itself is still good."""
        value = self._fields.get(name)
        if value is None or value == "":
            return None
        try:
            made = kind(value if isinstance(value, str) else "")
        except InvalidInput:
            made = None
        if made is None or _PLACEHOLDER.fullmatch(made.reveal()):
            self._unread[name] = value
            return None
        return made

    def _moment(self) -> datetime | None:
        text = code_text(self._fields.get("NgayNopHoSo"))
        at = moment(text)
        if at is None or len(text) <= _DAY:  # a day alone does not say when: its own words are kept too
            self._unread["NgayNopHoSo"] = text
        return at

    def _form(self) -> dict[str, FormText]:
        """Everything that is not envelope: under the wire's own names, nested ones by dotted path."""
        known = {*_NAMES.values(), "isUpdating"}
        own = {key: value for key, value in self._fields.items() if key not in known}
        return leaves({**own, **self._unread}, self._problems)

    def _files(self) -> tuple[str, ...]:
        given = self._fields.get("TaiLieuNop")
        rows = [(f"TaiLieuNop.{at}", row) for at, row in enumerate(rows_of(_parsed(given)))]
        if self._fields.get("TenTepDonDangKy") or self._fields.get("TepDonDangKy"):
            main = {"TenTepDinhKem": self._fields.get("TenTepDonDangKy"), "Base64": self._fields.get("TepDonDangKy")}
            rows.insert(0, ("TepDonDangKy", main))
        return tuple(name for place, row in rows for name in self._file(place, row))

    def _file(self, place: str, row: object) -> tuple[str, ...]:
        """Names of the files of a row: its content is kept with the push, its address becomes a link, and all
        else that the row says goes to the form.
        """
        members = as_object(row) or {}
        named = folded(members) or {}
        content = named.get("base64")
        # A further member is a file's address only where its content did not come, or is the address.
        seek = not (isinstance(content, str) and content.strip()) or _is_address(content)
        addresses = {key: value for key, value in members.items() if seek and _is_address(value)}
        further = {
            f"{place}.{key}": value
            for key, value in members.items()
            if key not in addresses and fold(key) not in {"tentepdinhkem", "base64"}
        }
        name = named.get("tentepdinhkem")
        if addresses:
            self._unread.update(further)
            (_, first), *others = addresses.items()
            self._unread.update({f"{place}.{key}": value for key, value in others if value != first})
            return self.link(place, name, first)
        if not isinstance(name, str) or not name.strip():
            self._problems.append(Problem(path=place, code="value.missing"))
        elif not _is_base64(content):
            self._problems.append(Problem(path=f"{place}.Base64", code="value.invalid"))
        else:
            self._unread.update(further)
            return (name.strip(),)
        return ()


def leaves(values: dict[str, Any], problems: list[Problem]) -> dict[str, FormText]:
    """Every value under its own name, nested ones by dotted path; what cannot be one is added to `problems`."""
    form: dict[str, FormText] = {}
    todo = deque(values.items())
    while todo:
        name, value = todo.popleft()
        members = as_object(value)
        parts = [value] if members is not None else as_list(value)
        if members is not None:
            todo.extend((f"{name}.{key}", inner) for key, inner in members.items())
        elif parts and parts[0] is value:
            _leaf(form, name, value, problems)
        else:
            todo.extend((f"{name}.{at}", inner) for at, inner in enumerate(parts))
        if len(form) > MOST_LEAVES or len(todo) > MOST_LEAVES:
            problems.append(Problem(path="", code="value.too_many", params={"limit": MOST_LEAVES}))
            return {}
    return form


def _leaf(form: dict[str, FormText], name: str, value: object, problems: list[Problem]) -> None:
    if not name.isprintable() or len(name) > _LONGEST_NAME or name in form:
        problems.append(Problem(path="", code="value.unknown_field"))
        return
    try:
        form[name] = FormText(code_text(value) or str(value))
    except InvalidInput as error:
        if [found.code for found in error.problems] != ["value.empty"]:
            problems += [Problem(path=name, code=found.code, params=found.params) for found in error.problems]


def _parsed(value: object) -> Any:
    """A value, or what a JSON text says."""
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        try:
            return parse_json(value)
        except Unreadable:
            return value
    return value


def _is_address(value: object) -> bool:
    return isinstance(value, str) and _ADDRESS.fullmatch(value.strip()) is not None


def _is_base64(text: object) -> bool:
    """Whether `text` is a file: base64, in lines or behind a `data:` prefix too. None is one not sent."""
    if not isinstance(text, str):
        return text is None
    bare = "".join(text[_prefix(text) :].split())
    try:
        base64.b64decode(bare.encode(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _prefix(text: str) -> int:
    match = _DATA_URL.match(text)
    return match.end() if match else 0
