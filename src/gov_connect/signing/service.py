"""Signing and verifying, whole: recognise the format, ask the mandates, prepare, complete, verify.

`prepare` and `complete` are apart, so that a key in memory, a token, a phone and a desktop tool differ only in
who signs. Nothing here touches the network; timestamps and revocation come in from outside.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from gov_connect.errors import NotSupported
from gov_connect.signing import cms
from gov_connect.signing.algorithms import Hash, Scheme, digest, public_key, scheme_for, verify
from gov_connect.signing.certificates import Moment, check_strength, check_time, check_usage
from gov_connect.signing.cms_verify import verify_cms
from gov_connect.signing.keys import LocalKey
from gov_connect.signing.pending import Pending
from gov_connect.signing.timestamps import Query, verify_token
from gov_connect.signing.trust import ActKind
from gov_connect.signing.validation import Question
from gov_connect.signing.verdict import Finding, Format, Reason, Report, SigningRefused, Verdict, worst

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from cryptography import x509

    from gov_connect.signing.chain import Trust
    from gov_connect.signing.keys import Key
    from gov_connect.signing.mandates import Act, Registry
    from gov_connect.signing.timestamps import Timestamper

_HEAD: Final = 1024


def recognise(document: bytes) -> Format | None:
    """What a file is, by its first bytes; None for anything that is neither PDF, XML nor a signed message."""
    head = document[:_HEAD]
    if b"%PDF-" in head:
        return Format.PDF
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        return Format.XML
    return Format.CMS if head[:1] == b"\x30" else None


class Level(StrEnum):
    """How much proof goes along (ETSI baseline levels)."""

    B = "b"
    """The signature."""
    T = "t"
    """And a timestamp over it: it outlives the certificate."""
    LT = "lt"
    """And everything to verify it by; PDF only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What was made.

    Attributes:
        data: the signed file; for CMS the detached signature, beside which the document stays as it is.
    """

    format: Format
    data: bytes = field(repr=False)


class Signing:
    """Signs and verifies under one trust policy.

    Args:
        trust: whom to trust. Without it nothing can be verified, and a certificate is checked before signing
            only by itself (strength, usage, time), not up to a root.
        mandates: who may sign what; without it nobody is asked.
        now: the clock.
        timestamper: carries requests to a timestamp authority; without it signatures are of level B-B.
    """

    def __init__(
        self,
        trust: Trust | None = None,
        *,
        mandates: Registry | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        timestamper: Timestamper | None = None,
    ) -> None:
        self._trust = trust
        self._mandates = mandates
        self._now = now
        self._timestamper = timestamper

    def sign(
        self,
        document: bytes,
        act: Act | ActKind,
        key: Key,
        *,
        format: Format | None = None,  # noqa: A002 - the plain word for it
        level: Level | None = None,
    ) -> Signed:
        """Sign with a key at hand.

        Args:
            document: the bytes to sign.
            act: what the signature is for.
            key: in memory or on a token.
            format: see `prepare`.
            level: T when there is a timestamper and B without, unless said otherwise.

        Raises:
            SigningRefused: a rule stands against it; nothing was signed.
            NotSupported: this level of this format.
        """
        wanted = level or (Level.B if self._timestamper is None else Level.T)
        pending = self.prepare(document, act, key.certificates, scheme=key.scheme, format=format, level=wanted)
        signature = key.sign(pending.to_sign)
        if wanted is Level.B:
            # A key in memory was compared with its certificate when it was read.
            own = isinstance(key, LocalKey)
            return self._written(pending, signature) if own else self.complete(pending, signature)
        if self._timestamper is None:
            raise SigningRefused("signing.timestamp.missing")
        query = self.stamp_query(pending, signature)
        signed = self.complete(pending, signature, token=self.read_stamp(query, self._timestamper(query.request)))
        return Signed(format=Format.PDF, data=self.extend(signed.data)) if wanted is Level.LT else signed

    def prepare(
        self,
        document: bytes,
        act: Act | ActKind,
        certificates: Sequence[x509.Certificate],
        *,
        scheme: Scheme | None = None,
        format: Format | None = None,  # noqa: A002 - the plain word for it
        level: Level | None = None,
        xades: bool = False,
    ) -> Pending:
        """Check the right to sign and the certificate, and lay out the signature.

        Args:
            document: the bytes to sign.
            act: what the signature is for; a whole `Act` is shown to the mandates.
            certificates: the signer's own first.
            scheme: how the service signs; by the key when left out.
            format: by the file when left out; what is neither PDF nor XML gets a detached signature.
            level: what it is to become; XML takes a timestamp only as XAdES.
            xades: whether XML is signed as XAdES at level B too.

        Raises:
            SigningRefused: a rule stands against it.
            NotSupported: level LT of anything but PDF.
        """
        kind = act if isinstance(act, ActKind) else act.kind
        wanted = level or Level.B
        try:
            self._check_certificate(certificates, kind)
            self._check_mandate(document, act, certificates[0])
            chosen = scheme or scheme_for(public_key(certificates[0]))
            found = format or recognise(document) or Format.CMS
            if wanted is Level.LT and found is not Format.PDF:
                raise NotSupported("support.signing_level", format=found.value)
            xades = found is Format.XML and (xades or wanted is not Level.B)
            return self._layout(document, kind, tuple(certificates), chosen, found, xades=xades)
        except Finding as finding:
            raise _refusal(finding) from None

    def stamp_query(self, pending: Pending, signature: bytes) -> Query:
        """What to ask a timestamp authority about a raw value, once the value was verified.

        Raises:
            SigningRefused: the value is not that of the certificate over these bytes.
        """
        self._check_value(pending, signature)
        if pending.format is not Format.XML:
            return Query(signature)
        return Query(_xml_sign().signature_value(signature, pending.certificates[0], pending.scheme))

    def read_stamp(self, query: Query, response: bytes) -> bytes:
        """The token in an authority's answer.

        Raises:
            SigningRefused: it does not hold, or there is no trust policy to judge it by.
        """
        return query.read(response, self._trusted(), self._now())

    def stamped_at(self, data: bytes, token: bytes) -> datetime:
        """The moment at which a trusted authority saw `data`.

        Raises:
            SigningRefused: the token is about something else, or nobody vouches for the authority.
        """
        try:
            return verify_token(token, data, self._trusted(), self._now())
        except Finding as finding:
            raise _refusal(finding) from None

    def complete(self, pending: Pending, signature: bytes, *, token: bytes = b"") -> Signed:
        """Verify a raw value under the expected certificate, then write it into the file.

        Args:
            pending: from `prepare`.
            signature: the raw value, from wherever the key is.
            token: a timestamp from `read_stamp`, for level T.

        Raises:
            SigningRefused: the value is not that of the certificate over these bytes, or the token does not fit.
        """
        self._check_value(pending, signature)
        return self._written(pending, signature, token)

    def extend(self, document: bytes) -> bytes:
        """A validly signed and timestamped PDF with all data for its later verification appended (B-LT).

        Raises:
            SigningRefused: a signature is not valid or not timestamped, or revocation data is missing.
        """
        from gov_connect.signing.pdf_extend import extend  # noqa: PLC0415 - pyHanko on first use

        try:
            return extend(document, Question(trust=self._trusted(), now=self._now()))
        except Finding as finding:
            raise _refusal(finding) from None

    def verify(self, document: bytes, *, content: bytes | None = None, act: ActKind | None = None) -> Report:
        """One strict verdict on a signed file; `content` is what a detached signature speaks of.

        Raises:
            SigningRefused: there is no trust policy.
        """
        question = Question(trust=self._trusted(), now=self._now(), act=act)
        judged = hashlib.sha256(document if content is None else content).hexdigest()
        return replace(_judged(document, content, question), document_sha256=judged)

    def _check_certificate(self, certificates: Sequence[x509.Certificate], kind: ActKind) -> None:
        """The certificate is good before anything is signed (TT 15/2025/TT-BKHCN)."""
        if not certificates:
            raise Finding("signing.certificate.missing")
        leaf, now = certificates[0], self._now()
        if self._trust is None:
            check_strength(leaf)
            check_usage(leaf)
            check_time(leaf, Moment(at=now, now=now))
            return
        moment = Moment(at=now, now=now, skew=self._trust.policy.skew)
        judgement = self._trust.judge(leaf, certificates[1:], moment, kind)
        if worst(judgement.reasons) is not Verdict.VALID:
            reason = next(one for one in judgement.reasons if one.verdict is not Verdict.VALID)
            raise Finding(reason.code, **reason.params)

    def _check_mandate(self, document: bytes, act: Act | ActKind, leaf: x509.Certificate) -> None:
        if self._mandates is None:
            return
        if isinstance(act, ActKind):
            raise Finding("signing.mandate.no_act")
        self._mandates.require(act, leaf, at=self._now(), document_sha256=hashlib.sha256(document).hexdigest())

    def _layout(
        self,
        document: bytes,
        kind: ActKind,
        certificates: tuple[x509.Certificate, ...],
        scheme: Scheme,
        found: Format,
        *,
        xades: bool,
    ) -> Pending:
        hole, properties = (0, 0), b""
        own = digest(Hash.SHA256, document)
        if found is Format.XML:
            from gov_connect.signing.xades import Properties  # noqa: PLC0415 - lxml on first use

            beside = Properties.of(certificates[0], scheme.hash, self._now()) if xades else None
            prepared, to_sign = _xml_sign().prepare(document, scheme, beside)
            properties = b"" if beside is None else beside.raw
        elif found is Format.PDF:
            from gov_connect.signing.pdf_sign import prepare as prepare_pdf  # noqa: PLC0415 - pyHanko on first use

            prepared, hole, hashed = prepare_pdf(document, scheme, at=self._now(), certify=False)
            # In a PDF the claimed time stands in the signature dictionary (PAdES, EN 319 142-1 §6.3).
            to_sign = cms.Attributes.of(hashed, certificates[0], time=None).raw
        else:
            prepared = b""
            hashed = own if scheme.hash is Hash.SHA256 else digest(scheme.hash, document)
            to_sign = cms.Attributes.of(hashed, certificates[0], time=self._now()).raw
        return Pending(
            format=found,
            act=kind,
            scheme=scheme,
            certificates=certificates,
            prepared=prepared,
            to_sign=to_sign,
            document_sha256=own.hex(),
            hole=hole,
            properties=properties,
        )

    def _check_value(self, pending: Pending, signature: bytes) -> None:
        try:
            verify(public_key(pending.certificates[0]), pending.scheme, signature, pending.to_sign)
        except Finding as finding:
            raise _refusal(finding) from None

    def _written(self, pending: Pending, signature: bytes, token: bytes = b"") -> Signed:
        """The file with a value that is known to be right."""
        if pending.format is Format.XML:
            return Signed(format=Format.XML, data=_written_xml(pending, signature, token))
        attributes = cms.Attributes(raw=pending.to_sign)
        message = cms.assemble(attributes, signature, pending.certificates, pending.scheme, timestamp=token)
        if pending.format is Format.PDF:
            from gov_connect.signing.pdf_sign import complete as complete_pdf  # noqa: PLC0415 - pyHanko on first use

            return Signed(format=Format.PDF, data=complete_pdf(pending.prepared, pending.hole, message))
        return Signed(format=Format.CMS, data=message)

    def _trusted(self) -> Trust:
        if self._trust is None:
            raise SigningRefused("signing.policy.no_anchors")
        return self._trust


def _bare(document: bytes) -> bytes:
    """A signed message without its dress: PEM, or base64 alone; anything else as it is."""
    text = document.strip()
    lines = text.splitlines()
    if text.startswith(b"-----BEGIN ") and lines[-1].startswith(b"-----END "):
        text = b"".join(lines[1:-1])
    try:
        bare = base64.b64decode(b"".join(text.split()), validate=True)
    except ValueError:
        return document
    return bare if recognise(bare) is Format.CMS else document


def _judged(document: bytes, content: bytes | None, question: Question) -> Report:
    found = recognise(document)
    if found is None:
        document = _bare(document)
        found = recognise(document)
    if found is Format.CMS:
        return verify_cms(document, content, question)
    if found is None or content is not None:
        return Report(format=Format.CMS, reasons=(Reason("signing.unknown_format"),))
    if found is Format.XML:
        from gov_connect.signing.xml_verify import verify_xml  # noqa: PLC0415 - lxml on first use

        return verify_xml(document, question)
    from gov_connect.signing.pdf_verify import verify_pdf  # noqa: PLC0415 - pyHanko on first use

    return verify_pdf(document, question)


def _written_xml(pending: Pending, signature: bytes, token: bytes) -> bytes:
    from gov_connect.signing.xades import Properties  # noqa: PLC0415 - lxml on first use

    properties = Properties(pending.properties) if pending.properties else None
    if token and properties is None:
        # Plain XML signatures have no place for it.
        raise SigningRefused("signing.timestamp.no_place")
    writer = _xml_sign()
    value = writer.signature_value(signature, pending.certificates[0], pending.scheme)
    data: bytes = writer.complete(
        pending.prepared, pending.to_sign, value, pending.certificates, properties=properties, timestamp=token
    )
    return data


def _xml_sign() -> ModuleType:
    from gov_connect.signing import xml_sign  # noqa: PLC0415 - lxml on first use

    return xml_sign


def _refusal(finding: Finding) -> SigningRefused:
    return SigningRefused(finding.reason.code, **finding.reason.params)
