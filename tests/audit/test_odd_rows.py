"""Whoever can write the tables may put anything anywhere: the check finds it, and is not stopped by it."""

from __future__ import annotations

import contextlib
import json
import shutil

import pytest

from gov_connect.audit import LookUps, verify
from gov_connect.audit.heads import export
from gov_connect.audit.listing import listing
from gov_connect.errors import GovConnectError, LedgerError
from gov_connect.store import Database, Vault

VAULT = Vault(bytes(range(32)))
DEEP = "[" * 100_000
CHANGES = {
    "text for bytes": "UPDATE audit_bodies SET details = 'abc' WHERE sequence = 2",
    "a number for bytes": "UPDATE audit_bodies SET details = 999999999999999",
    "a fraction for bytes": "UPDATE audit_bodies SET details = 1.5",
    "endless brackets": (
        "UPDATE audit_bodies SET details = ? WHERE sequence IN (SELECT sequence FROM audit WHERE kind = 'anchor')",
        (DEEP.encode(),),
    ),
    "bytes for a salt": "UPDATE audit_bodies SET salt = X'ff'",
    "bytes for a hash": "UPDATE audit SET hash = X'ff00'",
    "a number for a mac": "UPDATE audit SET mac = 5",
    "bytes for a kind": "UPDATE audit SET kind = X'00'",
    "a number for a phase": "UPDATE audit SET phase = 3",
    "a reference beyond measure": "UPDATE audit SET refers = 1e300",
    "a word for a number": "UPDATE audit SET sequence = 'x' WHERE sequence = 2",
    "half a number": "UPDATE audit SET sequence = 1.5 WHERE sequence = 2",
    "the least number": "UPDATE audit SET sequence = -9223372036854775808 WHERE sequence = 4",
    "the greatest number": "UPDATE audit SET sequence = 9223372036854775807 WHERE sequence = 4",
    "bytes for an agency": "UPDATE audit SET agency = X'00' WHERE sequence = 1 AND agency = 'H99.202'",
    "a number for an agency": "UPDATE audit SET agency = 7 WHERE agency = 'H99.201'",
    "bytes for a chain": "UPDATE audit_chains SET agency = X'01' WHERE agency = 'H99.202'",
    "a purge up to a word": "INSERT INTO audit_purges VALUES ('H99.201', 'one', 'x')",
    "a purge of nobody": "INSERT INTO audit_purges VALUES (1, 2, 3)",
    "a body elsewhere": "UPDATE audit_bodies SET sequence = 99 WHERE sequence = 3",
    "a moment without end": ("UPDATE audit SET at = ?", ("x" * 1_000_000,)),
    "no entries": "DELETE FROM audit",
    "no bodies": "DELETE FROM audit_bodies",
    "no table of entries": "DROP TABLE audit",
    "no table of bodies": "DROP TABLE audit_bodies",
}


@pytest.fixture
def changed(filled, database, file, tamper, tmp_path):
    """Give the log once more for every change, after that change."""
    export(filled[0], "H99.201")
    database.close()
    whole = tmp_path / "whole.db"
    with contextlib.closing(Database(f"sqlite:///{file}")) as settled, settled.transaction():
        pass
    shutil.copy(file, whole)

    def change(statement):
        database.close()
        for left in tmp_path.glob("records.db-*"):
            left.unlink()
        shutil.copy(whole, file)
        tamper(statement)
        return database

    yield change
    database.close()


def test_whatever_stands_in_a_row_is_found(changed):
    """Of every type; the answer can be shown in both languages and as JSON; nobody's log ends in a traceback."""
    for name, statement in CHANGES.items():
        database = changed(statement)
        found = verify(database, VAULT)
        assert not found.whole, name
        assert json.dumps(found.to_dict("vi")), name
        assert all(one.text("en") for one in found.findings), name
        with contextlib.suppress(GovConnectError):
            json.dumps(list(listing(database, VAULT)), default=repr)


def test_what_cannot_be_opened_is_told(changed, filled):
    """Neither a traceback nor an answer with a part missing: which entry, and what to run."""
    spelled = "UPDATE audit_bodies SET details = lower(hex(details))"
    for statement in (spelled, "UPDATE audit_bodies SET details = X'00'", "UPDATE audit_bodies SET officer = X'00'"):
        database = changed(statement)
        with pytest.raises(LedgerError, match=r"ledger\.entry_changed") as told:
            LookUps(filled[0]).who_read("000000000012")
        assert "audit verify" in told.value.remedy("en")
        with pytest.raises(LedgerError, match=r"ledger\.entry_changed"):
            list(listing(database, VAULT))
    changed("UPDATE audit SET at = 'yesterday'")
    with pytest.raises(LedgerError, match=r"ledger\.entry_changed"):
        LookUps(filled[0]).who_read("000000000012")


def test_who_read_says_what_it_can(changed, filled):
    """A changed row never shows as another reader."""
    database = changed(CHANGES["a word for a number"])
    readings = LookUps(filled[0]).who_read("000000000012")
    assert {one.officer for one in readings} <= {"cb-1"}
    assert not verify(database, VAULT).whole
