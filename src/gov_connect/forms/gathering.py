"""Which generation a form is of, and which of its leaves counts for which place of the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gov_connect.errors import InvalidInput, Problem
from gov_connect.forms.decoding import CODE_WORDS, NAME_WORDS, Kind, kind_of
from gov_connect.forms.leaves import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from gov_connect.forms.tables import Generation, Tables
    from gov_connect.model import CivilEvent, Personal

_FEWEST: Final = 2
"""Marks without which a form is of no known generation."""
_MODULES: Final = ("module", "masukien", "event")
_MOST_WRAPPERS: Final = 4
_LAST: Final = 1_000
_CHOICES: Final = frozenset({"1", "2", "01", "02", "true", "false", "trong nước", "nước ngoài", "có", "không"})
"""What a choice between here and abroad says (L13)."""


@dataclass(slots=True)
class Gathered:
    """Leaves by their place.

    Attributes:
        texts: place -> what the chosen leaf says.
        chosen: place -> the chosen leaf.
        differing: place -> leaves that say something else than the chosen one.
        unmapped: leaves that nothing reads.
        ignored: leaves that only steer the form.
        elsewhere: leaves that another procedure reads.
    """

    texts: dict[str, str] = field(default_factory=dict[str, str])
    chosen: dict[str, str] = field(default_factory=dict[str, str])
    differing: dict[str, list[str]] = field(default_factory=dict[str, "list[str]"])
    unmapped: list[str] = field(default_factory=list[str])
    ignored: list[str] = field(default_factory=list[str])
    elsewhere: list[str] = field(default_factory=list[str])


def recognise(
    form: Mapping[str, Personal], tables: Tables, *, event: CivilEvent | None, generation: str, on: date
) -> Generation:
    """The generation whose marks the form bears most of.

    Args:
        form: the filled leaves.
        tables: the alias tables.
        event: None when the form came without its event (§4.5 row 9): its leaves tell.
        generation: "" to recognise it, else its name.
        on: the day of receipt.

    Raises:
        InvalidInput: no generation, or several as well as each other.
    """
    names = _names(form)
    named = [made for made in tables.generations(event, on) if generation in {"", made.name}]
    if generation and event is not None and named:
        return named[0]
    marks = [len(made.marks & names) for made in named]
    most = max(marks, default=0)
    if most < (1 if generation or event else _FEWEST):
        raise InvalidInput("form", [Problem(path="", code="form.generation_unknown")])
    best = [made for made, found in zip(named, marks, strict=True) if found == most]
    if len(best) > 1:
        # As many marks: then all leaves that are known.
        known = [len(names & (made.places.keys() | made.ignored.keys())) for made in best]
        best = [made for made, found in zip(best, known, strict=True) if found == max(known)]
    if len(best) > 1:
        several = ", ".join(f"{made.event}/{made.name}" for made in best[:2])
        raise InvalidInput("form", [Problem(path="", code="form.generation_unclear", params={"names": several})])
    return best[0]


def _names(form: Mapping[str, Personal]) -> set[str]:
    """The folded names of all leaves, those inside wrappers and coded values by their own names too."""
    names = {fold(name) for name in form}
    for name in [name for name in names if "." in name]:
        names.update(_tails(name))
        base, _, word = name.rpartition(".")
        if word in CODE_WORDS or word in NAME_WORDS:
            names.add(base)
    return names


def gather(form: Mapping[str, Personal], generation: Generation) -> Gathered:
    """Sort the leaves by the places of the model; the first filled alias of a place counts."""
    made = Gathered()
    found: dict[str, list[tuple[int, str, str]]] = {}
    for leaf, value in form.items():
        key = fold(leaf)
        place = _place(key, generation, value)
        if place is not None:
            path, rank = place
            found.setdefault(path, []).append((rank, leaf, value.reveal()))
        elif _ignored(key, generation):
            made.ignored.append(leaf)
        elif _elsewhere(key, generation):
            made.elsewhere.append(leaf)
        else:
            made.unmapped.append(leaf)
    for path, candidates in found.items():
        if len(candidates) > 1:
            candidates.sort()
        _, leaf, text = candidates[0]
        made.texts[path], made.chosen[path] = text, leaf
        for _, other, said in candidates[1:]:
            # The year beside the full date, a code beside its name, or the same again: all are read.
            if not text.casefold().endswith(said.casefold()) and not _same_coded(leaf, other):
                made.differing.setdefault(path, []).append(other)
    return made


def _coded(key: str, generation: Generation) -> tuple[str, int] | None:
    """A member of a coded value `{Code, Name}`: lists are read by code, texts by name."""
    base, _, word = key.rpartition(".")
    if not base or (word not in CODE_WORDS and word not in NAME_WORDS):
        return None
    place = generation.places.get(base)
    if place is None:
        return None
    if kind_of(place[0]) is Kind.CODE and word in NAME_WORDS:
        # The words of a unit stand beside its code: both are carried.
        return f"{place[0]}_name", place[1]
    listed = kind_of(place[0]) in {Kind.LISTED, Kind.CODE, Kind.NUMBER}
    return place[0], 100 * place[1] + (1 if listed == (word in CODE_WORDS) else 2)


def _inside(key: str, generation: Generation) -> tuple[str, int] | None:
    """A leaf inside wrappers that nobody told of: its own name counts, after all others."""
    for tail in _tails(key):
        place = generation.places.get(tail) or _coded(tail, generation)
        if place is not None:
            return place[0], 10_000 + place[1]
    return None


def _tails(key: str) -> Iterable[str]:
    for _ in range(_MOST_WRAPPERS):
        _, dot, key = key.partition(".")
        # A bare member such as `tinh` or `code` says nothing without its object.
        if not dot or key in CODE_WORDS or key in NAME_WORDS:
            return
        yield key


def _place(key: str, generation: Generation, value: Personal) -> tuple[str, int] | None:
    """The place of a leaf and its rank there; a radio that holds a place comes after the leaf meant for it."""
    found = generation.places.get(key) or _coded(key, generation) or _inside(key, generation)
    if found is None and key in generation.radios and value.reveal().casefold() not in _CHOICES:
        return generation.radios[key], _LAST
    return found


def _ignored(key: str, generation: Generation) -> bool:
    names = (key, *_tails(key)) if "." in key else (key,)
    return any(name in generation.ignored or name in generation.radios or name in _MODULES for name in names)


def _elsewhere(key: str, generation: Generation) -> bool:
    return key in generation.elsewhere or key.partition(".")[0] in generation.elsewhere


def _same_coded(one: str, other: str) -> bool:
    base, _, _ = one.rpartition(".")
    return bool(base) and other.rpartition(".")[0] == base
