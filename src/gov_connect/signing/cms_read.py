"""Reading signed messages strictly: DER only, one meaning, nothing left over (RFC 5652)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gov_connect.signing import _der, cms
from gov_connect.signing._cms_algorithms import read_hash, read_scheme
from gov_connect.signing.certificates import der, issuer_and_serial, load
from gov_connect.signing.verdict import Finding

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography import x509

    from gov_connect.signing.algorithms import Scheme

_MOST_CERTIFICATES: Final = 30
_MOST_SIGNERS: Final = 10
_SUBJECT_KEY: Final = 0x80


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerInfo:
    """One signer of a message.

    Attributes:
        attributes: the signed attributes, as the SET OF that was signed.
        timestamp: the token over `signature`, b"" for none.
    """

    certificate: x509.Certificate
    scheme: Scheme
    attributes: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    time: datetime | None
    bound: bool
    """Whether the attributes name the certificate (ESS), so that it cannot be exchanged."""
    timestamp: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedMessage:
    """A SignedData.

    Attributes:
        content: what it carries; None when it is detached.
    """

    content_type: str
    content: bytes | None = field(repr=False)
    certificates: tuple[x509.Certificate, ...] = field(repr=False)
    signers: tuple[SignerInfo, ...]


def read_message(data: bytes, content_type: str = cms.DATA) -> SignedMessage:
    """Read a ContentInfo with a SignedData over content of this type.

    Raises:
        Finding: it is anything else, in any part.
    """
    kind, wrapped = _exactly(_der.read(data).children(_der.SEQUENCE), 2)
    if kind.oid() != cms.SIGNED_DATA:
        raise Finding("signing.cms.malformed")
    (body,) = _exactly(wrapped.children(cms.IMPLICIT_0), 1)
    version, hashes, inner, *rest = _at_least(body.children(_der.SEQUENCE), 4)
    if version.integer() not in {1, 3}:
        raise Finding("signing.cms.malformed")
    hashes.children(_der.SET)
    found_type, content = _content(inner)
    if found_type != content_type:
        raise Finding("signing.cms.content_type")
    *optional, infos = rest
    if [one.tag for one in optional] not in ([], [cms.IMPLICIT_0], [cms.IMPLICIT_0, cms.IMPLICIT_1], [cms.IMPLICIT_1]):
        raise Finding("signing.cms.malformed")
    certificates = _certificates(optional)
    rows = infos.children(_der.SET)
    if not 1 <= len(rows) <= _MOST_SIGNERS:
        raise Finding("signing.cms.signers")
    signers = tuple(_signer(row, certificates, content_type) for row in rows)
    return SignedMessage(content_type=found_type, content=content, certificates=certificates, signers=signers)


def _exactly(row: list[_der.Tlv], count: int) -> list[_der.Tlv]:
    if len(row) != count:
        raise Finding("signing.cms.malformed")
    return row


def _at_least(row: list[_der.Tlv], count: int) -> list[_der.Tlv]:
    if len(row) < count:
        raise Finding("signing.cms.malformed")
    return row


def _content(inner: _der.Tlv) -> tuple[str, bytes | None]:
    kind, *carried = _at_least(inner.children(_der.SEQUENCE), 1)
    if not carried:
        return kind.oid(), None
    (wrapped,) = _exactly(carried, 1)
    (octets,) = _exactly(wrapped.children(cms.IMPLICIT_0), 1)
    return kind.oid(), octets.expect(_der.OCTETS)


def _certificates(optional: list[_der.Tlv]) -> tuple[x509.Certificate, ...]:
    heaps = [one.children() for one in optional if one.tag == cms.IMPLICIT_0]
    rows = heaps[0] if heaps else []
    if not 1 <= len(rows) <= _MOST_CERTIFICATES or any(row.tag != _der.SEQUENCE for row in rows):
        raise Finding("signing.certificate.missing")
    return tuple(load(row.raw) for row in rows)


def _signer(row: _der.Tlv, certificates: tuple[x509.Certificate, ...], content_type: str) -> SignerInfo:
    version, who, hashed, signed, algorithm, value, *rest = _at_least(row.children(_der.SEQUENCE), 6)
    certificate = _named(version.integer(), who, certificates)
    hash_name = read_hash(hashed)
    if signed.tag != cms.IMPLICIT_0:
        # Without signed attributes a value could be passed off as one over other content.
        raise Finding("signing.cms.no_attributes")
    attributes = _attributes(signed)
    if _only(attributes, cms.CONTENT_TYPE).oid() != content_type:
        raise Finding("signing.cms.content_type")
    times = attributes.get(cms.SIGNING_TIME)
    unsigned: dict[str, list[_der.Tlv]] = {}
    if rest:
        (extra,) = _exactly(rest, 1)
        if extra.tag != cms.IMPLICIT_1:
            raise Finding("signing.cms.malformed")
        unsigned = _attributes(extra)
    tokens = unsigned.get(cms.TIMESTAMP_TOKEN, [])
    if len(tokens) > 1:
        raise Finding("signing.timestamp.wrong")
    return SignerInfo(
        certificate=certificate,
        scheme=read_scheme(algorithm, hash_name),
        attributes=bytes((_der.SET,)) + signed.raw[1:],
        signature=value.expect(_der.OCTETS),
        digest=_only(attributes, cms.MESSAGE_DIGEST).expect(_der.OCTETS),
        time=_only(attributes, cms.SIGNING_TIME).time() if times else None,
        bound=_is_bound(attributes, certificate),
        timestamp=tokens[0].raw if tokens else b"",
    )


def _named(version: int, who: _der.Tlv, certificates: tuple[x509.Certificate, ...]) -> x509.Certificate:
    """The certificate that the signer names, by issuer and serial number or by key identifier."""
    if version == 1 and who.tag == _der.SEQUENCE:
        found = [one for one in certificates if b"".join(issuer_and_serial(one)) == who.content]
    elif version == 3 and who.tag == _SUBJECT_KEY:  # noqa: PLR2004 - the version with a key identifier
        found = [one for one in certificates if _key_identifier(one) == who.content]
    else:
        raise Finding("signing.cms.malformed")
    if len({der(one) for one in found}) != 1:
        raise Finding("signing.certificate.ambiguous" if found else "signing.certificate.missing")
    return found[0]


def _key_identifier(certificate: x509.Certificate) -> bytes | None:
    from cryptography import x509 as certs  # noqa: PLC0415 - at hand only here

    try:
        return certificate.extensions.get_extension_for_class(certs.SubjectKeyIdentifier).value.digest
    except certs.ExtensionNotFound:
        return None


def _attributes(heap: _der.Tlv) -> dict[str, list[_der.Tlv]]:
    found: dict[str, list[_der.Tlv]] = {}
    for row in heap.children():
        kind, values = _exactly(row.children(_der.SEQUENCE), 2)
        oid = kind.oid()
        if oid in found:
            raise Finding("signing.cms.attribute_twice")
        found[oid] = values.children(_der.SET)
    return found


def _only(attributes: dict[str, list[_der.Tlv]], oid: str) -> _der.Tlv:
    (value,) = _exactly(attributes.get(oid, []), 1)
    return value


def _is_bound(attributes: dict[str, list[_der.Tlv]], certificate: x509.Certificate) -> bool:
    """Whether the attributes name this very certificate; naming another one is an attack (RFC 5035 §4)."""
    if cms.SIGNING_CERTIFICATE_V2 not in attributes:
        return False
    listed, *_policies = _at_least(_only(attributes, cms.SIGNING_CERTIFICATE_V2).children(_der.SEQUENCE), 1)
    fields = _at_least(_at_least(listed.children(_der.SEQUENCE), 1)[0].children(_der.SEQUENCE), 1)
    name = "sha256"
    if fields[0].tag == _der.SEQUENCE:
        name = read_hash(fields.pop(0)).value
    if not fields or fields[0].expect(_der.OCTETS) != hashlib.new(name, der(certificate)).digest():
        raise Finding("signing.certificate.exchanged")
    return True
