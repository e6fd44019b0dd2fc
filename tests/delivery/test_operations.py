"""What operators have: the commands, the worker as a process, the purge, new keys, reconciliation, a full disk."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from typer.testing import CliRunner

from gov_connect.cli._app import app
from gov_connect.delivery import Ledger
from gov_connect.delivery.admin import Lag, lag_of
from gov_connect.errors import LedgerError
from gov_connect.model import AgencyCode
from gov_connect.runtime import ManualClock
from gov_connect.store import Vault, sqlite
from gov_connect.store.rotation import SEALED
from gov_connect.store.tables import EVENTS, METADATA
from patience import until

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.fixture
def agency(durable, database_url):
    made = durable.Agency(database_url)
    yield made
    made.gov.close()


def command(agency, *arguments):
    """Run the command line on the records of an agency, in this process."""
    variables = {
        "GOV_CONNECT_ENVIRONMENT": "test",
        "GOV_CONNECT_AGENCY": "H99.201",
        "GOV_CONNECT_DATABASE_URL": agency.gov.settings.database_url,
        "GOV_CONNECT_STORE_KEY": KEY,
        "GOV_CONNECT_VENDORS": '{"office": {}}',
    }
    return CliRunner().invoke(app, arguments, env=variables)


def test_the_commands_show_and_steer_what_is_under_way(agency, durable):
    """status, list, show, replay, park, cancel: exit 1 where the answer is no, JSON that can be read."""
    agency.script.refuse = {"wrong"}
    for word in ("wrong", "after"):
        agency.office.note(durable.dossier(1), word)
    with agency.worker():
        until(lambda: "parked" in agency.states())
    status = command(agency, "delivery", "status", "--json")
    (system,) = json.loads(status.stdout)["systems"]
    assert (system["system"], system["parked"], system["waiting"], status.exit_code) == ("office", 1, 1, 1)
    (parked,) = json.loads(command(agency, "delivery", "list", "--state", "parked", "--json").stdout)
    shown = json.loads(command(agency, "delivery", "show", str(parked["id"]), "--json").stdout)
    assert shown["error"] == "system.refused"
    assert shown["remedy"]
    assert "payload" not in shown
    assert command(agency, "delivery", "show", "999").exit_code == 1
    assert command(agency, "delivery", "replay", str(parked["id"])).exit_code == 0
    assert command(agency, "delivery", "replay", str(parked["id"])).exit_code == 1
    assert command(agency, "delivery", "cancel", str(parked["id"])).exit_code == 0
    (left,) = json.loads(command(agency, "delivery", "list", "--json").stdout)
    assert command(agency, "delivery", "park", str(left["id"])).exit_code == 0
    assert agency.states() == {"parked": 1, "cancelled": 1}
    assert command(agency, "delivery", "reconcile").exit_code == 1


def test_without_a_key_production_does_not_start():
    """Exit 2 with the remedy, before anything runs."""
    given = {"GOV_CONNECT_ENVIRONMENT": "production", "GOV_CONNECT_AGENCY": "H99.201", "GOV_CONNECT_STORE_KEY": None}
    refused = CliRunner().invoke(app, ["worker"], env=given)
    assert refused.exit_code == 2
    assert "STORE_KEY" in refused.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
def test_the_worker_is_a_process_with_a_health_endpoint_and_stops_in_order(tmp_path, durable):
    """Started, healthy, measured, and stopped by Ctrl-C or by a service: exit 0, and nobody is left in the list."""
    agency = durable.Agency(f"sqlite:///{tmp_path / 'x.db'}")
    agency.gov.delivery.admin.status()
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "gov_connect", "worker", "--health", "127.0.0.1:0"],
            stdout=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "GOV_CONNECT_ENVIRONMENT": "test",
                "GOV_CONNECT_AGENCY": "H99.201",
                "GOV_CONNECT_DATABASE_URL": agency.gov.settings.database_url,
                "GOV_CONNECT_STORE_KEY": KEY,
            },
        )
        for _ in range(2)
    ]
    for process in processes:
        port = json.loads(process.stdout.readline())["health"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as answer:
            assert json.loads(answer.read())["alive"] is True
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
            assert b"gov_connect_delivery_lag_seconds" in answer.read()
    until(lambda: len(agency.gov.delivery.admin.workers()) == 2)
    for process, number in zip(processes, (signal.SIGINT, signal.SIGTERM), strict=True):
        process.send_signal(number)
    for process in processes:
        said, _ = process.communicate(timeout=60)
        assert json.loads(said.splitlines()[-1])["worker"] == "stopped"
        assert process.returncode == 0
    assert agency.gov.delivery.admin.workers() == []
    agency.gov.close()


def test_what_ended_long_ago_is_forgotten_but_still_known(agency, durable):
    """The content is gone; the same key later is still the same event."""
    keyed = agency.gov.delivery.with_key("k").system(durable.Office)
    first = keyed.note(durable.dossier(1), "MAU")
    agency.office.note(durable.dossier(2), "a")
    with agency.worker():
        agency.settled(done=2)
    assert agency.gov.delivery.purge(keep=timedelta(days=1)) == 0
    agency.gov._parts.clock = ManualClock(agency.gov._parts.clock.now() + timedelta(days=400))
    assert agency.gov.delivery.purge(keep=timedelta(days=365)) == 2
    assert agency.gov.delivery.purge(keep=timedelta(days=365)) == 0
    with agency.gov._parts.database.reading() as db:
        assert db.execute(select(EVENTS.c.payload, EVENTS.c.result, EVENTS.c.acting)).all() == [(b"", None, None)] * 2
    assert keyed.note(durable.dossier(1), "MAU").id == first.id
    assert agency.gov.delivery.result(first) is None


def test_a_new_key_opens_everything_and_the_old_one_may_go(agency, durable):
    """Old and new together, then everything closed anew, then the new one alone."""
    event_ = agency.office.note(durable.dossier(1), "a")
    with agency.worker():
        agency.settled(done=1)
    new = base64.b64encode(bytes(range(1, 33))).decode()
    parts = agency.gov._parts
    parts.made["vault"] = Vault.from_text(f"{new},{KEY}")
    delivery = agency.gov.acting().delivery
    assert not delivery.system(durable.Office).note(durable.dossier(1), "a").fresh
    assert delivery.rotate() == 2
    assert delivery.rotate() == 0
    parts.made["vault"] = Vault.from_text(new)
    assert agency.gov.acting().delivery.result(event_) == "ok a"


def test_every_sealed_column_has_a_place_in_the_rotation():
    """A column that only the vault can read is either closed anew, or named here with the reason."""
    sealed = {(each.table.name, each.column) for each in SEALED}
    binary = {
        (table.name, column.name)
        for table in METADATA.tables.values()
        for column in table.columns
        if column.type.__class__.__name__ == "LargeBinary"
    }
    # The audit chain holds digests of what was sealed: sealing it anew would break the chain.
    assert binary - sealed == {("audit_bodies", "details")}


def test_lag_is_judged_by_minutes_and_by_working_hours(durable):
    """Ten minutes make it late; eight working hours make it an alarm; a weekend does not."""
    monday = durable.NOW
    assert lag_of(None, monday) is Lag.OK
    assert lag_of(monday, monday + timedelta(minutes=9)) is Lag.OK
    assert lag_of(monday, monday + timedelta(minutes=11)) is Lag.LATE
    assert lag_of(monday, monday + timedelta(days=1, hours=2)) is Lag.ALARM
    friday = monday + timedelta(days=4, hours=9)
    assert lag_of(friday, friday + timedelta(days=2)) is Lag.LATE


def test_a_full_disk_loses_nothing(durable, tmp_path, monkeypatch):
    """Writing is refused for a while: enqueuing says so, the worker waits, and all goes on afterwards."""
    agency = durable.Agency(f"sqlite:///{tmp_path / 'x.db'}")
    kept = [agency.office.note(durable.dossier(number), "a" * 2000).id for number in range(20)]
    limit, start = ["PRAGMA max_page_count = 1"], sqlite._start

    def limited(driver, info, **how):
        driver.execute(limit[0])
        start(driver, info, **how)

    monkeypatch.setattr(sqlite, "_start", limited)
    refused = 0
    for number in range(20, 40):
        try:
            kept.append(agency.office.note(durable.dossier(number), "a" * 4000).id)
        except LedgerError as error:
            refused += error.code == "ledger.unusable"
    assert refused > 0
    with agency.worker() as worker:
        time.sleep(0.5)
        limit[0] = "PRAGMA max_page_count = 1073741823"
        agency.settled(done=len(kept))
        assert worker.pulse.alive
    assert {line.id for line in agency.gov.delivery.admin.events(state="done")} == set(kept)
    assert all(len(texts) == 1 for texts in agency.script.got.values())
    agency.gov.close()


def test_what_the_portal_lost_is_found_and_sent_again(durable, tmp_path):
    """Delivered by our records, unknown to the portal: listed, and healed when asked to."""
    from gov_connect.model import DossierCode  # noqa: PLC0415 - only here

    agency = durable.Agency(f"sqlite:///{tmp_path / 'x.db'}")
    with agency.gov._parts.database.transaction() as db:
        db.execute(text("SELECT 1"))
    agency.office.note(DossierCode(durable.dossier(1)), "a")
    assert agency.gov.delivery.reconcile() == []
    agency.gov._parts.clock = ManualClock(agency.gov._parts.clock.now() + timedelta(hours=1))
    (late,) = agency.gov.delivery.reconcile(heal=True)
    assert (late.kind, late.outcome) == ("late", "left")
    agency.gov.close()


def test_without_the_extra_procrastinate_names_it(monkeypatch, durable):
    """Who chose it hears what to install, before anything is written."""
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    agency = durable.Agency("postgresql://nobody@127.0.0.1:1/none", dispatcher="procrastinate")
    with pytest.raises(LedgerError) as caught:
        agency.office.note(durable.dossier(1), "a")
    assert "gov-connect[scale]" in caught.value.message.remedy("en", {})
    agency.gov.close()


def test_a_repetition_after_a_change_of_the_key_is_still_one(database, clock):
    """By its number and content under any key at hand; another content under one number stays one too."""
    old, new = bytes(range(32)), bytes(range(1, 33))
    before, after = (Ledger(database, vault, AgencyCode("H99.201"), clock) for vault in (Vault(old), Vault(new, old)))
    same = {"system": "portal", "key": "H99.201-260105-0001", "path": "/push"}
    before.receive(**same, body="first")
    before.receive(**same, body="second")
    assert not after.receive(**same, body="first").changed
    assert after.holds(system="portal", key=same["key"], body="first")
    assert after.receive(**same, body="second").changed
    assert len(after.kept("portal")) == 1
