"""Never run, only type-checked: the surface as both checkers must see it (mypy strict, pyright strict)."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, assert_type

from gov_connect import AsyncGovConnect, GovConnect
from gov_connect._signatures import WaitingSignature
from gov_connect.adapters.national_portal import NationalPortal, PutReceipt
from gov_connect.adapters.residents import Residents
from gov_connect.model import (
    BirthRegistration,
    BookEntry,
    Citizen,
    CitizenQuery,
    Dossier,
    DossierCode,
    PaymentLink,
    PaymentOrder,
    PaymentState,
    Procedure,
    Submission,
)
from gov_connect.payments import NoticeReply, PollReport, StoredReceipt
from gov_connect.signing import ActKind, Report, Signed

if TYPE_CHECKING:
    from gov_connect.runtime import Event, Operation, Program


def blocking(
    gov: GovConnect, query: CitizenQuery, dossier: Dossier, birth: BirthRegistration, order: PaymentOrder
) -> None:
    """Every operation of the blocking client returns its result."""
    assert_type(gov.residents.look_up(query), Citizen | None)
    assert_type(gov.residents.verify(query), bool)
    assert_type(gov.portal.procedures(), list[Procedure])
    assert_type(gov.portal.find(dossier.code), bool)
    assert_type(gov.portal.put(dossier), PutReceipt)
    assert_type(gov.portal.report([]), int)
    assert_type(gov.civil_registry.submit(birth, doubtful=True), Submission)
    assert_type(gov.civil_registry.results(birth.dossier, unit="99001"), BookEntry | None)
    assert_type(gov.payments.create(order), PaymentLink)
    assert_type(gov.payments.status("gc1"), PaymentState)
    assert_type(gov.payments.receive(b"", {}), NoticeReply)
    assert_type(gov.payments.poll(), PollReport)
    assert_type(gov.payments.receipts.issue("gc1"), tuple[StoredReceipt, ...])
    assert_type(gov.signing.sign(b"", act=ActKind.PERSONAL), Signed)
    assert_type(gov.signing.verify(b""), Report)
    assert_type(gov.acting(agency="H99.201"), GovConnect)


async def awaited(gov: AsyncGovConnect, query: CitizenQuery, dossier: Dossier) -> None:
    """Every operation of the awaited client gives an awaitable of the same result."""
    assert_type(gov.residents.look_up(query), Awaitable[Citizen | None])
    assert_type(await gov.residents.look_up(query), Citizen | None)
    assert_type(await gov.portal.put(dossier), PutReceipt)
    assert_type(await gov.payments_through("vnpay").receipts.issue("gc1"), tuple[StoredReceipt, ...])
    assert_type(gov.signing.sign(b"", act=ActKind.PERSONAL), Awaitable[Signed])
    assert_type(await gov.signing.verify(b""), Report)
    assert_type(await gov.signing.collect("k"), WaitingSignature)
    async with AsyncGovConnect.offline() as offline:
        assert_type(offline, AsyncGovConnect)


def inside(gov: GovConnect, query: CitizenQuery) -> Program[bool]:
    """Inside a workflow an operation is a program, and its result comes by `yield from`."""
    inner = gov.inner()
    citizen = yield from inner.residents.look_up(query)
    assert_type(citizen, Citizen | None)
    return citizen is not None


def durable(gov: GovConnect, dossier: Dossier, birth: BirthRegistration, order: PaymentOrder) -> None:
    """Under `gov.delivery` a write gives the handle of an event, which knows the type of its result."""
    event = gov.delivery.portal.put(dossier)
    assert_type(event, Event[PutReceipt])
    assert_type(gov.delivery.result(event), PutReceipt | None)
    assert_type(gov.delivery.civil_registry.submit(birth), Event[Submission])
    assert_type(gov.delivery.with_key("k").payments.create(order), Event[PaymentLink])
    # Reads cannot be written down, and wrong arguments are seen here too.
    gov.delivery.portal.find(dossier.code)  # type: ignore[operator]  # pyright: ignore[reportCallIssue]
    gov.delivery.portal.put()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def by_class() -> None:
    """Read from the class, an operation is itself."""
    looking_up: Operation[[CitizenQuery], Citizen | None] = Residents.look_up
    finding: Operation[[DossierCode], bool] = NationalPortal.find
    assert_type(looking_up.name, str)
    assert_type(finding.name, str)


def refused(gov: GovConnect, agov: AsyncGovConnect, dossier: Dossier) -> None:
    """Wrong arguments are rejected on both faces; each ignore is needed, or the checkers complain."""
    gov.residents.look_up("000000000012")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    gov.portal.put()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    agov.portal.put(dossier, 1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue, reportUnusedCoroutine]
    gov.civil_registry.results(dossier.code)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def awaited_and_durable(agov: AsyncGovConnect, dossier: Dossier) -> None:
    """Under `delivery` of the awaited client every write gives its event; reads are nothing to be called."""
    assert_type(await agov.delivery.portal.put(dossier), "Event[PutReceipt]")
    assert_type(await agov.delivery.with_key("a").portal.put(dossier), "Event[PutReceipt]")
    assert_type(await agov.delivery.wake(str(dossier.code)), int)
    assert_type(await agov.workflows.withdraw(dossier.code, "x"), bool)
    await agov.delivery.portal.find(dossier.code)  # type: ignore[operator]  # pyright: ignore[reportCallIssue, reportUnknownVariableType, reportGeneralTypeIssues]
    await agov.delivery.wake(7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
