"""Ordinary messages pass aiohttp's session and httpx's objects by: same bytes, same bounds, nobody else's answer."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from yarl import URL

from gov_connect.errors import TimedOut
from gov_connect.runtime import Request, Timeouts
from gov_connect.transport import HttpCarrier, fast, http
from gov_connect.transport.fast import AiohttpCarrier
from gov_connect.transport.straight import goes_straight

BOUNDS = Timeouts(connect=2, read=2, total=2)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
PLACE = URL("http://portal.example/mapi")


def _post(url: str, **told: Any) -> Request:
    return Request(system="portal", url=url, **{"body": b"{}", **told})


def _lines(heard: bytes) -> tuple[bytes, set[bytes], bytes]:
    head, _, body = heard.partition(b"\r\n\r\n")
    start, *fields = head.split(b"\r\n")
    return start, set(fields), body


@pytest.mark.parametrize("body", [b"", b"{}", "Mẫu".encode() * 1000])
@pytest.mark.parametrize("path", ["", "a/b", "a?x=1&y=%E1%BA%AB", "thư mục/ạ", "a#nothing"])
def test_both_ways_send_the_same(body: bytes, path: str, serve: Any, verify: Any, monkeypatch: Any) -> None:
    """Start line, headers and body are those that aiohttp's session writes for the same message."""
    heard: list[bytes] = []

    def listen(peer: Any) -> None:
        while got := peer.read_request():
            heard.append(got)
            peer.say(OK)

    request = _post(serve(listen).url + path, body=body, headers={"Content-Type": "text/xml", "SOAPAction": '"x"'})

    async def twice() -> None:
        carrier = AiohttpCarrier(verify=verify)
        await carrier.send(request, BOUNDS)
        monkeypatch.setattr(fast, "goes_straight", lambda *_: False)
        await carrier.send(request, BOUNDS)
        await carrier.close()

    asyncio.run(twice())
    straight, session = (_lines(one) for one in heard)
    assert straight == session


@pytest.mark.parametrize("body", [b"", b"{}", "Mẫu".encode() * 50_000])
@pytest.mark.parametrize("path", ["", "a/b", "a?x=1&y=%E1%BA%AB", "thư mục/ạ", "a#nothing"])
def test_the_blocking_carrier_sends_what_httpx_would(body: bytes, path: str, serve: Any, monkeypatch: Any) -> None:
    """It makes none of httpx's own requests for an ordinary message; the bytes are the same."""
    heard: list[bytes] = []

    def listen(peer: Any) -> None:
        while got := peer.read_request():
            heard.append(got)
            peer.say(
                b"HTTP/1.1 200 OK\r\nX-Name: M\xe1\xba\xabu\r\nX-Old: \xe0\r\nX-Name: 2\r\nContent-Length: 0\r\n\r\n"
            )

    request = _post(serve(listen).url + path, body=body, headers={"Content-Type": "text/xml", "SOAPAction": '"x"'})
    carrier = HttpCarrier()
    ours = carrier.send(request, BOUNDS)
    monkeypatch.setattr(http, "ordinary", lambda _: False)
    theirs = carrier.send(request, BOUNDS)
    carrier.close()
    assert _lines(heard[0]) == _lines(heard[1])
    assert ours.headers.keys() == theirs.headers.keys()
    assert ours.headers["x-name"] == "Mẫu, 2"
    assert ours.headers["x-old"] == theirs.headers["x-old"] == "à"


