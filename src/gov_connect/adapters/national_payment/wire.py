"""Messages of the national payment platform exactly as they cross the wire (payment.md §1)."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.reading import (
    answer_object,
    code_text,
    fold,
    folded,
    is_zero,
    not_own_form,
    opened,
    rows_of,
    texts,
)
from gov_connect.errors import InvalidInput, Problem, UnexpectedReply
from gov_connect.transport import as_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gov_connect.runtime import Reply

SYSTEM: Final = "national_payment"
HEADERS: Final = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
INIT_FIELDS: Final = (
    "LoaiBanTin",
    "PhienBan",
    "MaDoiTac",
    "MaThamChieu",
    "SoTien",
    "LoaiHinhThanhToan",
    "MaKenhThanhToan",
    "MaThietBi",
    "NgonNgu",
    "MaTienTe",
    "MaNganHang",
    "ThongTinGiaoDich",
    "ThoiGianGD",
    "Ip",
)
"""Hash order of INIT; ThongTinBienLai stays out of it (§1.3, §1.4)."""
QUERY_FIELDS: Final = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
"""Hash order of QUERY and GET_BILL."""
CONFIRM_FIELDS: Final = (
    "LoaiBanTin",
    "MaLoi",
    "MaDoiTac",
    "MaThamChieu",
    "SoTien",
    "MaTienTe",
    "MaGiaoDich",
    "MaNganHang",
    "ThoiGianGD",
    "ThongTinGiaoDich",
)
"""Hash order of CONFIRM."""
SUCCESS: Final = "00"
OTHER_ERROR: Final = "99"
CURRENCY: Final = "VND"
_ANSWERED: Final = ("MoTaLoi", "UrlThanhToan", "UrlBienLai", "MaHoSo", "TrangThaiGD", "MaXacThuc")
_NAMES: Final = {fold(name): name for name in (*INIT_FIELDS, *CONFIRM_FIELDS, *_ANSWERED)}
_OWN: Final = frozenset({"MaLoi", "UrlThanhToan", "UrlBienLai"})
"""Members that make an object the platform's own message."""
_FAILURE: Final = 400


def digest(message: Mapping[str, object], fields: Iterable[str], secret: str) -> str:
    """`MaXacThuc`: hex SHA-256 over the fields joined by "|", then the secret (§1.5).

    A missing field counts as empty text, a number as its decimal digits.
    """
    parts = [_hashed(message.get(name)) for name in fields]
    return hashlib.sha256("|".join([*parts, secret]).encode()).hexdigest()


def authenticate(message: dict[str, object], fields: Iterable[str], secret: str) -> dict[str, object]:
    """The message with its MaXacThuc.

    Raises:
        InvalidInput: a hashed field holds "|", with which two messages could share one hash (§0.2).
    """
    names = tuple(fields)
    broken = [name for name in names if "|" in _hashed(message.get(name))]
    if broken:
        raise InvalidInput("payment message", [Problem(path=name, code="value.pipe") for name in broken])
    return {**message, "MaXacThuc": digest(message, names, secret)}


def genuine(message: Mapping[str, object], secret: str) -> bool:
    """Whether a CONFIRM carries the hash of its own fields; constant time, any letter case.

    One with "|" in a field never does: its fields could be cut elsewhere (§0.2).
    """
    given = message.get("MaXacThuc")
    if not isinstance(given, str) or not given.isascii():
        return False
    if any("|" in _hashed(message.get(name)) for name in CONFIRM_FIELDS):
        return False
    return hmac.compare_digest(given.strip().lower(), digest(message, CONFIRM_FIELDS, secret))


def _hashed(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def body(message: Mapping[str, object]) -> bytes:
    """Serialise a message as UTF-8 JSON."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def read(reply: Reply) -> dict[str, Any]:
    """Read an answer in either shape, direct or inside a wrapper as object or JSON text (§1.3); known
    fields come back under their own names, whatever case they had.

    A wrapper's failure reads as `{"MaLoi": <its code>, "MoTaLoi": <its text>}`.

    Raises:
        AuthenticationFailed: HTTP 401 or 403 with neither shape.
        Refused: another HTTP 4xx with neither.
        UnexpectedReply: neither shape, or a success that its HTTP status contradicts.
    """
    answer = _renamed(answer_object(reply, SYSTEM))
    outer = code_text(answer.get("errorcode"))
    inner = answer if _OWN & answer.keys() else _inside(answer)
    if outer and not is_zero(outer) and code_of(inner) in {"", SUCCESS}:
        inner = {"MoTaLoi": texts(answer.get("message")), **inner, "MaLoi": outer}
    elif is_zero(outer) and (inner.get("UrlThanhToan") or inner.get("UrlBienLai")) and not code_of(inner):
        inner = {**inner, "MaLoi": SUCCESS}
    if not code_of(inner):
        raise not_own_form(reply, SYSTEM, "no_error_code", answer)
    if reply.status >= _FAILURE and code_of(inner) == SUCCESS:
        raise UnexpectedReply(system=SYSTEM, reason="status_differs", status=reply.status)
    return inner


def _inside(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The platform's own message inside a wrapper, {} when there is none."""
    for name in ("message", "data", "result"):
        rows = rows_of(opened(answer.get(name)))
        found = named(as_object(opened(rows[0])) or {}) or {} if len(rows) == 1 else {}
        if _OWN & found.keys():
            return found
    return {}


def named(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """`row` with the known fields under their own names; None when one is there twice, differently."""
    keys = folded(row)
    return None if keys is None else _renamed(keys)


def _renamed(keys: Mapping[str, Any]) -> dict[str, Any]:
    return {_NAMES.get(key, key): value for key, value in keys.items()}


def code_of(message: Mapping[str, object]) -> str:
    """`MaLoi` as text, "" when there is none; a number 0 is the same as "00"."""
    code = code_text(message.get("MaLoi"))
    return SUCCESS if is_zero(code) else code
