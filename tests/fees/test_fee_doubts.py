"""Doubt about the law is said aloud: unknown starts, assumed places, amounts the packs lack."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from gov_connect.fees import FeeItem
from gov_connect.fees.audit import audit
from gov_connect.fees.compare import Dossier

if TYPE_CHECKING:
    from gov_connect.fees import FeeBook

CERTIFICATE = [FeeItem("ht.marital_cert", cases=1)]


def codes(book: FeeBook, item: FeeItem, on: date, area: str, *facts: str) -> set[str]:
    """The codes of the warnings beside one item."""
    return {told.code for told in book.quote([item], on=on, area=area, facts=facts).warnings}


def test_a_relief_whose_start_is_unknown_warns_between_issue_and_first_attested_day(book: FeeBook) -> None:
    """Whoever the relief may free is not charged in silence."""
    code, item = "notice.start/nq16-2023-hp", CERTIFICATE[0]
    for day in (date(2023, 12, 18), date(2025, 3, 1), date(2025, 6, 30)):
        assert code in codes(book, item, day, "31:31", "elderly")
        assert code not in codes(book, item, day, "31:30", "elderly")
    for day in (date(2023, 12, 17), date(2025, 7, 1)):
        assert code not in codes(book, item, day, "31:31", "elderly")
    quote = book.quote(CERTIFICATE, on=date(2025, 3, 1), area="31:31", facts=["elderly"])
    assert "16/2023/NQ-HĐND" in quote.explain()
    assert "16/2023/NQ-HĐND" in quote.explain("en")


def test_an_online_change_in_former_hai_phong_is_free_from_8_august_2026(book: FeeBook) -> None:
    """The unclear column of the old resolution is a matter of the counter and the post only."""
    change = [FeeItem("ht.change", cases=1)]
    for area in ("31:30", "31:31"):
        total = book.quote(change, on=date(2026, 8, 8), area=area, channel="online").total
        assert total is not None
        assert total.dong == 0
    from_14 = ["under_14=no"]
    assert book.quote(change, on=date(2026, 8, 8), area="31:31", facts=from_14).status == "needs_authority"
    last = book.quote(change, on=date(2025, 6, 16), area="31:31", channel="online", facts=from_14)
    assert last.status == "needs_authority"
    assert book.quote(change, on=date(2026, 8, 7), area="31:31", channel="online").status == "no_rate"


@pytest.mark.parametrize(
    ("item", "on", "area"),
    [
        (FeeItem("ht.marital_cert", cases=1), date(2026, 9, 1), "31:30"),  # amount_unknown
        (FeeItem("hkd.register", times=1), date(2026, 11, 20), ""),  # left_to_province
        (FeeItem("ht.change", cases=1), date(2026, 9, 1), "31:31"),  # needs_authority
    ],
)
def test_what_the_packs_lack_is_no_over_collection(book: FeeBook, item: FeeItem, on: date, area: str) -> None:
    """The audit cannot judge it, and nobody is told that nothing may be collected."""
    report = audit(book, [Dossier(id="d", at=on, area=area, items=(item,), collected=7)])
    assert (report.wrong, [one.id for one in report.unjudged]) == ((), ["d"])
    shape = report.to_dict()
    assert (shape["over"], shape["under"], len(shape["cannot_judge"])) == (0, 0, 1)
    assert "không được thu" not in book.quote([item], on=on, area=area).explain()


def test_what_the_law_no_longer_sets_is_over_collected(book: FeeBook) -> None:
    """Beside a lawful line only the rest must be given back."""
    items = (FeeItem("hkd.register", times=1), FeeItem("ct.will", acts=1))
    report = audit(book, [Dossier(id="d", at=date(2032, 1, 1), area="31:31", items=items, collected=50_007)])
    quote = book.quote(items[:1], on=date(2032, 1, 1), area="31:31")
    assert (quote.lines[0].reason, quote.lines[0].lawless) == (quote.lines[0].reason, True)
    assert "không được thu" in quote.explain()
    assert (report.to_dict()["over"], report.unjudged) == (7, ())


@pytest.mark.parametrize("collected", [0, 49_999, 50_001])
def test_beside_a_line_that_the_packs_lack_nothing_is_said_to_be_missing(book: FeeBook, collected: int) -> None:
    """The rest has an amount; the whole cannot be judged, neither up nor down."""
    items = (FeeItem("ct.will", acts=1), FeeItem("gpxd.house", permits=1))
    report = audit(book, [Dossier(id="d", at=date(2026, 11, 20), area="01", items=items, collected=collected)])
    assert [(one.id, one.over, one.under) for one in report.unjudged] == [("d", 0, 0)]
    assert (report.wrong, report.to_dict()["under"]) == ((), 0)
