"""Golden cases: they travel inside the packs and are priced again on every check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gov_connect.errors import InvalidInput
from gov_connect.fees._law import Status
from gov_connect.fees._values import FeeItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from gov_connect.fees.book import FeeBook
    from gov_connect.fees.quote import Quote
    from gov_connect.model.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request with the answer that the law gives.

    Attributes:
        total: đồng to pay, None when `status` is another than priced.
        lines: (charge, gross, relief or subsidy, net) where they matter.
        basis: the citation keys of the answer; None where the case does not say.
    """

    id: str
    pack: str
    at: date
    channel: str
    area: str
    facts: frozenset[str]
    items: tuple[FeeItem, ...]
    status: Status
    total: int | None
    subsidy: int | None
    lines: tuple[tuple[str, int, int, int], ...]
    basis: frozenset[str] | None

    def quote(self, book: FeeBook) -> Quote:
        """Price the case by `book`."""
        return book.quote(self.items, on=self.at, area=self.area, channel=self.channel, facts=self.facts)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How one case came out; it passed when `differences` is empty.

    Attributes:
        differences: (what, expected, found), as text.
    """

    case: Case
    differences: tuple[tuple[str, str, str], ...]

    @property
    def passed(self) -> bool:
        """Whether the book answers as the case says."""
        return not self.differences

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        rows = [{"what": w, "expected": e, "found": f} for w, e, f in self.differences]
        return {
            "id": self.case.id,
            "pack": self.case.pack,
            "passed": self.passed,
            "differences": rows,
        }


def cases_of(book: FeeBook) -> tuple[Case, ...]:
    """Every golden case in the packs of `book`.

    Raises:
        InvalidInput: an item of a case has a wrong quantity.
    """
    return tuple(read_case(entry, pack.file) for pack in book.law.packs for entry in pack.entries("case"))


def read_case(entry: Mapping[str, Any], pack: str = "") -> Case:
    """Read one case from its plain form."""
    basis = entry.get("basis")
    return Case(
        id=entry["id"],
        pack=pack,
        at=entry["at"],
        channel=entry.get("channel", "counter"),
        area=entry.get("area", ""),
        facts=frozenset(entry.get("facts", ())),
        items=tuple(FeeItem.read(one) for one in entry["items"]),
        status=Status(entry.get("status", Status.PRICED)),
        total=entry.get("total"),
        subsidy=entry.get("subsidy"),
        lines=tuple((c, g, r, n) for c, g, r, n in entry.get("lines", ())),
        basis=None if basis is None else frozenset(basis),
    )


def run_cases(book: FeeBook, cases: Iterable[Case] | None = None) -> tuple[CaseResult, ...]:
    """Price `cases` (those in the packs unless given) and compare."""
    return tuple(_run(book, case) for case in (cases_of(book) if cases is None else cases))


def _run(book: FeeBook, case: Case) -> CaseResult:
    try:
        quote = case.quote(book)
    except InvalidInput as error:
        return CaseResult(case, (("request", "valid", error.text("en")),))
    expected = _expected(case)
    found = _found(quote, case)
    differences = tuple(
        (what, str(expected[what]), str(found[what])) for what in expected if expected[what] != found[what]
    )
    return CaseResult(case, differences)


def _expected(case: Case) -> dict[str, object]:
    answer: dict[str, object] = {"status": str(case.status), "total": case.total}
    if case.subsidy is not None:
        answer["subsidy"] = case.subsidy
    if case.lines:
        answer["lines"] = list(case.lines)
    if case.basis is not None:
        answer["basis"] = sorted(case.basis)
    return answer


def _dong(money: Money | None) -> int | None:
    return None if money is None else money.dong


def _found(quote: Quote, case: Case) -> dict[str, object]:
    lines = [
        (line.charge.code, line.gross, None if line.gross is None else line.relief + line.subsidy, line.net)
        for line in quote.lines
    ]
    return {
        "status": str(quote.status),
        "total": _dong(quote.total),
        "subsidy": quote.subsidy_total.dong,
        "lines": lines if case.lines else [],
        "basis": sorted({cite.key for cite in quote.citations}),
    }
