"""The answer to "what does it cost": lines, total, warnings, and the reasons (fees.md §2.5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gov_connect.errors import InvalidInput, Problem
from gov_connect.fees import _explain, _views
from gov_connect.fees._law import Status
from gov_connect.fees._values import Told
from gov_connect.fees._why import WhyNot, hints, why_not
from gov_connect.fees.records import fingerprint
from gov_connect.model.money import Money, whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from gov_connect.fees._areas import Chain
    from gov_connect.fees._law import Citation
    from gov_connect.fees._override import Audit, Override
    from gov_connect.fees._price import Line
    from gov_connect.fees._values import Fact, FeeItem
    from gov_connect.fees.book import FeeBook
    from gov_connect.messages import Language
    from gov_connect.model.dossier import Channel

_WORST_FIRST: Final = (
    Status.CONFLICT,
    Status.ROUNDING_UNDEFINED,
    Status.NEEDS_AUTHORITY,
    Status.NO_RATE,
)


class Request(NamedTuple):
    """What was asked: the filing day, the place, the channel, the verified and the claimed facts.

    `held` adds to `facts` what follows from them and from the commune; it decides amounts.
    """

    items: tuple[FeeItem, ...]
    on: date
    area: str
    chain: Chain
    channel: Channel
    facts: frozenset[str]
    claimed: frozenset[str]
    held: frozenset[str]
    paid_on: date

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; sets are sorted."""
        return {
            "on": self.on.isoformat(),
            "area": self.area,
            "channel": str(self.channel),
            "facts": sorted(self.facts),
            "claimed": sorted(self.claimed),
            "paid_on": self.paid_on.isoformat(),
            "items": [item.to_dict() for item in self.items],
        }


@dataclass(frozen=True, slots=True)
class Quote:
    """A priced request. It keeps the book it was made by, so a later pack never changes it.

    Attributes:
        lines: one per item, in the order asked; lines of 0 đồng stay.
    """

    book: FeeBook
    request: Request
    lines: tuple[Line, ...]

    @property
    def status(self) -> Status:
        """The worst status among the lines; `PRICED` when all have an amount."""
        found = {line.status for line in self.lines}
        if len(found) == 1:
            return self.lines[0].status
        return next(status for status in _WORST_FIRST if status in found)

    @property
    def standing(self) -> Told:
        """The status in words: what the law forbids, what the packs lack, or what must be stated first."""
        status = self.status
        worst = [line for line in self.lines if line.status is status]
        if status is Status.NO_RATE and not all(line.lawless for line in worst):
            return Told("fees.status.missing")
        if status is Status.NEEDS_AUTHORITY and all(line.undecided for line in worst):
            return Told("fees.status.asked")
        return Told(f"fees.status.{status}")

    @property
    def total(self) -> Money | None:
        """What the applicant pays; None when any line has no amount."""
        due = 0
        for line in self.lines:
            if line.gross is None:
                return None
            due += line.gross - line.relief - line.subsidy
        return whole(due)

    @property
    def gross_total(self) -> Money | None:
        """The amount before reliefs and subsidies; None when any line has no amount."""
        known = [line.gross for line in self.lines if line.gross is not None]
        return Money(sum(known)) if len(known) == len(self.lines) else None

    @property
    def subsidy_total(self) -> Money:
        """What the budget pays instead of the applicant: a claim of the collecting body."""
        return Money(sum(line.subsidy for line in self.lines))

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every provision used, each once."""
        return tuple(dict.fromkeys(cite for line in self.lines for cite in line.citations))

    @property
    def warnings(self) -> tuple[Told, ...]:
        """Missing amounts, open questions of the law, texts not read in the original, hints."""
        return _explain.warnings(self)

    @property
    def hints(self) -> tuple[Told, ...]:
        """What claimed but unverified facts would save once proven."""
        return hints(self)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the request, the amounts and the packs: equal for equal input."""
        return fingerprint(self._record("vi"))

    def explain(self, language: Language = "vi") -> str:
        """Each line with formula, reliefs and articles, the total and the warnings."""
        return _explain.explain(self, language)

    def table(self, language: Language = "vi") -> str:
        """The lines as a plain-text table."""
        return _views.table(self, language)

    def to_html(self, language: Language = "vi") -> str:
        """The lines as an HTML table, escaped, for a counter screen."""
        return _views.html(self, language)

    def why_not(self, relief: str = "") -> tuple[WhyNot, ...]:
        """Why reliefs of these charges do not count; `relief` is an id or a citation key, "" for all.

        Raises:
            InvalidInput: no relief of these charges has that name.
        """
        return why_not(self, relief)

    def what_if(
        self,
        *,
        items: Iterable[FeeItem] | None = None,
        on: date | None = None,
        area: str | None = None,
        channel: Channel | str | None = None,
        facts: Iterable[str | Fact] | None = None,
        book: FeeBook | None = None,
    ) -> Quote:
        """The same request with something different; what is not named stays as it was."""
        asked = self.request
        return (book or self.book).quote(
            asked.items if items is None else items,
            on=asked.on if on is None else on,
            area=asked.area if area is None else area,
            channel=asked.channel if channel is None else channel,
            facts=asked.facts if facts is None else facts,
            claimed=asked.claimed,
            paid_on=asked.paid_on if on is None else None,
        )

    def override(self, line: int, typed: Override, audit: Audit | None = None) -> Quote:
        """This quote with the amount of line number `line` (from 0) typed by two officers.

        Args:
            line: number of the line, from 0.
            typed: the amount with its citation, reason and officers.
            audit: keeps the record of it, and when that fails, so does the override; unless given, the log of
                the book, which for quotes by `gov.fees` is `gov.audit`.

        Raises:
            InvalidInput: there is no such line, or nothing that keeps the record.
        """
        keep = audit or self.book.audit
        if keep is None:
            raise InvalidInput("Override", [Problem(path="audit", code="value.missing")])
        if not 0 <= line < len(self.lines):
            raise InvalidInput("Override", [Problem(path="line", code="value.not_in_list")])
        old = self.lines[line]
        keep(
            {
                "event": "fee_override",
                "quote": self.fingerprint,
                "charge": old.charge.code,
                "computed": old.net,
                "status": str(old.status),
                **typed.to_dict(),
            }
        )
        new = old._replace(
            status=Status.PRICED,
            gross=typed.amount.dong,
            relief=0,
            subsidy=0,
            applied=(),
            reason=None,
            override=typed,
        )
        return replace(self, lines=(*self.lines[:line], new, *self.lines[line + 1 :]))

    def to_dict(self, language: Language = "vi", *, full: bool = False) -> dict[str, Any]:
        """The JSON form; amounts are whole đồng, `total` is null when a line has no amount.

        `full` adds the request, the book's digest, the fingerprint and, per line, the status, the
        reason, names and whether the amount was typed.
        """
        if full:
            record = self._record(language)
            return {**record, "fingerprint": fingerprint(record)}
        total = self.total
        return {
            "status": str(self.status),
            "total": None if total is None else total.dong,
            "subsidy_total": self.subsidy_total.dong,
            "lines": [_views.line_dict(line) for line in self.lines],
            "warnings": [told.text(language) for told in self.warnings],
        }

    def _record(self, language: Language) -> dict[str, Any]:
        return {
            **self.to_dict(language),
            "lines": [_views.full_line_dict(line, language) for line in self.lines],
            "request": self.request.to_dict(),
            "book": self.book.digest,
        }
