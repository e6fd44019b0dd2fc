"""What is tried again, when, and what happens when that does not help."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from gov_connect.errors import (
    OutcomeUnknown,
    Overloaded,
    Refused,
    TimedOut,
    UnexpectedReply,
    Unreachable,
)
from gov_connect.resilience import RetryPolicy
from gov_connect.runtime import Reply, Request, SeededRandom, Timeouts

LATE = TimedOut(system="portal")
GONE = Unreachable(system="portal")
LOST = UnexpectedReply(system="portal", reason="connection_lost")
DATE = "Mon, 05 Jan 2026 01:00:00 GMT"


def _busy(status: int = 429, **headers: str) -> Reply:
    return Reply(status=status, headers={name.replace("_", "-"): text for name, text in headers.items()})


@pytest.mark.parametrize("failure", [GONE, LATE, LOST, 408, 500, 502, 503, 504, 429], ids=str)
def test_a_read_is_tried_again(failure: Any, rig: Any) -> None:
    """Whatever went wrong on the way, a read asks once more and gets its answer."""
    system = rig(failure, 200)
    assert system.read().status == 200
    assert len(system.sent) == 2


@pytest.mark.parametrize("status", [200, 204, 304, 400, 401, 403, 404, 409, 501])
def test_an_answer_of_the_system_itself_is_for_the_adapter(status: int, rig: Any) -> None:
    """Any other status is an answer, given once."""
    system = rig(status)
    assert system.read().status == status
    assert len(system.sent) == 1


@pytest.mark.parametrize(
    "failure",
    [
        UnexpectedReply(system="portal", reason="too_large"),
        UnexpectedReply(system="portal", reason="content_encoding"),
        Refused(system="portal"),
    ],
    ids=lambda error: getattr(error, "reason", "refused"),
)
def test_what_will_not_change_is_not_tried_again(failure: Exception, rig: Any) -> None:
    """A reply that is too large is too large the second time as well."""
    system = rig(failure)
    with pytest.raises(type(failure)):
        system.read()
    assert len(system.sent) == 1


@pytest.mark.parametrize(("failure", "raised"), [(GONE, Unreachable), (LATE, TimedOut), (502, UnexpectedReply)])
def test_the_last_error_of_a_read_is_raised(failure: Any, raised: type[Exception], rig: Any) -> None:
    """When all attempts are used up, the error is the last one, as it came."""
    system = rig(*[failure] * 4)
    with pytest.raises(raised):
        system.read()
    assert len(system.sent) == 4


def test_the_last_500_is_an_answer(rig: Any) -> None:
    """HTTP 500 may carry a SOAP fault: after the last attempt the adapter reads it."""
    fault = Reply(status=500, body=b"<Fault/>")
    system = rig(500, 500, 500, fault)
    assert system.read() is fault


def test_a_500_to_a_write_is_an_answer_at_once(rig: Any) -> None:
    """The system itself spoke, and the write may have been done: the adapter reads it."""
    system = rig(500)
    assert system.write().status == 500
    assert len(system.sent) == 1


@pytest.mark.parametrize("failure", [LATE, LOST, 408, 502, 503, 504], ids=str)
def test_a_write_that_may_have_arrived_is_never_repeated(failure: Any, rig: Any) -> None:
    """Its outcome is unknown, and the error says from what."""
    system = rig(failure)
    with pytest.raises(OutcomeUnknown) as caught:
        system.write()
    assert len(system.sent) == 1
    assert caught.value.reason == ("network.timed_out" if failure is LATE else "system.unexpected_reply")
    assert caught.value.status == (failure if isinstance(failure, int) else None)
    assert isinstance(caught.value.__cause__, (TimedOut, UnexpectedReply))


@pytest.mark.parametrize("reason", ["too_large", "content_encoding"])
def test_a_write_whose_answer_the_carrier_refused_is_unknown(reason: str, rig: Any) -> None:
    """It was answered, and nobody read what: somebody may have acted on it."""
    system = rig(UnexpectedReply(system="portal", reason=reason))
    with pytest.raises(OutcomeUnknown):
        system.write()
    assert len(system.sent) == 1


@pytest.mark.parametrize(("repeatable", "raised"), [(False, OutcomeUnknown), (True, UnexpectedReply)])
def test_an_answer_that_cannot_be_read_leaves_a_write_unknown(repeatable: Any, raised: Any, rig: Any) -> None:
    """It was sent; only what may be sent again can be said to have failed."""
    system = rig(Reply(status=200, body=b"<html/>"))

    def flow() -> Any:
        yield Request(system="portal", url="http://portal.example/", repeatable=repeatable)
        raise UnexpectedReply(system="portal", reason="not_json", status=200, raw="<html/>", raw_code="7")

    with pytest.raises(raised) as caught:
        system.conduct(flow())
    assert caught.value.raw_code == "7"
    assert (caught.value.reason, caught.value.status, caught.value.raw.reveal()) == ("not_json", 200, "<html/>")
    assert (caught.value.operation, len(caught.value.correlation_id)) == ("portal.put", 32)


def test_what_fails_after_a_write_that_was_answered_speaks_of_itself(rig: Any) -> None:
    """A later question with an unreadable answer is that question's failure."""
    system = rig(200, 200)

    def flow() -> Any:
        yield Request(system="portal", url="http://portal.example/")
        yield Request(system="portal", url="http://portal.example/", repeatable=True)
        raise UnexpectedReply(system="portal", reason="not_json")

    with pytest.raises(UnexpectedReply):
        system.conduct(flow())


