"""Rows (c), (d) and (e): a portal record, a fee, and signatures, each beside what a team would use otherwise."""

from __future__ import annotations

import io
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import signxml
from calls import cpu
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import pkcs7
from lxml import etree
from portal import FIELDS
from pydantic import BaseModel
from table import Row, compared

import fees
from gov_connect.adapters.national_portal import mapping
from gov_connect.fees import FeeBook, FeeItem
from gov_connect.model import Dossier
from gov_connect.signing import ActKind, Evidence, Format, LocalKey, Signing, Tree, Trust, TrustPolicy
from signing import _pdf, load

if TYPE_CHECKING:
    from collections.abc import Callable

ENVIRONMENT = Path(__file__).parents[1] / ".peers" / "openfisca"


class PlainProcedure(BaseModel):
    """As a team would write it first."""

    code: str
    name: str
    domain_code: str
    domain_name: str


class PlainApplicant(BaseModel):
    """The same."""

    name: str
    citizen_id: str
    phone: str
    email: str


class PlainFile(BaseModel):
    """The same."""

    id: str
    name: str
    url: str
    paper_code: str


class PlainFee(BaseModel):
    """The same."""

    name: str
    amount: int
    kind: str


class PlainDossier(BaseModel):
    """The same fields, without any rule of the wire."""

    code: str
    procedure: PlainProcedure
    applicant: PlainApplicant
    status: int
    channel: str
    summary: str
    submitted_at: datetime
    received_at: datetime
    due_at: datetime
    processed_at: datetime
    unit_name: str
    note: str
    attachments: list[PlainFile]
    fees: list[PlainFee]
    paid_online: str
    databases: list[str]


def record_row(rounds: int, calls: int) -> Row:
    """Ours gives the wire's record with its names and date forms; the plain model its fields as JSON values."""

    def ours() -> object:
        return mapping.record(Dossier(**FIELDS))

    def peer() -> object:
        return PlainDossier(**FIELDS).model_dump(mode="json")

    assert ours(), peer()
    return compared("c1", rounds, ours=lambda: cpu(ours, calls), peer=lambda: cpu(peer, calls))


def fee_row(rounds: int) -> Row:
    """The certified-copy tariff; openfisca-core runs in an environment of its own, since its licence is AGPL."""
    book, one = FeeBook.default(), (FeeItem("ct.copy", pages=5, copies=3),)
    try:
        python = fees.environment(ENVIRONMENT)
    except (OSError, subprocess.SubprocessError) as error:
        return Row(key="d1", why=f"openfisca-core could not be installed ({type(error).__name__})")

    def peer() -> float:
        done = subprocess.run([python, "-c", fees.PEER], capture_output=True, text=True, check=True, timeout=300)
        answer = json.loads(done.stdout.strip().splitlines()[-1])
        sizes = (1, 2, 3, 101, 198, 199)
        same = [book.quote([FeeItem("ct.copy", pages=pages, copies=1)], on=fees.DAY).total for pages in sizes]
        assert [amount.dong for amount in same if amount is not None] == answer["amounts"]
        return float(answer["us"])

    def ours() -> float:
        return fees.median_us(lambda: book.quote(one, on=fees.DAY).explain(), 2000)

    return compared("d1", rounds, ours=ours, peer=peer)


def _ms(work: Callable[[], object], times: int) -> Callable[[], float]:
    """The least processor time of a few, in milliseconds: a signature's own time varies little."""

    def take() -> float:
        taken = []
        for _ in range(times):
            began = time.thread_time()
            work()
            taken.append(time.thread_time() - began)
        return statistics.median(taken) * 1e3

    return take


