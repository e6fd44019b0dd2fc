"""Reading certificates: by OID, never by text; names of people stay closed (signature.md §1.3)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gov_connect.errors import InvalidInput
from gov_connect.signing import _der
from gov_connect.signing._kept import kept
from gov_connect.signing.algorithms import Hash, check_key, public_key
from gov_connect.signing.verdict import Finding, Reason, SignerName

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_IDENTITY: Final = re.compile(r"(?P<kind>CCCD|CMND|MST):(?P<number>[0-9-]{5,20})")
_HANDLED_CRITICAL: Final = frozenset(
    {
        x509.BasicConstraints.oid,
        x509.KeyUsage.oid,
        x509.ExtendedKeyUsage.oid,
        x509.CertificatePolicies.oid,
        x509.NameConstraints.oid,
        x509.SubjectAlternativeName.oid,
    }
)
_NOT_FOR_DOCUMENTS: Final = frozenset(
    {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.OCSP_SIGNING}
)
_HASHES: Final = frozenset(Hash)
_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----")
_VERSION: Final = 0xA0
_KEPT: Final = 512
"""Certificates kept as read, since the same few come again and again."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a signature is judged.

    Attributes:
        at: the trusted time: of a timestamp where there is one, else the present.
        now: the present; evidence from beyond it is not believed.
        skew: how far clocks may differ.
    """

    at: datetime
    now: datetime
    skew: timedelta = timedelta(0)

    def within(self, begins: datetime, ends: datetime) -> bool:
        """Whether a statement that begins and ends then has begun by now and has not ended by the trusted time."""
        return begins <= self.now + self.skew and self.at <= ends + self.skew


@dataclass(frozen=True, slots=True)
class CertificateId:
    """Which certificate, without saying whose: serial number and a digest of the issuer's name."""

    serial: str
    issuer: str

    @staticmethod
    @kept
    def of(certificate: x509.Certificate) -> CertificateId:
        """The identity of `certificate`."""
        issuer = hashlib.sha256(issuer_and_serial(certificate)[0]).hexdigest()
        return CertificateId(f"{certificate.serial_number:x}", issuer)


