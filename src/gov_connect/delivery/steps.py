"""Steps of a workflow that resume: what was done is not done again, what is in doubt is looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from pydantic import TypeAdapter

from gov_connect.delivery.codec import again, encode_arguments, result_codec
from gov_connect.errors import (
    AuthenticationFailed,
    GovConnectError,
    Overloaded,
    Refused,
    SystemPaused,
    Unreachable,
    UsageError,
)
from gov_connect.model.text import REVEAL
from gov_connect.runtime import Blocking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gov_connect.delivery.ledger import Begun, Ledger
    from gov_connect.model import DossierCode
    from gov_connect.runtime import Adapter, Inner, Operation, Program

P = ParamSpec("P")
T = TypeVar("T")
# After any other error the message may have arrived.
NOTHING_DONE = (UsageError, Unreachable, SystemPaused, Overloaded, Refused, AuthenticationFailed)


class Steps:
    """The steps of one dossier.

    Args:
        lease: token of `Ledger.lease`; every step renews it, and stops when it was lost.
    """

    def __init__(self, ledger: Ledger, dossier: DossierCode, lease: str = "") -> None:
        self._ledger = ledger
        self._dossier = dossier
        self._lease = lease

    def call(
        self,
        name: str,
        operation: Operation[P, T],
        adapter: Adapter[Inner],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Program[T]:
        """Do an operation once: intent committed before it is sent, its result after.

        A step that is done gives its stored result. One that may have arrived is done again with the
        stored arguments and with `doubtful=True`, where the operation takes that, so that it looks up
        first.
        """
        return (yield from self.call_with(name, operation, adapter, {}, *args, **kwargs))

    def call_with(
        self,
        name: str,
        operation: Operation[P, T],
        adapter: Adapter[Inner],
        fresh: Mapping[str, Any],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Program[T]:
        """The same with arguments that are too large to be stored with the step: given anew at every try.

        Args:
            name: see `call`.
            operation: see `call`.
            adapter: see `call`.
            fresh: those arguments by name.
            args: see `call`.
            kwargs: see `call`.
        """
        system, key = adapter.system, f"{self._dossier}/{name}"
        payload = encode_arguments(operation, args, kwargs)
        begun: Begun = yield Blocking(
            lambda: self._ledger.begin(
                system=system,
                dossier=self._dossier,
                key=key,
                operation=operation.name,
                payload=payload,
                lease=self._lease,
            )
        )
        codec = result_codec(operation)
        if begun.state == "done":
            return cast("T", codec.validate_json(begun.result))
        if begun.state == "doubtful":
            program = again(operation, adapter, begun.payload, fresh=fresh)
        else:
            program = operation.program(adapter, *args, **{**kwargs, **fresh})
        try:
            result = yield from program
        except GovConnectError as error:
            # An earlier doubt outlives this attempt: its look-up may be what failed.
            code = error.code
            doubtful = begun.state == "doubtful" or not isinstance(error, NOTHING_DONE)
            yield Blocking(
                lambda: self._ledger.fail(system=system, key=key, error=code, doubtful=doubtful, tries=begun.tries)
            )
            raise
        text = codec.dump_json(result, context=REVEAL).decode()
        yield Blocking(lambda: self._ledger.finish(system=system, key=key, result=text))
        return result

    def value(self, name: str, kind: type[T], make: Callable[[], T]) -> Program[T]:
        """A value that is made once and kept: a time, a reference, a quote."""
        codec: TypeAdapter[T] = TypeAdapter(kind)
        stored: str | None = yield Blocking(lambda: self._ledger.recall(self._dossier, name))
        if stored is None:
            made = codec.dump_json(make(), context=REVEAL).decode()
            stored = yield Blocking(lambda: self._ledger.remember(self._dossier, name, made))
        return codec.validate_json(stored or "")
