"""Writes the reference pages that come from the code itself, in both languages, before the site is built.

    python tools/reference.py        fills docs/reference/generated/, which is not kept in the repository

Errors with remedies, settings, commands, operations with their evidence, and the modules of the public surface.
"""

from __future__ import annotations

import ast
import inspect
import json
import shutil
import textwrap
import tomllib
from enum import Enum
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import typer
from pydantic import BaseModel, SecretStr

from gov_connect import __all__ as public_names
from gov_connect.adapters.catalogue import entries
from gov_connect.cli._app import app
from gov_connect.cli._tree import speak, walk
from gov_connect.delivery.reconciliation.causes import CAUSES
from gov_connect.messages import CATALOGUE
from gov_connect.settings import PREFIX, Settings, SystemSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gov_connect.messages import Language

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "reference" / "generated"
SYSTEMS = {
    "portal": ("national_portal.NationalPortal", "national_portal.NationalPortal2026"),
    "residents": ("residents.Residents",),
    "civil_registry": ("civil_registry.CivilRegistry",),
    "bundles": ("bundle_platform.BundlePlatform",),
    "national_payment": ("national_payment.NationalPayment",),
}
"""What stands on the façade under which name: the adapters' classes."""
PAGES: dict[str, tuple[str, ...]] = {
    "client": ("gov_connect.client.GovConnect", "gov_connect.client.AsyncGovConnect"),
    **{name: tuple(f"gov_connect.adapters.{one}" for one in classes) for name, classes in SYSTEMS.items()},
    "payments": ("gov_connect.payments",),
    "fees": ("gov_connect.fees",),
    "signing": ("gov_connect._signatures.service.Signatures", "gov_connect.signing"),
    "delivery": ("gov_connect._delivery.Delivery", "gov_connect.delivery"),
    "workflows": ("gov_connect._workflows.Workflows", "gov_connect.workflows"),
    "inbound": ("gov_connect.inbound",),
    "audit": ("gov_connect.audit.desk.Audit", "gov_connect.audit"),
    "forms": ("gov_connect.forms",),
    "reference_data": ("gov_connect.reference", "gov_connect.indicators"),
    "model": ("gov_connect.model",),
    "exceptions": ("gov_connect.errors",),
    "vendors": ("gov_connect.runtime",),
    "mocks": ("gov_connect.mocks", "gov_connect.contract_tests"),
}
"""Page -> what is described on it."""
LISTS = ("gov_connect.model", "gov_connect.delivery.states", "gov_connect.payments.states", "gov_connect.runtime")
"""Where the enumerations stand that users meet."""
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
        "vi": "Không cần làm gì: đây là một câu trong kết quả, không phải lỗi.",
        "en": "Nothing: this is a sentence of an answer, not an error.",
    },
    "other": {"vi": "Tiếng Anh", "en": "In Vietnamese"},
    "settings": {"vi": "Cấu hình", "en": "Settings"},
    "settings.lead": {
        "vi": "Biến môi trường, tiền tố `GOV_CONNECT_`; cấp dưới nối bằng `__`. Sai nhiều chỗ thì báo hết một lần.",
        "en": "Environment variables, prefix `GOV_CONNECT_`, nested by `__`. All wrong ones are named at once.",
    },
    "settings.shared": {"vi": "Mọi hệ thống đều có", "en": "What every system has"},
    "settings.shared.lead": {
        "vi": "Viết ở đây cho Cổng; hệ thống khác thay `PORTAL` bằng tên của nó.",
        "en": "Written here for the portal; other systems have their own name in place of `PORTAL`.",
    },
    "settings.agencies": {"vi": "Nhiều đơn vị trong một tiến trình", "en": "Several agencies in one process"},
    "settings.agencies.lead": {
        "vi": "`GOV_CONNECT_AGENCIES` là JSON: mã định danh -> các nhóm ở trên, tên viết thường. Nhóm không nêu thì "
        'dùng chung. Ví dụ: `{"H99.12.7": {"name": "UBND xã Mẫu", "portal": {"base_url": "https://…", '
        '"username": "…"}}}`.',
        "en": "`GOV_CONNECT_AGENCIES` is JSON: identifier -> the groups above, in small letters. Groups that are not "
        'named are shared. For example: `{"H99.12.7": {"name": "UBND xã Mẫu", "portal": {"base_url": '
        '"https://…", "username": "…"}}}`.',
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
    "api.lead": {
        "vi": "Từ chuỗi mô tả trong mã nguồn (tiếng Anh). `Flow[T]`: qua `GovConnect` lời gọi trả về `T`; qua "
        "`AsyncGovConnect` thì `await` để có `T`.",
        "en": "From the docstrings. `Flow[T]`: called through `GovConnect` it returns `T`; through `AsyncGovConnect` "
        "it is awaited for `T`.",
    },
    "top": {"vi": "Tên lấy thẳng từ `gov_connect`", "en": "Names imported from `gov_connect` itself"},
    "page": {"vi": "Trang", "en": "Page"},
    "api.client": {
        "vi": "Mặt tiền: `GovConnect`, `AsyncGovConnect`",
        "en": "The façade: `GovConnect`, `AsyncGovConnect`",
    },
    "api.portal": {"vi": "`gov.portal`: Cổng Dịch vụ công quốc gia", "en": "`gov.portal`: the national portal"},
    "api.residents": {"vi": "`gov.residents`: dân cư", "en": "`gov.residents`: the residents database"},
    "api.civil_registry": {"vi": "`gov.civil_registry`: hộ tịch", "en": "`gov.civil_registry`: the civil registry"},
    "api.bundles": {"vi": "`gov.bundles`: hồ sơ liên thông", "en": "`gov.bundles`: interlinked dossiers"},
    "api.national_payment": {
        "vi": "`gov.national_payment`: nền tảng thanh toán quốc gia",
        "en": "`gov.national_payment`: the national payment platform",
    },
    "api.payments": {"vi": "`gov.payments`: thu, hoàn, đối soát", "en": "`gov.payments`: payments"},
    "api.fees": {"vi": "`gov.fees`: phí, lệ phí", "en": "`gov.fees`: fees"},
    "api.signing": {"vi": "`gov.signing`: ký và kiểm tra chữ ký", "en": "`gov.signing`: signatures"},
    "api.delivery": {"vi": "`gov.delivery`: gửi bền vững", "en": "`gov.delivery`: durable delivery"},
    "api.workflows": {"vi": "`gov.workflows`: trọn một thủ tục", "en": "`gov.workflows`: whole procedures"},
    "api.inbound": {"vi": "Nhận từ ngoài vào", "en": "What is pushed to the agency"},
    "api.audit": {"vi": "`gov.audit`: nhật ký kiểm toán", "en": "`gov.audit`: the audit log"},
    "api.forms": {"vi": "Tờ khai điện tử", "en": "E-forms"},
    "api.reference_data": {"vi": "Danh mục đơn vị, chỉ số", "en": "Reference data and indicators"},
    "api.model": {"vi": "Mô hình dữ liệu", "en": "The model"},
    "api.exceptions": {"vi": "Cây lỗi", "en": "The error tree"},
    "api.vendors": {"vi": "Cho người viết bộ chuyển đổi", "en": "For those who write adapters"},
    "api.mocks": {"vi": "Giả lập và bộ kiểm thử", "en": "Mocks and the contract kit"},
    "codes": {"vi": "Các mã và trạng thái", "en": "Codes and states"},
    "codes.lead": {
        "vi": "Từ chính các kiểu liệt kê trong mã nguồn; trạng thái hồ sơ, thanh toán còn có sơ đồ ở phần Giải thích.",
        "en": "From the enumerations themselves; dossier and payment states are drawn under Explanation too.",
    },
    "name": {"vi": "Tên", "en": "Name"},
    "value": {"vi": "Giá trị", "en": "Value"},
    "causes": {"vi": "Vì sao hai bên lệch nhau", "en": "Why two sides differ"},
    "causes.lead": {
        "vi": "Nguyên nhân mà `gov-connect reconcile` nêu, và việc cần làm.",
        "en": "The causes that `gov-connect reconcile` names, and what is to be done.",
    },
}
SETTING_WORDS = tomllib.loads((ROOT / "tools" / "settings_words.toml").read_text("utf-8"))
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


