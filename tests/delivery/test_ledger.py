"""The ledger keeps what was received, what was sent and what came of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gov_connect.delivery import Begun, Ledger
from gov_connect.delivery.ledger import LEASE
from gov_connect.errors import LeaseLost, LedgerError
from gov_connect.model import AgencyCode, DossierCode, DossierStatus, ProcedureCode
from gov_connect.store import Database, Vault

PROCEDURE = ProcedureCode("2.000815")


def _begin(ledger: Ledger, dossier: DossierCode, **changes: str) -> Begun:
    values: dict[str, Any] = {"system": "portal", "key": "k", "operation": "portal.put", "payload": "{}"}
    return ledger.begin(dossier=dossier, **(values | changes))


def _happen(ledger: Ledger, event: str, tries: int = 1) -> None:
    if event == "finish":
        ledger.finish(system="portal", key="k", result="1")
    elif event != "crash":
        doubtful = event == "doubt"
        ledger.fail(system="portal", key="k", error="network.unreachable", doubtful=doubtful, tries=tries)


@pytest.mark.parametrize(
    ("happened", "state", "result"),
    [
        ((), "new", ""),
        (("crash",), "doubtful", ""),
        (("doubt",), "doubtful", ""),
        (("fail",), "new", ""),
        (("finish",), "done", "1"),
        (("fail", "crash"), "doubtful", ""),
        (("fail", "fail"), "new", ""),
        (("crash", "finish"), "done", "1"),
        (("doubt", "doubt"), "doubtful", ""),
        (("doubt", "finish"), "done", "1"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else str(value),
)
def test_the_state_says_what_to_do_next(
    happened: tuple[str, ...], state: str, result: str, ledger: Ledger, dossier: DossierCode
) -> None:
    """The table at the top of the ledger, row by row: sent is looked up, done is given, failed is sent."""
    for event in happened:
        _happen(ledger, event, _begin(ledger, dossier).tries)
    begun = _begin(ledger, dossier)
    assert (begun.state, begun.result) == (state, result)


@pytest.mark.parametrize(
    ("event", "state", "payload"),
    [("crash", "doubtful", "{}"), ("doubt", "doubtful", "{}"), ("fail", "new", "[1]"), ("finish", "done", "")],
)
def test_what_was_written_first_counts(
    event: str, state: str, payload: str, ledger: Ledger, dossier: DossierCode
) -> None:
    """What may have been sent is sent again as it was; only where nothing was done may it be another."""
    _happen(ledger, event, _begin(ledger, dossier).tries)
    begun = _begin(ledger, dossier, payload="[1]")
    assert (begun.state, begun.payload) == (state, payload)


def test_a_late_failure_does_not_undo_what_is_done(ledger: Ledger, dossier: DossierCode) -> None:
    """Two tries at once: the result of one stays, whatever the other believes afterwards."""
    first, second = _begin(ledger, dossier), _begin(ledger, dossier)
    ledger.finish(system="portal", key="k", result="1")
    _happen(ledger, "fail", first.tries)
    _happen(ledger, "fail", second.tries)
    ledger.finish(system="portal", key="k", result="2")
    assert _begin(ledger, dossier).result == "1"


def test_only_the_last_try_may_say_that_nothing_was_done(ledger: Ledger, dossier: DossierCode) -> None:
    """A later try is under way: an earlier one that failed leaves it in doubt."""
    first = _begin(ledger, dossier)
    _begin(ledger, dossier)
    _happen(ledger, "fail", first.tries)
    assert _begin(ledger, dossier).state == "doubtful"


def test_a_dossier_is_one_workers_at_a_time(ledger: Ledger, dossier: DossierCode, clock: Any) -> None:
    """A lease keeps others out until it is given back or has run out; its loser is stopped."""
    lease = ledger.lease(dossier)
    assert lease is not None
    assert ledger.lease(dossier) is None
    ledger.release(dossier, "somebody else's")
    assert ledger.lease(dossier) is None
    clock.advance(LEASE + 1)
    assert ledger.lease(dossier) is not None
    with pytest.raises(LeaseLost):
        _begin(ledger, dossier, lease=lease)
    assert _begin(ledger, dossier).state == "new"


def test_every_step_renews_the_lease(ledger: Ledger, dossier: DossierCode, clock: Any) -> None:
    """Long work keeps its dossier as long as it goes on."""
    lease = ledger.lease(dossier)
    for number in range(3):
        clock.advance(LEASE - 1)
        _begin(ledger, dossier, key=str(number), lease=lease or "")
    assert ledger.lease(dossier) is None
    clock.advance(LEASE + 1)
    assert ledger.lease(dossier) is not None


def test_a_delivered_result_stays_delivered(ledger: Ledger, dossier: DossierCode) -> None:
    """A late caller that parks the dossier changes nothing."""
    ledger.stand(dossier, procedure=PROCEDURE, status=DossierStatus.RESULT_DELIVERED, outcome="delivered")
    ledger.stand(dossier, procedure=PROCEDURE, status=DossierStatus.NEW, outcome="needs_officer", reason="x")
    record = ledger.record(dossier)
    assert record is not None
    assert (record.status, record.outcome, record.reason) == (DossierStatus.RESULT_DELIVERED, "delivered", "")


def test_a_message_is_told_until_the_host_has_taken_it(ledger: Ledger) -> None:
    """A repetition tells the host again as long as it did not say that it knows; then no more."""
    message = {"system": "portal", "key": "1", "path": "/push", "body": "{}"}
    assert [ledger.receive(**message).untold for _ in range(2)] == [True, True]
    ledger.told(system="portal", key="1")
    assert not ledger.receive(**message).untold
    assert len(ledger.unhandled("portal")) == 1


def test_keys_belong_to_agency_and_system(
    ledger: Ledger, dossier: DossierCode, database: Database, vault: Vault, clock: Any
) -> None:
    """The same key elsewhere is another event."""
    other = Ledger(database, vault, AgencyCode("H99.202"), clock)
    _begin(ledger, dossier)
    assert _begin(ledger, dossier, system="residents", payload="[]").state == "new"
    assert _begin(other, dossier, payload="[]").state == "new"
    assert _begin(ledger, dossier).state == "doubtful"


def test_eight_threads_begin_an_event_once(ledger: Ledger, dossier: DossierCode) -> None:
    """Exactly one of them is told that it is new."""
    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(lambda _: _begin(ledger, dossier).state, range(8)))
    assert sorted(states) == ["doubtful"] * 7 + ["new"]


def test_a_message_is_received_once(ledger: Ledger) -> None:
    """A second delivery is told from the first, and keeps the one that is stored."""
    message: dict[str, str] = {"system": "portal", "key": "1", "path": "/push", "body": "{}"}
    assert [ledger.receive(**message).first for _ in range(3)] == [True, False, False]
    assert ledger.receive(**(message | {"system": "residents"})).first
    assert ledger.receive(**(message | {"key": "2"})).first
    assert [(item.key, item.body, item.path) for item in ledger.unhandled("portal")] == [
        ("1", "{}", "/push"),
        ("2", "{}", "/push"),
    ]


def test_the_body_of_a_message_hides_itself(ledger: Ledger) -> None:
    """Neither what is received nor what is stored shows it."""
    body = '{"hoTen":"MẪU THỊ THỬ"}'
    received = ledger.receive(system="portal", key="1", path="/push", body=body)
    assert received.body == ledger.unhandled("portal")[0].body == body
    assert "MẪU" not in f"{received!r}{ledger.unhandled('portal')!r}{Begun(state='done', result=body)!r}"


def test_a_handled_message_is_no_longer_open(ledger: Ledger, dossier: DossierCode) -> None:
    """Where the dossier ends, its message ends in the same transaction; others stay open."""
    for key in (str(dossier), "other"):
        ledger.receive(system="portal", key=key, path="/push", body="{}")
    ledger.stand(dossier, procedure=PROCEDURE, status=DossierStatus.PROCESSING, outcome="waiting")
    assert len(ledger.unhandled("portal")) == 2
    ledger.stand(dossier, procedure=PROCEDURE, status=DossierStatus.RESULT_DELIVERED, outcome="delivered", handled=True)
    assert [item.key for item in ledger.unhandled("portal")] == ["other"]


def test_records_show_where_each_dossier_stands(
    ledger: Ledger, dossier: DossierCode, database: Database, vault: Vault, clock: Any
) -> None:
    """One record per dossier, the newest standing, by number, of this agency only."""
    second = DossierCode("H99.201-260105-0002")
    ledger.stand(second, procedure=PROCEDURE, status=DossierStatus.NEW, outcome="a")
    ledger.stand(dossier, procedure=PROCEDURE, status=DossierStatus.NEW, outcome="b")
    ledger.stand(dossier, procedure=PROCEDURE, status=DossierStatus.PROCESSED, outcome="c")
    assert [(item.dossier, item.procedure, item.status, item.outcome) for item in ledger.records()] == [
        (dossier, PROCEDURE, DossierStatus.PROCESSED, "c"),
        (second, PROCEDURE, DossierStatus.NEW, "a"),
    ]
    assert Ledger(database, vault, AgencyCode("H99.202"), clock).records() == []


def test_the_first_value_of_a_step_counts(ledger: Ledger, dossier: DossierCode) -> None:
    """Who comes later gets what is stored."""
    assert ledger.recall(dossier, "fee") is None
    assert ledger.remember(dossier, "fee", "1") == "1"
    assert ledger.remember(dossier, "fee", "2") == "1"
    assert ledger.recall(dossier, "fee") == "1"
    assert ledger.recall(dossier, "other") is None


def test_another_key_cannot_read_the_records(
    ledger: Ledger, dossier: DossierCode, database: Database, clock: Any
) -> None:
    """Without the key there is an error, not a guess."""
    ledger.remember(dossier, "fee", "1")
    stranger = Ledger(database, Vault(bytes(32)), AgencyCode("H99.201"), clock)
    with pytest.raises(LedgerError):
        stranger.recall(dossier, "fee")


def test_the_same_number_with_another_content_is_kept_for_an_officer(ledger):
    """A supplement under a known number is stored once beside the first, and does not count as new work."""
    first = ledger.receive(system="portal", key="X-1", path="/p", body="one")
    again = ledger.receive(system="portal", key="X-1", path="/p", body="one")
    other = ledger.receive(system="portal", key="X-1", path="/p", body="two")
    twice = ledger.receive(system="portal", key="X-1", path="/p", body="two")
    assert (first.first, again.first, other.first, twice.first) == (True, False, False, False)
    assert (again.changed, other.changed, twice.changed) == (False, True, True)
    assert [message.body for message in ledger.unhandled("portal")] == ["one"]
    assert [message.body for message in ledger.kept("portal")] == ["two"]
