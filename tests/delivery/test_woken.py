"""What was said is heard: signals, news and messages, whoever works and whenever it comes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from procrastinate.jobs import Job
from sqlalchemy import insert, select, update

from gov_connect.delivery.events import Work
from gov_connect.delivery.executor import Executor
from gov_connect.delivery.healing import not_begun
from gov_connect.delivery.health import Ring
from gov_connect.delivery.job_batches import JobBatches
from gov_connect.delivery.news import DossierReceived, PaymentChanged, ResultReady
from gov_connect.delivery.outcomes import Kind, Outcome, Verdict, done
from gov_connect.delivery.procrastinate_jobs import JobBook
from gov_connect.delivery.procrastinate_worker import ProcrastinateWorker
from gov_connect.delivery.schedule import purge
from gov_connect.delivery.states import Lane
from gov_connect.errors import LedgerError
from gov_connect.model import DossierCode, DossierStatus, ProcedureCode
from gov_connect.store.tables import DOSSIERS, EVENTS, INBOX, ORDERS, PAYMENT_NEWS
from patience import until

AGENCY = "H99.201"
PROCEDURE = ProcedureCode("1.001193")


@pytest.fixture
def agency(durable, database_url):
    """An agency on either database."""
    made = durable.Agency(database_url)
    yield made
    made.gov.close()


@pytest.fixture
def distributed(durable, postgres_url):
    """An agency whose work procrastinate distributes."""
    made = durable.Agency(postgres_url, dispatcher="procrastinate")
    yield made
    made.gov.close()


def claimed(queue):
    """The one event that is due, taken."""
    turn = queue.turn(queue.register("w"), [], room=5, cap=lambda _target: 5)
    (event,) = turn.claimed
    return event


def row_of(agency, number):
    """The row of an event."""
    with agency.gov.delivery.queue.database.reading() as db:
        return db.execute(select(EVENTS).where(EVENTS.c.id == number)).one()


@pytest.mark.parametrize("kind", [Kind.AGAIN, Kind.PARKED])
def test_a_signal_during_a_run_is_heard_when_the_run_ends(agency, durable, kind):
    """What the run believed - wait an hour, or have people look - no longer holds; it does the next time."""
    delivery, code = agency.gov.delivery, str(durable.dossier(1))
    delivery.start("life", code, {})
    event = claimed(delivery.queue)
    assert delivery.wake(code) == 1
    rings = delivery.queue.settle([Outcome(event=event, kind=kind, wait=3600.0, counted=False)])
    assert (rings, delivery.queue.waits(event.id)) == ([], 0.0)
    event = claimed(delivery.queue)
    delivery.queue.settle([Outcome(event=event, kind=kind, wait=3600.0, counted=False)])
    state, due = row_of(agency, event.id).state, delivery.queue.waits(event.id)
    assert (state, due is None) == (("waiting", False) if kind is Kind.AGAIN else ("parked", True))
    assert due is None or due > 3000


def test_a_signal_wakes_what_procrastinate_planned_for_later(distributed, durable):
    """Its job is done now, not when the flow wanted to look again."""
    delivery, code, runs = distributed.gov.delivery, str(durable.dossier(1)), []

    def flow(event):
        runs.append(event.id)
        return 3600.0 if len(runs) == 1 else None

    event = delivery.start("life", code, {})
    with distributed.worker(flows={"life": flow}):
        until(lambda: runs and row_of(distributed, event.id).state == "waiting")
        assert delivery.wake(code) == 1
        distributed.settled(done=1)
    assert len(runs) == 2


def test_events_without_a_job_get_one_and_no_second(distributed, durable):
    """Another dispatcher wrote them, or somebody died between two commits."""
    delivery = distributed.gov.delivery
    delivery.make_ready()
    numbers = []
    for each in (1, 1, 2):
        work = Work(
            agency=AGENCY,
            lane=Lane.FLOW,
            system="workflow",
            operation="life",
            dossier=str(durable.dossier(each)),
            payload=f"{len(numbers)}",
        )
        with delivery.queue.database.transaction() as db:
            numbers.append(delivery._book.write(db, work).id)
    book = JobBook(delivery.queue.database)
    assert (book.amend(), book.amend()) == (2, 0)
    seen = []

    def perform(event):
        seen.append(event.id)
        return done(event, "null")

    with ProcrastinateWorker(delivery.queue, perform, name="w", timing=durable.QUICK):
        distributed.settled(done=3)
    assert sorted(seen) == numbers


FETCH = (
    "SELECT id FROM procrastinate_register_worker_v1() worker, "
    "procrastinate_fetch_job_v2(ARRAY['gov_connect'], worker.worker_id)"
)


def jobs_of(agency):
    """State of each job, and whether it is planned for later."""
    with agency.gov.delivery.queue.database.reading() as db:
        asked = "SELECT status, coalesce(scheduled_at > now(), false) FROM procrastinate_jobs ORDER BY id"
        return [tuple(row) for row in db.exec_driver_sql(asked)]


def test_a_job_that_nobody_is_at_is_put_back(distributed, durable):
    """Its worker lives and never heard that it has it; one whose event is in hand is left alone, and a new one too."""
    queue, book = distributed.gov.delivery.queue, JobBook(distributed.gov.delivery.queue.database)
    event = distributed.office.note(durable.dossier(1), "a")
    with queue.database.transaction() as db:
        db.exec_driver_sql(FETCH)
    book.amend(3600.0)
    assert jobs_of(distributed) == [("doing", False)]
    taken = queue.take(event.id, queue.register("w"))
    book.amend(0.0)
    assert jobs_of(distributed) == [("doing", False)]
    queue.settle([Outcome(event=taken, kind=Kind.AGAIN)])
    book.amend(0.0)
    assert jobs_of(distributed) == [("todo", False)]
    with distributed.worker():
        distributed.settled(done=1)
    assert distributed.script.got[str(durable.dossier(1))] == ["a"]


def test_a_job_whose_end_was_written_with_its_event_is_not_missed(distributed, durable):
    """The answer to that commit was lost: the second time neither the event nor the job is there to be ended."""
    queue, book = distributed.gov.delivery.queue, JobBook(distributed.gov.delivery.queue.database)
    event = distributed.office.note(durable.dossier(1), "a")
    with queue.database.transaction() as db:
        job = db.exec_driver_sql(FETCH).scalar_one()
    taken = queue.take(event.id, queue.register("w"))
    for ended in ({job}, set[int]()):
        queue.settle_one(done(taken, '"ok"'), (book.end, job))
        assert book.ended == ended
    assert (jobs_of(distributed), distributed.states()) == ([], {"done": 1})


def test_a_job_that_was_put_back_during_its_run_ends_the_next_time(distributed, durable):
    """Its end was not written with the event, since it was `todo` by then; nobody believes that it was."""
    queue = distributed.gov.delivery.queue
    event = distributed.office.note(durable.dossier(1), "a")
    asked = "SELECT id FROM procrastinate_jobs"
    with queue.database.reading() as db:
        job = db.exec_driver_sql(asked).scalar_one()
    worker = ProcrastinateWorker(queue, lambda taken: done(taken, "null"), name="w", timing=durable.QUICK)
    queue.settle_one(done(queue.take(event.id, queue.register("other")), '"ok"'), (worker._book.end, job))
    assert (worker._book.ended, jobs_of(distributed)) == (set(), [("todo", False)])
    # As a run leaves it that was broken off between the end of an event and that of its job.
    worker._book.ended.add(job)
    with worker:
        until(lambda: jobs_of(distributed) == [])


def test_a_job_that_runs_again_has_not_ended():
    """The transaction that wrote its end was undone; the end of its next run is written."""
    written = []

    class Connector:
        async def execute_query_async(self, query, **_named):
            written.append(query)

    ended = {7}
    jobs = JobBatches(Connector(), room=1, persisted=ended, stopping=lambda: False)
    job = Job(id=7, status="doing", queue="q", priority=0, lock=None, queueing_lock=None, task_name="t")
    asyncio.run(jobs.retry_job(job))
    assert (len(written), ended) == (1, set())


def test_what_was_woken_while_its_job_was_given_back_is_hastened(distributed, durable):
    """The wish came between the two: the event is due, and its job is planned for later."""
    delivery = distributed.gov.delivery
    delivery.start("life", str(durable.dossier(1)), {})
    with delivery.queue.database.transaction() as db:
        db.exec_driver_sql("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour'")
    assert jobs_of(distributed) == [("todo", True)]
    JobBook(delivery.queue.database).amend()
    assert jobs_of(distributed) == [("todo", False)]


def test_the_first_message_on_a_new_database_is_stored(distributed, durable):
    """Procrastinate's tables are made before it; where they cannot be written, the error is ours."""
    distributed.gov.on(DossierReceived)(lambda _news: None)
    code = str(durable.dossier(1))
    assert distributed.gov.ledger.receive(system="portal", key=code, path="/", body="{}").first
    assert distributed.states() == {"waiting": 1}