def variables(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str, tuple[str, str]]]:
    """Name, type, default and meaning (Vietnamese, English) of every variable of a settings class."""
    words = documented(model)
    for name, field in model.model_fields.items():
        variable = f"{prefix}{name.upper()}"
        nested = groups(field.annotation)
        if nested:
            for kind in nested:
                yield from variables(kind, f"{variable}__")
            continue
        default = word("required", "en") if field.is_required() else shown(field.get_default(call_default_factory=True))
        yield variable, kind_of(field.annotation), default, meaning(name, words.get(name, ""))


def groups(annotation: Any) -> list[type[BaseModel]]:
    """The groups of settings that a field may hold."""
    return [kind for kind in (annotation, *get_args(annotation)) if is_model(kind)]


def meaning(field: str, sentence: str) -> tuple[str, str]:
    """What a setting means, in Vietnamese and in English, by its sentence or else by its name.

    Raises:
        KeyError: `settings_words.toml` does not know it.
    """
    english = " ".join(sentence.split())
    if english:
        return SETTING_WORDS["sentences"][english], english
    vietnamese, english = SETTING_WORDS["names"]["path" if field.endswith("_path") else field]
    return vietnamese, english


def is_model(kind: object) -> bool:
    """Whether `kind` is a group of settings."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def shown(default: object) -> str:
    """A default as it would be typed."""
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, dict) and default:
        default = json.dumps(default)
    return "" if default in (None, "", {}, ()) else f"`{getattr(default, 'value', default)}`"


def kind_of(annotation: Any) -> str:
    """A short name of a type; choices are listed."""
    if get_origin(annotation) is Annotated:
        return kind_of(get_args(annotation)[0])
    if get_origin(annotation) is dict:
        return "JSON"
    arguments = [one for one in get_args(annotation) if one is not Ellipsis]
    if str(annotation).startswith("typing.Literal"):
        return ", ".join(f"`{choice}`" for choice in arguments)
    names = [kind_of(one) for one in arguments if one is not type(None)]
    return " / ".join(names) if names else getattr(annotation, "__name__", str(annotation))


def settings(language: Language) -> None:
    """Every variable: those of the client, those that every system has, and each system's own."""
    shared = set(SystemSettings.model_fields) - {"base_url"}
    fields = Settings.model_fields
    own = [name for name, field in fields.items() if not groups(field.annotation) and name != "agencies"]
    rows = [f"# {word('settings', language)}", "", word("settings.lead", language), ""]
    rows += setting_rows(language, ((name, PREFIX) for name in own), Settings)
    rows += ["", f"## {word('settings.shared', language)}", "", word("settings.shared.lead", language), ""]
    rows += setting_rows(language, ((name, f"{PREFIX}PORTAL__") for name in sorted(shared)), SystemSettings)
    for name, field in fields.items():
        for kind in groups(field.annotation) if name != "agencies" else ():
            mine = [one for one in kind.model_fields if one not in shared]
            rows += ["", f"## `{name}`", ""]
            rows += setting_rows(language, ((one, f"{PREFIX}{name.upper()}__") for one in mine), kind)
    rows += ["", f"## {word('settings.agencies', language)}", "", word("settings.agencies.lead", language)]
    write("settings", language, rows)


