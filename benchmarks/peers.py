"""Rows (c), (d) and (e): a portal record, a fee, and signatures, each beside what a team would use otherwise."""

from __future__ import annotations

import io
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import signxml
from calls import cpu
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import pkcs7
from lxml import etree
from portal import FIELDS
from pydantic import BaseModel, PlainSerializer
from table import Row, attempted, compared

import fees
from gov_connect.adapters.national_portal import mapping
from gov_connect.fees import FeeBook, FeeItem
from gov_connect.model import Dossier
from gov_connect.signing import ActKind, Evidence, Format, LocalKey, Signing, Tree, Trust, TrustPolicy
from signing import _pdf, load

if TYPE_CHECKING:
    from collections.abc import Callable

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ENVIRONMENT = Path(__file__).parents[1] / ".peers" / "openfisca"


Moment = Annotated[datetime, PlainSerializer(lambda at: at.astimezone(ZONE).strftime("%Y%m%d%H%M%S"))]


class PlainFile(BaseModel):
    """A file as a team would write it first: the wire's names, values as they come."""

    TepDinhKemId: str
    TenTepDinhKem: str
    IsDeleted: str = "False"
    MaThanhPhanHoSo: str
    DuongDanTaiTepTin: str
    DuocSoHoa: str = "1"
    DuocTaiSuDung: str = "0"
    DuocLayTuKhoDMQG: str = "0"
    MaKetQuaThayThe: str = ""


class PlainFee(BaseModel):
    """The same."""

    TenPhiLePhi: str
    MaPhiLePhi: str = "2"
    HinhThucThu: str = "1"
    Gia: Annotated[int, PlainSerializer(str)]
    LoaiPhiLePhi: str = "1"


class PlainIdentity(BaseModel):
    """The same."""

    LoaiDinhDanh: str = "1"
    SoDinhDanh: str


class PlainDatabase(BaseModel):
    """The same."""

    MaCSDL: str


class PlainRecord(BaseModel):
    """The portal's record, without any of its rules."""

    MaHoSo: str
    MaTTHC: str
    TenTTHC: str
    MaLinhVuc: str
    TenLinhVuc: str
    KenhThucHien: str
    ChuHoSo: str
    SoGiayToChuHoSo: str
    LoaiDoiTuong: str = "1"
    MaDoiTuong: str = ""
    ThongTinKhac: str = ""
    Email: str
    Fax: str = ""
    SoDienThoai: str
    TrichYeuHoSo: str
    NgayTiepNhan: Moment
    NgayHenTra: Moment
    TrangThaiHoSo: Annotated[int, PlainSerializer(str)]
    NgayTra: str = ""
    ThongTinTra: str = ""
    HinhThuc: str = "0"
    NgayKetThucXuLy: Moment
    DonViXuLy: str
    GhiChu: str
    TaiLieuNop: list[PlainFile]
    DanhSachLePhi: list[PlainFee]
    DanhSachTepDinhKemKhac: list[str] = []
    DanhSachHoSoBoSung: list[str] = []
    DanhSachGiayToKetQua: list[str] = []
    NoiNopHoSo: str = "2"
    HoSoCoThanhPhanSoHoa: str = "1"
    TaiKhoanDuocXacThucVoiVNeID: str = "0"
    DuocThanhToanTrucTuyen: str
    NgayTuChoi: str = ""
    DinhDanhCHS: list[PlainIdentity]
    NgayNopHoSo: Moment
    DSKetNoiCSDL: list[PlainDatabase]


def plain_record(told: dict[str, Any]) -> dict[str, Any]:
    """The wire's record by the plain model, from the same values as ours."""
    owner, procedure = told["applicant"], told["procedure"]
    values: dict[str, Any] = dict(  # noqa: C408 - as a team writes it
        MaHoSo=told["code"],
        MaTTHC=procedure["code"],
        TenTTHC=procedure["name"],
        MaLinhVuc=procedure["domain_code"],
        TenLinhVuc=procedure["domain_name"],
        KenhThucHien={"counter": "1", "online": "2", "post": "3"}[told["channel"]],
        ChuHoSo=owner["name"],
        SoGiayToChuHoSo=owner["citizen_id"],
        Email=owner["email"],
        SoDienThoai=owner["phone"],
        TrichYeuHoSo=told["summary"],
        NgayTiepNhan=told["received_at"],
        NgayHenTra=told["due_at"],
        TrangThaiHoSo=told["status"],
        NgayKetThucXuLy=told["processed_at"],
        DonViXuLy=told["unit_name"],
        GhiChu=told["note"],
        TaiLieuNop=[
            {
                "TepDinhKemId": file["id"],
                "TenTepDinhKem": file["name"],
                "MaThanhPhanHoSo": file["paper_code"],
                "DuongDanTaiTepTin": file["url"],
            }
            for file in told["attachments"]
        ],
        DanhSachLePhi=[{"TenPhiLePhi": fee["name"], "Gia": fee["amount"]} for fee in told["fees"]],
        DuocThanhToanTrucTuyen={"no_fee": "0", "national_portal": "1", "agency_gateway": "2"}[told["paid_online"]],
        DinhDanhCHS=[{"SoDinhDanh": owner["citizen_id"]}],
        NgayNopHoSo=told["submitted_at"],
        DSKetNoiCSDL=[{"MaCSDL": code} for code in told["databases"]],
    )
    return PlainRecord(**values).model_dump(mode="json")


def record_row(rounds: int, calls: int) -> Row:
    """From plain values to the wire's record, which is the same on both sides."""

    def ours() -> object:
        return mapping.record(Dossier(**FIELDS))

    def peer() -> object:
        return plain_record(FIELDS)

    assert ours() == peer()
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
        return fees.median_us(lambda: book.quote(one, on=fees.DAY).total, 2000)

    explained = fees.median_us(lambda: book.quote(one, on=fees.DAY).explain(), 2000)
    return replace(compared("d1", rounds, ours=ours, peer=peer), note=f"explained as well: {explained:.1f} µs")


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
    fee = [Row(key="d1", why="not in the quick run")] if quick else attempted("d1", lambda: [fee_row(3)])
    return [
        *attempted("c1", lambda: [record_row(rounds, calls)]),
        *fee,
        *attempted("e1 e2 e3 e4 e5", lambda: signature_rows(rounds, times)),
    ]