def test_jobs_that_cannot_be_written_are_an_error_of_ours(distributed, durable):
    """Nobody outside needs to know procrastinate's own."""
    delivery, code = distributed.gov.delivery, str(durable.dossier(1))
    work = Work(agency=AGENCY, lane=Lane.FLOW, system="workflow", operation="life", dossier=code, payload="{}")
    with pytest.raises(LedgerError), delivery.queue.database.transaction() as db:
        delivery._record(db, work, db.connection)


def paid(agency, code):
    """Write a payment down as the gateway's notice does."""
    parts = agency.gov.delivery._parts
    of = {"agency": AGENCY, "system": "national_payment", "reference": "R1", "state": "paid", "transaction": "t"}
    now = parts.clock.now()
    with parts.database.transaction() as db:
        db.execute(insert(ORDERS).values(**of, dossier=code, amount=1, order=b"x", changed_at=now))
        blank = dict.fromkeys(("raw_code", "raw_time", "alarm", "settled"), "")
        db.execute(insert(PAYMENT_NEWS).values(**of, **blank, source="notice", told_at=now))


def test_who_only_wakes_workflows_takes_no_payment_news_from_the_host(agency, durable):
    """Both read the payment records, each from a place of its own."""
    delivery, parts, code = agency.gov.delivery, agency.gov.delivery._parts, str(durable.dossier(1))
    paid(agency, code)
    parts.flows["life"] = lambda _event: None
    assert (delivery.collect_payment_news(), delivery.collect_payment_news()) == (1, 0)
    parts.flows.clear()
    agency.gov.on(PaymentChanged)(lambda _news: None)
    assert (delivery.collect_payment_news(), delivery.collect_payment_news()) == (1, 0)
    assert [line.operation for line in delivery.admin.events(system="host")] == ["PaymentChanged"]


