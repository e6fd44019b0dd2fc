"""Timestamps over signature values (RFC 3161): ask, read, verify. Carrying the bytes is the caller's business.

The official-duty authority answers in 2 s to 131 s; give its carrier 180 s and few attempts (signature.md §1.2).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from gov_connect.signing import _der
from gov_connect.signing._cms_algorithms import hash_identifier, read_hash
from gov_connect.signing.algorithms import Hash, digest, public_key, verify
from gov_connect.signing.certificates import Moment
from gov_connect.signing.cms_read import read_message
from gov_connect.signing.verdict import Finding, SigningRefused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography import x509

    from gov_connect.signing.chain import Trust

TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
_GRANTED: Final = frozenset({0, 1})
_NONCE_BYTES: Final = 8
_LEAST_FIELDS: Final = 5


class Timestamper(Protocol):
    """Carries a TimeStampReq (`application/timestamp-query`) to an authority and gives its answer back."""

    def __call__(self, request: bytes, /) -> bytes:
        """The TimeStampResp."""
        ...


@dataclass(frozen=True, slots=True)
class Query:
    """A question to a timestamp authority, kept until its answer is read.

    Attributes:
        stamped: the bytes whose existence is to be proven.
        nonce: ties the answer to this question.
    """

    stamped: bytes = field(repr=False)
    nonce: bytes = field(default_factory=lambda: secrets.token_bytes(_NONCE_BYTES), repr=False)

    @property
    def request(self) -> bytes:
        """The TimeStampReq to send as `application/timestamp-query`."""
        return request(self.stamped, self.nonce)

    def read(self, response: bytes, trust: Trust, now: datetime) -> bytes:
        """The token in a TimeStampResp, verified.

        Raises:
            SigningRefused: the authority said no, or its token does not hold.
        """
        try:
            token = _token(response)
            verify_token(token, self.stamped, trust, now, nonce=self.nonce)
        except Finding as finding:
            raise SigningRefused(finding.reason.code, **finding.reason.params) from None
        return token


def request(signature: bytes, nonce: bytes) -> bytes:
    """A TimeStampReq for SHA-256 of `signature`, asking for the authority's certificate."""
    imprint = _der.sequence(hash_identifier(Hash.SHA256), _der.octets(digest(Hash.SHA256, signature)))
    number = _der.integer(int.from_bytes(nonce, "big"))
    return _der.sequence(_der.integer(1), imprint, number, _der.write(_der.BOOLEAN, b"\xff"))


def _token(response: bytes) -> bytes:
    row = _der.read(response).children(_der.SEQUENCE)
    status = row[0].children(_der.SEQUENCE) if row else []
    if not status or status[0].integer() not in _GRANTED or len(row) != 2:  # noqa: PLR2004 - status and token
        raise Finding("signing.timestamp.refused")
    return row[1].raw


def verify_token(
    token: bytes,
    signature: bytes,
    trust: Trust,
    now: datetime,
    *,
    nonce: bytes | None = None,
    others: Sequence[x509.Certificate] = (),
) -> datetime:
    """The proven moment of a token over `signature`; `others` are certificates beside those it carries.

    Raises:
        Finding: `signing.timestamp.wrong`, or `signing.timestamp.untrusted` when nobody vouches for the authority.
    """
    try:
        return _verify(token, signature, trust, now, nonce, others)
    except Finding as finding:
        code = finding.reason.code
        raise Finding(code if code.startswith("signing.timestamp.") else "signing.timestamp.wrong") from None


def _verify(
    token: bytes,
    signature: bytes,
    trust: Trust,
    now: datetime,
    nonce: bytes | None,
    others: Sequence[x509.Certificate],
) -> datetime:
    message = read_message(token, TST_INFO)
    if len(message.signers) != 1 or message.content is None:
        raise Finding("signing.timestamp.wrong")
    (signer,) = message.signers
    fields = _der.read(message.content).children(_der.SEQUENCE)
    if len(fields) < _LEAST_FIELDS or len(fields[2].children(_der.SEQUENCE)) != 2:  # noqa: PLR2004 - hash and value
        raise Finding("signing.timestamp.wrong")
    imprint = fields[2].children(_der.SEQUENCE)
    hash_name = read_hash(imprint[0])
    numbers = [one.integer() for one in fields[5:] if one.tag == _der.INTEGER]
    moment = fields[4].time()
    holds = (
        fields[0].integer() == 1
        and imprint[1].expect(_der.OCTETS) == digest(hash_name, signature)
        and signer.digest == digest(signer.scheme.hash, message.content)
        and (nonce is None or numbers == [int.from_bytes(nonce, "big")])
        and moment <= now + trust.policy.skew
    )
    if not holds:
        raise Finding("signing.timestamp.wrong")
    verify(public_key(signer.certificate), signer.scheme, signer.signature, signer.attributes)
    helpers = (*message.certificates, *others)
    trust.judge_timestamp(signer.certificate, helpers, Moment(at=moment, now=now, skew=trust.policy.skew))
    return moment
