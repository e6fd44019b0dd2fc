"""The chain finds what was done to it, and says where."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import random
import sqlite3
import threading
from contextlib import closing

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.audit import AuditLog, Head, Kind, LookUps, Note, verify
from gov_connect.audit.entries import BODY, ROW, content_hash, row_hash
from gov_connect.audit.heads import Export, export, signing_key
from gov_connect.audit.retention import purge
from gov_connect.errors import ConfigurationError, InvalidInput, LedgerError
from gov_connect.messages import CATALOGUE
from gov_connect.store import Database, Vault

VAULT = Vault(bytes(range(32)))
CHANGES = 1000


def codes(found):
    return {one.code for one in found.findings}


def test_an_untouched_log_is_whole(database, filled):
    """With the key and without; the intent that nobody finished is listed."""
    found = verify(database, VAULT)
    assert (found.whole, found.keyed, found.findings) == (True, True, ())
    assert found.entries == 40
    assert [mark[:2] for mark in found.open] == [("H99.201", "one")]
    assert verify(database).whole
    assert json.dumps(found.to_dict())


@pytest.mark.parametrize("page", [1, 3, 40])
def test_pages_do_not_matter(database, filled, monkeypatch, page):
    """Chains go on where a page ends."""
    monkeypatch.setattr("gov_connect.audit.verification._PAGE", page)
    found = verify(database, VAULT)
    assert (found.whole, found.entries) == (True, 40)


@given(st.lists(st.text() | st.integers(), min_size=len(ROW), max_size=len(ROW)))
def test_a_row_is_hashed_as_the_first_release_did(values):
    """SHA-256 of the domain and the columns as JSON in ASCII: what was written long ago must verify for ever."""
    text = json.dumps(values, separators=(",", ":"))
    expected = hashlib.sha256(b"gov_connect audit row 1\n" + text.encode()).hexdigest()
    assert row_hash(dict(zip(ROW, values, strict=True))) == expected


def test_the_digests_of_an_entry_are_those_of_the_first_release():
    """Written down once: of a body with bytes, of a person, and of what no program of ours wrote."""
    body = {**dict.fromkeys(BODY, "Mẫu\x7f"), "details": b"\x00x"}
    assert content_hash("ab", body) == "ed2176fbaa6a8fba037fd0a1641d569db507739cb848999864c2339037e58aa3"
    assert VAULT.fingerprint("audit:ab") == "a4127f15528eabeb4278f720feba5041634345e0e88e90eafd7e34580e5be184"
    assert Vault(bytes(32), bytes(range(32))).fingerprints("audit:ab")[1] == VAULT.fingerprint("audit:ab")
    assert (
        row_hash({**dict.fromkeys(ROW, 1.5), "at": None, "kind": b"x"})
        == "d4ed76b3dd41b06c1c296a49122ed8b858f036228d90c4b6f9da9ab9870d2014"
    )


def snapshot(file):
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        return {
            table: [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3")]
            for table in ("audit", "audit_bodies")
        }


def altered(value, chance):
    """Another value of the same kind."""
    if isinstance(value, int):
        return value + chance.choice([-1, 1, 7])
    if isinstance(value, bytes):
        at = chance.randrange(len(value) + 1)
        return value[:at] + bytes([chance.randrange(256)]) + value[at:]
    if not value:
        return "x"
    at = chance.randrange(len(value))
    other = chance.choice("0123456789abcdefXYZ".replace(value[at], ""))
    return value[:at] + other + value[at + 1 :]


def retyped(value):
    """The same as another kind of value: bytes as the text of their hex, text as the bytes it spells or consists of."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, int):
        return str(value).encode()
    try:
        return bytes.fromhex(value)
    except ValueError:
        return value.encode()


