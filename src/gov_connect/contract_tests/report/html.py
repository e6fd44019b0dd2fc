"""The report as one page that needs nothing else: readable by those who never saw a wire, in two languages."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib import resources
from string import Template
from typing import TYPE_CHECKING, Any, Final

from gov_connect.contract_tests.levels import Level
from gov_connect.contract_tests.rules import requirements
from gov_connect.contract_tests.wires import WIRES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gov_connect.contract_tests.levels import Result

_LEVELS: Final = {
    Level.PASS: ("Đạt", "Kept"),
    Level.WARNING: ("Lưu ý", "Warning"),
    Level.REVIEW: ("Cần xem xét", "Review"),
    Level.FAIL: ("Không đạt", "Not kept"),
    Level.SKIP: ("Chưa kiểm tra", "Not run"),
    Level.OMIT: ("Không áp dụng", "Not applicable"),
}
_ORDER: Final = (Level.FAIL, Level.REVIEW, Level.WARNING, Level.PASS, Level.SKIP, Level.OMIT)
_GRADES: Final = {
    "CONFIRMED": ("Bằng chứng: chắc chắn", "Evidence: confirmed"),
    "SEEN": ("Bằng chứng: một nguồn", "Evidence: one source"),
    "GUESS": ("Bằng chứng: suy đoán", "Evidence: inferred"),
}
_TARGETS: Final = {
    "fake": ("hệ thống giả lập của bộ kiểm thử, trong tiến trình", "the kit's own mocks, in process"),
    "mock": ("hệ thống giả lập của bộ kiểm thử, qua mạng nội bộ", "the kit's own mocks, over sockets"),
}
_SUBJECTS: Final = {
    "system": ("Hệ thống trả lời có đúng không", "Whether the system answers rightly"),
    "client": ("Phần mềm gửi đi có đúng không", "Whether the client sends rightly"),
    "adapter": ("Bộ chuyển đổi có đúng không", "Whether the adapter is right"),
}


def as_html(made: dict[str, Any], results: Sequence[Result]) -> str:
    """The page."""
    return _page().substitute(
        verdict="good" if made["passed"] else "bad",
        sentence=_both(*_sentence(made)),
        facts=_facts(made),
        tiles="".join(_tile(level, made["counts"][level.value]) for level in _ORDER),
        wires="".join(
            _wire(wire, [result for result in results if result.wire == wire])
            for wire in dict.fromkeys(result.wire for result in results)
        ),
    )


def _both(vi: str, en: str) -> str:
    """A text in both languages; the page shows one."""
    return f'<span lang="vi">{escape(vi)}</span><span lang="en">{escape(en)}</span>'


def _sentence(made: dict[str, Any]) -> tuple[str, str]:
    failed, waived = made["counts"][Level.FAIL.value] - made["waived"], made["waived"]
    run = sum(made["counts"].values()) - made["counts"][Level.SKIP.value] - made["counts"][Level.OMIT.value]
    exempt = (f", miễn trừ {waived}", f", {waived} waived") if waived else ("", "")
    if failed:
        return (
            f"Không đạt: {failed} trong {run} yêu cầu đã kiểm tra chưa được đáp ứng{exempt[0]}.",
            f"Not passed: {failed} of {run} requirements tested are not kept{exempt[1]}.",
        )
    if not run:
        return ("Chưa kiểm tra yêu cầu nào.", "No requirement was tested.")
    return (f"Đạt: đã kiểm tra {run} yêu cầu{exempt[0]}.", f"Passed: {run} requirements tested{exempt[1]}.")


def _facts(made: dict[str, Any]) -> str:
    writes = ("có", "yes") if made["writes"] else ("không, chỉ đọc", "no, read-only")
    rows = (
        ("Đối tượng", "Target", *_TARGETS.get(made["target"], (made["target"], made["target"]))),
        ("Thời điểm", "Time", made["at"].replace("T", " "), made["at"].replace("T", " ")),
        ("Có ghi dữ liệu thử", "Test data written", *writes),
        ("Bộ kiểm thử", "Kit", f"gov_connect {made['kit']}", f"gov_connect {made['kit']}"),
    )
    return "".join(f"<dt>{_both(vi, en)}</dt><dd>{_both(one, two)}</dd>" for vi, en, one, two in rows)


def _tile(level: Level, count: int) -> str:
    faint = "" if count else " none"
    return f'<li class="{level.value.lower()}{faint}"><b>{count}</b> {_both(*_LEVELS[level])}</li>'


def _wire(name: str, results: Sequence[Result]) -> str:
    known = WIRES.get(name)
    heading = _both(known.vi, known.en) if known else escape(name)
    parts = "".join(
        f"<h3>{_both(*_SUBJECTS[subject])}</h3>{_table(rows)}"
        for subject in _SUBJECTS
        if (rows := [result for result in results if result.subject == subject])
    )
    return f"<section><h2>{heading} <code>{escape(name)}</code></h2>{parts}</section>"


def _table(results: Sequence[Result]) -> str:
    ordered = sorted(results, key=lambda result: _ORDER.index(result.level))
    heads = (("Kết quả", "Result"), ("Yêu cầu", "Requirement"), ("Căn cứ", "Basis"))
    head = "".join(f'<th scope="col">{_both(*texts)}</th>' for texts in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(_row(result) for result in ordered)}</tbody></table>"


def _row(result: Result) -> str:
    found = ""
    if result.found_vi:
        found = f'<p class="found">{_both(f"Thấy: {result.found_vi}", f"Seen: {result.found_en}")}</p>'
    if result.waiver:
        until = f" ({result.waiver.until:%d/%m/%Y})" if result.waiver.until else ""
        found += f'<p class="waiver">{_both("Miễn trừ: ", "Waived: ")}{escape(result.waiver.reason + until)}</p>'
    if result.exchanges:
        shown = "".join(f"<pre>{escape(text)}</pre>" for text in result.exchanges)
        label = _both("Thông điệp (đã che dữ liệu)", "Messages (masked)")
        found += f"<details><summary>{label}</summary>{shown}</details>"
    level = result.level.value.lower()
    name = escape(result.test.partition(":")[2])
    return (
        f'<tr class="{level}"><td><span class="level">{_both(*_LEVELS[result.level])}</span></td>'
        f'<td>{_both(result.vi, result.en)}{found}<p class="id"><code>{name}</code></p></td>'
        f"<td>{''.join(_basis(name) for name in result.requirements)}"
        f'<p class="id">{_both(*_GRADES[result.grade])}</p></td></tr>'
    )


def _basis(citation: str) -> str:
    known = requirements()[citation]
    source = f"<br>{escape(known.source)}" if known.source else ""
    return f"<p>{_both(known.vi, known.en)}{source}<br><code>{escape(citation)}</code></p>"


@cache
def _page() -> Template:
    return Template((resources.files("gov_connect.contract_tests.report") / "page.html").read_text(encoding="utf-8"))
