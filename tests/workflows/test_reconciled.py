"""What the reconciliation finds around workflows, what it mends, what it leaves to people; and how late things are."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from gov_connect import GovConnect
from gov_connect.cli._app import app
from gov_connect.cli.worker import metrics
from gov_connect.delivery.admin import Lag
from gov_connect.model import DossierCode, PaymentState
from gov_connect.workflows import Outcome

DAY = 86_400


def kinds(flows, **options):
    """What is found, in short."""
    return [(one.system, one.kind, one.outcome) for one in flows.gov.delivery.reconcile(**options)]


def test_a_payment_nobody_heard_of_is_found_and_goes_on(flows):
    """Paid, the notice lost, no poller: asking the gateway is the healing."""
    code = flows.pushed("2.000635")
    flows.pay(flows.advance(code))
    assert kinds(flows) == []
    flows.commune.clock.advance(2 * DAY)
    assert ("national_payment", "paid_not_heard", "healed") in kinds(flows)
    assert flows.gov.order_book.of_dossier(code)[0].state is PaymentState.PAID
    assert flows.advance(code).outcome is Outcome.DELIVERED


def test_a_payment_that_nobody_makes_is_listed(flows):
    """Open for days: people remind the payer."""
    flows.advance(flows.pushed("2.000635"))
    flows.commune.clock.advance(2 * DAY)
    assert ("national_payment", "payment_open", "left") in kinds(flows)


def test_money_for_a_dossier_that_ended_is_proposed_as_a_refund(flows):
    """Withdrawn, then paid on a page that was still open: proposed once, and listed until somebody asked for it."""
    code = flows.pushed("2.000635")
    standing = flows.advance(code)
    flows.say.withdraw(code)
    assert flows.advance(code).outcome is Outcome.WITHDRAWN
    flows.pay(standing)
    flows.gov.payments.status(standing.link.reference)
    assert ("national_payment", "paid_after_end", "left") in kinds(flows)
    assert flows.say.refund_proposals() == []
    assert ("national_payment", "paid_after_end", "proposed") in kinds(flows, heal=True)
    (refund,) = flows.say.refund_proposals()
    assert refund.reference == standing.link.reference
    assert "paid_after_end" not in [kind for _, kind, _ in kinds(flows)]


def test_what_was_received_and_never_begun_is_listed(flows):
    """After eight working hours."""
    flows.commune.submit("2.000635")
    assert kinds(flows) == []
    flows.commune.clock.advance(5 * DAY)
    assert ("portal", "not_begun", "left") in kinds(flows)


def test_a_bundle_is_asked_for_where_it_stands(flows):
    """Interlinked registrations have a list of their own; what went with papers is not sent again blindly."""
    code = flows.bundle("KS", soLuongBanSao="0")
    assert flows.advance(code).outcome is Outcome.DELIVERED
    assert kinds(flows) == []
    registry = flows.commune.mocks["civil_registry"]
    registry._bundles.pop(code)
    assert kinds(flows, heal=True) == [("civil_registry", "missing", "left")]


def test_it_runs_once_a_day_whoever_comes_first(flows):
    """Two workers, one reconciliation; people are told what is left."""
    (job,) = [job for job in flows.gov.delivery.jobs() if job.name == "reconciliation"]
    flows.advance(flows.pushed("2.000635"))
    flows.commune.clock.advance(2 * DAY)
    assert [one.kind for one in job.work() if one.kind == "payment_open"] == ["payment_open"]
    assert job.work() is None
    flows.commune.clock.advance(3600)
    assert job.work() is None
    (alert,) = [one for one in flows.gov.delivery.admin.alerts() if one.kind == "mismatch"]
    assert "payment_open" in alert.detail
    flows.commune.clock.advance(DAY)
    assert job.work() is not None


def test_one_that_failed_is_made_up_for_the_same_day(flows, monkeypatch):
    """Half a reconciliation counts as none; and nobody else begins while one runs."""
    (job,) = [job for job in flows.gov.delivery.jobs() if job.name == "reconciliation"]
    flows.advance(flows.pushed("2.000635"))
    with monkeypatch.context() as broken:
        broken.setattr("gov_connect._reconciliation.not_begun", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            job.work()
    assert job.work() is None
    flows.commune.clock.advance(3600)
    assert [one.kind for one in job.work()] == ["late"]
    flows.commune.clock.advance(3600)
    assert job.work() is None


def test_what_was_not_asked_for_is_counted(flows, command, monkeypatch):
    """Pages of one line: every dossier is met, the newest first, and what the limit leaves out stands in the report."""
    monkeypatch.setattr("gov_connect.delivery.healing._PAGE", 1)
    codes = [flows.pushed("1.001193", SoLuong="0") for _ in range(3)]
    for code in codes:
        flows.advance(code)
        flows.commune.mocks["portal"]._dossiers.pop(code)
    reconcile = flows.gov.delivery.reconcile
    everything = reconcile(limit=0)
    missing = [one for one in everything if one.kind == "missing"]
    assert [one.dossier for one in missing] == codes[::-1]
    # Each is asked for at the registry, too, which has them.
    assert (everything.not_checked, reconcile(limit=6).not_checked, reconcile(limit=2).not_checked) == (0, 0, 4)
    assert json.loads(command("reconcile", "--limit", "2", "--json")[1])["not_checked"] == 4
    assert "4 dossiers and orders were not asked for" in command("reconcile", "--limit", "2", "--english")[1]
    assert "--limit 0" not in command("reconcile")[1]


@pytest.fixture
def command(flows, monkeypatch):
    """The command over this client; gives its exit code and what it printed."""
    monkeypatch.setattr(GovConnect, "from_env", classmethod(lambda _cls: flows.gov))
    monkeypatch.setattr(GovConnect, "close", lambda _self: None)

    def run(*words):
        done = CliRunner().invoke(app, list(words))
        return done.exit_code, done.stdout

    yield run
    monkeypatch.undo()


def test_an_officer_understands_the_report(flows, command):
    """What each finding means and what to do, in both languages; JSON for machines; 1 while people are needed."""
    assert command("reconcile") == (0, "Các bên khớp nhau, không có chênh lệch.\n")
    code = flows.pushed("1.001193", SoLuong="0")
    flows.advance(code)
    portal = flows.commune.mocks["portal"]
    portal._dossiers.pop(code)
    exit_code, text = command("reconcile")
    assert exit_code == 1
    assert "Dữ liệu của đơn vị ghi là đã gửi" in text
    assert "--apply" in text
    assert "for people" in command("reconcile", "--english")[1]
    told = json.loads(command("reconcile", "--json")[1])
    assert (told["left"], told["counts"], told["findings"][0]["outcome"]) == (1, {"missing": 1}, "left")
    assert told["findings"][0]["text_en"].startswith("Delivered by our records")
    exit_code, text = command("delivery", "reconcile", "--apply")
    assert (exit_code, "đã sửa" in text) == (0, True)


def test_lag_rings_when_it_begins_and_when_it_ends(flows):
    """Late after 10 minutes, an alarm after 8 working hours, and on time again: each once."""
    office, clock = flows.gov.delivery.admin, flows.commune.clock
    code = DossierCode(flows.pushed("2.000635"))
    rang = [office.watch_lag()]
    for seconds in (601, 60, 2 * DAY, 60):
        clock.advance(seconds)
        rang.append(office.watch_lag())
    # From Friday 8:11 on: Saturday and Sunday are no working hours.
    clock.advance(DAY + 3600)
    rang.append(office.watch_lag())
    assert rang == [0, 1, 0, 0, 0, 1]
    assert [one.lag for one in office.status()] == [Lag.ALARM]
    (line,) = office.events(dossier=str(code))
    flows.gov.delivery.cancel(line.id)
    assert office.watch_lag() == 1
    assert [one.kind for one in office.alerts()] == ["lag_ok", "lag_alarm", "lag_late"]


def test_the_time_to_confirmation_is_a_metric(flows):
    """Per system, from the event to its confirmation; and whether it is late."""
    flows.advance(flows.pushed("1.001193", SoLuong="0"))
    office = flows.gov.delivery.admin
    assert {delay.system for delay in office.delays()} == {"portal", "civil_registry"}
    flows.commune.clock.advance(2 * DAY)
    assert office.delays() == []
    assert office.delays(within=timedelta(days=3))[0].count == 1
    text = metrics(office)
    assert 'gov_connect_delivery_lag_alarm{system="workflow"} 1' in text
    flows.advance(flows.pushed("1.001193", SoLuong="0"))
    assert 'gov_connect_delivery_confirmation_seconds{system="portal",quantile="0.95"}' in metrics(office)