def one_change(rows, chance):
    """A random change, removal, doubling, swap or forgery as SQL; gives what it was."""
    table = chance.choice(["audit", "audit_bodies"])
    row = chance.choice(rows[table])
    key = "agency = ? AND writer = ? AND sequence = ?"
    place = (row["agency"], row["writer"], row["sequence"])
    last = max(one["sequence"] for one in rows["audit"] if (one["agency"], one["writer"]) == place[:2])
    match chance.randrange(6):
        case 0 if table == "audit_bodies" or place[2] < last:
            return "removal", [(f"DELETE FROM {table} WHERE {key}", place)]
        case 1:
            other = chance.choice([one for one in rows[table] if one is not row])
            there = (other["agency"], other["writer"], other["sequence"])
            names = [name for name in row if name not in {"agency", "writer", "sequence"}]
            sets = ", ".join(f"{name} = ?" for name in names)
            return "swap", [
                (f"UPDATE {table} SET {sets} WHERE {key}", (*[other[name] for name in names], *place)),
                (f"UPDATE {table} SET {sets} WHERE {key}", (*[row[name] for name in names], *there)),
            ]
        case 2:
            # Everything right but the key: a new body, a new hash, and every hash after it.
            body = next(one for one in rows["audit_bodies"] if (one["agency"], one["writer"], one["sequence"]) == place)
            body = {**body, "officer": body["officer"] + "x"}
            chain = [one for one in rows["audit"] if (one["agency"], one["writer"]) == place[:2]]
            statements = [(f"UPDATE audit_bodies SET officer = ? WHERE {key}", (body["officer"], *place))]
            before = None
            for one in chain:
                if one["sequence"] < place[2]:
                    continue
                made = dict(one)
                if one["sequence"] == place[2]:
                    made["content"] = content_hash(body["salt"], body)
                else:
                    made["previous"] = before
                before = made["hash"] = row_hash(made)
                statements.append(
                    (
                        f"UPDATE audit SET content = ?, previous = ?, hash = ? WHERE {key}",
                        (made["content"], made["previous"], made["hash"], *place[:2], one["sequence"]),
                    )
                )
            return "rewriting", statements
        case 3:
            name = chance.choice(list(row))
            return "type", [(f"UPDATE {table} SET {name} = ? WHERE {key}", (retyped(row[name]), *place))]
        case _:
            name = chance.choice(list(row))
            return f"change of {name}", [
                (f"UPDATE {table} SET {name} = ? WHERE {key}", (altered(row[name], chance), *place))
            ]


def test_a_thousand_random_changes_are_all_found(file, database, filled, tmp_path):
    """Of any column of any entry, removals, swaps, and a whole chain rewritten with right hashes but no key."""
    rows, chance = snapshot(file), random.Random(11)
    database.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = tmp_path / "copy.db"
    copy.write_bytes(file.read_bytes())
    kinds, missed = set(), []
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA synchronous=OFF")
    reader = Database(f"sqlite:///{copy}")
    done = 0
    while done < CHANGES:
        what, statements = one_change(rows, chance)
        with reader.transaction(durable=False) as db:
            savepoint = db.begin_nested()
            try:
                for text, values in statements:
                    db.exec_driver_sql(text, values)
            except Exception:  # noqa: BLE001 - a second row with one key: the database itself refuses
                savepoint.rollback()
                continue
            found = verify(_Same(db), VAULT)
            if found.whole:
                missed.append((what, statements))
            savepoint.rollback()
        kinds.add(what.split(" ")[0])
        done += 1
    assert missed == []
    assert kinds == {"removal", "swap", "rewriting", "change", "type"}
    assert verify(reader, VAULT).whole
    reader.close()


class _Same:
    """A database inside one open transaction, so that a change can be undone again."""

    def __init__(self, connection):
        self._connection = connection

    def reading(self):
        return contextlib.nullcontext(self._connection)


