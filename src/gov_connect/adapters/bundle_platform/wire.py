"""Messages of the bundle platform exactly as they cross the wire (civil_registry.md §1.8, §8.7, §8.8).

A detail is JSON, with JSON text in it, with XML text in that. Senders build the XML by joining strings
(§4.5 row 11), so a name with "&" or "<" is mended here and reported, instead of losing the whole dossier.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

from gov_connect.adapters.outcome_words import says_nothing_found, tells_failure
from gov_connect.adapters.reading import (
    code_text,
    fold,
    folded,
    is_list,
    is_zero,
    leaf_text,
    leaves_of,
    not_own_form,
    number_of,
    opened,
    plain,
    rows_of,
    texts,
)
from gov_connect.errors import InvalidInput, Refused
from gov_connect.forms.leaves import shown
from gov_connect.model import VIETNAM, FormText
from gov_connect.model.bundles import BundleFile, BundleReceipt
from gov_connect.transport import Unreadable, as_object, parse_json, parse_xml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from gov_connect.model.bundles import BundleReport
    from gov_connect.runtime import Reply

SYSTEM: Final = "bundle_platform"
HEADERS: Final = {"Content-Type": "application/json", "Accept": "application/json"}
_MOST_WRAPPINGS: Final = 4
_FAILURE, _NOT_FOUND = 400, 404
_LONGEST_WORDS: Final = 4096
_LONGEST_LEAF: Final = 200
_LAYER: Final = frozenset({"id", "madonvi", "matthc", "mattthc", "module", "mahoso", "ngaytiepnhan", "techid"}) | {
    "data",
    "filedinhkem",
}
_FILE: Final = frozenset({"id", "loaigiayto", "tengiayto", "tentepdinhkem", "teptindinhkem", "huygiayto"}) | {
    "dulieutepdinhkem"
}
_FLAGS: Final = {"": False, "0": False, "false": False, "1": True, "true": True}
_WRAPPING: Final = frozenset({"hoso", "hotich", "data"})
_MARKUP: Final = frozenset({"b", "i", "u", "em", "strong", "span", "font", "br", "p", "sup", "sub"})
"""Elements of formatted text: a name or an address with one inside is still one text."""
_OF_XML: Final = ("{http://www.w3.org/2001/XMLSchema-instance}", "{http://www.w3.org/XML/1998/namespace}")
_BARE_AMPERSAND: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_TAG: Final = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z_][\w.-]*)\s*(?P<alone>/?)>|<")
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
# In this order: texts that begin with "chưa" contain the words of the done ones (§5.2).
_NOTHING: Final = "khong ton tai"
_OTHER_MISSING: Final = re.compile(
    r"\b(?:token|session|phien(?: \w+){0,2}|(?:ma )?(?:thu tuc|tthc)|trang thai|don vi|co quan|tai khoan|nguoi dung)"
    r"(?: [0-9.]+)? (?:nay )?khong ton tai"
)
"""Something else than the dossier does not exist: what was told of it has not arrived."""
_NEVER: Final = ("logic xu ly khong hop le",)
_RETRY: Final = (
    "chua cap nhat trang thai",
    "chua duoc gui",
    "chua ",
    "co loi trong qua trinh them moi",
    "client received soap fault",
    "server error",
    "khong thanh cong",
    "that bai",
    "unsuccessful",
    "not success",
    "no success",
)
_DONE: Final = (
    "thanh cong",
    "success",
    "bi tu choi. khong the cap nhat trang thai",
    "bi tu choi, khong the cap nhat trang thai",
    "da ton tai trong mot cua dien tu",
    _NOTHING,
    "da tra ket qua, khong duoc cap nhat trang thai",
    "da hoan thanh dang ky, khong duoc cap nhat trang thai",
    "khong duoc cap nhat trang thai",
)


def read(reply: Reply, *, words: bool = False, refusals: bool = False) -> object:
    """The value of an answer, an object's keys `folded`.

    Args:
        reply: the answer.
        words: a bare text is an answer too.
        refusals: an HTTP error with `errors` in it is an answer too, and its texts say what became of it.

    Raises:
        Refused: it says no, by HTTP or by an error code.
        UnexpectedReply: it is nothing of the platform's.
    """
    try:
        value: Any = opened(parse_json(reply.body))
    except Unreadable as error:
        value = reply.body[:_LONGEST_WORDS].decode("utf-8-sig", "replace").strip()
        if not words or not value or value.startswith(("<", "{", "[")):
            raise not_own_form(reply, SYSTEM, error.reason) from None
    rows = cast("list[object]", value if type(value) is list and words else [value])
    members = as_object(rows[0]) if len(rows) == 1 else None
    answer = None if members is None else folded(members)
    if members is not None and answer is None:
        raise not_own_form(reply, SYSTEM, "duplicate_key")
    if reply.status >= _FAILURE and not (refusals and answer and "errors" in answer):
        raise not_own_form(reply, SYSTEM, "http_error", answer)
    if answer is None:
        if isinstance(value, list) or (words and isinstance(value, str)):
            return cast("object", value)
        raise not_own_form(reply, SYSTEM, "not_an_object")
    code = _code(answer)
    if code and not is_zero(code) and not refusals:
        raise Refused(system=SYSTEM, status=reply.status, raw_code=code, raw=texts(answer))
    return answer


def is_missing(reply: Reply) -> bool:
    """Whether an answer says that there is no such thing."""
    return reply.status == _NOT_FOUND


def token_in(answer: Mapping[str, Any]) -> str:
    """The token of an answer; "" when it holds none that fits into a header."""
    for name in ("token", "accesstoken"):
        token = answer.get(name)
        if isinstance(token, str) and token.isascii() and token.isprintable() and token.strip():
            return token.strip()
    return ""


def receipt(value: object) -> BundleReceipt:
    """What a platform's text means; HTTP and `status` say 200 whatever it is (§5.2).

    Anything unknown is tried again.
    """
    answer = as_object(value)
    if answer is None:
        said = texts(value)
    else:
        said = "; ".join(filter(None, (texts(answer.get(key)) for key in ("errors", "title", "message", "data"))))
    decided = _decided(plain(said))
    if answer is not None and not said and (is_zero(_code(answer)) or _succeeded(answer) is True):
        decided = "done"
    return BundleReceipt(done=decided == "done", retry=decided == "retry", text=_form(said))


def speaks_of_nothing(told: BundleReceipt) -> bool:
    """Whether a text says that there is no such dossier: fine of a status, no answer to "has arrived"."""
    return told.text is not None and _NOTHING in plain(told.text.reveal())


def is_failure(answer: Mapping[str, Any]) -> bool:
    """Whether an answer without content tells why there is none: then it is not the answer "there is nothing".

    `errors` also carries good news (§1.8), and that there is nothing, so that its words decide.
    """
    status = number_of(code_text(answer.get("status"))) or 0
    wrong = texts(answer.get("errors"))
    fine = _decided(plain(wrong)) == "done" or (says_nothing_found(wrong) and not tells_failure(wrong))
    said = (texts(answer.get(name)) for name in ("title", "message", "messages", "description", "detail"))
    return (
        _succeeded(answer) is False
        or (status >= _FAILURE and status != _NOT_FOUND)
        or (bool(wrong) and not fine)
        or any(map(tells_failure, said))
    )


def _succeeded(answer: Mapping[str, Any]) -> bool | None:
    """What a flag beside the answer says of it; None without one."""
    told = next((answer[name] for name in ("succeeded", "success", "issuccess") if name in answer), None)
    return None if told is None else _FLAGS.get(leaf_text(told).casefold())


def _code(answer: Mapping[str, Any]) -> str:
    return code_text(answer.get("errorcode"))


def _decided(said: str) -> str:
    if any(words in said for words in _NEVER):
        return "never"
    if any(words in said for words in _RETRY) or _OTHER_MISSING.search(said):
        return "retry"
    return "done" if any(words in said for words in _DONE) else "retry"


def report(told: BundleReport, office: int) -> dict[str, object]:
    """The body of a status report; an empty text where there is nothing."""
    return {
        "maTTHC": told.procedure,
        "soHoSoLT": told.bundle,
        "coQuanXuLy": office,
        "maHoSo": str(told.dossier),
        "trangThai": int(told.status),
        "thoiGianThucHien": _moment(told.at),
        "ghiChu": "" if told.note is None else told.note.reveal(),
        "ketQuaXuLy": told.result,
        "nguoiXuLy": told.officer.reveal(),
        "chucDanh": told.title,
        "phongBanXuLy": told.office,
        "noiDungXuLy": "" if told.handling is None else told.handling.reveal(),
        "ngayBatDau": _moment(told.started_at),
        "ngayKetThucTheoQuyDinh": _moment(told.due_at),
        "ngayHenTraTruoc": _moment(told.promised_before),
        "ngayHenTraMoi": _moment(told.promised_now),
        "hanBoSungHoSo": _moment(told.supplement_until),
    }


def body(message: dict[str, object]) -> bytes:
    """Serialise a message as UTF-8 JSON."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


