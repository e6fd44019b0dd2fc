"""Levels T and LT: XAdES and PAdES with timestamps, and PDFs that carry their own validation data."""

from __future__ import annotations

import base64
import datetime as dt
import re
from io import BytesIO

import pytest
from lxml import etree

from gov_connect.errors import NotSupported
from gov_connect.mocks.pki import stamp
from gov_connect.signing import (
    ActKind,
    Evidence,
    Format,
    Hash,
    Level,
    Pending,
    RevocationMode,
    Signing,
    SigningRefused,
    Trust,
    Verdict,
)

DS = "{http://www.w3.org/2000/09/xmldsig#}"
XADES = "{http://uri.etsi.org/01903/v1.3.2#}"


@pytest.fixture
def stamping(policy, evidence, pki, made):
    """Signs with timestamps of the PKI's authority."""

    def make(known=evidence, **rules):
        return Signing(
            Trust(policy(**rules), known),
            now=lambda: made.NOW,
            timestamper=lambda request: stamp(request, pki.tsa, made.NOW),
        )

    return make


@pytest.fixture
def xades(signing, officer, xml):
    """Level B, through prepare and complete, as a remote signer does it."""
    pending = signing.prepare(xml, ActKind.PERSONAL, officer.certificates, xades=True)
    kept = Pending.from_json(pending.to_json())
    assert kept == pending
    return signing.complete(kept, officer.sign(kept.to_sign)).data


@pytest.fixture
def stamped(stamping, officer, xml):
    """Level T."""
    return stamping().sign(xml, ActKind.PERSONAL, officer).data


@pytest.mark.parametrize("hash_name", [Hash.SHA256, Hash.SHA512])
@pytest.mark.parametrize("kind", ["rsa", "pss", "curve"])
def test_xades_is_valid_with_every_scheme(stamping, pki, key_of, made, xml, kind, hash_name):
    """B-T with the claimed and the proven time, for RSA, PSS and P-256."""
    key = key_of(pki.curve if kind == "curve" else pki.officer, pss=kind == "pss", hash_name=hash_name)
    (one,) = stamping().verify(stamping().sign(xml, ActKind.PERSONAL, key).data).signatures
    assert (one.verdict, one.time, one.time_proven, one.covers_all) == (Verdict.VALID, made.NOW, True, True)
    assert b"25000" in one.signed


def test_xades_names_its_time_and_is_bound(signing, xades, made, codes):
    """The claimed time is ours to give; content, properties and certificate cannot be exchanged."""
    report = signing.verify(xades)
    assert (report.verdict, report.signatures[0].time) == (Verdict.VALID, made.NOW)
    assert codes(signing.verify(xades.replace(b"25000", b"95000"))) == {"signing.content.changed"}
    earlier = re.sub(rb"<xades:SigningTime>[^<]*", b"<xades:SigningTime>2020-01-01T00:00:00Z", xades)
    assert codes(signing.verify(earlier)) == {"signing.content.changed"}
    moved = xades.replace(b"SignedProperties", b"UnsignedProperties")
    assert signing.verify(moved).verdict is Verdict.INVALID


def test_signed_properties_of_another_certificate_are_refused(signing, officer, pki, made, xml, codes):
    """The value is right, but the properties name somebody else: an exchanged certificate."""
    from gov_connect.signing import xml_sign  # noqa: PLC0415 - the parts, to put them together wrongly
    from gov_connect.signing.xades import Properties  # noqa: PLC0415

    theirs = Properties.of(pki.agency.certificate, Hash.SHA256, made.NOW)
    written, info = xml_sign.prepare(xml, officer.scheme, theirs)
    value = xml_sign.signature_value(officer.sign(info), officer.certificates[0], officer.scheme)
    data = xml_sign.complete(written, info, value, officer.certificates, properties=theirs)
    assert codes(signing.verify(data)) == {"signing.certificate.exchanged"}


