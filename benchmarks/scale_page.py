"""What the model of scale says, as the table of docs/explanation/scale.*.md; `tools/bench_table.py` writes it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from scale_sim import ANSWER as ANSWERED_AFTER
from scale_sim import SLOTS, day, first_limit, scenarios

if TYPE_CHECKING:
    from pathlib import Path

    from scale_sim import Site

START, END = "<!-- scale: begin -->", "<!-- scale: end -->"
_HOUR: Final = 60.0


class _Words(NamedTuple):
    """One language."""

    head: str
    columns: tuple[str, ...]
    names: tuple[str, ...]
    none: str
    minutes: str
    hours: str
    busy: str
    limit: str
    portal: str
    database: str
    worker: str
    point: str
    thousands: str


_WORDS: Final = {
    "en": _Words(
        head="One worker sends {rate} events a second ({source}; at most {most}: {slots} slots, {answer} s an answer).",
        columns=("installation", "dossiers a day", "longest wait", "workers busy", "database busy", "first limit"),
        names=(
            "one commune, SQLite in one file",
            "a province",
            "the largest province",
            "the same, portal away from 8 to 10",
            "the same, portal takes 5 a second",
            "the largest province, bad case",
            "the whole country in one database",
            "the same, bad case",
        ),
        none="none",
        minutes="{:.0f} minutes",
        hours="{} hours",
        busy="{busy} % of {workers}",
        limit="{what}, at {many} a day",
        portal="portal",
        database="database",
        worker="workers",
        point=".",
        thousands=",",
    ),
    "vi": _Words(
        head="Một worker gửi {rate} sự kiện mỗi giây ({source}; nhiều nhất {most}: {slots} chỗ, {answer} giây một câu trả lời).",  # noqa: E501 - one sentence
        columns=("nơi cài đặt", "hồ sơ mỗi ngày", "chờ lâu nhất", "worker bận", "CSDL bận", "giới hạn gặp trước tiên"),
        names=(
            "một xã, SQLite trong một tệp",
            "một tỉnh",
            "tỉnh lớn nhất",
            "như trên, Cổng DVC ngừng từ 8 đến 10 giờ",
            "như trên, Cổng DVC chỉ nhận 5 mỗi giây",
            "tỉnh lớn nhất, trường hợp xấu",
            "cả nước trong một cơ sở dữ liệu",
            "như trên, trường hợp xấu",
        ),
        none="không",
        minutes="{:.0f} phút",
        hours="{} giờ",
        busy="{busy} % của {workers}",
        limit="{what}, ở mức {many} mỗi ngày",
        portal="Cổng DVC",
        database="cơ sở dữ liệu",
        worker="worker",
        point=",",
        thousands=".",
    ),
}


def page(rate: float, source: str, language: Literal["en", "vi"]) -> str:
    """The table with its markers."""
    words = _WORDS[language]
    rows = [row(number, site, language) for number, site in enumerate(scenarios(rate).values())]
    table = [f"| {' | '.join(cells)} |" for cells in (words.columns, ("---",) * len(words.columns), *rows)]
    return "\n".join([START, head(rate, source, language), "", *table, END])


def head(rate: float, source: str, language: Literal["en", "vi"]) -> str:
    """What the table rests on."""
    words = _WORDS[language]
    most = SLOTS / ANSWERED_AFTER
    answer = f"{ANSWERED_AFTER:g}".replace(".", words.point)
    told = (
        source
        if language == "en"
        else source.replace("row", "dòng").replace("of", "ngày").replace("assumed", "giả định")
    )
    return words.head.format(rate=f"{min(rate, most):.0f}", source=told, most=f"{most:.0f}", slots=SLOTS, answer=answer)


def row(number: int, site: Site, language: Literal["en", "vi"]) -> tuple[str, ...]:
    """One scenario, by its place among all."""
    words, told = _WORDS[language], day(site)
    wait = max(told["longest_wait_minutes"].values())
    limit, many = next(iter(first_limit(site).items()))
    kind = limit.split()[0]
    what = {"portal": words.portal, "database": words.database}.get(kind, words.worker if kind.isdigit() else kind)
    share = told["workers_busy"] * 100
    busy = f"{share:.0f}" if share >= 1 else f"{share:.1g}"
    return (
        words.names[number],
        _whole(site.dossiers, words),
        _wait(wait, words),
        words.busy.format(busy=busy.replace(".", words.point), workers=site.workers),
        f"{told['database_busy'] * 100:.0f} %",
        words.limit.format(what=what, many=_whole(many, words)),
    )


def _wait(minutes: float, words: _Words) -> str:
    if minutes < 1:
        return words.none
    if minutes < _HOUR:
        return words.minutes.format(minutes)
    return words.hours.format(f"{minutes / _HOUR:.1f}".removesuffix(".0").replace(".", words.point))


def _whole(number: float, words: _Words) -> str:
    rounded = round(number, -2) if number >= 1000 else round(number)  # noqa: PLR2004 - thousands
    return f"{rounded:,.0f}".replace(",", words.thousands)


def written(text: str, made: str) -> str:
    """`text` with the table in place of the one between its markers."""
    before, _, rest = text.partition(START)
    return before + made + rest.partition(END)[2]


def pages(root: Path) -> dict[Path, Literal["en", "vi"]]:
    """The files that hold it."""
    folder = root / "docs" / "explanation"
    return {folder / "scale.en.md": "en", folder / "scale.md": "vi"}