class Unwrapped:
    """A detail out of all its layers: leaves, files, and what could not be read."""

    def __init__(self, detail: dict[str, Any]) -> None:
        self.form: dict[str, FormText] = {}
        self.files: list[BundleFile] = []
        self.unread: list[str] = []
        self._layer(detail, depth=0)
        if not self.form and not self.unread:
            self.unread.append("data: empty")

    def _layer(self, row: dict[str, Any], depth: int) -> None:
        found = folded(row) or {}
        # The whole answer is kept; what stands beside the content and means nothing here is told by name.
        self.unread += [shown(key) for key, value in row.items() if fold(key) not in _LAYER and _says(value)]
        self._files(found.get("filedinhkem"))
        data = opened(found.get("data"))
        rows = rows_of(data)
        inner = as_object(opened(rows[0])) if len(rows) == 1 else None
        if isinstance(data, str) and data.strip():
            self._xml(data)
        elif inner is not None and depth < _MOST_WRAPPINGS and (folded(inner) or {}).keys() & {"data", "filedinhkem"}:
            self._layer(inner, depth + 1)
        elif inner is not None or len(rows) > 1:
            for name, text in leaves_of("", data):
                self._leaf(name or "data", text)
        elif rows and _says(data):
            self.unread.append("data: not_a_form")

    def _xml(self, text: str) -> None:
        """The fields of `<hoTich>`; a document that joins strings without escaping is mended once."""
        plain_text = _DECLARATION.sub("", text.lstrip("\ufeff")).strip()
        try:
            root = parse_xml(plain_text.encode())
        except Unreadable:
            try:
                root = parse_xml(_mended(plain_text).encode())
            except Unreadable:
                self.unread.append("data: not_xml")
                return
            self.unread.append("data: mended")
        self._attributes(_local(root), root)
        if len(root):
            self._elements("", root)
        self._leaf(_local(root), _beside(root))

    def _elements(self, prefix: str, element: Any) -> None:
        for child in element:
            name = prefix + _local(child)
            self._attributes(name, child)
            if not len(child) or all(_local(part).casefold() in _MARKUP for part in child):
                self._leaf(name, "".join(child.itertext()))
                continue
            # `<hoso>` and `<data>` only wrap; other nested elements keep their names (§7 row 17).
            self._elements(prefix if _local(child).casefold() in _WRAPPING else f"{name}.", child)
            self._leaf(name, _beside(child))

    def _attributes(self, name: str, element: Any) -> None:
        """Attributes are not the platform's; those of XML itself (`xsi:nil`) say nothing."""
        told = [str(key) for key, value in element.attrib.items() if not str(key).startswith(_OF_XML) and value.strip()]
        self.unread += [shown(f"{name} ({key.rpartition('}')[2]})") for key in told]

    def _leaf(self, name: str, text: str) -> None:
        said, name = _form(text), name[:_LONGEST_LEAF]
        if said is not None and name not in self.form:
            self.form[name] = said
        elif text.strip() and (said is None or self.form[name] != said):
            self.unread.append(shown(name))

    def _files(self, value: object) -> None:
        """Files at the outer level, the inner level, or both: each counts once (§5.4)."""
        for number, raw in enumerate(rows_of(opened(value))):
            given = as_object(opened(raw)) or {}
            row = folded(given) or {}
            text = "".join(code_text(row.get("dulieutepdinhkem")).split())
            try:
                content = base64.b64decode(text.rpartition("base64,")[2], validate=True)
            except (binascii.Error, ValueError):
                content = b""
            if not content:
                self.unread.append(f"fileDinhKem.{number}")
                continue
            cancelled = _FLAGS.get(leaf_text(row.get("huygiayto")).casefold())
            odd = [key for key, held in given.items() if fold(key) not in _FILE and _says(held)]
            odd += ["huyGiayTo"] if cancelled is None else []
            made = BundleFile(
                id=code_text(row.get("id"))[:100],
                kind=code_text(row.get("loaigiayto"))[:100],
                title=code_text(row.get("tengiayto"))[:500],
                name=code_text(row.get("teptindinhkem") or row.get("tentepdinhkem"))[:500],
                cancelled=bool(cancelled),
                content=content,
            )
            # Local ids are time stamps and differ between copies (§7 row 18): content and name decide.
            if all((made.name, made.content) != (file.name, file.content) for file in self.files):
                self.files.append(made)
                self.unread += [f"fileDinhKem.{number}.{shown(key)}" for key in odd]


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _beside(element: Any) -> str:
    """The text of an element that stands beside elements in it."""
    return " ".join(filter(None, (str(part or "").strip() for part in (element.text, *(c.tail for c in element)))))


def _says(value: object) -> bool:
    return bool(leaf_text(value) or as_object(value) or (is_list(value) and value))


def _mended(text: str) -> str:
    """XML that was joined from strings, with the marks inside its texts escaped: only what is both opened and
    closed is an element.
    """
    tags = [match for match in _TAG.finditer(text) if match["name"]]
    opened = {match["name"] for match in tags if not match["close"]}
    closed = {match["name"] for match in tags if match["close"]}
    elements = opened & closed

    def mark(match: re.Match[str]) -> str:
        return match[0] if match["alone"] or match["name"] in elements else "&lt;" + match[0][1:]

    return _TAG.sub(mark, _BARE_AMPERSAND.sub("&amp;", text))


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S")


def _form(text: str) -> FormText | None:
    try:
        return FormText(text) if text.strip() else None
    except InvalidInput:
        return None
