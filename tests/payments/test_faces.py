"""Blocking and awaited: the same names, the same outcomes, for every operation of payments."""

from __future__ import annotations

import asyncio
import inspect
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from gov_connect.client import AsyncGovConnect, GovConnect
from gov_connect.errors import GovConnectError
from gov_connect.model import (
    VIETNAM,
    DossierCode,
    FeeKind,
    FeeLine,
    Money,
    Payer,
    PaymentLink,
    PaymentOrder,
    PersonName,
    ProcedureCode,
    Refund,
)
from gov_connect.runtime import operations_of

AT = datetime(2026, 1, 5, 8, tzinfo=VIETNAM)
ORDER = PaymentOrder(
    reference="gc0001",
    dossier=DossierCode("H99.201-260105-0001"),
    procedure=ProcedureCode("1.001193"),
    procedure_name="Đăng ký khai sinh",
    amount=Money(8000),
    lines=(FeeLine(name="Lệ phí", amount=Money(8000), kind=FeeKind.CHARGE),),
    payer=Payer(name=PersonName("MẪU THỊ THỬ")),
    created_at=AT,
)
REFUND = Refund(key="r1", reference="gc0001", amount=Money(8000), reason="Rút", officer="cb01", created_at=AT)
CALLS: dict[str, Any] = {
    "create": lambda payments: payments.create(ORDER),
    "status": lambda payments: payments.status("gc0001"),
    "receive": lambda payments: payments.receive(b"{}", {"content-type": "application/json"}),
    "refund": lambda payments: payments.refund(REFUND),
    "receipt": lambda payments: payments.receipt("gc0001"),
    "renew": lambda payments: payments.renew("gc0001"),
    "returned": lambda payments: payments.returned(b"vnp_TxnRef=gc0001"),
    "poll": lambda payments: payments.poll(),
    "record": lambda payments: payments.record("gc0001", amount=Money(8000)),
    "refund again": lambda payments: payments.refund(REFUND),
    "refund_settled": lambda payments: payments.refund_settled("r1", done=True),
    "reconcile": lambda payments: payments.reconcile(AT, AT + timedelta(days=1)),
    "look_up": lambda payments: payments.look_up(json.dumps({"MaHoSo": str(ORDER.dossier)}).encode()),
    "receipts.issue": lambda payments: payments.receipts.issue("gc0001"),
    "receipts.document": lambda payments: payments.receipts.document("lephi-nobody-gc0001"),
    "receipts.cancel": lambda payments: payments.receipts.cancel("gc0001", reason="x"),
}


def shown(outcome: Any) -> str:
    if isinstance(outcome, PaymentLink):
        return f"{outcome.reference} {outcome.url.partition('?')[0]}"
    if isinstance(outcome, tuple):
        return str([(one.request.key, one.state, one.receipt.shown_number) for one in outcome])
    return outcome.code if isinstance(outcome, GovConnectError) else repr(outcome)


def blocking(system: str) -> dict[str, str]:
    made: dict[str, str] = {}
    with GovConnect.offline() as gov:
        payments = gov.payments_through(system)
        for name, call in CALLS.items():
            try:
                made[name] = shown(call(payments))
            except GovConnectError as error:
                made[name] = shown(error)
    return made


async def awaited(system: str) -> dict[str, str]:
    made: dict[str, str] = {}
    async with AsyncGovConnect.offline() as gov:
        payments = gov.payments_through(system)
        for name, call in CALLS.items():
            asked = call(payments)
            assert inspect.isawaitable(asked)
            try:
                made[name] = shown(await asked)
            except GovConnectError as error:
                made[name] = shown(error)
    return made


@pytest.mark.parametrize("system", ["national_payment", "vnpay"])
def test_both_faces_come_to_the_same(system: str) -> None:
    """Every call in the same order: links, states, answers and the codes of errors."""
    one, other = blocking(system), asyncio.run(awaited(system))
    assert one == other
    assert one["refund"] == "payment.not_paid"
    assert one["record"] == "<PaymentState.PAID: 'paid'>"
    assert one["receipts.issue"] == f"[('lephi-{system}-gc0001', <Issue.ISSUED: 'issued'>, '0000001')]"


def test_no_operation_is_left_out() -> None:
    """Whatever `Payments` offers is called above; `resolve` wants an alarm and has tests of its own."""
    from gov_connect.payments import Payments, Receipts  # noqa: PLC0415 - beside its use

    names = {item.name.rpartition(".")[2] for item in operations_of(Payments)}
    names |= {f"receipts.{item.name.rpartition('.')[2]}" for item in operations_of(Receipts)}
    assert names - {"resolve"} == {name for name in CALLS if name != "refund again"}


def test_the_facade_has_payments_by_name() -> None:
    """`gov.payments` is the national platform; the others by name, all of them at once for a worker."""
    with GovConnect.offline() as gov:
        assert gov.payments.create(ORDER).url.startswith("https://national-payment.example/pay/")
        assert set(gov.payment_gateways()) == {"national_payment", "vnpay"}
        assert "vpcpay.html?vnp_Amount=800000&" in gov.payments_through("vnpay").create(ORDER).url
        assert gov.payment_poller().due() is not None
