"""Carrying one event out: a call to an outside system, news for the host, a stretch of a workflow."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import update

from gov_connect.delivery.codec import again, result_codec
from gov_connect.delivery.news import KINDS, DossierReceived
from gov_connect.delivery.outcomes import Kind, Outcome, Verdict, done, interrupted
from gov_connect.delivery.states import UNSERVED, Lane, State
from gov_connect.errors import NotSupported, OutsideSystemError
from gov_connect.model.text import REVEAL
from gov_connect.store.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.delivery.news import Handlers, News
    from gov_connect.delivery.outcomes import Claimed
    from gov_connect.model import InboundDossier
    from gov_connect.resilience import Answers
    from gov_connect.runtime import Adapter, Inner, Operation, Program
    from gov_connect.store import Database


class Systems(Protocol):
    """What an event needs of the façade behind it."""

    def run(self, program: Program[Any], /) -> Any:
        """Run a program to its end."""
        ...

    def called(self, event: Claimed, /) -> tuple[Operation[..., Any], Adapter[Inner]]:
        """The operation of an event, and the adapter that acts as its writer did."""
        ...

    def received(self, event: Claimed, key: str, /) -> InboundDossier:
        """A dossier from the inbox, read anew."""
        ...


class Flow(Protocol):
    """A workflow that can be run on: gives the seconds until it wants to go on, or None when it has ended.

    It raises `Stopped` when people must look, and whatever its systems raise: then it goes on later.
    """

    def __call__(self, event: Claimed, /) -> float | None:
        """Go on from where the records say it stands."""
        ...


class Executor:
    """Carries events out; what goes wrong raises, and the worker judges it."""

    def __init__(
        self,
        systems: Systems,
        database: Database,
        handlers: Handlers,
        answers: Answers,
        flows: dict[str, Flow] | None = None,
    ) -> None:
        self._answers: Final = answers
        self._systems: Final = systems
        self._database: Final = database
        self._handlers: Final = handlers
        self._flows: Final = {} if flows is None else flows

    def __call__(self, event: Claimed) -> Outcome:
        """Carry one event out."""
        lanes: dict[Lane, Callable[[Claimed], Outcome]] = {
            Lane.OUT: self._call,
            Lane.IN: self._tell,
            Lane.FLOW: self._go_on,
        }
        return lanes[event.lane](event)

    def _call(self, event: Claimed) -> Outcome:
        operation, adapter = self._systems.called(event)
        result = self._systems.run(again(operation, adapter, event.payload, doubtful=event.doubtful))
        return done(event, result_codec(operation).dump_json(result, context=REVEAL).decode())

    def _tell(self, event: Claimed) -> Outcome:
        kind = KINDS.get(event.operation)
        if kind is not None and not self._handlers.wants(kind):
            return _elsewhere(event)
        news = self._news(event)
        self._handlers.outside(news)
        with self._database.transaction(f"news|{event.agency}|{event.dossier}") as db:
            still = (EVENTS.c.id == event.id) & (EVENTS.c.owner == event.owner)
            told = {"state": State.DONE.value, "owner": "", "doubtful": 0, "error": ""}
            # Whoever was taken for dead in between writes nothing: the other one tells it.
            if db.execute(update(EVENTS).where(still).values(**told)).rowcount:
                self._handlers.inside(news, db)
        return Outcome(event=event, kind=Kind.KEPT)

    def _news(self, event: Claimed) -> News:
        kind = KINDS.get(event.operation)
        if kind is None:
            raise NotSupported("support.event", system=event.system)
        if kind is DossierReceived:
            inbound = self._systems.received(event, json.loads(event.payload)["key"])
            return DossierReceived(dossier=inbound.code, inbound=inbound)
        return kind.from_json(event.payload)

    def _go_on(self, event: Claimed) -> Outcome:
        flow = self._flows.get(event.operation)
        if flow is None:
            return _elsewhere(event)
        self._answers.taken()
        try:
            wait = flow(event)
        except OutsideSystemError as error:
            return replace(interrupted(event, error), answered=self._answers.taken())
        outcome = done(event, "null", Verdict.NONE)
        if wait is not None:
            outcome = Outcome(event=event, kind=Kind.AGAIN, wait=wait, counted=False)
        return replace(outcome, answered=self._answers.taken())


def _elsewhere(event: Claimed) -> Outcome:
    """It goes back, for a worker that has the code for it."""
    return Outcome(event=event, kind=Kind.AGAIN, wait=UNSERVED, counted=False)