def test_a_second_set_of_properties_counts_for_nothing(signing, xades):
    """Properties that no reference names, before the signed ones: their time is not taken."""
    root = etree.fromstring(xades)
    fake = etree.fromstring(etree.tostring(root.find(f".//{DS}Object"), with_tail=False))
    fake.find(f".//{XADES}SigningTime").text = "2020-01-01T00:00:00Z"
    fake.find(f".//{XADES}SignedProperties").set("Id", "props-other")
    root.find(f".//{DS}Signature").insert(3, fake)
    report = signing.verify(etree.tostring(root))
    assert report.signatures[0].time != 2020
    assert report.signatures[0].time is None or report.signatures[0].time.year == 2026


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda stamps: stamps[0].getparent().append(etree.fromstring(etree.tostring(stamps[0]))), "wrong"),
        (lambda stamps: stamps[0].find(f"{DS}CanonicalizationMethod").set("Algorithm", "urn:x"), "wrong"),
        (lambda stamps: setattr(stamps[0].find(f"{XADES}EncapsulatedTimeStamp"), "text", "?"), "wrong"),
        (lambda stamps: setattr(stamps[0].find(f"{XADES}EncapsulatedTimeStamp"), "text", "MAA="), "wrong"),
        (lambda stamps: stamps[0].remove(stamps[0].find(f"{XADES}EncapsulatedTimeStamp")), "wrong"),
    ],
)
def test_timestamps_that_do_not_hold_are_refused(signing, stamped, codes, change, code):
    """Twice, of another form, no token at all."""
    root = etree.fromstring(stamped)
    change(root.findall(f".//{XADES}SignatureTimeStamp"))
    assert codes(signing.verify(etree.tostring(root))) == {f"signing.timestamp.{code}"}


def test_a_timestamp_of_another_signature_is_refused(signing, stamping, officer, stamped, codes):
    """A genuine token over another value."""
    donor = stamping().sign(b"<khac/>", ActKind.PERSONAL, officer).data
    path = f".//{XADES}EncapsulatedTimeStamp"
    root = etree.fromstring(stamped)
    root.find(path).text = etree.fromstring(donor).find(path).text
    assert codes(signing.verify(etree.tostring(root))) == {"signing.timestamp.wrong"}


def test_a_taken_away_timestamp_is_only_missed(signing, stamped):
    """Unsigned properties may be dropped by anybody: the time is then a claim again."""
    root = etree.fromstring(stamped)
    unsigned = root.find(f".//{XADES}UnsignedProperties")
    unsigned.getparent().remove(unsigned)
    (one,) = signing.verify(etree.tostring(root)).signatures
    assert (one.verdict, one.time_proven) == (Verdict.VALID, False)


def test_the_inclusive_form_of_a_timestamp_is_read_too(signing, officer, made, pki, xml):
    """Other makers leave the form out, which means inclusive canonical XML 1.0."""
    pending = signing.prepare(xml, ActKind.PERSONAL, officer.certificates, xades=True)
    bare = signing.complete(pending, officer.sign(pending.to_sign)).data
    value = etree.fromstring(etree.tostring(etree.fromstring(bare).find(f".//{DS}SignatureValue"), with_tail=False))
    form = etree.tostring(value, method="c14n", exclusive=False)
    assert b"urn:ho-so" in form  # the document's own default namespace comes along
    from gov_connect.signing.timestamps import Query  # noqa: PLC0415 - only here

    query = Query(form)
    token = signing.read_stamp(query, stamp(query.request, pki.tsa, made.NOW))
    element = (
        b"<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:SignatureTimeStamp>"
        b"<xades:EncapsulatedTimeStamp>" + base64.b64encode(token) + b"</xades:EncapsulatedTimeStamp>"
        b"</xades:SignatureTimeStamp></xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
    )
    data = bare.replace(b"</xades:QualifyingProperties>", element + b"</xades:QualifyingProperties>")
    (one,) = signing.verify(data).signatures
    assert (one.verdict, one.time_proven) == (Verdict.VALID, True)


def test_signxml_accepts_our_xades_by_itself(xades, stamped, pki, made, tmp_path):
    """Its own XAdES verifier, with its schema and its own chain check."""
    from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier  # noqa: PLC0415 - an independent judge

    root = tmp_path / "root.pem"
    root.write_bytes(pki.official_root.pem)
    for data in (xades, stamped):
        config = XAdESSignatureConfiguration(location="./", expect_references=2, verification_time=made.NOW)
        found = XAdESVerifier().verify(data, ca_pem_file=str(root), expect_config=config)
        assert b"25000" in found[0].signed_data


def test_plain_xml_takes_no_timestamp(signing, stamping, officer, xml, pki, made):
    """What was prepared without properties has no place for a token; LT is for PDF."""
    pending = signing.prepare(xml, ActKind.PERSONAL, officer.certificates)
    value = officer.sign(pending.to_sign)
    query = signing.stamp_query(pending, value)
    token = signing.read_stamp(query, stamp(query.request, pki.tsa, made.NOW))
    with pytest.raises(SigningRefused) as caught:
        signing.complete(pending, value, token=token)
    assert caught.value.code == "signing.timestamp.no_place"
    with pytest.raises(NotSupported):
        stamping().sign(xml, ActKind.PERSONAL, officer, level=Level.LT)
    with pytest.raises(SigningRefused) as caught:
        signing.sign(xml, ActKind.PERSONAL, officer, level=Level.T)
    assert caught.value.code == "signing.timestamp.missing"


