"""Reading JSON from outside: strict, bounded, and never quoting what was read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.errors import UnexpectedReply
from gov_connect.runtime import Reply
from gov_connect.transport import Unreadable, json_object, parse_json

DEEP = 100_000
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
REFUSED = {
    "nothing": (b"", "not_json"),
    "text": (b"<html>", "not_json"),
    "two values": (b"{} {}", "not_json"),
    "a comma too many": (b"[1,]", "not_json"),
    "not UTF-8": (b'{"a":"\xe1\xba"}', "not_json"),
    "UTF-16": ('{"a":1}'.encode("utf-16"), "not_json"),
    "NaN": (b'{"a":NaN}', "not_json"),
    "Infinity": (b"[Infinity]", "not_json"),
    "minus Infinity": (b"[-Infinity]", "not_json"),
    "a number that overflows": (b"[1e999]", "not_json"),
    "an endless number": (b"9" * 100_000, "not_json"),
    "half a surrogate": (rb'{"a":"\ud800"}', "not_json"),
    "half a surrogate in a name": (rb'{"\udfff":1}', "not_json"),
    "a raw control character": (b'{"a":"\x00"}', "not_json"),
    "a name twice": (b'{"a":1,"a":2}', "duplicate_key"),
    "a name twice by escape": (rb'{"a":1,"\u0061":2}', "duplicate_key"),
    "a name twice far inside": (b'[{"x":[{"a":1,"a":1}]}]', "duplicate_key"),
    "open brackets": (b"[" * DEEP, "too_deep"),
    "nested lists": (b"[" * DEEP + b"]" * DEEP, "too_deep"),
    "nested objects": (b'{"a":' * DEEP + b"1" + b"}" * DEEP, "too_deep"),
    "65 lists": (b"[" * 65 + b"]" * 65, "too_deep"),
}


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED)
def test_bad_json_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    """Each kind of bad JSON has its short stable word."""
    with pytest.raises(Unreadable) as caught:
        parse_json(body)
    assert caught.value.reason == reason


@pytest.mark.parametrize("body", [f'{BOM}{{"a":1}}'.encode(), b' {"a":1}\r\n', '{"a":1}'])
def test_a_byte_order_mark_and_blanks_are_skipped(body: bytes | str) -> None:
    """Running systems send both."""
    assert parse_json(body) == {"a": 1}


def test_what_is_escaped_reads_as_what_is_not() -> None:
    """Escaped Vietnamese letters and whole surrogate pairs are plain text."""
    assert parse_json(rb'"M\u1eabu \ud83d\ude00"') == "Mẫu \U0001f600"


def test_a_text_of_ten_megabytes_is_read() -> None:
    """Size is bounded by the carrier, not here."""
    assert len(parse_json(json.dumps("x" * 10_000_000))) == 10_000_000


def test_64_levels_are_read() -> None:
    """The bound itself is allowed."""
    assert parse_json(b"[" * 64 + b"]" * 64)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=20))
def test_what_json_writes_is_read_back(value: Any) -> None:
    """Strictness costs no valid value."""
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """No other error ever comes out, and what was read can be written again."""
    try:
        value = parse_json(body)
    except Unreadable:
        return
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize(
    ("body", "reason"), [(b"[1]", "not_an_object"), (b"null", "not_an_object"), (b"{", "not_json")]
)
def test_a_reply_must_be_an_object(body: bytes, reason: str) -> None:
    """The error says which system and why; the text itself stays hidden."""
    with pytest.raises(UnexpectedReply) as caught:
        json_object(Reply(status=502, body=body), "portal")
    assert (caught.value.system, caught.value.reason, caught.value.status) == ("portal", reason, 502)
    assert caught.value.raw.reveal() == body.decode()


def test_an_unreadable_reply_shows_nobody() -> None:
    """Neither text, repr, arguments nor cause of the error quote the reply."""
    with pytest.raises(UnexpectedReply) as caught:
        json_object(Reply(status=200, body='{"hoTen":"MẪU THỊ THỬ"'.encode()), "portal")
    error = caught.value
    assert "MẪU" not in f"{error!s}{error!r}{error.args}{error.params}{error.raw!r}{error.__cause__!r}"
    assert error.__suppress_context__