def test_news_and_workflows_of_others_go_back_untouched(agency, durable):
    """A worker without the code for them calls nobody, marks nothing done and parks nothing."""
    delivery, code = agency.gov.delivery, durable.dossier(1)
    agency.gov.on(PaymentChanged)(lambda _news: None)
    told, begun = delivery.publish(ResultReady(dossier=code)), delivery.start("unknown", str(code), {})
    perform = delivery.executor()
    assert isinstance(perform, Executor)
    events = delivery.queue.turn(delivery.queue.register("w"), [], room=5, cap=lambda _target: 5).claimed
    assert {event.id for event in events} == {told.id, begun.id}
    outcomes = [perform(event) for event in events]
    assert [(one.kind, one.wait, one.counted) for one in outcomes] == [(Kind.AGAIN, 5.0, False)] * 2
    delivery.queue.settle(outcomes)
    assert agency.states() == {"waiting": 2}


def test_the_last_word_on_a_delivered_result_counts(ledger, dossier):
    """What was still waited for may come; a late caller's belief may not."""
    shown = DossierStatus.RESULT_DELIVERED
    for status, outcome in ((shown, "waiting_for_platform"), (shown, "delivered"), (shown, "waiting_for_platform")):
        ledger.stand(dossier, procedure=PROCEDURE, status=status, outcome=outcome)
        assert ledger.record(dossier).outcome in {outcome, "delivered"}
    ledger.stand(dossier, procedure=PROCEDURE, status=DossierStatus.PROCESSED, outcome="waiting_for_officer")
    assert (ledger.record(dossier).status, ledger.record(dossier).outcome) == (shown, "delivered")


