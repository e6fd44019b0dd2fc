"""The generated reference: nothing in it is missing, and nothing of its word list is left over."""

from __future__ import annotations

import importlib.util
import pkgutil
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("typer")

_spec = importlib.util.spec_from_file_location("reference", Path(__file__).parents[2] / "tools" / "reference.py")
assert _spec is not None
assert _spec.loader is not None
reference: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(reference)


def fields(model: Any) -> set[tuple[str, str]]:
    """Name and sentence of every setting of a class, its groups' included."""
    words = reference.documented(model)
    found = set()
    for name, field in model.model_fields.items():
        nested = reference.groups(field.annotation)
        found |= set().union(*(fields(kind) for kind in nested)) if nested else {(name, words.get(name, ""))}
    return found


def test_every_setting_has_its_meaning_in_both_languages() -> None:
    """A new variable, or one whose sentence changed, wants its Vietnamese in `tools/settings_words.toml`."""
    missing = []
    for name, sentence in fields(reference.Settings):
        try:
            assert all(reference.meaning(name, sentence))
        except KeyError:
            missing.append((name, sentence))
    assert missing == []


def test_no_word_of_the_settings_is_left_over() -> None:
    """Each stands for a variable that there is."""
    found = {(name, " ".join(sentence.split())) for name, sentence in fields(reference.Settings)}
    unnamed = {"path" if name.endswith("_path") else name for name, sentence in found if not sentence}
    words = reference.SETTING_WORDS
    assert set(words["sentences"]) - {sentence for _, sentence in found} == set()
    assert set(words["names"]) - unnamed == set()


@pytest.mark.parametrize("name", sorted({name for page in reference.PAGES.values() for name in page}))
def test_what_a_page_describes_is_there(name: str) -> None:
    """Under the name by which the page asks for it, with a docstring."""
    assert (pkgutil.resolve_name(name).__doc__ or "").strip()


def test_every_page_has_its_title_in_both_languages() -> None:
    """No key is shown instead of words."""
    for page in reference.PAGES:
        assert all(reference.word(f"api.{page}", language) for language in reference.LANGUAGES)


def test_members_of_an_enumeration_keep_their_sentences() -> None:
    """Those with one, and those without."""
    assert list(reference.members(Kind)) == [("ONE", 1, "The first."), ("TWO", 2, "")]


class Kind(Enum):
    """For the test above."""

    ONE = 1
    """The first."""
    TWO = 2
