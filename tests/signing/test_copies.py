"""Digitised copies: version, resolution, colour (NĐ 30/2020 Phụ lục I Phần II)."""

from __future__ import annotations

import pytest

from gov_connect.signing.copies import check_copy

pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")


def scan(*, version=b"1.7", width=1654, height=2339, space=b"/DeviceRGB", image=True) -> bytes:
    """An A4 page with one image; its pixels do not matter."""
    resources = b"<< /XObject << /Im0 4 0 R >> >>" if image else b"<< >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595.28 841.89] >>",
        b"<< /Type /Page /Parent 2 0 R /Resources %s >>" % resources,
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %s /BitsPerComponent 8 /Length 0 >>"
        b"\nstream\n\nendstream" % (width, height, space),
    ]
    out, offsets = b"%%PDF-%s\n" % version, []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 5\n0000000000 65535 f \n" + table + trailer


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({}, []),
        ({"width": 2339, "height": 1654}, []),
        ({"version": b"1.3"}, ["version"]),
        ({"width": 827, "height": 1169}, ["resolution"]),
        ({"space": b"/DeviceGray"}, ["colour"]),
        ({"space": b"[/ICCBased 2 0 R]"}, None),
        ({"image": False}, ["no_image"]),
        ({"space": b"/DeviceGray", "width": 100, "version": b"1.2"}, ["version", "resolution", "colour"]),
    ],
)
def test_a_copy_is_fit_or_every_reason_is_named(facts, codes):
    """All findings at once, with page and figures, in both languages."""
    found = check_copy(scan(**facts))
    if codes is None:
        assert [reason.code for reason in found] == ["signing.pdf.malformed"]
        return
    assert [reason.code.removeprefix("signing.copy.") for reason in found] == codes
    assert all(reason.text("vi") and reason.text("en") for reason in found)


def test_what_is_no_pdf_is_said():
    """Nonsense is a finding, not a crash."""
    assert [reason.code for reason in check_copy(b"nonsense")] == ["signing.pdf.malformed"]
