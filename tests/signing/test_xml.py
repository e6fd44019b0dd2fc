"""XML signatures: what is made, and every pitfall of signature.md §4 on XML with its verdict."""

from __future__ import annotations

import base64
import os

import pytest
from cryptography.hazmat.primitives import hashes
from lxml import etree

from gov_connect.signing import ActKind, Format, Hash, LocalKey, Pending, SigningRefused, Tree, Verdict

DS = "{http://www.w3.org/2000/09/xmldsig#}"


@pytest.fixture
def signed(signing, officer, xml):
    """A document with an officer's signature."""
    return signing.sign(xml, ActKind.PERSONAL, officer).data


@pytest.fixture
def forged(signing, signed, codes):
    """Verify a changed copy and give verdict and reasons."""

    def judge(old: bytes | str, new: bytes | str, count: int = 1):
        old, new = (one.encode() if isinstance(one, str) else one for one in (old, new))
        assert old in signed
        report = signing.verify(signed.replace(old, new, count))
        if report.verdict is not Verdict.VALID:
            with pytest.raises(SigningRefused):
                _ = report.signed
        return report.verdict, codes(report)

    return judge


def remade(signed: bytes, change) -> bytes:
    """A document changed as a tree."""
    root = etree.fromstring(signed)
    change(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


@pytest.mark.parametrize("hash_name", list(Hash))
@pytest.mark.parametrize("kind", ["rsa", "pss", "curve"])
def test_what_is_signed_is_found_valid(signing, pki, key_of, xml, kind, hash_name):
    """RSA PKCS#1 v1.5 and PSS and ECDSA P-256, with each hash; the content comes back as it was signed."""
    key = key_of(pki.curve if kind == "curve" else pki.officer, pss=kind == "pss", hash_name=hash_name)
    report = signing.verify(signing.sign(xml, ActKind.PERSONAL, key).data)
    assert report.verdict is Verdict.VALID
    assert report.format is Format.XML
    assert report.signed == etree.tostring(etree.fromstring(xml), method="c14n", exclusive=True)
    (one,) = report.signatures
    assert (one.tree, one.covers_all, one.time) == (Tree.OFFICIAL_DUTY, True, None)
    assert one.signer is not None
    assert one.signer.reveal() in {"NGUYỄN VĂN MẪU", "TRẦN THỊ MẪU"}
    assert "MẪU" not in repr(report)


def test_a_root_without_content_can_be_signed(signing, officer):
    """`<a/>` gets a closing tag to write before."""
    data = signing.sign(b"<a/>", ActKind.PERSONAL, officer).data
    assert signing.verify(data).signed == b"<a></a>"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"<a>", "signing.xml.malformed"),
        (b"<!DOCTYPE a><a/>", "signing.xml.doctype"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "signing.xml.doctype"),
        (b"<a/><?x y?>", "signing.xml.instruction"),
        (b'<a xmlns:x="relative" x:b="c"/>', "signing.xml.malformed"),
        (b'<a><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></a>', "signing.xml.signed_already"),
    ],
)
def test_what_cannot_be_signed_is_refused(signing, officer, document, code):
    """Nothing is signed that our own verifier would not accept."""
    with pytest.raises(SigningRefused) as caught:
        signing.sign(document, ActKind.PERSONAL, officer)
    assert caught.value.code == code


def test_changed_content_is_refused(forged):
    """One digit of the amount."""
    assert forged("25000", "95000") == (Verdict.INVALID, {"signing.content.changed"})


def test_a_changed_signature_value_is_refused(forged, signed):
    """One character of SignatureValue."""
    start = signed.index(b"<ds:SignatureValue>") + 30
    old = signed[start - 5 : start + 5]
    new = old[:5] + (b"A" if old[5:6] != b"A" else b"B") + old[6:]
    assert forged(old, new) == (Verdict.INVALID, {"signing.value.wrong"})


def test_the_signed_content_has_no_comment(signing, signed):
    """A comment inside text changes nothing; what is handed out is the joined text, never "25"."""
    report = signing.verify(signed.replace(b"25000", b"25<!-- x -->000"))
    assert report.verdict is Verdict.VALID
    assert b"<SoTien>25000</SoTien>" in report.signed


def test_an_instruction_inside_text_is_refused(forged):
    """A processing instruction is content."""
    assert forged("25000", "25<?x y?>000")[0] is Verdict.INVALID


def test_wrapping_is_refused(signing, signed, codes):
    """The signed root moved inside a forged one, with the signature at either place."""
    inner = signed.partition(b"?>")[2].strip()
    deep = b"<HoSo><SoTien>1</SoTien>" + inner + b"</HoSo>"
    assert codes(signing.verify(deep)) == {"signing.xml.place"}

    def lift(root):
        wrapper = etree.Element("HoSo")
        signature = root.find(DS + "Signature")
        root.remove(signature)
        holder = etree.SubElement(wrapper, "Giu")
        holder.append(etree.fromstring(etree.tostring(root)))
        wrapper.append(signature)
        return etree.tostring(wrapper)

    assert codes(signing.verify(lift(etree.fromstring(signed)))) == {"signing.content.changed"}


