"""Every write and every reading of a person stands in the log before it is sent."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import date, datetime

import pytest

from gov_connect import AsyncGovConnect, DossierCode, GovConnect, Officer, ProcedureCode, Purpose, Settings
from gov_connect.audit.batch import Batch
from gov_connect.errors import ConfigurationError, GovConnectError, InvalidInput, LedgerError, PurposeRequired
from gov_connect.fees import FeeItem, Override
from gov_connect.model import (
    VIETNAM,
    CitizenId,
    CitizenQuery,
    FeeKind,
    FeeLine,
    Money,
    Payer,
    PaymentOrder,
    ProgressStep,
)
from gov_connect.runtime import Adapter, Blocking, Effect, Flow, Grade, operation

DOSSIER = DossierCode("H99.201-261120-0001")
PURPOSE = Purpose(procedure=ProcedureCode("1.001193"), dossier=DOSSIER)

QUERY = CitizenQuery(citizen_id=CitizenId("000000000001"), name="MẪU THỊ THỬ", born="1990-05-20")


@pytest.fixture
def gov():
    with GovConnect.offline() as made:
        yield made.acting(officer=Officer(code="cb-01"), purpose=PURPOSE)


def entries(gov):
    return [row for row in gov.audit.entries() if row["kind"] != "anchor"]


@pytest.fixture
def order():
    return PaymentOrder(
        reference="gc0001",
        dossier=DOSSIER,
        procedure=ProcedureCode("2.000815"),
        procedure_name="Chứng thực bản sao từ bản chính",
        amount=Money(6000),
        lines=(FeeLine(name="Phí chứng thực", amount=Money(6000), kind=FeeKind.FEE),),
        payer=Payer(name="MẪU THỊ THỬ", citizen_id="000000000001", address="Xã Mẫu"),
        created_at=datetime(2026, 11, 20, 8, 0, tzinfo=VIETNAM),
    )


def test_catalogues_leave_no_entry(gov):
    """They speak of nobody and change nothing."""
    gov.portal.procedures()
    assert entries(gov) == []


def test_a_rehearsal_may_do_without_and_production_may_not():
    """Without the log, calls open no records; the setting is refused where real systems are talked to."""
    with GovConnect(Settings.from_mapping({"GOV_CONNECT_AUDIT": "none"})) as rehearsal:
        acting = rehearsal.acting(officer=Officer(code="cb-01"), purpose=PURPOSE)
        assert acting.residents.look_up(QUERY) is None
        assert "database" not in rehearsal._parts.made
        with pytest.raises(PurposeRequired):
            rehearsal.residents.look_up(QUERY)
    real = {"GOV_CONNECT_ENVIRONMENT": "production", "GOV_CONNECT_AUDIT": "none"}
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_mapping(real)
    found = {problem.path: problem.code for problem in refused.value.problems}
    assert found["GOV_CONNECT_AUDIT"] == "settings.audit_needed"
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_mapping({**real, "GOV_CONNECT_AUDIT": "kept"})
    assert "GOV_CONNECT_AUDIT" not in {problem.path for problem in refused.value.problems}


def test_a_write_that_is_refused_is_recorded_with_what_came_of_it(gov):
    """An intent before, an outcome after, linked; officer, purpose, operation, correlation id."""
    step = ProgressStep(
        dossier=DossierCode("H99.201-261120-0099"),
        officer="Trần Văn Thử",
        at=datetime(2026, 11, 20, 8, 0, tzinfo=VIETNAM),
        text="Đang xử lý",
        status=2,
    )
    with pytest.raises(GovConnectError) as failure:
        gov.portal.report([step])
    intent, outcome = entries(gov)
    assert (intent["kind"], intent["phase"], intent["operation"], intent["officer"], intent["procedure"]) == (
        "write",
        "intent",
        "portal.report",
        "cb-01",
        "1.001193",
    )
    assert (outcome["phase"], outcome["refers"], outcome["outcome"]) == ("outcome", 1, failure.value.code)
    assert intent["request_id"] == failure.value.correlation_id
    assert gov.audit.verify().whole


def test_a_reading_of_a_person_outside_the_residents_database_is_found_by_number(gov):
    """The portal's account look-up names a number."""
    gov.portal.account_id(CitizenId("000000000012"))
    readings = gov.audit.who_read("000000000012")
    assert [(row.operation, row.officer, row.outcome) for row in readings] == [("portal.account_id", "cb-01", "done")]
    assert gov.look_ups.who_read("000000000012") == readings


