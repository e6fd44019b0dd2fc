"""The agency's side of the day: the listener, the desk on several threads, and resuming what was open."""

from __future__ import annotations

import contextlib
import queue
import threading
from typing import TYPE_CHECKING, Final

from gov_connect.cli._demo.listener import listening
from gov_connect.errors import GovConnectError
from gov_connect.inbound import InboundHandler, InboundReply
from gov_connect.inbound.asgi import InboundApp
from gov_connect.model import Officer, PersonName, Purpose
from gov_connect.workflows import CommuneDesk, Desk, Outcome, Standing, Systems

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from gov_connect.adapters.residents import Residents
    from gov_connect.cli._demo.citizens import Citizens
    from gov_connect.client import GovConnect
    from gov_connect.model import InboundDossier
    from gov_connect.payments import NoticeReply
    from gov_connect.runtime import Clock, Inner

DESK: Final = Desk(
    unit_name="UBND xã Mẫu",
    unit_code="99001",
    # Certificates of marital status have a provincial rate; that of Hải Phòng is in the packs.
    area="31:31",
    officer=PersonName("Trần Văn Thử"),
    files_url="https://motcua.example/ket-qua",
)
_WORKERS: Final = 16
_ROUNDS: Final = 12


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
        self._due: queue.Queue[InboundDossier | None] = queue.Queue()
        self._closing = threading.Event()
        self.failure: BaseException | None = None
        inner = gov.inner()
        systems = Systems(
            portal=inner.portal,
            residents=self._residents_for,
            civil_registry=inner.civil_registry,
            payments=inner.payments,
        )
        self._desk = CommuneDesk(DESK, systems, ledger=gov.ledger, fees=gov.fees, clock=clock)
        self._handler = InboundHandler(
            portal=inner.portal,
            payments=inner.payments,
            ledger=gov.ledger,
            on_dossier=self._due.put,
            on_payment=_unneeded,
        )

    @property
    def idle(self) -> bool:
        """Whether no dossier waits to be taken up."""
        return self._due.empty()

    @contextlib.contextmanager
    def open(self, port: int = 0) -> Generator[str, None, None]:
        """Open the desk: take up what was left open, listen, work. Gives the listener's address."""
        self._gov.ledger.clear_leases()
        for received in self._gov.ledger.unhandled("portal"):
            self._due.put(self._gov.portal.receive(received.body.encode(), path=received.path))
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(_WORKERS)]
        for thread in threads:
            thread.start()
        try:
            with listening(InboundApp(self._answer, peers={"127.0.0.1"}), port) as address:
                yield address
        finally:
            self._closing.set()
            for _ in threads:
                self._due.put(None)
            for thread in threads:
                thread.join(30)

    def _answer(self, path: str, body: bytes) -> InboundReply:
        return self._gov.run(self._handler.handle(path, body))

    def _work(self) -> None:
        while (inbound := self._due.get()) is not None and not self._closing.is_set():
            try:
                outcome = self._serve(inbound)
            except BaseException as error:  # noqa: BLE001 - handed to the main thread
                self.failure = error
                return
            self._on_end(str(inbound.code), outcome)

    def _serve(self, inbound: InboundDossier) -> str:
        """Take one dossier to its end, as a worker does: again after a failure, until it is through."""
        standing = Standing(outcome=Outcome.NEEDS_OFFICER, reason="gave_up")
        poll = False
        for round_ in range(_ROUNDS):
            try:
                standing = self._gov.run(self._desk.advance(inbound, poll=poll))
            except GovConnectError as error:
                standing = Standing(outcome=Outcome.NEEDS_OFFICER, reason=error.code)
                self._closing.wait(0.05 * (round_ + 1))
                continue
            if standing.outcome is Outcome.WAITING_FOR_PAYMENT and standing.link is not None:
                if poll:
                    self._closing.wait(0.05)
                else:
                    self._citizens.pay(standing.link.reference)
                poll = True
            elif standing.outcome is Outcome.BUSY:
                self._closing.wait(0.05 * (round_ + 1))
            elif standing.outcome is not Outcome.WAITING_FOR_REGISTRY:
                break
        return f"{standing.outcome}: {standing.reason}" if standing.reason else str(standing.outcome)

    def _residents_for(self, inbound: InboundDossier) -> Residents[Inner]:
        purpose = Purpose(procedure=inbound.procedure, dossier=inbound.code, legal_basis="Luật Căn cước 26/2023/QH15")
        return self._gov.acting(officer=Officer(code="cb-mot-cua-01"), purpose=purpose).inner().residents


def _unneeded(notice: NoticeReply) -> None:
    """A notice wakes nobody here: the payer's own thread asks the platform next."""
    del notice
