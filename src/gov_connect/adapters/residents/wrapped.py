"""Answers as they come back: XML, or XML that a provincial gateway re-wrapped in JSON (residents.md §5.6)."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.outcome_words import tells_failure
from gov_connect.adapters.reading import (
    answer_object,
    code_text,
    is_zero,
    leaf_text,
    not_own_form,
    rows_of,
    texts,
)
from gov_connect.adapters.residents import mapping
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
_WORD_KEYS: Final = ("message", "messages", "title", "description", "detail", "error", "errors", "errormessage")
_MOST_WRAPPINGS: Final = 4
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
    inside = _text_inside(root)
    return _parsed(reply, inside) if inside else root


def _text_inside(root: _Element) -> str:
    """XML that stands as a text where the answer should be: in one element alone, or in a SOAP body; else ""."""
    element = root
    while len(element) and mapping.fold(element.tag) not in {"congdancollection", "congdan", "fault"}:
        leaf = next((text for child in element if not len(child) and (text := _xml_text(child.text))), "")
        if leaf:
            return leaf
        element = element[-1]
    return _xml_text(element.text) if not len(element) else ""


def _unwrapped(reply: Reply) -> _Element:
    bare = _bare_text(reply.body)
    if bare:
        return _parsed(reply, bare)
    answer = answer_object(reply, SYSTEM)
    code = code_text(answer.get("errorcode"))
    if code and not is_zero(code):
        raise Refused(system=SYSTEM, status=reply.status, raw_code=code[:_LONGEST_CODE], raw=texts(answer))
    soap = next(filter(None, (_xml_text(answer.get(name)) for name in _SOAP_KEYS)), "")
    told = leaf_text(answer.get("data")).casefold()
    if soap:
        root = _parsed(reply, soap)
    elif told in {"true", "false"}:  # one gateway answers a verification by this alone
        root = _element("Body", {"TonTai": told})
    else:
        root = _of_members(reply, answer)
    if _fails(answer) and not mapping.names_people(root):
        raise not_own_form(reply, SYSTEM, "failure_told", answer)
    return root


def _of_members(reply: Reply, answer: dict[str, Any]) -> _Element:
    """An envelope that a generic mapper turned into members, at the top or under a name that only wraps."""
    members: dict[str, Any] = answer
    for _layer in range(_MOST_WRAPPINGS):
        named = {_local(key).casefold(): value for key, value in members.items()}
        envelope = as_object(named.get("envelope")) or members
        names = {_local(key).casefold() for key in envelope}
        if any(name == "body" or mapping.begins_an_answer(name) for name in names):
            try:
                return _element("Envelope" if "body" in names else "Body", envelope)
            except ValueError:  # a key or a text that XML cannot hold
                raise not_own_form(reply, SYSTEM, "not_soap") from None
        held = (rows_of(named.get(name)) for name in _SOAP_KEYS)
        members = next((found for rows in held if len(rows) == 1 and (found := as_object(rows[0]))), dict[str, Any]())
    raise not_own_form(reply, SYSTEM, "not_soap", answer)


def _fails(answer: dict[str, Any]) -> bool:
    """Whether what stands beside the answer tells of a failure: then its emptiness, or its no, says nothing."""
    flags = {leaf_text(answer.get(name)).casefold() for name in ("success", "succeeded", "issuccess")}
    words = (answer.get(name) for name in _WORD_KEYS)
    return "false" in flags or any(tells_failure(texts(text)) for text in words if not _xml_text(text))


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
    """Members become children or attributes, lists repeat them, anything else is the text."""
    from lxml import etree  # noqa: PLC0415 - loaded on first use

    element = etree.Element(name)
    members = as_object(value)
    if members is None:
        element.text = leaf_text(value)
    for key, inner in (members or {}).items():
        if key in _TEXT_KEYS:
            element.text = leaf_text(inner)
        elif key.startswith(("@", "-")):
            if not _local(key[1:]).startswith("xmlns") and not key[1:].startswith("xmlns"):
                element.set(_local(key[1:]), leaf_text(inner))
        else:
            element.extend(_element(_local(key), row) for row in rows_of(inner) or [None])
    return element
