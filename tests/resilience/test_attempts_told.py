"""Each attempt is told to observers and logs, in figures and codes only."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import structlog

from gov_connect.errors import OutcomeUnknown, TimedOut, Unreachable
from gov_connect.model import CitizenId, Officer, PersonName
from gov_connect.resilience import Attempt, mask_personal
from gov_connect.runtime import Request

PERSONAL = ("MẪU THỊ THỬ", "000000000001", "hoTen")


def _personal_request() -> dict[str, Any]:
    return {
        "body": f'{{"{PERSONAL[2]}":"{PERSONAL[0]}"}}'.encode(),
        "headers": {"Authorization": PERSONAL[1]},
        "url": f"http://portal.example/?so={PERSONAL[1]}",
    }


def test_an_observer_hears_of_every_attempt(rig: Any) -> None:
    """Number, outcome, status and duration of each, with the correlation id of the call."""
    system = rig(0.5, 502, 0.25, TimedOut(system="portal"), Unreachable(system="portal"), 200)
    system.read()
    common = {
        "agency": "H99.201",
        "system": "portal",
        "operation": "portal.put",
        "wire": "Dich vu",
        "correlation_id": "c" * 32,
    }
    assert system.told == [
        Attempt(number=1, outcome="system.unexpected_reply", status=502, seconds=0.5, **common),
        Attempt(number=2, outcome="network.timed_out", status=None, seconds=pytest.approx(0.25), **common),
        Attempt(number=3, outcome="network.unreachable", status=None, seconds=0, **common),
        Attempt(number=4, outcome="answered", status=200, seconds=0, **common),
    ]


def test_every_observer_is_told(rig: Any) -> None:
    """Several may listen: logs, metrics, a table."""
    heard: list[Attempt] = []
    system = rig(200, observers=(heard.append,))
    system.read()
    assert heard == system.told


def test_an_abandoned_attempt_is_told(rig: Any) -> None:
    """A call that is cancelled while it waits for an answer is told as abandoned."""
    system = rig()
    program = system.exchange(repeatable=True)
    next(program)
    program.close()
    assert [attempt.outcome for attempt in system.told] == ["abandoned"]


def test_attempts_are_logged_as_text(rig: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Without a pipeline of the host, `logging` gets one line per attempt: failures as warnings."""
    caplog.set_level(logging.INFO, logger="gov_connect")
    rig(0.5, 502, 200).read()
    assert [(record.name, record.levelname) for record in caplog.records] == [
        ("gov_connect", "WARNING"),
        ("gov_connect", "INFO"),
    ]
    first, second = caplog.messages
    assert first.startswith("event='attempt_failed'")
    assert "outcome='system.unexpected_reply' status=502 ms=500.0" in first
    assert f"correlation_id='{'c' * 32}'" in first
    assert second.startswith("event='answered'")


def test_answers_are_not_logged_below_the_level(rig: Any, caplog: pytest.LogCaptureFixture) -> None:
    """At the usual level only what failed is written."""
    caplog.set_level(logging.WARNING, logger="gov_connect")
    rig(429, 200).read()
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_logs_hold_no_personal_data(rig: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Neither body, headers nor query of a request reach the log, also when it fails."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(OutcomeUnknown) as caught:
        rig(TimedOut(system="portal")).write(**_personal_request())
    said = caplog.text + str(caught.value) + repr(caught.value) + repr(caught.value.__cause__)
    assert not any(text in said for text in PERSONAL)


def test_a_request_shows_neither_body_nor_headers() -> None:
    """Its repr may stand in any traceback."""
    request = Request(system="portal", **{**_personal_request(), "url": "http://portal.example/"})
    assert not any(text in repr(request) for text in PERSONAL)


def test_the_place_of_a_request_has_no_query() -> None:
    """What logs show of an address ends before the query."""
    request = Request(system="portal", url=f"http://portal.example/a?so={PERSONAL[1]}")
    assert request.place == "http://portal.example/a"


def test_structlog_captures_the_events(rig: Any) -> None:
    """`structlog.testing` sees one event per attempt, with fields instead of text."""
    with structlog.testing.capture_logs() as events:
        rig(502, 200).read()
    assert [(event["event"], event["log_level"], event["attempt"]) for event in events] == [
        ("attempt_failed", "warning", 1),
        ("answered", "info", 2),
    ]
    assert set(events[0]) == {
        "event",
        "log_level",
        "agency",
        "system",
        "operation",
        "wire",
        "attempt",
        "outcome",
        "status",
        "ms",
        "correlation_id",
    }


def test_the_pipeline_of_the_host_is_used(rig: Any) -> None:
    """A host that configured structlog gets the events there, whenever it did so, at its own level."""
    rig(502, 200).read()
    heard: list[dict[str, Any]] = []

    def keep(logger: object, name: str, event: Any) -> Any:
        heard.append(dict(event, method=name))
        raise structlog.DropEvent

    structlog.configure(processors=[mask_personal, keep], logger_factory=structlog.PrintLoggerFactory())
    rig(502, 200).read()
    assert [(event["event"], event["method"]) for event in heard] == [
        ("attempt_failed", "warning"),
        ("answered", "info"),
    ]


def test_personal_values_are_masked_by_type() -> None:
    """The processor hides values of personal types and shows only the name of a value object."""
    event = {
        "event": "seen",
        "name": PersonName("MẪU THỊ THỬ"),
        "number": CitizenId("000000000001"),
        "officer": Officer(code="CB01", name=PersonName("MẪU VĂN THỬ")),
        "count": 3,
    }
    assert mask_personal(None, "info", event) == {
        "event": "seen",
        "name": "***",
        "number": "***",
        "officer": "<Officer>",
        "count": 3,
    }
