"""What has become plain text before it reaches a log is caught by its shape; figures and codes pass."""

from __future__ import annotations

import io
import json
import logging
import threading
import unicodedata
from datetime import date, datetime
from html import escape, unescape
from urllib.parse import quote, quote_plus, unquote_plus

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gov_connect import CitizenQuery
from gov_connect.messages import CATALOGUE
from gov_connect.model import CitizenId
from gov_connect.privacy import MaskingFilter, _texts, logger_of, mask, mask_personal, mask_text

NUMBER, OLD, PHONE, MAIL = "000000000012", "000000012", "0900000001", "mau@example.vn"
NAME = "NGUYỄN THỊ MẪU"


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
        *(f"{glue}{NUMBER}" for glue in ("x", "cccd", "CMT", "Số", "hs.", "-", "/", "(", "=", ":", "#")),
        *(f"{NUMBER}{glue}" for glue in ("x", ".pdf", "Z", "_1", ")")),
        f"tel{PHONE}",
        f"{PHONE}VN",
        "(090) 000 0001",
        "024 0000 0001",
        "0000 0000 0012",
        f"250{NUMBER[:6]}",
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
        "000.00.00.H00-261121-0001",
        "H00.000-261121-0001, H99.99.01-000000-0003",
        "amount=250000000",
        '{"SoTien":"250000000","vnp_Amount": 250000000}',
        "thu 250000000 đồng, 184000000VND, 250.000.000 đ",
        "84.500.000.000 đ",
        "05/01/2026 15:20:00, 20260105, 2026-01-05",
        "12345678-0900-0000-0010-000000000012",
        "4bf92f3577b34da6a3ce929d000000000012",
        "status: 200, host=portal.example.vn path=/x?y=1&z=%2Fa%20b",
        "tăng 20% hôm nay, &lt;ok&gt; \\u0041",
        "[('status', 'ten'), ('hoTen', 'diaChi')]",
        "thiếu: ['hoTen', 'diaChi']",
        "<a href='x'>y</a> a > b, c<d>",
    ],
)
def test_codes_times_and_ids_pass(text):
    """Officers find a case by them."""
    assert mask_text(text) == text


WRITTEN = {"HoVaTen": {"value": NAME, "cu": [NAME]}, "so": 7}
ESCAPES = {
    "plain": str,
    "address": quote,
    "form": quote_plus,
    "twice in an address": lambda text: quote(quote(text)),
    "XML": escape,
    "JSON in JSON": json.dumps,
    "thrice": lambda text: json.dumps(json.dumps(text)),
}


@pytest.mark.parametrize("escape_of", ESCAPES.values(), ids=ESCAPES)
@pytest.mark.parametrize(
    "text",
    [
        json.dumps(WRITTEN, ensure_ascii=False),
        json.dumps(WRITTEN),
        str(WRITTEN),
        f'{{"name":"HoVaTen","value":"{NAME}"}}',
        json.dumps({"Họ và tên": NAME}),
        f"Họ, chữ đệm, tên: {NAME}; sinh ngày nào đó",
        f"Mật khẩu : {NAME}",
        f'<CongDan HoVaTen="{NAME}" loai="1"/>',
        f'<HoVaTen value="{NAME}"/>',
        f'<a:HoVaTen nil="false" value="{NAME}">x</a:HoVaTen>',
        f'<field name="HoVaTen" value="{NAME}"/>',
        f'<item key="hoTen" n="1">{NAME}</item>',
        f"<HoVaTen><Ho>NGUYỄN</Ho><Ten>{NAME}</Ten></HoVaTen><n>1</n>",
        f"<HoVaTen><Ten>{NAME}",
        f"Relative(hoTen=Name(value='{NAME}', n=1), n=2)",
        f"{{'ho_ten': b'{NAME}'}}",
        f"X-Api-Key: {NAME}",
        f"Set-Cookie: a={NAME}",
        f"refresh_token={NAME}",
        f"[('hoTen', '{NAME}')]",
        f"return_value=(b'HTTP/1.1', 200, b'OK', [(b'Date', b'x'), (b'Set-Cookie', b'a={NAME}')])",
        f"[SQL: INSERT]\n[parameters: ('{NAME}', 3)]",
        f"DETAIL:  Failing row contains (1, {NAME}).",
        f"Key (ho_ten)=({NAME}) already exists.",
        f"input should be a date [type=date, input_value='{NAME}', input_type=str]",
        f"hoTen=x full_name='{NAME}'",
        unicodedata.normalize("NFD", f"Họ và tên: {NAME}"),
    ],
)
def test_names_are_masked_however_they_are_written(text, escape_of):
    """Nested, in attributes, as pairs, under labels; and all of it escaped for an address, for XML, for JSON."""
    said = unicodedata.normalize("NFC", unquote_plus(unescape(mask_text(escape_of(text)))))
    assert "***" in said
    assert "MẪU" not in said
    assert r"M\u1eaaU" not in said.replace("\\\\", "\\")


def test_a_name_in_an_address_is_masked_and_what_stands_around_it_is_not():
    """Letters beyond ASCII in an address are words about somebody."""
    said = mask_text(f"GET https://portal.example.vn/c/{quote(NAME)}/x?ma=H99.201-261120-0001&so=%30{NUMBER[1:]}")
    assert said == "GET https://portal.example.vn/c/***/x?ma=H99.201-261120-0001&so=***"


def test_what_was_escaped_does_not_break_the_line():
    """A line end that was written as a code ends no line of the log."""
    for text in ("hoTen%3Da%0AERROR%20x", "&lt;hoTen&gt;a&#10;ERROR", r"hoTen\u003da\u000aERROR", f"%0A{NUMBER}"):
        said = mask_text(text)
        assert "***" in said
        assert len(said.splitlines()) == 1


