"""May this person sign this, for this agency, now? Closed by default; a refusal names rule and article.

Order for one document (NĐ 30/2020 Điều 13, 14, 17): the draft is approved, the competent person signs, number and
date are given, văn thư signs for the agency. Every decision can be recorded with the rule that made it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gov_connect.signing.certificates import CertificateId
from gov_connect.signing.registry import EVERY_KIND, Capacity, CertificateRecord, Holder, PostKind, Records
from gov_connect.signing.trust import ActKind
from gov_connect.signing.verdict import SigningRefused, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cryptography import x509

    from gov_connect.signing.registry import Authorisation, Post
    from gov_connect.signing.service import Signing
    from gov_connect.signing.verdict import Report

_POSTS: Final = {
    Capacity.HEAD: (frozenset({PostKind.HEAD}), False),
    Capacity.COLLECTIVE: (frozenset({PostKind.HEAD}), True),
    Capacity.ACTING: (frozenset({PostKind.ACTING_HEAD}), None),
    Capacity.DEPUTY: (frozenset({PostKind.DEPUTY}), None),
    Capacity.BY_ORDER: (frozenset({PostKind.UNIT_HEAD, PostKind.UNIT_DEPUTY}), None),
    Capacity.BY_AUTHORITY: (frozenset({PostKind.UNIT_HEAD, PostKind.OFFICIAL}), None),
}
"""Which posts may use a prefix, and whether the agency must be led by a collective (None: either)."""
ARTICLES: Final = {
    "signing.mandate.no_act": "NĐ 30/2020 Điều 13",
    "signing.mandate.no_certificates": "NĐ 30/2020 Điều 13 khoản 7; NĐ 68/2024 Mẫu 02",
    "signing.mandate.certificate_unknown": "NĐ 30/2020 Điều 13 khoản 7",
    "signing.mandate.certificate_another": "NĐ 30/2020 Điều 13 khoản 7",
    "signing.mandate.certificate_kind": "NĐ 30/2020 Điều 13 khoản 7, Điều 17 khoản 2",
    "signing.mandate.post": "NĐ 30/2020 Điều 13",
    "signing.mandate.capacity": "NĐ 30/2020 Điều 13 khoản 1 đến 4",
    "signing.mandate.field": "NĐ 30/2020 Điều 13 khoản 1, 2",
    "signing.mandate.order_missing": "NĐ 30/2020 Điều 13 khoản 4",
    "signing.mandate.authority_missing": "NĐ 30/2020 Điều 13 khoản 3",
    "signing.mandate.official": "NĐ 30/2020 Điều 13 khoản 3; NĐ 280/2025",
    "signing.mandate.passed_on": "NĐ 30/2020 Điều 13 khoản 3",
    "signing.mandate.order": "NĐ 30/2020 Điều 13 khoản 7, Điều 14",
    "signing.mandate.number": "NĐ 30/2020 Điều 14, Điều 15 khoản 3",
    "signing.mandate.draft_changed": "NĐ 30/2020 Điều 11 khoản 2",
}
"""The article each refusal rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody is about to sign.

    Attributes:
        officer: code of the person who signs, or who has signed when the agency's signature follows.
        documents: kind of document or procedure code, as authorisations name it.
        number: number and symbol of the document; needed before the agency signs.
        prior: the verdict on the person's signature; needed before the agency signs.
        approved_sha256: digest of the approved draft, where one was recorded.
    """

    kind: ActKind
    agency: str
    officer: str
    documents: str
    capacity: Capacity = Capacity.HEAD
    number: str = ""
    prior: Report | None = None
    approved_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer, fit for the audit log: it names nobody.

    Attributes:
        rule: code of the rule that refused, or "signing.mandate.granted".
        article: what the rule rests on.
        paper: number of the authorisation used, if any.
    """

    allowed: bool
    rule: str
    article: str
    paper: str = ""


