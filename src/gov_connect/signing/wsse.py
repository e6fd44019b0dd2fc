"""WS-Security for SOAP: sign Body and Timestamp, and believe nothing else (signature.md §5).

zeep's verifier accepts a forged Body beside the signed one and a Timestamp of years ago; so both directions are
ours. Faults that carry no signature are not valid, and no crash either.
"""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from gov_connect.signing._xml import DIGESTS, DS, EXCLUSIVE, METHODS, ds, fixed_width, parse
from gov_connect.signing._xml_check import canonical, check_digest, check_value
from gov_connect.signing._xml_profile import allowed, children, decoded, prefixes
from gov_connect.signing.algorithms import Padding, digest
from gov_connect.signing.certificates import der, load
from gov_connect.signing.validation import Seen, validate
from gov_connect.signing.verdict import Finding, Format, Report, SignatureReport, SigningRefused

if TYPE_CHECKING:
    from cryptography import x509

    from gov_connect.signing.algorithms import Scheme
    from gov_connect.signing.keys import Key
    from gov_connect.signing.validation import Question

SOAP: Final = frozenset({"http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"})
WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_PROFILE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
_BASE64: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
_ID: Final = f"{{{WSU}}}Id"
LIFE: Final = timedelta(minutes=5)
_HASHES: Final = {uri: name for name, uri in DIGESTS.items()}
_METHOD_OF: Final = {scheme: uri for uri, scheme in METHODS.items()}


@dataclass(frozen=True, slots=True)
class SignedEnvelope:
    """A verdict on an envelope, and the Body that was signed: canonical bytes, b"" unless it is valid."""

    report: Report
    body: bytes = field(repr=False)


def sign_envelope(envelope: bytes, key: Key, now: datetime, life: timedelta = LIFE) -> bytes:
    """Add a Security header with a Timestamp and a signature over Body and Timestamp.

    Raises:
        SigningRefused: it is no SOAP envelope, or carries a Security header already.
    """
    try:
        root = parse(envelope)
        header, body = _parts(root)
        if header is None:
            header = etree.Element(f"{{{_namespace(root)}}}Header")
            root.insert(0, header)
        if header.find(f"{{{WSSE}}}Security") is not None:
            raise Finding("signing.wsse.header")
    except Finding as finding:
        raise SigningRefused(finding.reason.code) from None
    names = {"wsse": WSSE, "wsu": WSU}
    security: Any = etree.SubElement(header, f"{{{WSSE}}}Security", nsmap=names)
    stamp: Any = etree.SubElement(security, f"{{{WSU}}}Timestamp")
    for name, moment in (("Created", now), ("Expires", now + life)):
        etree.SubElement(stamp, f"{{{WSU}}}{name}").text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    token: Any = etree.SubElement(security, f"{{{WSSE}}}BinarySecurityToken")
    token.set("EncodingType", _BASE64)
    token.set("ValueType", _PROFILE)
    token.text = base64.b64encode(der(key.certificates[0])).decode()
    for one in (stamp, token, body):
        one.set(_ID, f"id-{uuid.uuid4().hex}")
    info = _signed_info(key, (stamp, body))
    value = key.sign(info)
    if key.scheme.padding is Padding.ECDSA:
        value = fixed_width(value, key.certificates[0])
    security.append(_signature(info, value, token.get(_ID)))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _signed_info(key: Key, elements: tuple[Any, ...]) -> bytes:
    """SignedInfo exactly as exclusive canonicalisation writes it."""
    references = "".join(
        f'<ds:Reference URI="#{one.get(_ID)}"><ds:Transforms><ds:Transform Algorithm="{EXCLUSIVE}"></ds:Transform>'
        f'</ds:Transforms><ds:DigestMethod Algorithm="{DIGESTS[key.scheme.hash]}"></ds:DigestMethod>'
        f"<ds:DigestValue>{_hashed(key, one)}</ds:DigestValue></ds:Reference>"
        for one in elements
    )
    return (
        f'<ds:SignedInfo xmlns:ds="{DS}"><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}">'
        f'</ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="{_METHOD_OF[key.scheme]}"></ds:SignatureMethod>'
        f"{references}</ds:SignedInfo>"
    ).encode()


def _hashed(key: Key, element: Any) -> str:
    try:
        canonical = etree.tostring(element, method="c14n", exclusive=True, with_comments=False, with_tail=False)
    except etree.C14NError:  # a relative namespace name, for one
        raise SigningRefused("signing.xml.malformed") from None
    return base64.b64encode(digest(key.scheme.hash, canonical)).decode()


def _signature(info: bytes, value: bytes, token: str) -> Any:
    reference = (
        f'<wsse:SecurityTokenReference xmlns:wsse="{WSSE}"><wsse:Reference URI="#{token}" ValueType="{_PROFILE}"/>'
        "</wsse:SecurityTokenReference>"
    )
    return etree.fromstring(
        f'<ds:Signature xmlns:ds="{DS}">'.encode()
        + info
        + b"<ds:SignatureValue>"
        + base64.b64encode(value)
        + b"</ds:SignatureValue><ds:KeyInfo>"
        + reference.encode()
        + b"</ds:KeyInfo></ds:Signature>"
    )


