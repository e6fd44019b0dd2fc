"""Answers of services of which only the name is known: every leaf by its dotted place, hidden."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pydantic import Field

from gov_connect.adapters.residents.mapping import body_of, deep_text, local, text_beside
from gov_connect.adapters.residents.wire import SYSTEM
from gov_connect.errors import InvalidInput, UnexpectedReply
from gov_connect.model import FormText, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage] - lxml's only name for it

_SENSITIVE: Final = frozenset({"dantoc", "tongiao", "nhommau"})
_OF_XML: Final = ("{http://www.w3.org/2001/XMLSchema-instance}", "{http://www.w3.org/XML/1998/namespace}")
_MOST_LEAVES: Final = 20_000


class ServiceAnswer(Value):
    """An answer as it is."""

    root: str
    """Name of the body's child; "" for an empty body."""
    leaves: dict[str, FormText] = Field(default_factory=dict)
    """Texts by dotted place, e.g. `CongDan[2].HoVaTen.Ten`, attributes after an `@`; every one hides itself."""
    unread: tuple[str, ...] = ()
    """Places whose text no value may hold."""


def leaves(root: _Element, *, sensitive: bool) -> ServiceAnswer:
    """Flatten a body; ethnicity, religion and blood group are dropped unless the purpose names them.

    Raises:
        UnexpectedReply: a SOAP fault, or more leaves than can be meant.
    """
    body = body_of(root)
    child = next(iter(body), None) if local(body) == "Body" else body
    if child is None:
        return ServiceAnswer(root="")
    if local(child).casefold() == "fault":
        raise UnexpectedReply(system=SYSTEM, reason="soap_fault", raw=deep_text(child))
    found: dict[str, FormText] = {}
    unread: list[str] = []
    todo: list[tuple[str, _Element]] = [("", child)]
    while todo:
        place, element = todo.pop()
        for where, text in _said(place or local(child), element, sensitive=sensitive):
            try:
                found[where] = FormText(text)
            except InvalidInput:
                unread.append(where)
        if len(found) + len(todo) > _MOST_LEAVES:
            raise UnexpectedReply(system=SYSTEM, reason="too_many_leaves")
        count: Counter[str] = Counter()
        inner: list[tuple[str, _Element]] = []
        for each in element:
            name = local(each)
            count[name] += 1
            mark = f"[{count[name]}]" if count[name] > 1 else ""
            if sensitive or name.casefold() not in _SENSITIVE:
                inner.append((f"{place}.{name}{mark}" if place else name + mark, each))
        todo.extend(reversed(inner))
    return ServiceAnswer(root=local(child), leaves=found, unread=tuple(unread))


def _said(place: str, element: _Element, *, sensitive: bool) -> Iterator[tuple[str, str]]:
    """What an element says itself: its text, also beside elements in it, and its attributes after an `@`."""
    text = " ".join(text_beside(element).split()) if len(element) else (element.text or "").strip()
    if text:
        yield place, text
    for key, value in element.attrib.items():
        name, told = str(key).rpartition("}")[2][:100], str(value).strip()
        if told and not str(key).startswith(_OF_XML) and (sensitive or name.casefold() not in _SENSITIVE):
            yield f"{place}@{name}", told
