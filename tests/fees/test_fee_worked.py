"""Worked examples beside the sixty: boundary days, former provinces, channels, competing reliefs, subsidies.

Each row was worked out by hand from the articles, not by the engine.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gov_connect import fees
from gov_connect.fees import FeeBook, FeeItem, parse_pack

if TYPE_CHECKING:
    from gov_connect.fees import Quote

# day, place, channel, facts, item, đồng or status
PRICES = """
2017-01-01 -     counter -                 ct.copy:pages=2,copies=1                  4000
0001-01-01 -     counter -                 ct.copy:pages=2,copies=1                  no_rate
9999-12-31 -     counter -                 ct.copy:pages=2,copies=1                  4000
2016-12-31 -     counter -                 ht.extract:copies=1                       no_rate
2026-11-20 -     counter -                 ct.copy:pages=198,copies=3                600000
2026-11-20 -     post    -                 ct.copy:pages=200,copies=1                200000
2026-11-20 -     counter poor              ct.sign:documents=2                       20000
2026-11-20 -     counter agri_rural_loan   ct.contract:acts=1                        50000
2026-11-20 -     counter agri_rural_loan   ct.mortgage:acts=2                        0
2026-11-20 -     counter -                 ct.refuse_inheritance:acts=1              50000
2026-11-20 -     counter -                 ct.divide_inheritance:acts=3              150000
2025-12-31 31:31 counter -                 ct.ecopy:pages=3,copies=2                 10000
2026-01-01 31:31 counter -                 ct.ecopy:pages=3,copies=2                 0
2030-12-31 31:30 online  -                 ct.ecopy:pages=300,copies=1               0
2031-01-01 31:30 online  -                 ct.ecopy:pages=300,copies=1               200000
2026-01-01 01    counter -                 ct.ecopy:pages=3,copies=2                 10000
2027-02-28 -     online  vneid2,basic5     ht.extract:copies=4                       0
2027-03-01 -     online  vneid2,basic5     ht.extract:copies=4                       32000
2026-08-15 -     post    vneid2,basic5     ht.extract:copies=1                       8000
2026-09-01 -     online  basic5            ht.extract:copies=1                       8000
2022-12-31 -     counter -                 cu_tru.perm:times=1                       no_rate
2026-03-02 -     post    -                 cu_tru.temp:times=2                       30000
2026-03-02 -     online  -                 cu_tru.temp_list:persons=7                35000
2026-03-02 -     online  -                 cu_tru.split:times=1                      5000
2026-09-01 -     online  vneid2,basic5     cu_tru.temp_list:persons=7                0
2026-03-02 -     online  elderly           cu_tru.split:times=1                      0
2025-06-30 -     counter special_zone      cu_tru.perm:times=1                       20000
2025-07-01 -     counter special_zone      cu_tru.perm:times=1                       0
2025-06-30 -     counter island_district   cu_tru.perm:times=1                       0
2025-07-01 -     counter island_district   cu_tru.perm:times=1                       20000
2026-03-02 -     counter near_poor         cu_tru.perm:times=1                       20000
2024-10-20 -     counter -                 cc.exchange:cards=1                       no_rate
2024-10-21 -     counter -                 cc.exchange:cards=1                       25000
2024-12-31 -     online  -                 cc.from_cccd:cards=1                      15000
2025-01-01 -     counter -                 cc.from_cccd:cards=1                      30000
2025-01-01 -     online  -                 cc.reissue:cards=1                        35000
2025-06-30 -     post    -                 cc.reissue:cards=1                        70000
2025-07-01 -     counter -                 cc.exchange:cards=1                       25000
2025-12-31 -     online  -                 cc.exchange:cards=1                       25000
2026-08-14 -     online  vneid2,basic5     cc.exchange:cards=1                       25000
2026-08-15 -     online  vneid2,basic5     cc.exchange:cards=1                       0
2026-12-31 -     counter -                 cc.exchange:cards=1                       25000
2027-01-01 -     counter -                 cc.exchange:cards=1                       50000
2027-01-01 -     online  vneid2,basic5     cc.exchange:cards=1                       0
2027-03-01 -     online  vneid2,basic5     cc.exchange:cards=1                       50000
2026-09-01 -     online  vneid2,basic5     cc.from_cccd:cards=1                      15000
2025-04-24 -     counter student           lltp:requests=1                           100000
2025-12-31 -     online  student           lltp:requests=1                           80000
2025-12-31 -     online  -                 lltp:requests=2                           340000
2026-01-01 -     online  -                 lltp:requests=1                           200000
2026-01-01 -     online  merit             lltp:requests=1                           100000
2026-03-02 -     counter student,poor      lltp:requests=1                           0
2026-03-02 -     counter safe_zone_commune lltp:requests=1                           0
2026-09-01 -     online  vneid2,basic5     lltp:requests=1                           0
2017-01-01 -     counter merit             adopt.domestic:cases=1                    0
2026-11-20 -     counter aunt_or_uncle     adopt.domestic:cases=1                    0
2026-11-20 -     counter adopts_ill_child  adopt.domestic:cases=1                    0
2026-11-20 -     counter registers_again   adopt.domestic:cases=1                    0
2026-11-20 -     counter poor              adopt.domestic:cases=1                    400000
2026-11-20 -     counter -                 ht.death_on_time:cases=1                  0
2018-07-31 31:31 counter -                 ht.birth_late:cases=1                     no_rate
2018-08-01 31:31 counter -                 ht.birth_late:cases=1                     8000
2026-09-01 31:31 counter -                 ht.death_late:cases=1                     8000
2026-09-01 31:31 post    -                 ht.marriage_again:cases=1                 30000
2026-09-01 31:31 counter -                 ht.parent_child:cases=2                   20000
2026-09-01 31:31 counter -                 ht.supplement:cases=1                     10000
2026-09-01 31:31 counter -                 ht.other:cases=1                          5000
2026-09-01 31:31 counter poor,elderly      ht.parent_child:cases=1                   0
2024-01-01 31:31 counter poor              ht.parent_child:cases=1                   0
2026-08-07 31:31 online  -                 ht.marital_cert:cases=1                   no_rate
2026-08-08 31:30 online  -                 ht.marital_cert:cases=1                   0
2026-08-08 31    online  -                 ht.marital_cert:cases=1                   0
2026-09-01 31    counter -                 ht.marital_cert:cases=1                   no_rate
2026-09-01 31:30 counter poor              ht.marital_cert:cases=1                   no_rate
2026-09-01 01    counter -                 ht.birth_late:cases=1                     5000
2026-09-01 01    counter elderly           ht.birth_late:cases=1                     5000
2026-09-01 01    counter disabled          ht.birth_late:cases=1                     0
2026-09-01 01    online  vneid2,basic5     ht.birth_late:cases=1                     0
2026-09-01 01    online  vneid2,basic5     ht.marital_cert:cases=1                   3000
2026-09-01 01    online  vneid2,basic5,marriage_cert_in_vneid ht.marital_cert:cases=1 0
2026-08-08 31    counter -                 hkd.register:times=1                      0
2026-08-07 31:30 counter -                 hkd.register:times=1                      no_rate
2031-12-31 31:31 post    -                 hkd.register:times=1                      0
2026-07-24 01    counter -                 hkd.register:times=1                      no_rate
2026-07-25 01    online  -                 hkd.register:times=1                      0
2026-07-25 01    counter -                 hkd.register:times=1                      100000
2026-07-25 01    counter boundary_change   hkd.register:times=1                      0
2019-01-01 31:31 counter -                 gpxd.house:permits=1                      75000
2026-09-01 31:31 counter -                 gpxd.house_adjust:permits=1               75000
2026-09-01 31:31 counter -                 gpxd.other:permits=1                      150000
2026-09-01 31:31 post    -                 gpxd.renew:permits=2                      30000
2026-09-01 31:31 online  -                 gpxd.other:permits=1                      0
2026-08-07 31:31 online  -                 gpxd.other:permits=1                      no_rate
2025-10-29 66:54 online  -                 gpxd.other:permits=1                      150000
2025-10-30 66:54 online  -                 gpxd.other:permits=1                      0
2025-10-30 66:66 online  -                 gpxd.house_adjust:permits=1               0
2025-10-30 66:66 counter -                 gpxd.house_adjust:permits=1               no_rate
2025-12-01 66:54 counter -                 gpxd.house_adjust:permits=1               15000
2025-12-01 66:54 counter -                 gpxd.other_adjust:permits=1               15000
2025-12-01 66    counter -                 gpxd.renew:permits=1                      no_rate
2025-12-01 66    online  -                 gpxd.renew:permits=1                      0
2025-12-01 66:66 online  -                 ht.marital_cert:cases=1                   0
2025-12-01 66:66 online  -                 land.gcn.org.first.both:files=1           0
2025-12-01 66:66 online  -                 land.appraisal.org.first.both:files=1     no_rate
2026-03-02 52    counter in_ward           gpxd.house:permits=1                      70000
2026-03-02 52    counter in_ward=no        gpxd.house:permits=1                      50000
2026-03-02 52:52 counter -                 gpxd.renew:permits=1                      15000
2026-03-02 52    online  in_ward           gpxd.house:permits=1                      needs_authority
2025-11-24 68:68 online  in_ward           gpxd.house:permits=1                      80000
2025-11-25 68:68 online  in_ward           gpxd.house:permits=1                      0
2025-11-25 68:68 online  -                 gpxd.house:permits=1                      0
2025-11-25 68:68 counter in_ward=no        gpxd.house:permits=1                      50000
2025-11-25 68:68 counter -                 gpxd.other:permits=1                      200000
2025-11-25 68:68 counter detached_house,in_ward gpxd.renew:permits=1                 20000
2025-11-25 68:68 counter detached_house    gpxd.renew:permits=1                      needs_authority
2025-11-25 68:60 counter -                 gpxd.renew:permits=1                      15000
2025-11-25 68:67 counter -                 gpxd.house_adjust:permits=1               37500
2025-11-25 68:67 counter -                 gpxd.other_adjust:permits=1               75000
2026-03-02 31    counter -                 land.gcn.org.first.both:files=1           45000
2026-03-02 31:30 counter -                 land.appraisal.ind.change.both:files=1    170000
2026-03-02 31:30 counter -                 land.appraisal.org.change.both:files=1    355000
2026-03-02 31    counter poor              land.appraisal.ind.first.both:files=1     0
2026-03-02 31    counter poor              land.appraisal.org.first.both:files=1     215000
2026-03-02 31    counter donated_land      land.gcn.org.change.land:files=1          0
2025-12-31 31    counter -                 land.gcn.ind.first.land:files=1           no_rate
2026-08-07 31    online  -                 land.gcn.ind.first.land:files=1           no_rate
2026-03-02 31    counter -                 gdbd.register.org.both:files=1            350000
2026-08-08 31    online  -                 gdbd.register.ind.land:files=1            0
2026-03-02 31    post    -                 gdbd.info:files=1                         30000
2026-03-02 01    counter former_urban_ward land.gcn.ind.first.both:files=1           100000
2026-03-02 01    counter former_urban_ward=no land.gcn.ind.change.asset:files=1      14000
2026-03-02 01    counter -                 land.gcn.ind.reissue.both:files=1         needs_authority
2026-03-02 01    counter -                 land.gcn.org.reissue.both:files=1         200000
2026-03-02 01    counter -                 land.map_extract.org:files=2              60000
2026-03-02 46    online  -                 land.gcn.ind.first.both:files=1           0
2026-03-02 46    online  -                 ht.birth_late:cases=1                     0
2026-03-02 46    counter -                 ht.birth_late:cases=1                     no_rate
2025-07-01 33:33 online  -                 gpxd.house:permits=1                      0
2025-07-01 33:33 counter -                 gpxd.house:permits=1                      no_rate
2026-09-01 01    counter under_14          ht.change:cases=1                         5000
2026-09-01 01    counter under_14=no       ht.change:cases=1                         needs_authority
2026-09-01 01    counter under_14=no,poor  ht.change:cases=1                         needs_authority
2026-09-01 31:31 counter under_14          ht.change:cases=1                         0
2025-03-01 31:31 counter under_14          ht.change:cases=1                         10000
2026-11-20 25    online  -                 ht.marital_cert:cases=1                   no_rate
""".strip().splitlines()


def answer(book: FeeBook, row: str) -> tuple[Quote, str]:
    """What `book` says to a row, and what the row expects."""
    day, area, channel, facts, item, expected = row.split()
    quote = book.quote(
        [FeeItem.parse(item)],
        on=date.fromisoformat(day),
        area=area.strip("-"),
        channel=channel,
        facts=[] if facts == "-" else facts.split(","),
    )
    return quote, expected


@pytest.mark.parametrize("row", PRICES)
def test_the_amount_is_the_one_worked_out_by_hand(book: FeeBook, row: str) -> None:
    """Day, place, channel, facts and item give this amount, or this status."""
    quote, expected = answer(book, row)
    found = str(quote.status) if quote.total is None else str(quote.total.dong)
    assert found == expected, quote.explain("en")
    if quote.total is None:
        assert all(line.net is None or line.net >= 0 for line in quote.lines)
        assert len(quote.warnings) >= 1


def test_a_book_read_afresh_gives_the_same_amounts(book: FeeBook) -> None:
    """All rows at once, lines and articles included."""
    fresh = FeeBook(
        [parse_pack(file.read_bytes(), file.name) for file in (Path(fees.__file__).parent / "packs").iterdir()]
    )
    for row in PRICES:
        assert answer(fresh, row)[0].to_dict() == answer(book, row)[0].to_dict()


@pytest.mark.parametrize(
    ("commune", "same_as", "facts"),
    [
        ("11887", "31:31", []),
        ("10804", "31:30", []),
        ("24787", "68:68", ["in_ward"]),
        ("25000", "68:68", ["in_ward=no"]),
        ("00004", "01", ["former_urban_ward"]),
    ],
)
@pytest.mark.parametrize("item", ["ht.marital_cert:cases=1", "gpxd.house:permits=1", "land.gcn.ind.first.land:files=1"])
def test_a_commune_prices_as_its_former_province(
    book: FeeBook, commune: str, same_as: str, facts: list[str], item: str
) -> None:
    """The same amounts, articles and warnings; what the commune tells need not be stated."""
    for channel in ("counter", "online", "post"):
        here = book.quote([FeeItem.parse(item)], on=date(2026, 9, 1), area=commune, channel=channel)
        there = book.quote([FeeItem.parse(item)], on=date(2026, 9, 1), area=same_as, channel=channel, facts=facts)
        for one in ("status", "total", "citations"):
            assert getattr(here, one) == getattr(there, one)
        assert [told.text() for told in here.warnings] == [told.text() for told in there.warnings]