@lru_cache(maxsize=_KEPT)
def load(der: bytes) -> x509.Certificate:
    """Read a certificate in DER.

    Raises:
        Finding: it cannot be read.
    """
    _check_serial(der)
    try:
        certificate = x509.load_der_x509_certificate(der)
        # Read lazily by the library: everything that can fail shall fail here.
        _ = (certificate.extensions, certificate.subject, certificate.issuer, certificate.not_valid_after_utc)
    except (ValueError, TypeError, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        raise Finding("signing.certificate.unreadable") from None
    return certificate


def load_many(data: bytes) -> list[x509.Certificate]:
    """Read certificates from a file: PEM (one or several) or one DER.

    Raises:
        Finding: there is none that can be read.
    """
    if b"-----BEGIN" not in data:
        return [load(data)]
    try:
        found = [base64.b64decode(b"".join(body.split()), validate=True) for body in _PEM.findall(data)]
    except binascii.Error:
        raise Finding("signing.certificate.unreadable") from None
    if not found:
        raise Finding("signing.certificate.unreadable")
    return [load(one) for one in found]


def _check_serial(der: bytes) -> None:
    """A serial number is positive (RFC 5280 §4.1.2.2); the library still reads others, with a warning."""
    body = _der.read(der).children(_der.SEQUENCE)
    fields = [one for one in (body[0].children() if body else []) if one.tag != _VERSION]
    if not fields or fields[0].integer() <= 0:
        raise Finding("signing.certificate.unreadable")


@kept
def der(certificate: x509.Certificate) -> bytes:
    """The certificate's bytes."""
    return certificate.public_bytes(Encoding.DER)


@kept
def issuer_name(certificate: x509.Certificate) -> bytes:
    """The issuer's name as `cryptography` writes every name, to find its lists by."""
    return certificate.issuer.public_bytes()


@kept
def issuer_and_serial(certificate: x509.Certificate) -> tuple[bytes, bytes]:
    """Issuer's name and serial number exactly as the certificate writes them, in DER."""
    body = _der.read(certificate.tbs_certificate_bytes).children(_der.SEQUENCE)
    serial, _algorithm, issuer = [one for one in body if one.tag != _VERSION][:3]
    return issuer.raw, serial.raw


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, in lower-case hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


@kept
def signer_name(certificate: x509.Certificate) -> SignerName | None:
    """The common name, closed; None when there is none."""
    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    try:
        return SignerName(str(found[-1].value)) if found else None
    except InvalidInput:
        return None


def identity(certificate: x509.Certificate) -> tuple[str, SignerName] | None:
    """Kind (CCCD, CMND, MST) and number in attribute UID; official-duty certificates may have none."""
    for attribute in certificate.subject.get_attributes_for_oid(NameOID.USER_ID):
        match = _IDENTITY.fullmatch(str(attribute.value).strip())
        if match is not None:
            return match["kind"], SignerName(match["number"])
    return None


def is_ca(certificate: x509.Certificate) -> bool:
    """Whether it may issue certificates."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def leaf_of(certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    """The one certificate in an unordered heap that issues none of the others (XMLDSig X509Data).

    Raises:
        Finding: there is none, or more than one.
    """
    leaves = [one for one in dict.fromkeys(certificates) if not is_ca(one)]
    if len(leaves) != 1:
        raise Finding("signing.certificate.ambiguous" if leaves else "signing.certificate.missing")
    return leaves[0]


@kept
def fixed_faults(certificate: x509.Certificate) -> tuple[Reason, ...]:
    """What is wrong with a leaf at any time: its strength and its purpose."""
    found: list[Reason] = []
    for check in (check_strength, check_usage):
        try:
            check(certificate)
        except Finding as finding:
            found.append(finding.reason)
    return tuple(found)


@kept
def check_strength(certificate: x509.Certificate) -> None:
    """Refuse weak keys, SHA-1 signatures and critical extensions nobody here understands.

    Raises:
        Finding: see `signing.key.*`, `signing.certificate.*`.
    """
    check_key(public_key(certificate))
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        algorithm = None
    if algorithm is None or algorithm.name not in _HASHES:
        raise Finding("signing.certificate.weak_hash", hash=algorithm.name if algorithm else "-")
    for extension in certificate.extensions:
        if extension.critical and extension.oid not in _HANDLED_CRITICAL:
            raise Finding("signing.certificate.critical", oid=extension.oid.dotted_string)


@kept
def check_usage(certificate: x509.Certificate) -> None:
    """A leaf may sign documents: digitalSignature or nonRepudiation, and not a server's certificate.

    Raises:
        Finding: `signing.certificate.usage`.
    """
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        raise Finding("signing.certificate.usage") from None
    if is_ca(certificate) or not (usage.digital_signature or usage.content_commitment):
        raise Finding("signing.certificate.usage")
    purposes = extended_usage(certificate)
    if purposes and purposes <= _NOT_FOR_DOCUMENTS:
        raise Finding("signing.certificate.usage")


def extended_usage(certificate: x509.Certificate) -> frozenset[x509.ObjectIdentifier]:
    """The purposes it is limited to; empty for none."""
    try:
        return frozenset(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return frozenset()


def check_time(certificate: x509.Certificate, moment: Moment) -> None:
    """Valid at the trusted time; its beginning may lie ahead by the skew, since clocks differ.

    Raises:
        Finding: `signing.certificate.not_yet` or `signing.certificate.expired`.
    """
    if moment.at + moment.skew < certificate.not_valid_before_utc:
        raise Finding("signing.certificate.not_yet")
    if moment.at > certificate.not_valid_after_utc:
        raise Finding("signing.certificate.expired")
