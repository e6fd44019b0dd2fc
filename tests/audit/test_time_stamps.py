"""Heads with the time stamp of an authority: since when they are known, by somebody else's clock."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from gov_connect import GovConnect, Settings
from gov_connect.audit.heads import Export
from gov_connect.cli._app import app
from gov_connect.errors import GovConnectError
from gov_connect.mocks import Fault, running_mocks
from gov_connect.signing import SigningRefused


@pytest.fixture(scope="module")
def mocks():
    """All systems, a timestamp authority among them."""
    with running_mocks() as running:
        yield running


@pytest.fixture
def environment(mocks, tmp_path, monkeypatch):
    """The settings of a client of the mocks."""
    for name in list(os.environ):
        if name.startswith("GOV_CONNECT_"):
            monkeypatch.delenv(name)
    return {**mocks.environment, "GOV_CONNECT_DATABASE_URL": f"sqlite:///{tmp_path / 'records.db'}"}


@pytest.fixture
def gov(environment):
    """With one entry in its log."""
    with GovConnect(Settings.from_mapping(environment)) as made:
        made.audit.purged("inbox", 1, reason="QĐ 1")
        yield made


def test_an_export_carries_a_token_that_holds(gov):
    """Over exactly these heads, at about this moment; through the file and back."""
    made = Export.from_json(gov.audit.export_heads(timestamp=gov.signing.stamp).to_json())
    since = gov.signing.stamped_at(made.signed_bytes, made.timestamp)
    assert abs(since - datetime.now(UTC)) < timedelta(minutes=5)
    assert gov.audit.verify(made.heads).whole


def test_a_token_says_nothing_of_other_heads(gov):
    """One figure changed, and the token is about something else; so is a damaged one."""
    made = gov.audit.export_heads(timestamp=gov.signing.stamp)
    head = made.heads[0]
    other = replace(made, heads=(head._replace(sequence=head.sequence + 1), *made.heads[1:]))
    for data, token in ((other.signed_bytes, made.timestamp), (made.signed_bytes, made.timestamp[:-1] + b"\0")):
        with pytest.raises(SigningRefused):
            gov.signing.stamped_at(data, token)


def test_without_an_authority_there_is_no_token(environment):
    """Not set, or not answering: the export fails, and says so."""
    bare = {name: value for name, value in environment.items() if "TIMESTAMP__" not in name}
    with GovConnect(Settings.from_mapping(bare)) as gov:
        gov.audit.purged("inbox", 1, reason="QĐ 1")
        with pytest.raises(SigningRefused, match="timestamp.missing"):
            gov.audit.export_heads(timestamp=gov.signing.stamp)


def test_an_authority_that_fails_gives_no_token(environment, mocks):
    """Nothing is exported as stamped that is not."""
    mocks.systems["timestamp"].faults.script("stamp", [Fault.HTTP_500] * 9)
    hasty = {**environment, "GOV_CONNECT_TIMESTAMP__FIRST_WAIT": "0"}
    try:
        with GovConnect(Settings.from_mapping(hasty)) as gov, pytest.raises(GovConnectError):
            gov.audit.export_heads(timestamp=gov.signing.stamp)
    finally:
        mocks.systems["timestamp"].faults.clear()


def test_the_commands_stamp_and_check(gov, environment, monkeypatch, tmp_path):
    """`audit heads --timestamp`, `audit verify --heads`; a forged file is refused."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    run = CliRunner().invoke
    file = tmp_path / "heads.json"
    assert run(app, ["audit", "heads", "--timestamp", "--out", str(file)]).exit_code == 0
    checked = run(app, ["audit", "verify", "--heads", str(file)])
    assert (checked.exit_code, "timestamp" in checked.stderr) == (0, True)
    told = json.loads(file.read_text("utf-8"))
    told["made_at"] = told["made_at"].replace("20", "19", 1)
    file.write_text(json.dumps(told), "utf-8")
    assert run(app, ["audit", "verify", "--heads", str(file)]).exit_code == 1
