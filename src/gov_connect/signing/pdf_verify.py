"""Verifying PDF: pyHanko reads the file and tells its revisions apart, the verdict is ours.

The last signature covers the whole file, or only validation data follows it (B-LT); after every earlier one
nothing happened but a further signature; and all of them hold. What viewers call valid is not enough
(signature.md §4, table on PDF).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from gov_connect.signing import _der
from gov_connect.signing._pdf import further_signatures, pyhanko, validation_data_only
from gov_connect.signing.certificates import CertificateId, signer_name
from gov_connect.signing.cms_read import read_message
from gov_connect.signing.cms_verify import judge_signer
from gov_connect.signing.pdf_store import is_store_only, read_store
from gov_connect.signing.timestamps import TST_INFO, verify_token
from gov_connect.signing.verdict import Finding, Format, Reason, Report, SignatureReport

if TYPE_CHECKING:
    from cryptography import x509

    from gov_connect.signing.validation import Question

_KINDS: Final = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"})
_PADES: Final = "/ETSI.CAdES.detached"
_TIMESTAMP: Final = "/ETSI.RFC3161"
_HEX: Final = re.compile(rb"<[0-9A-Fa-f]*>")
_END: Final = re.compile(rb"(?s:.*[\r\n])?startxref[\r\n]+[0-9]{1,12}[\r\n]+%%EOF[\r\n]{0,2}")
_END_BYTES: Final = 64
_MOST_SIGNATURES: Final = 50
_MOST_BYTES: Final = 200_000_000


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a signature lies in the file: its hole, and the end of what it covers."""

    hole: tuple[int, int]
    end: int


@dataclass(frozen=True, slots=True)
class _File:
    """The whole file, what is asked of it, and the certificates it keeps for its verification."""

    document: bytes
    question: Question
    kept: tuple[x509.Certificate, ...]


def verify_pdf(document: bytes, question: Question) -> Report:
    """Judge every signature of a PDF, and the file as a whole."""
    try:
        reader, found = signatures_of(document)
        places = [_place(one, document) for one in found]
    except Finding as finding:
        return Report(format=Format.PDF, reasons=(finding.reason,))
    kept, evidence = read_store(reader)
    file = _File(document, replace(question, trust=question.trust.knowing(evidence)), kept)
    order = sorted(range(len(found)), key=lambda number: places[number].end)
    reports = [_judge(found[number], places[number], file, last=number == order[-1]) for number in order]
    return Report(format=Format.PDF, signatures=tuple(reports))


def signatures_of(document: bytes) -> tuple[Any, list[Any]]:
    """PyHanko's reader of a PDF, and its signatures: at least one that is more than a timestamp.

    Raises:
        Finding: it cannot be read, is encrypted, too large, or has none.
    """
    if len(document) > _MOST_BYTES:
        raise Finding("signing.too_large")
    lib = pyhanko()
    try:
        reader = lib.PdfFileReader(BytesIO(document), strict=True)
        if reader.encrypted:
            raise Finding("signing.pdf.encrypted")
        found = list(reader.embedded_signatures)
        # A timestamp of the whole file proves when, not who: by itself it is no signature.
        none = all(_kind(one) == _TIMESTAMP for one in found)
    except Finding:
        raise
    except Exception:  # noqa: BLE001 - a hostile file may break a parser in any way
        raise Finding("signing.pdf.malformed") from None
    if none:
        raise Finding("signing.none")
    if len(found) > _MOST_SIGNATURES:
        raise Finding("signing.too_large")
    return reader, found


def _kind(one: Any) -> str:
    return str(one.sig_object.get("/SubFilter", ""))


def message_of(one: Any) -> tuple[bytes, bool]:
    """The signed message of a signature, and whether it is a timestamp of the whole file.

    Raises:
        Finding: it is no message, or something other than zeros follows it in its hole.
    """
    return _without_padding(bytes(one.pkcs7_content)), _kind(one) == _TIMESTAMP


def _place(one: Any, document: bytes) -> _Place:
    """Four numbers: from the first byte to the hole, from the hole to the end of the revision; the hole is the
    hexadecimal signature and nothing else.
    """
    try:
        numbers = [int(part) for part in one.byte_range]
    except (TypeError, ValueError):
        raise Finding("signing.pdf.range") from None
    if len(numbers) != 4 or numbers[0] != 0 or min(numbers) < 0:  # noqa: PLR2004 - two pairs
        raise Finding("signing.pdf.range")
    _, before, after, length = numbers
    end = after + length
    if not before < after <= end <= len(document):
        raise Finding("signing.pdf.range")
    hole = document[before:after]
    if not _HEX.fullmatch(hole) or bytes.fromhex(_even(hole[1:-1].decode())) != bytes(one.pkcs7_content):
        raise Finding("signing.pdf.range")
    return _Place((before, after), end)


