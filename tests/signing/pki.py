"""A throw-away PKI: two trees, issuing CAs, leaves of every kind, CRL, OCSP and a timestamp authority.

Made anew for each test run; nothing of it is stored. Names are invented.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
"""10:00 in Viet Nam on the day the tests live in."""
YEAR = dt.timedelta(days=365)
_serials = itertools.count(0x1000)


@cache
def rsa_key(label: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """One key per label, since making them is slow."""
    del label
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key(label: str) -> ec.EllipticCurvePrivateKey:
    """One P-256 key per label."""
    del label
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Identity:
    """A certificate, its key, and the certificates above it, nearest first."""

    certificate: x509.Certificate
    key: Any
    above: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        """The certificate in PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The key in PEM, unencrypted."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def key_der(self) -> bytes:
        """The key as PKCS#8 DER."""
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

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
    every = (
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
    return x509.KeyUsage(**{one: one in names for one in every})


def issue(
    subject: x509.Name,
    key: Any,
    issuer: Identity | None = None,
    *,
    ca: bool = False,
    key_usage: x509.KeyUsage | None = None,
    purposes: tuple[x509.ObjectIdentifier, ...] = (),
    begins: dt.datetime | None = None,
    ends: dt.datetime | None = None,
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
        .not_valid_before(begins or NOW - YEAR)
        .not_valid_after(ends or NOW + (10 * YEAR if ca else 2 * YEAR))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    signer = issuer.key if issuer else key
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


def on_sha1(one: Identity, issuer: Identity) -> Identity:
    """The same certificate, signed with SHA-1; the library refuses to make such, so it is rewritten."""
    sha256, sha1 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
    body = one.certificate.tbs_certificate_bytes.replace(sha256, sha1, 1)
    value = issuer.key.sign(body, padding.PKCS1v15(), hashes.SHA1())
    algorithm = b"\x30\x0d\x06\x09" + sha1 + b"\x05\x00"
    bits = b"\x03\x82" + (len(value) + 1).to_bytes(2, "big") + b"\x00" + value
    inside = body + algorithm + bits
    der = b"\x30\x82" + len(inside).to_bytes(2, "big") + inside
    return Identity(x509.load_der_x509_certificate(der), one.key, one.above)


SIGNING = usage("digital_signature", "content_commitment")


@dataclass
class Pki:
    """Both trees. `officer` and `agency` are official-duty, `citizen` is public."""

    official_root: Identity = field(init=False)
    official_ca: Identity = field(init=False)
    public_root: Identity = field(init=False)
    public_ca: Identity = field(init=False)
    tsa: Identity = field(init=False)
    officer: Identity = field(init=False)
    agency: Identity = field(init=False)
    curve: Identity = field(init=False)
    citizen: Identity = field(init=False)

    def __post_init__(self) -> None:
        self.official_root = issue(name("ROOT CONG VU"), rsa_key("official-root"), ca=True)
        self.official_ca = issue(name("CA CONG VU"), rsa_key("official-ca"), self.official_root, ca=True)
        self.public_root = issue(name("ROOT CONG CONG"), rsa_key("public-root"), ca=True)
        self.public_ca = issue(name("CA CONG CONG"), rsa_key("public-ca"), self.public_root, ca=True)
        stamping = (ExtendedKeyUsageOID.TIME_STAMPING,)
        self.tsa = self.leaf("TSA", key=ec_key("tsa"), key_usage=usage("digital_signature"), purposes=stamping)
        self.officer = self.leaf("NGUYỄN VĂN MẪU")
        self.agency = self.leaf("UBND XÃ MẪU", key=rsa_key("agency"))
        self.curve = self.leaf("TRẦN THỊ MẪU", key=ec_key("curve"))
        self.citizen = self.leaf("LÊ VĂN DÂN", self.public_ca, key=rsa_key("citizen"), uid="CCCD:000000000001")

    def leaf(self, common: str, issuer: Identity | None = None, *, uid: str = "", **facts: Any) -> Identity:
        """An end entity; official-duty and fit for signing unless said otherwise."""
        key = facts.pop("key", None) or rsa_key("officer")
        facts = {"key_usage": SIGNING, **facts}
        return issue(name(common, "CO QUAN MAU", uid), key, issuer or self.official_ca, **facts)

    def crl(
        self,
        issuer: Identity,
        *revoked: Identity,
        when: dt.datetime = NOW - dt.timedelta(days=30),
        begins: dt.datetime = NOW - dt.timedelta(hours=1),
        ends: dt.datetime | None = NOW + dt.timedelta(days=7),
        signer: Identity | None = None,
        extra: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    ) -> bytes:
        """A list of revoked certificates, in DER."""
        ends = ends or NOW
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
        builder = builder.last_update(begins).next_update(ends)
        for one in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number).revocation_date(when)
            builder = builder.add_revoked_certificate(entry.build())
        for extension, critical in extra:
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign((signer or issuer).key, hashes.SHA256()).public_bytes(Encoding.DER)

    def ocsp(
        self,
        subject: Identity,
        issuer: Identity,
        *,
        status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
        responder: Identity | None = None,
        begins: dt.datetime = NOW - dt.timedelta(minutes=5),
        ends: dt.datetime | None = NOW + dt.timedelta(days=1),
        revoked_at: dt.datetime | None = None,
    ) -> bytes:
        """An answer about one certificate, in DER."""
        responder = responder or issuer
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=subject.certificate,
            issuer=issuer.certificate,
            algorithm=hashes.SHA256(),
            cert_status=status,
            this_update=begins,
            next_update=ends,
            revocation_time=revoked_at,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
        if responder is not issuer:
            builder = builder.certificates([responder.certificate])
        return builder.sign(responder.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def evidence_bytes(self) -> list[bytes]:
        """Empty lists of every CA: nobody is revoked."""
        return [self.crl(ca) for ca in (self.official_root, self.official_ca, self.public_root, self.public_ca)]
