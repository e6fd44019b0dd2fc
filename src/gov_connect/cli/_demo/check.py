"""The check at the end of the day: do portal, registry, platform and local records agree?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gov_connect.model import DossierStatus, PaymentState

if TYPE_CHECKING:
    from gov_connect.delivery.ledger import Record
    from gov_connect.payments import StoredOrder

BIRTH = "1.001193"
_DELIVERED = str(DossierStatus.RESULT_DELIVERED.value)
_STEPS = ["2", "4", "9", "10"]
"""What the portal is told of each dossier, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What everybody holds at the end.

    Attributes:
        submitted: dossier numbers and their procedures, as the citizens submitted them.
        records: the local records.
        orders: the local payment orders per dossier.
        portal, registry, platform: state of the mocks.
    """

    submitted: dict[str, str]
    records: dict[str, Record]
    orders: dict[str, list[StoredOrder]]
    portal: dict[str, Any]
    registry: dict[str, Any]
    platform: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the check found.

    Attributes:
        mismatches: per dossier, what does not agree, as short stable words.
        lost: dossiers that somebody submitted and that did not reach their end somewhere.
        duplicated: registrations and charges beyond the first.
    """

    mismatches: dict[str, list[str]]
    lost: int
    duplicated: int

    @property
    def agree(self) -> bool:
        """Whether everything agrees."""
        return not self.mismatches and not self.lost and not self.duplicated


def check(world: World) -> Verdict:
    """Compare everybody's records, dossier by dossier."""
    mismatches = {code: found for code in world.submitted if (found := _mismatches(world, code))}
    strangers = (set(world.records) | set(world.registry["registrations"])) - set(world.submitted)
    mismatches |= {code: ["never_submitted"] for code in sorted(strangers)}
    lost = sum(1 for code in world.submitted if _lost(world, code))
    duplicated = (
        len(world.registry["duplicates"])
        + len(world.platform["double_charges"])
        + sum(max(0, len(orders) - 1) for orders in world.orders.values())
    )
    return Verdict(mismatches=mismatches, lost=lost, duplicated=duplicated)


def _lost(world: World, code: str) -> bool:
    shown: dict[str, Any] | None = world.portal["dossiers"].get(code)
    return code not in world.records or shown is None or shown["status"] != _DELIVERED


def _mismatches(world: World, code: str) -> list[str]:
    record = world.records.get(code)
    shown: dict[str, Any] = world.portal["dossiers"].get(code) or {}
    charges: list[Any] = world.platform["charges"].get(code, [])
    orders = world.orders.get(code, [])
    registered = code in world.registry["registrations"]
    paid = [order for order in orders if order.state is PaymentState.PAID]
    checks = {
        "no_local_record": record is None,
        "local_status": record is not None and str(record.status.value) != shown.get("status"),
        "portal_status": shown.get("status") != _DELIVERED,
        "portal_steps": [step["TrangThai"] for step in shown.get("steps", [])] != _STEPS,
        "registration": registered != (world.submitted[code] == BIRTH),
        "payment_missing": len(paid) != len(orders) or len(charges) != len(orders),
        "payment_amount": _amounts(charges) != sum(order.order.amount.dong for order in paid),
        "portal_fee": _fees(shown) != sum(order.order.amount.dong for order in paid),
    }
    return [name for name, wrong in checks.items() if wrong]


def _amounts(charges: list[Any]) -> int:
    return sum(int(charge["amount"]) for charge in charges)


def _fees(shown: dict[str, Any]) -> int:
    return sum(int(line["Gia"]) for line in shown.get("fees", []))
