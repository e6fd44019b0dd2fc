"""An order as VNPAY remembers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

Status = Literal["open", "paid", "cancelled", "failed", "expired"]
CODES: dict[Status, tuple[str, str]] = {
    # vnp_ResponseCode, vnp_TransactionStatus (payment.md §3.4)
    "open": ("", "01"),
    "paid": ("00", "00"),
    "cancelled": ("24", "02"),
    "failed": ("51", "02"),
    "expired": ("11", "02"),
}


@dataclass(slots=True, kw_only=True)
class Order:
    """One TxnRef of the merchant, created when its page is first opened."""

    fields: dict[str, str] = field(repr=False)
    number: str
    status: Status = "open"
    paid_at: str = ""
    refunded: int = 0  # hundredths of a đồng
    answers: list[str] = field(default_factory=list[str])  # RspCode of the merchant's answers
    tries: int = 0  # IPN calls of the result that is being told
    next_try: datetime | None = None

    @property
    def amount(self) -> int:
        """Give vnp_Amount."""
        return int(self.fields["vnp_Amount"])

    def told(self) -> dict[str, str]:
        """Build the parameters of IPN and return, without the hash (payment.md §3.4)."""
        code, status = CODES[self.status]
        paid = self.status == "paid"
        return {
            "vnp_Amount": str(self.amount),
            "vnp_BankCode": "NCB",
            "vnp_BankTranNo": f"VNP{self.number}" if paid else "",
            "vnp_CardType": "ATM",
            "vnp_OrderInfo": self.fields["vnp_OrderInfo"],
            "vnp_PayDate": self.paid_at,
            "vnp_ResponseCode": code,
            "vnp_TmnCode": self.fields["vnp_TmnCode"],
            "vnp_TransactionNo": self.number if paid else "0",
            "vnp_TransactionStatus": status,
            "vnp_TxnRef": self.fields["vnp_TxnRef"],
        }