@pytest.mark.parametrize("failure", [GONE, 429, _busy(503, retry_after="1")], ids=["unreachable", "429", "503"])
def test_a_write_that_was_not_taken_is_tried_again(failure: Any, rig: Any) -> None:
    """Where nothing was sent or done, repeating a write does no harm."""
    system = rig(failure, 200)
    assert system.write().status == 200
    assert len(system.sent) == 2


def test_a_write_stops_at_the_first_doubt(rig: Any) -> None:
    """Two safe retries do not make the third attempt, which may have arrived, repeatable."""
    system = rig(GONE, 429, LATE, 200)
    with pytest.raises(OutcomeUnknown):
        system.write()
    assert len(system.sent) == 3


def test_a_write_that_was_never_taken_is_not_unknown(rig: Any) -> None:
    """Four times unreachable is unreachable: nothing was done."""
    with pytest.raises(Unreachable):
        rig(*[GONE] * 4).write()


def test_waits_grow_and_are_bounded(rig: Any) -> None:
    """The wait doubles with each attempt up to the longest."""
    policy = RetryPolicy(attempts=6, first_wait=1, longest_wait=5, jitter=0, total=100)
    system = rig(*[GONE] * 5, 200, retry=policy)
    system.read()
    assert system.at == [0, 1, 3, 7, 12, 17]


def test_jitter_comes_from_the_injected_chance(rig: Any) -> None:
    """The same seed waits the same, another seed waits otherwise, and never more than the jitter."""

    def moments(seed: int) -> list[float]:
        system = rig(GONE, GONE, 200, chance=SeededRandom(seed), retry=RetryPolicy(first_wait=1, jitter=0.5))
        system.read()
        at: list[float] = system.at
        return at

    assert moments(1) == moments(1)
    assert moments(1) != moments(2)
    first, second = moments(1)[1:]
    assert 1 <= first <= 1.5
    assert 2 <= second - first <= 2.5


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry_after": "7"}, 7),
        ({"retry_after": " 7 "}, 7),
        ({"retry_after": "0"}, 0.2),
        ({"retry_after": "Mon, 05 Jan 2026 01:00:09 GMT", "date": DATE}, 9),
        ({"retry_after": "Mon, 05 Jan 2026 00:59:00 GMT", "date": DATE}, 0.2),
        ({"retry_after": "Mon, 05 Jan 2026 01:00:09 GMT"}, 1),
        ({"retry_after": "Mon, 05 Jan 2026 01:00:09 -0000", "date": DATE}, 1),
        ({"retry_after": "Mon, 05 Jan 99999999999999999999 01:00:09 GMT", "date": DATE}, 1),
        ({"retry_after": "soon"}, 1),
        ({"retry_after": "-5"}, 1),
        ({"retry_after": "²"}, 1),
    ],
    ids=lambda value: str(value) if isinstance(value, (int, float)) else value.get("retry_after"),
)
def test_what_the_system_asks_for_is_waited(headers: dict[str, str], wait: float, status: int, rig: Any) -> None:
    """`Retry-After` counts in seconds and as a date by the system's own clock; nonsense counts a second."""
    system = rig(_busy(status, **headers), 200)
    system.read()
    assert system.at == [0, wait]


