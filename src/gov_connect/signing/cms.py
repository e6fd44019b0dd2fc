"""Signed messages (CMS, RFC 5652) put together from pieces of DER: CAdES B-B, and B-T with a timestamp.

`cryptography` cannot write the signing-certificate attribute and asn1crypto re-encodes whole trees; pieces of
DER cost next to nothing (signature.md §3.1).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from gov_connect.signing import _der
from gov_connect.signing._cms_algorithms import hash_identifier, scheme_identifier
from gov_connect.signing._kept import kept
from gov_connect.signing.certificates import der, issuer_and_serial

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography import x509

    from gov_connect.signing.algorithms import Scheme

DATA: Final = "1.2.840.113549.1.7.1"
SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
TIMESTAMP_TOKEN: Final = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - an object identifier
IMPLICIT_0: Final = 0xA0
IMPLICIT_1: Final = 0xA1
_VERSION: Final = _der.integer(1)
"""Of a signer that is named by issuer and serial number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """The signed attributes of one signer, as the SET OF that is signed (tag 0x31)."""

    raw: bytes

    @classmethod
    def of(
        cls, content_digest: bytes, certificate: x509.Certificate, *, time: datetime | None, content_type: str = DATA
    ) -> Attributes:
        """Content type, digest, signing certificate, and the claimed time where the format wants it there."""
        parts = [
            _content_type(content_type),
            _attribute(MESSAGE_DIGEST, _der.octets(content_digest)),
            _binding(certificate),
        ]
        if time is not None:
            parts.append(_attribute(SIGNING_TIME, _der.utc_time(time)))
        return cls(raw=_der.set_of(*parts))


@cache
def _content_type(oid: str) -> bytes:
    return _attribute(CONTENT_TYPE, _der.oid(oid))


@kept
def _binding(certificate: x509.Certificate) -> bytes:
    """The attribute that names the signing certificate (ESS, RFC 5035)."""
    issuer, serial = issuer_and_serial(certificate)
    names = _der.sequence(_der.write(0xA4, issuer))
    listed = _der.sequence(_der.octets(hashlib.sha256(der(certificate)).digest()), _der.sequence(names, serial))
    return _attribute(SIGNING_CERTIFICATE_V2, _der.sequence(_der.sequence(listed)))


@kept
def _named(certificate: x509.Certificate) -> bytes:
    """How a signer names its certificate: by issuer and serial number."""
    return _der.sequence(*issuer_and_serial(certificate))


@cache
def _head(hashed: bytes, kind: str) -> bytes:
    """What stands before the content: the version, and the one hash in use."""
    return _der.integer(1 if kind == DATA else 3) + _der.write(_der.SET, hashed)


def _attribute(oid: str, value: bytes) -> bytes:
    return _der.sequence(_der.oid(oid), _der.write(_der.SET, value))


def assemble(
    attributes: Attributes,
    signature: bytes,
    certificates: Sequence[x509.Certificate],
    scheme: Scheme,
    *,
    timestamp: bytes = b"",
    content: tuple[str, bytes] | None = None,
) -> bytes:
    """A ContentInfo with one signer, the first of `certificates`; detached unless `content` is given.

    Args:
        attributes: what was signed.
        signature: its value; ECDSA as DER.
        certificates: the signer's own first.
        scheme: how it was signed.
        timestamp: a TimeStampToken over the signature value, for level B-T.
        content: content type and bytes to carry inside.
    """
    hashed = hash_identifier(scheme.hash)
    unsigned = _der.write(IMPLICIT_1, _attribute(TIMESTAMP_TOKEN, timestamp)) if timestamp else b""
    signer = _der.sequence(
        _VERSION,
        _named(certificates[0]),
        hashed,
        bytes((IMPLICIT_0,)) + attributes.raw[1:],
        scheme_identifier(scheme),
        _der.octets(signature),
        unsigned,
    )
    kind, inside = content or (DATA, b"")
    carried = _der.write(IMPLICIT_0, _der.octets(inside)) if content else b""
    signed = _der.sequence(
        _head(hashed, kind),
        _der.sequence(_der.oid(kind), carried),
        _der.write(IMPLICIT_0, *sorted(map(der, certificates))),
        _der.write(_der.SET, signer),
    )
    return _der.sequence(_der.oid(SIGNED_DATA), _der.write(IMPLICIT_0, signed))
