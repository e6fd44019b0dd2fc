"""The neutral handler: path and bytes in, status and bytes out.

A pushed dossier is stored before it is answered, so that an answer of 0 means "we have it". A second
delivery answers 1 and changes nothing (national_portal.md §2.8).
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from gov_connect.adapters.national_portal.inbound import (
    CREATED,
    DUPLICATE,
    FAILED,
    PUSH_PATH,
    UNMAPPED,
    answer,
    number_of,
    opened,
    unmapped,
)
from gov_connect.errors import GovConnectError, InvalidInput
from gov_connect.inbound.paths import OWED_PATH, notified_gateway
from gov_connect.inbound.reply import InboundReply, json_reply
from gov_connect.resilience.attempts import LOGGER
from gov_connect.runtime import Blocking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gov_connect.adapters.national_portal import NationalPortal
    from gov_connect.delivery import Ledger, Received
    from gov_connect.inbound.kit import PortalKit
    from gov_connect.inbound.records import InboundRecords
    from gov_connect.model import InboundDossier, ProcedureCode
    from gov_connect.payments import NoticeReply, Payments
    from gov_connect.runtime import Inner, Program

_NOT_FOUND, _BUSY = 404, 429
_OWED: Final = {"1": "found", "0": "not_due"}
_LONGEST_ANSWER: Final = 2000


class InboundHandler:
    """Handles pushes of the portal and notices of payment gateways for one agency.

    Args:
        payments: the payment platform's side; None leaves its notices unknown.
        gateways: further gateways by name, at `…/<name>/ipn`; a browser that comes back is not a notice and
            goes to `payments.returned` on a page of the host's own.
        on_dossier: told of each new dossier after it is stored, before the portal hears that we have it;
            at least once: when it fails the portal pushes again, and after a restart it is open work.
        on_payment: told of each accepted notice after it is stored.
        kit: the further endpoints of the portal; without it their paths are unknown.
        records: where refused pushes are kept for replay; without it they are not.
        knows: whether a procedure is taken here; one that is not is refused, kept, and pushed again by the
            portal (S10, M2). None takes every procedure.
    """

    def __init__(
        self,
        *,
        portal: NationalPortal[Inner],
        payments: Payments[Inner] | None,
        gateways: Mapping[str, Payments[Inner]] | None = None,
        ledger: Ledger,
        on_dossier: Callable[[InboundDossier], None],
        on_payment: Callable[[NoticeReply], None],
        kit: PortalKit | None = None,
        records: InboundRecords | None = None,
        knows: Callable[[ProcedureCode], bool] | None = None,
    ) -> None:
        self._portal = portal
        self._gateways = {**(gateways or {}), **({} if payments is None else {"national_payment": payments})}
        self._ledger = ledger
        self._on_dossier = on_dossier
        self._on_payment = on_payment
        self._kit = kit
        self._records = records
        self._knows = knows

    def handle(self, path: str, body: bytes) -> Program[InboundReply]:
        """Answer one request; raises only when the local records fail (answer HTTP 500 then)."""
        with suppress(InvalidInput):  # whoever reads it refuses it, and keeps it as it came
            body = opened(body)
        last = path.rstrip("/").rpartition("/")[2]
        if last == PUSH_PATH:
            return (yield from self._push(path, body))
        payments = self._gateways.get(notified_gateway(path) or "")
        if payments is not None:
            return (yield from self._noticed(payments, body))
        if last == OWED_PATH and "national_payment" in self._gateways and not self._kit_tells_what_is_owed:
            return (yield from self._owed(self._gateways["national_payment"], body))
        if self._kit is not None and self._kit.handles(path):
            return (yield from self._kit.handle(path, body))
        return InboundReply(status=_NOT_FOUND, body=b"{}")

    def _push(self, path: str, body: bytes) -> Program[InboundReply]:
        try:
            dossier = yield from self._portal.receive(body, path=path)
        except GovConnectError as error:
            yield from self._keep(path, body, error.code)
            # The portal shows this text to people who can mend the push; it holds no values.
            return json_reply(answer(FAILED, number_of(body), error.text("en")[:_LONGEST_ANSWER]))
        knows = self._knows
        if knows is not None and not (yield Blocking(lambda: knows(dossier.procedure))):
            yield from self._keep(path, body, UNMAPPED)
            return json_reply(unmapped(dossier))
        stored: Received = yield Blocking(
            lambda: self._ledger.receive(
                system=self._portal.system, key=str(dossier.code), path=path, body=body.decode()
            )
        )
        if stored.untold:
            try:
                yield Blocking(lambda: self._on_dossier(dossier))
            except Exception:
                # The host could not take it: the portal shall push it again, and then it is told again.
                logging.getLogger(LOGGER).exception("host_failed")
                return json_reply(answer(FAILED, dossier.code, "host failed"))
            yield Blocking(lambda: self._ledger.told(system=self._portal.system, key=stored.key))
        if not stored.first:
            return json_reply(answer(DUPLICATE, dossier.code, "duplicate refId"))
        return json_reply(answer(CREATED, dossier.code, "create dossier success"))

    def _keep(self, path: str, body: bytes, reason: str) -> Program[None]:
        records = self._records
        if records is not None:
            yield Blocking(lambda: records.keep_raw(path, body, reason))

    def _noticed(self, payments: Payments[Inner], body: bytes) -> Program[InboundReply]:
        reply = yield from payments.receive(body)
        if reply.accepted:
            yield Blocking(lambda: self._on_payment(reply))
        return InboundReply(status=reply.status, body=reply.body, content_type=reply.content_type)

    @property
    def _kit_tells_what_is_owed(self) -> bool:
        return self._kit is not None and self._kit.tells_what_is_owed

    def _owed(self, payments: Payments[Inner], body: bytes) -> Program[InboundReply]:
        """Answer from the order book what a dossier owes, written down like every look-up."""
        records = self._records
        if self._kit is not None and not self._kit.may_look():
            yield Blocking(lambda: None if records is None else records.looked_up(OWED_PATH, "", "limited"))
            return json_reply({"error_code": -1, "message": []}, status=_BUSY)
        told: bytes = yield from payments.look_up(body)
        outcome = _OWED.get(str(json.loads(told).get("error_code")), "not_found")
        dossier = number_of(body)
        if records is not None:
            yield Blocking(lambda: records.looked_up(OWED_PATH, dossier, outcome))
        return InboundReply(status=200, body=told)