def test_what_cannot_be_recorded_is_not_sent(gov, monkeypatch):
    """Fail closed, for writes and readings alike."""
    sent = []
    carrier = gov._parts.carrier
    monkeypatch.setattr(type(carrier), "send", lambda *_: sent.append(1))

    def broken(*_args, **_more):
        raise LedgerError("ledger.busy")

    monkeypatch.setattr(Batch, "add", broken)
    for call in (
        lambda: gov.portal.account_id(CitizenId("000000000012")),
        lambda: gov.residents.look_up(CitizenQuery(citizen_id="000000000012", name="NGUYỄN THỊ MẪU", born="1990")),
    ):
        with pytest.raises(LedgerError):
            call()
    assert sent == []


def test_the_awaited_client_records_the_same():
    """One mechanism for both."""

    async def ask():
        async with AsyncGovConnect.offline() as made:
            gov = made.acting(officer=Officer(code="cb-01"), purpose=PURPOSE)
            await gov.portal.account_id(CitizenId("000000000012"))
            return gov.audit.who_read("000000000012")

    assert [row.outcome for row in asyncio.run(ask())] == ["done"]


def test_an_override_is_recorded_with_both_officers(gov):
    """No record, no override."""
    quote = gov.fees.quote(
        [FeeItem("ct.copy", pages=5, copies=3)], on=date(2026, 11, 20), area="31:31", channel="counter"
    )
    typed = Override(amount=Money(1000), citation="NQ 1", reason="Sai mức", officer="cb-01", second_officer="cb-02")
    for made in (gov.fees.override(quote, 0, typed), quote.override(0, typed)):
        assert made.total == Money(1000)
    rows = entries(gov)
    assert len(rows) == 2
    for row in rows:
        assert (row["kind"], row["phase"], row["officer"], row["details"]["second_officer"]) == (
            "override",
            "whole",
            "cb-01",
            "cb-02",
        )
        assert (row["details"]["computed"], row["details"]["amount"]) == (21_000, 1000)


def test_an_override_that_cannot_be_recorded_is_none(gov, monkeypatch):
    """And nobody types in the name of two others."""
    quote = gov.fees.quote([FeeItem("ct.will", acts=1)], on=date(2026, 11, 20), area="31:31")
    others = Override(amount=Money(1000), citation="NQ 1", reason="Sai mức", officer="cb-07", second_officer="cb-08")
    with pytest.raises(InvalidInput) as caught:
        gov.fees.override(quote, 0, others)
    assert [one.code for one in caught.value.problems] == ["audit.not_acting"]
    assert entries(gov) == []

    def broken(*_):
        raise LedgerError("ledger.busy")

    monkeypatch.setattr(type(gov._parts.audit), "note", broken)
    mine = Override(amount=Money(1000), citation="NQ 1", reason="Sai mức", officer="cb-07", second_officer="cb-01")
    with pytest.raises(LedgerError):
        gov.fees.override(quote, 0, mine)


def test_a_signature_is_recorded_around_its_making(gov):
    """Done, refused, or broken: the intent stands first."""
    with gov.audit.signature(document_sha256="00" * 32, act="personal"):
        assert [row["phase"] for row in entries(gov)] == ["intent"]
    with pytest.raises(ZeroDivisionError), gov.audit.signature(document_sha256="00" * 32, act="personal"):
        _ = 1 / 0
    with pytest.raises(LedgerError), gov.audit.signature(document_sha256="00" * 32, act="personal"):
        raise LedgerError("ledger.busy")
    outcomes = [row["outcome"] for row in entries(gov) if row["phase"] == "outcome"]
    assert outcomes == ["done", "failed", "ledger.busy"]


class Desk(Adapter):
    """Signs with a key at hand: nothing is sent."""

    system = "signing"
    signs = True

    @operation(wire="sign", effect=Effect.WRITE, grade=Grade.CONFIRMED, section="signature.md §1")
    def sign(self, document: bytes) -> Flow[bytes]:
        """The signature."""
        return (yield Blocking(lambda: document[::-1]))


def test_a_signing_adapter_is_recorded_though_it_sends_nothing(gov):
    """By the digest of the document, before the key is used."""
    desk = Desk(gov._context("signing", None))
    assert desk.sign(b"ab") == b"ba"
    intent, outcome = entries(gov)
    assert (intent["kind"], intent["details"]["document_sha256"], outcome["outcome"]) == (
        "signature",
        hashlib.sha256(b"ab").hexdigest(),
        "done",
    )


def test_a_purge_of_records_is_recorded(gov):
    """What, how much, by which rule."""
    gov.audit.purged("inbox", 12, reason="QĐ 1")
    (row,) = entries(gov)
    assert (row["kind"], row["details"]["what"], row["details"]["count"]) == ("purge", "inbox", 12)


def test_a_call_inside_another_is_recorded_once(gov, order):
    """A payment order runs through its gateway: the gateway's message is the write."""
    gov.payments.create(order)
    assert [row["operation"] for row in entries(gov) if row["phase"] == "intent"] == ["national_payment.open"]
