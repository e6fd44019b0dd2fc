"""Every command speaks both languages, from the one catalogue, and is documented there."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from gov_connect import __version__
from gov_connect.cli import _tree
from gov_connect.cli._app import app
from gov_connect.cli._language import language
from gov_connect.cli._output import table, working
from gov_connect.delivery.admin import Lag
from gov_connect.delivery.health import Ring
from gov_connect.delivery.states import Lane, State
from gov_connect.fees.check import Level
from gov_connect.messages.answers import ANSWERS
from gov_connect.messages.commands import COMMANDS
from gov_connect.messages.metavars import METAVARS
from gov_connect.messages.options import OPTIONS
from gov_connect.messages.phrases import PHRASES
from gov_connect.messages.states import STATES, term
from gov_connect.model import PaymentState, RegistrationState
from gov_connect.runtime import Effect
from gov_connect.signing.verdict import Verdict
from gov_connect.workflows.case import Outcome

ROOT: Any = typer.main.get_command(app)
TREE = dict(_tree.walk(ROOT))
LEAVES = {
    words: command
    for words, command in TREE.items()
    if command.callback and (words == "adapters" or not hasattr(command, "commands"))
}
VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
STREAMS = {
    "audit export": "one JSON line an entry",
    "audit heads": "the heads are JSON",
    "mocks serve": "its first line is JSON",
    "mocks vendor": "its first line is JSON",
    "worker": "it tells JSON lines",
}
"""What prints JSON always, and so takes no --json."""


def run(*words: str, **environment: str) -> tuple[int, str]:
    """Exit code and everything that was said."""
    done = CliRunner().invoke(app, list(words), env=environment, prog_name="gov-connect")
    return done.exit_code, done.output


def test_every_command_has_its_entry_and_every_entry_its_command() -> None:
    """No help in the code, none that nobody reads."""
    assert set(COMMANDS) == set(TREE)


def test_every_option_has_its_meaning_and_every_meaning_its_option() -> None:
    """An option without words fails here, and so do words without an option."""
    used: set[int] = set()
    for words, command in TREE.items():
        for parameter in command.params:
            said = _tree.meaning(words, parameter.name)
            assert said is not None, f"{words} {parameter.name}"
            used.add(id(said))
    assert {key for key, entry in OPTIONS.items() if id(entry) not in used} == {"help"} & set(OPTIONS)


@pytest.mark.parametrize("words", sorted(TREE))
def test_a_help_page_speaks_one_language(words: str) -> None:
    """Vietnamese without a phrase of typer's own; English without a Vietnamese letter but for names of laws."""
    code, page = run(*words.split(), "--help", GOV_CONNECT_LANG="vi")
    assert code == 0
    assert page.startswith("Cách dùng: gov-connect")
    assert not re.search(r"Usage|Options:|Commands:|Arguments:|Show this|\[default|required", page)
    code, page = run(*words.split(), "--help", GOV_CONNECT_LANG="en")
    assert code == 0
    assert page.startswith("Usage: gov-connect")
    said = re.sub(r"NĐ \d|đồng", "", page)
    assert not VIETNAMESE.search(said), VIETNAMESE.findall(said)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"GOV_CONNECT_LANG": "vi"}, "vi"),
        ({"GOV_CONNECT_LANG": "en", "LANG": "vi_VN.UTF-8"}, "en"),
        ({"LC_ALL": "vi_VN", "LANG": "en_US"}, "vi"),
        ({"LC_MESSAGES": "en_GB", "LANG": "vi_VN"}, "en"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_FR"}, "en"),
    ],
)
def test_the_language_is_that_of_the_machine_or_of_our_variable(
    said: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours first, then those of POSIX in their order; English where nobody asks for Vietnamese."""
    for name in ("GOV_CONNECT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert language() == expected
    assert language(english=True) == "en"


def test_the_machine_is_asked_where_no_variable_says_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no LANG, and names languages in English."""
    for name in ("GOV_CONNECT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("locale.getlocale", lambda: ("Vietnamese_Vietnam", "1258"))
    assert language() == "vi"
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))
    assert language() == "en"