class Registry:
    """Decides by the records. A question without an answer is a refusal."""

    def __init__(self, records: Records | Callable[[], Records]) -> None:
        """Take the records, or what reads them anew for every decision."""
        self._source: Final = records

    @property
    def records(self) -> Records:
        """The records as they stand."""
        return self._source if isinstance(self._source, Records) else self._source()

    @classmethod
    def from_signed(cls, data: bytes, signature: bytes, signing: Signing, keeper: CertificateId) -> Registry:
        """Read a registry file whose detached signature is valid and made with the keeper's certificate.

        Raises:
            SigningRefused: it is not.
            InvalidInput: the file is no registry.
        """
        report = signing.verify(signature, content=data)
        signers = {CertificateId(one.serial, one.issuer) for one in report.signatures}
        if report.verdict is not Verdict.VALID or signers != {keeper}:
            raise SigningRefused("signing.mandate.registry")
        return cls(Records.from_json(report.signed))

    def require(self, act: Act, certificate: x509.Certificate, *, at: datetime, document_sha256: str) -> Decision:
        """The decision, when it is yes.

        Raises:
            SigningRefused: with the rule's code and its article.
        """
        decision = self.decide(act, certificate, at=at, document_sha256=document_sha256)
        if not decision.allowed:
            raise SigningRefused(decision.rule, article=decision.article)
        return decision

    def decide(self, act: Act, certificate: x509.Certificate, *, at: datetime, document_sha256: str) -> Decision:
        """Whether `act` may be signed with `certificate` at `at`."""
        return _Decider(self.records).decide(act, certificate, at=at, document_sha256=document_sha256)


