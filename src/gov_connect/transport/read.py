"""Reading what comes back: JSON and XML from outside, hardened, in one place."""

from __future__ import annotations

import codecs
import json
import math
import re
import threading
from typing import TYPE_CHECKING, Any, Final, cast

from gov_connect.errors import UnexpectedReply

if TYPE_CHECKING:
    from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage] - lxml's only name for it

    from gov_connect.runtime.effects import Reply

_DEEPEST: Final = 64
_DECLARATION: Final = 200
_DECLARED: Final = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_WIDE: Final = (b"utf-16", b"utf16", b"utf-32", b"ucs", b"iso-10646", b"unicode")
_BLANKS_BEFORE: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s+(?=<\?xml)")
_parsers = threading.local()


class Unreadable(ValueError):
    """Bytes from outside that cannot be read; `reason` is a short stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason: Final = reason


def parse_json(body: bytes | str) -> Any:
    """Read JSON strictly: UTF-8, no duplicate keys, no NaN or infinity, no endless depth, no half
    surrogates, so that what was read can also be written again.

    Raises:
        Unreadable: `not_json`, `duplicate_key` or `too_deep`.
    """
    try:
        # The same as "utf-8-sig", whose decoder is written in Python.
        text = body if isinstance(body, str) else body.removeprefix(codecs.BOM_UTF8).decode()
        value = _DECODER.decode(text)
    except RecursionError:
        raise Unreadable("too_deep") from None
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable("not_json") from None
    # No value is nested deeper than there are brackets: most answers need not be walked.
    if text.count("{") + text.count("[") > _DEEPEST and _depth(value) > _DEEPEST:
        raise Unreadable("too_deep")
    if "\\u" in text and not _writable(value):
        raise Unreadable("not_json")
    return value


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Unreadable("duplicate_key")
    return made


def _no_constant(text: str) -> Any:
    raise Unreadable("not_json") from ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Unreadable("not_json")
    return number


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_no_duplicates, parse_constant=_no_constant, parse_float=_finite)


def _writable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _depth(value: Any) -> int:
    deepest, todo = 0, [(value, 1)]
    while todo:
        item, level = todo.pop()
        deepest = max(deepest, level)
        if level > _DEEPEST:
            break
        if isinstance(item, dict):
            todo.extend((child, level + 1) for child in cast("dict[str, Any]", item).values())
        elif isinstance(item, list):
            todo.extend((child, level + 1) for child in cast("list[object]", item))
    return deepest


def parse_xml(body: bytes) -> _Element:
    """Read XML without DTD, entities, network access or huge nodes; one parser per thread.

    Raises:
        Unreadable: `not_xml` or `doctype`.
    """
    from lxml import etree  # noqa: PLC0415 - loaded on first use

    # A blank line before the declaration is a gateway's; XML itself forbids it.
    before = _BLANKS_BEFORE.match(body)
    body = body if before is None else body[before.end() :]
    encoding, name = ("utf-8", "utf8") if _is_utf8_after_all(body) else (None, "xml")
    parser: Any = getattr(_parsers, name, None)
    if parser is None:
        parser = etree.XMLParser(
            encoding=encoding,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        setattr(_parsers, name, parser)
    try:
        root: _Element = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable("not_xml") from None
    document: Any = root.getroottree()
    if document.docinfo.doctype:
        raise Unreadable("doctype")
    return root


def _is_utf8_after_all(body: bytes) -> bool:
    """Whether a declaration names an encoding that the bytes are not, and the letters are UTF-8: gateways stamp any
    declaration on what they pass. Read by a one-byte encoding every Vietnamese name would come out garbled, and no
    text of one is UTF-8 by chance; a declaration of two-byte letters that is itself written in bytes is wrong.
    """
    declared = _DECLARED.match(body, 0, _DECLARATION)
    if declared is None:
        return False
    name = declared[1].lower()
    wide = name.startswith(_WIDE)
    if (name.startswith((b"utf", b"us-ascii")) and not wide) or body.isascii():
        return wide
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def as_object(value: object) -> dict[str, Any] | None:
    """`value` when it is a JSON object, else None; gives the checkers a type for what was parsed."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def as_list(value: object) -> list[Any]:
    """`value` when it is a JSON array, one other value as a list of it, nothing for null and "".

    Gateways turn a list of one into the one (residents.md §9 row 12).
    """
    if isinstance(value, list):
        return list(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return [] if value is None or value == "" else [value]


def json_object(reply: Reply, system: str) -> dict[str, Any]:
    """The reply's JSON object.

    Raises:
        UnexpectedReply: it is not JSON, or not an object.
    """
    try:
        value = parse_json(reply.body)
    except Unreadable as error:
        raise UnexpectedReply(system=system, reason=error.reason, status=reply.status, raw=_text(reply)) from None
    found = as_object(value)
    if found is None:
        raise UnexpectedReply(system=system, reason="not_an_object", status=reply.status, raw=_text(reply))
    return found


def xml_root(reply: Reply, system: str) -> _Element:
    """The reply's XML root element.

    Raises:
        UnexpectedReply: it is not XML, or carries a DOCTYPE.
    """
    try:
        return parse_xml(reply.body)
    except Unreadable as error:
        raise UnexpectedReply(system=system, reason=error.reason, status=reply.status, raw=_text(reply)) from None


def _text(reply: Reply) -> str:
    return reply.body[:4096].decode("utf-8", "replace")
