"""Signing on somebody's phone: what the remote services have in common (signature.md §1.4 to §1.7).

They take hashes and give values back later. A value is taken as what it is, raw or a whole signed message, and
`Signing.complete` verifies it under the expected certificate before it is embedded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from gov_connect.errors import UnexpectedReply
from gov_connect.signing.certificates import der, load, load_many
from gov_connect.signing.cms_read import read_message
from gov_connect.signing.verdict import Finding, SigningRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509

    from gov_connect.signing.pending import Pending

_MESSAGE_START: Final = b"\x30\x82"


class RemoteState(StrEnum):
    """What has become of a request to sign."""

    WAITING = "waiting"
    SIGNED = "signed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteCertificate:
    """A certificate that a service signs with.

    Attributes:
        reference: the service's own name for it.
        certificates: the signer's own first, then those above it that the service gave.
    """

    reference: str
    certificates: tuple[x509.Certificate, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteResult:
    """The present state of a request, and the values once they are there.

    Attributes:
        values: one per hash, in the order in which they were asked for.
        raw_code: the service's own code.
    """

    state: RemoteState
    values: tuple[bytes, ...] = field(default=(), repr=False)
    raw_code: str = ""

    def value_for(self, pending: Pending, place: int = 0) -> bytes:
        """The raw value for one pending signature.

        Raises:
            SigningRefused: there is none, or it is a message about something else.
        """
        refusals = {
            RemoteState.REJECTED: "signing.remote.rejected",
            RemoteState.EXPIRED: "signing.remote.expired",
        }
        if self.state is not RemoteState.SIGNED:
            raise SigningRefused(refusals.get(self.state, "signing.remote.failed"), raw=self.raw_code or "-")
        if place >= len(self.values):
            raise SigningRefused("signing.remote.mismatch")
        return raw_value(self.values[place], pending)


def raw_value(answer: bytes, pending: Pending) -> bytes:
    """The raw value in an answer: as long as the key, or inside a signed message over the same attributes.

    Raises:
        SigningRefused: neither.
    """
    key = pending.certificates[0].public_key()
    if isinstance(key, rsa.RSAPublicKey) and len(answer) == key.key_size // 8:
        return answer
    if isinstance(key, ec.EllipticCurvePublicKey) and not answer.startswith(_MESSAGE_START):
        return answer
    try:
        (signer,) = read_message(answer).signers
    except (Finding, ValueError):
        raise SigningRefused("signing.remote.mismatch") from None
    if signer.attributes != pending.to_sign or der(signer.certificate) != der(pending.certificates[0]):
        raise SigningRefused("signing.remote.mismatch")
    return signer.signature


def signature(value: bytes, system: str) -> bytes:
    """A value that a service calls signed.

    Raises:
        UnexpectedReply: there is nothing in it.
    """
    if not value:
        raise UnexpectedReply(system=system, reason="no_signature")
    return value


def certificates_of(own: bytes, above: Sequence[bytes] = ()) -> tuple[x509.Certificate, ...]:
    """Certificates as services give them: DER, or PEM text.

    Raises:
        SigningRefused: one cannot be read.
    """
    try:
        found = [load_many(one)[0] if b"-----BEGIN" in one else load(one) for one in (own, *above)]
    except Finding as finding:
        raise SigningRefused(finding.reason.code) from None
    return tuple(found)
