"""WS-Security: what is signed is accepted, and zeep's measured holes are closed (signature.md §5)."""

from __future__ import annotations

import datetime as dt

import pytest
from lxml import etree

from gov_connect.signing import SigningRefused, Trust, Verdict
from gov_connect.signing.validation import Question
from gov_connect.signing.wsse import WSSE, WSU, sign_envelope, verify_envelope

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ENVELOPE = (
    f'<s:Envelope xmlns:s="{SOAP}"><s:Header><x:A xmlns:x="urn:x"/></s:Header>'
    '<s:Body><t:Tra xmlns:t="urn:t"><SoTien>25000</SoTien></t:Tra></s:Body></s:Envelope>'
).encode()


@pytest.fixture
def question(policy, evidence, pki, made):
    """Asked on the tests' day; the issuing authority is known, since an envelope carries one certificate."""
    helpers = (pki.official_ca.certificate, pki.public_ca.certificate)
    return Question(trust=Trust(policy(intermediates=helpers), evidence), now=made.NOW)


@pytest.fixture
def signed(officer, made):
    """An envelope with a signature."""
    return sign_envelope(ENVELOPE, officer, made.NOW)


@pytest.fixture
def judged(question):
    """Verdict and reasons; nothing is handed out unless it is valid."""

    def judge(data: bytes):
        found = verify_envelope(data, question)
        codes = {reason.code for one in found.report.signatures for reason in one.reasons}
        assert bool(found.body) is (found.report.verdict is Verdict.VALID)
        return found.report.verdict, codes - {"signing.note.no_timestamp"}

    return judge


@pytest.mark.parametrize("kind", ["rsa", "pss", "curve"])
@pytest.mark.parametrize("envelope", [ENVELOPE, ENVELOPE.replace(b'<s:Header><x:A xmlns:x="urn:x"/></s:Header>', b"")])
def test_what_is_signed_is_accepted(question, key_of, pki, made, kind, envelope):
    """With and without a header before; the Body comes back as it was signed."""
    key = key_of(pki.curve) if kind == "curve" else key_of(pki.officer, pss=kind == "pss")
    found = verify_envelope(sign_envelope(envelope, key, made.NOW), question)
    assert found.report.verdict is Verdict.VALID
    assert etree.fromstring(found.body).findtext(".//SoTien") == "25000"


def test_a_changed_body_is_refused(judged, signed):
    """One digit."""
    assert judged(signed.replace(b"25000", b"95000")) == (Verdict.INVALID, {"signing.content.changed"})


def test_a_forged_body_beside_the_signed_one_is_refused(judged, signed):
    """The signed Body moved under the Header, a forged one in its place: zeep accepts that."""
    root = etree.fromstring(signed)
    body = root.find(f"{{{SOAP}}}Body")
    forged = etree.fromstring(etree.tostring(body).replace(b"25000", b"95000"))
    for identity in (None, "id-other", body.get(f"{{{WSU}}}Id")):
        copy = etree.fromstring(signed)
        old = copy.find(f"{{{SOAP}}}Body")
        copy.replace(old, new := etree.fromstring(etree.tostring(forged)))
        copy.find(f"{{{SOAP}}}Header").append(old)
        del new.attrib[f"{{{WSU}}}Id"]
        if identity is not None:
            new.set(f"{{{WSU}}}Id", identity)
        verdict, codes = judged(etree.tostring(copy))
        assert verdict is Verdict.INVALID
        assert codes <= {"signing.wsse.coverage", "signing.xml.duplicate_id"}


def test_an_old_timestamp_is_refused(officer, judged, made):
    """Expired, and from the future; within the skew it passes."""
    for shift, good in ((-600, False), (600, False), (60, True), (-360, True)):
        data = sign_envelope(ENVELOPE, officer, made.NOW + dt.timedelta(seconds=shift))
        verdict, codes = judged(data)
        assert (verdict is Verdict.VALID) is good, shift
        assert good or codes == {"signing.wsse.expired"}


def test_body_and_timestamp_must_both_be_covered(judged, signed):
    """A Timestamp whose id was taken away, a second Security header, no header at all."""
    root = etree.fromstring(signed)
    stamp = root.find(f".//{{{WSU}}}Timestamp")
    del stamp.attrib[f"{{{WSU}}}Id"]
    assert judged(etree.tostring(root))[1] == {"signing.wsse.coverage"}
    root = etree.fromstring(signed)
    etree.SubElement(root[0], f"{{{WSSE}}}Security")
    assert judged(etree.tostring(root))[1] == {"signing.wsse.header"}
    assert judged(ENVELOPE)[1] == {"signing.none"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"xmldsig-more#rsa-sha256", b"xmldsig-more#hmac-sha256", "signing.algorithm.refused"),
        (b'Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"', b'Transform Algorithm="x"', ""),
        (b"<s:Body", b"<!-- --><s:Body/><s:Body", "signing.wsse.header"),
        (b"s:Envelope", b"s:Umschlag", "signing.wsse.header"),
    ],
)
def test_other_forms_are_refused(judged, signed, old, new, code):
    """Algorithms, transforms, two bodies, another root."""
    verdict, codes = judged(signed.replace(old, new))
    assert (verdict, codes) == (Verdict.INVALID, {code or "signing.xml.transform"})


def test_a_stranger_is_refused(key_of, made, judged):
    """A certificate of another root; an unsigned fault is not valid, and no crash."""
    root = made.issue(made.name("LẠ"), made.rsa_key("stranger"), ca=True)
    leaf = made.issue(made.name("AI ĐÓ"), made.rsa_key("officer"), root, key_usage=made.SIGNING)
    assert judged(sign_envelope(ENVELOPE, key_of(leaf), made.NOW))[1] == {"signing.certificate.untrusted"}
    fault = f'<s:Envelope xmlns:s="{SOAP}"><s:Body><s:Fault/></s:Body></s:Envelope>'.encode()
    assert judged(fault) == (Verdict.INVALID, {"signing.none"})


def test_what_is_no_envelope_is_not_signed(officer, made, signed):
    """Other XML, and an envelope that is signed already."""
    for data in (b"<a/>", b"nonsense", signed):
        with pytest.raises(SigningRefused):
            sign_envelope(data, officer, made.NOW)
