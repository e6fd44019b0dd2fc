"""`gov-connect fees`: quotes and the care of law packs.

Exit codes: 0 done, 1 the answer is "no", 2 wrong usage, 3 an outside system failed.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from gov_connect.cli import WRONG_USAGE
from gov_connect.errors import InvalidInput
from gov_connect.fees import FeeBook, FeeItem, Status, parse_pack
from gov_connect.fees.audit import audit as audit_collected
from gov_connect.fees.cases import cases_of, run_cases
from gov_connect.fees.check import check as check_book
from gov_connect.fees.check import errors
from gov_connect.fees.compare import Dossier, read_dossiers
from gov_connect.fees.compare import diff as compare_books
from gov_connect.fees.compare import upcoming as changes_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gov_connect.messages import Language

app = typer.Typer(
    name="fees",
    help="Phí, lệ phí và các gói luật. Fees, charges and the law packs.",
    no_args_is_help=True,
)

_NO = 1

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
InEnglish = Annotated[bool, typer.Option("--english", help="Nói tiếng Anh. Speak English.")]
PackPath = Annotated[Path, typer.Argument(help="Một tệp gói hoặc thư mục gói. A pack file or folder.")]


@app.command("quote")
def quote(
    *,
    on: Annotated[str, typer.Option("--on", help="Ngày nộp hồ sơ. Filing day, yyyy-mm-dd.")],
    item: Annotated[list[str], typer.Option("--item", help="ct.copy:pages=5,copies=3 (lặp lại được)")],
    area: Annotated[str, typer.Option("--area", help="31 | 31:30 | mã xã; trống: cả nước")] = "",
    channel: Annotated[str, typer.Option("--channel", help="counter | online | post")] = "counter",
    fact: Annotated[list[str] | None, typer.Option("--fact", help="Đã xác minh (lặp lại được)")] = None,
    claimed: Annotated[list[str] | None, typer.Option("--claimed", help="Khai, chưa xác minh")] = None,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Tính phí, lệ phí kèm căn cứ. Price items, with articles. Exit 1 when there is no amount."""
    language: Language = "en" if english else "vi"
    try:
        priced = FeeBook.default().quote(
            [FeeItem.parse(one) for one in item],
            on=_day(on),
            area=area,
            channel=channel,
            facts=frozenset(fact or ()),
            claimed=claimed or (),
        )
    except InvalidInput as error:
        _refuse(error)
    _say(priced.to_dict(language), as_json=as_json, text=priced.explain(language))
    _exit(good=priced.status is Status.PRICED)


@app.command("check")
def check(pack: PackPath, *, english: InEnglish = False, as_json: AsJson = False) -> None:
    """Kiểm tra gói: cấu trúc, chồng chéo, khoảng trống. Check a pack with the packs of this package."""
    language: Language = "en" if english else "vi"
    try:
        found = check_book(_with(pack))
    except InvalidInput as error:
        rows = [{"level": "error", "code": one.code, "path": one.path} for one in error.problems]
        _say(
            {"ok": False, "findings": rows},
            as_json=as_json,
            text="\n".join(one.text(language) for one in error.problems),
        )
        raise typer.Exit(_NO) from None
    wrong = errors(found)
    _say(
        {"ok": not wrong, "findings": [one.to_dict(language) for one in found]},
        as_json=as_json,
        text="\n".join(f"{one.level}: {one.text(language)}" for one in found),
    )
    _exit(good=not wrong)


