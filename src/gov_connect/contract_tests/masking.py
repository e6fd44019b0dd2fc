"""Requests and replies as they may be shown: their shape stays, what they say of people does not.

Names of members and elements, and values of the few members that hold codes, stay as they are. Every other
letter becomes "x" or "X" and every digit "0", so that lengths, alphabets and separators can still be judged.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from gov_connect.transport import as_list, as_object

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST: Final = 4000
_SHOWN_HEADERS: Final = frozenset(("accept", "content-type", "soapaction", "x-road-error", "retry-after"))
# Members whose values are codes of the wires themselves, never of a person.
_CODES: Final = frozenset(
    [
        "service",
        "isupdating",
        "error_code",
        "type",
        "status",
        "code",
        "matthc",
        "malinhvuc",
        "trangthai",
        "trangthaihoso",
        "loaidoituong",
        "hinhthuc",
        "noinophoso",
        "macsdl",
        "loaibantin",
        "phienban",
        "maloi",
        "loaihinhthanhtoan",
        "matiente",
        "ngonngu",
        "trangthaigd",
        "vnp_version",
        "vnp_command",
        "vnp_responsecode",
        "vnp_transactionstatus",
        "vnp_transactiontype",
        "vnp_currcode",
        "matichhop",
        "madichvu",
        "madvc",
        "soluongcongdan",
        "tontai",
        "faultcode",
        "module",
        "loaidanhmuc",
        "madonvi",
        "token_type",
        "expires_in",
        "grant_type",
        "status_code",
        "sign_type",
        "file_type",
        "numsignatures",
        "hashalgo",
        "signalgo",
    ]
)
_CODE: Final = re.compile(r"[0-9A-Za-z._/:-]{0,30}")
_LEAF: Final = re.compile(r">([^<]+)<")
_NUMBER: Final = re.compile(r"(?<!\d)(?:\d{9}|\d{12})(?!\d)")
_ATTRIBUTE: Final = re.compile(r"""(?<=\s)(?!xmlns)([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ELEMENT: Final = re.compile(r"<(?:\w+:)?(\w+)(?:\s[^<>]*)?>([^<]+)<")
_LONG: Final = re.compile(r"\d{9}")
_LOWER, _UPPER, _DIGIT = "x", "X", "0"


def shape(text: str) -> str:
    """The shape of a text: letters, digits and what stands between them."""
    return "".join(
        _DIGIT if letter.isdigit() else letter if not letter.isalpha() else _UPPER if letter.isupper() else _LOWER
        for letter in text
    )


def masked_body(body: bytes) -> str:
    """A body without what it says; XML, JSON, a form or anything else."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return f"<{len(body)} bytes that are not UTF-8>"
    if not text.strip():
        return ""
    if text.lstrip().startswith("<"):
        return _cut(_xml(text))
    try:
        return _cut(json.dumps(_json("", json.loads(text)), ensure_ascii=False, indent=2))
    except (ValueError, OverflowError, RecursionError):
        return _cut(shape(text))


def masked_url(url: str) -> str:
    """An address; the values of its query, and numbers in its path, have only their shape."""
    parts = urlsplit(url)
    query = [(_name(name), _value(name, value)) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    path = "/".join(_name(part) for part in parts.path.split("/"))
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}"
    return f"{shown}?{urlencode(query, safe=' :/')}" if query else shown


def masked_headers(headers: Mapping[str, str]) -> str:
    """Headers, one a line: those that matter to the wire are shown, of the others only the name."""
    rows = ((name, value if name.lower() in _SHOWN_HEADERS else "…") for name, value in sorted(headers.items()))
    return "\n".join(f"{name}: {value}" for name, value in rows)


def _json(name: str, value: Any) -> Any:
    members = as_object(value)
    if members is not None:
        hidden: dict[str, Any] = {}
        for key, member in members.items():
            name_shown = _name(key)
            hidden[f"{name_shown} {len(hidden)}" if name_shown in hidden else name_shown] = _json(key, member)
        return hidden
    if isinstance(value, list):
        elements: list[Any] = as_list(cast("object", value))
        return [_json(name, element) for element in elements]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _inner(name, value)
    # A number keeps its kind: whether it is one matters on these wires.
    text = str(abs(int(value)))
    return value if _is_code(name, text) or value in {0, 1} else int(shape(text))


def _inner(name: str, value: str) -> str:
    """Some messages hold a document in a string."""
    if value.lstrip().startswith("<"):
        return _xml(value)
    return _value(name, value)


def _value(name: str, value: str) -> str:
    return value if _is_code(name, value) else shape(value)


def _is_code(name: str, value: str) -> bool:
    """A number of a person stays one under whatever name it was put."""
    return name.casefold() in _CODES and _CODE.fullmatch(value) is not None and _NUMBER.search(value) is None


def _name(name: str) -> str:
    """A name of a member, or a part of a path: something else may have been put there."""
    return shape(name) if _LONG.search(name) else name


def _xml(text: str) -> str:
    if "<!" in text:  # comments, CDATA, entities: no wire needs them, so nothing of them is shown
        return shape(text)
    codes = {match.start(2): match.group(2) for match in _ELEMENT.finditer(text) if match.group(1).casefold() in _CODES}
    hidden = _LEAF.sub(lambda match: f">{_leaf(codes, match)}<", text)
    return _ATTRIBUTE.sub(lambda match: f'{match.group(1)}="{_attribute(match)}"', hidden)


def _leaf(codes: dict[int, str], match: re.Match[str]) -> str:
    code = codes.get(match.start(1))
    return code if code is not None and _CODE.fullmatch(code) and not _NUMBER.search(code) else shape(match.group(1))


def _attribute(match: re.Match[str]) -> str:
    name, value = match[1], match[2] or match[3] or ""
    return value if name in {"version", "encoding"} else shape(value)


def _cut(text: str) -> str:
    return text if len(text) <= _LARGEST else text[:_LARGEST] + "…"
