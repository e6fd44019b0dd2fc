"""Signing and verifying, whole: recognise the format, ask the mandates, prepare, complete, verify.

`prepare` and `complete` are apart, so that a key in memory, a token, a phone and a desktop tool differ only in
who signs. Nothing here touches the network; timestamps and revocation come in from outside.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from gov_connect.signing import cms
from gov_connect.signing.algorithms import Scheme, digest, public_key, scheme_for, verify
from gov_connect.signing.certificates import Moment, check_strength, check_time, check_usage
from gov_connect.signing.cms_verify import verify_cms
from gov_connect.signing.judging import Question
from gov_connect.signing.pending import Pending
from gov_connect.signing.timestamps import obtain
from gov_connect.signing.trust import ActKind
from gov_connect.signing.verdict import Finding, Format, Reason, Report, SigningRefused, Verdict, worst

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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

    def sign(self, document: bytes, act: Act | ActKind, key: Key, *, format: Format | None = None) -> Signed:  # noqa: A002
        """Sign with a key at hand.

        Raises:
            SigningRefused: a rule stands against it; nothing was signed.
        """
        pending = self.prepare(document, act, key.certificates, scheme=key.scheme, format=format)
        return self.complete(pending, key.sign(pending.to_sign))

    def prepare(
        self,
        document: bytes,
        act: Act | ActKind,
        certificates: Sequence[x509.Certificate],
        *,
        scheme: Scheme | None = None,
        format: Format | None = None,  # noqa: A002 - the plain word for it
    ) -> Pending:
        """Check the right to sign and the certificate, and lay out the signature.

        Args:
            document: the bytes to sign.
            act: what the signature is for; a whole `Act` is shown to the mandates.
            certificates: the signer's own first.
            scheme: how the service signs; by the key when left out.
            format: by the file when left out; what is neither PDF nor XML gets a detached signature.

        Raises:
            SigningRefused: a rule stands against it.
        """
        kind = act if isinstance(act, ActKind) else act.kind
        try:
            self._check_certificate(certificates, kind)
            self._check_mandate(document, act, certificates[0])
            chosen = scheme or scheme_for(public_key(certificates[0]))
            found = format or recognise(document)
            return self._layout(document, kind, tuple(certificates), chosen, found or Format.CMS)
        except Finding as finding:
            raise SigningRefused(finding.reason.code, **finding.reason.params) from None

    def complete(self, pending: Pending, signature: bytes) -> Signed:
        """Verify a raw value under the expected certificate, then write it into the file.

        Raises:
            SigningRefused: the value is not that of the certificate over these bytes, or no timestamp came.
        """
        leaf = pending.certificates[0]
        try:
            verify(public_key(leaf), pending.scheme, signature, pending.to_sign)
        except Finding as finding:
            raise SigningRefused(finding.reason.code, **finding.reason.params) from None
        if pending.format is Format.XML:
            from gov_connect.signing.xml_sign import complete as complete_xml  # noqa: PLC0415 - lxml on first use

            data = complete_xml(pending.prepared, pending.to_sign, signature, pending.certificates, pending.scheme)
            return Signed(format=Format.XML, data=data)
        message = cms.assemble(
            cms.Attributes(raw=pending.to_sign),
            signature,
            pending.certificates,
            pending.scheme,
            timestamp=self._timestamp(signature),
        )
        if pending.format is Format.PDF:
            from gov_connect.signing.pdf_sign import complete as complete_pdf  # noqa: PLC0415 - pyHanko on first use

            return Signed(format=Format.PDF, data=complete_pdf(pending.prepared, pending.hole, message))
        return Signed(format=Format.CMS, data=message)

    def verify(self, document: bytes, *, content: bytes | None = None, act: ActKind | None = None) -> Report:
        """One strict verdict on a signed file; `content` is what a detached signature speaks of.

        Raises:
            SigningRefused: there is no trust policy.
        """
        if self._trust is None:
            raise SigningRefused("signing.policy.no_anchors")
        question = Question(trust=self._trust, now=self._now(), act=act)
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
    ) -> Pending:
        hole = (0, 0)
        if found is Format.XML:
            from gov_connect.signing.xml_sign import prepare as prepare_xml  # noqa: PLC0415 - lxml on first use

            prepared, to_sign = prepare_xml(document, scheme)
        elif found is Format.PDF:
            from gov_connect.signing.pdf_sign import prepare as prepare_pdf  # noqa: PLC0415 - pyHanko on first use

            prepared, hole, hashed = prepare_pdf(document, scheme, at=self._now(), certify=False)
            # In a PDF the claimed time stands in the signature dictionary (PAdES, EN 319 142-1 §6.3).
            to_sign = cms.Attributes.of(hashed, certificates[0], time=None).raw
        else:
            prepared = b""
            to_sign = cms.Attributes.of(digest(scheme.hash, document), certificates[0], time=self._now()).raw
        return Pending(
            format=found,
            act=kind,
            scheme=scheme,
            certificates=certificates,
            prepared=prepared,
            to_sign=to_sign,
            document_sha256=hashlib.sha256(document).hexdigest(),
            hole=hole,
        )

    def _timestamp(self, signature: bytes) -> bytes:
        if self._timestamper is None:
            return b""
        if self._trust is None:
            raise SigningRefused("signing.policy.no_anchors")
        return obtain(self._timestamper, signature, self._trust, self._now())