def setting_rows(language: Language, names: Iterable[tuple[str, str]], model: type[BaseModel]) -> list[str]:
    """The table of some of a settings class's variables: (field, what stands before it)."""
    heads = [word(key, language) for key in ("variable", "kind", "default", "meaning")]
    rows = [f"| {' | '.join(heads)} |", "| --- | --- | --- | --- |"]
    for name, prefix in names:
        found = dict.fromkeys(one for one in variables(model, prefix) if belongs(one[0], f"{prefix}{name.upper()}"))
        for variable, kind, default, (vietnamese, english) in found:
            value = word("required", language) if default == word("required", "en") else default
            says = vietnamese if language == "vi" else english
            rows.append(f"| `{variable}` | {cell(kind)} | {cell(value)} | {cell(says)} |")
    return rows


def belongs(variable: str, name: str) -> bool:
    """Whether a variable is this one, or of the group of this name."""
    return variable == name or variable.startswith(f"{name}__")


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


def members(kind: type[Enum]) -> Iterator[tuple[str, object, str]]:
    """Name, value and sentence of each member; one without a sentence of its own says its name."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(body, ast.ClassDef)
    words = {
        field.targets[0].id: str(ast.literal_eval(below.value))
        for field, below in pairwise(body.body)
        if isinstance(field, ast.Assign) and isinstance(field.targets[0], ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
    }
    for one in kind:
        yield one.name, one.value, words.get(one.name, "")


def codes(language: Language) -> None:
    """Every enumeration that users meet, and the causes of mismatches."""
    rows = [f"# {word('codes', language)}", "", word("codes.lead", language), ""]
    heads = [word(key, language) for key in ("name", "value", "meaning")]
    found = {kind for name in LISTS for kind in vars(import_module(name)).values() if inspect.isclass(kind)}
    for kind in sorted((kind for kind in found if issubclass(kind, Enum) and len(kind)), key=lambda one: one.__name__):
        if kind.__name__.startswith("_"):
            continue
        rows += [f"## `{kind.__name__}`", "", cell(inspect.getdoc(kind) or ""), ""]
        rows += [f"| {' | '.join(heads)} |", "| --- | --- | --- |"]
        rows += [f"| `{name}` | `{value}` | {cell(says)} |" for name, value, says in members(kind)]
        rows.append("")
    rows += [f"## {word('causes', language)}", "", word("causes.lead", language), ""]
    rows += [
        f"| {word('code', language)} | {word('text', language)} | {word('remedy', language)} |",
        "| --- | --- | --- |",
    ]
    for cause, facts in CAUSES.items():
        entry = CATALOGUE[facts.text]
        rows.append(f"| {cause} | {cell(entry.text(language, {}))} | {cell(entry.remedy(language, {}))} |")
    write("codes", language, rows)


def api(language: Language) -> None:
    """A page for each part, read from its docstrings, and a list of the pages."""
    rows = [f"# {word('api', language)}", "", word("api.lead", language), ""]
    for page, described in PAGES.items():
        title = word(f"api.{page}", language)
        rows.append(f"- [{title}]({page}.md)")
        body = [f"# {title}", ""]
        for name in described:
            body += [f"::: {name}", "    options:", f"      inherited_members: {str(not name.islower()).lower()}", ""]
        write(f"api/{page}", language, body)
    rows += ["", f"## {word('top', language)}", "", ", ".join(f"`{name}`" for name in public_names)]
    write("api/index", language, rows)


def main() -> None:
    """Write all pages anew."""
    shutil.rmtree(OUT, ignore_errors=True)
    for language in LANGUAGES:
        for page in (errors, settings, commands, operations, codes, api):
            page(language)


if __name__ == "__main__":
    main()
