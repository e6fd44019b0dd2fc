"""The operation: one generator on an adapter, read as a blocking call, an awaitable or a program.

    class Residents(Adapter[F]):
        system = "residents"

        @operation(wire="TraCuuThongTinCongDan (037)", effect=Effect.READ, ...)
        def look_up(self, query: CitizenQuery) -> Flow[Citizen | None]:
            reply = yield self._request(query)
            return read_citizen(reply)

    Residents[Sync].look_up(query)   -> Citizen | None
    Residents[Async].look_up(query)  -> Awaitable[Citizen | None]
    Residents[Inner].look_up(query)  -> Program[Citizen | None], for `yield from` in a workflow
    NationalPortal[Durable].put(d)   -> Event[PutReceipt]: written down now, delivered by a worker; writes only

No twin is written by hand. `tests/typing/api.py` holds both type checkers to these signatures.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    Final,
    Generic,
    Literal,
    ParamSpec,
    Protocol,
    cast,
    overload,
    runtime_checkable,
)

from typing_extensions import TypeVar

from gov_connect.errors import PurposeRequired

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gov_connect.audit import AuditLog, LookUps
    from gov_connect.model import AgencyCode, Officer, Purpose
    from gov_connect.runtime.effects import Flow, Program
    from gov_connect.runtime.memory import Memory
    from gov_connect.runtime.ports import Clock, Ids


class Sync:
    """Face of an adapter whose operations block and return."""


class Async:
    """Face of an adapter whose operations are awaited."""


class Inner:
    """Face of an adapter inside a workflow: operations are programs to `yield from`."""


class Durable:
    """Face of an adapter under `gov.delivery`: operations are written down, and delivered by a worker."""


class AsyncDurable:
    """The same on the awaited façade: writing it down is awaited."""


F = TypeVar("F", Sync, Async, Inner, Durable, AsyncDurable, default=Sync)
P = ParamSpec("P")
T = TypeVar("T")


class Effect(StrEnum):
    """What an operation does to the outside world."""

    READ = "read"
    """Changes nothing; may be repeated."""
    WRITE = "write"
    """Changes something; repeating it with the same content does no harm."""
    ASK_FIRST = "ask-first"
    """Changes something; after an unknown outcome it looks up before it repeats."""


class Grade(Enum):
    """How well a wire fact is known."""

    CONFIRMED = "CONFIRMED"
    """Two independent sources, or an official text."""
    SEEN = "SEEN"
    """One source."""
    GUESS = "GUESS"
    """Our inference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Who acts, for which agency, for which purpose."""

    agency: AgencyCode
    officer: Officer | None = None
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One invocation of one operation."""

    operation: str
    system: str
    correlation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Generic[T]):
    """The handle of a call that was written down: `gov.delivery.result(event)` gives its result once it is done.

    Attributes:
        dossier: whose order it keeps; "" when it stands alone.
        state: when this handle was made: "waiting", "sent", "done", "parked" or "cancelled".
        fresh: whether this call made it; False when the same call was written down before.
    """

    id: int
    agency: str
    system: str
    operation: str
    dossier: str
    key: str
    state: str
    fresh: bool


class Engine(Protocol):
    """What carries an operation's flow out; the façade builds one per kind of client."""

    def conduct(self, flow: Flow[T], call: Call, acting: Acting) -> Program[T]:
        """Turn a flow of requests into a program with retries, limits and logs."""
        ...

    def run(self, program: Program[Any]) -> Any:
        """Drive a program, or hand it on, as this kind of client does."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything an adapter may use. It holds no connection of its own.

    Attributes:
        settings: the adapter's own settings object.
        production: whether real systems are talked to.
        look_ups: the record of who asked for whom; the façade gives it unless the settings say `audit=none`.
        audit: the log of writes and readings; likewise.
    """

    acting: Acting
    settings: Any
    production: bool
    clock: Clock
    ids: Ids
    memory: Memory
    engine: Engine
    look_ups: Callable[[], LookUps] | None = None
    audit: Callable[[], AuditLog] | None = None


