"""PDF signatures (PAdES): what is made, and every pitfall of signature.md §4 on PDF with its verdict."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from gov_connect.signing import ActKind, Format, Signing, SigningRefused, Trust, Verdict

pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")

from gov_connect.signing.pdf_sign import prepare
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


@pytest.fixture
def by_person(signing, officer, pdf):
    """A PDF with the officer's signature."""
    return signing.sign(pdf, ActKind.PERSONAL, officer).data


@pytest.fixture
def by_both(signing, by_person, pki, key_of):
    """The same, then signed by the agency."""
    return signing.sign(by_person, ActKind.AGENCY, key_of(pki.agency)).data


def updated(data: bytes, change) -> bytes:
    """The file with an incremental update."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def replace_page(writer) -> None:
    """Show other words on the page."""
    content = generic.StreamObject(stream_data=b"BT /F1 24 Tf 72 700 Td (Giay khac) Tj ET")
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.pdf_name("/Contents")] = writer.add_object(content)
    writer.update_container(page)


def add_note(writer) -> None:
    """Put a FreeText annotation over the page."""
    page = writer.root["/Pages"]["/Kids"][0]
    rect = generic.ArrayObject(map(generic.NumberObject, (0, 0, 500, 500)))
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): rect,
            generic.pdf_name("/Contents"): generic.pdf_string("forged"),
        }
    )
    page[generic.pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)


def test_person_then_agency_is_valid(signing, by_both):
    """Both hold; the last covers the whole file, and that is what is handed out."""
    report = signing.verify(by_both)
    assert (report.verdict, report.format, report.signed) == (Verdict.VALID, Format.PDF, by_both)
    assert [one.covers_all for one in report.signatures] == [False, True]


@pytest.mark.parametrize("kind", ["pss", "curve"])
def test_other_schemes_work_too(signing, pdf, pki, key_of, kind, made):
    """PSS and ECDSA; the claimed time comes from the signature dictionary."""
    key = key_of(pki.curve) if kind == "curve" else key_of(pki.officer, pss=True)
    report = signing.verify(signing.sign(pdf, ActKind.PERSONAL, key).data)
    assert report.verdict is Verdict.VALID
    assert report.signatures[0].time == made.NOW


def test_a_flipped_bit_is_refused(signing, by_person, codes):
    """Inside the signed range."""
    at = by_person.index(b"Giay khai sinh")
    report = signing.verify(by_person[:at] + b"X" + by_person[at + 1 :])
    assert report.verdict is Verdict.INVALID
    assert "signing.content.changed" in codes(report)


@pytest.mark.parametrize("extra", [b"\n", b"%", b"\n%%EOF\n", b"x" * 100])
def test_bytes_after_the_end_are_refused(signing, by_person, extra, codes):
    """The last signature must cover the whole file."""
    report = signing.verify(by_person + extra)
    assert report.verdict is Verdict.INVALID
    assert codes(report) & {"signing.pdf.not_covered", "signing.pdf.malformed"}


@pytest.mark.parametrize("change", [replace_page, add_note])
def test_an_update_after_the_signature_is_refused(signing, by_person, change):
    """Other page content, a text over the page."""
    assert signing.verify(updated(by_person, change)).verdict is Verdict.INVALID


@pytest.mark.parametrize("change", [replace_page, add_note])
def test_a_second_signature_after_tampering_saves_nothing(signing, by_person, pki, key_of, change, codes):
    """Content changed between the two: the second signature is fine by itself, the file is not."""
    forged = signing.sign(updated(by_person, change), ActKind.AGENCY, key_of(pki.agency)).data
    report = signing.verify(forged)
    assert report.verdict is Verdict.INVALID
    assert codes(report) == {"signing.pdf.changed_after"}
    assert [one.verdict for one in report.signatures] == [Verdict.INVALID, Verdict.VALID]
    with pytest.raises(SigningRefused):
        _ = report.signed


def test_filling_in_a_form_between_signatures_is_refused(signing, pdf, officer, pki, key_of):
    """PyHanko's default calls this allowed; it changes what a reader sees."""

    def add_field(writer) -> None:
        field = generic.DictionaryObject(
            {
                generic.pdf_name("/FT"): generic.pdf_name("/Tx"),
                generic.pdf_name("/T"): generic.pdf_string("SoTien"),
                generic.pdf_name("/V"): generic.pdf_string("1"),
            }
        )
        fields = generic.ArrayObject([writer.add_object(field)])
        form = generic.DictionaryObject({generic.pdf_name("/Fields"): fields})
        writer.root[generic.pdf_name("/AcroForm")] = writer.add_object(form)
        writer.update_root()

    def fill_in(writer) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0]
        field[generic.pdf_name("/V")] = generic.pdf_string("9")
        writer.update_container(field)

    first = signing.sign(updated(pdf, add_field), ActKind.PERSONAL, officer).data
    assert signing.verify(first).verdict is Verdict.VALID
    second = signing.sign(updated(first, fill_in), ActKind.AGENCY, key_of(pki.agency)).data
    assert signing.verify(second).verdict is Verdict.INVALID


