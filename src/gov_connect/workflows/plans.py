"""The procedures as small declarations over one life cycle: what is charged, registered and decided.

    taken up -> identified -> accepted -> paid -> registered -> issued -> processed -> handed over

| plan           | procedures                    | differs by                                                     |
|----------------|-------------------------------|----------------------------------------------------------------|
| birth          | 1.001193                      | registered; n extract copies come with it, as one charge       |
| extracts       | 2.000635                      | issued from the books                                          |
| marital_status | 1.004873                      | three working days                                             |
| copies         | 2.000815                      | certified on the spot                                          |
| signatures     | 2.000884                      | certified on the spot                                          |
| certification  | 2.000815 and 2.000884         | one request and one payment, two records (civil_registry §6.2) |
| birth_bundle   | as the platform names them    | LTKS: registered under its national code, told to the platform |
| death_bundle   | as the platform names them    | LTKT: the same                                                 |
| general        | everything else               | officers decide; charged what the desk says                    |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from gov_connect.fees import FeeItem
from gov_connect.model import CivilEvent
from gov_connect.workflows.application import charged
from gov_connect.workflows.papers import BIRTH, COPIES, EXTRACTS, MARITAL, SIGNATURES, extracts, fee_items
from gov_connect.workflows.processing import finish, issue, register
from gov_connect.workflows.reception import accept, collect, identify

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gov_connect.reference import WorkCalendar
    from gov_connect.runtime import Program
    from gov_connect.workflows.application import Application
    from gov_connect.workflows.case import Case

    Stage: TypeAlias = Callable[[Case], Program[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a procedure differs from the others.

    Attributes:
        charges: what is charged for what the citizen wants.
        event: what the registry registers; None where an officer issues the result.
        days: working days until it is due; 0 is the same day, after 15:00 the next one.
        stages: what happens, in order.
        looks_up: whether the applicant is looked up in the residents database.
        staffed: whether officers decide even where the desk goes on by itself.
    """

    name: str
    charges: Callable[[Application], list[FeeItem]]
    event: CivilEvent | None = None
    days: int = 0
    stages: tuple[Stage, ...] = (identify, accept, collect, register, issue, finish)
    looks_up: bool = True
    staffed: bool = False

    def due(self, received_at: datetime, calendar: WorkCalendar, waited: float = 0.0) -> datetime:
        """When it is due; working hours in which a supplement was waited for do not count."""
        due = calendar.due(received_at, self.days)
        return calendar.due_hours(due, waited) if waited > 0 else due


def _typed(application: Application) -> list[FeeItem]:
    """By the quantities that were typed into the form."""
    return fee_items(application.inbound)


def _said(application: Application) -> list[FeeItem]:
    """By what the desk said when it took the request in."""
    return charged(application.charges)


def _birth_bundle(application: Application) -> list[FeeItem]:
    return [FeeItem("ht.birth_on_time", cases=1), *extracts(application.inbound)]


def _death_bundle(application: Application) -> list[FeeItem]:
    return [FeeItem("ht.death_on_time", cases=1), *extracts(application.inbound)]


_UNSEEN: Final = (accept, collect, register, issue, finish)
BIRTH_PLAN: Final = Plan(name="birth", charges=_typed, event=CivilEvent.BIRTH)
EXTRACTS_PLAN: Final = Plan(name="extracts", charges=_typed)
MARITAL_PLAN: Final = Plan(name="marital_status", charges=_typed, days=3)
COPIES_PLAN: Final = Plan(name="copies", charges=_typed)
SIGNATURES_PLAN: Final = Plan(name="signatures", charges=_typed)
# The citizen stands at the counter with the papers, or has signed in with VNeID at the platform.
CERTIFICATION_PLAN: Final = Plan(name="certification", charges=_said, stages=_UNSEEN, looks_up=False)
BIRTH_BUNDLE_PLAN: Final = Plan(
    name="birth_bundle", charges=_birth_bundle, event=CivilEvent.BIRTH, stages=_UNSEEN, looks_up=False
)
DEATH_BUNDLE_PLAN: Final = Plan(
    name="death_bundle", charges=_death_bundle, event=CivilEvent.DEATH, stages=_UNSEEN, looks_up=False
)
GENERAL_PLAN: Final = Plan(name="general", charges=_said, days=3, stages=_UNSEEN, looks_up=False, staffed=True)
PLANS: Final = {
    plan.name: plan
    for plan in (
        BIRTH_PLAN,
        EXTRACTS_PLAN,
        MARITAL_PLAN,
        COPIES_PLAN,
        SIGNATURES_PLAN,
        CERTIFICATION_PLAN,
        BIRTH_BUNDLE_PLAN,
        DEATH_BUNDLE_PLAN,
        GENERAL_PLAN,
    )
}
_BY_PROCEDURE: Final = {
    BIRTH: BIRTH_PLAN,
    EXTRACTS: EXTRACTS_PLAN,
    MARITAL: MARITAL_PLAN,
    COPIES: COPIES_PLAN,
    SIGNATURES: SIGNATURES_PLAN,
}


def plan_of(application: Application) -> Plan:
    """The declaration that an application follows."""
    if application.plan:
        return PLANS[application.plan]
    return _BY_PROCEDURE.get(str(application.inbound.procedure), GENERAL_PLAN)
