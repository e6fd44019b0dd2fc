"""Keys on tokens and in security modules, by PKCS#11 (extra `pkcs11`; signature.md §3.2).

The certificate is chosen by its serial number, since labels repeat at every renewal. A wrong PIN is never tried
again: a few mistakes lock the token. One session serves one signature at a time.
"""

from __future__ import annotations

import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Self

from gov_connect.signing.algorithms import Hash, Padding, digest, public_key, scheme_for, verify
from gov_connect.signing.certificates import load
from gov_connect.signing.verdict import Finding, SigningRefused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from cryptography import x509

_RSA: Final = {Hash.SHA256: "SHA256", Hash.SHA384: "SHA384", Hash.SHA512: "SHA512"}


class Token:
    """An open token with one signing certificate. A context manager.

    Args:
        library: path of the maker's PKCS#11 library.
        token: label of the token.
        pin: the officer's PIN.
        serial: serial number of the certificate to sign with.
        above: certificates above it that the token does not hold.
        pss: whether RSA signs with PSS.

    Raises:
        SigningRefused: no library or token, wrong PIN, not exactly one such certificate, or a weak key.
    """

    def __init__(
        self,
        library: str,
        *,
        token: str,
        pin: str,
        serial: int,
        above: Sequence[x509.Certificate] = (),
        pss: bool = False,
    ) -> None:
        try:
            self._pkcs11: Any = import_module("pkcs11")
            errors: Any = import_module("pkcs11.exceptions")
        except ModuleNotFoundError:
            raise SigningRefused("signing.token.library") from None
        try:
            self._session: Any = self._pkcs11.lib(library).get_token(token_label=token).open(user_pin=pin)
        except (errors.PinIncorrect, errors.PinLenRange, errors.PinLocked, errors.PinInvalid):
            raise SigningRefused("signing.token.pin") from None
        except (errors.PKCS11Error, RuntimeError):
            raise SigningRefused("signing.token.library") from None
        self._lock = threading.Lock()
        try:
            leaf, identifier = self._certificate(serial)
            self._key: Any = self._session.get_key(object_class=self._pkcs11.ObjectClass.PRIVATE_KEY, id=identifier)
            self.scheme: Final = scheme_for(public_key(leaf), pss=pss)
        except Finding as finding:
            self.close()
            raise SigningRefused(finding.reason.code, **finding.reason.params) from None
        except errors.PKCS11Error:
            self.close()
            raise SigningRefused("signing.token.certificate") from None
        self.certificates: Final[tuple[x509.Certificate, ...]] = (leaf, *above)

    def _certificate(self, serial: int) -> tuple[x509.Certificate, bytes]:
        names = self._pkcs11.Attribute
        wanted = {names.CLASS: self._pkcs11.ObjectClass.CERTIFICATE}
        found = [(load(bytes(one[names.VALUE])), bytes(one[names.ID])) for one in self._session.get_objects(wanted)]
        mine = [(leaf, identifier) for leaf, identifier in found if leaf.serial_number == serial]
        if len(mine) != 1:
            raise Finding("signing.token.certificate")
        return mine[0]

    def sign(self, data: bytes, /) -> bytes:
        """A raw signature over `data`, verified under the certificate; ECDSA as DER.

        Raises:
            SigningRefused: the token's value is not that of the certificate.
        """
        with self._lock:
            value = self._raw(data)
        try:
            verify(public_key(self.certificates[0]), self.scheme, value, data)
        except Finding as finding:
            raise SigningRefused(finding.reason.code, **finding.reason.params) from None
        return value

    def _raw(self, data: bytes) -> bytes:
        mechanism = self._pkcs11.Mechanism
        name = _RSA[self.scheme.hash]
        if self.scheme.padding is Padding.ECDSA:
            fixed = bytes(self._key.sign(digest(self.scheme.hash, data), mechanism=mechanism.ECDSA))
            return _der_of(fixed)
        if self.scheme.padding is Padding.PKCS1:
            return bytes(self._key.sign(data, mechanism=getattr(mechanism, f"{name}_RSA_PKCS")))
        parameters = (
            getattr(mechanism, name),
            getattr(self._pkcs11.MGF, name),
            self.scheme.hash.make().digest_size,
        )
        return bytes(
            self._key.sign(data, mechanism=getattr(mechanism, f"{name}_RSA_PKCS_PSS"), mechanism_param=parameters)
        )

    def close(self) -> None:
        """Log out."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _der_of(fixed: bytes) -> bytes:
    """Both numbers of an ECDSA value, side by side on a token, as DER."""
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature  # noqa: PLC0415 - only here

    half = len(fixed) // 2
    return encode_dss_signature(int.from_bytes(fixed[:half], "big"), int.from_bytes(fixed[half:], "big"))
