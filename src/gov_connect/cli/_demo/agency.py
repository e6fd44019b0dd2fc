"""The agency's side of the day: the listener, and a worker that takes every dossier to its end."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Final

from gov_connect.cli._demo.listener import listening
from gov_connect.delivery.base_worker import Timing
from gov_connect.errors import GovConnectError, NotSupported
from gov_connect.inbound import InboundHandler, InboundReply
from gov_connect.inbound.asgi import InboundApp
from gov_connect.model import Officer, PersonName, Purpose
from gov_connect.settings import Environment
from gov_connect.workflows import COMMUNE, CommuneDesk, CommuneFlow, Desk, Outcome, Systems

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from gov_connect.adapters.residents import Residents
    from gov_connect.cli._demo.citizens import Citizens
    from gov_connect.client import GovConnect
    from gov_connect.model import InboundDossier
    from gov_connect.payments import NoticeReply
    from gov_connect.runtime import Clock, Inner
    from gov_connect.workflows import Standing

DESK: Final = Desk(
    unit_name="UBND xã Mẫu",
    unit_code="99001",
    # Certificates of marital status have a provincial rate; that of Hải Phòng is in the packs.
    area="31:31",
    officer=PersonName("Trần Văn Thử"),
    files_url="https://motcua.example/ket-qua",
)
_SLOTS: Final = 16
TIMING: Final = Timing(beat=0.5, dead_after=2.0, idle=0.2, gather=0.002, grace=20.0)
"""The patience of a demo: a worker that was killed is found dead after two seconds."""


class Agency:
    """A commune at work.

    Args:
        citizens: who pays when asked to.
        on_end: told of each dossier that came to an end, with its outcome; called from any thread.
    """

    def __init__(
        self, gov: GovConnect, citizens: Citizens, *, clock: Clock, on_end: Callable[[str, str], None]
    ) -> None:
        self._gov = gov
        self._citizens = citizens
        self._on_end = on_end
        self._paying = threading.Lock()
        self._paid: set[str] = set()
        inner = gov.inner()
        systems = Systems(
            portal=inner.portal,
            residents=self._residents_for,
            civil_registry=inner.civil_registry,
            payments=inner.payments,
        )
        self._flow = CommuneFlow(
            run=gov.run,
            desk=CommuneDesk(DESK, systems, ledger=gov.ledger, fees=gov.fees, clock=clock),
            read=self._read,
            on_standing=self._standing,
            patience=0.2,
        )
        self._handler = InboundHandler(
            portal=inner.portal,
            payments=inner.payments,
            ledger=gov.ledger,
            on_dossier=self._take_up,
            on_payment=self._wake,
        )

    @property
    def idle(self) -> bool:
        """Whether no dossier is being worked on."""
        return not any(one.waiting or one.under_way for one in self._gov.delivery.status())

    @contextlib.contextmanager
    def open(self, port: int = 0) -> Generator[str, None, None]:
        """Open the desk: what was left open goes on by itself. Gives the listener's address."""
        app = InboundApp(self._answer, peers={"127.0.0.1"}, environment=Environment.OFFLINE)
        # A program that is older than the queue left dossiers in the inbox only.
        for received in self._gov.ledger.unhandled("portal"):
            self._gov.delivery.start(COMMUNE, received.key, {})
        with self.working(), listening(app, port) as address:
            yield address

    @contextlib.contextmanager
    def working(self) -> Generator[None, None, None]:
        """A worker alone, beside the one that listens."""
        with self._gov.delivery.distributor(slots=_SLOTS, flows={COMMUNE: self._flow}, timing=TIMING):
            yield

    def _answer(self, path: str, body: bytes) -> InboundReply:
        return self._gov.run(self._handler.handle(path, body))

    def _take_up(self, inbound: InboundDossier) -> None:
        """Begin the dossier's life, durably, before the portal hears that we have it."""
        self._gov.delivery.start(COMMUNE, str(inbound.code), {})

    def _read(self, code: str) -> InboundDossier:
        message = self._gov.ledger.message("portal", code)
        if message is None:
            raise NotSupported("support.event", system="portal")
        return self._gov.portal.receive(message.body.encode(), path=message.path)

    def _standing(self, inbound: InboundDossier, standing: Standing) -> None:
        code = str(inbound.code)
        if standing.outcome is Outcome.WAITING_FOR_PAYMENT and standing.link is not None:
            with self._paying:
                first = code not in self._paid
                self._paid.add(code)
            if first:
                self._citizens.pay(standing.link.reference)
        elif standing.outcome in {Outcome.DELIVERED, Outcome.NEEDS_OFFICER}:
            self._on_end(code, f"{standing.outcome}: {standing.reason}" if standing.reason else str(standing.outcome))

    def _wake(self, notice: NoticeReply) -> None:
        """A notice says that somebody paid: the workflow asks the platform itself, now instead of later."""
        with contextlib.suppress(GovConnectError):
            order = self._gov.order_book.get(notice.reference)
            if order is not None:
                self._gov.delivery.wake(str(order.order.dossier))

    def _residents_for(self, inbound: InboundDossier) -> Residents[Inner]:
        purpose = Purpose(procedure=inbound.procedure, dossier=inbound.code, legal_basis="Luật Căn cước 26/2023/QH15")
        return self._gov.acting(officer=Officer(code="cb-mot-cua-01"), purpose=purpose).inner().residents
