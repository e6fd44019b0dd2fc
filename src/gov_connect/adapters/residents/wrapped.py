"""Answers as they come back: XML, or XML that a provincial gateway re-wrapped in JSON (residents.md §5.6)."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.reading import (
    answer_object,
    code_text,
    is_zero,
    not_own_form,
    rows_of,
    texts,
)
from gov_connect.adapters.residents.wire import SYSTEM
from gov_connect.errors import Refused
from gov_connect.runtime import Reply
from gov_connect.transport import Unreadable, as_object, parse_json, xml_root

if TYPE_CHECKING:
    from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage] - lxml's only name for it

_FAILURE: Final = 400
_LONGEST_CODE: Final = 50
_SOAP_KEYS: Final = ("message", "data", "result", "response")
"""Members in which SOAP text stands; `message` was met (§5.6)."""
_DECLARATION: Final = re.compile(r"^<\?xml[^>]*\?>")
_TEXT_KEYS: Final = frozenset({"#text", "$", "content"})
"""Where generic mappers put the text of an element that has attributes (§9 row 12)."""


def read(reply: Reply) -> _Element:
    """The root element of an answer.

    Wrappings that were met, and their plain likes: SOAP text as a member of a JSON object (beside an
    `error_code`), as a JSON text, or as the text of an XML element; and the envelope turned into JSON by a
    generic mapper, prefixes or not.

    Raises:
        AuthenticationFailed: HTTP 401 or 403 without a SOAP answer.
        Refused: another HTTP 4xx without one, or a gateway's own error.
        UnexpectedReply: anything else.
    """
    start = reply.body[:64].removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith((b"{", b"[", b'"')):
        return _unwrapped(reply)
    if reply.status >= _FAILURE and b"Envelope" not in reply.body[:4096]:
        raise not_own_form(reply, SYSTEM, "http_status")
    root = xml_root(reply, SYSTEM)
    inside = _xml_text(root.text) if not len(root) else ""
    return _parsed(reply, inside) if inside else root


def _unwrapped(reply: Reply) -> _Element:
    bare = _bare_text(reply.body)
    if bare:
        return _parsed(reply, bare)
    answer = answer_object(reply, SYSTEM)
    code = code_text(answer.get("errorcode"))
    if code and not is_zero(code):
        raise Refused(system=SYSTEM, status=reply.status, raw_code=code[:_LONGEST_CODE], raw=texts(answer))
    soap = next(filter(None, (_xml_text(answer.get(name)) for name in _SOAP_KEYS)), "")
    if soap:
        return _parsed(reply, soap)
    told = answer.get("data")
    if isinstance(told, bool):  # one gateway answers a verification by this alone
        return _element("Body", {"TonTai": "true" if told else "false"})
    members = {_local(key): value for key, value in answer.items()}
    envelope = as_object(members.get("envelope", members)) or {}
    if not {_local(key).casefold() for key in envelope} & {"body", "congdancollection"}:
        raise not_own_form(reply, SYSTEM, "not_soap", answer)
    try:
        return _element("Envelope" if "congdancollection" not in members else "Body", envelope)
    except ValueError:  # a key or a text that XML cannot hold
        raise not_own_form(reply, SYSTEM, "not_soap") from None


def _bare_text(body: bytes) -> str:
    """XML that is a JSON text by itself; "" for anything else."""
    try:
        return _xml_text(parse_json(body)) if body.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b'"' else ""
    except Unreadable:
        return ""


def _xml_text(value: object) -> str:
    """`value` if it is a text that begins like XML, else ""."""
    text = value.lstrip("\ufeff \t\r\n") if isinstance(value, str) else ""
    return text if text.startswith("<") else ""


def _parsed(reply: Reply, text: str) -> _Element:
    """A text inside an answer as XML; its declaration speaks of bytes that are gone."""
    body = _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")
    return xml_root(Reply(status=reply.status, body=body), SYSTEM)


def _local(key: str) -> str:
    return key.rpartition(":")[2]


def _element(name: str, value: Any) -> _Element:
    """Members become children, lists repeat them, anything else is the text; attributes fall away."""
    from lxml import etree  # noqa: PLC0415 - loaded on first use

    element = etree.Element(name)
    members = as_object(value)
    if members is None:
        element.text = code_text(value)
    for key, inner in (members or {}).items():
        if key in _TEXT_KEYS:
            element.text = code_text(inner)
        elif not key.startswith(("@", "-")):
            element.extend(_element(_local(key), row) for row in rows_of(inner) or [None])
    return element
