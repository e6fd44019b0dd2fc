"""One generator, three faces."""

from __future__ import annotations

import asyncio
import inspect
from datetime import datetime
from typing import Any, ClassVar

import pytest

from gov_connect.errors import PurposeRequired, Refused, Unreachable
from gov_connect.model import VIETNAM, AgencyCode, DossierCode, Officer, ProcedureCode, Purpose
from gov_connect.resilience import Guard, Limits, RetryPolicy
from gov_connect.runtime import (
    Acting,
    Adapter,
    AsyncDriver,
    Context,
    CountingIds,
    Effect,
    F,
    Facts,
    Flow,
    Grade,
    ManualClock,
    Memory,
    Operation,
    Reply,
    Request,
    SeededRandom,
    SyncDriver,
    operation,
    operations_of,
)
from gov_connect.transport import InProcessCarrier

FACTS: dict[str, Any] = {"wire": "Dem", "effect": Effect.READ, "grade": Grade.GUESS, "section": "none"}
BARE = Acting(agency=AgencyCode("H99.201"))
PURPOSE = Purpose(procedure=ProcedureCode("1.001193"), dossier=DossierCode("H99.201-260105-0001"))
OFFICER = Officer(code="CB01")


class Counter(Adapter[F]):
    """Counts at a system that answers with the length of what it gets."""

    system: ClassVar[str] = "counter"

    @operation(**FACTS)
    def count(self, text: str, *, times: int = 1) -> Flow[int]:
        """How long `text` is, by the system's own reckoning."""
        if not text:
            raise Refused(system=self.system)
        reply: Reply = yield Request(system=self.system, url="http://counter.example/", body=text.encode() * times)
        return int(reply.body)

    @operation(**FACTS, personal=True)
    def about(self, name: str) -> Flow[str]:
        """Something that nobody may ask without a purpose."""
        yield from ()
        return name


class _Engine:
    def __init__(self, run: Any, clock: ManualClock) -> None:
        self._guard = Guard(Limits(retry=RetryPolicy(attempts=1)), clock=clock, chance=SeededRandom(1))
        self.run = run

    def conduct(self, flow: Any, call: Any, acting: Any) -> Any:
        return self._guard.conduct(flow, call, acting)


def _answer(request: Request) -> Reply | None:
    return None if request.body == b"gone" else Reply(status=200, body=b"%d" % len(request.body))


def _counter(kind: str = "sync", acting: Acting = BARE) -> Counter[Any]:
    clock = ManualClock(datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM))
    carrier = InProcessCarrier(_answer)
    run: Any = {
        "sync": SyncDriver(carrier, clock).run,
        "async": AsyncDriver(carrier.for_asyncio(), clock).run,
        "inner": lambda program: program,
    }[kind]
    return Counter(
        Context(
            acting=acting,
            settings=None,
            production=False,
            clock=clock,
            ids=CountingIds(),
            memory=Memory(clock),
            engine=_Engine(run, clock),
        )
    )


def test_the_sync_face_returns() -> None:
    """Read from a blocking client, an operation is a call."""
    assert _counter().count("Mau", times=2) == 6


def test_the_async_face_is_awaited() -> None:
    """Read from an awaited client, it is awaitable, and gives the same."""
    pending = _counter("async").count("Mau", times=2)
    assert inspect.isawaitable(pending)
    assert asyncio.run(pending) == 6


def test_the_inner_face_is_a_program() -> None:
    """Read inside a workflow, it is a program to `yield from`."""
    program = _counter("inner").count("Mau", times=2)
    assert inspect.isgenerator(program)
    assert SyncDriver(InProcessCarrier(_answer)).run(program) == 6


def test_the_class_gives_the_operation_itself() -> None:
    """Read from the class, it is the declaration, with name, facts and summary."""
    declared = Counter.count
    assert isinstance(declared, Operation)
    assert declared.name == "counter.count"
    assert declared.facts == Facts(wire="Dem", generation="1", effect=Effect.READ, grade=Grade.GUESS, section="none")
    assert (declared.__doc__ or "").startswith("How long")


def test_operations_are_listed_by_name_with_those_of_base_classes() -> None:
    """A subclass has its own operations and those it inherits; overridden ones count once."""

    class Better(Counter[F]):
        system: ClassVar[str] = "better"

        @operation(**FACTS)
        def zero(self) -> Flow[int]:
            """Nothing."""
            yield from ()
            return 0

        @operation(**FACTS)
        def count(self, text: str, *, times: int = 1) -> Flow[int]:
            """Nothing else."""
            yield from ()
            return len(text) * times

    assert operations_of(Counter) == [Counter.about, Counter.count]
    assert operations_of(Better) == [Counter.about, Better.count, Better.zero]
    assert Better.count.name == "better.count"


@pytest.mark.parametrize("kind", ["sync", "async", "inner"])
@pytest.mark.parametrize(
    "acting",
    [BARE, Acting(agency=BARE.agency, officer=OFFICER), Acting(agency=BARE.agency, purpose=PURPOSE)],
    ids=["nobody", "no purpose", "no officer"],
)
def test_personal_data_needs_officer_and_purpose(kind: str, acting: Acting) -> None:
    """Both are required, on every face, before anything is sent."""
    with pytest.raises(PurposeRequired) as caught:
        _counter(kind, acting).about("MẪU THỊ THỬ")
    assert "counter.about" in str(caught.value)
    assert "MẪU" not in str(caught.value)


def test_an_officer_with_a_purpose_may_ask() -> None:
    """With both, it is an operation like any other."""
    acting = Acting(agency=BARE.agency, officer=OFFICER, purpose=PURPOSE)
    counter = _counter(acting=acting)
    assert counter.acting is acting
    assert counter.about("MẪU THỊ THỬ") == "MẪU THỊ THỬ"


@pytest.mark.parametrize(("text", "kind"), [("gone", Unreachable), ("", Refused)])
def test_errors_carry_operation_and_correlation_id(text: str, kind: type[Exception]) -> None:
    """Those of the way and those of the adapter alike; each call has an id of its own."""
    counter = _counter()
    counter.count("Mau")
    with pytest.raises(kind) as caught:
        counter.count(text)
    error: Any = caught.value
    assert (error.system, error.operation, error.correlation_id) == ("counter", "counter.count", f"{2:032x}")


def test_an_error_keeps_the_place_it_already_has() -> None:
    """The innermost call names itself; outer ones do not overwrite it."""
    error = Unreachable(system="portal")
    error.locate(operation="portal.put", correlation_id="1")
    error.locate(operation="payments.create", correlation_id="2")
    assert (error.operation, error.correlation_id) == ("portal.put", "1")


def test_wrong_arguments_are_noticed_at_the_call() -> None:
    """As with any function."""
    with pytest.raises(TypeError):
        _counter().count()
