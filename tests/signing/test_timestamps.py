"""Timestamps (RFC 3161): levels B-T of CMS and PDF, and tokens that do not hold."""

from __future__ import annotations

import datetime as dt
import secrets

import pytest
from gov_connect.signing import ActKind, Format, Signing, SigningRefused, Trust, Verdict, _der, cms
from gov_connect.signing.algorithms import Hash, Padding, Scheme, digest, sign
from gov_connect.signing.timestamps import TST_INFO

CONTENT = b"noi dung"


@pytest.fixture
def authority(pki, made):
    """A timestamp authority; keywords make its answers wrong in one point."""

    def make(*, at=made.NOW, signer=None, status=0, nonce=True, change=b"", granted=True):
        signer = signer or pki.tsa

        def answer(request: bytes) -> bytes:
            _version, imprint, number, _certificates = _der.read(request).children()
            said = imprint.raw if not change else imprint.raw.replace(imprint.content[-4:], change)
            info = _der.sequence(
                _der.integer(1),
                _der.oid("1.2.3.4"),
                said,
                _der.integer(secrets.randbits(32)),
                _der.write(_der.TIME, at.strftime("%Y%m%d%H%M%SZ").encode()),
                number.raw if nonce else b"",
            )
            scheme = Scheme(Padding.ECDSA)
            attributes = cms.Attributes.of(
                digest(Hash.SHA256, info), signer.certificate, time=None, content_type=TST_INFO
            )
            token = cms.assemble(
                attributes,
                sign(signer.key, scheme, attributes.raw),
                [signer.certificate, *signer.above[:1]],
                scheme,
                content=(TST_INFO, info),
            )
            return _der.sequence(_der.sequence(_der.integer(status)), token if granted else b"")

        return answer

    return make


@pytest.fixture
def stamped(policy, evidence, made, officer, authority):
    """Sign with a timestamp of this authority."""

    def make(document=CONTENT, format_=Format.CMS, *, rules=None, **facts):
        trust = Trust(policy(**(rules or {})), evidence)
        signing = Signing(trust, now=lambda: made.NOW, timestamper=authority(**facts))
        return signing.sign(document, ActKind.PERSONAL, officer, format=format_).data

    return make


def test_the_time_is_proven(signing, stamped, made):
    """A B-T message tells when, proven by the authority."""
    (one,) = signing.verify(stamped(), content=CONTENT).signatures
    assert (one.verdict, one.time, one.time_proven) == (Verdict.VALID, made.NOW, True)


def test_a_timestamp_outlives_the_certificate(stamped, policy, evidence, pki, made, authority):
    """Three years later the signer's certificate has expired; the proven time still counts."""
    trust = Trust(policy(), evidence)
    later = Signing(trust, now=lambda: made.NOW + 3 * made.YEAR)
    assert later.verify(stamped(), content=CONTENT).verdict is Verdict.VALID
    bare = Signing(trust, now=lambda: made.NOW)
    message = bare.sign(CONTENT, ActKind.PERSONAL, _key(pki), format=Format.CMS).data
    assert later.verify(message, content=CONTENT).verdict is Verdict.INVALID


def _key(pki):
    from gov_connect.signing import LocalKey  # noqa: PLC0415

    return LocalKey(pki.officer.key, [pki.officer.certificate, *pki.officer.above[:1]])


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"status": 2}, "signing.timestamp.refused"),
        ({"granted": False}, "signing.timestamp.refused"),
        ({"nonce": False}, "signing.timestamp.wrong"),
        ({"change": b"\0\0\0\0"}, "signing.timestamp.wrong"),
        ({"at": dt.datetime(2026, 11, 21, tzinfo=dt.UTC)}, "signing.timestamp.wrong"),
        ({"rules": {"timestamp_anchors": ()}}, "signing.timestamp.untrusted"),
    ],
)
def test_tokens_that_do_not_hold_are_not_embedded(stamped, facts, code):
    """Refused, without our nonce, over something else, from the future, of nobody we trust."""
    with pytest.raises(SigningRefused) as caught:
        stamped(**facts)
    assert caught.value.code == code


def test_a_signer_is_no_authority(stamped, pki):
    """A certificate for signing documents may not stamp time."""
    with pytest.raises(SigningRefused) as caught:
        stamped(signer=pki.curve)
    assert caught.value.code == "signing.timestamp.wrong"


def test_a_token_of_another_message_is_refused(signing, stamped, codes, officer, made):
    """A genuine token, moved to another signature."""
    donor = stamped()
    start = donor.rindex(_der.oid(cms.TIMESTAMP_TOKEN)) + len(_der.oid(cms.TIMESTAMP_TOKEN))
    token = _der.Tlv(0x31, donor[start:], donor[start:])
    values = _der.write(_der.SEQUENCE, token.content).__class__(donor[start:])
    inner = values[_header(values) :]
    attributes = cms.Attributes.of(digest(Hash.SHA256, b"khac"), officer.certificates[0], time=made.NOW)
    forged = cms.assemble(
        attributes, officer.sign(attributes.raw), officer.certificates, officer.scheme, timestamp=inner
    )
    assert codes(signing.verify(forged, content=b"khac")) == {"signing.timestamp.wrong"}


def _header(data: bytes) -> int:
    return 2 + (data[1] & 0x7F if data[1] & 0x80 else 0)


def test_an_untrusted_authority_leaves_the_answer_open(stamped, policy, evidence, made, codes):
    """The verifier knows no timestamp roots: not determined."""
    signing = Signing(Trust(policy(timestamp_anchors=()), evidence), now=lambda: made.NOW)
    report = signing.verify(stamped(), content=CONTENT)
    assert (report.verdict, codes(report)) == (Verdict.NOT_DETERMINED, {"signing.timestamp.untrusted"})


def test_pdf_takes_timestamps_too(signing, stamped, pdf, made):
    """PAdES B-T."""
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    report = signing.verify(stamped(pdf, Format.PDF))
    assert (report.verdict, report.signatures[0].time_proven) == (Verdict.VALID, True)
