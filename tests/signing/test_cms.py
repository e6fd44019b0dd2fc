"""Signed messages (CMS): what is made, and what is refused."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from gov_connect.signing import ActKind, Format, Hash, SigningRefused, Verdict, _der, cms
from gov_connect.signing.algorithms import Padding, Scheme, digest

CONTENT = "Quyết định số 01/QĐ-UBND".encode()


@pytest.fixture
def message(signing, officer):
    """A detached signature over the content."""
    return signing.sign(CONTENT, ActKind.PERSONAL, officer, format=Format.CMS).data


def assembled(identity, *, content=CONTENT, scheme=None, attributes=None, certificates=None, carried=None):
    """A message put together by hand, so that it can be wrong in one point."""
    scheme = scheme or Scheme(Padding.PKCS1)
    raw = attributes or cms.Attributes.of(digest(scheme.hash, content), identity.certificate, time=None).raw
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415

    value = identity.key.sign(raw, padding.PKCS1v15(), scheme.hash.make())
    chain = certificates or [identity.certificate, *identity.above[:1]]
    return cms.assemble(cms.Attributes(raw=raw), value, chain, scheme, content=carried)


@pytest.mark.parametrize("hash_name", list(Hash))
@pytest.mark.parametrize("kind", ["rsa", "pss", "curve"])
def test_what_is_signed_is_found_valid(signing, pki, key_of, made, kind, hash_name):
    """RSA PKCS#1 v1.5 and PSS and ECDSA P-256, with each hash; the claimed time is kept."""
    key = key_of(pki.curve if kind == "curve" else pki.officer, pss=kind == "pss", hash_name=hash_name)
    data = signing.sign(CONTENT, ActKind.PERSONAL, key, format=Format.CMS).data
    report = signing.verify(data, content=CONTENT)
    assert (report.verdict, report.format, report.signed) == (Verdict.VALID, Format.CMS, CONTENT)
    assert report.signatures[0].time == made.NOW
    assert not report.signatures[0].time_proven


@pytest.mark.parametrize("hash_name", [hashes.SHA256(), hashes.SHA512()])
def test_messages_of_another_maker_are_read(signing, pki, hash_name, codes):
    """`cryptography` makes messages with its own attributes: detached, and with the content inside."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(CONTENT)
    builder = builder.add_signer(pki.officer.certificate, pki.officer.key, hash_name)
    builder = builder.add_certificate(pki.official_ca.certificate)
    der = serialization.Encoding.DER
    detached = builder.sign(der, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])
    # Its clock is the system's: on the tests' day a later claimed time lies ahead.
    assert codes(signing.verify(detached, content=CONTENT)) <= {"signing.time.ahead"}
    inside = signing.verify(builder.sign(der, [pkcs7.PKCS7Options.Binary]))
    assert codes(inside) <= {"signing.time.ahead"}
    assert inside.signatures[0].signed == CONTENT


@pytest.mark.parametrize("label", ["PKCS7", "CMS", ""])
def test_a_message_in_text_is_the_message(signing, message, codes, label):
    """PEM, or base64 alone; what is damaged inside is still found."""

    def dressed(inner):
        text = base64.encodebytes(inner)
        return f"-----BEGIN {label}-----\n".encode() + text + f"-----END {label}-----\n".encode() if label else text

    bare = signing.verify(message, content=CONTENT)
    report = signing.verify(dressed(message), content=CONTENT)
    assert (report.verdict, codes(report)) == (bare.verdict, codes(bare))
    assert codes(signing.verify(dressed(message), content=CONTENT + b" ")) == {"signing.content.changed"}
    assert codes(signing.verify(b"khong phai chu ky", content=CONTENT)) == {"signing.unknown_format"}


def test_changed_content_is_refused(signing, message, codes):
    """Another content, and none."""
    assert codes(signing.verify(message, content=CONTENT + b" ")) == {"signing.content.changed"}
    assert codes(signing.verify(message)) == {"signing.cms.no_content"}


def test_content_inside_must_be_the_content_given(signing, pki, codes):
    """Two contents are one too many; the same one twice is fine."""
    data = assembled(pki.officer, carried=(cms.DATA, CONTENT))
    assert signing.verify(data).signed == CONTENT
    assert signing.verify(data, content=CONTENT).verdict is Verdict.VALID
    assert codes(signing.verify(data, content=b"other")) == {"signing.cms.two_contents"}


def test_nothing_may_follow_the_message(signing, message, codes):
    """Trailing bytes, and a cut message."""
    assert codes(signing.verify(message + b"\0", content=CONTENT)) == {"signing.cms.trailing"}
    assert codes(signing.verify(message[:-1], content=CONTENT)) == {"signing.cms.malformed"}


def test_a_value_without_signed_attributes_is_refused(signing, pki, codes):
    """Else the attributes of another message could be passed off as content."""
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415

    data = assembled(pki.officer)
    attributes = cms.Attributes.of(digest(Hash.SHA256, CONTENT), pki.officer.certificate, time=None).raw
    value = pki.officer.key.sign(CONTENT, padding.PKCS1v15(), hashes.SHA256())
    whole = _der.read(data)
    assert whole.tag == _der.SEQUENCE
    bare = _without_attributes(data, attributes, value)
    assert codes(signing.verify(bare, content=CONTENT)) <= {"signing.cms.no_attributes", "signing.cms.malformed"}


def _without_attributes(data: bytes, attributes: bytes, value: bytes) -> bytes:
    kind, wrapped = _der.read(data).children()
    version, hashed, inner, certificates, infos = wrapped.children()[0].children()
    number, who, name, _signed, algorithm, _old = infos.children()[0].children()
    assert attributes
    signer = _der.sequence(number.raw, who.raw, name.raw, algorithm.raw, _der.octets(value))
    body = _der.sequence(version.raw, hashed.raw, inner.raw, certificates.raw, _der.write(_der.SET, signer))
    return _der.sequence(kind.raw, _der.write(0xA0, body))


@pytest.mark.parametrize("drop", [cms.CONTENT_TYPE, cms.MESSAGE_DIGEST])
def test_the_two_needed_attributes_are_needed(signing, pki, drop, codes):
    """Content type and digest, each exactly once."""
    raw = cms.Attributes.of(digest(Hash.SHA256, CONTENT), pki.officer.certificate, time=None).raw
    rows = _der.read(raw).children()
    less = _der.set_of(*(row.raw for row in rows if row.children()[0].oid() != drop))
    twice = _der.set_of(*(row.raw for row in rows), *(row.raw for row in rows if row.children()[0].oid() == drop))
    assert codes(signing.verify(assembled(pki.officer, attributes=less), content=CONTENT)) == {"signing.cms.malformed"}
    doubled = signing.verify(assembled(pki.officer, attributes=twice), content=CONTENT)
    assert codes(doubled) == {"signing.cms.attribute_twice"}


def test_the_certificate_cannot_be_exchanged(signing, pki, made, codes):
    """A second certificate for the same key and name does not take the first one's place."""
    twin = made.issue(
        pki.officer.certificate.subject,
        pki.officer.key,
        pki.official_ca,
        key_usage=made.SIGNING,
        serial=pki.officer.certificate.serial_number,
        ends=made.NOW + made.YEAR,
    )
    data = assembled(pki.officer, certificates=[twin.certificate, pki.official_ca.certificate])
    assert codes(signing.verify(data, content=CONTENT)) == {"signing.certificate.exchanged"}


