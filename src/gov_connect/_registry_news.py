"""What the registry makes of registrations that were delivered without a workflow, told to the host once.

A running client asks every fifteen minutes (civil_registry.md §1.9); the registry itself calls nobody.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import select

from gov_connect.delivery.codec import stored_arguments
from gov_connect.delivery.news import HOST, ResultReady, SupplementRequested
from gov_connect.delivery.states import Lane, State
from gov_connect.errors import GovConnectError
from gov_connect.model import RegistrationState
from gov_connect.model.bundles import BundleState
from gov_connect.store.tables import EVENTS

if TYPE_CHECKING:
    from gov_connect._delivery import Delivery
    from gov_connect._parts import Parts
    from gov_connect.adapters.civil_registry import CivilRegistry
    from gov_connect.delivery.outcomes import Claimed
    from gov_connect.runtime import Acting, Inner, Program

_SUBMIT: Final = "civil_registry.submit"
_ASKED_FOR: Final = timedelta(days=30)
"""Older registrations are people's: the registry never took so long."""
_MOST: Final = 500


def collect_registry_news(parts: Parts, acting: Acting, delivery: Delivery) -> int:
    """Ask for every registration whose result the host has not heard of; gives how much news was written down.

    A registry that does not answer is asked again the next time.
    """
    handlers, told = parts.handlers, 0
    if not (handlers.wants(ResultReady) or handlers.wants(SupplementRequested)):
        return 0
    for event in _open(parts, str(acting.agency), delivery):
        operation, adapter = delivery.systems.named(event.system, event.operation, acting)
        registration = stored_arguments(operation, event.payload)["registration"]
        registry = cast("CivilRegistry[Inner]", adapter)
        try:
            result, wanted = delivery.systems.run(_asked(registry, registration))
        except GovConnectError:
            continue
        if result is not None and handlers.wants(ResultReady):
            news = ResultReady(dossier=registration.dossier, reference=result)
            told += delivery.with_key(_key(event.id)).publish(news).fresh
        elif wanted is not None and handlers.wants(SupplementRequested):
            # The same wish is one piece of news; another one is another.
            key = f"{_key(event.id)}/{hashlib.sha256(wanted.encode()).hexdigest()[:16]}"
            news_of_wish = SupplementRequested(dossier=registration.dossier, text=wanted)
            told += delivery.with_key(key).publish(news_of_wish).fresh
    return told


def _key(number: int) -> str:
    return f"registry/{number}"


def _open(parts: Parts, agency: str, delivery: Delivery) -> list[Claimed]:
    """Delivered registrations without a result, the oldest first."""
    mine = (EVENTS.c.agency == agency) & (EVENTS.c.lane == Lane.OUT.value) & (EVENTS.c.operation == _SUBMIT)
    mine &= (EVENTS.c.state == State.DONE.value) & (EVENTS.c.changed_at >= parts.clock.now() - _ASKED_FOR)
    keys = select(EVENTS.c.key).where(EVENTS.c.agency == agency, EVENTS.c.system == HOST)
    keys = keys.where(EVENTS.c.operation == ResultReady.__name__)
    with parts.database.reading() as db:
        heard = set(db.execute(keys).scalars())
        rows = db.execute(select(EVENTS).where(mine).order_by(EVENTS.c.id)).all()
    waiting = [row for row in rows if row.payload and _key(row.id) not in heard]
    return [delivery.queue.opened(row, "") for row in waiting[:_MOST]]


def _asked(registry: CivilRegistry[Inner], registration: Any) -> Program[tuple[str | None, str | None]]:
    """The number in the books, or what the registry wants first; (None, None) while it is at work."""
    if registration.bundle:
        rows = yield from registry.bundle_results(registration.event, (registration.dossier,))
        row = next((one for one in rows if one.dossier == registration.dossier), None)
        if row is not None and row.state is BundleState.FINISHED:
            return ("" if row.entry is None else str(row.entry.number)), None
        if row is not None and row.state is BundleState.SUPPLEMENT_REQUESTED:
            return None, _clear(row.note)
        return None, None
    entry = yield from registry.results(registration.dossier, unit=registration.unit)
    if entry is not None:
        return str(entry.number), None
    status = yield from registry.status(registration.dossier, unit=registration.unit)
    if status is not None and status.state is RegistrationState.SUPPLEMENT_REQUESTED:
        return None, _clear(status.request)
    return None, None


def _clear(text: Any) -> str:
    return "" if text is None else str(text.reveal())
