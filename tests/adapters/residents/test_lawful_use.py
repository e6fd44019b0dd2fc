"""Lawful use: no entry, no question; quotas per officer and agency; who read a record can be told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

from gov_connect import Officer
from gov_connect.adapters.recorded_look_ups import recorded
from gov_connect.audit.batch import Batch
from gov_connect.errors import InvalidInput, LedgerError, OutsideSystemError, PurposeRequired, QuotaExceeded
from gov_connect.model import CitizenQuery


def test_every_question_is_recorded_before_it_is_sent(gov, wire, query, live):
    """Who, for which procedure and dossier, under which message id; then what came of it."""
    seen = []

    def answer(request):
        seen.extend(gov.look_ups.who_read("000000000012"))
        return live

    wire.say(answer)
    gov.residents.look_up(query)
    assert [(row.officer, row.outcome) for row in seen] == [("000000000001", "")]
    row = gov.look_ups.who_read("000000000012")[0]
    assert (row.agency, row.operation, row.procedure, row.dossier, row.request_id, row.outcome) == (
        "000.00.00.H99",
        "TraCuuThongTinCongDan",
        "1.001193",
        "H99.12.7-250804-0019",
        "00000000000000000000000000000002",
        "answered",
    )
    assert gov.look_ups.who_read("000000000013") == []


@pytest.mark.parametrize("ask", ["look_up", "verify"])
def test_failures_are_recorded_with_their_code(gov, wire, query, ask):
    """An outage too was a question about somebody."""
    wire.always = (404, b"")
    with pytest.raises(OutsideSystemError):
        getattr(gov.residents, ask)(query)
    assert [row.outcome for row in gov.look_ups.who_read("000000000012")] == ["system.refused"]


def test_generic_calls_are_recorded_by_their_number(gov, wire, enveloped):
    """The number stands among the fields."""
    wire.say(enveloped(""))
    gov.residents.call("GetRequests", [("SoCMND", "000000012")], code="1")
    assert [row.operation for row in gov.look_ups.who_read("000000012")] == ["GetRequests"]


def test_without_an_entry_nothing_is_sent(gov, wire, query, monkeypatch):
    """Fail closed: a full disk stops look-ups."""

    def broken(*_args, **_limits):
        raise LedgerError("ledger.busy")

    monkeypatch.setattr(Batch, "flush", broken)
    with pytest.raises(LedgerError):
        gov.residents.look_up(query)
    assert wire.sent == []


def test_a_question_that_is_refused_before_sending_leaves_no_entry(gov, wire):
    """A name without Latin letters never leaves, so nobody was read."""
    with pytest.raises(InvalidInput):
        gov.residents.look_up(CitizenQuery(citizen_id="000000000012", name="阮", born="1999"))
    assert gov.look_ups.who_read("000000000012") == []


def test_an_officers_quota_ends_with_the_day(make_gov, wire, clock, query, live):
    """Counted in the record itself; another officer still has his own."""
    wire.always = live
    gov = make_gov(RESIDENTS__QUOTA_OFFICER="2")
    for _ in range(2):
        gov.residents.look_up(query)
    with pytest.raises(QuotaExceeded) as caught:
        gov.residents.look_up(query)
    assert (caught.value.params["limit"], len(wire.sent)) == (2, 2)
    gov.acting(officer=Officer(code="cb-2")).residents.look_up(query)
    clock.advance(16 * 3600)  # past midnight in Viet Nam
    gov.residents.look_up(query)


def test_an_agencys_quota_counts_all_its_officers(make_gov, wire, query, live):
    """And not those of another agency in the same process."""
    wire.always = live
    gov = make_gov(RESIDENTS__QUOTA_AGENCY="1")
    gov.residents.look_up(query)
    with pytest.raises(QuotaExceeded):
        gov.acting(officer=Officer(code="cb-2")).residents.look_up(query)
    gov.acting(agency="H99.201").residents.look_up(query)


def test_the_record_only_grows_and_names_nobody(make_gov, wire, query, live, tmp_path):
    """The database refuses changes; the file holds neither number nor name of the citizen."""
    wire.always = live
    file = tmp_path / "records.db"
    gov = make_gov(DATABASE_URL=f"sqlite:///{file}")
    gov.residents.look_up(query)
    gov.close()
    with closing(sqlite3.connect(file)) as connection:
        for table in ("audit", "audit_bodies"):
            for change in (f"UPDATE {table} SET agency = 'x'", f"DELETE FROM {table}"):
                with pytest.raises(sqlite3.IntegrityError):
                    connection.execute(change)
        rows = [row for table in ("audit", "audit_bodies") for row in connection.execute(f"SELECT * FROM {table}")]
    assert len(rows) == 4
    assert not [text for text in ("000000000012", "HƯ CẤU", "LETHIHUCAU") if text in repr(rows)]


def test_without_a_record_too_nobody_asks_for_nothing():
    """`audit=none` spares the record, not the purpose."""
    acting = SimpleNamespace(purpose=None, officer=None)
    context = SimpleNamespace(look_ups=None, acting=acting)
    with pytest.raises(PurposeRequired):
        next(recorded(context, iter(()), system="residents", operation="look_up", subject="000000000012"))
