"""The awaited durable face: the same names, the same events, and a loop that is never blocked."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import pytest
from sqlalchemy import text

from gov_connect import AsyncGovConnect
from gov_connect._awaited import AwaitedDelivery, AwaitedWorkflows
from gov_connect._delivery import Delivery
from gov_connect._workflows import Workflows
from gov_connect.delivery.news import ResultReady
from gov_connect.errors import KeyConflict
from gov_connect.runtime import AsyncDurable

# What builds workers or looks at the records for an officer blocks by its nature: it is reached by `call`.
BLOCKING = {
    "distributor",
    "worker",
    "executor",
    "jobs",
    "queue",
    "systems",
    "admin",
    "announce",
    "write",
    "writer",
    "make_ready",
}


@pytest.fixture
def agency(durable, database_url):
    made = durable.Agency(database_url)
    yield made
    made.gov.close()


@pytest.fixture
def agov(agency):
    """The awaited façade over the same records."""
    return AsyncGovConnect(parts=agency.gov._parts)


def public(kind):
    """Names that a face offers."""
    return {name for name in vars(kind) if not name.startswith("_")}


def test_both_faces_offer_the_same_names():
    """A method that one gets, the other has."""
    assert public(AwaitedDelivery) - {"call"} == public(Delivery) - BLOCKING
    assert public(AwaitedWorkflows) - {"call"} == public(Workflows)
    assert AwaitedDelivery.__dict__["wake"].__doc__ == Delivery.wake.__doc__


def test_an_awaited_event_is_the_same_event(agency, agov, durable):
    """Written once, whichever façade writes it; delivered by the same worker."""
    dossier = durable.dossier(1)
    office = agov.delivery.system(durable.Office[AsyncDurable])

    async def write():
        first, second = await office.note(dossier, "a"), await office.note(dossier, "a")
        status = await agov.delivery.status()
        return first, second, status

    first, second, (standing,) = asyncio.run(write())
    assert (first.id, first.fresh, second.fresh, standing.waiting) == (second.id, True, False, 1)
    assert agency.office.note(dossier, "a").id == first.id
    with agency.worker():
        agency.settled(done=1)
    assert asyncio.run(agov.delivery.result(first)) == "ok a"


def test_the_loop_turns_while_it_is_written(agency, agov, durable):
    """The commit happens in another thread."""
    seen = []
    taken = agency.gov._parts.database.transaction

    def watched(*names):
        seen.append(threading.current_thread() is threading.main_thread())
        return taken(*names)

    agency.gov._parts.database.transaction = watched
    asyncio.run(agov.delivery.publish(ResultReady(dossier=durable.dossier(1))))
    agency.gov._parts.database.transaction = taken
    assert seen
    assert not any(seen)


def test_keys_and_transactions_go_along(agency, agov, durable):
    """A key is one event; what the host undoes never was; wrong calls raise when they are awaited."""
    dossier = durable.dossier(1)
    news = ResultReady(dossier=dossier)

    async def both():
        keyed = agov.delivery.with_key("one")
        await keyed.publish(news)
        with pytest.raises(KeyConflict):
            await keyed.publish(ResultReady(dossier=dossier, reference="other"))
        with contextlib.suppress(RuntimeError), agency.gov._parts.database.transaction() as connection:
            await agov.delivery.within(connection).publish(ResultReady(dossier=durable.dossier(2)))
            raise RuntimeError

    asyncio.run(both())
    with agency.gov._parts.database.reading() as db:
        assert db.execute(text("SELECT count(*) FROM events")).scalar() == 1


def test_an_asynchronous_connection_carries_the_event(agency, agov, durable):
    """SQLAlchemy's `run_sync` is all that is needed of it."""
    ran = []

    class Connection:
        """What an AsyncConnection is to us."""

        async def run_sync(self, work):
            with agency.gov._parts.database.transaction() as inner:
                ran.append(inner)
                return work(inner)

    event = asyncio.run(agov.delivery.within(Connection()).publish(ResultReady(dossier=durable.dossier(1))))
    assert (len(ran), event.fresh) == (1, True)
