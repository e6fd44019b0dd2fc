"""`gov-connect residents`: look a person up, or verify. The question comes from a file or the standard input,
never from the command line, where every process of the machine could read it. Answers are masked.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gov_connect import CitizenQuery, DossierCode, GovConnect, Officer, ProcedureCode, Purpose
from gov_connect.cli._say import NO, AsJson, answered, say, text_of
from gov_connect.errors import InvalidInput, Problem
from gov_connect.transport import Unreadable, as_object, parse_json

if TYPE_CHECKING:
    from gov_connect.model import Citizen

app = typer.Typer(
    name="residents",
    help="Tra cứu và xác thực dân cư; mỗi lần hỏi đều được ghi lại. Look people up; every question is recorded.",
    no_args_is_help=True,
)
WhoAsks = Annotated[str, typer.Option("--officer", help="Mã cán bộ. Officer's code.")]
Account = Annotated[str, typer.Option("--account", help="Tài khoản cán bộ. Officer's account.")]
ForProcedure = Annotated[str, typer.Option("--procedure", help="Mã thủ tục. Procedure the data are needed for.")]
ForDossier = Annotated[str, typer.Option("--dossier", help="Mã hồ sơ. Dossier they are needed for.")]
Basis = Annotated[str, typer.Option("--legal-basis", help="Căn cứ pháp lý. Legal basis.")]
Question = Annotated[
    Path, typer.Option("--file", help='JSON: {"citizen_id" | "old_id", "name", "born"}; "-" đọc từ stdin.')
]


@app.callback()
def group() -> None:
    """Cơ sở dữ liệu quốc gia về dân cư. The national residents database."""


@app.command("look-up")
def look_up(
    *,
    officer: WhoAsks,
    procedure: ForProcedure,
    dossier: ForDossier,
    file: Question = Path("-"),
    account: Account = "",
    legal_basis: Basis = "",
    sensitive: Annotated[
        bool, typer.Option("--sensitive", help="Thủ tục cần dân tộc, tôn giáo. The procedure needs them.")
    ] = False,
    reveal: Annotated[bool, typer.Option("--reveal", help="Hiện dữ liệu. Show the data in clear.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tra cứu một công dân. Look a citizen up; exit 1 when nobody matches exactly."""
    with answered(as_json=as_json), GovConnect.from_env() as gov:
        query = _query(file)
        asking = _asking(
            gov, Officer(code=officer, account=account), procedure, dossier, legal_basis, sensitive=sensitive
        )
        found = asking.residents.look_up(query)
    shown = None if found is None else json.loads(found.to_json() if reveal else found.model_dump_json())
    say({"found": found is not None, "citizen": shown}, _lines(found, shown, reveal=reveal), as_json=as_json)
    if found is None:
        raise typer.Exit(NO)


@app.command("verify")
def verify(
    *,
    officer: WhoAsks,
    procedure: ForProcedure,
    dossier: ForDossier,
    file: Question = Path("-"),
    account: Account = "",
    legal_basis: Basis = "",
    as_json: AsJson = False,
) -> None:
    """Xác thực một công dân. Verify; exit 1 when no citizen has exactly these data."""
    with answered(as_json=as_json), GovConnect.from_env() as gov:
        query = _query(file)
        asking = _asking(gov, Officer(code=officer, account=account), procedure, dossier, legal_basis)
        known = asking.residents.verify(query)
    say({"verified": known}, "đúng / yes" if known else "không khớp / no", as_json=as_json)
    if not known:
        raise typer.Exit(NO)


def _asking(
    gov: GovConnect, officer: Officer, procedure: str, dossier: str, legal_basis: str, *, sensitive: bool = False
) -> GovConnect:
    purpose = Purpose(
        procedure=ProcedureCode(procedure),
        dossier=DossierCode(dossier),
        legal_basis=legal_basis,
        sensitive=sensitive,
    )
    return gov.acting(officer=officer, purpose=purpose)


def _query(file: Path) -> CitizenQuery:
    """The question: asked at a terminal, else JSON."""
    if str(file) == "-" and sys.stdin.isatty():
        number = typer.prompt("Số định danh / number", hide_input=True).strip()
        name, born = typer.prompt("Họ và tên / name"), typer.prompt("Ngày sinh / born (yyyy-mm-dd, yyyy)")
        fields: dict[str, Any] = {"name": name, "born": born}
        fields["old_id" if len(number) == 9 else "citizen_id"] = number  # noqa: PLR2004 - digits of an old card
        return CitizenQuery(**fields)
    try:
        given = as_object(parse_json(text_of(file)))
    except Unreadable:
        given = None
    if given is None:
        raise InvalidInput("CitizenQuery", [Problem(path="", code="value.invalid")])
    return CitizenQuery.model_validate(given)


def _lines(found: Citizen | None, shown: dict[str, Any] | None, *, reveal: bool) -> str:
    if found is None or shown is None:
        return "không có ai khớp / nobody matches"
    if not reveal:
        return "có một công dân khớp (--reveal để xem) / one citizen matches (--reveal to see)"
    return "\n".join(f"{name}: {_plain(value)}" for name, value in shown.items() if value not in (None, "", []))


def _plain(value: Any) -> str:
    members = as_object(value)
    if members is not None:
        return ", ".join(f"{name}={inner}" for name, inner in members.items() if inner not in (None, ""))
    return str(value)
