"""The neutral handler: path and bytes in, status and bytes out.

A pushed dossier is stored before it is answered, so that an answer of 0 means "we have it". A second
delivery answers 1 and changes nothing (national_portal.md §2.8).
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.national_portal.inbound import (
    CREATED,
    DUPLICATE,
    FAILED,
    PUSH_PATH,
    answer,
    number_of,
)
from gov_connect.errors import GovConnectError
from gov_connect.resilience.attempts import LOGGER
from gov_connect.runtime import Blocking

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.adapters.national_portal import NationalPortal
    from gov_connect.delivery import Ledger, Received
    from gov_connect.model import InboundDossier
    from gov_connect.payments import NoticeReply, Payments
    from gov_connect.runtime import Inner, Program

CONFIRM_PATH: Final = "Confirm"
_NOT_FOUND, _OK = 404, 200
_LONGEST_ANSWER: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundReply:
    """What to answer."""

    status: int
    body: bytes = field(repr=False)
    content_type: str = "application/json; charset=utf-8"


class InboundHandler:
    """Handles pushes of the portal and notices of the payment platform for one agency.

    Args:
        on_dossier: told of each new dossier after it is stored, before the portal hears that we have it;
            at least once: when it fails the portal pushes again, and after a restart it is open work.
        on_payment: told of each accepted notice after it is stored.
    """

    def __init__(
        self,
        *,
        portal: NationalPortal[Inner],
        payments: Payments[Inner],
        ledger: Ledger,
        on_dossier: Callable[[InboundDossier], None],
        on_payment: Callable[[NoticeReply], None],
    ) -> None:
        self._portal = portal
        self._payments = payments
        self._ledger = ledger
        self._on_dossier = on_dossier
        self._on_payment = on_payment

    def handle(self, path: str, body: bytes) -> Program[InboundReply]:
        """Answer one request; raises only when the local records fail (answer HTTP 500 then)."""
        last = path.rstrip("/").rpartition("/")[2]
        if last == PUSH_PATH:
            return (yield from self._push(path, body))
        if last == CONFIRM_PATH:
            return (yield from self._confirm(body))
        return InboundReply(status=_NOT_FOUND, body=b"{}")

    def _push(self, path: str, body: bytes) -> Program[InboundReply]:
        try:
            dossier = yield from self._portal.receive(body, path=path)
        except GovConnectError as error:
            # The portal shows this text to people who can mend the push; it holds no values.
            return _json(answer(FAILED, number_of(body), error.text("en")[:_LONGEST_ANSWER]))
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
                return _json(answer(FAILED, dossier.code, "host failed"))
            yield Blocking(lambda: self._ledger.told(system=self._portal.system, key=stored.key))
        if not stored.first:
            return _json(answer(DUPLICATE, dossier.code, "duplicate refId"))
        return _json(answer(CREATED, dossier.code, "create dossier success"))

    def _confirm(self, body: bytes) -> Program[InboundReply]:
        reply = yield from self._payments.receive(body)
        if reply.accepted:
            yield Blocking(lambda: self._on_payment(reply))
        return InboundReply(status=_OK, body=reply.body)


def _json(value: dict[str, Any]) -> InboundReply:
    return InboundReply(status=_OK, body=json.dumps(value, ensure_ascii=False).encode())