@pytest.mark.parametrize("words", sorted(LEAVES))
def test_every_command_that_prints_data_prints_json(words: str) -> None:
    """`--json` everywhere, but where the output is JSON anyway."""
    options = {option for parameter in LEAVES[words].params for option in parameter.opts}
    assert ("--json" in options) is (words not in STREAMS)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("fees", "quot"), "Không có lệnh 'quot'. Có phải là 'quote'?"),
        (("portal", "find"), "Thiếu 'MÃ_HỒ_SƠ'."),
        (("fees", "quote", "--on", "hôm nay", "--item", "ct.copy"), "Ngày phải có dạng yyyy-mm-dd."),
        (("delivery", "list", "--limit", "0"), "phải từ 1 trở lên"),
        (("delivery", "list", "--state", "lost"), "Phải là một trong: waiting, sent"),
        (("delivery", "show", "abc"), "phải là số nguyên"),
        (("delivery", "show", "9" * 20), "phải từ 9223372036854775807 trở xuống"),
        (("delivery", "replay", "1", "9" * 20), "phải từ 9223372036854775807 trở xuống"),
        (("portal", "reconcile", "a", "--format", "foo"), "không thuộc: 'table', 'json', 'csv'"),
        (("fees", "quote", "--nope"), "Không có tùy chọn --nope."),
        (("schemas", "list", "x"), "Thừa tham số: x"),
        (("check-copy", "khong-co.pdf"), "Kiểm tra đường dẫn"),
        (("mocks", "serve", "--faults", "sunny"), "Viết --faults rough"),
        (("sign", __file__, "--act", "x"), "Phải là một trong: personal"),
    ],
)
def test_wrong_usage_says_in_vietnamese_what_would_be_right(words: tuple[str, ...], said: str) -> None:
    """Exit 2, the usage line, and the sentence."""
    code, output = run(*words)
    assert code == 2, output
    assert said in output
    assert "Xem cách dùng: gov-connect" in output
    assert not re.search(r"Usage:|Try '|Error:|No such|Missing|Invalid value", output)


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("delivery", "show", "99", "--json"), 1, "cli.event_unknown"),
        (("adapters", "new", "BAD", "--json"), 2, "cli.system_name"),
    ],
)
def test_an_error_with_json_is_json(words: tuple[str, ...], code: int, error: str) -> None:
    """On the standard output, by its stable code; in words on the error stream."""
    done = CliRunner().invoke(app, list(words), env={"LANG": "vi_VN.UTF-8"})
    told = json.loads(done.stdout)
    assert (done.exit_code, told["error"], set(told)) == (code, error, {"error", "text", "remedy"})
    assert told["text"] in done.stderr
    assert told["remedy"] in done.stderr


def test_an_unknown_wire_is_wrong_usage_and_the_known_ones_are_named() -> None:
    """Before anything runs."""
    code, said = run("contract-tests", "--wire", "portal", "--wire", "nope", COLUMNS="300")
    assert (code, "--wire" in said, "civil_registry/G3" in said) == (2, True, True)


def test_an_option_without_its_value_is_named() -> None:
    """Typer shows no usage line for this one."""
    assert run("mocks", "serve", "--port") == (2, "Lỗi: Tùy chọn --port phải có giá trị.\n")


def test_a_defect_of_ours_shows_no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error nobody foresaw: its kind and what to do, never its text; exit 70. Places in the code on request."""

    def broken() -> list[str]:
        message = "NGUYỄN THỊ MẪU 000012345678"
        raise RuntimeError(message)

    monkeypatch.setattr("gov_connect.schemas.names", broken)
    code, output = run("schemas", "list")
    assert (code, "MẪU" in output, "RuntimeError" in output, "line" in output) == (70, False, True, False)
    code, output = run("schemas", "list", GOV_CONNECT_TRACE="1")
    assert (code, "MẪU 0" in output, "test_words.py" in output) == (70, False, True)


def test_answers_of_mocks_are_called_so() -> None:
    """Who has set nothing is told that nothing of it is real; not within the JSON."""
    done = CliRunner().invoke(app, ["portal", "find", "H99.201-261120-0001", "--json"])
    assert done.exit_code == 1
    assert "hệ thống giả lập" in done.stderr
    assert json.loads(done.stdout) == {"dossier": "H99.201-261120-0001", "found": False}


def test_completion_offers_commands_in_the_language_of_the_run() -> None:
    """What the shell asks for when Tab is pressed."""
    asked = {
        "_GOV_CONNECT_COMPLETE": "complete_zsh",
        "_TYPER_COMPLETE_ARGS": "gov-connect fees ",
        "GOV_CONNECT_LANG": "vi",
    }
    code, output = run(**asked)
    assert code == 0
    assert "quote" in output
    assert "Tính phí, lệ phí kèm căn cứ" in output


def test_a_table_is_plain_where_nobody_looks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tabs for programs; drawn at a terminal."""
    table(["a", "b"], [(1, "hai")])
    assert capsys.readouterr().out == "a\tb\n1\thai\n"
    terminal = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdout", terminal)
    table(["a", "b"], [(1, "hai")])
    assert "hai" in terminal.getvalue()
    assert "─" in terminal.getvalue()


