"""The outbox: written down once, delivered in order, whatever happens; by both dispatchers, on both databases."""

from __future__ import annotations

import pytest

from gov_connect.delivery.health import Ring
from gov_connect.errors import InvalidInput, KeyConflict, NotSupported
from patience import until


@pytest.fixture(params=["sqlite", "postgresql", "procrastinate"])
def kind(request):
    """Which dispatcher, on which database."""
    return request.param


@pytest.fixture
def make(durable, request, kind, tmp_path):
    """Makes agencies on one database, with one dispatcher."""
    url = f"sqlite:///{tmp_path / 'x.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    made = []

    def one(script=None):
        made.append(durable.Agency(url, script, dispatcher="procrastinate" if kind == "procrastinate" else "worker"))
        return made[-1]

    yield one
    for each in made:
        each.gov.close()


@pytest.fixture
def agency(make):
    return make()


def test_a_call_is_written_down_and_delivered_later(agency, durable):
    """Nothing is sent before a worker comes; then its result is stored."""
    event = agency.office.note(durable.dossier(1), "một")
    assert (event.state, event.fresh, event.operation) == ("waiting", True, "office.note")
    assert agency.script.calls == []
    assert agency.gov.delivery.result(event) is None
    with agency.worker():
        agency.settled(done=1)
    assert agency.gov.delivery.result(event) == "ok một"


def test_the_same_call_again_is_the_same_event_unless_another_came_between(agency, durable):
    """Twice the same is one event; a state that comes back is a new one."""
    first = agency.office.note(durable.dossier(1), "a")
    assert agency.office.note(durable.dossier(1), "a").id == first.id
    assert not agency.office.note(durable.dossier(1), "a").fresh
    agency.office.note(durable.dossier(1), "b")
    assert agency.office.note(durable.dossier(1), "a").fresh
    assert agency.office.note(durable.dossier(2), "a").fresh
    with agency.worker():
        agency.settled(done=4)
    assert agency.script.got[durable.dossier(1)] == ["a", "b", "a"]


def test_a_key_of_ones_own_stands_for_one_content(agency, durable):
    """The same key and content is the same event for ever; another content is refused."""
    keyed = agency.gov.delivery.with_key("k1").system(durable.Office)
    first = keyed.note(durable.dossier(1), "a")
    agency.office.note(durable.dossier(1), "b")
    assert keyed.note(durable.dossier(1), "a").id == first.id
    with pytest.raises(KeyConflict):
        keyed.note(durable.dossier(1), "c")


def test_a_key_that_is_too_long_is_refused_alike_on_both_databases(agency, durable):
    """Two hundred characters are the most; nothing is written."""
    longest = agency.gov.delivery.with_key("k" * 200).system(durable.Office)
    assert longest.note(durable.dossier(1), "a").fresh
    with pytest.raises(InvalidInput) as caught:
        agency.gov.delivery.with_key("k" * 201).system(durable.Office).note(durable.dossier(1), "b")
    assert [(one.path, one.code) for one in caught.value.problems] == [("key", "value.too_long")]
    assert agency.states() == {"waiting": 1}


def test_only_what_can_be_repeated_or_looked_up_is_delivered(agency, durable):
    """Reads, and writes whose doubt nobody could resolve, are refused before anything is written."""
    for call in (agency.office.look, agency.office.blind):
        with pytest.raises(NotSupported) as caught:
            call(durable.dossier(1))
        assert caught.value.code == "delivery.undeliverable"
    assert agency.states() == {}


def test_dossiers_go_in_order_and_side_by_side(agency, durable):
    """Twenty events of each of ten dossiers: each dossier in its order, several dossiers at once."""
    agency.script.slow = 0.002
    for number in range(20):
        for which in range(10):
            agency.office.note(durable.dossier(which), str(number))
    with agency.worker():
        agency.settled(done=200)
    assert all(agency.script.got[durable.dossier(which)] == [str(n) for n in range(20)] for which in range(10))
    assert not agency.script.overlapped
    assert agency.script.most_at_once > 1


def test_a_refused_event_parks_its_dossier_and_no_other(agency, durable):
    """What follows it waits behind it, visibly; a replay lets all of it go on, in order."""
    agency.script.refuse = {"wrong"}
    for text in ("first", "wrong", "after"):
        agency.office.note(durable.dossier(1), text)
    agency.office.note(durable.dossier(2), "other")
    with agency.worker():
        until(lambda: agency.states() == {"waiting": 1, "done": 2, "parked": 1})
        (parked,) = agency.gov.delivery.admin.events(state="parked")
        assert parked.error == "system.refused"
        until(lambda: [ring for _, _, ring, _ in agency.told] == [Ring.PARKED])
        assert agency.gov.delivery.admin.status()[0].parked == 1
        agency.script.refuse = set()
        assert agency.gov.delivery.replay(parked.id)
        agency.settled(done=4)
    assert agency.script.got[durable.dossier(1)] == ["first", "wrong", "after"]


