"""What must not end a worker or strand its events: an unreadable row, an unheard commit, a host's own fault."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from gov_connect.delivery.events import EventBook, Work
from gov_connect.delivery.health import Ring
from gov_connect.delivery.heartbeat import Heartbeat
from gov_connect.delivery.outcomes import Claimed, Kind, Outcome, done, judged
from gov_connect.delivery.periodic import Job
from gov_connect.delivery.queue import Queue
from gov_connect.delivery.states import Lane
from gov_connect.delivery.worker import Worker
from gov_connect.errors import LedgerError, Unreachable
from gov_connect.runtime import SystemClock
from gov_connect.store import Database, Vault
from gov_connect.store.tables import ALERTS, EVENTS
from patience import until


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


def test_a_worker_without_the_right_key_parks_nothing(queue, vault, durable):
    """It takes nothing and says why; with the right one everything is as it was."""
    for dossier in ("D1", "D2"):
        put(queue, dossier, vault)
    wrong = Queue(queue.database, Vault.ephemeral(), SystemClock())
    with pytest.raises(LedgerError) as caught:
        wrong.register("w")
    assert caught.value.code == "ledger.wrong_key"
    with Worker(wrong, served, name="w", slots=2, timing=durable.QUICK) as worker:
        until(lambda: worker.pulse.trouble == "ledger.wrong_key")
    assert [row[0] for row in states(queue)] == ["waiting", "waiting"]
    with Worker(queue, served, name="w", slots=2, timing=durable.QUICK):
        until(lambda: [row[0] for row in states(queue)] == ["done", "done"])


def test_one_process_with_a_foreign_key_keeps_nobody_else_from_working(queue, vault):
    """However much it wrote, and last: who can open older events of any system works. An empty store fits any key."""
    foreign = Queue(queue.database, Vault.ephemeral(), SystemClock())
    assert foreign.register("first of all")
    put(queue, "D1", vault)
    for number in range(25):
        put(queue, f"W{number}", foreign._vault)
    assert queue.register("the right one")
    with pytest.raises(LedgerError):
        Queue(queue.database, Vault.ephemeral(), SystemClock()).register("a third one")


def test_what_is_parked_because_nobody_reads_it_says_nothing_of_a_key(queue, vault):
    """All that is left is such: whoever comes works."""
    token = queue.register("w")
    put(queue, "D1", Vault.ephemeral())
    queue.turn(token, [], room=5, cap=lambda _target: 5)
    assert states(queue) == [PARKED]
    assert queue.register("again")


def test_a_rotated_key_opens_what_the_old_one_closed(queue, vault):
    """The old one is still at hand, as it is during a rotation."""
    put(queue, "D1", vault)
    rotated = Vault(b"n" * 32, bytes(range(32)))
    assert Queue(queue.database, rotated, SystemClock()).register("w")


def test_what_nobody_can_read_is_distributed_anew_like_the_rest(queue, vault):
    """A replay does not fail on it: whoever takes it parks it again."""
    number = put(queue, "D1", Vault.ephemeral())
    behind = put(queue, "D1", vault)
    assert [place.id for place in queue.behind(number)] == [number, behind]


def test_an_alarm_that_the_host_fails_on_ends_nobody(queue, vault, durable, caplog):
    """It is logged, and the worker goes on."""
    heard = threading.Event()

    def told(alarm):
        heard.set()
        raise ZeroDivisionError

    put(queue, "D0", vault)
    put(queue, "D1", Vault.ephemeral())
    with Worker(queue, served, name="w", slots=2, timing=durable.QUICK, on_alarm=told):
        assert heard.wait(60)
        put(queue, "D2", vault)
        until(lambda: states(queue)[2][0] == "done")
    assert "alarm_not_heard" in caplog.text


def test_a_claim_that_was_committed_but_not_heard_of_is_given_back(queue, vault, durable, monkeypatch):
    """The database went away in the very moment of the commit: nobody has begun it, so it carries no doubt."""
    turn, lost, seen = queue.turn, [], []

    def unheard(*args, **options):
        result = turn(*args, **options)
        if result.claimed and not lost:
            lost.extend(result.claimed)
            raise LedgerError("ledger.unreachable")
        return result

    def perform(event):
        seen.append((event.dossier, event.tries, event.doubtful))
        return done(event, "null")

    monkeypatch.setattr(queue, "turn", unheard)
    put(queue, "D1", vault)
    put(queue, "D2", vault)
    with Worker(queue, perform, name="w", slots=2, timing=durable.QUICK):
        until(lambda: [row[0] for row in states(queue)] == ["done", "done"])
    assert [event.dossier for event in lost] == ["D1", "D2"]
    assert sorted(seen) == [("D1", 1, False), ("D2", 1, False)]


@pytest.mark.parametrize("answered_at", [0, 5, None], ids=["first", "last", "never"])
def test_failures_beside_an_answer_begin_no_outage(queue, vault, answered_at):
    """Of calls that ran side by side nobody knows the order: an answer says that the system is there."""
    token = queue.register("w")
    for number in range(6):
        put(queue, f"D{number}", vault)
    events = queue.turn(token, [], room=6, cap=lambda target: 6).claimed
    ended = [
        done(event, "null") if place == answered_at else judged(event, Unreachable(system="portal"))
        for place, event in enumerate(events)
    ]
    rings = [ring for _, _, ring, _ in queue.settle(ended)]
    assert rings == ([Ring.OUTAGE_BEGAN] if answered_at is None else [])


def test_what_a_worker_holds_is_not_given_back(queue, vault):
    """Only what it does not know of, and only its own."""
    mine, other = queue.register("w"), queue.register("x")
    for dossier in ("D1", "D2", "D3"):
        put(queue, dossier, vault)
    (held,) = queue.turn(mine, [], room=1, cap=lambda target: 1).claimed
    (theirs,) = queue.turn(other, [], room=1, cap=lambda target: 1).claimed
    (lost,) = queue.turn(mine, [], room=1, cap=lambda target: 1).claimed
    assert queue.give_back(mine, {held.id}) == 1
    assert states(queue) == [("sent", mine, "", 1, 0), ("sent", other, "", 1, 0), ("waiting", "", "", 0, 0)]
    assert (held.id, theirs.id, lost.id) == (1, 2, 3)


def test_a_long_job_holds_up_neither_the_others_nor_the_end(queue, durable):
    """Each has a thread of its own; the end waits for it no longer than its grace."""
    ticks, go_on = [], threading.Event()
    jobs = [
        Job(name="long", every=999.0, work=lambda: go_on.wait(60)),
        Job(name="short", every=0.01, work=lambda: ticks.append(1)),
    ]
    worker = Worker(queue, served, name="w", slots=1, jobs=jobs, timing=replace(durable.QUICK, grace=0.1)).start()
    try:
        until(lambda: len(ticks) >= 3)
        worker.stop()
        assert worker._thread is not None
        assert not worker._thread.is_alive()
    finally:
        go_on.set()


def test_a_beat_that_fails_for_whatever_reason_is_not_the_last(queue, durable, monkeypatch, caplog):
    """It is logged, and the next one comes."""
    beats = threading.Semaphore(0)

    def beat(heartbeat, worker):
        beats.release()
        raise ZeroDivisionError

    monkeypatch.setattr(Heartbeat, "beat", beat)
    with Worker(queue, served, name="w", slots=1, timing=durable.QUICK):
        assert all(beats.acquire(timeout=60) for _ in range(2))
    assert "beat_failed" in caplog.text


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ledger.wrong_key", Kind.PARKED),
        ("ledger.nested", Kind.PARKED),
        ("ledger.busy", Kind.AGAIN),
        ("ledger.unreachable", Kind.AGAIN),
    ],
)
def test_what_no_waiting_mends_is_for_people(queue, vault, code, kind):
    """A key that is missing is not tried again every second for ever."""
    put(queue, "D1", vault)
    (event,) = queue.turn(queue.register("w"), [], room=1, cap=lambda target: 1).claimed
    outcome = judged(event, LedgerError(code))
    assert (outcome.kind, outcome.code, outcome.doubtful) == (kind, code, True)


def test_a_wait_of_hours_is_not_taken_for_a_clock_that_jumped(queue, vault):
    """A workflow that waits for people must not be brought back at every look."""
    put(queue, "D1", vault)
    (event,) = queue.turn(queue.register("w"), [], room=1, cap=lambda target: 1).claimed
    queue.settle([Outcome(event=event, kind=Kind.AGAIN, wait=6 * 3600.0, counted=False)])
    assert queue.unstick() == 0
    with queue.database.transaction() as db:
        db.execute(update(EVENTS).values(due=EVENTS.c.due + 3600.0))
    assert queue.unstick() == 1
