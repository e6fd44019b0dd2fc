"""Whoever only reads the log makes no database where none was: a wrong path is refused, not found whole."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import pytest
from typer.testing import CliRunner

from gov_connect import GovConnect, Settings
from gov_connect.audit import Kind, Note
from gov_connect.cli._app import app
from gov_connect.errors import LedgerError
from gov_connect.store import Database

KEY = "A" * 43 + "="
COMMANDS = (
    ("audit", "verify"),
    ("audit", "who-read", "000000000012"),
    ("audit", "export"),
    ("audit", "heads"),
    ("audit", "purge", "--before", "2026-01-01", "--officer", "cb-1", "--reason", "QĐ 1"),
    ("digest",),
)


@pytest.fixture
def at(monkeypatch, tmp_path):
    """Let commands find their records at a path."""
    for name in list(os.environ):
        if name.startswith("GOV_CONNECT_"):
            monkeypatch.delenv(name)

    def set_to(path):
        for name, value in {"ENVIRONMENT": "test", "AGENCY": "H99.201", "STORE_KEY": KEY}.items():
            monkeypatch.setenv(f"GOV_CONNECT_{name}", value)
        monkeypatch.setenv("GOV_CONNECT_DATABASE_URL", path if "://" in str(path) else f"sqlite:///{path}")
        monkeypatch.chdir(tmp_path)

    return set_to


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        *(("no file", command) for command in COMMANDS),
        *((kind, COMMANDS[0]) for kind in ("no folder", "empty file", "another program's")),
    ],
    ids=lambda given: given if isinstance(given, str) else " ".join(given[:2]),
)
def test_a_wrong_path_is_refused_and_nothing_is_made(at, tmp_path, command, kind):
    """With what to check, and exit code 2."""
    file = tmp_path / "nowhere" / "records.db" if kind == "no folder" else tmp_path / "records.db"
    if kind == "empty file":
        file.touch()
    if kind == "another program's":
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE notes (text)")
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()}
    at(file)
    done = CliRunner().invoke(app, [*command, "--english"])
    assert done.exit_code == 2
    assert "GOV_CONNECT_DATABASE_URL" in done.output
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()} == before
    assert not file.parent.exists() or kind != "no folder"


def test_what_is_no_database_is_told_apart(at, tmp_path):
    """A damaged file is not a wrong path."""
    (tmp_path / "records.db").write_bytes(b"something else" * 100)
    at(tmp_path / "records.db")
    done = CliRunner().invoke(app, ["audit", "verify", "--json"])
    assert (done.exit_code, "ledger.unusable" in done.output) == (2, True)


def test_records_that_are_there_are_read(at, tmp_path):
    """Also in a folder with an odd name, by a relative path."""
    folder = tmp_path / "hồ sơ #1"
    folder.mkdir()
    at(folder / "records.db")
    with GovConnect(Settings()) as gov:
        gov.audit.purged("inbox", 1, reason="QĐ 1")
    at(f"sqlite:///{folder.name}/records.db")
    assert CliRunner().invoke(app, ["audit", "verify"]).exit_code == 0
    assert CliRunner().invoke(app, ["audit", "who-read", "000000000012"]).exit_code == 1


def test_an_empty_postgresql_is_refused_too(postgres_url):
    """No schema is made."""
    database = Database(postgres_url)
    with pytest.raises(LedgerError, match="ledger.missing"):
        database.require()
    with pytest.raises(LedgerError, match="ledger.missing"):  # and it was not made by looking
        database.require()
    with database.transaction("x"):
        pass
    again = Database(postgres_url)
    again.require()
    again.close()
    database.close()


def test_offline_there_is_always_a_log():
    """It lives in memory, and nothing is left behind."""
    with GovConnect.offline() as gov:
        assert gov.audit.verify().whole
        gov.audit.log.note(Note(agency="H99.201", kind=Kind.OVERRIDE, operation="x"))
        assert gov.audit.verify().entries == 1
