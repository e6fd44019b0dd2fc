"""Why a relief does not count, and what a claimed fact would save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gov_connect.errors import InvalidInput, Problem
from gov_connect.fees._schedules import dotted
from gov_connect.fees._values import Told

if TYPE_CHECKING:
    from gov_connect.fees._law import Relief
    from gov_connect.fees._price import Line
    from gov_connect.fees.quote import Quote
    from gov_connect.messages import Language


@dataclass(frozen=True, slots=True)
class WhyNot:
    """One relief and everything that stands in its way on one line; nothing when it counts.

    Attributes:
        missing: facts not verified (one is enough where the provision lists alternatives).
    """

    charge: str
    relief: Relief
    reasons: tuple[Told, ...]
    missing: tuple[str, ...] = ()

    @property
    def applies(self) -> bool:
        """Whether the relief counts on this line."""
        return not self.reasons

    def text(self, language: Language = "vi") -> str:
        """One sentence: the provision, then what is in the way."""
        said = "; ".join(told.text(language) for told in self.reasons)
        done = Told("fees.why.applies").text(language)
        return f"{self.charge} — {self.relief.citation.text}: {said or done}"


def why_not(quote: Quote, name: str) -> tuple[WhyNot, ...]:
    """Look at every relief of the quoted charges, or at the one called `name`."""
    found = [
        _why(quote, line, relief)
        for line in quote.lines
        for relief in quote.book.law.reliefs
        if line.charge.code in relief.charges and name in {"", relief.id, relief.citation.key}
    ]
    if name and not found:
        raise InvalidInput("why_not", [Problem(path="relief", code="value.not_in_list")])
    return tuple(found)


def _why(quote: Quote, line: Line, relief: Relief) -> WhyNot:
    if relief in line.applied or any(one.id == relief.id for one in line.applied):
        return WhyNot(line.charge.code, relief, ())
    request, scope, law = quote.request, relief.scope, quote.book.law
    reasons: list[Told] = []
    if scope.area not in request.chain:
        reasons.append(Told("fees.why.area", {"area": law.areas.name(scope.area)}))
    segment = quote.book.segment(line.charge.code, request)
    in_force = {one.id for one in (*segment.reliefs[request.channel], *segment.subsidies[request.channel])}
    if request.channel not in scope.channels:
        channels = ", ".join(sorted(str(one) for one in scope.channels))
        reasons.append(Told("fees.why.channel", {"channels": channels}))
    elif scope.area in request.chain and relief.id not in in_force:
        reasons.append(Told("fees.why.window"))
    missing = scope.when.missing(request.held)
    if missing:
        names = ", ".join(law.facts[one].vi for one in missing)
        english = ", ".join(law.facts[one].en for one in missing)
        reasons.append(Told("fees.why.facts", {"facts": names, "facts_en": english}))
    if not reasons and scope.when.holds(request.held):
        reasons.append(Told("fees.why.less_favourable" if line.gross else "fees.why.nothing_due"))
    elif not reasons:
        reasons.append(Told("fees.why.excluded"))
    return WhyNot(line.charge.code, relief, tuple(reasons), missing)


def hints(quote: Quote) -> tuple[Told, ...]:
    """For each line, the saving that the claimed facts would bring once they are verified."""
    request = quote.request
    if not request.claimed - request.held:
        return ()
    proven = quote.what_if(facts=request.facts | request.claimed)
    told: list[Told] = []
    for now, then in zip(quote.lines, proven.lines, strict=True):
        if now.net is None or then.net is None or then.net >= now.net:
            continue
        told.append(Told("fees.hint", _saving(quote, now, then)))
    return tuple(told)


def _saving(quote: Quote, now: Line, then: Line) -> dict[str, str]:
    facts = quote.book.law.facts
    used = frozenset[str]().union(
        *(relief.scope.when.names for relief in then.applied), *(rate.scope.when.names for rate in then.rates)
    )
    needed = sorted(used & quote.request.claimed - quote.request.held)
    evidence = [one.evidence for one in then.applied if one.evidence]
    evidence += [facts[name].evidence for name in needed if facts[name].evidence]
    return {
        **now.charge.names,
        "amount": dotted(then.net or 0),
        "facts": ", ".join(facts[name].vi for name in needed),
        "facts_en": ", ".join(facts[name].en for name in needed),
        "evidence": "; ".join(dict.fromkeys(evidence)) or "-",
    }