_DIGITS = st.text("0123456789", min_size=3, max_size=3)
_DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2099, 1, 1))
_DOSSIERS = st.one_of(
    st.builds(
        "{}.{:02d}.{:02d}.H{:02d}-{:%y%m%d}-{:04d}".format,
        _DIGITS,
        *[st.integers(0, 99)] * 3,
        _DAYS,
        st.integers(0, 9999),
    ),
    st.builds("H{:02d}.{}-{:%y%m%d}-{:04d}".format, st.integers(0, 99), _DIGITS, _DAYS, st.integers(0, 9999)),
    st.builds("G{:02d}.{:02d}.{:02d}-{:%y%m%d}-{:04d}".format, *[st.integers(0, 99)] * 3, _DAYS, st.integers(0, 9999)),
)
_AMOUNTS = st.integers(0, 10**10).flatmap(
    lambda number: st.sampled_from(
        [f"{number:,} đ".replace(",", "."), f"{number} đồng", f"số tiền: {number:,}", f"amount={number}"]
    )
)
_TIMES = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2099, 1, 1)).flatmap(
    lambda at: st.sampled_from(
        [
            f"{at:{form}}"
            for form in (
                "%Y%m%d%H%M%S",
                "%Y%m%d%H%M",
                "%d/%m/%Y %H:%M:%S",
                "%Y-%m-%dT%H:%M:%S.%f",
                "%Y%m%d",
                "%d.%m.%Y",
                "%d-%m-%Y %H:%M",
            )
        ]
    )
)


# One in three hundred ends in twelve digits, which may be a person's number: that one is masked.
_RANDOM_NAMES = st.uuids().map(str).filter(lambda name: not name[-12:].isdigit())


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(_DOSSIERS, _AMOUNTS, _TIMES, _RANDOM_NAMES), min_size=1, max_size=3))
def test_codes_amounts_and_times_stay_readable(parts):
    """Whatever stands beside them."""
    text = "; ".join(["hồ sơ", *parts, "xong"])
    assert mask_text(text) == text


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=30), st.text(max_size=30), st.integers(0, 10**9 - 1))
def test_a_personal_number_never_shows(before, after, number):
    """Whatever it is glued to, but digits, and the letters of a random name."""
    if before[-1:].isdigit() or after[:1].isdigit() or (before[-2:-1].isdigit() and before[-1:] == "."):
        return
    whole = f"000{number:09d}"
    if set(before[-1:] + after[:1]) & set("abcdefABCDEF-"):
        return
    assert whole not in mask_text(f"{before}{whole}{after}")


def test_no_message_of_ours_is_taken_for_a_person():
    """What the library says reaches the logs as it is."""
    for said in CATALOGUE.values():
        for text in (said.vi, said.en, said.remedy_vi, said.remedy_en):
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
        "<hoTen " * 40_000,
        "hoTen:{" * 40_000,
        "%41" * 80_000,
        "%25" * 80_000,
        "&lt;" * 80_000,
        "a" * 300_000 + "%41",
        "<hoTen>" * 40_000,
        "a='" * 60_000 + ">",
        "hoTen=(" + "'" * 100_000,
        "ten " * 60_000 + ":",
        "deadbeef-" * 40_000 + NUMBER,
        '("a", ' * 60_000,
        "\\" * 200_000 + "u0041:",
        r"\u0041" * 50_000,
    ],
    ids=range(22),
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


def test_variables_of_frames_are_masked_whatever_they_are_called():
    """As structlog tells tracebacks when it is asked for their variables."""
    event = {"exception": [{"exc_type": "ValueError", "frames": [{"name": "work", "locals": {"x": f"'{NAME}'"}}]}]}
    assert mask_personal(None, "error", event) == {
        "exception": [{"exc_type": "ValueError", "frames": [{"name": "work", "locals": "***"}]}]
    }


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


def test_a_row_of_marks_without_end_is_cut_before_it_is_normalised(monkeypatch):
    """However it is written: a log line can be as odd as somebody makes it."""
    seen = []

    class Counting:
        @staticmethod
        def is_normalized(_form, text):
            seen.append(text)
            return False

        @staticmethod
        def normalize(form, text):
            seen.append(text)
            return unicodedata.normalize(form, text)

    monkeypatch.setattr(_texts, "unicodedata", Counting)
    row = "\u0315\u0300" * 500
    for text in (f"a{row}", quote(f"a{row}"), "a" + r"\u0315\u0300" * 500):
        mask_text(f"{text} {NUMBER}")
    assert seen
    assert max(len(text) for text in seen if "\u0315" in text) < 60


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Cookie: lang=vi; JSESSIONID=abc\nnext", "Cookie: ***\nnext"),
        ('Authorization: Digest username="x", response="s3"\nnext', "Authorization: ***\nnext"),
        ("at postgresql://user:s3@host/db", "at postgresql://***@host/db"),
        ("at https://u:p%40s3@host/x?a=b@c", "at https://***@host/x?a=b@c"),
        ('{"value": "NGUYỄN THỊ MẪU", "name": "hoTen"}', '{"value": "***", "name": "hoTen"}'),
        ('{"name": "hoTen", "value": "NGUYỄN THỊ MẪU"}', '{"name": "hoTen", "value": "***"}'),
        ('{"value": "12", "name": "soTrang"}', '{"value": "12", "name": "soTrang"}'),
        ("headers={'Cookie': 'a=s3; c=s3', 'Accept': 'x'}", "headers={'Cookie': '***', 'Accept': 'x'}"),
    ],
)
def test_the_secrets_of_headers_and_addresses_go_whole(text, shown):
    """Every part of a cookie and of a digest, to the end of the line; who an address logs on as."""
    assert mask_text(text) == shown
