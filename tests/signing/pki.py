"""The throw-away PKI on the tests' day, and certificates that no honest authority makes."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from gov_connect.mocks import pki
from gov_connect.mocks.pki import Identity, ec_key, name, rsa_key, usage

__all__ = [
    "NOW",
    "SIGNING",
    "YEAR",
    "Identity",
    "Pki",
    "ec_key",
    "issue",
    "name",
    "on_sha1",
    "one_page",
    "rsa_key",
    "usage",
]

NOW = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
"""10:00 in Viet Nam on the day the tests live in."""
YEAR = dt.timedelta(days=365)
SIGNING = usage("digital_signature", "content_commitment")
issue: Any = partial(pki.issue, now=NOW)
Pki: Any = partial(pki.Pki, NOW, rsa=True)


def on_sha1(one: Identity, issuer: Identity) -> Identity:
    """The same certificate, signed with SHA-1; the library refuses to make such, so it is rewritten."""
    sha256, sha1 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
    body = one.certificate.tbs_certificate_bytes.replace(sha256, sha1, 1)
    value = issuer.key.sign(body, padding.PKCS1v15(), hashes.SHA1())
    algorithm = b"\x30\x0d\x06\x09" + sha1 + b"\x05\x00"
    bits = b"\x03\x82" + (len(value) + 1).to_bytes(2, "big") + b"\x00" + value
    inside = body + algorithm + bits
    der = b"\x30\x82" + len(inside).to_bytes(2, "big") + inside
    return Identity(x509.load_der_x509_certificate(der), one.key, one.above)


def one_page() -> bytes:
    """A one-page PDF, written by hand."""
    stream = b"BT /F1 24 Tf 72 700 Td (Giay khai sinh) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    identity = b"<00112233445566778899aabbccddeeff>"
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer\n<< /Size 6 /Root 1 0 R /ID [%s %s] >>\nstartxref\n%d\n%%%%EOF\n" % (identity, identity, len(out))
    )
