"""From a leaf to a pinned root: path by `cryptography`, our own rules on every link, then revocation."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from gov_connect.signing.certificates import (
    check_strength,
    check_time,
    extended_usage,
    fixed_faults,
)
from gov_connect.signing.revocation import Evidence, Standing
from gov_connect.signing.trust import RevocationMode
from gov_connect.signing.verdict import Finding, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gov_connect.signing.certificates import Moment
    from gov_connect.signing.revocation import Facts
    from gov_connect.signing.trust import ActKind, TrustPolicy
    from gov_connect.signing.verdict import Tree

MOST_LINKS: Final = 4
_PATHS_KEPT: Final = 1000
_COSTLY: Final = ("_builder", "_timestamp_builder")


@dataclass(slots=True)
class _Path:
    """A way from a leaf to a root, with what does not depend on the moment."""

    given: tuple[object, ...]
    """What it was found from, anchors first; kept, so that the identities in its key stay theirs."""
    links: tuple[x509.Certificate, ...]
    begins: datetime
    ends: datetime
    tree: Tree | None
    known: tuple[int, tuple[Facts, ...]] = (-1, ())
    """What the evidence of a version says of its links: in one piece, since threads share it."""


_PathKey: TypeAlias = tuple[int, ...]
"""Identities of the anchors and of the certificates: hashing these would cost more than all the rest."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a leaf: its tree, the links from leaf to root, and every finding."""

    tree: Tree | None
    links: tuple[x509.Certificate, ...] = field(repr=False)
    reasons: tuple[Reason, ...]


