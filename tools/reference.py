"""Writes the reference pages that come from the code itself, in both languages, before the site is built.

    python tools/reference.py        fills docs/reference/generated/, which is not kept in the repository

Errors with remedies, settings, commands, operations with their evidence, and the modules of the public surface.
"""

from __future__ import annotations

import ast
import inspect
import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import typer
from pydantic import BaseModel

from gov_connect import __all__ as public_names
from gov_connect.adapters.catalogue import entries
from gov_connect.cli._app import app
from gov_connect.cli._tree import speak, walk
from gov_connect.messages import CATALOGUE
from gov_connect.settings import PREFIX, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gov_connect.messages import Language

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "reference" / "generated"
MODULES = ("gov_connect.client", "gov_connect.model", "gov_connect.errors", "gov_connect.fees", "gov_connect.inbound")
WORDS: dict[str, dict[Language, str]] = {
    "errors": {"vi": "Mã lỗi và thông báo", "en": "Error codes and messages"},
    "errors.lead": {
        "vi": "Mỗi mã là cố định qua các phiên bản. Nhật ký và phần mềm nên dựa vào mã, không dựa vào câu chữ.",
        "en": "Every code is stable across releases. Logs and programs should go by the code, not by the words.",
    },
    "code": {"vi": "Mã", "en": "Code"},
    "text": {"vi": "Nội dung", "en": "Text"},
    "remedy": {"vi": "Cần làm gì", "en": "What to do"},
    "no_remedy": {
        "vi": "Không cần làm gì thêm ngoài việc sửa chỗ được nêu.",
        "en": "Nothing beyond correcting what is named.",
    },
    "other": {"vi": "Tiếng Anh", "en": "In Vietnamese"},
    "settings": {"vi": "Cấu hình", "en": "Settings"},
    "settings.lead": {
        "vi": "Biến môi trường, tiền tố `GOV_CONNECT_`; cấp dưới nối bằng `__`. Sai nhiều chỗ thì báo hết một lần.",
        "en": "Environment variables, prefix `GOV_CONNECT_`, nested by `__`. All wrong ones are named at once.",
    },
    "variable": {"vi": "Biến", "en": "Variable"},
    "kind": {"vi": "Kiểu", "en": "Type"},
    "default": {"vi": "Mặc định", "en": "Default"},
    "meaning": {"vi": "Ý nghĩa", "en": "Meaning"},
    "required": {"vi": "bắt buộc", "en": "required"},
    "commands": {"vi": "Dòng lệnh", "en": "Command line"},
    "commands.lead": {
        "vi": "Mã kết thúc: 0 xong, 1 câu trả lời là “không”, 2 dùng sai, 3 hệ thống bên ngoài lỗi.",
        "en": "Exit codes: 0 done, 1 the answer is “no”, 2 wrong usage, 3 an outside system failed.",
    },
    "operations": {"vi": "Thao tác và mức bằng chứng", "en": "Operations and their evidence"},
    "operations.lead": {
        "vi": "CONFIRMED: hai nguồn độc lập hoặc văn bản chính thức. SEEN: một nguồn. GUESS: suy đoán.",
        "en": "CONFIRMED: two independent sources or an official document. SEEN: one source. GUESS: inference.",
    },
    "api": {"vi": "Lớp và hàm", "en": "Classes and functions"},
}
LANGUAGES: tuple[Language, ...] = ("vi", "en")


def word(key: str, language: Language) -> str:
    """A heading in one language."""
    return WORDS[key][language]


def write(name: str, language: Language, lines: list[str]) -> None:
    """One page; Vietnamese is the site's first language, English has the suffix."""
    suffix = ".md" if language == "vi" else ".en.md"
    page = OUT / f"{name}{suffix}"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def cell(text: str) -> str:
    """`text` inside a table: one line, no bars, no HTML."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def errors(language: Language) -> None:
    """The list of all codes, and a page for each."""
    rows = [f"# {word('errors', language)}", "", word("errors.lead", language), ""]
    rows += [f"| {word('code', language)} | {word('text', language)} |", "| --- | --- |"]
    for code, message in sorted(CATALOGUE.items()):
        page = code.replace(".", "-")
        said = message.vi if language == "vi" else message.en
        other = message.en if language == "vi" else message.vi
        remedy = message.remedy_vi if language == "vi" else message.remedy_en
        rows.append(f"| [`{code}`]({page}.md) | {cell(said)} |")
        body = [f"# `{code}`", "", cell(said), "", f"## {word('remedy', language)}", ""]
        body += [cell(remedy) or word("no_remedy", language), "", f"## {word('other', language)}", "", cell(other)]
        write(f"errors/{page}", language, body)
    write("errors/index", language, rows)


def documented(model: type[BaseModel]) -> dict[str, str]:
    """The sentences under the fields of a settings class, its bases' included."""
    found: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        if not issubclass(cls, BaseModel) or cls.__module__.startswith("pydantic"):
            continue
        body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
        assert isinstance(body, ast.ClassDef)
        for field, below in zip(body.body, body.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr) and isinstance(field.target, ast.Name):
                found[field.target.id] = str(ast.literal_eval(below.value))
    return found


