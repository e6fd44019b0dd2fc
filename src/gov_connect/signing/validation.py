"""What every format has in common once the mathematics was checked: time, chain, tree, revocation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gov_connect.signing.algorithms import Padding
from gov_connect.signing.certificates import CertificateId, Moment, signer_name
from gov_connect.signing.timestamps import verify_token
from gov_connect.signing.verdict import Finding, Reason, SignatureReport, Tree

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography import x509

    from gov_connect.signing.algorithms import Scheme
    from gov_connect.signing.chain import Trust
    from gov_connect.signing.trust import ActKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a verifier is asked.

    Attributes:
        now: the moment of verification.
        act: what the signature must be good for; None for anything.
    """

    trust: Trust
    now: datetime
    act: ActKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A signature whose value was checked, before anybody asked who made it."""

    certificate: x509.Certificate
    others: Sequence[x509.Certificate]
    scheme: Scheme
    stamped: bytes = field(repr=False)
    """What a timestamp speaks of: the signature value, or in XML its element."""
    claimed: datetime | None
    timestamp: bytes = field(default=b"", repr=False)
    covers_all: bool
    signed: bytes = field(default=b"", repr=False)
    reasons: tuple[Reason, ...] = ()


def validate(seen: Seen, question: Question) -> SignatureReport:
    """The report on one signature."""
    trust = question.trust
    reasons = list(seen.reasons)
    proven: datetime | None = None
    if seen.timestamp:
        try:
            proven = verify_token(seen.timestamp, seen.stamped, trust, question.now, others=seen.others)
        except Finding as finding:
            reasons.append(finding.reason)
    else:
        reasons.append(Reason("signing.note.no_timestamp"))
    skew = trust.policy.skew
    if seen.claimed is not None and seen.claimed > (proven or question.now) + skew:
        reasons.append(Reason("signing.time.ahead"))
    moment = Moment(at=proven or question.now, now=question.now, skew=skew)
    judgement = trust.judge(seen.certificate, seen.others, moment, question.act)
    reasons += judgement.reasons
    if trust.policy.pss_expected and judgement.tree is Tree.PUBLIC and seen.scheme.padding is Padding.PKCS1:
        reasons.append(Reason("signing.note.not_pss"))
    who = CertificateId.of(seen.certificate)
    return SignatureReport(
        signer=signer_name(seen.certificate),
        serial=who.serial,
        issuer=who.issuer,
        tree=judgement.tree,
        time=proven or seen.claimed,
        time_proven=proven is not None,
        covers_all=seen.covers_all,
        reasons=tuple(reasons),
        signed=seen.signed,
    )
