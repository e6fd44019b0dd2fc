"""The systems as a worker needs them: each event acts as whoever wrote it down, and not beyond its system's rate."""

from __future__ import annotations

import json
import os
import socket
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

from gov_connect.errors import NotSupported
from gov_connect.model import AgencyCode, Officer, Purpose

if TYPE_CHECKING:
    from gov_connect._parts import Parts
    from gov_connect.client import GovConnect
    from gov_connect.delivery.outcomes import Claimed
    from gov_connect.delivery.queue import Target
    from gov_connect.model import InboundDossier
    from gov_connect.runtime import Acting, Adapter, Inner, Operation, Program


class ActingSystems:
    """The façade as events need it: each acts as whoever wrote it down."""

    def __init__(self, parts: Parts) -> None:
        self._parts: Final = parts
        self._views: dict[tuple[str, str], Any] = {}

    @cached_property
    def _gov(self) -> GovConnect:
        from gov_connect.client import GovConnect  # noqa: PLC0415 - the two need each other

        return GovConnect(parts=self._parts, once=True)

    def run(self, program: Program[Any], /) -> Any:
        """Run a program to its end."""
        return self._gov.run(program)

    def called(self, event: Claimed, /) -> tuple[Operation[..., Any], Adapter[Inner]]:
        """The operation of an event, and the adapter that acts as its writer did."""
        return self._of(event.system, event.operation, self._view(event.agency, event.acting))

    def view(self, acting: Acting) -> Any:
        """The façade as somebody acts."""
        return self._view(str(acting.agency), acting_text(acting))

    def named(self, system: str, operation: str, acting: Acting) -> tuple[Operation[..., Any], Adapter[Inner]]:
        """The same by names."""
        return self._of(system, operation, self._view(str(acting.agency), ""))

    def received(self, event: Claimed, key: str, /) -> InboundDossier:
        """A dossier from the inbox, read anew."""
        view = self._view(event.agency, "")
        message = view.ledger.message("portal", key)
        if message is None:
            raise NotSupported("support.event", system=event.system)
        found: InboundDossier = self.run(view.inner().portal.receive(message.body.encode(), path=message.path))
        return found

    def _view(self, agency: str, acting: str) -> Any:
        view = self._views.get((agency, acting))
        if view is None:
            if len(self._views) > 256:  # noqa: PLR2004 - officers come and go
                self._views.clear()
            given = json.loads(acting or "{}")
            officer, purpose = given.get("officer"), given.get("purpose")
            view = self._gov.acting(
                agency=AgencyCode(agency),
                officer=None if officer is None else Officer.model_validate(officer),
                purpose=None if purpose is None else Purpose.model_validate(purpose),
            )
            self._views[agency, acting] = view
        return view

    def _of(self, system: str, name: str, view: Any) -> tuple[Operation[..., Any], Adapter[Inner]]:
        from gov_connect.adapters.catalogue import adapter  # noqa: PLC0415 - on first use

        home, _, method = name.partition(".")
        inner = view.inner()
        if home == "payments":
            found = inner.payments_through(system)
        elif home in {"portal", "civil_registry", "national_payment"}:
            found = getattr(inner, home)
        else:
            found = inner.system(self._parts.vendors.get(system) or adapter(system))
        operation = getattr(cast("Any", type(found)), method, None)
        if operation is None:
            raise NotSupported("delivery.unknown_operation", operation=name)
        return operation, found


def acting_text(acting: Acting) -> str:
    """Who acts, and why, as JSON in clear for the sealed records."""
    given = {
        name: json.loads(value.to_json())
        for name, value in (("officer", acting.officer), ("purpose", acting.purpose))
        if value is not None
    }
    return json.dumps(given) if given else ""


def process_name() -> str:
    """What this process is called among the workers."""
    return f"{socket.gethostname()}:{os.getpid()}"


def cap_of(parts: Parts, target: Target, slots: int) -> int:
    """At most what a system's own rate lets through in a second or two, so that nobody waits in a slot for it."""
    # Without a limit: what is under way, and as much again in line behind it.
    unlimited = 2 * slots
    try:
        limits = parts.settings.need(target[1], AgencyCode(target[0])).limits()
    except Exception:  # noqa: BLE001 - no settings, no limit of ours; the event itself says what is wrong
        return unlimited
    return unlimited if limits.per_second is None else max(1, min(slots, int(limits.per_second) + 1))
