"""What the host hears by durable handlers: `@gov.on(DossierReceived)`."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from gov_connect.model import DossierCode, InboundDossier, PaymentState
from gov_connect.model._base import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

HOST: Final = "host"
"""The name that the host has among the systems: its handlers are delivered to like any other."""


class News(Value):
    """Root of what the host hears; in order per dossier, at least once."""

    dossier: DossierCode


class DossierReceived(News):
    """The portal pushed a dossier, or a correction of one (`inbound.updating`)."""

    inbound: InboundDossier


class PaymentChanged(News):
    """An order of the dossier has another state at its gateway."""

    system: str
    reference: str
    state: PaymentState
    transaction: str = ""


class ResultReady(News):
    """The result of the dossier stands in the books, or is issued."""

    reference: str = ""


class SupplementRequested(News):
    """The citizen must add something before the dossier goes on."""

    text: str = ""


class DossierWithdrawn(News):
    """The citizen took the dossier back."""

    reason: str = ""


KINDS: Final[dict[str, type[News]]] = {
    kind.__name__: kind
    for kind in (DossierReceived, PaymentChanged, ResultReady, SupplementRequested, DossierWithdrawn)
}
N = TypeVar("N", bound=News)
Handler: TypeAlias = "Callable[[Any], object] | Callable[[Any, Connection], object]"


class Handlers:
    """Who wants to hear what."""

    def __init__(self) -> None:
        self._of: dict[str, list[tuple[Handler, bool]]] = {}

    def add(self, kind: type[News], handler: Handler) -> None:
        """Have `handler` called with news of a kind; one with a second argument gets our open transaction."""
        wants_transaction = len(inspect.signature(handler).parameters) > 1
        self._of.setdefault(kind.__name__, []).append((handler, wants_transaction))

    def __bool__(self) -> bool:
        return bool(self._of)

    def wants(self, kind: type[News]) -> bool:
        """Whether anybody wants to hear of a kind."""
        return kind.__name__ in self._of

    def outside(self, news: News) -> None:
        """Call those that keep transactions of their own."""
        for handler, inside in self._of.get(type(news).__name__, ()):
            if not inside:
                handler(news)  # type: ignore[call-arg]

    def inside(self, news: News, db: Connection) -> None:
        """Call those that write into our transaction."""
        for handler, inside in self._of.get(type(news).__name__, ()):
            if inside:
                handler(news, db)  # type: ignore[call-arg]