def variables(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str, str]]:
    """Name, type, default and meaning of every variable of a settings class."""
    words = documented(model)
    for name, field in model.model_fields.items():
        variable = f"{prefix}{name.upper()}"
        nested = [kind for kind in (field.annotation, *get_args(field.annotation)) if is_model(kind)]
        if nested:
            for kind in nested:
                yield from variables(kind, f"{variable}__")
            continue
        default = word("required", "en") if field.is_required() else shown(field.get_default(call_default_factory=True))
        yield variable, kind_of(field.annotation), default, words.get(name, "")


def is_model(kind: object) -> bool:
    """Whether `kind` is a group of settings."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def shown(default: object) -> str:
    """A default as it would be typed."""
    return "" if default in (None, "", {}) else f"`{getattr(default, 'value', default)}`"


def kind_of(annotation: Any) -> str:
    """A short name of a type; choices are listed."""
    if get_origin(annotation) is Annotated:
        return kind_of(get_args(annotation)[0])
    arguments = get_args(annotation)
    if str(annotation).startswith("typing.Literal"):
        return ", ".join(f"`{choice}`" for choice in arguments)
    names = [kind_of(one) for one in arguments if one is not type(None)]
    return " / ".join(names) if names else getattr(annotation, "__name__", str(annotation))


def settings(language: Language) -> None:
    """Every variable."""
    rows = [f"# {word('settings', language)}", "", word("settings.lead", language), ""]
    heads = [word(key, language) for key in ("variable", "kind", "default", "meaning")]
    rows += [f"| {' | '.join(heads)} |", "| --- | --- | --- | --- |"]
    for variable, kind, default, meaning in variables(Settings, PREFIX):
        value = word("required", language) if default == word("required", "en") else default
        rows.append(f"| `{variable}` | {cell(kind)} | {cell(value)} | {cell(meaning)} |")
    write("settings", language, rows)


def commands(language: Language) -> None:
    """Every command with its options, in the words that its help page has."""
    rows = [f"# {word('commands', language)}", "", word("commands.lead", language), ""]
    root = typer.main.get_command(app)
    speak(root, language)
    for words, command in walk(root):
        if hasattr(command, "commands") and not getattr(command, "invoke_without_command", False):
            continue
        rows += [f"## `{f'gov-connect {words}'.strip()}`", "", cell(command.help or ""), ""]
        for parameter in command.params:
            rows.append(f"- `{', '.join(parameter.opts)}` {cell(getattr(parameter, 'help', None) or '')}".rstrip())
        rows.append("")
    write("commands", language, rows)


def operations(language: Language) -> None:
    """Every operation of every adapter."""
    rows = [f"# {word('operations', language)}", "", word("operations.lead", language), ""]
    rows += ["| operation | wire | generation | effect | grade | section |", "| --- | --- | --- | --- | --- | --- |"]
    for entry in entries():
        facts = entry.facts
        values = (facts.wire, facts.generation, str(facts.effect), facts.grade.value, facts.section)
        rows.append(f"| `{entry.system}.{entry.name}` | {' | '.join(cell(value) for value in values)} |")
    write("operations", language, rows)


def api(language: Language) -> None:
    """The modules, read from their docstrings."""
    rows = [f"# {word('api', language)}", "", ", ".join(f"`{name}`" for name in public_names), ""]
    for module in MODULES:
        rows += [f"::: {module}", ""]
    write("api", language, rows)


def main() -> None:
    """Write all pages anew."""
    shutil.rmtree(OUT, ignore_errors=True)
    for language in LANGUAGES:
        for page in (errors, settings, commands, operations, api):
            page(language)


if __name__ == "__main__":
    main()