def test_a_shortened_range_is_refused(signing, by_person):
    """ByteRange that leaves out the end, the beginning, or more than the hole."""
    match = re.search(rb"/ByteRange *\[(\d+) +(\d+) +(\d+) +(\d+) *\]", by_person)
    assert match is not None
    numbers = [int(part) for part in match.groups()]
    for place, step in ((3, -10), (0, 10), (1, -10), (2, 10)):
        wrong = [number + (step if at == place else 0) for at, number in enumerate(numbers)]
        text = b"/ByteRange [%d %d %d %d]" % tuple(wrong)
        forged = by_person.replace(match[0], text.ljust(len(match[0])))
        assert signing.verify(forged).verdict is Verdict.INVALID


def test_the_hole_holds_the_signature_and_zeros_only(signing, by_person):
    """Hidden bytes behind the message are refused."""
    at = by_person.index(b"0" * 200 + b">")
    assert signing.verify(by_person[:at] + b"41" + by_person[at + 2 :]).verdict is Verdict.INVALID


def test_a_locked_file_takes_no_further_signature(signing, officer, pki, key_of, pdf, made):
    """A certified file that forbids all change refuses the second signature, and a forged one is invalid."""
    from gov_connect.signing import cms  # noqa: PLC0415 - made by hand
    from gov_connect.signing.pdf_sign import complete  # noqa: PLC0415

    prepared, hole, hashed = prepare(pdf, officer.scheme, at=made.NOW, certify=True)
    attributes = cms.Attributes.of(hashed, officer.certificates[0], time=None)
    message = cms.assemble(attributes, officer.sign(attributes.raw), officer.certificates, officer.scheme)
    certified = complete(prepared, hole, message)
    assert signing.verify(certified).verdict is Verdict.VALID
    both = signing.sign(certified, ActKind.AGENCY, key_of(pki.agency)).data
    assert signing.verify(both).verdict is Verdict.VALID
    locked = certified.replace(b"/P 2", b"/P 1")
    assert locked != certified
    with pytest.raises(SigningRefused) as caught:
        signing.sign(locked, ActKind.AGENCY, key_of(pki.agency))
    assert caught.value.code == "signing.pdf.certified"


def test_unsigned_and_broken_files_are_refused(signing, officer, pdf, codes):
    """No signature; no PDF behind the header; nothing can be signed that cannot be read."""
    assert codes(signing.verify(pdf)) == {"signing.none"}
    for broken in (b"%PDF-1.7\n", pdf[:200], b"%PDF-1.7\n" + b"[" * 5000):
        assert codes(signing.verify(broken)) == {"signing.pdf.malformed"}
        with pytest.raises(SigningRefused) as caught:
            signing.sign(broken, ActKind.PERSONAL, officer)
        assert caught.value.code == "signing.pdf.malformed"


def test_unfit_certificates_are_refused_in_pdf_too(pdf, policy, pki, made, key_of, evidence, codes):
    """Signed without a check, verified with one: an expired certificate and another tree."""
    blind = Signing(now=lambda: made.NOW - made.YEAR / 2)
    old = pki.leaf("CŨ", ends=made.NOW - made.YEAR / 4)
    signing = Signing(Trust(policy(), evidence), now=lambda: made.NOW)
    report = signing.verify(blind.sign(pdf, ActKind.PERSONAL, key_of(old)).data)
    assert codes(report) == {"signing.certificate.expired"}
    theirs = signing.sign(pdf, ActKind.CITIZEN, key_of(pki.citizen)).data
    assert codes(signing.verify(theirs, act=ActKind.AGENCY)) == {"signing.tree.not_allowed"}


def test_without_the_extra_the_answer_stays_open(signing, by_person, monkeypatch, codes):
    """No pyHanko: not determined, with the pip command, instead of a crash."""
    from gov_connect.signing import _pdf, pdf_verify  # noqa: PLC0415

    def absent():
        raise _pdf.Finding("signing.pdf.unavailable")

    monkeypatch.setattr(pdf_verify, "pyhanko", absent)
    report = signing.verify(by_person)
    assert (report.verdict, codes(report)) == (Verdict.NOT_DETERMINED, {"signing.pdf.unavailable"})
