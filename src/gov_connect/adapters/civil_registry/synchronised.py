"""What the registry says of a new dossier: what it has, and what went wrong, in two lists (civil_registry.md §1.7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.civil_registry import lists, mapping
from gov_connect.adapters.civil_registry.wire import AUTHEN_ERROR, MISCONFIGURED, NOT_FOUND, SYSTEM
from gov_connect.adapters.reading import folded, is_list, leaves_of, opened, plain
from gov_connect.errors import UnexpectedReply
from gov_connect.transport import as_list, as_object

if TYPE_CHECKING:
    from gov_connect.adapters.civil_registry.wire import Answer
    from gov_connect.model import DossierCode
    from gov_connect.model.bundles import BundleResult

_SUCCESSES, _ERRORS = "listsuss", "listerr"
_DEEPEST: Final = 8
_ECHO: Final = frozenset({"inputsend", "errors"})
"""Members that repeat the question or tell faults: a dossier named there is not one that the registry has."""


def results_of(dossier: DossierCode, answer: Answer) -> tuple[BundleResult, ...]:
    """Rows of the list of successes that speak of `dossier`; () when the registry has no such dossier.

    The list of errors never makes a dossier known. It says "not there" only in plain words (`lists.NOT_THERE`);
    anything else there leaves the question open, since whoever asks may register a second time.

    Raises:
        UnexpectedReply: no list, or no answer about `dossier`.
    """
    held = _lists(answer.rest)
    if held is None:
        # Higher up where a gateway unwraps: the rows alone.
        found, faults = [*map(dict[str, Any], mapping.rows_in(answer))], list[object]()
        if not found and not is_list(opened(answer.value)):
            raise UnexpectedReply(system=SYSTEM, reason="no_list", raw=answer.text)
    else:
        entries = as_list(opened(held.get(_SUCCESSES)))
        apart = [(entry, _rows(entry)) for entry in entries]
        found = [row for _, rows in apart for row in rows]
        # A success without a row is none: its words are read like those of an error.
        faults = [entry for entry, rows in apart if not rows] + as_list(opened(held.get(_ERRORS)))
    ours = tuple(row for row in mapping.results_in(found) if row.dossier == dossier)
    if ours:
        return ours
    if found or not all(_is_absence(dossier, fault) for fault in faults):
        raise UnexpectedReply(system=SYSTEM, reason="no_answer_about_it", raw=answer.text)
    return ()


def says_not_there(dossier: str, text: str) -> bool:
    """Whether a text says that there is no such dossier, and nothing else."""
    said = plain(text.replace("_", " "))
    bare = re.sub(r"[^a-z0-9 ]", " ", said.replace(plain(dossier), " ") if dossier else said)
    return " ".join(bare.split()) in lists.NOT_THERE


def is_absent(answer: Answer, dossier: str = "") -> bool:
    """Whether a refusal means "there is no such dossier", by its code or, where that says nothing else, in plain words.

    The document does not know how errors name their code (§9 row 3), so words alone are an answer in every generation.
    """
    if not answer.refused or answer.code in {*MISCONFIGURED, AUTHEN_ERROR}:
        return False
    return answer.code == NOT_FOUND or says_not_there(dossier, answer.text)


def _is_absence(dossier: DossierCode, fault: object) -> bool:
    """Whether an entry of the errors says "not there" in every text it holds; codes and numbers are no texts."""
    told = [text for _, text in leaves_of("", fault)]
    words = [text for text in told if " " in text or says_not_there(dossier, text)]
    return bool(words) and all(says_not_there(dossier, text) or plain(text) in lists.IDLE for text in words)


def _lists(value: object, depth: int = _DEEPEST) -> dict[str, Any] | None:
    """The object that holds the two lists, inside any wrapping."""
    value = opened(value)
    row = as_object(value)
    names = folded(row or {}) or {}
    if {_SUCCESSES, _ERRORS} & names.keys():
        return names
    members = [inner for name, inner in names.items() if name not in _ECHO]
    if row is None:
        members = as_list(value) if is_list(value) else []
    if depth == 0:
        return None
    return next((found for inner in members if (found := _lists(inner, depth - 1)) is not None), None)


def _rows(value: object, depth: int = _DEEPEST) -> list[dict[str, Any]]:
    """The rows inside any wrapping: objects that name a dossier or its status."""
    value = opened(value)
    row = as_object(value)
    names = folded(row or {}) or {}
    if row is not None and {"mahosomcdt", "trangthai"} & names.keys():
        return [row]
    members = [inner for name, inner in names.items() if name not in _ECHO]
    if row is None:
        members = as_list(value) if is_list(value) else []
    return [] if depth == 0 else [found for inner in members for found in _rows(inner, depth - 1)]
