"""What was collected against what was due: the list that refunds and later claims start from.

Source: Nghị định 02/2026/NĐ-CP, articles 10 and 11 (a wrong rate must be refunded).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gov_connect.fees.compare import dong

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gov_connect.fees.book import FeeBook
    from gov_connect.fees.compare import Dossier
    from gov_connect.fees.quote import Quote


@dataclass(frozen=True, slots=True)
class Collected:
    """One dossier: đồng due by law and đồng collected.

    Attributes:
        due: None when the law as known here gives no amount.
    """

    id: str
    due: int | None
    collected: int
    quote: Quote

    @property
    def judged(self) -> bool:
        """Whether every line has an amount or, by law, none; not so where the packs lack it."""
        return all(line.net is not None or line.lawless for line in self.quote.lines)

    @property
    def over(self) -> int:
        """What must be given back, in đồng; everything where the law has no rate; 0 unless judged."""
        return max(0, self.collected - self._lawful) if self.judged else 0

    @property
    def under(self) -> int:
        """What is missing, in đồng; 0 unless judged."""
        return max(0, self._lawful - self.collected) if self.judged else 0

    @property
    def _lawful(self) -> int:
        return sum(line.net or 0 for line in self.quote.lines)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "id": self.id,
            "status": str(self.quote.status),
            "judged": self.judged,
            "due": self.due,
            "collected": self.collected,
            "over": self.over,
            "under": self.under,
            "citations": [cite.key for cite in self.quote.citations],
        }


@dataclass(frozen=True, slots=True)
class AuditReport:
    """All dossiers with a recorded collection."""

    rows: tuple[Collected, ...]

    @property
    def wrong(self) -> tuple[Collected, ...]:
        """Dossiers where the collection differs from what is due."""
        return tuple(row for row in self.rows if row.over or row.under)

    @property
    def unjudged(self) -> tuple[Collected, ...]:
        """Dossiers whose amount the packs do not hold, or that an authority must decide."""
        return tuple(row for row in self.rows if not row.judged)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; sums are đồng."""
        return {
            "dossiers": len(self.rows),
            "wrong": [row.to_dict() for row in self.wrong],
            "cannot_judge": [row.to_dict() for row in self.unjudged],
            "over": sum(row.over for row in self.rows),
            "under": sum(row.under for row in self.rows),
        }


def audit(book: FeeBook, dossiers: Iterable[Dossier]) -> AuditReport:
    """Compare each recorded collection with the law of its filing day."""
    rows: list[Collected] = []
    for one in dossiers:
        if one.collected is not None:
            quote = one.quote(book)
            rows.append(Collected(one.id, dong(quote.total), one.collected, quote))
    return AuditReport(tuple(rows))
