"""Keys and certificates, one at a time."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from datetime import datetime

YEAR: Final = timedelta(days=365)
_serials = itertools.count(0x1000)
_BITS: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@cache
def rsa_key(label: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """One key per label and process, since making them is slow."""
    del label
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key(label: str) -> ec.EllipticCurvePrivateKey:
    """One P-256 key per label and process."""
    del label
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Identity:
    """A certificate, its key, and the certificates above it, nearest first."""

    certificate: x509.Certificate
    key: Any
    above: tuple[x509.Certificate, ...] = ()

    @property
    def serial(self) -> str:
        """The serial number in lower-case hexadecimal."""
        return f"{self.certificate.serial_number:x}"

    @property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        """The certificate in PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def chain_pem(self) -> bytes:
        """The certificate and those above it but the root, in PEM."""
        return b"".join([self.pem, *(one.public_bytes(Encoding.PEM) for one in self.above[:-1])])

    @property
    def key_pem(self) -> bytes:
        """The key in PEM, unencrypted."""
        made: bytes = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return made

    @property
    def key_der(self) -> bytes:
        """The key as PKCS#8 DER."""
        made: bytes = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return made

    def p12(self, password: bytes) -> bytes:
        """Everything as PKCS#12."""
        return pkcs12.serialize_key_and_certificates(
            b"key", self.key, self.certificate, self.above, BestAvailableEncryption(password)
        )


def name(common: str, organisation: str = "CA THU NGHIEM", uid: str = "") -> x509.Name:
    """A subject."""
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ]
    if uid:
        parts.append(x509.NameAttribute(NameOID.USER_ID, uid))
    return x509.Name(parts)


def usage(*names: str) -> x509.KeyUsage:
    """A key usage with these bits."""
    return x509.KeyUsage(**{one: one in names for one in _BITS})


def issue(
    subject: x509.Name,
    key: Any,
    issuer: Identity | None = None,
    *,
    now: datetime,
    ca: bool = False,
    key_usage: x509.KeyUsage | None = None,
    purposes: tuple[x509.ObjectIdentifier, ...] = (),
    begins: datetime | None = None,
    ends: datetime | None = None,
    extra: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    serial: int | None = None,
) -> Identity:
    """Make a certificate; self-signed without an issuer."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(serial or next(_serials))
        .not_valid_before(begins or now - YEAR)
        .not_valid_after(ends or now + (10 * YEAR if ca else 2 * YEAR))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    signer: Any = issuer.key if issuer else key
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
    )
    if ca and key_usage is None:
        key_usage = usage("key_cert_sign", "crl_sign")
    if key_usage is not None:
        builder = builder.add_extension(key_usage, critical=True)
    if purposes:
        stamping = ExtendedKeyUsageOID.TIME_STAMPING in purposes
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=stamping)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    above = () if issuer is None else (issuer.certificate, *issuer.above)
    return Identity(builder.sign(signer, hashes.SHA256()), key, above)
