"""A quote in sentences, with the warnings beside it. Texts come from the catalogue."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gov_connect.fees._law import EffectKind
from gov_connect.fees._schedules import dotted
from gov_connect.fees._values import Told, say
from gov_connect.model.dossier import Channel

if TYPE_CHECKING:
    from datetime import date

    from gov_connect.fees._price import Line
    from gov_connect.fees.quote import Quote
    from gov_connect.messages import Language


_CHANNEL_CODES: Final = {one: f"fees.channel.{one.value}" for one in Channel}


def warnings(quote: Quote) -> tuple[Told, ...]:
    """Everything a person at the counter should see beside the amounts, each once."""
    told: dict[str, Told] = {}
    unread = quote.book.unread
    for line in quote.lines:
        if line.ruling.notices or line.reason is not None or line.override is not None:
            told.update((one.text("vi"), one) for one in _line_warnings(quote, line))
        if not unread.isdisjoint(line.ruling.instruments):
            for key in _instruments(line):
                if key in unread:
                    one = quote.book.unread_notice(key)
                    told[one.text("vi")] = one
    if quote.request.claimed:
        return (*told.values(), *quote.hints)
    return tuple(told.values())


def _instruments(line: Line) -> list[str]:
    used = [cite.instrument for rate in line.rates for cite in rate.citations]
    return [*used, *(relief.citation.instrument for relief in line.applied)]


def _line_warnings(quote: Quote, line: Line) -> list[Told]:
    found = [one.told for one in line.ruling.notices]
    if line.reason is not None:
        reason = line.reason
        vi, en = f"{line.charge.name}: {reason.text('vi')}", f"{line.charge.name_en}: {reason.text('en')}"
        found.append(Told(reason.code, vi=vi, en=en))
        found += [Told("fees.warning.free_anyway", vi=vi, en=en) for vi, en in _free_anyway(line)]
        if quote.book.needs_narrower_area(line.charge.code, quote.request):
            found.append(Told("fees.warning.area", line.charge.names))
    if line.override is not None:
        found.append(Told("fees.warning.typed", line.charge.names))
    return found


def _free_anyway(line: Line) -> list[tuple[str, str]]:
    """Reliefs that leave nothing to pay whatever the missing amount is."""
    if line.lawless:
        return []
    free = [one for one in line.ruling.reliefs if one.effect.kind is EffectKind.FREE]
    return [
        (
            say("fees.warning.free_anyway", "vi", charge=line.charge.name, provision=one.citation.text),
            say("fees.warning.free_anyway", "en", charge=line.charge.name_en, provision=one.citation.text),
        )
        for one in free
    ]


@lru_cache(maxsize=1024)  # one day, a few places, three channels
def _head(language: Language, on: date, place: str, channel: Channel) -> str:
    day = f"{on.day:02d}/{on.month:02d}/{on.year}"
    return say("fees.explain.head", language, day=day, area=place, channel=say(_CHANNEL_CODES[channel], language))


def explain(quote: Quote, language: Language) -> str:
    """The whole quote as sentences, one line each."""
    request = quote.request
    place = quote.book.law.areas.name(request.chain[0])
    rows = [_head(language, request.on, place, request.channel)]
    subsidy = 0
    for number, line in enumerate(quote.lines, 1):
        rows += _sentences(number, line, language)
        subsidy += line.subsidy
    total = quote.total
    if total is None:
        rows.append(quote.standing.text(language))
    else:
        rows.append(say("fees.explain.total", language, total=dotted(total.dong)))
    if subsidy:
        rows.append(say("fees.explain.subsidy_total", language, amount=dotted(subsidy)))
    rows += [f"! {told.text(language)}" for told in quote.warnings]
    return "\n".join(rows)


def _sentences(number: int, line: Line, language: Language) -> list[str]:
    name = line.charge.name if language == "vi" else line.charge.name_en
    basis = line.ruling.basis if line.override is None else line.override.citation
    if line.gross is None:
        said = line.reason.text(language) if line.reason else ""
        return [f"{number}. {name}: {said}" + (f" ({basis})" if basis else "")]
    amount, formula = dotted(line.gross), line.formula
    worked = amount if formula == amount else f"{formula} = {amount}"
    rows = [f"{number}. {name}: {worked} đồng — {basis}"]
    for relief in line.applied:
        code = "fees.explain.subsidy" if relief.subsidy else "fees.explain.relief"
        off = line.subsidy if relief.subsidy else line.relief
        said = say(code, language, amount=dotted(off), net=dotted(line.net or 0))
        rows.append(f"   {said} — {relief.citation.text}")
    if line.override is not None:
        rows.append(f"   {say('fees.explain.typed', language)}: {line.override.reason}")
    rows += [f"   {say('fees.explain.passed_over', language)} — {relief.citation.text}" for relief in line.passed_over]
    return rows
