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
_MOST_OBJECTS: Final = 1000
_DEEPEST: Final = 6


def read_store(reader: Any) -> tuple[tuple[x509.Certificate, ...], Evidence]:
    """The certificates and the revocation data of a PDF; what cannot be read is left out."""
    certificates: list[x509.Certificate] = []
    evidence = Evidence()
    try:
        store: Any = reader.root["/DSS"]
    except Exception:  # noqa: BLE001 - there is none, or a hostile file breaks the parser in any way
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


def is_store_only(reader: Any, revision: int) -> bool:
    """Whether everything written after a revision is the catalogue, its store, what belongs to that, and the
    document's information, which the policy judges.

    An object that nothing refers to shows nowhere today, but a later update could bring it to light.
    """
    lib = pyhanko()
    tables: Any = reader.xrefs
    information: Any = reader.trailer.raw_get("/Info") if "/Info" in reader.trailer else None
    allowed = {
        reader.root_ref,
        getattr(information, "reference", None),
        *_references(reader.root.raw_get("/DSS"), lib, set[Any](), 0),
    }
    for number in range(revision + 1, tables.total_revisions):
        allowed |= {tables.get_xref_container_info(number).stream_ref, *tables.object_streams_used_in(number)}
        if tables.refs_freed_in_revision(number) or not tables.explicit_refs_in_revision(number) <= allowed:
            return False
    return True


def _references(item: Any, lib: Any, seen: set[Any], depth: int) -> set[Any]:
    """Every object that one refers to, itself included."""
    if depth > _DEEPEST or len(seen) > _MOST_OBJECTS:
        raise Finding("signing.pdf.malformed")
    if isinstance(item, lib.IndirectObject):
        if item.reference in seen:
            return seen
        seen.add(item.reference)
        item = item.get_object()
    if isinstance(item, lib.DictionaryObject):
        for name in item:
            _references(item.raw_get(name), lib, seen, depth + 1)
    elif isinstance(item, lib.ArrayObject):
        for number in range(len(item)):
            _references(item.raw_get(number), lib, seen, depth + 1)
    return seen


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
