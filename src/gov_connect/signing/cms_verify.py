"""Verifying signed messages (CMS): every signer, the whole content, one strict verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gov_connect.signing.algorithms import digest, public_key, verify
from gov_connect.signing.certificates import CertificateId, signer_name
from gov_connect.signing.cms_read import read_message
from gov_connect.signing.validation import Seen, validate
from gov_connect.signing.verdict import Finding, Format, Reason, Report, SignatureReport

if TYPE_CHECKING:
    from gov_connect.signing.cms_read import SignedMessage, SignerInfo
    from gov_connect.signing.validation import Question


def verify_cms(message: bytes, content: bytes | None, question: Question) -> Report:
    """Judge a signed message over `content`, or over what it carries itself when `content` is None."""
    try:
        found = read_message(message)
        signed = _signed_content(found, content)
    except Finding as finding:
        return Report(format=Format.CMS, reasons=(finding.reason,))
    reports = tuple(judge_signer(one, found, signed, question) for one in found.signers)
    return Report(format=Format.CMS, signatures=reports)


def _signed_content(found: SignedMessage, content: bytes | None) -> bytes:
    if found.content is None and content is None:
        raise Finding("signing.cms.no_content")
    if found.content is not None and content is not None and found.content != content:
        raise Finding("signing.cms.two_contents")
    carried = found.content if content is None else content
    assert carried is not None
    return carried


def judge_signer(
    one: SignerInfo,
    found: SignedMessage,
    signed: bytes,
    question: Question,
    *,
    covers_all: bool = True,
    reasons: tuple[Reason, ...] = (),
) -> SignatureReport:
    """The report on one signer over the content `signed`."""
    try:
        check_value(one, signed)
    except Finding as finding:
        return unproven(one, (finding.reason, *reasons))
    seen = Seen(
        certificate=one.certificate,
        others=found.certificates,
        scheme=one.scheme,
        stamped=one.signature,
        claimed=one.time,
        timestamp=one.timestamp,
        covers_all=covers_all,
        signed=signed,
        reasons=reasons,
    )
    return validate(seen, question)


def check_value(one: SignerInfo, signed: bytes) -> None:
    """The digest is that of the content, and the value is the signer's.

    Raises:
        Finding: one of the two is not so.
    """
    if one.digest != digest(one.scheme.hash, signed):
        raise Finding("signing.content.changed")
    verify(public_key(one.certificate), one.scheme, one.signature, one.attributes)


def unproven(one: SignerInfo, reasons: tuple[Reason, ...]) -> SignatureReport:
    """A report that hands no content out, since nothing is proven about it."""
    who = CertificateId.of(one.certificate)
    return SignatureReport(
        signer=signer_name(one.certificate), serial=who.serial, issuer=who.issuer, time=one.time, reasons=reasons
    )
