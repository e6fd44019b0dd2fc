"""The ledger keeps what was received, what was sent and what came of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gov_connect.delivery import Begun, Ledger
from gov_connect.errors import KeyConflict, LedgerError
from gov_connect.model import AgencyCode, DossierCode, DossierStatus, ProcedureCode
from gov_connect.store import Database, Vault

PROCEDURE = ProcedureCode("2.000815")


def _begin(ledger: Ledger, dossier: DossierCode, **changes: str) -> Begun:
    values: dict[str, Any] = {"system": "portal", "key": "k", "operation": "portal.put", "payload": "{}"}
    return ledger.begin(dossier=dossier, **(values | changes))


def _happen(ledger: Ledger, event: str) -> None:
    if event == "finish":
        ledger.finish(system="portal", key="k", result="1")
    elif event != "crash":
        ledger.fail(system="portal", key="k", error="network.unreachable", doubtful=event == "doubt")


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
        _begin(ledger, dossier)
        _happen(ledger, event)
    assert _begin(ledger, dossier) == Begun(state=state, result=result)


@pytest.mark.parametrize("event", ["crash", "fail", "doubt", "finish"])
def test_a_key_stands_for_one_content(event: str, ledger: Ledger, dossier: DossierCode) -> None:
    """Another content under the same key is refused in every state, and changes nothing."""
    _begin(ledger, dossier)
    _happen(ledger, event)
    with pytest.raises(KeyConflict) as caught:
        _begin(ledger, dossier, payload='{"hoTen":"MẪU THỊ THỬ"}')
    assert "MẪU" not in f"{caught.value}{caught.value!r}"
    assert (
        _begin(ledger, dossier).state
        == {"crash": "doubtful", "fail": "new", "doubt": "doubtful", "finish": "done"}[event]
    )


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