def signature_rows(rounds: int, times: int) -> list[Row]:
    """XML, CMS and PDF against the usual libraries, and against the one RSA operation that cannot be spared."""
    pki = load("pki")
    made = pki.Pki()
    evidence = Evidence()
    for data in made.evidence_bytes():
        evidence.add_crl(data)
    policy = TrustPolicy(anchors={Tree.OFFICIAL_DUTY: (made.official_root.certificate,)})
    signing = Signing(Trust(policy, evidence), now=lambda: pki.NOW)
    key = LocalKey(made.officer.key, [made.officer.certificate, *made.officer.above[:1]])
    xml = b"<HoSo>" + b'<Dong so="1">noi dung</Dong>' * 178 + b"</HoSo>"
    signed = signing.sign(xml, ActKind.PERSONAL, key).data
    leaf, raw_key = made.officer.certificate, made.officer.key

    def raw() -> object:
        return raw_key.sign(xml, padding.PKCS1v15(), hashes.SHA256())

    def theirs_sign() -> object:
        signer = signxml.XMLSigner(method=signxml.methods.enveloped)
        return etree.tostring(signer.sign(etree.fromstring(xml), key=raw_key, cert=[leaf]))

    def theirs_verify() -> object:
        return signxml.XMLVerifier().verify(etree.fromstring(signed), x509_cert=leaf)

    def theirs_cms() -> object:
        builder = pkcs7.PKCS7SignatureBuilder().set_data(xml).add_signer(leaf, raw_key, hashes.SHA256())
        return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature])

    sides: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "e1": (lambda: signing.sign(xml, ActKind.PERSONAL, key), theirs_sign),
        "e2": (lambda: signing.verify(signed), theirs_verify),
        "e4": (lambda: signing.sign(xml, ActKind.PERSONAL, key, format=Format.CMS), theirs_cms),
        "e5": (_pdf_side(signing, key), _pyhanko(key)),
    }
    rows: list[Row] = []
    for name, (ours, peer) in sides.items():
        ours(), peer()
        floor = _ms(raw, times)
        rows.append(compared(name, rounds, ours=_ms(ours, times), peer=_ms(peer, times), floor=floor))
    rows.insert(2, _xmlsec(signing, signed, made, rounds))
    return rows


def _pdf_side(signing: Signing, key: LocalKey) -> Callable[[], object]:
    pdf = _pdf()
    return lambda: signing.sign(pdf, ActKind.PERSONAL, key)


def _pyhanko(key: LocalKey) -> Callable[[], object]:
    """PyHanko's own signer, its key and certificate loaded once."""
    from asn1crypto import keys, x509  # noqa: PLC0415 - what pyHanko wants
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.sign import signers  # noqa: PLC0415
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

    made = load("pki").Pki().officer
    form = serialization.PrivateFormat.PKCS8
    der = made.key.private_bytes(serialization.Encoding.DER, form, serialization.NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(made.certificate.public_bytes(serialization.Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(der),
        cert_registry=SimpleCertificateStore(),
    )
    pdf, what = _pdf(), signers.PdfSignatureMetadata(field_name="Signature1")
    del key
    return lambda: signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), what, signer=signer)


def _xmlsec(signing: Signing, signed: bytes, made: Any, rounds: int) -> Row:
    """Wall time of a process, as a team that calls the command would wait for it."""
    command = shutil.which("xmlsec1")
    if command is None:
        return Row(key="e3", why="xmlsec1 is not installed")
    with tempfile.TemporaryDirectory() as folder:
        document, root = Path(folder) / "a.xml", Path(folder) / "root.pem"
        document.write_bytes(signed)
        root.write_bytes(made.officer.certificate.public_bytes(serialization.Encoding.PEM))
        arguments = [command, "--verify", "--pubkey-cert-pem", str(root), str(document)]

        def wall(work: Callable[[], object]) -> float:
            began = time.perf_counter()
            work()
            return (time.perf_counter() - began) * 1e3

        def peer() -> object:
            return subprocess.run(arguments, capture_output=True, check=True)

        try:
            return compared("e3", rounds, ours=lambda: wall(lambda: signing.verify(signed)), peer=lambda: wall(peer))
        except subprocess.CalledProcessError as error:
            return Row(key="e3", why=f"xmlsec1 answered {error.returncode}")


def rows(*, quick: bool) -> list[Row]:
    """All of them."""
    rounds, calls, times = (1, 5, 1) if quick else (11, 400, 15)
    fee = Row(key="d1", why="not in the quick run") if quick else fee_row(3)
    return [record_row(rounds, calls), fee, *signature_rows(rounds, times)]