def test_a_cancelled_event_lets_the_rest_go_on(agency, durable):
    """Decided against, it is never sent, and its dossier goes on."""
    agency.script.refuse = {"wrong"}
    for text in ("wrong", "after"):
        agency.office.note(durable.dossier(1), text)
    with agency.worker():
        until(lambda: "parked" in agency.states())
        (parked,) = agency.gov.delivery.admin.events(state="parked")
        assert agency.gov.delivery.cancel(parked.id)
        assert not agency.gov.delivery.cancel(parked.id)
        until(lambda: agency.states() == {"done": 1, "cancelled": 1})
    assert agency.script.got[durable.dossier(1)] == ["after"]


def test_an_event_held_by_hand_waits(agency, durable):
    """Parked before it was sent; nothing of its dossier moves until it is replayed."""
    event = agency.office.note(durable.dossier(1), "a")
    assert agency.gov.delivery.admin.park(event.id)
    assert not agency.gov.delivery.admin.park(event.id)
    agency.office.note(durable.dossier(2), "b")
    with agency.worker():
        agency.settled(done=1)
        assert agency.script.got == {durable.dossier(2): ["b"]}
        agency.gov.delivery.replay(event.id)
        agency.settled(done=2)


def test_an_outage_pauses_the_system_and_rings_once_each_way(agency, durable):
    """A hundred dossiers wait; few calls are spent on knocking; one alarm when it begins, one when it ends."""
    agency.script.down = True
    for number in range(100):
        agency.office.note(durable.dossier(number), "a")
    with agency.worker():
        until(lambda: agency.told)
        until(lambda: len(agency.script.calls) > 12)
        status = agency.gov.delivery.admin.status()[0]
        assert status.outage_since is not None
        assert len(agency.script.calls) < 60
        # Between two probes: failures under way that come in after the first answer could be an outage of their own.
        until(lambda: "sent" not in agency.states())
        agency.script.down = False
        agency.settled(done=100)
        until(lambda: len(agency.told) == 2)
    assert [ring for _, _, ring, _ in agency.told] == [Ring.OUTAGE_BEGAN, Ring.OUTAGE_ENDED]
    assert agency.gov.delivery.admin.status()[0].outage_since is None
    # Nothing of it counted as a try of the events themselves.
    assert {line.tries for line in agency.gov.delivery.admin.events(state="done")} == {1}


def test_two_workers_share_the_work_and_do_nothing_twice(agency, durable, make):
    """Side by side on one database: every event once, in order."""
    other = make(agency.script)
    for number in range(40):
        for which in range(5):
            agency.office.note(durable.dossier(which), str(number))
    with agency.worker(), other.worker():
        agency.settled(done=200)
    assert all(agency.script.got[durable.dossier(which)] == [str(n) for n in range(40)] for which in range(5))
    assert not agency.script.overlapped


def test_what_a_dead_worker_had_is_looked_up_and_finished(agency, durable):
    """It died after sending and before writing: the next one asks first, and does not enter it twice."""
    agency.office.enter(durable.dossier(1), "birth")
    queue = agency.gov.delivery.queue
    dead = queue.register("dead")
    (claimed,) = queue.turn(dead, [], room=5, cap=lambda _target: 5).claimed
    agency.script.got[durable.dossier(1)].append("birth")
    assert claimed.tries == 1
    with agency.worker():
        agency.settled(done=1)
    assert agency.script.got[durable.dossier(1)] == ["birth"]
    assert [label for label, *_ in agency.script.calls] == ["known"]


def test_a_worker_that_only_slept_does_not_write_over_its_successor(agency, durable):
    """Taken for dead and finishing late: its result counts, its failure does not, and it claims nothing."""
    from gov_connect.delivery.outcomes import done, judged  # noqa: PLC0415 - only here
    from gov_connect.errors import LeaseLost, Unreachable  # noqa: PLC0415

    queue = agency.gov.delivery.queue
    for which in (1, 2):
        agency.office.note(durable.dossier(which), "a")
    slept, other = queue.register("slept"), queue.register("other")
    mine = queue.turn(slept, [], room=5, cap=lambda _target: 5).claimed
    assert queue.bury(slept, queue.beat(other)[slept]) == 2
    late = [done(mine[0], '"late"'), judged(mine[1], Unreachable(system="office"))]
    theirs = queue.turn(other, [], room=5, cap=lambda _target: 5).claimed
    assert sorted(event.id for event in theirs) == sorted(event.id for event in mine)
    assert all(event.doubtful for event in theirs)
    queue.settle(late)
    assert agency.states() == {"done": 1, "sent": 1}
    agency.office.note(durable.dossier(3), "a")
    with pytest.raises(LeaseLost):
        queue.turn(slept, [], room=5, cap=lambda _target: 5)


