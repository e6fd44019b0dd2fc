"""A quote kept beside its dossier, and opened again after the law, or our copy of it, has changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from gov_connect.errors import InvalidInput, Problem
from gov_connect.fees._values import FeeItem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.fees.book import FeeBook
    from gov_connect.fees.quote import Quote


def fingerprint(record: Mapping[str, Any]) -> str:
    """SHA-256 over what decides a quote: packs, request, amounts, typed amounts."""
    lines = [
        [line[name] for name in ("charge", "status", "gross", "relief", "net", "subsidy", "typed")]
        for line in record["lines"]
    ]
    content = {"book": record["book"], "request": record["request"], "lines": lines}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Reopened:
    """A stored quote beside what the present book would say.

    Attributes:
        total: đồng as stored; it stays valid for the dossier.
        book: digest of the packs it was made by.
        now: the same request by the present packs: a what-if, never a replacement.
    """

    total: int | None
    book: str
    now: Quote

    @property
    def other_packs(self) -> bool:
        """Whether the packs have changed since."""
        return self.book != self.now.book.digest

    @property
    def difference(self) -> int | None:
        """Đồng more (or less) by the present packs; None when either has no total."""
        total = self.now.total
        return None if total is None or self.total is None else total.dong - self.total


def reopen(record: Mapping[str, Any], book: FeeBook) -> Reopened:
    """Open what `Quote.to_dict(full=True)` stored.

    Raises:
        InvalidInput: the record was changed, or is none.
    """
    try:
        intact = fingerprint(record) == record["fingerprint"]
        asked = record["request"]
        items = [FeeItem.read(one) for one in asked["items"]]
        on, paid_on = date.fromisoformat(asked["on"]), date.fromisoformat(asked["paid_on"])
        area, channel, facts, claimed = (asked[name] for name in ("area", "channel", "facts", "claimed"))
        total, digest = record["total"], record["book"]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InvalidInput("record", [Problem(path="", code="value.invalid")]) from None
    if not intact:
        raise InvalidInput("record", [Problem(path="fingerprint", code="fees.record_changed")])
    now = book.quote(items, on=on, area=area, channel=channel, facts=facts, claimed=claimed, paid_on=paid_on)
    return Reopened(total, digest, now)