def verify_envelope(envelope: bytes, question: Question) -> SignedEnvelope:
    """Judge an envelope: one Security header whose one signature covers exactly Body and Timestamp.

    Both are found by their place, and the references must name these very elements; the Timestamp must be in
    force, within the skew of the policy.
    """
    try:
        root = parse(envelope)
        header, body = _parts(root)
        stamp, certificate, signature = _security(root, header)
        scheme = _profile(signature, {body.get(_ID), stamp.get(_ID)}, root)
        signed = _proven(signature, certificate, scheme, body, stamp)
        _in_force(stamp, question)
    except Finding as finding:
        refused = SignatureReport(reasons=(finding.reason,))
        return SignedEnvelope(Report(format=Format.XML, signatures=(refused,)), b"")
    seen = Seen(
        certificate=certificate,
        others=(),
        scheme=scheme,
        stamped=_binary(signature.findtext(ds("SignatureValue"))),
        claimed=None,
        covers_all=False,
        signed=signed,
    )
    report = Report(format=Format.XML, signatures=(validate(seen, question),))
    return SignedEnvelope(report, signed if report.verdict.value == "valid" else b"")


def _namespace(root: Any) -> str:
    found = etree.QName(root)
    if found.localname != "Envelope" or found.namespace not in SOAP:
        raise Finding("signing.wsse.header")
    return str(found.namespace)


def _parts(root: Any) -> tuple[Any, Any]:
    """Header, which may be absent, and Body: children of the envelope, once each."""
    space = _namespace(root)
    headers, bodies = root.findall(f"{{{space}}}Header"), root.findall(f"{{{space}}}Body")
    if len(headers) > 1 or len(bodies) != 1:
        raise Finding("signing.wsse.header")
    return (headers[0] if headers else None), bodies[0]


def _security(root: Any, header: Any) -> tuple[Any, Any, Any]:
    headers: list[Any] = [] if header is None else header.findall(f"{{{WSSE}}}Security")
    if len(headers) != 1 or len(list(root.iter(ds("Signature")))) != 1:
        raise Finding("signing.none" if not headers else "signing.wsse.header")
    (security,) = headers
    rows: list[list[Any]] = [
        security.findall(name) for name in (f"{{{WSU}}}Timestamp", f"{{{WSSE}}}BinarySecurityToken", ds("Signature"))
    ]
    if any(len(found) != 1 for found in rows):
        raise Finding("signing.wsse.header")
    (stamp,), (token,), (signature,) = rows
    return stamp, load(_binary(token.text)), signature


def _profile(signature: Any, wanted: set[str | None], root: Any) -> Any:
    """Algorithms by allow-list; references to Body and Timestamp and nothing else; every id unique."""
    ids = [element.get(name) for element in root.iter(etree.Element) for name in element.attrib if _is_id(name)]
    if len(set(ids)) != len(ids):
        raise Finding("signing.xml.duplicate_id")
    info = signature.find(ds("SignedInfo"))
    if info is None or len(signature.findall(ds("SignedInfo"))) != 1:
        raise Finding("signing.wsse.header")
    references = info.findall(ds("Reference"))
    targets = {one.get("URI", "").removeprefix("#") for one in references}
    if None in wanted or "" in wanted or len(references) != 2 or targets != wanted:  # noqa: PLR2004 - Body, Timestamp
        raise Finding("signing.wsse.coverage")
    transforms = [one.get("Algorithm") for one in info.iter(ds("Transform"))]
    form = info.find(ds("CanonicalizationMethod"))
    if any(one != EXCLUSIVE for one in transforms) or form is None or form.get("Algorithm") != EXCLUSIVE:
        raise Finding("signing.xml.transform")
    method = info.find(ds("SignatureMethod"))
    name = "" if method is None else method.get("Algorithm", "")
    if name not in METHODS:
        raise Finding("signing.algorithm.refused", oid="-")
    return METHODS[name]


def _is_id(name: str) -> bool:
    return etree.QName(name).localname.lower() == "id"


def _in_force(stamp: Any, question: Question) -> None:
    skew = question.trust.policy.skew
    try:
        created, expires = (
            datetime.fromisoformat(stamp.findtext(f"{{{WSU}}}{name}", "").strip()) for name in ("Created", "Expires")
        )
        good = created - skew <= question.now < expires + skew
    except (ValueError, TypeError):
        raise Finding("signing.wsse.expired") from None
    if not good:
        raise Finding("signing.wsse.expired")


def _proven(signature: Any, certificate: x509.Certificate, scheme: Scheme, body: Any, stamp: Any) -> bytes:
    """The canonical bytes of the Body, once value and both hashes were checked.

    Raises:
        Finding: one of them is wrong.
    """
    info, value = signature.find(ds("SignedInfo")), signature.find(ds("SignatureValue"))
    if value is None:
        raise Finding("signing.wsse.header")
    form, _method, *references = children(info)
    check_value(certificate, scheme, decoded(value), canonical(info, EXCLUSIVE, prefixes(form)))
    signed = b""
    for one in references:
        target = body if one.get("URI") == f"#{body.get(_ID)}" else stamp
        transforms, method, expected = _three(children(one))
        steps = children(transforms)
        if len(steps) != 1:
            raise Finding("signing.xml.transform")
        data = canonical(target, allowed(steps[0], {EXCLUSIVE}), prefixes(steps[0]))
        check_digest(_HASHES[allowed(method, _HASHES)], data, decoded(expected))
        if target is body:
            signed = data
    return signed


def _three(parts: list[Any]) -> list[Any]:
    if [part.tag for part in parts] != [ds("Transforms"), ds("DigestMethod"), ds("DigestValue")]:
        raise Finding("signing.xml.profile")
    return parts


def _binary(text: str | None) -> bytes:
    try:
        return base64.b64decode("".join((text or "").split()), validate=True)
    except ValueError:  # binascii.Error is one, and letters beyond ASCII raise another
        raise Finding("signing.wsse.header") from None