def test_an_authority_nobody_knows_about_leaves_the_answer_open(stamping, pki, stamped, codes):
    """Its own revocation must be known too."""
    known = Evidence()
    for issuer in (pki.official_root, pki.official_ca):
        known.add_crl(pki.crl(issuer, pki.tsa) if issuer is pki.official_ca else pki.crl(issuer))
    assert codes(stamping(known).verify(stamped)) == {"signing.timestamp.wrong"}
    none = stamping(Evidence()).verify(stamped)
    assert none.verdict is Verdict.NOT_DETERMINED
    assert codes(none) == {"signing.timestamp.revocation", "signing.revocation.unknown"}


@pytest.fixture
def lasting(stamping, officer, pdf):
    """A PDF of level LT."""
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    return stamping().sign(pdf, ActKind.PERSONAL, officer, level=Level.LT).data


def test_a_lasting_pdf_answers_for_itself(lasting, policy, made, codes):
    """Three years later, certificates expired, nothing fed in: roots alone are enough."""
    later = Signing(Trust(policy()), now=lambda: made.NOW + 3 * made.YEAR)
    report = later.verify(lasting)
    (one,) = report.signatures
    assert (report.verdict, one.time_proven, one.covers_all) == (Verdict.VALID, True, True)
    assert lasting.startswith(report.signed)
    assert lasting[len(report.signed) :].count(b"/DSS") == 1


def test_without_its_data_the_same_pdf_is_not_valid(stamping, officer, pdf, policy, made, codes):
    """Level T, later, with nothing fed in."""
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    data = stamping().sign(pdf, ActKind.PERSONAL, officer).data
    later = Signing(Trust(policy()), now=lambda: made.NOW + 3 * made.YEAR)
    report = later.verify(data)
    assert report.verdict is not Verdict.VALID
    assert "signing.timestamp.revocation" in codes(report)


def test_fed_in_revocation_beats_what_a_file_carries(lasting, policy, pki, made, codes):
    """Revoked before the proven time: the good list inside changes nothing."""
    known = Evidence()
    known.add_crl(pki.crl(pki.official_ca, pki.officer))
    later = Signing(Trust(policy(), known), now=lambda: made.NOW + 3 * made.YEAR)
    assert "signing.certificate.revoked" in codes(later.verify(lasting))


def test_both_signatures_may_last(stamping, lasting, pki, key_of, policy, made):
    """Person, validation data, agency, validation data."""
    both = stamping().sign(lasting, ActKind.AGENCY, key_of(pki.agency), level=Level.LT).data
    later = Signing(Trust(policy()), now=lambda: made.NOW + 3 * made.YEAR)
    report = later.verify(both)
    assert report.verdict is Verdict.VALID
    assert [one.covers_all for one in report.signatures] == [False, True]


