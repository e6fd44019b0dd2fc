"""Whoever only reads the log makes no database where none was: a wrong path is refused, not found whole."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
from contextlib import closing

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from gov_connect import GovConnect, Settings
from gov_connect.audit import Kind, Note, heads
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
    ("delivery", "status"),
    ("delivery", "list"),
    ("delivery", "show", "1"),
    ("delivery", "replay", "1"),
    ("delivery", "rotate"),
    ("delivery", "reconcile"),
    ("indicators", "--from", "2026-01-01", "--to", "2026-01-31"),
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
    done = CliRunner().invoke(app, [*command, *(["--english"] if command[0] in {"audit", "digest"} else [])])
    assert done.exit_code == 2
    assert "GOV_CONNECT_DATABASE_URL" in done.output
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()} == before
    assert not file.parent.exists() or kind != "no folder"


@pytest.mark.parametrize("command", [one for one in COMMANDS if one[0] == "audit"], ids=" ".join)
def test_without_an_environment_there_is_no_log_to_speak_of(at, monkeypatch, tmp_path, command):
    """A log that the process just made in memory is whole, and says nothing."""
    at(tmp_path / "records.db")
    for name in ("ENVIRONMENT", "DATABASE_URL"):
        monkeypatch.delenv(f"GOV_CONNECT_{name}")
    done = CliRunner().invoke(app, [*command, "--english"])
    assert (done.exit_code, "GOV_CONNECT_DATABASE_URL" in done.stderr) == (2, True)


def exported(file, key=None):
    with GovConnect(Settings()) as gov:
        gov.audit.purged("inbox", 1, reason="QĐ 1")
        file.write_text(heads.export(gov.audit.log, "H99.201", key=key).to_json(), "utf-8")
    return ["audit", "verify", "--english", "--heads", str(file)]


def test_only_heads_of_a_trusted_key_count(at, monkeypatch, tmp_path):
    """The given key, or our own; without either it is said that anybody may have signed."""
    at(tmp_path / "records.db")
    own, other = (Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1, 2))
    of_own, of_other = (exported(tmp_path / f"{n}.json", key) for n, key in enumerate((own, other)))
    unsigned = exported(tmp_path / "none.json")
    run = CliRunner().invoke
    told = run(app, of_other)
    assert (told.exit_code, "may be anybody's" in told.stderr) == (0, True)
    told = run(app, unsigned)
    assert (told.exit_code, "not signed" in told.stderr) == (0, True)
    assert run(app, [*of_own, "--public-key", "AAAA"]).exit_code == 2
    monkeypatch.setenv("GOV_CONNECT_AUDIT_KEY", base64.b64encode(bytes([1] * 32)).decode())
    told = run(app, of_own)
    assert (told.exit_code, told.stderr) == (0, "")
    for forged, said in ((of_other, "another key"), (unsigned, "not signed")):
        told = run(app, forged)
        assert (told.exit_code, said in told.stderr) == (1, True)
    given = base64.b64encode(other.public_key().public_bytes_raw()).decode()
    assert run(app, [*of_other, "--public-key", given]).exit_code == 0


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


def test_bytes_that_are_no_text_are_wrong_usage(at, tmp_path):
    """A terminal may hand over anything as a number."""
    at(tmp_path / "records.db")
    assert CliRunner().invoke(app, ["audit", "who-read", "\udcff\udcfe"]).exit_code == 2


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


def test_who_read_says_that_somebody_may_be_missing(at, tmp_path):
    """A look-up that was given another person's well-formed digest leads to nobody; the check beside tells."""
    at(tmp_path / "records.db")
    with GovConnect(Settings()) as gov:
        note = Note(agency="H99.201", kind=Kind.LOOK_UP, operation="x", officer="cb-1", subject="000000000012")
        gov.audit.log.finish(gov.audit.log.begin(note), "answered")
    asked = ["audit", "who-read", "000000000012", "--english", "--json"]
    told = CliRunner().invoke(app, asked)
    assert (told.exit_code, [one["officer"] for one in json.loads(told.stdout)], told.stderr) == (0, ["cb-1"], "")
    with closing(sqlite3.connect(tmp_path / "records.db")) as connection, connection:
        connection.execute("DROP TRIGGER audit_bodies_no_update")
        connection.execute("UPDATE audit_bodies SET subject = ? WHERE subject <> ''", ("ab" * 32,))
    told = CliRunner().invoke(app, asked)
    assert (told.exit_code, json.loads(told.stdout)) == (1, [])
    assert "gov-connect audit verify" in told.stderr