def test_a_signature_by_id_must_cover_the_root(signing, officer, pki, made, xml, codes):
    """An id-reference to a part leaves the rest unsigned: refused, whatever else was changed."""
    import signxml  # noqa: PLC0415 - an independent signer for this test

    document = etree.fromstring(b'<HoSo><Phan Id="p1"><SoTien>1</SoTien></Phan><Khac>2</Khac></HoSo>')
    signer = signxml.XMLSigner(c14n_algorithm=signxml.CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    chain = [pki.officer.certificate, pki.official_ca.certificate]
    part = etree.tostring(signer.sign(document, key=pki.officer.key, cert=chain, reference_uri="#p1"))
    assert codes(signing.verify(part)) == {"signing.xml.references"}
    whole = etree.fromstring(b'<HoSo Id="all"><SoTien>1</SoTien></HoSo>')
    by_id = etree.tostring(signer.sign(whole, key=pki.officer.key, cert=chain, reference_uri="#all"))
    assert signing.verify(by_id).verdict is Verdict.VALID
    for forged in (
        by_id.replace(b"<SoTien>", b'<SoTien Id="all">'),
        by_id.replace(b'<HoSo Id="all">', b'<HoSo Id="all" ID="all">'),
    ):
        assert codes(signing.verify(forged)) == {"signing.xml.duplicate_id"}


def test_dtd_and_entities_are_refused_fast(signing, signed, codes):
    """DOCTYPE, internal entities and the billion laughs."""
    body = signed.partition(b"?>")[2].strip()
    entity = b'<!DOCTYPE HoSo [<!ENTITY a "25000"><!ATTLIST HoSo Id ID "x">]>'
    assert codes(signing.verify(entity + body)) == {"signing.xml.doctype"}
    lol = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    bomb = b'<!DOCTYPE z [<!ENTITY l0 "lol">' + lol + b"]><z>&l9;</z>"
    assert codes(signing.verify(bomb)) <= {"signing.xml.doctype", "signing.xml.malformed"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        ("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "<script>"),
    ],
)
def test_weak_and_foreign_algorithms_are_refused(forged, old, new):
    """SHA-1, HMAC with the public certificate as key, and nonsense, before anything is computed."""
    verdict, found = forged(old, new.replace("<", "&lt;"))
    assert (verdict, found) == (Verdict.INVALID, {"signing.algorithm.refused"})


@pytest.mark.parametrize(
    "transform",
    [
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet/></ds:Transform>',
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>1</ds:XPath></ds:Transform>',
        '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"/>',
    ],
)
def test_transforms_are_held_to_a_list(forged, transform):
    """XSLT, XPath and base64 are refused before any processing."""
    transform = transform.replace("<xsl:stylesheet/>", '<x xmlns="urn:x"/>')
    assert forged("<ds:Transforms>", "<ds:Transforms>" + transform)[1] == {"signing.xml.transform"}


@pytest.mark.parametrize("place", ["<HoSo ", "<ds:SignedInfo"])
def test_a_crowd_of_attributes_is_refused_fast(signing, signed, codes, place):
    """Putting them into order takes quadratic time: refused before, wherever they stand."""
    crowd = " ".join(f'a{number}="1"' for number in range(30_000))
    data = signed.replace(place.encode(), f"{place.rstrip()} {crowd} ".encode(), 1)
    assert data != signed
    assert codes(signing.verify(data)) == {"signing.too_large"}


@pytest.mark.parametrize("encoding", ["utf-7", "iso-8859-1"])
def test_attributes_are_counted_in_every_encoding(signing, codes, encoding):
    """UTF-7 can write an element of a thousand attributes without one equals sign that a search for bytes finds."""
    row = " ".join(f'a{number}="x"' for number in range(1000))
    data = f'<?xml version="1.0" encoding="{encoding}"?><HoSo {row}/>'.encode(encoding)
    if encoding == "utf-7":
        declaration, body = data.split(b"?>")
        data = declaration + b"?>" + body.replace(b"=", b"+AD0-")
    assert codes(signing.verify(data)) == {"signing.too_large"}


def test_nothing_outside_is_ever_opened(forged, tmp_path):
    """A Reference to a file or an address is refused without touching it."""
    pipe = tmp_path / "pipe"
    if hasattr(os, "mkfifo"):
        os.mkfifo(pipe)  # reading it would hang for ever
    for uri in (pipe.as_uri(), "https://example.invalid/x", "#xpointer(/)", "x.xml"):
        assert forged('<ds:Reference URI="">', f'<ds:Reference URI="{uri}">')[1] == {"signing.xml.external"}


def test_a_second_signature_is_refused(signing, signed, codes):
    """One document, one signature: which one would count must not be a question."""
    start, end = signed.index(b"<ds:Signature "), signed.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    doubled = signed[:end] + signed[start:end] + signed[end:]
    assert codes(signing.verify(doubled)) == {"signing.xml.several"}


def test_text_after_the_signature_is_refused(forged):
    """What follows the signature belongs to the content."""
    assert forged("</ds:Signature>", "</ds:Signature>9")[0] is Verdict.INVALID


def test_the_order_of_certificates_does_not_matter(signing, signed):
    """X509Data promises no order."""

    def turn(root):
        data = root.find(f".//{DS}X509Data")
        data.append(data[0])

    assert signing.verify(remade(signed, turn)).verdict is Verdict.VALID


def test_another_persons_certificate_is_refused(signing, signed, pki, codes):
    """Instead of the signer's, and beside it."""

    def exchange(root):
        root.find(f".//{DS}X509Certificate").text = base64.b64encode(pki.agency.der).decode()

    def add(root):
        data = root.find(f".//{DS}X509Data")
        extra = etree.SubElement(data, DS + "X509Certificate")
        extra.text = base64.b64encode(pki.agency.der).decode()
        data.insert(0, extra)

    assert codes(signing.verify(remade(signed, exchange))) == {"signing.value.wrong"}
    assert codes(signing.verify(remade(signed, add))) == {"signing.certificate.ambiguous"}


def test_key_values_never_stand_alone_and_must_agree(signing, signed, pki, codes):
    """Only KeyValue is refused; a KeyValue of another key beside the certificate is refused."""
    numbers = pki.agency.key.public_key().public_numbers()
    modulus = base64.b64encode(numbers.n.to_bytes(256, "big")).decode()
    value = etree.fromstring(
        '<ds:KeyValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:RSAKeyValue>'
        f"<ds:Modulus>{modulus}</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
    )

    def only(root):
        info = root.find(f".//{DS}KeyInfo")
        info[:] = [value]

    def beside(root):
        root.find(f".//{DS}KeyInfo").append(value)

    assert codes(signing.verify(remade(signed, only))) == {"signing.certificate.missing"}
    assert codes(signing.verify(remade(signed, beside))) == {"signing.xml.key_info"}
    own = pki.officer.key.public_key().public_numbers().n.to_bytes(256, "big")
    value.find(f".//{DS}Modulus").text = base64.b64encode(own).decode()
    assert signing.verify(remade(signed, beside)).verdict is Verdict.VALID


def test_hints_beside_the_certificate_are_read_over(signing, signed, codes):
    """A subject name in X509Data and a key's name are common and mean nothing; a retrieval method is refused."""
    hinted = signed.replace(b"<ds:X509Data>", b"<ds:KeyName>k</ds:KeyName><ds:X509Data>")
    hinted = hinted.replace(b"<ds:X509Data>", b"<ds:X509Data><ds:X509SubjectName>CN=x</ds:X509SubjectName>")
    assert signing.verify(hinted).verdict is Verdict.VALID
    elsewhere = signed.replace(b"<ds:X509Data>", b'<ds:RetrievalMethod URI="#k"/><ds:X509Data>')
    assert codes(signing.verify(elsewhere)) == {"signing.xml.key_info"}


def test_no_signature_is_not_valid(signing, xml, codes):
    """An unsigned document, and things that are no document."""
    report = signing.verify(xml)
    assert (report.verdict, codes(report)) == (Verdict.INVALID, {"signing.none"})
    assert codes(signing.verify(b"plain text")) == {"signing.unknown_format"}


def test_a_pending_signature_survives_a_restart(signing, officer, pki, xml):
    """Prepared in one process, stored, completed in another with the value from outside."""
    pending = signing.prepare(xml, ActKind.PERSONAL, officer.certificates)
    kept = Pending.from_json(pending.to_json())
    assert kept == pending
    context = hashes.Hash(hashes.SHA256())
    context.update(kept.to_sign)
    assert kept.digest == context.finalize()
    assert signing.verify(signing.complete(kept, officer.sign(kept.to_sign)).data).verdict is Verdict.VALID
    assert "MẪU" not in repr(kept)


@pytest.mark.parametrize("value", [b"", b"\0" * 256, b"x" * 300])
def test_a_wrong_value_from_outside_is_never_embedded(signing, officer, xml, value):
    """The value of a service is verified under the expected certificate first."""
    pending = signing.prepare(xml, ActKind.PERSONAL, officer.certificates)
    with pytest.raises(SigningRefused) as caught:
        signing.complete(pending, value)
    assert caught.value.code == "signing.value.wrong"


def test_a_value_under_another_key_is_never_embedded(signing, officer, key_of, pki, xml):
    """The service signed with somebody else's key."""
    pending = signing.prepare(xml, ActKind.PERSONAL, officer.certificates)
    with pytest.raises(SigningRefused):
        signing.complete(pending, key_of(pki.agency).sign(pending.to_sign))


def test_a_key_of_another_certificate_is_refused(pki):
    """A key file and a certificate file that were mixed up."""
    with pytest.raises(SigningRefused) as caught:
        LocalKey(pki.agency.key, [pki.officer.certificate])
    assert caught.value.code == "signing.key.another"
