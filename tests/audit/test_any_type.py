"""An administrator frees the tables of every rule and puts values of every type anywhere: all of it is found."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("audit_campaign", Path(__file__).with_name("campaign.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
campaign = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(campaign)


def test_values_of_every_type_are_found(either):
    """On both databases; nothing that reads or writes the log ends in an error without a code."""
    said = campaign.campaign(either, 40, seed=3)
    assert said["wrong"] == []
    assert said["findings"] > 10