class _Decider:
    """One decision over one reading of the records."""

    def __init__(self, records: Records) -> None:
        self.records: Final = records

    def decide(self, act: Act, certificate: x509.Certificate, *, at: datetime, document_sha256: str) -> Decision:
        """See `Registry.decide`."""
        if act.kind is ActKind.CITIZEN:
            return _no("signing.mandate.no_act")
        if act.kind is ActKind.PERSONAL and act.approved_sha256 and act.approved_sha256 != document_sha256:
            return _no("signing.mandate.draft_changed")
        rule = self._certificate(act, CertificateId.of(certificate), at)
        if rule:
            return _no(rule)
        if act.kind is ActKind.COPY:
            return _yes("")
        if act.kind is ActKind.AGENCY:
            rule = self._after_person(act, at)
            if rule:
                return _no(rule)
        return self._person(act, at)

    def _certificate(self, act: Act, who: CertificateId, at: datetime) -> str:
        ours = [one for one in self.records.certificates if one.agency == act.agency and one.holds(at)]
        if not ours:
            return "signing.mandate.no_certificates"
        record = _record(ours, who)
        if record is None:
            return "signing.mandate.certificate_unknown"
        wanted = Holder.PERSON if act.kind is ActKind.PERSONAL else Holder.AGENCY
        if record.holder is not wanted:
            return "signing.mandate.certificate_kind"
        if wanted is Holder.PERSON and record.officer != act.officer:
            return "signing.mandate.certificate_another"
        return ""

    def _after_person(self, act: Act, at: datetime) -> str:
        """Văn thư signs after the competent person, and after the number was given."""
        if act.prior is None or act.prior.verdict is not Verdict.VALID:
            return "signing.mandate.order"
        signers = [CertificateId(one.serial, one.issuer) for one in act.prior.signatures]
        records = [_record(self.records.certificates, who) for who in signers]
        if not any(
            one is not None
            and (one.holder, one.officer, one.agency) == (Holder.PERSON, act.officer, act.agency)
            and one.holds(at)
            for one in records
        ):
            return "signing.mandate.order"
        return "" if act.number.strip() else "signing.mandate.number"

    def _person(self, act: Act, at: datetime) -> Decision:
        posts = [
            one
            for one in self.records.posts
            if (one.officer, one.agency) == (act.officer, act.agency) and one.holds(at)
        ]
        if not posts:
            return _no("signing.mandate.post")
        kinds, collective = _POSTS[act.capacity]
        fitting = [one for one in posts if one.kind in kinds and collective in {None, one.collective}]
        if not fitting:
            return _no("signing.mandate.capacity")
        if act.capacity in {Capacity.BY_ORDER, Capacity.BY_AUTHORITY}:
            return self._by_paper(act, {one.kind for one in fitting}, at)
        if act.capacity is Capacity.DEPUTY:
            return self._as_deputy(act, fitting, at)
        return _yes("")

    def _as_deputy(self, act: Act, posts: list[Post], at: datetime) -> Decision:
        """KT. in the assigned field of work, or where the head assigned it in writing."""
        if any(EVERY_KIND in one.fields or act.documents in one.fields for one in posts):
            return _yes("")
        paper = next((one for one in self._papers(act, at) if self._is_heads(one, at)), None)
        return _no("signing.mandate.field") if paper is None else _yes(paper.number)

    def _papers(self, act: Act, at: datetime) -> list[Authorisation]:
        """The papers in force for this person, capacity and kind of document."""
        return [
            one
            for one in self.records.authorisations
            if (one.grantee, one.agency, one.capacity) == (act.officer, act.agency, act.capacity)
            and act.documents in one.documents
            and one.holds(at)
        ]

    def _by_paper(self, act: Act, kinds: set[PostKind], at: datetime) -> Decision:
        """TL. and TUQ. need a paper in force. TL. goes to a unit's head, who may pass it on to the deputy; TUQ. is
        never passed on, always ends, and goes to somebody who heads no unit only where a law says so.
        """
        papers = self._papers(act, at)
        authority = act.capacity is Capacity.BY_AUTHORITY
        if not papers:
            return _no("signing.mandate.authority_missing" if authority else "signing.mandate.order_missing")
        sound = [one for one in papers if self._is_heads(one, at)]
        if not authority:
            # The first hand is the unit's head, the second its deputy.
            fitting = [
                one for one in sound if (PostKind.UNIT_DEPUTY if one.passed_on_from else PostKind.UNIT_HEAD) in kinds
            ]
            return _yes(fitting[0].number) if fitting else _no("signing.mandate.order_missing")
        ending = [one for one in sound if not one.passed_on_from and one.ends is not None]
        if not ending:
            return _no("signing.mandate.passed_on")
        lawful = [one for one in ending if PostKind.UNIT_HEAD in kinds or one.basis]
        return _yes(lawful[0].number) if lawful else _no("signing.mandate.official")

    def _is_heads(self, paper: Authorisation, at: datetime) -> bool:
        """Whether the right comes from a head in post, directly or (TL. only) through one paper in force."""
        leads = {PostKind.HEAD, PostKind.ACTING_HEAD}
        if any(
            (one.officer, one.agency) == (paper.grantor, paper.agency) and one.kind in leads and one.holds(at)
            for one in self.records.posts
        ):
            return not paper.passed_on_from
        return any(
            base.number == paper.passed_on_from
            and not base.passed_on_from
            and base.grantee == paper.grantor
            and base.capacity is Capacity.BY_ORDER
            and paper.documents <= base.documents
            and base.holds(at)
            and self._is_heads(base, at)
            for base in self.records.authorisations
        )


def _record(
    records: list[CertificateRecord] | tuple[CertificateRecord, ...], who: CertificateId
) -> CertificateRecord | None:
    return next((one for one in records if (one.serial, one.issuer) == (who.serial, who.issuer)), None)


def _yes(paper: str) -> Decision:
    return Decision(allowed=True, rule="signing.mandate.granted", article="", paper=paper)


def _no(rule: str) -> Decision:
    return Decision(allowed=False, rule=rule, article=ARTICLES[rule])
