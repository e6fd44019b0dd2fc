"""Receipts that were issued: what both services keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FORM: Final = "01BLP0-001"
SYMBOL: Final = "AA-26E"
TAX_CODE: Final = "0000000001"
LAST_NUMBER: Final = 9_999_999  # at most seven digits
_LATIN: Final = {ord(sign): None for sign in "()\\"}


@dataclass(slots=True, kw_only=True)
class Issued:
    """A receipt: `paid` until its payment is taken back, `cancelled` for ever."""

    key: str
    number: int
    amount: int
    issued_at: int = 0
    paid: bool = True
    cancelled: bool = False

    def snapshot(self) -> dict[str, object]:
        """Give what checks look at."""
        return {"number": self.number, "amount": self.amount, "paid": self.paid, "cancelled": self.cancelled}

    def pdf(self) -> bytes:
        """Give the receipt as a PDF of one page, without a name on it."""
        state = " CANCELLED" if self.cancelled else ""
        line = f"{FORM} {SYMBOL} {self.number:07d} {self.amount} VND{state}".translate(_LATIN)
        stream = f"BT /F1 12 Tf 50 780 Td ({line}) Tj ET".encode("ascii")
        objects = [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
        made, places = b"%PDF-1.4\n", list[int]()
        for number, content in enumerate(objects, 1):
            places.append(len(made))
            made += b"%d 0 obj%s\nendobj\n" % (number, content)
        table = b"".join(b"%010d 00000 n \n" % place for place in places)
        head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        return made + head + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
