"""Reading XML from outside: no DTD, no entities, no network, bounded."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.errors import UnexpectedReply
from gov_connect.runtime import Reply
from gov_connect.transport import Unreadable, parse_xml, read, xml_root

if TYPE_CHECKING:
    from pathlib import Path

DEEP = 100_000
LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
REFUSED = {
    "nothing": b"",
    "text": b"error",
    "JSON": b"{}",
    "an open element": b"<a><b></a>",
    "two roots": b"<a/><a/>",
    "an undefined entity": b"<a>&x;</a>",
    "an undeclared prefix": b"<x:a/>",
    "a NUL byte": b"<a>\0</a>",
    "a NUL by number": b"<a>&#0;</a>",
    "an unknown encoding": b'<?xml version="1.0" encoding="x-none"?><a/>',
    "Latin-1 called UTF-8": b'<?xml version="1.0" encoding="UTF-8"?><a>\xe9</a>',
    "half a surrogate": b"<a>\xed\xa0\x80</a>",
    "nested elements": b"<a>" * DEEP + b"</a>" * DEEP,
    "a text of 12 MB": b"<a>" + b"x" * 12_000_000 + b"</a>",
    "an attribute of 12 MB": b'<a b="' + b"x" * 12_000_000 + b'"/>',
}
DOCTYPES = {
    "bare": "<!DOCTYPE a><a/>",
    "with an entity": '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    "with an outside entity": '<!DOCTYPE a [<!ENTITY x SYSTEM "{file}">]><a>&x;</a>',
    "with an outside subset": '<!DOCTYPE a SYSTEM "{file}"><a/>',
    "with a parameter entity": '<!DOCTYPE a [<!ENTITY % x SYSTEM "{file}">%x;]><a/>',
    "with a thousand million laughs": f'<!DOCTYPE a [<!ENTITY a0 "ha">{LAUGHS}]><a b="&a11;">&a11;</a>',
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_bad_xml_is_refused(body: bytes) -> None:
    """Whatever is not well-formed, or larger than any reply, is simply not XML."""
    with pytest.raises(Unreadable) as caught:
        parse_xml(body)
    assert caught.value.reason == "not_xml"


@pytest.mark.parametrize("text", DOCTYPES.values(), ids=DOCTYPES)
def test_a_doctype_is_refused_quickly(text: str, tmp_path: Path) -> None:
    """No entity is expanded, no file is read, and it takes no time."""
    secret = tmp_path / "secret.dtd"
    secret.write_text("bi-mat-vi-du")
    began = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        parse_xml(text.replace("{file}", secret.as_uri()).encode())
    assert caught.value.reason in {"doctype", "not_xml"}
    assert "bi-mat" not in str(caught.value.__context__)
    assert time.monotonic() - began < 5


def test_an_inclusion_stays_an_element(tmp_path: Path) -> None:
    """XInclude is not followed."""
    secret = tmp_path / "secret.txt"
    secret.write_text("bi-mat-vi-du")
    include = f'<a xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="{secret.as_uri()}" parse="text"/></a>'
    root = parse_xml(include.encode())
    assert "bi-mat" not in "".join(root.itertext())
    assert len(root) == 1


def test_comments_and_instructions_are_dropped() -> None:
    """They would otherwise split the text of an element."""
    root = parse_xml("<a>M<!-- x -->ẫ<?x y?>u</a>".encode())
    assert root.text == "Mẫu"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings_are_read(encoding: str) -> None:
    """A byte order mark decides."""
    assert parse_xml("<a>Mẫu</a>".encode(encoding)).text == "Mẫu"


@pytest.mark.parametrize("name", ["UTF-16", "utf-16le", "UCS-2", "Unicode", "windows-1258", "x-none"])
@pytest.mark.parametrize("before", ["", "\n", "\ufeff", "\ufeff \r\n"])
def test_a_declaration_that_the_bytes_belie_is_not_believed(name: str, before: str) -> None:
    """UTF-8 stamped as something else, with a blank line before the declaration: both are gateways' doing."""
    assert parse_xml(f'{before}<?xml version="1.0" encoding="{name}"?><a>Mẫu</a>'.encode()).text == "Mẫu"


@pytest.mark.parametrize("before", [b"", b"\n\n "])
def test_letters_of_one_byte_stamped_as_two_are_read(before: bytes) -> None:
    """Where there is no Vietnamese letter to tell by."""
    assert parse_xml(before + b'<?xml version="1.0" encoding="UTF-16"?><a>x</a>').text == "x"


def test_each_thread_has_one_parser_of_its_own() -> None:
    """A parser is made once per thread, and never shared, since lxml locks or breaks on that."""
    parsers: list[object] = []

    def work() -> None:
        for _ in range(3):
            parse_xml(b"<a/>")
            parsers.append(read._parsers.xml)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(parsers) == 12
    assert len({id(parser) for parser in parsers}) == 4


def test_a_parser_is_usable_after_it_failed() -> None:
    """One bad reply does not spoil the next."""
    with pytest.raises(Unreadable):
        parse_xml(b"<a>")
    assert parse_xml(b"<b/>").tag == "b"


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """No other error ever comes out."""
    with contextlib.suppress(Unreadable):
        parse_xml(body)


def test_an_unreadable_reply_names_the_system_only() -> None:
    """The error carries the place and the reason; the text itself stays hidden."""
    with pytest.raises(UnexpectedReply) as caught:
        xml_root(Reply(status=200, body="<hoTen>MẪU THỊ THỬ".encode()), "residents")
    error = caught.value
    assert (error.system, error.reason) == ("residents", "not_xml")
    assert "MẪU" not in f"{error!s}{error!r}{error.args}{error.raw!r}"
    assert "MẪU" in error.raw.reveal()
    assert xml_root(Reply(status=200, body=b"<a/>"), "residents").tag == "a"
