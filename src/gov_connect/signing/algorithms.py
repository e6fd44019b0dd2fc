"""Which keys and algorithms are good enough, for signing and for verifying alike (signature.md §1.1, §4).

RSA from 2048 bits with PKCS#1 v1.5 or PSS, ECDSA on P-256 and up; SHA-256 and up. SHA-1 is refused.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from gov_connect.signing._kept import kept
from gov_connect.signing.verdict import Finding

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes, PrivateKeyTypes

LEAST_RSA_BITS: Final = 2048
MOST_RSA_BITS: Final = 8192
"""Above it, checking one signature costs an attacker nothing and us a long time."""
CURVES: Final = frozenset({"secp256r1", "secp384r1", "secp521r1"})


class Hash(StrEnum):
    """Hashes in use."""

    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"

    def make(self) -> hashes.HashAlgorithm:
        """The hash for `cryptography`."""
        return _HASHES[self]


_HASHES: Final[dict[Hash, hashes.HashAlgorithm]] = {
    Hash.SHA256: hashes.SHA256(),
    Hash.SHA384: hashes.SHA384(),
    Hash.SHA512: hashes.SHA512(),
}


class Padding(StrEnum):
    """How the hash is turned into a signature."""

    PKCS1 = "pkcs1"
    PSS = "pss"
    ECDSA = "ecdsa"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A signature algorithm. The salt of PSS is as long as the hash."""

    padding: Padding
    hash: Hash = Hash.SHA256


def digest(name: Hash, data: bytes) -> bytes:
    """The hash of `data`."""
    return hashlib.new(name.value, data).digest()


def check_key(key: CertificatePublicKeyTypes) -> None:
    """Refuse weak and unknown keys.

    Raises:
        Finding: `signing.key.weak` or `signing.key.unknown`.
    """
    if isinstance(key, rsa.RSAPublicKey):
        if not LEAST_RSA_BITS <= key.key_size <= MOST_RSA_BITS:
            raise Finding("signing.key.weak", bits=key.key_size, least=LEAST_RSA_BITS)
    elif not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name not in CURVES:
        raise Finding("signing.key.unknown")


@kept
def public_key(certificate: x509.Certificate) -> CertificatePublicKeyTypes:
    """The certificate's key.

    Raises:
        Finding: it cannot be read.
    """
    try:
        return certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise Finding("signing.key.unknown") from None


def verify(key: CertificatePublicKeyTypes, scheme: Scheme, signature: bytes, data: bytes) -> None:
    """Check a raw signature over `data`; ECDSA values are DER.

    Raises:
        Finding: the key does not fit, is weak, or the value is wrong.
    """
    check_key(key)
    try:
        if isinstance(key, rsa.RSAPublicKey) and scheme.padding is not Padding.ECDSA:
            key.verify(signature, data, _rsa_padding(scheme), scheme.hash.make())
        elif isinstance(key, ec.EllipticCurvePublicKey) and scheme.padding is Padding.ECDSA:
            key.verify(signature, data, ec.ECDSA(scheme.hash.make()))
        else:
            raise Finding("signing.algorithm.mismatch")
    except InvalidSignature:
        raise Finding("signing.value.wrong") from None


def sign(key: PrivateKeyTypes, scheme: Scheme, data: bytes) -> bytes:
    """Sign `data` with a key in memory.

    Raises:
        Finding: the key does not fit the scheme.
    """
    if isinstance(key, rsa.RSAPrivateKey) and scheme.padding is not Padding.ECDSA:
        return key.sign(data, _rsa_padding(scheme), scheme.hash.make())
    if isinstance(key, ec.EllipticCurvePrivateKey) and scheme.padding is Padding.ECDSA:
        return key.sign(data, ec.ECDSA(scheme.hash.make()))
    raise Finding("signing.algorithm.mismatch")


def _rsa_padding(scheme: Scheme) -> padding.AsymmetricPadding:
    if scheme.padding is Padding.PKCS1:
        return padding.PKCS1v15()
    return padding.PSS(padding.MGF1(scheme.hash.make()), padding.PSS.DIGEST_LENGTH)


def scheme_for(key: CertificatePublicKeyTypes, *, pss: bool = False, hash_name: Hash = Hash.SHA256) -> Scheme:
    """The scheme that fits a key: ECDSA for curves; for RSA PKCS#1 v1.5, or PSS when asked for.

    Raises:
        Finding: the key is weak or unknown.
    """
    check_key(key)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return Scheme(Padding.ECDSA, hash_name)
    return Scheme(Padding.PSS if pss else Padding.PKCS1, hash_name)