@pytest.mark.parametrize(
    ("told", "straight"),
    [
        ({}, True),
        ({"body": bytes(64 * 1024)}, True),
        ({"body": bytes(64 * 1024 + 1)}, False),
        ({"method": "GET"}, False),
        ({"headers": {"X-Any": "1"}}, True),
        *(({"headers": {name: "1"}}, False) for name in ("Host", "content-length", "Expect", "Transfer-Encoding")),
        *(({"headers": {name: "1"}}, False) for name in ("", "X Y", "X:Y", "X\r\nY", "Mẫu")),
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_session(told: dict[str, Any], *, straight: bool) -> None:
    """Long bodies, other methods, headers about the connection, names that are none."""
    assert goes_straight(PLACE, _post(str(PLACE), **told)) is straight


def test_a_password_in_the_address_is_left_to_the_session() -> None:
    """It is the session that makes a header of it."""
    url = PLACE.with_user("u").with_password("p")
    assert not goes_straight(url, _post(str(url)))


def test_an_answer_that_nobody_asked_for_is_nobody_s(serve: Any, verify: Any) -> None:
    """What came over an idle connection is not taken for the answer to the next message."""
    stray = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray"

    def says_too_much(peer: Any) -> None:
        while peer.read_request():
            peer.say(OK)
            peer.stopping.wait(0.05)
            peer.say(stray)

    async def after_each_other(url: str) -> list[bytes]:
        carrier = AiohttpCarrier(verify=verify)
        bodies = []
        for _ in range(3):
            bodies.append((await carrier.send(_post(url), BOUNDS)).body)
            await asyncio.sleep(0.15)
        await carrier.close()
        return bodies

    assert asyncio.run(after_each_other(serve(says_too_much).url)) == [b"ok"] * 3


def test_silence_after_a_sign_of_work_is_bounded(serve: Any, verify: Any) -> None:
    """An interim answer does not end the watch: the longest silence begins anew, and ends."""

    def falls_silent(peer: Any) -> None:
        peer.read_request()
        peer.say(b"HTTP/1.1 102 Processing\r\n\r\n")
        peer.wait()

    async def ask(url: str) -> None:
        carrier = AiohttpCarrier(verify=verify)
        try:
            await carrier.send(_post(url), Timeouts(connect=2, read=0.2, total=50))
        finally:
            await carrier.close()

    with pytest.raises(TimedOut) as caught:
        asyncio.run(ask(serve(falls_silent).url))
    assert caught.value.params["seconds"] == 0.2


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_headers_are_text_in_any_coding(method: str, carry: Any, serve: Any) -> None:
    """UTF-8 where it is that, else one byte a letter; and no half of a letter that nothing could write down."""

    def answer(peer: Any) -> None:
        peer.read_request()
        told = b"X-New: M\xe1\xba\xabu\r\nX-Old: M\xe0u\r\nX-Both: M\xe1\xba\xabu \xe0\r\n"
        peer.say(b"HTTP/1.1 200 M\xe0u\r\n" + told + b"Content-Length: 2\r\n\r\nok")

    request = Request(system="portal", url=serve(answer).url, method=method)
    headers = carry().send(request).headers
    json.dumps(dict(headers), ensure_ascii=False).encode()
    assert headers["x-old"] == "Màu"
    assert headers["x-new"] in {"Mẫu", "Mẫu".encode().decode("iso-8859-1")}


def test_an_interim_answer_is_passed_over(carry: Any, serve: Any) -> None:
    """A server may say that it is at work before it answers."""

    def answer(peer: Any) -> None:
        peer.read_request()
        peer.say(b"HTTP/1.1 102 Processing\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", OK)

    assert carry().send(_post(serve(answer).url)).body == b"ok"


def test_a_status_that_is_none_is_no_sign_of_work(serve: Any, verify: Any) -> None:
    """It ends the exchange at once, as it does for aiohttp's session."""

    def answer(peer: Any) -> None:
        peer.read_request()
        peer.say(b"HTTP/1.1 042 Unknown\r\nContent-Length: 2\r\n\r\nok")

    async def ask(url: str) -> int:
        carrier = AiohttpCarrier(verify=verify)
        reply = await carrier.send(_post(url), BOUNDS)
        await carrier.close()
        return reply.status

    assert asyncio.run(ask(serve(answer).url)) == 42


def test_a_server_that_changes_the_protocol_is_not_spoken_to_again(serve: Any, verify: Any, polite: Any) -> None:
    """An upgrade that nobody asked for ends the connection, and is no answer that could be read."""

    def switch(peer: Any) -> None:
        peer.read_request()
        peer.say(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: upgrade\r\n\r\n")

    async def ask(url: str) -> tuple[int, bytes]:
        carrier = AiohttpCarrier(verify=verify, connections=1)
        status = (await carrier.send(_post(url), BOUNDS)).status
        body = (await carrier.send(_post(polite.url), BOUNDS)).body
        await carrier.close()
        return status, body

    assert asyncio.run(ask(serve(switch).url)) == (101, b"ok")


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 102 Processing\r\n\r\n", b"HTTP/1.1 102 Processing\r\n\r\n", OK[:-1], OK[-1:]],
        [OK[:9], OK[9:20], OK[20:30], OK[30:]],
    ],
    ids=["interim answers and a body", "a head"],
)
def test_whoever_gives_signs_is_not_silent(pieces: list[bytes], serve: Any, verify: Any) -> None:
    """Interim answers and pieces each begin the longest silence anew; only the whole time ends them."""

    def slowly(peer: Any) -> None:
        peer.read_request()
        peer.drip(iter(pieces), seconds=0.4)

    async def ask(url: str) -> bytes:
        carrier = AiohttpCarrier(verify=verify)
        reply = await carrier.send(_post(url), Timeouts(connect=1, read=1, total=20))
        await carrier.close()
        return reply.body

    assert asyncio.run(ask(serve(slowly).url)) == b"ok"
