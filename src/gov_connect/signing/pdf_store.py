"""Validation data inside a PDF (PAdES B-LT, EN 319 142-1 §5.4.2): certificates, CRLs and OCSP answers in the DSS.

What is read from there is only material: it counts as far as its own signatures and dates carry it.
"""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from gov_connect.signing._pdf import pyhanko
from gov_connect.signing.certificates import der, load
from gov_connect.signing.revocation import Evidence
from gov_connect.signing.verdict import Finding, SigningRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cryptography import x509

_MOST_ENTRIES: Final = 100


def read_store(reader: Any) -> tuple[tuple[x509.Certificate, ...], Evidence]:
    """The certificates and the revocation data of a PDF; what cannot be read is left out."""
    certificates: list[x509.Certificate] = []
    evidence = Evidence()
    try:
        store: Any = reader.root["/DSS"]
    except (KeyError, TypeError):
        return (), evidence
    takers: dict[str, Callable[[bytes], object]] = {
        "/Certs": lambda data: certificates.append(load(data)),
        "/CRLs": evidence.add_crl,
        "/OCSPs": evidence.add_ocsp,
    }
    for name, take in takers.items():
        for data in _streams(store, name):
            try:
                take(data)
            except (Finding, SigningRefused):
                continue
    return tuple(certificates), evidence


def _streams(store: Any, name: str) -> list[bytes]:
    """The contents of an array of streams, as far as there is one."""
    try:
        rows: list[Any] = list(store[name])
        return [bytes(row.get_object().data) for row in rows[:_MOST_ENTRIES]]
    except Exception:  # noqa: BLE001 - a hostile file may break a parser in any way
        return []


def add_store(
    document: bytes,
    signature: bytes,
    certificates: Sequence[x509.Certificate],
    crls: Sequence[bytes],
    answers: Sequence[bytes],
) -> bytes:
    """The PDF with validation data appended; what it held of them already stays.

    Args:
        document: a signed PDF.
        signature: the hexadecimal digits in the hole of the signature that the data is about.
        certificates: to be kept, roots included.
        crls: in DER.
        answers: OCSP answers in DER.

    Raises:
        Finding: the file cannot be read.
    """
    lib = pyhanko()
    crl, ocsp, certs = (import_module(f"asn1crypto.{name}") for name in ("crl", "ocsp", "x509"))
    try:
        writer = lib.IncrementalPdfFileWriter(BytesIO(document), strict=True)
        lib.DocumentSecurityStore.supply_dss_in_writer(
            writer,
            signature,
            certs=[certs.Certificate.load(der(one)) for one in certificates],
            crls=[crl.CertificateList.load(one) for one in crls],
            ocsps=[ocsp.OCSPResponse.load(one) for one in answers],
        )
        out = BytesIO()
        writer.write(out)
    except Exception:  # noqa: BLE001 - a hostile file may break a parser in any way
        raise Finding("signing.pdf.malformed") from None
    return out.getvalue()
