"""The same parsers with messages in the right shape and wrong in their parts, made and made smaller by Hypothesis.

    python fuzz/properties.py [--examples 500] [--seed 1] [--target NAME]

Where `run.py` damages bytes, this keeps JSON and XML well-formed: members are missing, of another type, doubled, deep,
empty, odd. Prints one JSON line; of a crash, the smallest message that causes it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).parent))
from damage import TOKENS
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from lxml import etree
from targets import TARGETS, fault_of

ODD = [
    "", " ", "0", "-1", "00", "null", "1e999", "9" * 40, "2026-13-45", "19900230", "000000000012", "\ufeff", "\u202e",
    "ữ" * 50, "<a>", "&amp;", "{}", "[]", '"', "%", "%zz", "=", "|", "A" * 5000, "data:x;base64,", "JVBERi0", "\ud800",
]  # fmt: skip
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(ODD),
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MOSTLY = 9


def mostly(usual: st.SearchStrategy[Any], rare: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Nine times in ten the one, else the other."""
    return st.integers(0, MOSTLY).flatmap(lambda turn: rare if turn == MOSTLY else usual)


def shaped(value: Any) -> st.SearchStrategy[Any]:
    """Values in the shape of one: its members may be missing, and each part may be anything."""
    if isinstance(value, dict):
        inner = {key: shaped(held) for key, held in value.items()}
        whole = st.fixed_dictionaries(inner)
        return mostly(mostly(whole, st.fixed_dictionaries({}, optional=inner)), ANYTHING)
    if isinstance(value, list):
        parts = [shaped(one) for one in value[:3]]
        row = st.tuples(*parts).map(list)
        return mostly(mostly(row, st.lists(st.one_of(parts or [ANYTHING]), max_size=4)), ANYTHING)
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return mostly(shaped(json.loads(value)).map(json.dumps), ANYTHING)
    return mostly(st.just(value), ANYTHING)


def element(given_one: Any) -> st.SearchStrategy[str]:
    """Elements in the shape of one: children missing, doubled or swapped, texts odd."""
    name = etree.QName(given_one)
    space = f' xmlns="{name.namespace}"' if name.namespace else ""
    marks = "".join(f' {key}="{escape(text)}"' for key, text in given_one.attrib.items() if "{" not in key)
    children = [element(child) for child in given_one if isinstance(child.tag, str)]
    text = mostly(st.just(given_one.text or ""), st.one_of(st.text(max_size=20), st.sampled_from(ODD)))
    usual = st.tuples(*children).map(list)
    rows = mostly(usual, st.lists(st.one_of(children), max_size=4)) if children else st.just([])

    def written(said: str, inner: list[str]) -> str:
        return f"<{name.localname}{space}{marks}>{escape(said)}{''.join(inner)}</{name.localname}>"

    return st.builds(written, text, rows)


def spliced(sample: bytes) -> st.SearchStrategy[bytes]:
    """A sample with a few pieces taken out or put in."""
    cut = st.tuples(st.integers(0, len(sample)), st.integers(0, 12), st.sampled_from(TOKENS) | st.binary(max_size=8))

    def cut_all(cuts: list[tuple[int, int, bytes]]) -> bytes:
        body = sample
        for at, length, put in cuts:
            body = body[:at] + put + body[at + length :]
        return body

    return st.lists(cut, min_size=1, max_size=4).map(cut_all)


def messages(name: str) -> st.SearchStrategy[bytes]:
    """Messages for one target, by what its own sample is."""
    sample = TARGETS[name].seed()
    try:
        return shaped(json.loads(sample)).map(lambda value: json.dumps(value).encode())
    except ValueError:
        pass
    try:
        root = etree.fromstring(sample)
    except (etree.XMLSyntaxError, ValueError):
        return spliced(sample)
    return element(root).map(lambda text: text.encode("utf-8", "replace"))


def campaign(name: str, examples: int, chance: int) -> str:
    """Run one target; gives the smallest message that breaks it, "" for none."""
    broken = [""]

    @seed(chance)
    @settings(
        max_examples=examples, database=None, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False
    )
    @given(messages(name))
    def holds(body: bytes) -> None:
        fault = fault_of(name, body)[1]
        if fault:
            broken[0] = f"{name}: {fault}: {body!r}"
        assert not fault

    try:
        holds()
    except AssertionError:
        return broken[0]
    return ""


def main() -> int:
    """Run the campaign and print one JSON line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--examples", type=int, default=500, help="per target")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--target", choices=sorted(TARGETS), action="append")
    chosen = options.parse_args()
    warnings.simplefilter("ignore")
    began = time.monotonic()
    names = chosen.target or list(TARGETS)
    crashes = [crash for name in names if (crash := campaign(name, chosen.examples, chosen.seed))]
    for crash in crashes:
        print(crash[:2000], file=sys.stderr)
    report = {
        "examples": chosen.examples * len(names),
        "targets": len(names),
        "crashes": len(crashes),
        "seed": chosen.seed,
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(report))
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
