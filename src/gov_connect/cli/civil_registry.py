"""`gov-connect civil-registry`: map a form, hand it to the registry, ask how it stands.

Nothing that a citizen typed is printed, only where it went. Exit codes: 0 done, 1 the answer is "no",
2 wrong usage, 3 an outside system failed.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from gov_connect.cli import WRONG_USAGE
from gov_connect.errors import GovConnectError, InvalidInput, OutsideSystemError

if TYPE_CHECKING:
    from gov_connect.adapters.civil_registry import Enclosure
    from gov_connect.errors import Problem
    from gov_connect.forms import FormReading

app = typer.Typer(
    name="civil-registry",
    help="Hộ tịch: đọc tờ khai, gửi đăng ký, hỏi tình trạng. Civil registry.",
    no_args_is_help=True,
)
_NO, _OUTSIDE_FAILED = 1, 3
_LARGEST_FORM = 8 << 20
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
FormFile = Annotated[Path, typer.Argument(help="Tờ khai điện tử, tệp JSON. The e-form as JSON.")]
Dossier = Annotated[str, typer.Option("--dossier", help="Mã hồ sơ của cơ quan. The agency's dossier number.")]
Unit = Annotated[str, typer.Option("--unit", help="Mã đơn vị tiếp nhận, 5 chữ số. The unit that received it.")]
Event = Annotated[str, typer.Option("--event", help="birth | death | marriage | marital_status | extract | …")]
Procedure = Annotated[str, typer.Option("--procedure", help="Mã thủ tục, thay cho --event. Instead of --event.")]
Generation = Annotated[str, typer.Option("--generation", help="legacy | bundle | portal | registry")]
Received = Annotated[str, typer.Option("--received", help="Thời điểm tiếp nhận, ISO 8601; bỏ trống: bây giờ.")]
Bundle = Annotated[str, typer.Option("--bundle", help="Mã hồ sơ liên thông quốc gia. National bundle code.")]


@app.callback()
def group() -> None:
    """Hộ tịch. Civil registry."""


@app.command("map")
def map_form(
    file: FormFile,
    *,
    event: Event = "",
    procedure: Procedure = "",
    generation: Generation = "",
    dossier: Dossier = "H99.201-260105-0001",
    unit: Unit = "99001",
    received: Received = "",
    as_json: AsJson = False,
) -> None:
    """Cho biết trường nào đã đọc, trường nào chưa, còn thiếu gì. Show what is mapped, unmapped and missing.

    Exit 1 while something is missing or wrong.
    """
    reading = _read(file, event, procedure, generation, dossier=dossier, unit=unit, received=received, bundle="")
    typer.echo(json.dumps(_shape(reading), ensure_ascii=False, indent=2) if as_json else _told(reading))
    if reading.problems:
        raise typer.Exit(_NO)


@app.command("submit")
def submit(
    file: FormFile,
    *,
    dossier: Dossier,
    unit: Unit,
    event: Event = "",
    procedure: Procedure = "",
    generation: Generation = "",
    received: Received = "",
    bundle: Bundle = "",
    paper: Annotated[
        list[str] | None, typer.Option("--paper", help="TÊN=TỆP, lặp lại được. Title=file, for bundles.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Đọc tờ khai và gửi tới hệ thống hộ tịch. Map a form and hand it to the registry; exit 1 when incomplete."""
    reading = _read(file, event, procedure, generation, dossier=dossier, unit=unit, received=received, bundle=bundle)
    if reading.found is None:
        typer.echo(_told(reading), err=True)
        raise typer.Exit(_NO)
    try:
        enclosed = tuple(_enclosure(text) for text in paper or ())
        from gov_connect.client import GovConnect  # noqa: PLC0415 - on first use

        with GovConnect.from_env() as gov:
            done = gov.civil_registry.submit(reading.found, files=enclosed)  # type: ignore[arg-type]
    except GovConnectError as error:
        _refuse(error)
    said = "đã có từ trước / already there" if done.already_there else "đã nhận / accepted"
    _say({"dossier": str(done.dossier), "already_there": done.already_there}, as_json=as_json, text=said)


@app.command("status")
def status(
    dossier: Annotated[str, typer.Argument(help="Mã hồ sơ của cơ quan. The agency's dossier number.")],
    *,
    unit: Unit,
    as_json: AsJson = False,
) -> None:
    """Hỏi tình trạng và số đăng ký. Ask how a dossier stands; exit 1 when the registry does not know it."""
    try:
        from gov_connect.client import GovConnect  # noqa: PLC0415 - on first use
        from gov_connect.model import DossierCode, RegistrationState  # noqa: PLC0415

        code = DossierCode(dossier)
        with GovConnect.from_env() as gov:
            found = gov.civil_registry.status(code, unit=_unit(unit))
            finished = found is not None and found.state is RegistrationState.REGISTERED
            entry = gov.civil_registry.results(code, unit=unit) if finished else None
    except GovConnectError as error:
        _refuse(error)
    shape: dict[str, Any] = {
        "dossier": dossier,
        "known": found is not None,
        "state": None if found is None else found.state.value,
        "raw_state": None if found is None else found.raw_state,
        "supplement": found is not None and found.request is not None,
        "number": None if entry is None else str(entry.number),
        "book": None if entry is None else str(entry.book),
        "page": None if entry is None else entry.page,
    }
    lines = [f"{name}: {value}" for name, value in shape.items() if value not in {None, ""}]
    _say(shape, as_json=as_json, text="\n".join(lines))
    if found is None:
        raise typer.Exit(_NO)