def test_a_wait_beyond_the_total_time_is_not_begun(rig: Any) -> None:
    """A system that asks for an hour gets the error back at once, with what it asked."""
    system = rig(_busy(retry_after="3600"))
    with pytest.raises(Overloaded) as caught:
        system.read()
    assert caught.value.retry_after == 3600
    assert system.clock.monotonic() == 0


def test_the_total_time_bounds_all_attempts(rig: Any) -> None:
    """No attempt begins after the total, and each gets only what is left of it."""
    policy = RetryPolicy(attempts=20, first_wait=1, longest_wait=1, jitter=0, total=20)
    slow = [step for _ in range(20) for step in (6.0, LATE)]
    system = rig(*slow, retry=policy, timeouts=Timeouts(connect=5, read=30, total=10))
    with pytest.raises(TimedOut):
        system.read()
    assert system.at == [0, 7, 14]
    assert [bound.total for bound in system.bounds] == [10, 10, 6]
    assert [bound.connect for bound in system.bounds] == [5, 5, 5]
    assert [bound.read for bound in system.bounds] == [10, 10, 6]


def test_each_further_attempt_sends_a_fresh_request(rig: Any) -> None:
    """Where the wire wants a new time stamp, `renew` makes it; the first request goes as it is."""
    fresh = iter(range(2, 9))
    system = rig(LATE, LATE, 200)

    def renew() -> Request:
        return Request(system="portal", url="http://portal.example/", body=b"%d" % next(fresh), repeatable=True)

    system.read(body=b"1", renew=renew)
    assert [request.body for request in system.sent] == [b"1", b"2", b"3"]


def test_the_same_bytes_go_again_without_renew(rig: Any) -> None:
    """A request is the very same each time."""
    system = rig(LATE, 200)
    system.read(body=b"1")
    assert system.sent[0] == system.sent[1]


def test_every_attempt_carries_the_correlation_id(rig: Any) -> None:
    """A fresh request carries it too."""
    system = rig(LATE, LATE, 200)
    system.read(renew=lambda: Request(system="portal", url="http://portal.example/"))
    assert {request.headers["X-Correlation-Id"] for request in system.sent} == {"c" * 32}


def test_errors_of_a_flow_say_where_they_happened(rig: Any) -> None:
    """Operation and correlation id are filled in, once, by the innermost call."""

    def flow() -> Any:
        yield Request(system="portal", url="http://portal.example/", repeatable=True)

    with pytest.raises(Unreachable) as caught:
        rig(*[Unreachable(system="portal") for _ in range(4)]).conduct(flow())
    assert (caught.value.operation, caught.value.correlation_id) == ("portal.put", "c" * 32)


def test_a_flow_may_handle_a_failure_and_go_on(rig: Any) -> None:
    """Errors are thrown into the flow, which decides."""

    def flow() -> Any:
        request = Request(system="portal", url="http://portal.example/")
        try:
            yield request
        except OutcomeUnknown:
            return (yield request).status

    assert rig(LATE, 200).conduct(flow()) == 200


def test_a_bug_in_a_carrier_is_no_network_error(rig: Any) -> None:
    """Foreign errors pass as they are, without a retry."""
    system = rig(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        system.read()
    assert len(system.sent) == 1


QUIET = """
import sys
from datetime import datetime, UTC
from gov_connect.model import AgencyCode
from gov_connect.resilience import Guard, Limits
from gov_connect.runtime import *
from gov_connect.transport import InProcessCarrier
clock = ManualClock(datetime(2026, 1, 5, tzinfo=UTC))
guard = Guard(Limits(per_second=5.0), clock=clock, chance=SeededRandom(1))
statuses = iter([200, 503, 200])
driver = SyncDriver(InProcessCarrier(lambda request: Reply(status=next(statuses))), clock)
call = Call(operation="portal.put", system="portal", correlation_id="1")
request = Request(system="portal", url="http://portal.example/", repeatable=True)
def loaded():
    driver.run(guard.exchange(request, call, Acting(agency=AgencyCode("H99.201"))))
    return "tenacity" in sys.modules
print(loaded(), "structlog" in sys.modules, loaded())
"""


def test_a_call_that_succeeds_loads_no_retry_machine() -> None:
    """The retry library is imported only after a first failure, and a quiet call logs without structlog."""
    shown = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "False", "True"]
