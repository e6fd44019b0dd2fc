"""Every code that is raised has its texts, every text both languages, and the drawn error tree is the real one."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

import gov_connect
from gov_connect import errors, model
from gov_connect.messages import CATALOGUE
from gov_connect.messages.remedies import REMEDIES
from gov_connect.model._base import PersonalValue, Value
from gov_connect.model.text import Code, Personal

SOURCES = sorted(Path(gov_connect.__file__).parent.rglob("*.py"))
CODE = re.compile(r"[a-z_]+(?:\.[a-z_]+)+")
RAISERS = {"Rejected", "GovConnectError", "NotSupported", "Parked", "LedgerError", "UsageError", "OutsideSystemError"}
KEYWORD = {"Problem", "Refused"}
FAMILIES = {code.partition(".")[0] for code in CATALOGUE} - {"fees"}


def called(node: ast.Call) -> str:
    function = node.func
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def codes_in(source: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        parts: list[ast.expr] = []
        if name in RAISERS or (name == "__init__" and node.args):
            parts += node.args[:1]
        if name in RAISERS | KEYWORD:
            parts += [keyword.value for keyword in node.keywords if keyword.arg == "code"]
        for part in parts:
            found |= {
                leaf.value for leaf in ast.walk(part) if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
            }
    return {code for code in found if CODE.fullmatch(code)}


def test_some_codes_are_found():
    """The search itself works."""
    found = set().union(*(codes_in(source) for source in SOURCES))
    assert {"value.empty", "value.missing", "auth.failed", "desk.unknown_procedure", "ledger.key_conflict"} <= found


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: "/".join(source.parts[-2:]))
def test_every_code_that_is_raised_is_in_the_catalogue(source):
    """Rejected, Problem(code=…), and the codes of errors."""
    assert not codes_in(source) - set(CATALOGUE)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: "/".join(source.parts[-2:]))
def test_every_text_that_looks_like_a_code_is_one(source):
    """Tables of codes (pydantic's types, say) are held to the same."""
    literals = {
        node.value
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }
    suspects = {
        code for code in literals if code.startswith(("value.", "desk.", "support.", "system.", "auth.", "network."))
    }
    assert not suspects - set(CATALOGUE)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_entry_speaks_both_languages_about_the_same_things(code):
    """Vietnamese and English, with the same places; remedies in both or in neither."""
    entry = CATALOGUE[code]
    assert entry.vi.strip()
    assert entry.en.strip()
    places = [set(re.findall(r"\{(\w+)\}", text)) for text in (entry.vi, entry.en)]
    assert places[0] == places[1]
    assert bool(entry.remedy_vi) == bool(entry.remedy_en)
    for language in ("vi", "en"):
        assert "{" not in entry.text(language, {})


def test_a_code_without_a_remedy_is_a_word_of_an_answer():
    """Whoever meets an error or a finding is told what to do next."""
    families = [start for start, pair in REMEDIES.items() if pair == ("", "")]
    silent = [code for code, entry in CATALOGUE.items() if not entry.remedy_vi]
    assert [code for code in silent if not code.startswith(tuple(families))] == []


@pytest.mark.parametrize("start", sorted(REMEDIES))
def test_every_family_of_remedies_has_codes(start):
    """A family that nothing belongs to would be a remedy that nobody reads."""
    mine = [
        code
        for code in CATALOGUE
        if max((one for one in REMEDIES if code.startswith(one)), key=len, default="") == start
    ]
    said = {(CATALOGUE[code].remedy_vi, CATALOGUE[code].remedy_en) for code in mine}
    assert REMEDIES[start] in said


def test_the_tree_in_the_docstring_is_the_tree_of_classes():
    """Same names, same parents, no more and no less."""
    drawn: dict[str, str] = {}
    stack: list[str] = []
    for line in (inspect.getdoc(errors) or "").splitlines():
        match = re.match(r" {4}((?:[│ ] {3})*)(?:[├└]── )?(\w+)(?: {2,}.*)?$", line)
        if match is None or not isinstance(getattr(errors, match[2], None), type):
            continue
        depth = len(match[1]) // 4 + ("── " in line)
        stack[depth:] = [match[2]]
        drawn[match[2]] = stack[depth - 1] if depth else ""
    real = {
        name: "" if cls is errors.GovConnectError else _public_parent(cls)
        for name, cls in vars(errors).items()
        if isinstance(cls, type) and issubclass(cls, errors.GovConnectError) and not name.startswith("_")
    }
    assert drawn == real


def _public_parent(cls: type) -> str:
    return next(base.__name__ for base in cls.__mro__[1:] if not base.__name__.startswith("_"))


def test_officials_read_no_names_of_classes() -> None:
    """Whatever value is refused, the Vietnamese text calls it by its Vietnamese name; the English one keeps its own."""
    for name in model.__all__:
        getattr(model, name)  # loaded by its name
    kinds = [kind for base in (Value, PersonalValue, Personal, Code) for kind in descendants(base)]
    names = {kind.__name__ for kind in kinds if kind.__module__.startswith("gov_connect.")}
    assert len(names) >= 70
    refused = {name: errors.InvalidInput(name, []) for name in names if not name.startswith("_")}
    assert [name for name, error in refused.items() if name in error.text("vi") or name not in error.text("en")] == []


def descendants(kind: type) -> list[type]:
    return [found for below in kind.__subclasses__() for found in (below, *descendants(below))]


@pytest.mark.parametrize("code", ["value.store_key", "value.audit_key", "value.secret_short", "value.not_configured"])
def test_what_only_a_setting_can_be_wrong_about_sends_to_the_settings(code):
    """Whoever runs the program corrects it; no field of a dossier is meant."""
    assert CATALOGUE[code].remedy_en == CATALOGUE["settings.other_host"].remedy_en
    assert "config explain" in CATALOGUE[code].remedy_vi


def test_a_list_is_asked_of_whoever_gave_something_else():
    """Of the caller where it is a caller's value, of the pack's author where it stands in a pack."""
    assert "gov-connect fees check" in CATALOGUE["fees.not_a_list"].remedy_en
    assert CATALOGUE["value.not_a_list"].remedy_en == CATALOGUE["value.not_a_date"].remedy_en


@pytest.mark.parametrize("code", ["signing.xml.signed_already", "signing.pdf.certified"])
def test_what_is_signed_already_is_not_scanned_again(code):
    """There is a signature to be verified, or an original to be signed."""
    assert "gov-connect verify" in CATALOGUE[code].remedy_vi
    assert "unsigned original" in CATALOGUE[code].remedy_en