class Adapter(Generic[F]):
    """Base of everything that has operations. Subclasses name their `system`."""

    system: ClassVar[str]
    records_look_ups: ClassVar[bool] = False
    """Whether it writes its look-ups into the audit log itself, since it knows message ids and quotas."""
    settings_type: ClassVar[Any] = None
    """What a vendor's settings are read as; None leaves them the mapping that they are."""
    signs: ClassVar[bool] = False
    """Whether its writes are signatures: they stand in the audit log before anything is done, sent or not."""

    def __init__(self, context: Context) -> None:
        self.context: Final = context

    @property
    def acting(self) -> Acting:
        """Who acts."""
        return self.context.acting


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is declared about an operation; `gov-connect adapters` lists it.

    Attributes:
        wire: the wire's own name of the call.
        generation: of the wire protocol.
        section: of the wire document it follows.
        personal: whether it reads personal data, so that a purpose is required.
        looks_up: it asks what became of an earlier attempt by itself, every time.
    """

    wire: str
    generation: str
    effect: Effect
    grade: Grade
    section: str
    personal: bool = False
    looks_up: bool = False


class Operation(Generic[P, T]):
    """A descriptor: reads as whatever the client it is read from offers."""

    def __init__(self, function: Callable[Concatenate[Any, P], Flow[T]], facts: Facts) -> None:
        self.function: Final = function
        self.facts: Final = facts
        self.name = function.__name__
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type[Adapter[Any]], name: str) -> None:
        self.name = f"{owner.system}.{name}"

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Operation[P, T]: ...
    @overload
    def __get__(self, instance: Adapter[Sync], owner: type[Any]) -> Callable[P, T]: ...
    @overload
    def __get__(self, instance: Adapter[Async], owner: type[Any]) -> Callable[P, Awaitable[T]]: ...
    @overload
    def __get__(self, instance: Adapter[Inner], owner: type[Any]) -> Callable[P, Program[T]]: ...
    @overload
    def __get__(self, instance: Adapter[Durable], owner: type[Any]) -> object: ...  # nothing to be called
    @overload
    def __get__(self, instance: Adapter[AsyncDurable], owner: type[Any]) -> object: ...  # nor here
    def __get__(self, instance: Adapter[Any] | None, owner: type[Any]) -> Any:
        if instance is None:
            return self
        return functools.partial(self._invoke, instance)

    def _invoke(self, adapter: Adapter[Any], /, *args: P.args, **kwargs: P.kwargs) -> Any:
        engine = adapter.context.engine
        if _writes_down(type(engine)):
            return cast("Keeper", engine).keep(self, adapter, args, kwargs)
        return engine.run(self.program(adapter, *args, **kwargs))

    def program(self, adapter: Adapter[Any], /, *args: P.args, **kwargs: P.kwargs) -> Program[T]:
        """This operation on `adapter` as a program.

        Raises:
            PurposeRequired: it reads personal data and nobody said who and why.
        """
        context = adapter.context
        if self.facts.personal and (context.acting.purpose is None or context.acting.officer is None):
            raise PurposeRequired(self.name)
        call = Call(operation=self.name, system=adapter.system, correlation_id=context.ids.new())
        flow = self.function(adapter, *args, **kwargs)
        program = context.engine.conduct(flow, call, context.acting)
        personal = self.facts.personal and not adapter.records_look_ups
        if context.audit is None or (self.facts.effect is Effect.READ and not personal):
            return program
        from gov_connect.audit.entries import Kind  # noqa: PLC0415 - on first use
        from gov_connect.runtime.recording import note_of, recorded  # noqa: PLC0415 - the model on first use

        kind = Kind.SIGNATURE if adapter.signs else Kind.LOOK_UP if personal else Kind.WRITE
        note = note_of(call, context.acting, (*args, *kwargs.values()), kind)
        return recorded(program, context.audit, note)


class Deliverable(Operation[P, T]):
    """An operation that changes something: under `gov.delivery` it can be written down as an event."""

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Deliverable[P, T]: ...
    @overload
    def __get__(self, instance: Adapter[Sync], owner: type[Any]) -> Callable[P, T]: ...
    @overload
    def __get__(self, instance: Adapter[Async], owner: type[Any]) -> Callable[P, Awaitable[T]]: ...
    @overload
    def __get__(self, instance: Adapter[Inner], owner: type[Any]) -> Callable[P, Program[T]]: ...
    @overload
    def __get__(self, instance: Adapter[Durable], owner: type[Any]) -> Callable[P, Event[T]]: ...
    @overload
    def __get__(self, instance: Adapter[AsyncDurable], owner: type[Any]) -> Callable[P, Awaitable[Event[T]]]: ...
    def __get__(self, instance: Adapter[Any] | None, owner: type[Any]) -> Any:
        return self if instance is None else functools.partial(self._invoke, instance)


@runtime_checkable
class Keeper(Protocol):
    """An engine that writes calls down instead of making them."""

    def keep(
        self, operation: Operation[..., T], adapter: Adapter[Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Event[T]:
        """Write one call down.

        Raises:
            NotSupported: it could neither be repeated nor looked up after a crash.
        """
        ...


@functools.lru_cache(maxsize=32)
def _writes_down(kind: type[Engine]) -> bool:
    """Whether engines of this class are keepers; looking at a protocol's members costs more than most of a call."""
    return issubclass(kind, Keeper)


class _Declare(Protocol):
    def __call__(self, function: Callable[Concatenate[Any, P], Flow[T]]) -> Operation[P, T]: ...


class _DeclareWrite(Protocol):
    def __call__(self, function: Callable[Concatenate[Any, P], Flow[T]]) -> Deliverable[P, T]: ...


@overload
def operation(
    *,
    wire: str,
    effect: Literal[Effect.WRITE, Effect.ASK_FIRST],
    grade: Grade,
    section: str,
    generation: str = "1",
    personal: bool = False,
    looks_up: bool = False,
) -> _DeclareWrite: ...
@overload
def operation(
    *,
    wire: str,
    effect: Effect,
    grade: Grade,
    section: str,
    generation: str = "1",
    personal: bool = False,
    looks_up: bool = False,
) -> _Declare: ...
def operation(
    *,
    wire: str,
    effect: Effect,
    grade: Grade,
    section: str,
    generation: str = "1",
    personal: bool = False,
    looks_up: bool = False,
) -> _Declare:
    """Declare a generator method as an operation. See `Facts` for the arguments."""
    facts = Facts(
        wire=wire,
        generation=generation,
        effect=effect,
        grade=grade,
        section=section,
        personal=personal,
        looks_up=looks_up,
    )

    def declare(function: Callable[Concatenate[Any, P], Flow[T]]) -> Operation[P, T]:
        return Operation(function, facts) if effect is Effect.READ else Deliverable(function, facts)

    return declare


def operations_of(adapter: type[Adapter[Any]]) -> list[Operation[..., Any]]:
    """All operations declared on `adapter`, base classes included, by name."""
    found: dict[str, Operation[..., Any]] = {}
    for cls in reversed(adapter.__mro__):
        found |= {name: item for name, item in vars(cls).items() if isinstance(item, Operation)}
    return [found[name] for name in sorted(found)]