def _even(digits: str) -> str:
    return digits + "0" * (len(digits) % 2)


def _judge(one: Any, place: _Place, file: _File, *, last: bool) -> SignatureReport:
    document = file.document
    covered = document[: place.hole[0]] + document[place.hole[1] : place.end]
    try:
        reasons = _whole(one, place, document, last=last)
        message, is_timestamp = message_of(one)
        kind = _kind(one)
        if is_timestamp:
            report = _judge_timestamp(message, covered, file, reasons)
        else:
            report = _judge_signature(one, message, kind, covered, file, reasons)
    except Finding as finding:
        return SignatureReport(reasons=(finding.reason,))
    except Exception:  # noqa: BLE001 - a hostile file may break a parser in any way
        return SignatureReport(reasons=(Reason("signing.pdf.malformed"),))
    covers = last and not reasons
    return replace(report, covers_all=covers, signed=document[: place.end] if report.signed else b"")


def _judge_signature(
    one: Any, message: bytes, kind: str, covered: bytes, file: _File, reasons: tuple[Reason, ...]
) -> SignatureReport:
    if kind not in _KINDS:
        raise Finding("signing.pdf.field")
    found = read_message(message)
    if found.content is not None or len(found.signers) != 1:
        raise Finding("signing.pdf.field")
    (signer,) = found.signers
    if kind == _PADES and not signer.bound:
        raise Finding("signing.certificate.exchanged")
    try:
        claimed = signer.time or one.self_reported_timestamp
    except Exception:  # noqa: BLE001 - a date that is none
        raise Finding("signing.pdf.malformed") from None
    if claimed is not None and claimed.tzinfo is None:
        claimed = None
    helped = replace(found, certificates=(*found.certificates, *file.kept))
    return judge_signer(replace(signer, time=claimed), helped, covered, file.question, reasons=reasons)


def _judge_timestamp(message: bytes, covered: bytes, file: _File, reasons: tuple[Reason, ...]) -> SignatureReport:
    """A timestamp over the whole document, which may stand after the signatures (PAdES B-LTA)."""
    moment = verify_token(message, covered, file.question.trust, file.question.now, others=file.kept)
    (signer,) = read_message(message, TST_INFO).signers
    who = CertificateId.of(signer.certificate)
    return SignatureReport(
        signer=signer_name(signer.certificate),
        serial=who.serial,
        issuer=who.issuer,
        time=moment,
        time_proven=True,
        reasons=reasons,
        signed=covered,
    )


def _whole(one: Any, place: _Place, document: bytes, *, last: bool) -> tuple[Reason, ...]:
    """Whether the signature covers its revision, and what happened to the file afterwards."""
    lib = pyhanko()
    whole = place.end == len(document)
    if last and not whole and not _END.fullmatch(document[-_END_BYTES:]):
        return (Reason("signing.pdf.not_covered"),)
    try:
        one.compute_integrity_info(diff_policy=validation_data_only() if last else further_signatures())
        coverage, changes, allowed = one.coverage, one.diff_result, one.docmdp_level
        extended = last and not whole and is_store_only(one.reader, one.signed_revision)
    except Exception:  # noqa: BLE001 - a hostile file may break a parser in any way
        raise Finding("signing.pdf.malformed") from None
    if coverage < lib.SignatureCoverageLevel.ENTIRE_REVISION:
        return (Reason("signing.pdf.range"),)
    fine = isinstance(changes, lib.DiffResult) and changes.modification_level <= lib.ModificationLevel.FORM_FILLING
    if last and not whole and not (fine and extended):
        return (Reason("signing.pdf.not_covered"),)
    if not fine or (allowed is not None and changes.modification_level.value > allowed.value):
        return (Reason("signing.pdf.changed_after"),)
    return ()


def _without_padding(content: bytes) -> bytes:
    """The signed message; after it come zeros only, since the hole is larger."""
    length = _der.length_of(content)
    if content[length:].strip(b"\0"):
        raise Finding("signing.cms.trailing")
    return content[:length]
