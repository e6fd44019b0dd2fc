"""Answers as they come back: XML, or XML that a provincial gateway re-wrapped in JSON (residents.md §5.6)."""

from __future__ import annotations

import codecs
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
from gov_connect.transport import as_object, xml_root

if TYPE_CHECKING:
    from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage] - lxml's only name for it

_FAILURE: Final = 400
_LONGEST_CODE: Final = 50
_TEXT_KEYS: Final = frozenset({"#text", "$", "content"})
"""Where generic mappers put the text of an element that has attributes (§9 row 12)."""


def read(reply: Reply) -> _Element:
    """The root element of an answer.

    Two wrappings are known: SOAP text in `message` beside an `error_code`, and the envelope turned into
    JSON by a generic mapper.

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
    return xml_root(reply, SYSTEM)


def _unwrapped(reply: Reply) -> _Element:
    answer = answer_object(reply, SYSTEM)
    code, message = code_text(answer.get("errorcode")), answer.get("message")
    if code and not is_zero(code):
        raise Refused(system=SYSTEM, status=reply.status, raw_code=code[:_LONGEST_CODE], raw=texts(answer))
    if isinstance(message, str) and message.lstrip().startswith("<"):
        return xml_root(Reply(status=reply.status, body=message.strip().encode("utf-8", "replace")), SYSTEM)
    told = answer.get("data")
    if isinstance(told, bool):  # one gateway answers a verification by this alone
        return _element("Body", {"TonTai": "true" if told else "false"})
    envelope = as_object(answer.get("envelope", answer)) or {}
    if not {key.casefold() for key in envelope} & {"body", "congdancollection"}:
        raise not_own_form(reply, SYSTEM, "not_soap", answer)
    try:
        return _element("Envelope" if "congdancollection" not in answer else "Body", envelope)
    except ValueError:  # a key or a text that XML cannot hold
        raise not_own_form(reply, SYSTEM, "not_soap") from None


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
            element.extend(_element(key.rpartition(":")[2], row) for row in rows_of(inner) or [None])
    return element
