"""What is known about revoked certificates: CRLs and OCSP answers that are fed in (signature.md §4).

Nothing is fetched. A CRL is read once into a table by serial number; its signature is checked once per issuer.
Any authentic proof of revocation before the trusted time wins over every "good".
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from gov_connect.signing.algorithms import Hash
from gov_connect.signing.certificates import issuer_name
from gov_connect.signing.ocsp import OcspAnswer, Status, read_ocsp
from gov_connect.signing.verdict import Finding, SigningRefused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from gov_connect.signing.certificates import Moment

_HASHES: Final = frozenset(Hash)
_ODD: Final = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
"""What the library raises beside ValueError for lists that nobody honest makes."""
_UNDERSTOOD: Final = frozenset({x509.CRLNumber.oid, x509.AuthorityKeyIdentifier.oid, x509.IssuingDistributionPoint.oid})


class Standing(StrEnum):
    """What the evidence says about one certificate at one moment."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    UNUSABLE = "unusable"
    """There is evidence, but it is stale, of another scope, or not authentic."""


_ORDER: Final = (Standing.REVOKED, Standing.GOOD, Standing.UNUSABLE)


@dataclass(kw_only=True)
class _Crl:
    crl: x509.CertificateRevocationList
    raw: bytes = field(repr=False)
    revoked: dict[int, datetime]
    begins: datetime
    ends: datetime | None
    complete: bool
    """Whether absence from it means "not revoked": no delta, no partial scope, no unknown critical extension."""
    authentic: dict[x509.Certificate, bool] = field(default_factory=dict["x509.Certificate", bool])


