"""Fixtures for the mock systems: a clock that is moved by hand, and one small caller per system."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.mocks import civil_registry, national_payment, portal, residents
from gov_connect.mocks.core import VIETNAM, MockReply, MockRequest
from gov_connect.mocks.faults import FaultPlan

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM)
JSON = {"content-type": "application/json"}


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.time

    def advance(self, **by: float) -> None:
        """Move the clock; seconds, minutes, hours or days."""
        self.time += timedelta(**by)


@pytest.fixture
def clock() -> HandClock:
    """Give a clock that stands at eight in the morning of 2026-01-05."""
    return HandClock()


class PortalCaller:
    """Calls the portal as an agency does."""

    def __init__(self, system: portal.PortalMock) -> None:
        self.system = system
        self.session = ""

    def raw(self, endpoint: str, content: object, **changes: Any) -> MockReply:
        """Send one request to an endpoint; `changes` replace members of the request."""
        request: dict[str, Any] = {
            "method": "POST",
            "path": "/XrdAdapter/RestService/forward/" + endpoint,
            "headers": JSON | {"dstcode": portal.DSTCODE},
            "body": json.dumps(content).encode(),
        }
        return self.system.handle(MockRequest(**(request | changes)))

    def log_in(self) -> str:
        """Open a session and keep it."""
        reply = self.raw(portal.LOGIN_ENDPOINT, {"username": portal.USERNAME, "password": portal.PASSWORD})
        self.session = json.loads(reply.body)["session"]
        return self.session

    def __call__(self, service: str, *, share: bool = False, **parameters: Any) -> dict[str, Any]:
        """Call a service, logging in first when needed."""
        if not self.session:
            self.log_in()
        endpoint = portal.SHARE_ENDPOINT if share else portal.INTEGRATION_ENDPOINT
        envelope = {"session": self.session, "madonvi": "000.00.00.H99", "service": service}
        answer: dict[str, Any] = json.loads(self.raw(endpoint, envelope | parameters).body)
        return answer


@pytest.fixture
def portal_caller(clock: HandClock) -> PortalCaller:
    """Give a caller to a portal of plain settings."""
    return PortalCaller(portal.PortalMock(now=clock))


ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:dan="http://dancuquocgia.bca"><soapenv:Header/><soapenv:Body>{}</soapenv:Body></soapenv:Envelope>'
)


class ResidentsCaller:
    """Calls the residents database; the headers are made here, not by the code under test."""

    def __init__(self, system: residents.ResidentsMock, clock: HandClock) -> None:
        self.system = system
        self.clock = clock
        self.count = 0

    def headers(self, timestamp: str = "") -> dict[str, str]:
        """Make the two headers of residents.md §3."""
        stamp = timestamp or str(int(self.clock().timestamp() * 1000))
        digest = hashlib.sha256(f"/csdldc/tracuu037don_vi_mau{stamp}bi-mat-vi-du".encode()).hexdigest()
        token = base64.b64encode(f"don_vi_mau:{digest}".encode()).decode()
        return {"content-type": "application/xml", "timestamp": stamp, "authorization": f"Basic {token}"}

    def send(self, body: str, headers: dict[str, str] | None = None) -> MockReply:
        """Send an envelope."""
        return self.system.handle(
            MockRequest(
                method="POST",
                path=residents.ENDPOINT,
                headers=headers or self.headers(),
                body=body.encode(),
            )
        )

    def body(self, *leaves: tuple[str, str], operation: str = "TraCuuThongTinCongDan", birth: str = "") -> str:
        """Build an envelope from leaves and the inside of NgayThangNamSinh."""
        inner = "".join(f"<dan:{name}>{text}</dan:{name}>" for name, text in leaves)
        tail = f"<dan:NgayThangNamSinh>{birth}</dan:NgayThangNamSinh>" if birth else ""
        return ENVELOPE.format(f"<dan:{operation}>{inner}{tail}</dan:{operation}>")

    def look_up(self, number: str, name: str, birth: str, *before: tuple[str, str], **changes: str) -> MockReply:
        """Look up with the usual leaves; `birth` is a year or a date, `changes` replace leaves by name."""
        self.count += 1
        which = "Nam" if len(birth) == 4 else "NgayThangNam"
        leaves = {
            "MaYeuCau": f"{self.count:032d}",
            "MaDVC": "G15-TP110",
            "MaTichHop": "037",
            "MaCanBo": "can_bo_mau",
            "SoDinhDanh" if len(number) == 12 else "SoCMND": number,
            "HoVaTen": name,
        } | changes
        return self.send(self.body(*leaves.items(), birth=f"<dan:{which}>{birth}</dan:{which}>"))


@pytest.fixture
def residents_caller(clock: HandClock) -> ResidentsCaller:
    """Give a caller to a database of plain settings."""
    return ResidentsCaller(residents.ResidentsMock(now=clock), clock)


class RegistryCaller:
    """Calls the civil registry with a token."""

    def __init__(self, system: civil_registry.CivilRegistryMock) -> None:
        self.system = system
        self.token = ""

    def ask_token(self, secret: str = civil_registry.CLIENT_SECRET, **changes: Any) -> MockReply:
        """Ask for a token; `changes` replace members of the request."""
        basic = base64.b64encode(f"{civil_registry.CLIENT_ID}:{secret}".encode()).decode()
        request: dict[str, Any] = {
            "method": "POST",
            "path": "/token",
            "headers": {
                "content-type": "application/x-www-form-urlencoded",
                "authorization": f"Basic {basic}",
            },
            "body": b"grant_type=client_credentials",
        }
        return self.system.handle(MockRequest(**(request | changes)))

    def __call__(self, service: str, content: object) -> dict[str, Any]:
        """Call a service with a token."""
        if not self.token:
            self.token = json.loads(self.ask_token().body)["access_token"]
        request = MockRequest(
            method="POST",
            path="/hotich/1.0/" + service,
            headers=JSON | {"authorization": f"Bearer {self.token}"},
            body=json.dumps(content).encode(),
        )
        answer: dict[str, Any] = json.loads(self.system.handle(request).body)
        return answer


@pytest.fixture
def registry_caller(clock: HandClock) -> RegistryCaller:
    """Give a caller to a registry of plain settings."""
    return RegistryCaller(civil_registry.CivilRegistryMock(now=clock))


def sign(names: str, message: dict[str, Any]) -> str:
    """Hash by the rule of payment.md §1.5, written out here on purpose."""
    text = "|".join([*(str(message[name]) for name in names.split()), national_payment.SECRET])
    return hashlib.sha256(text.encode()).hexdigest()


class PaymentCaller:
    """Calls the payment platform with correct hashes."""

    INIT = (
        "LoaiBanTin PhienBan MaDoiTac MaThamChieu SoTien LoaiHinhThanhToan MaKenhThanhToan MaThietBi NgonNgu MaTienTe "
        "MaNganHang ThongTinGiaoDich ThoiGianGD Ip"
    )
    QUERY = "LoaiBanTin PhienBan MaDoiTac MaThamChieu ThoiGianGD"

    def __init__(self, system: national_payment.NationalPaymentMock) -> None:
        self.system = system

    def post(self, path: str, message: object) -> MockReply:
        """Send one message."""
        return self.system.handle(
            MockRequest(method="POST", path=path, headers=JSON, body=json.dumps(message).encode())
        )

    def init(self, **changes: Any) -> dict[str, Any]:
        """Send INIT with a correct hash, unless `changes` bring another."""
        message = init_message(**changes)
        message["MaXacThuc"] = changes.get("MaXacThuc") or sign(self.INIT, message)
        answer: dict[str, Any] = json.loads(self.post("/init", message).body)
        return answer

    def ask(self, kind: str, **changes: Any) -> MockReply:
        """Send QUERY or GET_BILL."""
        message: dict[str, Any] = {
            "LoaiBanTin": kind,
            "PhienBan": "1.0.6",
            "MaDoiTac": "DT-DEMO-01",
            "MaThamChieu": "dvcH99992025010203",
            "ThoiGianGD": "20250610143005",
        } | changes
        message["MaXacThuc"] = changes.get("MaXacThuc") or sign(self.QUERY, message)
        return self.post("/query" if kind == "QUERY" else "/getbill", message)


def init_message(**changes: Any) -> dict[str, Any]:
    """Give the INIT of the first vector of payment.md §1.5, with a receipt block."""
    amount = str(changes.get("SoTien", "25000"))
    bill = {
        "MaDichVu": "2",
        "MaDVC": "2.000635.01",
        "TenDVC": "Cấp bản sao trích lục hộ tịch",
        "MaTTHC": "2.000635",
        "TenTTHC": "Cấp bản sao trích lục hộ tịch",
        "MaDonVi": "000.00.00.H99",
        "TenDonVi": "UBND xã Mẫu",
        "MaHoSo": "H99.99-250610-0001",
        "TKThuHuong": "0000000001",
        "MaNHThuHuong": "970436",
        "TenTKThuHuong": "KHO BAC MAU",
        "PhiLePhi": [{"LoaiPhiLePhi": "2", "MaPhiLePhi": "2", "TenPhiLePhi": "Lệ phí hộ tịch", "SoTien": amount}],
        "NoiDungThanhToan": "Le phi",
        "HoTenNguoiNop": "MẪU THỊ THỬ",
        "SoCMNDNguoiNop": "000000000012",
        "DiaChiNguoiNop": "",
        "DSKhoanNop": [{"NoiDung": "Lệ phí hộ tịch", "SoTien": amount}],
    }
    return {
        "LoaiBanTin": "INIT",
        "PhienBan": "1.0.6",
        "MaDoiTac": "DT-DEMO-01",
        "MaThamChieu": "dvcH99992025010203",
        "SoTien": "25000",
        "LoaiHinhThanhToan": "PAY",
        "MaKenhThanhToan": "1",
        "MaThietBi": "1",
        "NgonNgu": "vi-VN",
        "MaTienTe": "VND",
        "MaNganHang": "PAYMENT",
        "ThongTinGiaoDich": "THANH TOAN HO SO H99.99-250610-0001",
        "ThoiGianGD": "20250610143005",
        "Ip": "203.0.113.10",
        "ThongTinBienLai": bill,
    } | changes


@pytest.fixture
def make_payment(clock: HandClock) -> Callable[..., PaymentCaller]:
    """Make a caller over a platform with the given settings."""

    def make(**settings: Any) -> PaymentCaller:
        system = national_payment.NationalPaymentMock(now=clock, **settings)
        system.notify_url = "http://agency.example/DvcPayment/Confirm"
        return PaymentCaller(system)

    return make


@pytest.fixture
def rough() -> FaultPlan:
    """Give a plan of a rough day."""
    return FaultPlan("rough", seed=7)
