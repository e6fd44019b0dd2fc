"""What entries say can go; the chain, and who let it go, stay."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from gov_connect.audit import LookUps, verify
from gov_connect.audit.listing import listing
from gov_connect.audit.retention import purge
from gov_connect.errors import InvalidInput
from gov_connect.store import Vault

VAULT = Vault(bytes(range(32)))
NUMBER = "000000000012"


def test_a_purge_leaves_the_chain_whole_and_an_entry_of_its_own(filled, database, clock, file):
    """Bodies of one agency go; those of another, and every hash, stay."""
    log = filled[0]
    assert len(LookUps(log).who_read(NUMBER)) == 12
    clock.advance(3600)
    gone = purge(log, "H99.201", before=clock.now() - timedelta(seconds=60), officer="cb-9", reason="QĐ 1")
    assert (gone.chains, gone.bodies > 20) == (2, True)
    found = verify(database, VAULT)
    assert (found.whole, found.purged) == (True, gone.bodies)
    assert LookUps(log).who_read(NUMBER) == []
    told = [one for one in listing(database, VAULT) if one["kind"] == "purge"]
    assert [(one["officer"], one["details"]["reason"]) for one in told] == [("cb-9", "QĐ 1")]
    again = purge(log, "H99.201", before=clock.now() - timedelta(seconds=60), officer="cb-9", reason="QĐ 1")
    assert again.bodies == 0
    with closing(sqlite3.connect(file)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("DELETE FROM audit_bodies WHERE agency = 'H99.202'")


def test_what_is_deleted_beyond_a_purge_is_found(filled, database, clock, tamper):
    """A recorded purge is no licence for the entries after it."""
    middle = clock.now()
    purge(filled[0], "H99.201", before=middle, officer="cb-9", reason="QĐ 1")
    tamper("DELETE FROM audit_bodies WHERE agency = 'H99.202' AND sequence = 1")
    assert {one.code for one in verify(database, VAULT).findings} == {"audit.body_missing", "audit.anchor_lost"}


@pytest.mark.parametrize("wrong", [{"officer": ""}, {"reason": " "}, {"before": "later"}])
def test_nobody_purges_for_nothing_or_what_is_to_come(filled, clock, wrong):
    """Officer, reason, and a moment that has passed."""
    given = {"before": clock.now(), "officer": "cb-9", "reason": "QĐ 1", **wrong}
    if given["before"] == "later":
        given["before"] = clock.now() + timedelta(days=1)
    with pytest.raises(InvalidInput):
        purge(filled[0], "H99.201", **given)


def test_the_listing_shows_everything_but_the_person(filled, database):
    """Digest instead of number; details opened with the key; bounded by time."""
    rows = list(listing(database, VAULT))
    assert len(rows) == 40
    assert NUMBER not in json.dumps(rows)
    assert rows[0]["details"] == {"legal_basis": "Luật Căn cước"}
    assert list(listing(database, VAULT, since=rows[-1]["at"][:4] + "9")) == []