@pytest.mark.parametrize(
    ("statement", "code", "sequence"),
    [
        ("UPDATE audit SET at = '2020-01-01T00:00:00.000000+00:00' WHERE sequence = 3", "audit.changed", 3),
        ("UPDATE audit SET mac = 'ab' WHERE sequence = 3", "audit.forged", 3),
        ("DELETE FROM audit WHERE sequence = 4", "audit.missing", 4),
        ("UPDATE audit_bodies SET officer = 'x' WHERE sequence = 2", "audit.body_changed", 2),
        ("DELETE FROM audit_bodies WHERE sequence = 2", "audit.body_missing", 2),
        ("INSERT INTO audit_purges VALUES ('H99.202', 'one', 5)", "audit.purge_unrecorded", 5),
    ],
)
def test_it_says_what_and_where(database, filled, tamper, statement, code, sequence):
    """The entry is named, in both languages."""
    key = "" if "INSERT" in statement else " AND agency = 'H99.202'"
    tamper(statement + key)
    found = verify(database, VAULT)
    assert (code, "H99.202", "one", sequence) in {(o.code, o.agency, o.writer, o.sequence) for o in found.findings}
    assert CATALOGUE[code].vi in found.findings[0].text("vi") or len(found.findings) > 1


def test_what_was_cut_off_behind_an_exported_head_is_found(database, filled, tamper, make_log):
    """The end of a chain, both rows and bodies: nothing inside shows it, the exported head does."""
    known = export(filled[0], "H99.201").heads
    cut = next(head for head in known if head.agency == "H99.202")
    tamper(
        f"DELETE FROM audit WHERE agency = 'H99.202' AND sequence > {cut.sequence - 2}",
        f"DELETE FROM audit_bodies WHERE agency = 'H99.202' AND sequence > {cut.sequence - 2}",
    )
    found = verify(database, VAULT, known)
    assert [(one.code, one.sequence) for one in found.findings] == [("audit.cut_off", cut.sequence)]


def test_anchors_in_other_chains_hold_a_chain_too(database, filled, tamper, make_log):
    """Without any export: a writer that starts anew writes down where the others stand."""
    make_log("three").note(Note(agency="H99.203", kind=Kind.OVERRIDE, operation="x"))
    tamper("DELETE FROM audit WHERE agency = 'H99.202'", "DELETE FROM audit_bodies WHERE agency = 'H99.202'")
    assert "audit.cut_off" in codes(verify(database, VAULT))
    tamper("DELETE FROM audit_chains WHERE agency = 'H99.202'")
    assert "audit.cut_off" in codes(verify(database, VAULT))


def test_a_chain_rewritten_by_the_key_holder_is_found_by_an_exported_head(database, filled, tamper):
    """The macs hold against those without the key; heads kept elsewhere against everybody."""
    known = [Head("H99.202", "one", 3, "ab" * 32)]
    assert [one.code for one in verify(database, VAULT, known).findings] == ["audit.other_than_exported"]


