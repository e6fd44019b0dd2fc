"""Durable handlers: at least once, in order per dossier, in the host's transaction if it wants."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from gov_connect.delivery.news import DossierWithdrawn, PaymentChanged, ResultReady, SupplementRequested
from gov_connect.model import PaymentState


@pytest.fixture
def agency(durable, database_url):
    made = durable.Agency(database_url)
    yield made
    made.gov.close()


def test_news_are_told_in_order_and_each_dossier_on_its_own(agency, durable):
    """Several kinds, several dossiers, one handler each."""
    heard, lock = [], threading.Lock()

    def hear(news):
        with lock:
            heard.append((str(news.dossier), type(news).__name__))

    for kind in (SupplementRequested, ResultReady, DossierWithdrawn):
        agency.gov.on(kind)(hear)
    tell = agency.gov.delivery.publish
    for which in range(5):
        tell(SupplementRequested(dossier=durable.dossier(which), text="thiếu giấy"))
        tell(ResultReady(dossier=durable.dossier(which)))
        tell(DossierWithdrawn(dossier=durable.dossier(which)))
    with agency.worker():
        agency.settled(done=15)
    for which in range(5):
        mine = [kind for code, kind in heard if code == durable.dossier(which)]
        assert mine == ["SupplementRequested", "ResultReady", "DossierWithdrawn"]


def test_a_handler_that_fails_hears_it_again_and_nothing_overtakes(agency, durable):
    """The second piece of news waits for the first."""
    heard, failures = [], [1, 1]

    @agency.gov.on(SupplementRequested)
    def hear(news):
        if failures:
            failures.pop()
            raise RuntimeError
        heard.append(news.text)

    for said in ("one", "two"):
        agency.gov.delivery.publish(SupplementRequested(dossier=durable.dossier(1), text=said))
    with agency.worker():
        agency.settled(done=2)
    assert heard == ["one", "two"]


def test_a_handler_with_a_transaction_writes_exactly_once(agency, durable):
    """What it writes into our transaction is there if and only if the news counts as told."""
    with agency.gov._parts.database.transaction() as db:
        db.execute(text("CREATE TABLE host_news (text TEXT)"))
    broken = [True]

    @agency.gov.on(PaymentChanged)
    def hear(news, db):
        db.execute(text("INSERT INTO host_news VALUES (:text)"), {"text": news.reference})
        if broken:
            broken.pop()
            raise RuntimeError

    agency.gov.delivery.publish(
        PaymentChanged(dossier=durable.dossier(1), system="vnpay", reference="gc1", state=PaymentState.PAID)
    )
    with agency.worker():
        agency.settled(done=1)
    with agency.gov._parts.database.reading() as db:
        assert db.execute(text("SELECT text FROM host_news")).scalars().all() == ["gc1"]


def test_a_worker_without_handlers_leaves_news_alone(agency, durable):
    """`gov-connect worker` without the host's module does not swallow what the host must hear."""
    agency.gov.delivery.publish(ResultReady(dossier=durable.dossier(1)))
    agency.office.note(durable.dossier(1), "a")
    with agency.worker():
        agency.settled(done=1)
    (left,) = agency.gov.delivery.admin.events(state="waiting")
    assert left.system == "host"


def test_the_content_of_news_is_sealed_and_hidden(agency, durable):
    """Neither the file nor the handle shows what was said."""
    event = agency.gov.delivery.publish(SupplementRequested(dossier=durable.dossier(1), text="MAU BI MAT"))
    assert "MAU" not in repr(event)
    with agency.gov._parts.database.reading() as db:
        (stored,) = db.execute(text("SELECT payload FROM events")).scalars().all()
    assert b"MAU" not in bytes(stored)
