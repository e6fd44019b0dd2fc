"""Looking a name up is part of the time that a call may take."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from gov_connect.doctor import network
from gov_connect.errors import Unreachable
from gov_connect.runtime import Request, Timeouts
from gov_connect.transport.http import HttpCarrier
from gov_connect.transport.names import addresses, connected, reached

LONGEST = 20.0


@pytest.fixture
def silent_resolver(monkeypatch):
    """A resolver that says nothing until the test is over."""
    over, asked = threading.Event(), []

    def silent(host, *_more, **_named):
        asked.append(host)
        over.wait(LONGEST)
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    yield asked
    over.set()


def test_a_silent_resolver_does_not_outlast_the_call(silent_resolver, monkeypatch):
    """Nothing was sent; the same name is asked for once at a time; the doctor has a bound too."""
    request = Request(system="portal", url="http://cong.tinh.example/", body=b"{}")
    start = time.monotonic()
    carrier = HttpCarrier()
    for _ in range(2):
        with pytest.raises(Unreachable):
            carrier.send(request, Timeouts(connect=0.1, read=0.1, total=0.1))
    monkeypatch.setattr(network, "_PATIENCE", Timeouts(connect=0.1, read=0.1, total=0.1))
    assert not network._addresses("cong.tinh.example", 80)
    assert time.monotonic() - start < LONGEST / 2
    assert silent_resolver == ["cong.tinh.example"]


def test_the_second_address_is_tried(monkeypatch):
    """Whoever takes no connections is passed by, and what is left of the time is told."""
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in ("192.0.2.1", "192.0.2.2", "192.0.2.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_more, **_named: rows)
    tried = []

    def open_one(address, left):
        tried.append(address)
        assert 0 < left <= LONGEST
        if address == "192.0.2.1":
            raise ConnectionRefusedError
        return address

    assert reached("cong2.tinh.example", 80, LONGEST, open_one) == "192.0.2.2"
    assert tried == ["192.0.2.1", "192.0.2.2"]


def test_a_name_that_is_none_is_told(monkeypatch):
    """What the resolver raises reaches who asked, each time."""
    for _ in range(2):
        with pytest.raises(UnicodeError):
            addresses("x" * 70 + ".example", 80, 5)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_more, **_named: [])
    with pytest.raises(OSError, match="no address"):
        connected("cong3.tinh.example", 80, 5)