def test_exports_are_signed_and_refuse_what_they_cannot_read(filled):
    """Ed25519 over the heads; a changed head, another key, a head that is none."""
    key = signing_key(base64.b64encode(bytes(range(32))).decode())
    made = export(filled[0], "H99.201", key=key, timestamp=lambda data: b"token of " + data[:3])
    again = Export.from_json(made.to_json())
    assert again == made
    assert again.signature_holds()
    assert again.signature_holds(key.public_key().public_bytes_raw())
    assert not again.signature_holds(Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    changed = json.loads(made.to_json())
    changed["heads"][0][2] += 1
    assert not Export.from_json(json.dumps(changed)).signature_holds()
    assert not export(filled[0], "H99.201").signature_holds()
    for wrong in ("{}", "[]", made.to_json().replace('"heads": [', '"heads": [["x"],', 1), "[" * 100_000):
        with pytest.raises(InvalidInput):
            Export.from_json(wrong)
    with pytest.raises(ConfigurationError):
        signing_key("AAAA")


def test_two_machines_write_two_chains_and_two_processes_one(make_log, database):
    """Two logs of one name share a chain without losing an entry."""
    one, other, elsewhere = make_log("a"), make_log("a"), make_log("b")
    for turn in range(5):
        for log in (one, other, elsewhere):
            log.note(Note(agency="H99.201", kind=Kind.OVERRIDE, operation=f"x{turn}"))
    found = verify(database, VAULT)
    assert found.whole
    assert {(head.writer, head.sequence > 0) for head in found.chains} == {("a", True), ("b", True)}


def test_threads_share_commits_and_lose_nothing(make_log, database):
    """Sixteen threads, one chain, no gap."""
    log = make_log()

    def work():
        for _ in range(5):
            log.finish(log.begin(Note(agency="H99.201", kind=Kind.WRITE, operation="x")), "done")

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    found = verify(database, VAULT)
    assert (found.whole, found.entries, found.open) == (True, 160, ())


def test_an_outcome_that_cannot_be_written_is_told_to_the_logs(make_log, database, caplog):
    """What was done stays done: the intent is open, and somebody is told."""
    log = make_log()
    mark = log.begin(Note(agency="H99.201", kind=Kind.WRITE, operation="x"))
    database.close()
    database._url = "sqlite:////nowhere/at/all.db"
    log.finish(mark, "done")
    assert "audit outcome lost" in caplog.text


def test_what_no_column_should_hold_is_a_change_not_a_crash(database, filled, tamper):
    """Bytes, words and negative numbers where they do not belong."""
    tamper(
        "UPDATE audit SET at = X'00ff' WHERE agency = 'H99.202' AND sequence = 2",
        "UPDATE audit SET refers = 'abc' WHERE agency = 'H99.202' AND sequence = 4",
        "UPDATE audit SET sequence = -1 WHERE agency = 'H99.202' AND sequence = 6",
        "UPDATE audit_bodies SET officer = X'00', salt = '' WHERE agency = 'H99.202' AND sequence = 1",
    )
    found = {(one.code, one.sequence) for one in verify(database, VAULT).findings}
    assert {("audit.changed", 2), ("audit.changed", 4), ("audit.missing", 6), ("audit.body_changed", 1)} <= found


@pytest.mark.parametrize(
    "statement",
    [
        *(
            f"UPDATE audit_bodies SET {name} = CAST({name} AS BLOB) WHERE sequence = 2"
            for name in ("officer", "day", "salt")
        ),
        "UPDATE audit_bodies SET outcome = x'' WHERE outcome = ''",
        "UPDATE audit_bodies SET details = lower(hex(details)) WHERE sequence = 2",
        "UPDATE audit SET kind = CAST(kind AS BLOB) WHERE sequence = 2",
    ],
)
def test_the_same_as_another_type_is_a_change(database, filled, tamper, statement):
    """Bytes have the digest of the text that spells them; the type tells them apart."""
    tamper(statement)
    assert {"audit.changed", "audit.body_changed"} & codes(verify(database, VAULT))


def test_a_person_s_look_ups_cannot_be_hidden_as_bytes(file, database, filled, tamper):
    """The digest of the person as the blob it spells: no look-up is found by it, and both say so."""
    digest = next(row["subject"] for row in snapshot(file)["audit_bodies"] if row["subject"])
    tamper(f"UPDATE audit_bodies SET subject = x'{digest}' WHERE subject = '{digest}'")
    with pytest.raises(LedgerError, match=r"ledger\.entry_changed"):
        LookUps(filled[0]).who_read("000000000012")
    assert codes(verify(database, VAULT)) == {"audit.body_changed"}


def test_anchors_cannot_be_disarmed(database, filled, tamper, make_log):
    """An anchor whose details are spelled out holds no chain any more; that it was changed is found."""
    make_log("three").note(Note(agency="H99.203", kind=Kind.OVERRIDE, operation="x"))
    tamper(
        "UPDATE audit_bodies SET details = lower(hex(details)) WHERE EXISTS (SELECT 1 FROM audit a WHERE"
        " a.kind = 'anchor' AND a.agency = audit_bodies.agency AND a.writer = audit_bodies.writer"
        " AND a.sequence = audit_bodies.sequence)",
        "DELETE FROM audit WHERE agency = 'H99.202' AND sequence > 6",
        "DELETE FROM audit_bodies WHERE agency = 'H99.202' AND sequence > 6",
    )
    assert {"audit.body_changed", "audit.anchor_lost"} <= codes(verify(database, VAULT))


def test_a_chain_leaves_the_list_of_chains_only_visibly(database, filled, tamper):
    """Anchors hold those chains that are listed."""
    tamper("DELETE FROM audit_chains WHERE agency = 'H99.202'")
    assert codes(verify(database, VAULT)) == {"audit.chain_unlisted"}


def test_the_mark_of_a_purge_is_held_by_the_log(database, filled, clock, tamper):
    """Set back, or taken away."""
    clock.advance(60)
    purge(filled[0], "H99.202", before=clock.now(), officer="cb-9", reason="QĐ 1")
    assert verify(database, VAULT).whole
    tamper("UPDATE audit_purges SET upto = 1")
    assert codes(verify(database, VAULT)) == {"audit.purge_unmarked", "audit.purge_unrecorded"}
    tamper("DELETE FROM audit_purges")
    assert codes(verify(database, VAULT)) == {"audit.purge_unmarked"}


@pytest.mark.parametrize("value", ["'x'", "9223372036854775807", "1.5", "-7"])
def test_nothing_follows_an_entry_that_is_none(database, filled, tamper, value):
    """Where the last number of a chain was changed, the next entry is refused with a code."""
    tamper(
        f"UPDATE audit SET sequence = {value} WHERE agency = 'H99.202'"
        " AND sequence = (SELECT max(sequence) FROM audit WHERE agency = 'H99.202')"
    )
    note = Note(agency="H99.202", kind=Kind.WRITE, operation="x")
    with pytest.raises(LedgerError, match=r"ledger\.(entry_changed|unusable)"):
        filled[0].begin(note)
    assert not verify(database, VAULT).whole


def test_an_odd_letter_does_not_stop_an_entry(either, clock):
    """Half a surrogate and a zero byte, on both databases."""
    log = AuditLog(either, VAULT, clock.now, writer="one")
    log.note(Note(agency="H99.201", kind=Kind.OVERRIDE, operation="x\0y", officer="a\ud800", details={"r": "\ud800\0"}))
    assert verify(either, VAULT).whole


def test_the_writer_s_name_is_fit_for_a_table(database, clock):
    """Host names may hold anything."""
    assert AuditLog(database, VAULT, clock.now, writer="máy chủ/1").writer == "máy-chủ-1"
    assert AuditLog(database, VAULT, clock.now).writer


def test_both_databases_keep_chains_purge_and_find_changes(either, clock):
    """Sixteen threads of two writers, a purge, an outcome without a flush, and a change by the administrator."""
    logs = [AuditLog(either, VAULT, clock.now, writer=name) for name in ("one", "two")]

    def work(log):
        for _ in range(4):
            log.finish(log.begin(Note(agency="H99.201", kind=Kind.WRITE, operation="x", officer="cb-1")), "done")

    threads = [threading.Thread(target=work, args=(logs[n % 2],)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    known = export(logs[0], "H99.201").heads
    found = verify(either, VAULT, known)
    assert (found.findings, found.open, len(found.chains)) == ((), (), 2)
    assert sum(head.sequence for head in known) >= 128
    clock.advance(60)
    assert purge(logs[0], "H99.201", before=clock.now(), officer="cb-9", reason="QĐ 1").bodies >= 128
    assert verify(either, VAULT, known).findings == ()
    with either.transaction() as db:
        if either.kind == "postgresql":
            db.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            db.exec_driver_sql("DROP TRIGGER audit_no_update")
        db.exec_driver_sql("UPDATE audit SET at = '2020' WHERE sequence = 3 AND writer = 'two'")
    assert ("audit.changed", "two", 3) in {(o.code, o.writer, o.sequence) for o in verify(either, VAULT).findings}