def updated(data: bytes, change) -> bytes:
    """The file with an incremental update."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - optional

    writer = IncrementalPdfFileWriter(BytesIO(data))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_validation_data_is_no_cover_for_other_changes(lasting, stamping, officer, pdf, codes):
    """After the last signature: bytes, a title, a page, or a page beside a store; each is refused."""
    from pyhanko.pdf_utils import generic  # noqa: PLC0415 - optional

    def title(writer) -> None:
        writer.set_info(generic.DictionaryObject({generic.pdf_name("/Title"): generic.pdf_string("x")}))

    def page(writer) -> None:
        content = generic.StreamObject(stream_data=b"BT (khac) Tj ET")
        first = writer.root["/Pages"]["/Kids"][0]
        first[generic.pdf_name("/Contents")] = writer.add_object(content)
        writer.update_container(first)

    def orphan(writer) -> None:
        writer.add_object(generic.StreamObject(stream_data=b"nobody refers to me"))

    def page_and_store(writer) -> None:
        page(writer)
        writer.root[generic.pdf_name("/DSS")] = writer.add_object(generic.DictionaryObject())
        writer.update_root()

    def opened(writer) -> None:
        action = generic.DictionaryObject({generic.pdf_name("/S"): generic.pdf_name("/JavaScript")})
        writer.root[generic.pdf_name("/OpenAction")] = writer.add_object(action)
        writer.update_root()

    signing = stamping()
    base = signing.sign(pdf, ActKind.PERSONAL, officer).data

    def retitled(writer) -> None:
        place = writer.prev.trailer.raw_get("/Info").reference
        writer.get_object(place)[generic.pdf_name("/Title")] = generic.pdf_string("Giay khac")
        writer.mark_update(place)

    for change in (title, retitled, page, page_and_store, opened, orphan):
        for data in (base, lasting):
            report = signing.verify(updated(data, change))
            assert report.verdict is Verdict.INVALID, change.__name__
            assert codes(report) & {"signing.pdf.not_covered", "signing.pdf.malformed"}
    for extra in (b"\n\n\n", b"%x", b"x" * 100):
        assert codes(signing.verify(lasting + extra)) & {"signing.pdf.not_covered", "signing.pdf.malformed"}


@pytest.mark.parametrize("junk", [b'"', b"[[[", b"<<", b"(", b"9 9 R"])
def test_a_broken_store_is_no_crash(lasting, stamping, junk):
    """Objects of the validation data that cannot be read: some answer other than valid, never an exception."""
    start = lasting.rindex(b"/Certs [")
    for place in (start, start + 8, lasting.rindex(b"/VRI"), lasting.rindex(b"/CRLs")):
        data = lasting[:place] + junk + lasting[place + len(junk) :]
        assert stamping().verify(data).format is Format.PDF


def test_a_timestamp_alone_is_no_signature(stamping, pdf, pki, made, codes):
    """A file with nothing but a document timestamp says when, not who: it is unsigned."""
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    data = with_document_timestamp(pdf, pki, made)
    assert b"ETSI.RFC3161" in data
    assert codes(stamping().verify(data)) == {"signing.none"}


def test_a_document_timestamp_may_close_the_file(stamping, lasting, pki, made):
    """B-LTA: signature, validation data, timestamp over everything."""
    report = stamping().verify(with_document_timestamp(lasting, pki, made))
    assert report.verdict is Verdict.VALID
    assert [one.covers_all for one in report.signatures] == [False, True]


def with_document_timestamp(data: bytes, pki, made) -> bytes:
    """The file with a timestamp over all of it, laid out by pyHanko."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - optional
    from pyhanko.sign.fields import SigFieldSpec  # noqa: PLC0415
    from pyhanko.sign.signers.cms_embedder import (  # noqa: PLC0415
        PdfCMSEmbedder,
        SigIOSetup,
        SigObjSetup,
    )
    from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp  # noqa: PLC0415

    from gov_connect.signing.pdf_sign import complete  # noqa: PLC0415
    from gov_connect.signing.timestamps import _token, request  # noqa: PLC0415

    steps = PdfCMSEmbedder(new_field_spec=SigFieldSpec("Stamp")).write_cms(
        "Stamp", IncrementalPdfFileWriter(BytesIO(data))
    )
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=32768)))
    laid_out, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    hole = (laid_out.reserved_region_start, laid_out.reserved_region_end)
    whole = output.getvalue()
    token = _token(stamp(request(whole[: hole[0]] + whole[hole[1] :], b"12345678"), pki.tsa, made.NOW))
    return complete(whole, hole, token)


def test_extending_wants_a_valid_timestamped_file(signing, stamping, officer, pdf, pki, policy, made, xml):
    """Without a timestamp, unsigned, changed, or with nothing known of a link: refused."""
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    plain = signing.sign(pdf, ActKind.PERSONAL, officer).data
    stamped = stamping().sign(pdf, ActKind.PERSONAL, officer).data
    lax = stamping(Evidence(), revocation=RevocationMode.WHEN_KNOWN)
    cases = [
        (signing, plain, "signing.timestamp.missing"),
        (signing, pdf, "signing.not_valid"),
        (signing, stamped + b"x", "signing.not_valid"),
        (lax, stamped, "signing.revocation.unknown"),
    ]
    for one, data, code in cases:
        with pytest.raises(SigningRefused) as caught:
            one.extend(data)
        assert caught.value.code == code


def test_pyhanko_accepts_our_lasting_pdf_by_itself(lasting, pki, made):
    """Offline, with nothing but the data inside the file, revocation required."""
    from asn1crypto import x509  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature  # noqa: PLC0415

    reader = PdfFileReader(BytesIO(lasting))
    rules = {
        "trust_roots": [x509.Certificate.load(pki.official_root.der)],
        "allow_fetching": False,
        "moment": made.NOW + dt.timedelta(days=1),
        "revocation_mode": "require",
    }
    context = DocumentSecurityStore.read_dss(reader).as_validation_context(rules)
    status = validate_pdf_signature(reader.embedded_signatures[0], context, context)
    assert status.bottom_line
