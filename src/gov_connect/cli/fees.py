"""`gov-connect fees`: quotes and the care of law packs.

Exit codes: 0 done, 1 the answer is "no", 2 wrong usage, 3 an outside system failed.
"""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from gov_connect._fee_packs import active_book, source_at
from gov_connect.cli import WRONG_USAGE
from gov_connect.errors import ConfigurationError, InvalidInput, Problem
from gov_connect.fees import FeeBook, FeeItem, Status, parse_pack
from gov_connect.fees.audit import audit as audit_collected
from gov_connect.fees.cases import run_cases
from gov_connect.fees.check import check as check_book
from gov_connect.fees.check import errors
from gov_connect.fees.compare import diff as compare_books
from gov_connect.fees.compare import requests
from gov_connect.fees.compare import upcoming as changes_ahead
from gov_connect.fees.dossiers import read_dossiers
from gov_connect.fees.update import PackRefused
from gov_connect.settings import PREFIX, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gov_connect.fees import RawPack
    from gov_connect.messages import Language

app = typer.Typer(
    name="fees",
    help="Phí, lệ phí và các gói luật. Fees, charges and the law packs.",
    no_args_is_help=True,
)

_NO, _OUTSIDE_FAILED = 1, 3
_CATALOGUE = ("charge", "province")
_SHIPPED = Path("-")

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
        priced = _in_force().quote(
            [FeeItem.parse(one) for one in item],
            on=_day(on),
            area=area,
            channel=channel,
            facts=frozenset(fact or ()),
            claimed=claimed or (),
        )
        shape, text = priced.to_dict(language), priced.explain(language)
    except InvalidInput as error:
        _refuse(error)
    _say(shape, as_json=as_json, text=text)
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
    """So sánh hai bộ gói. Compare two pack sets on their cases and on a dossier file; exit 1 if they differ.

    "-" names the packs of the package. A folder with its own catalogue stands alone; other packs are laid over those
    of the package, from which the packs that either side names are taken away first.
    """
    try:
        old_packs, new_packs = _packs_at(before), _packs_at(after)
        parts = [() if _whole(path, packs) else packs for path, packs in ((before, old_packs), (after, new_packs))]
        replaced = [pack for part in parts for pack in part]
        old, new = (
            _book(packs, replaced if part else ()) for packs, part in zip((old_packs, new_packs), parts, strict=True)
        )
        asked = read_dossiers(_text(dossiers)) if dossiers else ()
        found = compare_books(old, new, requests(old, new, asked))
    except InvalidInput as error:
        _refuse(error)
    rows = [one.to_dict() for one in found]
    _say({"differences": rows}, as_json=as_json, text=_lines(rows))
    _exit(good=not found)


@app.command("update")
def update(
    source: Annotated[str, typer.Argument(help="Thư mục hoặc địa chỉ; trống: GOV_CONNECT_FEES__SOURCE.")] = "",
    *,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Nhận gói luật đã ký. Take a signed delivery into force; exit 1 when it is refused, 3 when it cannot be read."""
    language: Language = "en" if english else "vi"
    try:
        chosen = Settings().fees
        place = source or (chosen.source if chosen else "")
        if chosen is None or not place:
            raise ConfigurationError([Problem(path=f"{PREFIX}FEES__SOURCE", code="value.not_configured")])
        done = active_book(chosen).update(source_at(place), _today())
    except PackRefused as refusal:
        shape = {"accepted": False, "code": refusal.code, "text": refusal.text(language)}
        _say(shape, as_json=as_json, text=refusal.text(language))
        raise typer.Exit(_OUTSIDE_FAILED if refusal.code == "fees.pack.unreadable" else _NO) from None
    except ConfigurationError as error:
        _refuse(error)
    rows = [one.to_dict() for one in done.differences]
    shape = {"accepted": True, "name": done.name, "version": done.version, "differences": rows}
    _say(shape, as_json=as_json, text="\n".join([f"{done.name} {done.version}", *map(_line, rows)]))


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
        found = changes_ahead(_in_force(), start, days, area)
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
        report = audit_collected(_in_force(), read_dossiers(_text(dossiers)))
    except InvalidInput as error:
        _refuse(error)
    shape = report.to_dict()
    total = f"{shape['dossiers']}: +{shape['over']} / -{shape['under']} / ? {len(report.unjudged)}"
    _say(shape, as_json=as_json, text="\n".join([_lines([*shape["wrong"], *shape["cannot_judge"]]), total]).strip())
    _exit(good=not report.wrong)


def _in_force() -> FeeBook:
    """The packs of the package, or what signed deliveries put in their place; no other setting is looked at."""
    if not any(name.upper().startswith(f"{PREFIX}FEES__") for name in os.environ):
        return FeeBook.default()
    try:
        chosen = Settings().fees
        return FeeBook.default() if chosen is None else active_book(chosen).book
    except ConfigurationError as error:
        _refuse(error)


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
    packs = _packs_at(path)
    return _book(packs, () if _whole(path, packs) else packs)


def _packs_at(path: Path) -> list[RawPack]:
    if path == _SHIPPED:
        return list(FeeBook.default().law.packs)
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    try:
        packs = [parse_pack(file.read_bytes(), file.name) for file in files]
    except OSError:
        raise typer.BadParameter(str(path)) from None
    if not packs:
        raise typer.BadParameter(str(path))
    return packs


def _whole(path: Path, packs: Sequence[RawPack]) -> bool:
    """Whether a folder brings its own catalogue and so makes a book alone."""
    if path != _SHIPPED and (not path.is_dir() or len(packs) == 1):
        return False
    return all(any(one.entries(part) for one in packs) for part in _CATALOGUE)


def _book(packs: Sequence[RawPack], replaced: Iterable[RawPack]) -> FeeBook:
    """`packs` alone, or on top of those of the package that no pack of `replaced` names."""
    shipped, names = FeeBook.default().law, {pack.name for pack in replaced}
    kept = [pack for pack in shipped.packs if pack.name not in names] if names else []
    return FeeBook([*kept, *packs], communes=shipped.areas.communes)


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _lines(rows: Sequence[dict[str, Any]]) -> str:
    return "\n".join(map(_line, rows))


def _say(shape: dict[str, Any], *, as_json: bool, text: str) -> None:
    typer.echo(json.dumps(shape, ensure_ascii=False, indent=2) if as_json else text)


def _refuse(error: InvalidInput | ConfigurationError, code: int = WRONG_USAGE) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(code)


def _exit(*, good: bool) -> None:
    if not good:
        raise typer.Exit(_NO)