def test_a_message_without_its_certificate_is_refused(signing, pki, codes):
    """The issuing certificate alone does not say who signed."""
    data = assembled(pki.officer)
    kind, wrapped = _der.read(data).children()
    version, hashed, inner, _certificates, infos = wrapped.children()[0].children()
    only = _der.write(0xA0, pki.official_ca.der)
    body = _der.sequence(version.raw, hashed.raw, inner.raw, only, infos.raw)
    bare = _der.sequence(kind.raw, _der.write(0xA0, body))
    assert codes(signing.verify(bare, content=CONTENT)) == {"signing.certificate.missing"}


def test_sha1_is_refused(signing, message, codes):
    """The digest algorithm is exchanged for SHA-1."""
    sha256, sha1 = _der.oid("2.16.840.1.101.3.4.2.1"), _der.oid("1.3.14.3.2.26")
    kind, wrapped = _der.read(message).children()
    version, hashed, inner, certificates, infos = wrapped.children()[0].children()
    number, who, name, signed, algorithm, value = infos.children()[0].children()
    weak = _der.sequence(sha1, _der.write(_der.NULL))
    assert sha256 in name.raw
    signer = _der.sequence(number.raw, who.raw, weak, signed.raw, algorithm.raw, value.raw)
    body = _der.sequence(version.raw, hashed.raw, inner.raw, certificates.raw, _der.write(_der.SET, signer))
    data = _der.sequence(kind.raw, _der.write(0xA0, body))
    assert codes(signing.verify(data, content=CONTENT)) == {"signing.algorithm.refused"}


@pytest.mark.parametrize(
    "data", [b"0", b"0\x80", b"0\x84\xff\xff\xff\xff", b"0\x82\x00\x01\x00", b"0\x03\x02\x01\x00", b"0\x00"]
)
def test_what_is_no_message_is_refused(signing, data, codes):
    """Indefinite, overlong and lying lengths, and other things."""
    assert codes(signing.verify(data, content=CONTENT)) <= {"signing.cms.malformed"}
    assert signing.verify(data, content=CONTENT).verdict is Verdict.INVALID


@pytest.mark.parametrize("value", [0, 1, 127, 128, 255, 256, -1, -128, -129, 2**64])
def test_whole_numbers_are_written_as_short_as_can_be(value):
    """And read back."""
    assert _der.read(_der.integer(value)).integer() == value


@pytest.mark.parametrize("dotted", ["1.2.840.113549.1.1.1", "2.16.840.1.101.3.4.2.1", "0.9.2342", "2.999.3"])
def test_object_identifiers_are_written_and_read(dotted):
    """And read back."""
    assert _der.read(_der.oid(dotted)).oid() == dotted


def test_lengths_of_all_sizes_are_written_and_read():
    """Short and long forms."""
    for size in (0, 127, 128, 255, 256, 70000):
        assert _der.read(_der.octets(b"x" * size)).content == b"x" * size


def test_signing_refuses_an_unfit_key(pki, made, key_of):
    """A key below 2048 bits cannot even be loaded for signing."""
    weak = pki.leaf("YẾU", key=made.rsa_key("weak", 1024))
    with pytest.raises(SigningRefused) as caught:
        key_of(weak)
    assert caught.value.code == "signing.key.weak"
