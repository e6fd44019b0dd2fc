"""Keys in memory, from PKCS#12 or PEM: read once, checked once, kept as objects (signature.md §3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
    pkcs12,
)

from gov_connect.signing.algorithms import Hash, Scheme, public_key, scheme_for, sign
from gov_connect.signing.certificates import der as der_of
from gov_connect.signing.certificates import leaf_of, load, load_many
from gov_connect.signing.verdict import Finding, SigningRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes


class Key(Protocol):
    """Something that signs at once: a key in memory or on a token in this machine."""

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """The signer's own certificate first, then those above it."""
        ...

    @property
    def scheme(self) -> Scheme:
        """How it signs."""
        ...

    def sign(self, data: bytes, /) -> bytes:
        """A raw signature over `data`; ECDSA values are DER."""
        ...


class LocalKey:
    """A private key in memory. Its repr shows neither key nor name."""

    __slots__ = ("_key", "certificates", "scheme")

    def __init__(
        self,
        key: PrivateKeyTypes,
        certificates: Sequence[x509.Certificate],
        *,
        pss: bool = False,
        hash_name: Hash = Hash.SHA256,
    ) -> None:
        try:
            leaf = leaf_of(certificates)
            self.scheme: Final = scheme_for(public_key(leaf), pss=pss, hash_name=hash_name)
            if _spki(key.public_key()) != _spki(public_key(leaf)):
                raise Finding("signing.key.another")
        except Finding as finding:
            raise SigningRefused(finding.reason.code, **finding.reason.params) from None
        self._key = key
        self.certificates: Final = (leaf, *(one for one in certificates if one != leaf))

    @classmethod
    def from_pkcs12(cls, data: bytes, password: bytes | None, *, pss: bool = False) -> LocalKey:
        """Read a .p12 or .pfx file.

        Raises:
            SigningRefused: wrong password, no key, or a key or certificate that is not good enough.
        """
        try:
            key, leaf, above = pkcs12.load_key_and_certificates(data, password)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise SigningRefused("signing.key.unreadable") from None
        if key is None or leaf is None:
            raise SigningRefused("signing.key.unreadable")
        return cls(key, [load(der_of(one)) for one in (leaf, *above)], pss=pss)

    @classmethod
    def from_pem(cls, key: bytes, certificates: bytes, password: bytes | None = None, *, pss: bool = False) -> LocalKey:
        """Read a private key (PEM or PKCS#8 DER) and its certificates (PEM, or one DER).

        Raises:
            SigningRefused: as `from_pkcs12`.
        """
        try:
            reader = load_pem_private_key if b"-----BEGIN" in key else load_der_private_key
            found = _open(reader, key, password)
            chain = load_many(certificates)
        except (ValueError, TypeError, UnsupportedAlgorithm, Finding):
            raise SigningRefused("signing.key.unreadable") from None
        return cls(found, chain, pss=pss)

    def sign(self, data: bytes, /) -> bytes:
        """A raw signature over `data`."""
        return sign(self._key, self.scheme, data)

    @property
    def private(self) -> PrivateKeyTypes:
        """The key object, for XAdES by signxml."""
        return self._key

    def __repr__(self) -> str:
        return f"<LocalKey {self.scheme.padding}>"


def _open(reader: Callable[..., PrivateKeyTypes], key: bytes, password: bytes | None) -> PrivateKeyTypes:
    """Read a key; a password that an open key does not need is let go."""
    try:
        return reader(key, password)
    except TypeError:
        if password is None:
            raise
        return reader(key, None)


def _spki(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined,no-any-return]
