"""Signing PDF (PAdES B-B, B-T): pyHanko lays the file out, our signed message goes into the hole.

Its stock signer reloads the key and re-encodes whole trees, a hundred times the cost of the signature itself
(signature.md §3.1). Every signature is an incremental update, so that an earlier one stays whole.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from gov_connect.signing._pdf import pyhanko
from gov_connect.signing.verdict import Finding

if TYPE_CHECKING:
    from datetime import datetime

    from gov_connect.signing.algorithms import Scheme

HEX_RESERVED: Final = 32768
"""Hexadecimal digits kept free: 16 kB, enough for the chain and a timestamp (signature.md §1.10)."""


def prepare(document: bytes, scheme: Scheme, *, at: datetime, certify: bool) -> tuple[bytes, tuple[int, int], bytes]:
    """The file with a hole for the signature, the place of the hole, and the digest of everything else.

    Args:
        document: the PDF; it may carry signatures already.
        scheme: its hash is used for the digest.
        at: the claimed time, for the signature dictionary.
        certify: forbid everything but further signatures from now on; only for a first signature.

    Raises:
        Finding: it cannot be read, is encrypted, or locked against further signatures.
    """
    lib = pyhanko()
    try:
        writer = lib.IncrementalPdfFileWriter(BytesIO(document), strict=True)
        _refuse_locked(writer.prev)
        name = _free_name(writer.prev)
        # Without a description the field is pyHanko's plain one: hidden, on the first page, which is looked for once.
        steps = lib.PdfCMSEmbedder().write_cms(name, writer)
        next(steps)
        holder = lib.SignatureObject(timestamp=at, subfilter=lib.SigSeedSubFilter.PADES, bytes_reserved=HEX_RESERVED)
        lock = lib.SigMDPSetup(md_algorithm=scheme.hash.value, certify=True, docmdp_perms=lib.MDPPerm.FILL_FORMS)
        steps.send(lib.SigObjSetup(sig_placeholder=holder, mdp_setup=lock if certify else None))
        # In place: the stream is ours alone, and pyHanko writes the document's information once instead of twice.
        laid_out, output = steps.send(lib.SigIOSetup(md_algorithm=scheme.hash.value, in_place=True))
    except Finding:
        raise
    except Exception:  # noqa: BLE001 - a hostile file may break a parser in any way
        raise Finding("signing.pdf.malformed") from None
    hole = (laid_out.reserved_region_start, laid_out.reserved_region_end)
    return output.getvalue(), hole, laid_out.document_digest


def _refuse_locked(reader: Any) -> None:
    if reader.encrypted:
        raise Finding("signing.pdf.encrypted")
    lib = pyhanko()
    if any(one.docmdp_level is lib.MDPPerm.NO_CHANGES for one in reader.embedded_signatures):
        raise Finding("signing.pdf.certified")


def _free_name(reader: Any) -> str:
    """A field name that no field of the file has."""
    # Item access follows references to other objects, `get` does not.
    try:
        fields: Any = reader.root["/AcroForm"]["/Fields"]
    except KeyError:
        fields = ()
    taken = {str(field.get_object().get("/T", "")) for field in fields}
    return next(name for name in (f"Signature{number}" for number in range(1, len(taken) + 2)) if name not in taken)


def complete(prepared: bytes, hole: tuple[int, int], message: bytes) -> bytes:
    """Write the signed message into the hole.

    Raises:
        SigningRefused: never for our own messages, which fit.
    """
    start, end = hole
    digits = message.hex().encode()
    assert len(digits) <= end - start - 2, "the hole is larger than chain and timestamp"
    return prepared[: start + 1] + digits + prepared[start + 1 + len(digits) :]
