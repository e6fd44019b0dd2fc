"""A smoke run of the campaign: nothing that was not signed is called valid."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from gov_connect.signing import Format

_SPEC = importlib.util.spec_from_file_location("signing_campaign", Path(__file__).with_name("campaign.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
campaign = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(campaign)


@pytest.mark.parametrize(("kind", "count"), [(Format.XML, 400), (Format.CMS, 400)])
def test_no_mutation_is_a_forgery(pki, made, kind, count):
    """Changed XML and messages."""
    tally = campaign.Campaign(pki, made.NOW).run(kind, campaign.XML, count, 0)
    assert not [name for name in tally if name.startswith(("FORGED", "CRASHED"))]
    assert tally["refused"] > count / 2


def test_no_mutated_pdf_is_a_forgery(pki, made, pdf):
    """Changed PDF with two signatures."""
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    tally = campaign.Campaign(pki, made.NOW).run(Format.PDF, pdf, 40, 0)
    assert not [name for name in tally if name.startswith(("FORGED", "CRASHED"))]
    assert tally["refused"] > 20


def test_the_benchmark_runs():
    """Every row of the speed table can be taken."""
    script = Path(__file__).parents[2] / "benchmarks" / "signing.py"
    done = subprocess.run([sys.executable, script, "--smoke"], capture_output=True, check=True, text=True, timeout=60)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row.get("case") for row in rows} >= {"xml sign", "xml verify", "cms sign", "CRL of 1,000"}