@app.command("test")
def run_golden_cases(
    pack: Annotated[Path | None, typer.Argument(help="Trống: các gói có sẵn. Default: own packs.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Chạy các ca kiểm thử trong gói. Run the golden cases inside the packs."""
    try:
        results = run_cases(FeeBook.default() if pack is None else _with(pack))
    except InvalidInput as error:
        _refuse(error, code=_NO)
    failed = [one for one in results if not one.passed]
    said = [f"{one.case.id} ({one.case.pack}): {one.differences}" for one in failed]
    _say(
        {"cases": len(results), "failed": [one.to_dict() for one in failed]},
        as_json=as_json,
        text="\n".join([*said, f"{len(results) - len(failed)}/{len(results)}"]),
    )
    _exit(good=not failed)


@app.command("diff")
def diff(
    before: PackPath,
    after: PackPath,
    *,
    dossiers: Annotated[Path | None, typer.Option("--dossiers", help="JSON")] = None,
    as_json: AsJson = False,
) -> None:
    """So sánh hai bộ gói. Compare two pack sets on their cases and on a dossier file; exit 1 if they differ."""
    try:
        old, new = _with(before), _with(after)
        requests = [*_requests(old), *_requests(new)]
        requests += read_dossiers(_text(dossiers)) if dossiers else ()
        found = compare_books(old, new, {one.id: one for one in requests}.values())
    except InvalidInput as error:
        _refuse(error)
    rows = [one.to_dict() for one in found]
    _say({"differences": rows}, as_json=as_json, text=_lines(rows))
    _exit(good=not found)


@app.command("upcoming")
def upcoming(
    *,
    days: Annotated[int, typer.Option("--days", min=1, max=5000)] = 90,
    after: Annotated[str, typer.Option("--from", help="yyyy-mm-dd; mặc định hôm nay")] = "",
    area: Annotated[str, typer.Option("--area")] = "",
    as_json: AsJson = False,
) -> None:
    """Các mốc thay đổi sắp tới. The changes of law ahead."""
    try:
        start = _day(after) if after else _today()
        found = changes_ahead(FeeBook.default(), start, days, area)
    except InvalidInput as error:
        _refuse(error)
    rows = [one.to_dict() for one in found]
    _say({"changes": rows}, as_json=as_json, text=_lines(rows))


@app.command("audit")
def audit(
    dossiers: Annotated[Path, typer.Argument(help="JSON, mỗi hồ sơ có 'collected'.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Đối chiếu số đã thu với số phải thu. Collected against due; exit 1 when something is wrong."""
    try:
        report = audit_collected(FeeBook.default(), read_dossiers(_text(dossiers)))
    except InvalidInput as error:
        _refuse(error)
    shape = report.to_dict()
    total = f"{shape['dossiers']}: +{shape['over']} / -{shape['under']} / ? {len(report.unjudged)}"
    _say(shape, as_json=as_json, text="\n".join([_lines([*shape["wrong"], *shape["cannot_judge"]]), total]).strip())
    _exit(good=not report.wrong)


def _today() -> date:
    # The system's clock, at the command line only: quotes themselves never look at it.
    return date.today()  # noqa: DTZ011 - a calendar day at the place of the person who asks


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(text) from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(str(path)) from None


def _with(path: Path) -> FeeBook:
    """The packs at `path` on top of those of the package."""
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    try:
        packs = [parse_pack(file.read_bytes(), file.name) for file in files]
    except OSError:
        raise typer.BadParameter(str(path)) from None
    if not packs:
        raise typer.BadParameter(str(path))
    return FeeBook.default().with_packs(packs)


def _requests(book: FeeBook) -> Sequence[Dossier]:
    return [
        Dossier(
            id=case.id,
            at=case.at,
            items=case.items,
            area=case.area,
            channel=case.channel,
            facts=case.facts,
        )
        for case in cases_of(book)
    ]


def _lines(rows: Sequence[dict[str, Any]]) -> str:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def _say(shape: dict[str, Any], *, as_json: bool, text: str) -> None:
    typer.echo(json.dumps(shape, ensure_ascii=False, indent=2) if as_json else text)


def _refuse(error: InvalidInput, code: int = WRONG_USAGE) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(code)


def _exit(*, good: bool) -> None:
    if not good:
        raise typer.Exit(_NO)
