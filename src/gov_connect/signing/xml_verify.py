"""Verifying XML signatures: signxml for the mathematics, behind a profile that leaves one reading only.

Exactly one signature, a child of the root, that covers the root; algorithms and transforms by allow-list before
anything is processed; ids unique; certificates only as X509Data; never a network, a file or a DTD
(signature.md §4). What is handed out are the canonical bytes that were hashed.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from gov_connect.signing._signxml import signxml_results
from gov_connect.signing._xml import CANONICAL, DIGESTS, ENVELOPED, EXCLUSIVE, ID_NAMES, METHODS, XADES, ds, parse
from gov_connect.signing.algorithms import check_key, public_key
from gov_connect.signing.certificates import CertificateId, leaf_of, load, signer_name
from gov_connect.signing.judging import Seen, judge
from gov_connect.signing.verdict import Finding, Format, Report, SignatureReport
from gov_connect.signing.xades import PROPERTIES_TYPE, read_properties, read_timestamp

if TYPE_CHECKING:
    from cryptography import x509

    from gov_connect.signing.algorithms import Scheme
    from gov_connect.signing.judging import Question

_MOST_REFERENCES: Final = 3
_MOST_CERTIFICATES: Final = 10
_INCLUSIVE_PREFIXES: Final = f"{{{EXCLUSIVE}}}InclusiveNamespaces"
_IDS: Final[Any] = etree.XPath("//@Id | //@ID | //@id | //@xml:id", smart_strings=False)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/=\s]*")


def verify_xml(document: bytes, question: Question) -> Report:
    """Judge an XML document with an enveloped signature."""
    try:
        root = parse(document)
        signature = _the_signature(root)
    except Finding as finding:
        return Report(format=Format.XML, reasons=(finding.reason,))
    certificate: x509.Certificate | None = None
    try:
        profile = _Profile(root, signature)
        certificate = leaf_of(profile.certificates)
        check_key(public_key(certificate))
        report = judge(_proven(document, profile, certificate, question), question)
    except Finding as finding:
        who = None if certificate is None else CertificateId.of(certificate)
        report = SignatureReport(
            signer=None if certificate is None else signer_name(certificate),
            serial=who.serial if who else "",
            issuer=who.issuer if who else "",
            reasons=(finding.reason,),
        )
    return Report(format=Format.XML, signatures=(report,))


def _the_signature(root: Any) -> Any:
    found = list(root.iter(ds("Signature")))
    if not found:
        raise Finding("signing.none")
    if len(found) != 1:
        raise Finding("signing.xml.several")
    if found[0].getparent() is not root:
        raise Finding("signing.xml.place")
    return found[0]


class _Profile:
    """A signature element read strictly; whatever has no place in the profile is refused."""

    def __init__(self, root: Any, signature: Any) -> None:
        _unique_ids(root)
        info, value, key_info, *objects = _children(signature)
        _named(info, "SignedInfo")
        _named(value, "SignatureValue")
        _named(key_info, "KeyInfo")
        for one in objects:
            _named(one, "Object")
        canonical, method, *references = _children(info)
        _named(canonical, "CanonicalizationMethod")
        _named(method, "SignatureMethod")
        _allowed(canonical, CANONICAL)
        self.scheme: Scheme = METHODS[_allowed(method, METHODS)]
        if not 1 <= len(references) <= _MOST_REFERENCES:
            raise Finding("signing.xml.references")
        self.count = len(references)
        self.value = value
        _decoded(value)
        self.certificates = _certificates(key_info)
        places = [_reference(one, root, signature) for one in references]
        if places.count("content") != 1 or places.count("properties") > 1 or places.count("key") > 1:
            raise Finding("signing.xml.references")
        self.content = places.index("content")
        self.properties = places.index("properties") if "properties" in places else None
        self.qualifying: Any = None
        if self.properties is not None:
            self.qualifying = _target(references[self.properties].get("URI"), root).getparent()


def _children(element: Any) -> list[Any]:
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


def _named(element: Any, name: str) -> None:
    if element.tag != ds(name):
        raise Finding("signing.xml.profile")


def _allowed(element: Any, algorithms: Any) -> str:
    """The algorithm it names, from an allow-list; parameters other than a list of prefixes are refused."""
    found: str = element.get("Algorithm", "")
    if found not in algorithms:
        raise Finding("signing.algorithm.refused", oid=_known_only(found))
    for child in _children(element):
        if child.tag != _INCLUSIVE_PREFIXES or found != EXCLUSIVE:
            raise Finding("signing.xml.transform")
    return found


def _known_only(uri: str) -> str:
    """An algorithm's address for the message, when it is one; never free text of the document."""
    return uri if re.fullmatch(r"[A-Za-z0-9:/.#_-]{1,100}", uri) else "-"


