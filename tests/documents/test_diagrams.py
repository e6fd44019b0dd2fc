"""The drawings in the documents are those of the tables and of the imports."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from gov_connect.model import PaymentState

_spec = importlib.util.spec_from_file_location("diagrams", Path(__file__).parents[2] / "tools" / "diagrams.py")
assert _spec is not None
assert _spec.loader is not None
diagrams: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(diagrams)


def test_every_drawing_is_that_of_its_table() -> None:
    """`python tools/diagrams.py` mends it."""
    for language, page in enumerate(diagrams.DOCUMENTS):
        text = page.read_text(encoding="utf-8")
        assert diagrams.drawn(text, language) == text


def test_the_picture_of_the_house_is_that_of_its_imports() -> None:
    """A room that uses another, or one that is new, wants the picture drawn again."""
    wrong = [page.name for page, text in diagrams.pages().items() if page.read_text(encoding="utf-8") != text]
    assert wrong == []


def test_rooms_that_use_each_other_have_no_rows() -> None:
    """A circle is no house."""
    arrows = {name: set() for name in diagrams.ROOMS} | {"model": {"errors"}, "errors": {"model"}}
    with pytest.raises(ValueError, match="model"):
        diagrams.rows(arrows)


def test_a_changed_table_changes_the_drawing() -> None:
    """The check can fail: another way out of paid would be seen."""
    table = {state: dict(row) for state, row in diagrams.PAYMENTS.items()}
    before = diagrams.diagram(table, PaymentState.CREATED)
    assert "paid --> [*]" in before
    table[PaymentState.PAID][PaymentState.FAILED] = PaymentState.FAILED
    after = diagrams.diagram(table, PaymentState.CREATED)
    assert "paid --> failed" in after
    assert after != before


def test_a_missing_place_is_noticed() -> None:
    """A drawing is never left out in silence."""
    with pytest.raises(ValueError, match="payment states"):
        diagrams.drawn("no places here")
