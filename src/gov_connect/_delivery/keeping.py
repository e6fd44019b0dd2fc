"""What `gov.delivery` does instead of calling: it writes the call down, where that can be carried out later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from gov_connect.delivery.codec import takes_doubt
from gov_connect.errors import NotSupported
from gov_connect.runtime import Effect

if TYPE_CHECKING:
    from gov_connect._awaited import AwaitedDelivery
    from gov_connect._delivery import Delivery
    from gov_connect.runtime import Acting, Adapter, Call, Event, Operation

T = TypeVar("T")


class Keeping:
    """The engine of an adapter under `gov.delivery`: it writes calls down."""

    def __init__(self, delivery: Delivery | AwaitedDelivery, system: str) -> None:
        self._delivery: Any = delivery
        self._system = system

    def keep(
        self, operation: Operation[..., T], adapter: Adapter[Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Event[T]:
        """Write one call down; on the awaited façade, the awaitable of it."""
        del adapter
        written: Event[T] = self._delivery.keep(self._system, operation, args, kwargs)
        return written

    def conduct(self, flow: Any, call: Call, acting: Acting) -> Any:
        """Nothing is sent from here."""
        del flow, acting
        raise NotSupported("delivery.undeliverable", operation=call.operation)

    def run(self, program: Any) -> Any:
        """Nothing is run from here."""
        raise NotSupported("delivery.undeliverable", operation=str(program))


def refuse_undeliverable(operation: Operation[..., Any]) -> None:
    """Only what is repeatable, or can be looked up after a crash, is written down.

    Raises:
        NotSupported: neither.
    """
    facts = operation.facts
    asks = facts.effect is Effect.ASK_FIRST and (facts.looks_up or takes_doubt(operation))
    if facts.effect is not Effect.WRITE and not asks:
        raise NotSupported("delivery.undeliverable", operation=operation.name)