@dataclass(frozen=True, slots=True)
class _Listed:
    """What one CRL says of one certificate; `ends` is None where its silence says nothing."""

    authentic: bool
    revoked_at: datetime | None
    begins: datetime
    ends: datetime | None

    def standing(self, moment: Moment) -> Standing:
        if not self.authentic:
            return Standing.UNUSABLE
        if self.revoked_at is not None:
            return Standing.REVOKED if self.revoked_at <= moment.at + moment.skew else Standing.GOOD
        if self.ends is None or not moment.within(self.begins, self.ends):
            return Standing.UNUSABLE
        return Standing.GOOD


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about one certificate, before anybody asks about a moment."""

    certificate: x509.Certificate
    issuer: x509.Certificate
    crls: tuple[_Listed, ...]
    answers: tuple[OcspAnswer, ...]

    def standing(self, moment: Moment) -> Standing:
        """What that makes at one moment: revoked beats good, and good beats what cannot be used."""
        found = {one.standing(moment) for one in self.crls}
        found |= {_by_ocsp(answer, self.certificate, self.issuer, moment) for answer in self.answers}
        return next((standing for standing in _ORDER if standing in found), Standing.UNKNOWN)


class Evidence:
    """CRLs and OCSP answers, safe to share between threads; add new ones as they arrive."""

    def __init__(self) -> None:
        self._crls: dict[bytes, list[_Crl]] = {}
        self._ocsp: dict[int, list[OcspAnswer]] = {}
        self._lock = threading.Lock()
        self.version = 0
        """Changes whenever something is taken in."""

    def add_crl(self, data: bytes) -> int:
        """Take a CRL in (DER or PEM) and say how many certificates it lists.

        Raises:
            SigningRefused: it cannot be read.
        """
        try:
            pem = data.lstrip().startswith(b"-----BEGIN")
            crl = x509.load_pem_x509_crl(data) if pem else x509.load_der_x509_crl(data)
            revoked = {entry.serial_number: entry.revocation_date_utc for entry in crl}
            complete = _is_complete(crl)
            issuer, begins, ends = crl.issuer.public_bytes(), crl.last_update_utc, crl.next_update_utc
        except (ValueError, TypeError, *_ODD):
            raise SigningRefused("signing.revocation.unreadable") from None
        found = _Crl(
            crl=crl, raw=crl.public_bytes(Encoding.DER), revoked=revoked, begins=begins, ends=ends, complete=complete
        )
        with self._lock:
            self._crls.setdefault(issuer, []).append(found)
            self.version += 1
        return len(revoked)

    def add_ocsp(self, data: bytes) -> None:
        """Take an OCSP response in (DER).

        Raises:
            SigningRefused: it cannot be read, or is no successful answer.
        """
        try:
            answer = read_ocsp(data)
        except Finding as finding:
            raise SigningRefused(finding.reason.code) from None
        with self._lock:
            self._ocsp.setdefault(answer.serial, []).append(answer)
            self.version += 1

    def joined(self, other: Evidence) -> Evidence:
        """This and `other` together, as a new one."""
        both = Evidence()
        both._take(self._crls, self._ocsp)
        both._take(other._crls, other._ocsp)
        return both

    def _take(self, crls: Mapping[bytes, Sequence[_Crl]], answers: Mapping[int, Sequence[OcspAnswer]]) -> None:
        with self._lock:
            for issuer, lists in crls.items():
                self._crls.setdefault(issuer, []).extend(lists)
            for serial, said in answers.items():
                self._ocsp.setdefault(serial, []).extend(said)
            self.version += 1

    def proofs(
        self, certificate: x509.Certificate, issuer: x509.Certificate, moment: Moment
    ) -> tuple[list[bytes], list[bytes]]:
        """The CRLs and the OCSP answers (DER) that say "good" of a certificate at that moment."""
        crls = [
            one.raw
            for one in self._crls.get(issuer_name(certificate), ())
            if self._listed(one, certificate, issuer).standing(moment) is Standing.GOOD
        ]
        answers = [
            one.raw
            for one in self._ocsp.get(certificate.serial_number, ())
            if _by_ocsp(one, certificate, issuer, moment) is Standing.GOOD
        ]
        return crls, answers

    def standing(self, certificate: x509.Certificate, issuer: x509.Certificate, moment: Moment) -> Standing:
        """What is known about `certificate` at the trusted moment."""
        return self.facts(certificate, issuer).standing(moment)

    def facts(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Facts:
        """Everything known about `certificate` at any moment, good until `version` changes."""
        return Facts(
            certificate=certificate,
            issuer=issuer,
            crls=tuple(self._listed(one, certificate, issuer) for one in self._crls.get(issuer_name(certificate), ())),
            answers=tuple(self._ocsp.get(certificate.serial_number, ())),
        )

    def _listed(self, one: _Crl, certificate: x509.Certificate, issuer: x509.Certificate) -> _Listed:
        # Expired certificates drop out of later lists: their absence says nothing.
        speaks = one.complete and one.begins <= certificate.not_valid_after_utc
        return _Listed(
            authentic=self._is_authentic(one, issuer),
            revoked_at=one.revoked.get(certificate.serial_number),
            begins=one.begins,
            ends=one.ends if speaks else None,
        )

    def _is_authentic(self, one: _Crl, issuer: x509.Certificate) -> bool:
        known = one.authentic.get(issuer)
        if known is None:
            known = one.authentic[issuer] = _is_signed_by(one.crl, issuer)
        return known


def _is_complete(crl: x509.CertificateRevocationList) -> bool:
    for extension in crl.extensions:
        if extension.critical and extension.oid not in _UNDERSTOOD:
            return False
        value = extension.value
        if isinstance(value, x509.DeltaCRLIndicator):
            return False
        if isinstance(value, x509.IssuingDistributionPoint) and (
            value.only_contains_attribute_certs
            or value.only_contains_ca_certs
            or value.only_contains_user_certs
            or value.indirect_crl
            or value.only_some_reasons
        ):
            return False
    return True


def _is_signed_by(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    algorithm = crl.signature_hash_algorithm
    if algorithm is None or algorithm.name not in _HASHES:
        return False
    try:
        if not issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign:
            return False
    except x509.ExtensionNotFound:
        return False
    try:
        key = issuer.public_key()
        return crl.is_signature_valid(key)  # type: ignore[arg-type]  # any other key type raises TypeError
    except (TypeError, ValueError, InvalidSignature, UnsupportedAlgorithm):
        return False


def _by_ocsp(answer: OcspAnswer, certificate: x509.Certificate, issuer: x509.Certificate, moment: Moment) -> Standing:
    if not answer.is_about(certificate, issuer) or not answer.is_authentic(issuer, moment):
        return Standing.UNUSABLE
    if answer.status is Status.REVOKED:
        assert answer.revoked_at is not None
        return Standing.REVOKED if answer.revoked_at <= moment.at + moment.skew else Standing.GOOD
    ends = answer.next_update
    if answer.status is Status.UNKNOWN or ends is None or not moment.within(answer.this_update, ends):
        return Standing.UNUSABLE
    return Standing.GOOD
