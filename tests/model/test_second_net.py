"""What has become plain text before it reaches a log is caught by its shape; figures and codes pass."""

from __future__ import annotations

import io
import logging
import threading

import pytest
import structlog

from gov_connect import CitizenQuery
from gov_connect.model import CitizenId
from gov_connect.privacy import MaskingFilter, logger_of, mask, mask_personal, mask_text

NUMBER, OLD, PHONE, MAIL = "000000000012", "000000012", "0900000001", "mau@example.vn"


@pytest.mark.parametrize(
    "text",
    [
        f"asked for {NUMBER}.",
        f"({OLD})",
        f"gọi {PHONE}",
        "gọi +84 90 000 0001",
        f"thư {MAIL}, gấp",
        f'{{"soDinhDanh":"{NUMBER}"}}',
        '{"nksHoTen": "NGUYỄN THỊ MẪU", "so": 7}',
        "<ns1:HoVaTen>NGUYỄN THỊ MẪU</ns1:HoVaTen>",
        "Key (ho_ten)=(x) full_name='NGUYỄN THỊ MẪU'",
        '"DiaChiChiTiet":"Thôn MẪU, xã Thử"',
        "password=MẪU-12 next",
        r'"hoTen":"NGUYỄN \"MẪU\" THỊ"',
        r'{"data":"{\"hoTen\":\"NGUYỄN THỊ MẪU\",\"n\":1}"}',
        r'{"data":"{\"ho_ten\": \"NGUY\\u1ec4N MẪU\"}"}',
        "<a:HoVaTen xmlns='x'>NGUYỄN THỊ MẪU</a:HoVaTen>",
        f"không tìm thấy {OLD}.",
        f"file_{NUMBER}.pdf",
        "000 000 000 012",
        "000-000-000-012",
        "gọi 0900-000-001",
    ],
)
def test_shapes_and_known_fields_are_masked(text):
    """Numbers, phones, e-mails; members and elements named for a person's data or a secret."""
    said = mask_text(text)
    assert "***" in said
    assert not [one for one in (NUMBER, OLD, PHONE, MAIL, "MẪU", "0001") if one in said]


@pytest.mark.parametrize(
    "text",
    [
        "H99.201-261120-0001",
        "1.001193",
        "0123456789abcdef0123456789abcdef",
        "2026-11-20T08:00:00.123456+07:00",
        "100 000 000 000",
        "012345678.5",
        "01234567-0812-4345-8901-0123456789ab",
        "20261120080000",
        "1763600000000",
        "000.00.00.H99 answered in 12.5 ms, attempt 1 of 4",
        "gc" + "0" * 30,
    ],
)
def test_codes_times_and_ids_pass(text):
    """Officers find a case by them."""
    assert mask_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "ho_ten" * 50_000 + "=",
        '"hoTen":"' + "\\" * 300_000,
        '"hoTen":"x' * 30_000,
        "a" * 300_000 + "@",
        "a.b-" * 70_000 + "@" + "x." * 100_000,
        "password " + " " * 300_000,
        "9" * 300_000,
        "0 " * 30_000,
    ],
    ids=range(8),
)
def test_no_line_takes_long(text):
    """Work grows with the length and not with its square: these would take minutes."""
    steps = []
    thread = threading.Thread(target=lambda: steps.append(len(mask_text(text))), daemon=True)
    thread.start()
    thread.join(30)
    assert steps


def test_a_string_that_does_not_end_is_masked():
    """A line that was cut shows no more than a whole one."""
    assert "MẪU" not in mask_text('{"hoTen":"NGUYỄN THỊ MẪU')


def test_events_are_masked_whatever_they_hold():
    """Containers, bytes, objects, exceptions, fields by their name; figures stay."""
    event = mask_personal(
        None,
        "info",
        {
            "event": f"x {NUMBER}",
            "query": CitizenQuery(citizen_id=NUMBER, name="NGUYỄN THỊ MẪU", born="1990"),
            "rows": [{"hoTen": "NGUYỄN THỊ MẪU", "n": 7, "ok": True, NUMBER: 1}, (CitizenId(NUMBER),)],
            "raw": "MẪU".encode(),
            "error": ValueError(f"bad {NUMBER}"),
            "exc_info": (ValueError, ValueError(f"bad {NUMBER}"), None),
            "number": int("100000000012"),
            "correlation_id": "0" * 12,
            "ms": 12.5,
        },
    )
    shown = repr(event)
    assert not [one for one in (NUMBER, "MẪU", "100000000012") if one in shown.replace(f"'{'0' * 12}'", "")]
    assert (event["rows"][0]["n"], event["rows"][0]["ok"], event["ms"]) == (7, True, 12.5)
    deep: list[object] = []
    deep.append(deep)
    assert "***" in repr(mask(deep))


def test_an_exception_that_is_only_flagged_is_told_masked():
    """`log.exception` names none: the one that is being handled is told, and nothing is left to be formatted."""
    try:
        raise ValueError(NUMBER)
    except ValueError as error:
        for given in (True, 1, error):
            event = mask_personal(None, "error", {"event": "x", "exc_info": given})
            assert "exc_info" not in event
            assert "ValueError: ***" in str(event["exception"])
            assert NUMBER not in str(event)
    assert mask_personal(None, "info", {"event": "x", "exc_info": True}) == {"event": "x"}
    assert mask_personal(None, "info", {"event": "x", "exc_info": False}) == {"event": "x"}


def test_a_handler_with_the_filter_shows_nothing_of_another_library():
    """Message, arguments, traceback and extras; a record that cannot be formatted does not stop."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(MaskingFilter())
    handler.setFormatter(logging.Formatter("%(message)s %(who)s", defaults={"who": "-"}))
    logger = logging.getLogger("another.library")
    logger.addHandler(handler)
    logger.propagate = False
    logger.warning("row %s of %d: %s", NUMBER, 3, {"hoTen": "NGUYỄN THỊ MẪU"}, extra={"who": MAIL})
    logger.warning("%(hoTen)s", {"hoTen": "x " + NUMBER})
    logger.warning("%d", "MẪU")
    try:
        raise ValueError(NUMBER)
    except ValueError:
        logger.exception("failed")
    logger.removeHandler(handler)
    shown = out.getvalue()
    assert "row *** of 3" in shown
    assert "ValueError: ***" in shown
    assert not [one for one in (NUMBER, "NGUYỄN", MAIL) if one in shown]


def test_our_own_loggers_are_under_the_filter(caplog):
    """Even before a host adds it to its handlers."""
    logger_of("gov_connect.audit").warning("about %s", NUMBER)
    assert logger_of("gov_connect").filters
    assert NUMBER not in caplog.text


def test_structlog_with_the_processor_last_shows_nothing():
    """After the exception was formatted, before it is rendered."""
    out = io.StringIO()
    log = structlog.wrap_logger(
        structlog.PrintLogger(out),
        processors=[structlog.processors.format_exc_info, mask_personal, structlog.processors.JSONRenderer()],
    )
    try:
        raise ValueError(NUMBER)
    except ValueError:
        log.exception("failed", phone=PHONE)
    assert "ValueError" in out.getvalue()
    assert not [one for one in (NUMBER, PHONE) if one in out.getvalue()]