def _read(
    file: Path,
    event: str,
    procedure: str,
    generation: str,
    *,
    dossier: str,
    unit: str,
    received: str,
    bundle: str,
) -> FormReading:
    from gov_connect.forms import Tables, read_form  # noqa: PLC0415 - on first use
    from gov_connect.model import VIETNAM, CivilEvent, ProcedureCode  # noqa: PLC0415

    try:
        kind = CivilEvent(event) if event else None
        at = datetime.fromisoformat(received) if received else datetime.now(VIETNAM)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    try:
        if procedure and kind is None:
            kind = Tables.default().event_of(ProcedureCode(procedure))
        return read_form(
            _bytes(file),
            dossier=dossier,
            unit=_unit(unit),
            received_at=at if at.tzinfo else at.replace(tzinfo=VIETNAM),
            event=kind,
            generation=generation,
            bundle=bundle,
        )
    except GovConnectError as error:
        _refuse(error)


def _shape(reading: FormReading) -> dict[str, Any]:
    return {
        "event": str(reading.event),
        "generation": reading.generation,
        "complete": reading.found is not None,
        "mapped": dict(sorted(reading.mapped.items())),
        "derived": dict(sorted(reading.derived.items())),
        "unmapped": list(reading.unmapped),
        "elsewhere": list(reading.elsewhere),
        "ignored": list(reading.ignored),
        "missing": [{"path": need.path, "wording": need.wording, **_both(need.problem)} for need in reading.needs],
        "doubts": [{"path": problem.path, **_both(problem)} for problem in reading.doubts],
    }


def _both(problem: Problem) -> dict[str, str]:
    said = {language: problem.text(language).removeprefix(f"{problem.path}: ") for language in ("vi", "en")}
    return {"code": problem.code, **said}


def _told(reading: FormReading) -> str:
    shape = _shape(reading)
    lines = [f"{shape['event']} / {shape['generation']}"]
    lines += _section("Đã đọc / mapped", [f"{path} <- {leaf}" for path, leaf in shape["mapped"].items()])
    lines += _section("Suy ra / derived", [f"{path} <- {source}" for path, source in shape["derived"].items()])
    lines += _section("Chưa đọc / unmapped", shape["unmapped"])
    lines += _section("Thủ tục khác / for another procedure", shape["elsewhere"])
    missing = [
        f"{row['wording'] or row['path']} ({row['path']}): {row['vi']} / {row['en']}" for row in shape["missing"]
    ]
    lines += _section("Cần bổ sung / missing", missing)
    lines += _section("Cần xem lại / to be looked at", [f"{r['path']}: {r['vi']} / {r['en']}" for r in shape["doubts"]])
    return "\n".join(lines)


def _section(title: str, rows: list[str]) -> list[str]:
    return [f"{title} ({len(rows)})", *(f"  {row}" for row in rows)] if rows else []


def _enclosure(text: str) -> Enclosure:
    from gov_connect.adapters.civil_registry import Enclosure as Made  # noqa: PLC0415 - on first use

    title, mark, path = text.partition("=")
    if not mark or not path:
        raise typer.BadParameter(text, param_hint="--paper")
    return Made(title=title, name=path.replace("\\", "/").rpartition("/")[2], path=path)


def _unit(text: str) -> str:
    if len(text) != 5 or not (text.isascii() and text.isdigit()):  # noqa: PLR2004 - of a commune
        raise typer.BadParameter(text, param_hint="--unit")
    return text


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_FORM:
            raise typer.BadParameter(f"{path}: > {_LARGEST_FORM} B")
        return path.read_bytes()
    except OSError:
        raise typer.BadParameter(str(path)) from None


def _say(shape: dict[str, Any], *, as_json: bool, text: str) -> None:
    typer.echo(json.dumps(shape, ensure_ascii=False, indent=2) if as_json else text)


def _refuse(error: GovConnectError) -> NoReturn:
    typer.echo(f"{error.text('vi')} {error.remedy('vi')}".strip(), err=True)
    if isinstance(error, InvalidInput):
        typer.echo(error.text("en"), err=True)
    raise typer.Exit(_OUTSIDE_FAILED if isinstance(error, OutsideSystemError) else WRONG_USAGE)
