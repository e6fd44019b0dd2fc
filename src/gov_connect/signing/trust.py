"""Whom to trust for what: two trees of certificates, pinned roots, rules of time and revocation.

Roots are never taken from the operating system or from the web's bundle. The fingerprints of the roots of both
trees are data (`roots.toml`, each with its grade); the certificates come from the agency and must match.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import ConfigurationError, Problem
from gov_connect.signing.certificates import CertificateId, fingerprint, is_ca, load_many
from gov_connect.signing.verdict import Finding, SigningRefused, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cryptography import x509

DIGEST_DAYS: Final = 14


class ActKind(StrEnum):
    """What a signature is for (NĐ 30/2020 Điều 13, 17; Phụ lục I)."""

    PERSONAL = "personal"
    """The competent person signs."""
    AGENCY = "agency"
    """Văn thư signs for the agency, after the person."""
    COPY = "copy"
    """A certified electronic copy, signed by the agency."""
    CITIZEN = "citizen"
    """A paper that a citizen or an enterprise hands in."""


_OFFICIAL: Final = frozenset({Tree.OFFICIAL_DUTY})
DEFAULT_TREES: Final[Mapping[ActKind, frozenset[Tree]]] = {
    ActKind.PERSONAL: _OFFICIAL,
    ActKind.AGENCY: _OFFICIAL,
    ActKind.COPY: _OFFICIAL,
    ActKind.CITIZEN: frozenset(Tree),
}
"""Remote services for the public sign in the public tree only: an agency that lets its officers use them
says so here (signature.md §1.2, last row)."""


class RevocationMode(StrEnum):
    """What to do when nobody says whether a certificate was revoked."""

    REQUIRE = "require"
    """The answer is "not determined"."""
    WHEN_KNOWN = "when_known"
    """It passes with a note; any proof of revocation still wins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedRoot:
    """A root as `roots.toml` knows it.

    Attributes:
        grade: how well the fingerprint is known; compare it with the authority's own page before use.
    """

    name: str
    tree: Tree
    sha256: str
    grade: str
    source: str


def pinned_roots() -> tuple[PinnedRoot, ...]:
    """The roots of both trees whose fingerprints are known."""
    text = resources.files("gov_connect.signing").joinpath("roots.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["root"]
    return tuple(PinnedRoot(**{**row, "tree": Tree(row["tree"])}) for row in rows)


@dataclass(frozen=True, kw_only=True)
class TrustPolicy:
    """What a verifier and a signer hold to.

    Attributes:
        anchors: roots by tree; the signature on a root itself is not judged.
        intermediates: further issuing certificates; they are not trusted by themselves.
        timestamp_anchors: roots of timestamp authorities.
        trees: which trees are good for which act.
        skew: how far clocks may differ.
        pss_expected: note where a public-tree RSA signature does not use PSS (TT 15/2025, Appendix).

    Raises:
        ConfigurationError: no anchors at all, or one that issues nothing or stands in both trees.
    """

    anchors: Mapping[Tree, tuple[x509.Certificate, ...]]
    intermediates: tuple[x509.Certificate, ...] = ()
    timestamp_anchors: tuple[x509.Certificate, ...] = ()
    trees: Mapping[ActKind, frozenset[Tree]] = field(default_factory=lambda: DEFAULT_TREES)
    revocation: RevocationMode = RevocationMode.REQUIRE
    skew: timedelta = timedelta(minutes=2)
    pss_expected: bool = False

    def __post_init__(self) -> None:
        problems = self._problems()
        if problems:
            raise ConfigurationError(problems, what="TrustPolicy")

    def _problems(self) -> list[Problem]:
        prints = [fingerprint(one) for group in self.anchors.values() for one in group]
        problems: list[Problem] = []
        if not prints:
            problems.append(Problem(path="anchors", code="signing.policy.no_anchors"))
        if len(set(prints)) != len(prints):
            problems.append(Problem(path="anchors", code="signing.policy.anchor_twice"))
        issuers = [*(one for group in self.anchors.values() for one in group), *self.timestamp_anchors]
        if not all(is_ca(one) for one in issuers):
            problems.append(Problem(path="anchors", code="signing.policy.anchor_not_ca"))
        if not timedelta(0) <= self.skew <= timedelta(minutes=10):
            problems.append(Problem(path="skew", code="value.too_large", params={"limit": "10 min"}))
        return problems

    @classmethod
    def from_pem(
        cls, anchors: Mapping[Tree, bytes], *, intermediates: bytes = b"", timestamp: bytes = b"", **rules: Any
    ) -> TrustPolicy:
        """A policy from certificate files (PEM, or one DER each).

        Raises:
            SigningRefused: a file holds no certificate that can be read.
            ConfigurationError: see the class.
        """
        try:
            return cls(
                anchors={tree: tuple(load_many(data)) for tree, data in anchors.items()},
                intermediates=tuple(load_many(intermediates)) if intermediates else (),
                timestamp_anchors=tuple(load_many(timestamp)) if timestamp else (),
                **rules,
            )
        except Finding as finding:
            raise SigningRefused(finding.reason.code, **finding.reason.params) from None

    @classmethod
    def pinned(cls, certificates: bytes, **rules: Any) -> TrustPolicy:
        """A policy from a file of root certificates; only those pinned in `roots.toml` count, each in its tree.

        Raises:
            ConfigurationError: none of them is pinned.
        """
        known = {root.sha256: root.tree for root in pinned_roots()}
        found: dict[Tree, list[x509.Certificate]] = {}
        for certificate in load_many(certificates):
            tree = known.get(fingerprint(certificate))
            if tree is not None:
                found.setdefault(tree, []).append(certificate)
        return cls(anchors={tree: tuple(group) for tree, group in found.items()}, **rules)

    @cached_property
    def tree_of(self) -> Mapping[x509.Certificate, Tree]:
        """The tree of each anchor."""
        return {one: tree for tree, group in self.anchors.items() for one in group}

    def accepts(self, tree: Tree, act: ActKind | None) -> bool:
        """Whether a signature of this tree is good for `act`; without an act, any tree is."""
        return act is None or tree in self.trees.get(act, frozenset[Tree]())


@dataclass(frozen=True, slots=True)
class Expiring:
    """A certificate that ends soon."""

    certificate: CertificateId
    ends: datetime
    days_left: int


def expiring(certificates: Iterable[x509.Certificate], now: datetime, days: int = DIGEST_DAYS) -> tuple[Expiring, ...]:
    """The digest of certificates that end within `days`, or have ended; the nearest first."""
    limit = now + timedelta(days=days)
    found = [one for one in certificates if one.not_valid_after_utc <= limit]
    rows = [
        Expiring(CertificateId.of(one), one.not_valid_after_utc, (one.not_valid_after_utc - now).days)
        for one in sorted(found, key=lambda one: one.not_valid_after_utc)
    ]
    return tuple(rows)