def test_a_clock_that_jumps_makes_nobody_dead_and_strands_nothing(durable, tmp_path):
    """A day forward and a day back while events wait and are under way."""
    from gov_connect.runtime import ManualClock  # noqa: PLC0415 - only here

    agency = durable.Agency(f"sqlite:///{tmp_path / 'x.db'}")
    clock = ManualClock(durable.NOW)
    agency.gov._parts.clock = clock
    agency.script.slow = 0.02
    with agency.worker():
        for number in range(60):
            agency.office.note(durable.dossier(number % 6), str(number))
            if number % 20 == 10:
                clock.advance(86_400 if number < 30 else -3 * 86_400)
        agency.settled(done=60)
    assert sum(len(texts) for texts in agency.script.got.values()) == 60
    assert not agency.script.overlapped
    agency.gov.close()


def test_stopping_ends_what_is_under_way_and_gives_back_the_rest(agency, durable):
    """In order: nothing is doubtful afterwards, nobody is left in the list of workers."""
    agency.script.slow = 0.05
    for number in range(40):
        agency.office.note(durable.dossier(number), "a")
    with agency.worker(slots=2):
        agency.settled(done=2)
    states = agency.states()
    assert "sent" not in states
    assert states["done"] + states["waiting"] == 40
    assert not any(line.doubtful for line in agency.gov.delivery.admin.events(state="waiting"))
    assert agency.gov.delivery.admin.workers() == []
    assert len(agency.script.calls) == states["done"]


def test_a_workflow_that_goes_on_forgets_its_failures(agency, durable):
    """Its wait grows while it fails, and begins anew once it went on: not five minutes for a hiccup after days."""
    from gov_connect.delivery.outcomes import Kind, Outcome  # noqa: PLC0415 - only here

    agency.office.note(durable.dossier(1), "a")
    queue = agency.gov.delivery.queue
    token = queue.register("w")
    (claimed,) = queue.turn(token, [], room=1, cap=lambda _target: 1).claimed
    queue.settle([Outcome(event=claimed, kind=Kind.AGAIN, code="system.unreachable")])
    (claimed,) = queue.turn(token, [], room=1, cap=lambda _target: 1).claimed
    assert claimed.tries == 2
    queue.settle([Outcome(event=claimed, kind=Kind.AGAIN, counted=False)])
    (claimed,) = queue.turn(token, [], room=1, cap=lambda _target: 1).claimed
    assert claimed.tries == 1


def test_what_somebody_who_lives_has_in_hand_is_waited_for(agency, durable):
    """A distributor may take for dead who is not: his event is taken over once nobody hears of him any more."""
    event = agency.office.note(durable.dossier(1), "a")
    queue = agency.gov.delivery.queue
    first, second = queue.register("one"), queue.register("two")
    assert queue.take(event.id, first).id == event.id
    assert queue.take(event.id, second) == 1.0
    assert queue.take(event.id, first, held={event.id}) == 1.0
    lost = queue.take(event.id, first)
    assert (lost.doubtful, lost.owner) == (True, first)
    queue.bury(first, 0)
    taken = queue.take(event.id, second)
    assert (taken.doubtful, taken.owner) == (True, second)


def test_who_was_taken_for_dead_takes_nothing_until_it_signs_on_anew(agency, durable):
    """It may wake before its next beat tells it: what it asks for is left to those who live, in one group with them."""
    from gov_connect.delivery.batch_transaction import Asked  # noqa: PLC0415 - only here

    first, second = (agency.office.note(durable.dossier(which), "a") for which in (1, 2))
    queue = agency.gov.delivery.queue
    slept, other = queue.register("slept"), queue.register("other")
    assert queue.bury(slept, queue.beat(other)[slept]) == 0
    assert queue.take(first.id, slept) == 1.0
    assert agency.states() == {"waiting": 2}
    with queue.database.transaction() as db, queue._batch(db) as batch:
        dead, alive = (
            batch.take(Asked(number=event.id, worker=who)) for event, who in ((first, slept), (second, other))
        )
        batch.flush()
    assert (dead.answer, alive.answer.owner) == (1.0, other)
    assert queue.take(first.id, queue.register("slept")).doubtful is False


def test_what_others_take_at_the_same_moment_is_seen(agency, durable):
    """Taking and settling share a transaction: a second claim of one event in it finds the first."""
    from gov_connect.delivery.batch_transaction import Asked  # noqa: PLC0415 - only here
    from gov_connect.delivery.outcomes import done  # noqa: PLC0415 - only here

    event = agency.office.note(durable.dossier(1), "a")
    queue = agency.gov.delivery.queue
    one, two, three = (queue.register(name) for name in ("one", "two", "three"))
    with queue.database.transaction() as db, queue._batch(db) as batch:
        first, second = (batch.take(Asked(number=event.id, worker=token)) for token in (one, two))
        batch.flush()
        assert (first.answer.doubtful, first.answer.tries) == (False, 1)
        assert second.answer == 1.0
        assert batch.settle(done(first.answer, '"ok"')) == []
        third = batch.take(Asked(number=event.id, worker=three))
        batch.flush()
        assert third.answer is None
    assert agency.states() == {"done": 1}
