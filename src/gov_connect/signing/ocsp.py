"""OCSP answers that were fed in: about which certificate, by whom, until when (RFC 6960)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from gov_connect.signing.algorithms import Hash, check_key
from gov_connect.signing.certificates import check_strength, extended_usage
from gov_connect.signing.verdict import Finding

if TYPE_CHECKING:
    from datetime import datetime

    from gov_connect.signing.certificates import Moment

_HASHES: Final = frozenset(Hash)


class Status(Enum):
    """What the responder says."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


_STATUS: Final = {
    ocsp.OCSPCertStatus.GOOD: Status.GOOD,
    ocsp.OCSPCertStatus.REVOKED: Status.REVOKED,
    ocsp.OCSPCertStatus.UNKNOWN: Status.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class OcspAnswer:
    """One successful response about one certificate."""

    response: ocsp.OCSPResponse

    @property
    def raw(self) -> bytes:
        """The response in DER."""
        return self.response.public_bytes(Encoding.DER)

    @property
    def serial(self) -> int:
        """The certificate's serial number."""
        return self.response.serial_number

    @property
    def status(self) -> Status:
        """Good, revoked or unknown."""
        return _STATUS[self.response.certificate_status]

    @property
    def revoked_at(self) -> datetime | None:
        """When it was revoked."""
        return self.response.revocation_time_utc

    @property
    def this_update(self) -> datetime:
        """From when the answer holds."""
        return self.response.this_update_utc

    @property
    def next_update(self) -> datetime | None:
        """Until when it holds; None means that it holds for no time at all."""
        return self.response.next_update_utc

    def is_about(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        """Whether it speaks of this certificate of this issuer: name, key and serial number."""
        try:
            asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, self.response.hash_algorithm).build()
        except (ValueError, TypeError, UnsupportedAlgorithm):
            return False
        mine = (asked.serial_number, asked.issuer_name_hash, asked.issuer_key_hash)
        return mine == (self.response.serial_number, self.response.issuer_name_hash, self.response.issuer_key_hash)

    def is_authentic(self, issuer: x509.Certificate, moment: Moment) -> bool:
        """Whether the issuer signed it, or a responder that the issuer named for that (§4.2.2.2)."""
        if self._is_signed_with(issuer):
            return True
        return any(
            self._is_signed_with(one) and _is_responder(one, issuer, moment) for one in self.response.certificates
        )

    def _is_signed_with(self, signer: x509.Certificate) -> bool:
        algorithm = self.response.signature_hash_algorithm
        if algorithm is None or algorithm.name not in _HASHES:
            return False
        signature, data = self.response.signature, self.response.tbs_response_bytes
        try:
            key = signer.public_key()
            check_key(key)
            if isinstance(key, rsa.RSAPublicKey):
                key.verify(signature, data, padding.PKCS1v15(), algorithm)
            elif isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, data, ec.ECDSA(algorithm))
            else:
                return False
        except (InvalidSignature, Finding, ValueError, UnsupportedAlgorithm):
            return False
        return True


def _is_responder(certificate: x509.Certificate, issuer: x509.Certificate, moment: Moment) -> bool:
    """Named by the issuer for OCSP, marked ocsp-nocheck (nobody could tell us otherwise), and in time."""
    try:
        certificate.verify_directly_issued_by(issuer)
        check_strength(certificate)
        certificate.extensions.get_extension_for_class(x509.OCSPNoCheck)
    except (InvalidSignature, ValueError, TypeError, Finding, x509.ExtensionNotFound, UnsupportedAlgorithm):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in extended_usage(certificate) and moment.within(
        certificate.not_valid_before_utc, certificate.not_valid_after_utc
    )


def read_ocsp(data: bytes) -> OcspAnswer:
    """Read a response.

    Raises:
        Finding: it is no successful answer about one certificate.
    """
    try:
        response = ocsp.load_der_ocsp_response(data)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise Finding("signing.revocation.unreadable")
        _ = (response.certificate_status, response.serial_number, response.this_update_utc, response.certificates)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Finding("signing.revocation.unreadable") from None
    return OcspAnswer(response)
