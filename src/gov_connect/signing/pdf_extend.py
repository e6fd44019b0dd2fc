"""From B-T to B-LT: a signed PDF takes along everything that its verification will need (EN 319 142-1).

Roots, issuing authorities, revocation data of the signer's chain and of the timestamp's: years later, with the
authorities' addresses gone, the file still answers for itself.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gov_connect.signing.certificates import Moment
from gov_connect.signing.cms_read import read_message
from gov_connect.signing.pdf_store import add_store, read_store
from gov_connect.signing.pdf_verify import message_of, signatures_of, verify_pdf
from gov_connect.signing.timestamps import TST_INFO, verify_token
from gov_connect.signing.verdict import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cryptography import x509

    from gov_connect.signing.chain import Trust
    from gov_connect.signing.validation import Question


def extend(document: bytes, question: Question) -> bytes:
    """Append the validation data of every signature of a PDF.

    Raises:
        Finding: `signing.not_valid` unless all signatures are valid; `signing.timestamp.missing` where one has no
            timestamp, since revocation data means nothing without a time; `signing.revocation.unknown` where
            something of a chain cannot be shown to be good.
    """
    report = verify_pdf(document, question)
    if report.verdict is not Verdict.VALID:
        raise Finding("signing.not_valid")
    if not all(one.time_proven for one in report.signatures):
        raise Finding("signing.timestamp.missing")
    reader, found = signatures_of(document)
    kept, evidence = read_store(reader)
    trust = question.trust.knowing(evidence)
    asked = replace(question, trust=trust)
    links: dict[tuple[x509.Certificate, x509.Certificate], Moment] = {}
    for one in found:
        for chain, moment in _chains(one, asked, kept):
            links |= dict.fromkeys(pairwise(chain), moment)
    crls, answers = _proofs(links, trust)
    certificates = list(dict.fromkeys(certificate for pair in links for certificate in pair))
    last = max(found, key=lambda one: sum(int(part) for part in list(one.byte_range)[2:]))
    return add_store(document, bytes(last.pkcs7_content).hex().encode(), certificates, crls, answers)


def _chains(
    one: Any, question: Question, kept: Sequence[x509.Certificate]
) -> Iterator[tuple[tuple[x509.Certificate, ...], Moment]]:
    """The signer's chain and that of the timestamp, each with the moment it is judged at."""
    trust, now = question.trust, question.now
    message, is_stamp = message_of(one)
    if is_stamp:
        yield _stamp_chain(message, trust, Moment(at=now, now=now, skew=trust.policy.skew), kept)
        return
    found = read_message(message)
    (signer,) = found.signers
    proven = verify_token(signer.timestamp, signer.signature, trust, now, others=kept)
    moment = Moment(at=proven, now=now, skew=trust.policy.skew)
    yield trust.judge(signer.certificate, (*found.certificates, *kept), moment).links, moment
    yield _stamp_chain(signer.timestamp, trust, moment, kept)


def _stamp_chain(
    token: bytes, trust: Trust, moment: Moment, kept: Sequence[x509.Certificate]
) -> tuple[tuple[x509.Certificate, ...], Moment]:
    message = read_message(token, TST_INFO)
    (signer,) = message.signers
    return trust.timestamp_links(signer.certificate, (*message.certificates, *kept), moment), moment


def _proofs(
    links: dict[tuple[x509.Certificate, x509.Certificate], Moment], trust: Trust
) -> tuple[list[bytes], list[bytes]]:
    crls: dict[bytes, None] = {}
    answers: dict[bytes, None] = {}
    for (certificate, issuer), moment in links.items():
        listed, answered = trust.evidence.proofs(certificate, issuer, moment)
        if not listed and not answered:
            raise Finding("signing.revocation.unknown")
        crls |= dict.fromkeys(listed)
        answers |= dict.fromkeys(answered)
    return list(crls), list(answers)
