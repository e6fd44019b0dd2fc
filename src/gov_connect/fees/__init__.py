"""What a procedure costs, by the law of that day and place, with the articles.

    book = FeeBook.default()
    quote = book.quote([FeeItem("ct.copy", pages=5, copies=3)], on=date(2026, 11, 20), area="31:31")
    quote.total, quote.explain()

The law is data: TOML packs under `packs/`. An amount that the packs do not hold is never replaced by
0, by the last known rate or by a neighbour's: the quote then says why it has no amount.
"""

from __future__ import annotations

from gov_connect.fees._law import Citation, Status
from gov_connect.fees._override import Override, TypedShare, typed_share
from gov_connect.fees._price import Line
from gov_connect.fees._raw import RawPack, parse_pack
from gov_connect.fees._values import Fact, FeeItem, Told
from gov_connect.fees._why import WhyNot
from gov_connect.fees.book import FeeBook
from gov_connect.fees.quote import Quote
from gov_connect.model.dossier import Channel

__all__ = [
    "Channel",
    "Citation",
    "Fact",
    "FeeBook",
    "FeeItem",
    "Line",
    "Override",
    "Quote",
    "RawPack",
    "Status",
    "Told",
    "TypedShare",
    "WhyNot",
    "parse_pack",
    "typed_share",
]