def test_a_drawn_table_cuts_no_number_of_a_dossier(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At a narrow terminal a cell goes on in the next line; half a number would be another dossier's."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "24")
    table(["hồ sơ", "lỗi"], [("H99.201-261120-0001", "system.refused")])
    drawn = capsys.readouterr().out
    assert "…" not in drawn
    cells = [line.split("│")[1].strip() for line in drawn.splitlines() if line.startswith("│")]
    assert "".join(cells) == "H99.201-261120-0001"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sqlite:////var/lib/records.db", "sqlite:////var/lib/records.db"),
        ("postgresql://gc:bimat@db.example/gc", "postgresql://***@db.example/gc"),
    ],
)
def test_the_address_of_the_records_is_shown_without_its_password(address: str, shown: str) -> None:
    """As it was written, but for who logs in."""
    _, said = run("config", "explain", GOV_CONNECT_DATABASE_URL=address)
    assert f"GOV_CONNECT_DATABASE_URL = {shown} " in said


def test_progress_is_for_terminals(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of it reaches a file or a pipe."""
    with working("asking"):
        pass
    assert capsys.readouterr() == ("", "")


def test_every_answer_has_the_same_places_in_both_languages() -> None:
    """As the catalogue of errors is held."""
    for entry in [*ANSWERS.values(), *STATES.values(), *OPTIONS.values(), *COMMANDS.values()]:
        places = [set(re.findall(r"\{(\w+)\}", text)) for text in (entry.vi, entry.en)]
        assert places[0] == places[1]
        assert entry.vi
        assert entry.en


def test_every_phrase_of_typer_is_a_pattern() -> None:
    """And none translates what another has said already."""
    for pattern, said in PHRASES:
        assert re.compile(pattern)
        assert said


@pytest.mark.parametrize("words", LEAVES, ids=str)
@pytest.mark.parametrize("chosen", ["vi", "en"])
def test_values_have_names_of_the_language_and_none_of_python(words: str, chosen: str) -> None:
    """`--on NGÀY`, not `--on <str>`; the choices of an option may stand for themselves."""
    code, said = run(*words.split(), "--help", GOV_CONNECT_LANG=chosen)
    assert code == 0
    assert re.findall(r"<(?:str|int|float|path|list)\b[^>]*>", said) == []
    shown = re.findall(r"^  --\S+ ([^\s<]+)(?=  |\n)", said, re.MULTILINE)
    other = {entry.en if chosen == "vi" else entry.vi for entry in METAVARS.values()} - {
        entry.vi if chosen == "vi" else entry.en for entry in METAVARS.values()
    }
    assert set(shown) & other == set()


def test_every_name_of_a_value_is_used() -> None:
    """None is left for an option that is gone."""
    kinds = {"text", "figure", "path"}
    names = {parameter.name for command in TREE.values() for parameter in command.params}
    assert {key.split()[-1] for key in METAVARS} - kinds - names == set()


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("outcome", Outcome),
        ("event", State),
        ("lane", Lane),
        ("lag", Lag),
        ("alert", [*Ring, *(f"lag_{lag}" for lag in Lag)]),
        ("effect", Effect),
        ("payment", PaymentState),
        ("registration", RegistrationState),
        ("verdict", Verdict),
        ("level", Level),
    ],
)
def test_every_state_is_said_in_words_of_the_language(kind: str, members: Any) -> None:
    """An official reads no value of the code; a value that nobody named stands as it is."""
    for member in members:
        assert f"{kind}.{member}" in STATES
        assert VIETNAMESE.search(term(kind, member, "vi"))
        assert not VIETNAMESE.search(term(kind, member, "en"))
    assert term(kind, "new_one", "vi") == "new_one"


def test_the_version_is_said_for_people_and_for_programs() -> None:
    """`--version` needs no command, and `--json` no other place than behind one."""
    assert run("--version") == (0, f"gov-connect {__version__}\n")
    for words in (("--version", "--json"), ("--json", "--version")):
        code, said = run(*words)
        assert (code, json.loads(said)["version"]) == (0, __version__)
    code, said = run("--json", "doctor", GOV_CONNECT_LANG="vi")
    assert code == 2
    assert "--json đứng sau tên lệnh" in said


def test_the_doctor_names_what_it_examines_in_vietnamese() -> None:
    """Systems keep the name that is typed; the machine and the checks have words."""
    code, said = run("doctor", "--offline", GOV_CONNECT_LANG="vi")
    assert (code, "máy này / cơ sở dữ liệu: tốt" in said, "portal / gọi thử:" in said) == (0, True, True)
    code, said = run("doctor", "--offline", GOV_CONNECT_LANG="en")
    assert (code, "local / database: good" in said) == (0, True)
