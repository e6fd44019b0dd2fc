"""A person at a browser, the mocks as servers, the agency's inbound application: over real sockets."""

from __future__ import annotations

import json
import urllib.request
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.cli._demo.listener import listening
from gov_connect.client import GovConnect
from gov_connect.inbound import Host
from gov_connect.inbound.asgi import InboundApp
from gov_connect.mocks import running_mocks
from gov_connect.model import (
    VIETNAM,
    DossierCode,
    FeeKind,
    FeeLine,
    Money,
    Payer,
    PaymentOrder,
    PaymentState,
    PersonName,
    PlaceText,
    ProcedureCode,
)
from gov_connect.settings import Environment, Settings
from patience import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Agency:
    """A client, its inbound application on a port, and the systems around it."""

    def __init__(self, gov: GovConnect, mocks: Any) -> None:
        self.gov = gov
        self.mocks = mocks
        self.told: list[Any] = []

    def order(self, reference: str) -> PaymentOrder:
        return PaymentOrder(
            reference=reference,
            dossier=DossierCode("H99.201-260105-0001"),
            procedure=ProcedureCode("1.001193"),
            procedure_name="Đăng ký khai sinh",
            amount=Money(8000),
            lines=(FeeLine(name="Lệ phí hộ tịch", amount=Money(8000), kind=FeeKind.CHARGE),),
            payer=Payer(name=PersonName("MẪU THỊ THỬ"), address=PlaceText("Xã Mẫu")),
            created_at=datetime.now(VIETNAM),
        )

    def state(self, system: str, reference: str) -> PaymentState:
        stored = self.gov.payments_through(system).book.get(reference)
        assert stored is not None
        return stored.state


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    with running_mocks() as mocks:
        database = {"GOV_CONNECT_DATABASE_URL": f"sqlite:///{tmp_path / 'records.db'}"}
        with GovConnect(Settings.from_mapping({**mocks.environment, **database})) as gov:
            made = Agency(gov, mocks)
            handler = gov.inbound(Host(on_dossier=print, on_payment=made.told.append))
            app = InboundApp(
                lambda path, body: gov.run(handler.handle(path, body)),
                peers={"127.0.0.1"},
                environment=Environment.OFFLINE,
            )
            with listening(app, 0) as address:
                mocks.set_agency_url(address)
                yield made


def click(url: str, action: str = "") -> str:
    """Open a page, or press one of its buttons; redirects are followed."""
    data = f"action={action}".encode() if action else None
    with urllib.request.urlopen(url, data=data, timeout=60) as reply:
        shown: str = reply.read().decode()
    return shown


@pytest.mark.parametrize("system", ["vnpay", "national_payment"])
@pytest.mark.parametrize(
    ("action", "state"),
    [("pay", PaymentState.PAID), ("close", PaymentState.PAID), ("late", PaymentState.PAID), ("cancel", None)],
)
def test_a_click_ends_in_the_books(system: str, action: str, state: PaymentState | None, agency: Agency) -> None:
    """The page shows the amount, the notice comes by itself, and the host is told."""
    payments = agency.gov.payments_through(system)
    link = payments.create(agency.order("HS0001"))
    assert "8.000 đồng" in click(link.url)
    click(link.url, action)
    if state is None:
        until(lambda: agency.state(system, "HS0001").closed)
    else:
        until(lambda: agency.state(system, "HS0001") is state)
    until(lambda: agency.told)
    assert agency.told[-1].reference == "HS0001"
    assert payments.book.rejects() == []


def test_a_closed_tab_before_the_payment_is_found_by_the_poller(agency: Agency) -> None:
    """Nothing comes for as long as nobody pays; a payment whose notices are all lost is found by asking."""
    payments = agency.gov.payments_through("vnpay")
    link = payments.create(agency.order("HS0002"))
    click(link.url)
    agency.mocks.vnpay.ipn_url = ""
    click(link.url, "pay")
    assert agency.state("vnpay", "HS0002") is PaymentState.PENDING
    payments.book.polls.hurry("HS0002")
    assert payments.poll().settled == {"HS0002": PaymentState.PAID}
    assert agency.told == []


def test_a_statement_of_what_happened_agrees(agency: Agency) -> None:
    """At the end of the day both sides know the same."""
    payments = agency.gov.payments_through("vnpay")
    for number in range(4):
        link = payments.create(agency.order(f"HS{number}"))
        click(link.url)
        click(link.url, "pay" if number % 2 else "cancel")
    until(lambda: all(agency.state("vnpay", f"HS{number}").final for number in range(4)))
    today = datetime.now(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    report = payments.reconcile(today, today.replace(year=today.year + 1))
    assert (report.matched, report.agrees) == (2, True)
    assert json.dumps(report.to_dict())