def test_corrections_are_closed_with_their_dossier_and_not_reported_before(ledger, database, clock, dossier):
    """Their key is the dossier's number and their content; another dossier's stays open."""
    for key in (f"{dossier}", f"{dossier}/abc", f"{dossier}1"):
        ledger.receive(system="portal", key=key, path="/", body=key)
    ledger.stand(dossier, procedure=PROCEDURE, status=DossierStatus.PROCESSED, outcome="waiting_for_officer")
    clock.advance(timedelta(days=7).total_seconds())
    assert [one.dossier for one in not_begun(database, AGENCY, clock)] == [f"{dossier}1"]
    ledger.stand(dossier, procedure=PROCEDURE, status=DossierStatus.RESULT_DELIVERED, outcome="delivered", handled=True)
    assert [message.key for message in ledger.unhandled("portal")] == [f"{dossier}1"]


def test_the_purge_forgets_what_an_ended_dossier_left_open(ledger, database, clock, dossier):
    """Steps without an answer, and messages that nobody closed; those of an open dossier stay."""
    still = DossierCode("H99.201-260105-0002")
    for code in (dossier, still):
        ledger.begin(system="portal", dossier=code, key=f"{code}/x", operation="portal.put", payload="x")
        ledger.receive(system="portal", key=str(code), path="/", body="first")
        ledger.told(system="portal", key=str(code))
        ledger.receive(system="portal", key=str(code), path="/", body="other")
    for code, status in ((dossier, DossierStatus.RESULT_DELIVERED), (still, DossierStatus.PROCESSED)):
        ledger.stand(code, procedure=PROCEDURE, status=status, outcome="delivered")
    old = clock.now() - timedelta(days=400)
    with database.transaction() as db:
        db.execute(update(DOSSIERS).values(changed_at=old))
        db.execute(update(EVENTS).values(changed_at=old))
        db.execute(update(INBOX).values(received_at=old))
    assert [purge(database, clock, keep=timedelta(days=365)) for _ in "ab"] == [1, 0]
    with database.reading() as db:
        events = {row.dossier for row in db.execute(select(EVENTS)) if row.payload}
        messages = {row.key.partition("#")[0] for row in db.execute(select(INBOX)) if row.body}
    assert (events, messages) == ({str(still)}, {str(still)})
    assert [len(ledger.unhandled("portal")), len(ledger.kept("portal"))] == [1, 1]
    assert ledger.kept("portal")[0].body == "other"


def test_what_people_decided_against_is_not_waited_for(agency, durable):
    """The portal's next push of the dossier is answered."""

    class Inbound:
        code = durable.dossier(1)

    agency.gov.on(DossierReceived)(lambda _news: None)
    event = agency.gov.delivery.publish(ResultReady(dossier=Inbound.code))
    with pytest.raises(LedgerError):
        agency.gov.delivery.wait_handled(Inbound, seconds=0.0)
    assert agency.gov.delivery.cancel(event.id)
    agency.gov.delivery.wait_handled(Inbound, seconds=0.0)
    assert agency.states() == {"cancelled": 1}


def test_the_end_of_an_outage_wakes_the_workflows_that_it_put_off(agency, durable):
    """They need not wait their time out; one that waits for people is left alone."""
    delivery = agency.gov.delivery
    queue = delivery.queue
    off, calm = (delivery.start("life", str(durable.dossier(each)), {}) for each in (1, 2))
    events = {event.id: event for event in queue.turn(queue.register("w"), [], room=5, cap=lambda _target: 5).claimed}
    failed = Outcome(event=events[off.id], kind=Kind.AGAIN, code="system.unreachable", wait=3600.0)
    queue.settle([failed, Outcome(event=events[calm.id], kind=Kind.AGAIN, wait=3600.0)])
    agency.office.note(durable.dossier(3), "a")
    failing = {"kind": Kind.AGAIN, "code": "system.unreachable", "verdict": Verdict.FAILED, "about": "office"}
    rings = queue.settle([Outcome(event=events[off.id], **failing)] * 10)
    assert [ring for _, _, ring, _ in rings] == [Ring.OUTAGE_BEGAN]
    assert queue.waits(off.id) > 3000
    spoke = Outcome(event=events[calm.id], kind=Kind.KEPT, verdict=Verdict.SPOKE, about="office")
    assert [ring for _, _, ring, _ in queue.settle([spoke])] == [Ring.OUTAGE_ENDED]
    assert (queue.waits(off.id), queue.waits(calm.id) > 3000) == (0.0, True)