def _unique_ids(root: Any) -> None:
    values: list[str] = _IDS(root)
    if len(set(values)) != len(values):
        raise Finding("signing.xml.duplicate_id")


def _reference(reference: Any, root: Any, signature: Any) -> str:
    """What a reference covers: the content, the XAdES properties or the key; anything else is refused."""
    _named(reference, "Reference")
    parts = _children(reference)
    transforms = _children(parts.pop(0)) if parts and parts[0].tag == ds("Transforms") else []
    if [part.tag for part in parts] != [ds("DigestMethod"), ds("DigestValue")]:
        raise Finding("signing.xml.profile")
    _allowed(parts[0], frozenset(DIGESTS.values()))
    for one in transforms:
        _named(one, "Transform")
        if one.get("Algorithm") not in CANONICAL | {ENVELOPED}:
            raise Finding("signing.xml.transform")
    steps = [_allowed(one, CANONICAL | {ENVELOPED}) for one in transforms]
    target = _target(reference.get("URI"), root)
    if target is root and steps[:1] == [ENVELOPED] and len(steps) <= 2 and ENVELOPED not in steps[1:]:  # noqa: PLR2004
        return "content"
    if len(steps) > 1 or ENVELOPED in steps or reference.get("URI") in {None, ""}:
        raise Finding("signing.xml.references")
    if target.getparent() is signature and target.tag == ds("KeyInfo"):
        return "key"
    inside = target.tag == f"{{{XADES}}}SignedProperties" and target.getparent().getparent().getparent() is signature
    if inside and reference.get("Type") == PROPERTIES_TYPE:
        return "properties"
    raise Finding("signing.xml.references")


def _target(uri: str | None, root: Any) -> Any:
    """The element a reference names inside this document; nothing outside is ever opened."""
    if uri == "":
        return root
    if uri is None or not uri.startswith("#") or "(" in uri:
        raise Finding("signing.xml.external")
    found = [element for element in root.iter(etree.Element) if any(element.get(name) == uri[1:] for name in ID_NAMES)]
    if len(found) != 1:
        raise Finding("signing.xml.references")
    return found[0]


def _certificates(key_info: Any) -> list[x509.Certificate]:
    """Certificates of X509Data; a key value may stand beside them and is compared by signxml."""
    rows = _children(key_info)
    if any(row.tag not in {ds("X509Data"), ds("KeyValue")} for row in rows):
        raise Finding("signing.xml.key_info")
    found = [one for row in rows for one in row.iter(ds("X509Certificate"))]
    if not 1 <= len(found) <= _MOST_CERTIFICATES:
        raise Finding("signing.certificate.missing")
    return [load(_decoded(one)) for one in found]


def _decoded(element: Any) -> bytes:
    text = element.text or ""
    try:
        if len(element) or not _BASE64.fullmatch(text):
            raise Finding("signing.xml.profile")
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        raise Finding("signing.xml.profile") from None


def _proven(document: bytes, profile: _Profile, certificate: x509.Certificate, question: Question) -> Seen:
    """The signature after signxml has checked it under this very certificate.

    Raises:
        Finding: the value or a digest is wrong.
    """
    results = signxml_results(document, certificate, count=profile.count, location="./", now=question.now)
    content: bytes = results[profile.content].signed_data
    claimed, timestamp, stamped = None, b"", b""
    if profile.properties is not None:
        claimed = read_properties(results[profile.properties].signed_data, certificate)
        timestamp, stamped = read_timestamp(profile.qualifying, profile.value)
    return Seen(
        certificate=certificate,
        others=profile.certificates,
        scheme=profile.scheme,
        stamped=stamped,
        claimed=claimed,
        timestamp=timestamp,
        covers_all=True,
        signed=content,
    )
