"""A system itself: login and one harmless call, and what the answer says about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gov_connect.doctor.findings import Finding, Level
from gov_connect.errors import (
    AuthenticationFailed,
    ConfigurationError,
    GovConnectError,
    NotSupported,
    OutcomeUnknown,
    OutsideSystemError,
    Overloaded,
    Redirected,
    Refused,
    SystemPaused,
    TimedOut,
    UnexpectedReply,
    Unreachable,
)
from gov_connect.model import (
    BirthDate,
    CitizenId,
    CitizenQuery,
    DossierCode,
    FeeKind,
    FeeLine,
    Money,
    Officer,
    Payer,
    PaymentOrder,
    PersonName,
    ProcedureCode,
    Purpose,
)
from gov_connect.runtime import Call
from gov_connect.settings import Environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gov_connect.client import GovConnect

NOBODY: Final = "000000000001"
"""A number that belongs to nobody: asked for outside production only."""
_BY_USER: Final = frozenset({"mysign"})
"""Systems whose only login is that of a person who signs (signature.md §1.6): the doctor has none to log in as."""
_SERVER_ERROR: Final = 500
_DOWN: Final = frozenset({"server_error", "gateway", "connection_lost"})


def check_system(gov: GovConnect, system: str) -> Iterator[Finding]:
    """Log in and ask something that changes nothing and speaks of nobody."""
    call, log_in = _CALLS.get(system), _log_in(gov, system)
    if call is None and log_in is None:
        code = "doctor.no_user" if system in _BY_USER else "doctor.no_call"
        yield Finding(check="call", system=system, level=Level.NOTE, code=code)
        return
    if system == "residents" and gov.settings.environment is Environment.PRODUCTION:
        # Every question there is about a person, recorded and counted: the doctor asks none.
        yield Finding(check="call", system=system, level=Level.NOTE, code="doctor.no_person")
        return
    try:
        if log_in is not None:
            log_in()
        elif call is not None:
            call(gov)
    except GovConnectError as error:
        yield _finding(system, error)
        return
    yield Finding(check="login", system=system, level=Level.GOOD, code="doctor.good")
    if log_in is not None:
        yield Finding(check="call", system=system, level=Level.NOTE, code="doctor.no_call")
        return
    yield Finding(check="call", system=system, level=Level.GOOD, code="doctor.good")


def nowhere(gov: GovConnect) -> DossierCode:
    """A dossier number that the agency never gave."""
    agency = str(gov.audit.agency)
    return DossierCode(f"{agency}-000101-0000")


def _log_in(gov: GovConnect, system: str) -> Callable[[], object] | None:
    """Fetches a token, at systems where nothing else is harmless; None at the others."""
    from gov_connect.adapters.national_portal import NationalPortal, NationalPortal2026  # noqa: PLC0415 - on first use

    adapter: Any
    if system == "portal":
        adapter = gov.portal
    elif system == "bundle_platform":
        from gov_connect.adapters.bundle_platform import BundlePlatform  # noqa: PLC0415 - on first use

        adapter = gov.system(BundlePlatform)
    elif system == "viettel_receipt":
        from gov_connect.adapters.e_receipt.viettel import ViettelReceipts  # noqa: PLC0415 - on first use

        adapter = gov.system(ViettelReceipts)
    else:
        return None
    if isinstance(adapter, NationalPortal) and not isinstance(adapter, NationalPortal2026):
        return None  # it can be asked for a dossier
    context = adapter.context
    call = Call(operation=f"{system}.log_in", system=system, correlation_id=context.ids.new())
    return lambda: context.engine.run(context.engine.conduct(adapter.log_in(), call, context.acting))


def _portal(gov: GovConnect) -> object:
    return gov.portal.find(nowhere(gov))


def _residents(gov: GovConnect) -> object:
    purpose = Purpose(procedure=ProcedureCode("1.001193"), dossier=nowhere(gov), legal_basis="gov-connect doctor")
    view = gov.acting(officer=Officer(code="doctor"), purpose=purpose)
    query = CitizenQuery(citizen_id=CitizenId(NOBODY), name=PersonName("NGUYỄN THỊ MẪU"), born=BirthDate(1990, 1, 1))
    return view.residents.verify(query)


def _civil_registry(gov: GovConnect) -> object:
    try:
        return gov.civil_registry.status(nowhere(gov), unit="00000")
    except Refused as refusal:
        # That it knows no such unit is an answer to a signed-in caller (civil_registry.md §3).
        if refusal.raw_code == "106":
            return None
        raise


def _national_payment(gov: GovConnect) -> object:
    order = PaymentOrder(
        reference="gcdoctor0",
        dossier=nowhere(gov),
        procedure=ProcedureCode("1.001193"),
        amount=Money(1000),
        lines=(FeeLine(name="-", amount=Money(1000), kind=FeeKind.FEE),),
        payer=Payer(name=PersonName("NGUYỄN THỊ MẪU")),
        created_at=gov.audit.log.now(),
    )
    try:
        return gov.national_payment.query(order)
    except Refused as refusal:
        # That it knows no such order is the answer we want.
        if refusal.code in {"system.refused", "payment.unknown_order"}:
            return None
        raise


_CALLS: Final[dict[str, Callable[[Any], object]]] = {
    "portal": _portal,
    "residents": _residents,
    "civil_registry": _civil_registry,
    "national_payment": _national_payment,
}


def _finding(system: str, error: GovConnectError) -> Finding:
    """What an error of a call means for the person on duty."""
    check, code = _meaning(error)
    params: dict[str, str | int | float] = {"code": error.code, "reason": str(error.params.get("reason", "-"))}
    if isinstance(error, OutsideSystemError):
        params |= {"raw_code": error.raw_code or "-", "status": error.status or "-", "id": error.correlation_id or "-"}
    return Finding(check=check, system=system, level=Level.FAULT, code=code, params=params)


def _meaning(error: GovConnectError) -> tuple[str, str]:
    for kind, check, code in (
        (AuthenticationFailed, "login", "doctor.login"),
        (Unreachable, "call", "doctor.unreachable"),
        (TimedOut, "call", "doctor.slow"),
        (Overloaded, "quota", "doctor.overloaded"),
        (SystemPaused, "call", "doctor.paused"),
        (Redirected, "call", "doctor.redirected"),
        (Refused, "call", "doctor.refused"),
        (ConfigurationError, "settings", "doctor.settings"),
        (NotSupported, "call", "doctor.failed"),
    ):
        if isinstance(error, kind):
            return check, code
    if isinstance(error, (UnexpectedReply, OutcomeUnknown)):
        down = error.reason in _DOWN or (error.status or 0) >= _SERVER_ERROR
        return ("call", "doctor.down") if down else ("schema", "doctor.drift")
    return "call", "doctor.failed"
