"""The care of packs: check, diff, the calendar, and what was collected."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.errors import InvalidInput
from gov_connect.fees._values import FeeItem
from gov_connect.fees.audit import audit
from gov_connect.fees.check import check, errors
from gov_connect.fees.compare import Dossier, diff, upcoming
from gov_connect.fees.dossiers import read_dossiers

if TYPE_CHECKING:
    from gov_connect.fees import FeeBook

COVER = '[[no_rate]]\nid = "none"\ncharges = ["a.one", "a.two", "p.local"]\nreason = "not_encoded"\n'


def test_the_packs_leave_no_day_from_2017_to_2031_without_an_answer(book: FeeBook) -> None:
    """Every charge, place, channel and day: one rate or a declared absence, and no conflict."""
    assert errors(check(book)) == ()


def test_the_packs_own_up_to_what_was_not_read(book: FeeBook) -> None:
    """Unread originals and shared numbers are listed."""
    found = {one.told.code for one in check(book)}
    assert found >= {"fees.check.unread", "fees.check.same_number"}
    said = next(one for one in check(book) if one.told.code == "fees.check.same_number")
    assert "HĐND tỉnh Hải Dương" in said.text("vi")
    assert said.to_dict("en")["level"] == "warning"


def test_a_repeal_that_ends_nothing_is_listed(law: Any) -> None:
    """Nothing in the packs rests on what is repealed; of a charge that does, or of all charges."""
    parts = [law.instrument("A", "2010-01-01"), law.rate("one", "A/1"), COVER]
    for charges, idle in (('["a.two"]', True), ('["a.one"]', False)):
        repeals = f'[{{ instrument = "A", charges = {charges} }}]'
        found = {one.told.code for one in check(law.book(*parts, law.instrument("B", "2032-01-01", repeals=repeals)))}
        assert ("fees.check.idle_repeal" in found) is idle


def gaps(book: FeeBook, code: str = "fees.check.gap") -> list[dict[str, Any]]:
    """The figures of the findings with `code` about `a.one`."""
    found = errors(check(book))
    params = [dict(one.told.params) for one in found if one.told.code == code]
    return [one for one in params if one["charge"] == "a.one"]


def test_a_gap_is_found_with_its_first_and_last_day(law: Any) -> None:
    """The check looks at each stretch between two changes."""
    book = law.book(law.instrument("A", "2019-05-01", until="2030-06-30"), law.rate("one", "A/1"))
    found = [(one["first"], one["last"], one["channel"]) for one in gaps(book) if one["channel"] == "counter"]
    assert found == [("2017-01-01", "2019-04-30", "counter"), ("2030-07-01", "2031-12-31", "counter")]
    assert gaps(law.book(law.instrument("A", "2019-05-01"), law.rate("one", "A/1"), COVER)) == []


def test_a_gap_for_some_people_or_one_channel_is_a_gap(law: Any) -> None:
    """A rate with a condition does not cover everybody."""
    who = law.book(law.instrument("A", "2010-01-01"), law.rate("one", "A/1", when='{ all = ["x"] }'))
    assert {one["facts"] for one in gaps(who)} == {"-"}
    online = law.book(law.instrument("A", "2010-01-01"), law.rate("one", "A/1", channel='["online"]'))
    assert {one["channel"] for one in gaps(online)} == {"counter", "post"}


def test_an_overlap_is_found_before_it_is_quoted(law: Any) -> None:
    """Two amounts of one rank; equal amounts are fine."""
    parts = [law.instrument("A", "2010-01-01"), law.rate("one", "A/1", 5000), COVER]
    clash = law.book(*parts, law.rate("two", "A/2", 6000, area='"VN"'))
    sides = {one["sides"] for one in gaps(clash, "fees.check.overlap") if one["first"] == "2017-01-01"}
    assert sides == {"none (pack1.toml); one (pack1.toml); two (pack1.toml)"}
    both = law.book(law.instrument("A", "2010-01-01"), law.rate("one", "A/1", 5000), law.rate("two", "A/2", 5000))
    assert gaps(both, "fees.check.overlap") == []


def test_an_overlap_of_two_conditions_is_found(law: Any) -> None:
    """Someone may have both facts."""
    book = law.book(
        law.instrument("A", "2010-01-01"),
        law.rate("base", "A/1", 5000),
        law.rate("one", "A/2", 4000, when='{ all = ["x"] }'),
        law.rate("two", "A/3", 3000, when='{ any = ["y"] }'),
    )
    assert {one["facts"] for one in gaps(book, "fees.check.overlap")} == {"x, y"}


def dossiers() -> list[Dossier]:
    """Two requests for `a.one`."""
    return [
        Dossier(id="d1", at=date(2026, 1, 1), items=(FeeItem("a.one", cases=1),)),
        Dossier(id="d2", at=date(2020, 1, 1), items=(FeeItem("a.one", cases=2),)),
    ]


def test_diff_lists_the_requests_that_change(law: Any) -> None:
    """Only what differs, with both answers."""
    old = law.book(law.instrument("A"), law.rate("one", "A/1", 5000))
    new = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 5000, until="2025-12-31"),
        law.rate("new", "A/2", 6000, **{"from": "2026-01-01"}),
    )
    (change,) = diff(old, new, dossiers())
    assert change.to_dict() == {
        "id": "d1",
        "before": {"status": "priced", "total": 5000, "citations": ["A/1"]},
        "after": {"status": "priced", "total": 6000, "citations": ["A/2"]},
    }
    assert diff(old, old, dossiers()) == ()


def test_the_three_cliffs_ahead_are_announced(book: FeeBook) -> None:
    """31/12/2026 and 28/02/2027 are the last days; changes show the day after."""
    ahead = upcoming(book, date(2026, 11, 20), days=150)
    days = {one.day for one in ahead}
    assert days == {date(2027, 1, 1), date(2027, 3, 1)}
    cards = next(one for one in ahead if one.charge == "cc.exchange")
    assert cards.to_dict() == {
        "day": "2027-01-01",
        "area": "VN",
        "charge": "cc.exchange",
        "ends": ["Thông tư 64/2025/TT-BTC"],
        "begins": [],
    }
    assert len({(one.day, one.charge) for one in ahead}) == len(ahead)


def test_the_calendar_shows_what_changes_in_one_place(book: FeeBook) -> None:
    """The end of the electronic-copy subsidy shows in Hải Phòng, not elsewhere."""
    near = date(2030, 12, 1)
    assert [one.charge for one in upcoming(book, near, days=31, area="31:31")] == ["ct.ecopy"]
    assert upcoming(book, near, days=31, area="01") == ()
    assert upcoming(book, near, days=30, area="31:31") == ()
    areas = [one.area for one in upcoming(book, date(2026, 8, 7), days=1) if one.charge == "hkd.register"]
    assert areas == ["31", "31:30", "31:31"]  # each former province loses a resolution of its own
    with pytest.raises(InvalidInput):
        upcoming(book, near, area="77")


def test_audit_finds_what_was_collected_wrongly(book: FeeBook) -> None:
    """Too much and too little; where the packs lack the rate nobody is accused."""
    rows = [
        {"id": "right", "at": "2026-11-20", "items": [{"charge": "ct.will", "acts": 1}], "collected": 50000},
        {"id": "over", "at": "2026-11-20", "items": [{"charge": "ct.will", "acts": 1}], "collected": 60000},
        {"id": "under", "at": "2026-11-20", "items": [{"charge": "ct.will", "acts": 1}], "collected": 0},
        {"id": "none", "at": "2026-11-20", "items": [{"charge": "hkd.register", "times": 1}], "collected": 7},
        {"id": "unknown", "at": "2026-11-20", "items": [{"charge": "ct.will", "acts": 1}]},
    ]
    report = audit(book, read_dossiers(json.dumps(rows)))
    shape = report.to_dict()
    assert (shape["dossiers"], shape["over"], shape["under"]) == (4, 10_000, 50_000)
    assert [(one["id"], one["due"], one["over"], one["under"]) for one in shape["wrong"]] == [
        ("over", 50_000, 10_000, 0),
        ("under", 50_000, 0, 50_000),
    ]
    assert [(one["id"], one["due"], one["judged"]) for one in shape["cannot_judge"]] == [("none", None, False)]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        "[1]",
        '[{"id": "a"}]',
        '[{"id": "a", "at": "31/12/2026", "items": []}]',
        '[{"id": "a", "at": "2026-12-31", "items": [{"charge": "ct.will", "acts": 1.5}]}]',
        '[{"id": "a", "at": "2026-12-31", "items": [{"charge": "ct.will", "acts": 1}], "collected": 2.5}]',
        '[{"id": "a", "at": "2026-12-31", "items": [{"charge": "ct.will", "acts": 1}], "collected": -1}]',
    ],
)
def test_a_dossier_file_with_faults_is_refused(text: str) -> None:
    """No floats, no other dates, nothing missing."""
    with pytest.raises(InvalidInput) as caught:
        read_dossiers(text)
    assert caught.value.problems
