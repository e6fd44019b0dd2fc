"""The host's own transaction: its row and our event exist together or not at all, by every library."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
import sqlalchemy
from sqlalchemy import orm, text

from gov_connect.errors import NotSupported


@pytest.fixture
def agency(durable, database_url):
    made = durable.Agency(database_url)
    # Opened once, so that our tables are there.
    made.gov.delivery.admin.status()
    yield made
    made.gov.close()


def by_sqlalchemy(url):
    """An engine of the host's own, and a transaction on it."""
    engine = sqlalchemy.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    return engine, engine.begin, lambda db, sql: db.execute(text(sql))


def by_session(url):
    """An ORM session of the host's own."""
    engine = sqlalchemy.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    return engine, lambda: orm.Session(engine).begin(), lambda db, sql: db.execute(text(sql))


class Raw:
    """The driver's own connection as a context manager that commits or undoes."""

    def __init__(self, url):
        self.kind = psycopg if url.startswith("postgresql") else sqlite3
        self.connection = (
            psycopg.connect(url) if self.kind is psycopg else sqlite3.connect(url.removeprefix("sqlite:///"))
        )

    def __enter__(self):
        return self.connection

    def __exit__(self, failure, *rest):
        (self.connection.rollback if failure else self.connection.commit)()

    def dispose(self):
        self.connection.close()


def by_driver(url):
    """Psycopg or sqlite3 themselves, as Django has them too."""
    raw = Raw(url)
    return raw, lambda: raw, lambda db, sql: db.execute(sql)


@pytest.mark.parametrize("library", [by_sqlalchemy, by_session, by_driver])
def test_both_rows_or_none(agency, durable, database_url, library):
    """Committed together; undone together; and a worker delivers only what was committed."""
    host, begin, run = library(database_url)
    with begin() as db:
        session = getattr(db, "session", db)
        run(session, "CREATE TABLE host_dossiers (code TEXT)")
    with begin() as db:
        session = getattr(db, "session", db)
        run(session, "INSERT INTO host_dossiers VALUES ('kept')")
        kept = agency.gov.delivery.within(session).system(durable.Office)
        event = kept.note(durable.dossier(1), "kept")
        assert kept.note(durable.dossier(1), "kept").id == event.id

    class Undone(Exception):
        """The host changes its mind."""

    def change_of_mind():
        with begin() as db:
            session = getattr(db, "session", db)
            run(session, "INSERT INTO host_dossiers VALUES ('undone')")
            agency.gov.delivery.within(session).system(durable.Office).note(durable.dossier(2), "undone")
            raise Undone

    with pytest.raises(Undone):
        change_of_mind()
    with begin() as db:
        session = getattr(db, "session", db)
        assert [tuple(row) for row in run(session, "SELECT code FROM host_dossiers").fetchall()] == [("kept",)]
    host.dispose()
    with agency.worker():
        agency.settled(done=1)
    assert agency.script.got == {durable.dossier(1): ["kept"]}
    assert agency.gov.delivery.result(event) == "ok kept"


def test_the_hosts_own_settings_are_left_as_they_were(agency, durable, postgres, database_url):
    """Its search path after the call is what it was before."""
    if not database_url.startswith("postgresql"):
        pytest.skip("SQLite has no search path")
    with psycopg.connect(database_url) as db:
        db.execute("SET search_path TO public")
        agency.gov.delivery.within(db).system(durable.Office).note(durable.dossier(1), "a")
        assert db.execute("SHOW search_path").fetchone() == ("public",)
    assert agency.states() == {"waiting": 1}


def test_a_connection_to_another_kind_of_database_is_refused(agency, durable, database_url):
    """The event could not be part of that transaction."""
    other = object() if database_url.startswith("sqlite") else sqlite3.connect(":memory:")
    with pytest.raises(NotSupported) as caught:
        agency.gov.delivery.within(other).system(durable.Office).note(durable.dossier(1), "a")
    assert caught.value.code == "delivery.foreign_connection"
    if not database_url.startswith("sqlite"):
        other.close()
