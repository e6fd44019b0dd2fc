"""An order as the platform remembers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from gov_connect.mocks.national_payment._messages import dossier_in

Status = Literal["pending", "paid", "failed"]
STATES: dict[Status, str] = {
    "paid": "1",
    "pending": "3",
    "failed": "4",
}  # TrangThaiGD, payment.md §1.3


@dataclass(slots=True, kw_only=True)
class Order:
    """One reference of one partner."""

    message: dict[str, Any] = field(repr=False)  # the INIT as it came
    token: str = field(repr=False)  # the last part of the payment URL
    transaction: str  # MaGiaoDich
    status: Status = "pending"
    paid_at: str = ""  # ThoiGianGD of CONFIRM
    bank: str = ""
    inits: int = 1
    notices: int = 0
    answers: list[str] = field(default_factory=list[str])  # MaLoi of the partner's answers to CONFIRM

    @property
    def reference(self) -> str:
        """Give MaThamChieu."""
        return str(self.message["MaThamChieu"])

    @property
    def amount(self) -> int:
        """Give the amount in VND."""
        return int(self.message["SoTien"])

    @property
    def dossier(self) -> str:
        """Give the dossier number in the description, else the one on the receipt."""
        return dossier_in(self.message["ThongTinGiaoDich"]) or str(self.message["ThongTinBienLai"].get("MaHoSo", ""))

    def confirm(self, *, amount: int) -> dict[str, Any]:
        """Build CONFIRM without its hash; SoTien is a JSON number (§1.3)."""
        return {
            "LoaiBanTin": "CONFIRM",
            "MaLoi": "00" if self.status == "paid" else "99",
            "MaDoiTac": self.message["MaDoiTac"],
            "MaThamChieu": self.reference,
            "SoTien": amount,
            "MaTienTe": self.message["MaTienTe"],
            "MaGiaoDich": self.transaction,
            "MaNganHang": self.bank,
            "ThoiGianGD": self.paid_at or self.message["ThoiGianGD"],
            "ThongTinGiaoDich": self.message["ThongTinGiaoDich"],
        }

    def query_answer(self) -> dict[str, Any]:
        """Build the answer to QUERY; the rule for a hash of it was not found, so there is none."""
        known = self.confirm(amount=self.amount)
        return known | {
            "MaLoi": "00",
            "MoTaLoi": "Thành công",
            "LoaiBanTin": "QUERY",
            "TrangThaiGD": STATES[self.status],
            "MaXacThuc": None,
        }

    def snapshot(self) -> dict[str, object]:
        """Give a JSON-able view without the payer's data."""
        return {
            "dossier": self.dossier,
            "amount": self.amount,
            "status": self.status,
            "inits": self.inits,
            "notices": self.notices,
            "answers": list(self.answers),
            "transaction": self.transaction,
        }
