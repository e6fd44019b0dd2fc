"""The table in both READMEs has every row of the benchmark, and nothing else."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

from scale_page import head, pages, row  # noqa: E402 - beside the benchmarks
from scale_sim import Site, day, first_limit, measured, scenarios  # noqa: E402 - beside the benchmarks
from table import END, SPECS, START, Row, from_figures, markdown  # noqa: E402 - beside the benchmarks

LATEST = ROOT / "benchmarks" / "latest.json"


@pytest.mark.parametrize(("name", "language"), [("README.md", "en"), ("README.vi.md", "vi")])
def test_the_readme_shows_what_was_measured(name: str, language: Any) -> None:
    """The table stands as the tool writes it from the last run, with a row for each of the list."""
    text = (ROOT / name).read_text(encoding="utf-8")
    shown = START + text.partition(START)[2].partition(END)[0] + END
    report = json.loads(LATEST.read_text(encoding="utf-8"))
    assert shown == markdown(report, language)
    assert re.findall(r"^\| ([a-k][0-9]) \|", shown, re.MULTILINE) == [spec.key for spec in SPECS]
    assert report["about"]["at"] in shown


def test_a_goal_that_is_missed_is_said_to_be_missed() -> None:
    """Ratios are those of the rounds, and no figure counts for more than it is."""
    slow = from_figures("a1", {"ours": [2.0, 3.0, 4.0], "peer": [1.0, 1.0, 2.0], "floor": [1.0, 1.0, 1.0]})
    assert (slow.ours, slow.peer, slow.ratio, slow.holds) == (3.0, 1.0, 2.0, False)
    assert from_figures("a1", {"ours": [1.0], "peer": [1.0]}).holds is True
    assert (Row(key="f1", ours=1999).holds, Row(key="f1", ours=2001).holds) == (False, True)
    assert Row(key="f1", why="not taken").holds is None
    assert {spec.key[0] for spec in SPECS} == set("abcdefghijk")


def test_a_run_of_small_sizes_reaches_no_goal_and_misses_none() -> None:
    """Its figures are shown, its verdict is not."""
    spec = next(spec for spec in SPECS if spec.key == "f1")
    for quick, verdict in ((False, "**no**"), (True, "")):
        row = {**Row(key="f1", ours=1).told(), "quick": quick}
        rest = {one.key: {**Row(key=one.key, why="not taken").told(), "quick": False} for one in SPECS}
        shown = markdown({"about": {"at": "", "machine": "", "load": ""}, "rows": {**rest, "f1": row}}, "en")
        line = next(line for line in shown.splitlines() if line.startswith("| f1 |"))
        assert spec.what in line
        assert line.split("|")[-2].strip() == verdict


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_page_of_scale_follows_the_benchmark(language: Any) -> None:
    """It names the rate that was measured, has a row for every scenario, and the model still says the same."""
    path = next(path for path, spoken in pages(ROOT).items() if spoken == language)
    text = path.read_text(encoding="utf-8")
    rate, source = measured(LATEST)
    sites = list(scenarios(rate).values())
    shown = [line for line in text.partition("scale: begin")[2].partition("scale: end")[0].splitlines() if "|" in line]
    assert head(rate, source, language) in text
    assert len(shown) == len(sites) + 2
    assert f"| {' | '.join(row(2, sites[2], language))} |" == shown[4]


def test_the_model_of_scale_loses_nothing() -> None:
    """What comes in goes out or waits, in order; an outage makes exactly its length of waiting."""
    down = Site(dossiers=9_000, outage=("portal", 8, 1.0))
    told = day(down)
    assert told["calls"] == told["sent"] + told["left"]
    assert (told["left"], told["longest_wait_minutes"]["portal"]) == (0, 60.0)
    assert max(told["longest_wait_minutes"][name] for name in ("residents", "civil_registry", "payment")) == 0
    slow = day(replace(down, outage=None, takes={**down.takes, "portal": 0.1}))
    assert slow["left"] > 0
    assert next(iter(first_limit(down))).startswith("portal")


def test_the_vietnamese_table_has_no_english_words() -> None:
    """Each peer, floor and unit is said in Vietnamese, or is a name; figures have Vietnamese signs."""
    report = json.loads(LATEST.read_text(encoding="utf-8"))
    shown = markdown(report, "vi")
    assert re.findall(r"\b(?:a|the|with|of|by|to|second|bare|raw|same|cores|worker)\b", shown) == []
    assert "1.103 µs" in markdown(
        {**report, "rows": {**report["rows"], "a2": report["rows"]["a2"] | {"ours": 1103.0}}}, "vi"
    )
