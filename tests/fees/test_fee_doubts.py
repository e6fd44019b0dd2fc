"""Doubt about the law is said aloud: unknown starts, assumed places, amounts the packs lack."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from gov_connect.fees import FeeItem

if TYPE_CHECKING:
    from gov_connect.fees import FeeBook

CERTIFICATE = [FeeItem("ht.marital_cert", cases=1)]


def codes(book: FeeBook, item: FeeItem, on: date, area: str, *facts: str) -> set[str]:
    """The codes of the warnings beside one item."""
    return {told.code for told in book.quote([item], on=on, area=area, facts=facts).warnings}


def test_a_relief_whose_start_is_unknown_warns_between_issue_and_first_attested_day(book: FeeBook) -> None:
    """Whoever the relief may free is not charged in silence."""
    code, item = "notice.nq16-2023-hp-start", CERTIFICATE[0]
    for day in (date(2023, 12, 18), date(2025, 3, 1), date(2025, 6, 30)):
        assert code in codes(book, item, day, "31:31", "elderly")
        assert code not in codes(book, item, day, "31:30", "elderly")
    for day in (date(2023, 12, 17), date(2025, 7, 1)):
        assert code not in codes(book, item, day, "31:31", "elderly")
    quote = book.quote(CERTIFICATE, on=date(2025, 3, 1), area="31:31", facts=["elderly"])
    assert "16/2023/NQ-HĐND" in quote.explain()
    assert "16/2023/NQ-HĐND" in quote.explain("en")
