"""Reading the parts of an XML signature strictly: what has no place in them is refused."""

from __future__ import annotations

import base64
import re
from typing import Any, Final

from lxml import etree

from gov_connect.signing._xml import EXCLUSIVE, ds
from gov_connect.signing.verdict import Finding

_INCLUSIVE_PREFIXES: Final = f"{{{EXCLUSIVE}}}InclusiveNamespaces"
_BASE64: Final = re.compile(r"[A-Za-z0-9+/=\s]*")


def children(element: Any) -> list[Any]:
    """The elements inside, and nothing else but blanks and comments.

    Raises:
        Finding: fewer than the profile needs, text, or an instruction.
    """
    texts = [element.text, *(child.tail for child in element)]
    found = [child for child in element if child.tag is not etree.Comment]
    if any(text and text.strip() for text in texts) or any(not isinstance(child.tag, str) for child in found):
        raise Finding("signing.xml.profile")
    if len(found) < 3 and element.tag in {ds("Signature"), ds("SignedInfo")}:  # noqa: PLR2004 - the least of both
        raise Finding("signing.xml.profile")
    return found


def named(element: Any, name: str) -> None:
    """Raises `signing.xml.profile` unless the element is this one of XML Signature."""
    if element.tag != ds(name):
        raise Finding("signing.xml.profile")


def allowed(element: Any, algorithms: Any) -> str:
    """The algorithm it names, from an allow-list; parameters other than a list of prefixes are refused."""
    found: str = element.get("Algorithm", "")
    if found not in algorithms:
        raise Finding("signing.algorithm.refused", oid=_known_only(found))
    for child in children(element):
        if child.tag != _INCLUSIVE_PREFIXES or found != EXCLUSIVE:
            raise Finding("signing.xml.transform")
    return found


def _known_only(uri: str) -> str:
    """An algorithm's address for the message, when it is one; never free text of the document."""
    return uri if re.fullmatch(r"[A-Za-z0-9:/.#_-]{1,100}", uri) else "-"


def prefixes(element: Any) -> tuple[str, ...]:
    """The list of prefixes of an exclusive canonical form."""
    listed = element.find(_INCLUSIVE_PREFIXES)
    return () if listed is None else tuple(listed.get("PrefixList", "").split())


def decoded(element: Any) -> bytes:
    """The Base64 text of an element, blanks allowed.

    Raises:
        Finding: it holds anything else.
    """
    text = element.text or ""
    try:
        if len(element) or not _BASE64.fullmatch(text):
            raise Finding("signing.xml.profile")
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:  # binascii.Error is one, and letters beyond ASCII raise another
        raise Finding("signing.xml.profile") from None
