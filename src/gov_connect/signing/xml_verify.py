"""Verifying XML signatures, behind a profile that leaves one reading only.

Exactly one signature, a child of the root, that covers the root; algorithms and transforms by allow-list before
anything is processed; ids unique; certificates only as X509Data; never a network, a file or a DTD
(signature.md §4). What is handed out are the canonical bytes that were hashed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from gov_connect.signing._xml import (
    CANONICAL,
    DIGESTS,
    ENVELOPED,
    ID_NAMES,
    INCLUSIVE,
    METHODS,
    XADES,
    ds,
    parse,
)
from gov_connect.signing._xml_check import canonical, check_digest, check_key_value, check_value, without
from gov_connect.signing._xml_profile import allowed, children, decoded, named, prefixes
from gov_connect.signing.algorithms import check_key, public_key
from gov_connect.signing.certificates import CertificateId, leaf_of, load, signer_name
from gov_connect.signing.validation import Seen, validate
from gov_connect.signing.verdict import Finding, Format, Report, SignatureReport
from gov_connect.signing.xades import PROPERTIES_TYPE, read_properties, read_timestamp

if TYPE_CHECKING:
    from cryptography import x509

    from gov_connect.signing.algorithms import Hash, Scheme
    from gov_connect.signing.validation import Question

_HASHES: Final = {uri: name for name, uri in DIGESTS.items()}
_MOST_REFERENCES: Final = 3
_MOST_CERTIFICATES: Final = 10
_IDS: Final[Any] = etree.XPath("//@Id | //@ID | //@id | //@xml:id", smart_strings=False)


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
        report = validate(_proven(root, signature, profile, certificate), question)
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


@dataclass(frozen=True, slots=True)
class _Reference:
    """One reference: what it covers, how that is made canonical, and its expected hash."""

    role: str
    target: Any
    steps: tuple[tuple[str, tuple[str, ...]], ...]
    hash: Hash
    expected: bytes


class _Profile:
    """A signature element read strictly; whatever has no place in the profile is refused."""

    def __init__(self, root: Any, signature: Any) -> None:
        _unique_ids(root)
        self.info, self.value, self.key_info, *objects = children(signature)
        named(self.info, "SignedInfo")
        named(self.value, "SignatureValue")
        named(self.key_info, "KeyInfo")
        for one in objects:
            named(one, "Object")
        form, method, *references = children(self.info)
        named(form, "CanonicalizationMethod")
        named(method, "SignatureMethod")
        self.form = (allowed(form, CANONICAL), prefixes(form))
        self.scheme: Scheme = METHODS[allowed(method, METHODS)]
        if not 1 <= len(references) <= _MOST_REFERENCES:
            raise Finding("signing.xml.references")
        self.raw_value = decoded(self.value)
        self.certificates = _certificates(self.key_info)
        self.references = [_reference(one, root, signature) for one in references]
        roles = [one.role for one in self.references]
        if roles.count("content") != 1 or roles.count("properties") > 1 or roles.count("key") > 1:
            raise Finding("signing.xml.references")


def _unique_ids(root: Any) -> None:
    values: list[str] = _IDS(root)
    if len(set(values)) != len(values):
        raise Finding("signing.xml.duplicate_id")


def _reference(reference: Any, root: Any, signature: Any) -> _Reference:
    """What a reference covers: the content, the XAdES properties or the key; anything else is refused."""
    named(reference, "Reference")
    parts = children(reference)
    transforms = children(parts.pop(0)) if parts and parts[0].tag == ds("Transforms") else []
    if [part.tag for part in parts] != [ds("DigestMethod"), ds("DigestValue")]:
        raise Finding("signing.xml.profile")
    method = _HASHES[allowed(parts[0], _HASHES)]
    for one in transforms:
        named(one, "Transform")
        if one.get("Algorithm") not in CANONICAL | {ENVELOPED}:
            raise Finding("signing.xml.transform")
    steps = [(allowed(one, CANONICAL | {ENVELOPED}), prefixes(one)) for one in transforms]
    enveloped = bool(steps) and steps[0][0] == ENVELOPED
    steps = steps[1:] if enveloped else steps
    target = _target(reference.get("URI"), root)
    role = _role(reference, target, root, signature, enveloped=enveloped)
    if len(steps) > 1 or any(form == ENVELOPED for form, _ in steps):
        raise Finding("signing.xml.references")
    return _Reference(role, target, tuple(steps), method, decoded(parts[1]))


def _role(reference: Any, target: Any, root: Any, signature: Any, *, enveloped: bool) -> str:
    if target is root and enveloped:
        return "content"
    if enveloped or reference.get("URI") in {None, ""}:
        raise Finding("signing.xml.references")
    if target.getparent() is signature and target.tag == ds("KeyInfo"):
        return "key"
    above = [*target.iterancestors()][:3]
    inside = target.tag == f"{{{XADES}}}SignedProperties" and len(above) > 2 and above[2] is signature  # noqa: PLR2004
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
    """Certificates of X509Data; a key value may stand beside them and must agree, a key's name says nothing."""
    rows = children(key_info)
    if any(row.tag not in {ds("X509Data"), ds("KeyValue"), ds("KeyName")} for row in rows):
        raise Finding("signing.xml.key_info")
    found = [one for row in rows for one in row.iter(ds("X509Certificate"))]
    if not 1 <= len(found) <= _MOST_CERTIFICATES:
        raise Finding("signing.certificate.missing")
    return [load(decoded(one)) for one in found]


def _proven(root: Any, signature: Any, profile: _Profile, certificate: x509.Certificate) -> Seen:
    """The signature once value and every hash were checked under this very certificate.

    Raises:
        Finding: one of them is wrong.
    """
    check_value(certificate, profile.scheme, profile.raw_value, canonical(profile.info, *profile.form))
    for row in profile.key_info.iterchildren(ds("KeyValue")):
        check_key_value(row, certificate)
    content, claimed, timestamp, stamped = b"", None, b"", b""
    for one in profile.references:
        if one.role == "content":
            data = content = without(root, signature, one.steps)
        else:
            data = canonical(one.target, *(one.steps[0] if one.steps else (INCLUSIVE, ())))
        check_digest(one.hash, data, one.expected)
        if one.role == "properties":
            claimed = read_properties(data, certificate)
            timestamp, stamped = read_timestamp(one.target.getparent(), profile.value)
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
