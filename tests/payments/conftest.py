"""An order, a client of the offline platform, and notices made by hand."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.client import GovConnect, Parts
from gov_connect.mocks import national_payment
from gov_connect.model import (
    VIETNAM,
    CitizenId,
    DossierCode,
    FeeKind,
    FeeLine,
    Money,
    Payer,
    PaymentOrder,
    PersonName,
    PlaceText,
    ProcedureCode,
)
from gov_connect.offline import offline_carrier, offline_settings
from gov_connect.runtime import CountingIds, ManualClock, Reply, Request, SeededRandom, Timeouts
from gov_connect.settings import Settings
from gov_connect.transport import InProcessCarrier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START = datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM)
HASHED = (
    "LoaiBanTin",
    "MaLoi",
    "MaDoiTac",
    "MaThamChieu",
    "SoTien",
    "MaTienTe",
    "MaGiaoDich",
    "MaNganHang",
    "ThoiGianGD",
    "ThongTinGiaoDich",
)


@pytest.fixture
def order() -> PaymentOrder:
    """Six thousand đồng for a certified copy."""
    return PaymentOrder(
        reference="gc0001",
        dossier=DossierCode("H99.201-260105-0001"),
        procedure=ProcedureCode("2.000815"),
        procedure_name="Chứng thực bản sao từ bản chính",
        amount=Money(6000),
        lines=(FeeLine(name="Phí chứng thực", amount=Money(6000), kind=FeeKind.FEE),),
        payer=Payer(name=PersonName("MẪU THỊ THỬ"), citizen_id=CitizenId("000000000001"), address=PlaceText("Xã Mẫu")),
        created_at=START,
    )


def _client(carrier: InProcessCarrier) -> GovConnect:
    return GovConnect(
        parts=Parts(
            settings=offline_settings(Settings.from_mapping({})),
            carrier=carrier,
            clock=ManualClock(START),
            chance=SeededRandom(1),
            ids=CountingIds(),
        )
    )


@pytest.fixture
def gov() -> Iterator[GovConnect]:
    """A client of the offline platform, in simulated time."""
    with _client(offline_carrier(1)) as made:
        yield made


@pytest.fixture
def answering() -> Callable[..., GovConnect]:
    """A client of a platform that gives the answers of a script, in order."""

    def make(*answers: Any) -> GovConnect:
        left = list(answers)

        def handle(request: Request) -> Reply:
            del request
            return Reply(status=200, body=json.dumps(left.pop(0)).encode())

        return _client(InProcessCarrier(handle))

    return make


@pytest.fixture
def at_the_page(gov: GovConnect) -> Callable[[str, str], None]:
    """What the payer does at the platform's page: `pay` or `cancel`."""

    def act(url: str, action: str) -> None:
        carrier: Any = gov._parts.carrier
        page = "http://national_payment.offline.invalid/" + url.split("/", 3)[3]
        carrier.send(Request(system="browser", url=page, body=f"action={action}".encode()), Timeouts())

    return act


def _digest(message: dict[str, Any]) -> str:
    parts = ["" if message.get(name) is None else str(message[name]) for name in HASHED]
    return hashlib.sha256("|".join([*parts, national_payment.SECRET]).encode()).hexdigest()


@pytest.fixture
def notice(order: PaymentOrder) -> Callable[..., dict[str, Any]]:
    """A CONFIRM about the order, with some fields changed before (or, for the hash, after) it is signed."""

    def make(**changes: Any) -> dict[str, Any]:
        message: dict[str, Any] = {
            "LoaiBanTin": "CONFIRM",
            "MaLoi": "00",
            "MaDoiTac": national_payment.PARTNER_CODE,
            "MaThamChieu": order.reference,
            "SoTien": order.amount.dong,
            "MaTienTe": "VND",
            "MaGiaoDich": "PP0001",
            "MaNganHang": "970436",
            "ThoiGianGD": "20260105080500",
            "ThongTinGiaoDich": f"THANH TOAN HO SO {order.dossier}",
        }
        message |= {name: value for name, value in changes.items() if name != "MaXacThuc"}
        message = {name: value for name, value in message.items() if value is not ...}
        return message | {"MaXacThuc": changes.get("MaXacThuc", _digest(message))}

    return make
