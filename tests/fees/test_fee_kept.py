"""A book keeps what it was asked before: nothing that was refused gets in, and nothing wrong comes out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.errors import InvalidInput
from gov_connect.fees import FeeItem
from gov_connect.model import Channel, Money
from gov_connect.model.money import LARGEST, whole

if TYPE_CHECKING:
    from gov_connect.fees import FeeBook

DAY = date(2026, 11, 20)
ITEMS = (FeeItem("ct.copy", pages=5, copies=3),)


class SpecialDay(date):
    """Equal to a plain day, and hashed like it."""


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"on": SpecialDay(2026, 11, 20)}, "value.not_a_date"),
        ({"paid_on": SpecialDay(2026, 11, 20)}, "value.not_a_date"),
        ({"facts": (["vneid2"],)}, "value.not_text"),
        ({"facts": ({"vneid2"},)}, "value.not_text"),
        ({"facts": "vneid2"}, "value.not_a_list"),
        ({"area": ["31"]}, "value.not_text"),
        ({"channel": ["counter"]}, "value.not_among"),
    ],
)
def test_what_is_refused_is_refused_again(book: FeeBook, more: dict[str, Any], code: str) -> None:
    """Also right after the same question was answered in its proper form, and twice over."""
    assert book.quote(ITEMS, on=DAY).total == Money(21_000)
    assert book.quote(ITEMS, on=DAY, paid_on=DAY).total == Money(21_000)
    for _ in range(2):
        with pytest.raises(InvalidInput) as caught:
            book.quote(ITEMS, **{"on": DAY, **more})
        assert code in {one.code for one in caught.value.problems}


def test_facts_are_heard_however_they_come(book: FeeBook) -> None:
    """As a tuple, a set, a list or an iterator, which gives them only once."""
    wanted = book.quote(ITEMS, on=DAY, facts=["vneid2", "basic5"])
    for _ in range(2):
        assert book.quote(ITEMS, on=DAY, facts=("vneid2", "basic5")) == wanted
        assert book.quote(ITEMS, on=DAY, facts=frozenset({"vneid2", "basic5"})) == wanted
        assert book.quote(ITEMS, on=DAY, facts=iter(["vneid2", "basic5"])) == wanted
    spent = iter(["vneid2", "basic5"])
    assert book.quote(ITEMS, on=DAY, facts=spent) == wanted
    assert book.quote(ITEMS, on=DAY, facts=spent).request.facts == frozenset()


def test_each_question_has_its_own_answer(book: FeeBook) -> None:
    """Items, place, day, channel and facts of one never show in another, whichever came first."""
    asked: list[dict[str, Any]] = [
        {"on": DAY},
        {"on": DAY, "area": "31:31"},
        {"on": DAY, "channel": Channel.ONLINE},
        {"on": DAY, "facts": ("vneid2",)},
        {"on": DAY, "claimed": ("vneid2",)},
        {"on": date(2030, 1, 1)},
        {"on": DAY, "paid_on": date(2030, 1, 1)},
    ]
    items = (*ITEMS, FeeItem("ht.extract", copies=2))
    alone = [type(book)(book.law.packs, communes=book.law.areas.communes).quote(items, **each) for each in asked]
    for _ in range(2):
        for each, wanted in zip(asked, alone, strict=True):
            found = book.quote(items, **each)
            assert (found.request, found.total) == (wanted.request, wanted.total)
            assert found.explain() == wanted.explain()


def test_a_shared_amount_is_still_a_checked_one() -> None:
    """Too much, too little and no number are refused as ever."""
    assert whole(21_000) is whole(21_000)
    for wrong in (-1, LARGEST + 1):
        with pytest.raises(InvalidInput):
            whole(wrong)