def _issues(policy: Any, certificate: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    del policy, certificate
    if not constraints.ca:
        raise ValueError("not a CA")


def _may_issue(policy: Any, certificate: x509.Certificate, usage: x509.KeyUsage) -> None:
    del policy, certificate
    if not usage.key_cert_sign:
        raise ValueError("may not issue")


class Trust:
    """A policy together with what is known about revocation; keeps what is costly to build."""

    def __init__(self, policy: TrustPolicy, evidence: Evidence | None = None) -> None:
        self.policy: Final = policy
        self.evidence: Final = evidence or Evidence()
        self._paths: dict[_PathKey, _Path] = {}

    @cached_property
    def _builder(self) -> PolicyBuilder:
        return _builder([one for group in self.policy.anchors.values() for one in group])

    @cached_property
    def _timestamp_builder(self) -> PolicyBuilder:
        return _builder(self.policy.timestamp_anchors)

    def judge(
        self, leaf: x509.Certificate, others: Sequence[x509.Certificate], moment: Moment, act: ActKind | None = None
    ) -> Judgement:
        """May `leaf` have signed a document at that moment, and who vouches for it?"""
        reasons = list(fixed_faults(leaf))
        try:
            check_time(leaf, moment)
        except Finding as finding:
            reasons.append(finding.reason)
        try:
            path = self._path(self._builder, leaf, others, moment)
        except Finding as finding:
            return Judgement(None, (), (*reasons, *([] if reasons else [finding.reason])))
        tree = path.tree
        assert tree is not None, "the anchors of documents are all in a tree"
        if not self.policy.accepts(tree, act):
            reasons.append(Reason("signing.tree.not_allowed", {"tree": tree.value, "act": str(act)}))
        reasons += self._revocation(path, moment)
        return Judgement(tree, path.links, tuple(reasons))

    def judge_timestamp(self, leaf: x509.Certificate, others: Sequence[x509.Certificate], moment: Moment) -> None:
        """Whether `leaf` is a timestamp authority we trust; its purpose must be that alone.

        Raises:
            Finding: it is not, or nobody knows.
        """
        if not self.policy.timestamp_anchors:
            raise Finding("signing.timestamp.untrusted")
        check_strength(leaf)
        check_time(leaf, moment)
        if extended_usage(leaf) != frozenset({ExtendedKeyUsageOID.TIME_STAMPING}):
            raise Finding("signing.timestamp.wrong")
        path = self._timestamp_path(leaf, others, moment)
        codes = {reason.code for reason in self._revocation(path, moment)}
        if "signing.certificate.revoked" in codes:
            raise Finding("signing.timestamp.wrong")
        if codes & {"signing.revocation.unknown", "signing.revocation.unusable"}:
            raise Finding("signing.timestamp.revocation")

    def timestamp_links(
        self, leaf: x509.Certificate, others: Sequence[x509.Certificate], moment: Moment
    ) -> tuple[x509.Certificate, ...]:
        """From a timestamp authority to one of its roots.

        Raises:
            Finding: `signing.timestamp.untrusted`.
        """
        return self._timestamp_path(leaf, others, moment).links

    def _timestamp_path(self, leaf: x509.Certificate, others: Sequence[x509.Certificate], moment: Moment) -> _Path:
        try:
            return self._path(self._timestamp_builder, leaf, others, moment)
        except Finding:
            raise Finding("signing.timestamp.untrusted") from None

    def knowing(self, evidence: Evidence) -> Trust:
        """The same policy with further evidence, as a signed file may carry it; what was known stays known."""
        wider = Trust(self.policy, self.evidence.joined(evidence))
        wider.__dict__.update({name: self.__dict__[name] for name in _COSTLY if name in self.__dict__})
        return wider

    def _path(
        self, builder: PolicyBuilder, leaf: x509.Certificate, others: Sequence[x509.Certificate], moment: Moment
    ) -> _Path:
        # Within the skew a certificate that begins in a moment is taken as begun.
        begins = leaf.not_valid_before_utc
        at = begins if moment.at < begins <= moment.at + moment.skew else moment.at
        given = (builder, leaf, *others)
        key = tuple(map(id, given))
        known = self._paths.get(key)
        # A path depends on time by the validity of its links alone, so that is asked anew.
        if known is not None and known.begins <= at <= known.ends:
            return known
        helpers = [one for one in (*others, *self.policy.intermediates) if one != leaf]
        try:
            found = builder.time(at).build_client_verifier().verify(leaf, helpers)
        except (VerificationError, ValueError):
            raise Finding("signing.certificate.untrusted") from None
        links = tuple(found.chain)
        for link in links[1:-1]:
            check_strength(link)
        if len(self._paths) >= _PATHS_KEPT:
            self._paths.clear()
        path = self._paths[key] = _Path(
            given,
            links,
            begins=max(link.not_valid_before_utc for link in links),
            ends=min(link.not_valid_after_utc for link in links),
            tree=self.policy.tree_of.get(links[-1]),
        )
        return path

    def _revocation(self, path: _Path, moment: Moment) -> list[Reason]:
        """Every link below the root must be known not to be revoked."""
        version, (known, facts) = self.evidence.version, path.known
        if known != version:
            facts = tuple(self.evidence.facts(*pair) for pair in pairwise(path.links))
            path.known = version, facts
        standings = {one.standing(moment) for one in facts}
        if Standing.REVOKED in standings:
            return [Reason("signing.certificate.revoked")]
        if standings <= {Standing.GOOD}:
            return []
        if self.policy.revocation is RevocationMode.WHEN_KNOWN:
            return [Reason("signing.note.revocation_skipped")]
        unusable = Standing.UNUSABLE in standings
        return [Reason("signing.revocation.unusable" if unusable else "signing.revocation.unknown")]


def _builder(anchors: Sequence[x509.Certificate]) -> PolicyBuilder:
    """Our own rules instead of those of the web: no host names, no web purposes."""
    issuing = (
        ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, _issues)
        .require_present(x509.KeyUsage, Criticality.AGNOSTIC, _may_issue)
    )
    return (
        PolicyBuilder()
        .store(Store(list(anchors)))
        .extension_policies(ca_policy=issuing, ee_policy=ExtensionPolicy.permit_all())
        .max_chain_depth(MOST_LINKS)
    )
