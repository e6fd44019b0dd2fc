"""What must not end a worker or strand its events: an unreadable row, an unheard commit, a host's own fault."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, update

from gov_connect.delivery.events import EventBook, Work
from gov_connect.delivery.health import Ring
from gov_connect.delivery.outcomes import Claimed, done
from gov_connect.delivery.queue import Queue
from gov_connect.delivery.states import Lane
from gov_connect.delivery.worker import Worker
from gov_connect.runtime import SystemClock
from gov_connect.store import Database, Vault
from gov_connect.store.tables import ALERTS, EVENTS


@pytest.fixture
def file(tmp_path):
    """A database that several threads share."""
    made = Database(f"sqlite:///{tmp_path / 'x.db'}")
    yield made
    made.close()


@pytest.fixture
def queue(file, vault):
    """The queue over it."""
    return Queue(file, vault, SystemClock())


def put(queue, dossier, vault):
    """Write one event down, closed with the key of `vault`."""
    work = Work(agency="A", lane=Lane.OUT, system="portal", operation="portal.put", dossier=dossier, payload="{}")
    with queue.database.transaction() as db:
        return EventBook(vault, SystemClock()).write(db, work).id


def states(queue):
    """State, owner, error, tries and doubt of every event, in order."""
    named = (EVENTS.c.state, EVENTS.c.owner, EVENTS.c.error, EVENTS.c.tries, EVENTS.c.doubtful)
    with queue.database.reading() as db:
        return [tuple(row) for row in db.execute(select(*named).order_by(EVENTS.c.id)).all()]


def alerts(queue):
    """What people were told."""
    with queue.database.reading() as db:
        return [(row.kind, row.detail) for row in db.execute(select(ALERTS)).all()]


def served(event):
    """Carry an event out."""
    return done(event, "null")


PARKED = ("parked", "", "ledger.wrong_key", 0, 0)


def test_an_event_that_nobody_can_read_is_parked_and_no_other(queue, vault):
    """It rings once; the rest of the batch is taken and carried out."""
    token = queue.register("w")
    for dossier, key in (("D1", vault), ("D2", Vault.ephemeral()), ("D3", vault)):
        put(queue, dossier, key)
    turn = queue.turn(token, [], room=9, cap=lambda target: 9)
    assert [event.dossier for event in turn.claimed] == ["D1", "D3"]
    assert turn.rings == [("A", "portal", Ring.PARKED, "2: ledger.wrong_key")]
    assert states(queue)[1] == PARKED
    assert alerts(queue) == [("parked", "2: ledger.wrong_key")]
    assert queue.turn(token, [], room=9, cap=lambda target: 9).rings == []


def test_an_unreadable_event_that_was_chosen_is_parked_too(queue, vault):
    """Whoever chose it hears of it; its doubt stays, and what stands behind it is left alone."""
    token = queue.register("w")
    number = put(queue, "D1", Vault.ephemeral())
    behind = put(queue, "D1", vault)
    with queue.database.transaction() as db:
        db.execute(update(EVENTS).where(EVENTS.c.id == number).values(state="sent", owner="dead"))
    assert queue.take(behind, token) == [("A", "portal", Ring.PARKED, "1: ledger.wrong_key")]
    assert states(queue)[0] == (*PARKED[:4], 1)
    assert alerts(queue) == [("parked", "1: ledger.wrong_key")]
    assert queue.take(number, token) is None
    assert queue.take(behind, token) is None
    other = put(queue, "D2", vault)
    taken = queue.take(other, token)
    assert isinstance(taken, Claimed)
    assert (taken.id, taken.doubtful) == (other, False)


def test_an_alarm_that_the_host_fails_on_ends_nobody(queue, vault, durable, caplog):
    """It is logged, and the worker goes on."""
    heard = threading.Event()

    def told(alarm):
        heard.set()
        raise ZeroDivisionError

    put(queue, "D1", Vault.ephemeral())
    with Worker(queue, served, name="w", slots=2, timing=durable.QUICK, told=told):
        assert heard.wait(20)
        put(queue, "D2", vault)
        durable.wait_for(lambda: states(queue)[1][0] == "done")
    assert "alarm_not_heard" in caplog.text
