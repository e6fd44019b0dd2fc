"""The ASGI wrapper, driven without a server."""

from __future__ import annotations

import asyncio

import pytest

from gov_connect.errors import LedgerError
from gov_connect.inbound import InboundReply
from gov_connect.inbound.asgi import InboundApp
from gov_connect.inbound.reply import answered
from gov_connect.settings import Environment

HTTP = {"type": "http", "method": "POST", "path": "/Confirm", "client": ("10.0.0.1", 5000)}


def drive(messages, *, largest=100, fails=None, **scope):
    """Give the handled bodies and the sent messages."""
    handled, sent, todo = [], [], list(messages)

    def handle(path, body):
        handled.append((path, body))
        return InboundReply(status=200, body=b'{"ok":1}')

    async def receive():
        return todo.pop(0)

    async def send(message):
        sent.append(message)

    app = InboundApp(fails or handle, peers={"10.0.0.1"}, environment=Environment.OFFLINE, largest=largest)
    asyncio.run(app({**HTTP, **scope}, receive, send))
    return handled, sent


def part(body, *, more=False):
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_in_parts_is_put_together():
    """The handler sees path and whole body; its reply goes back with its length."""
    handled, sent = drive([part(b"ab", more=True), part(b"", more=True), part(b"c")])
    assert handled == [("/Confirm", b"abc")]
    assert (sent[0]["status"], sent[1]["body"]) == (200, b'{"ok":1}')
    assert dict(sent[0]["headers"]) == {
        b"content-type": b"application/json; charset=utf-8",
        b"content-length": b"8",
    }


@pytest.mark.parametrize("client", [("10.0.0.2", 1), ("", 0), None])
def test_a_peer_that_is_not_listed_gets_403_and_is_not_read(client):
    """The allow-list comes before everything else."""
    handled, sent = drive([], client=client)
    assert (handled, sent[0]["status"]) == ([], 403)


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "DELETE"])
def test_anything_but_post_is_405(method):
    """Both partners post."""
    handled, sent = drive([], method=method)
    assert (handled, sent[0]["status"]) == ([], 405)


def test_a_body_that_is_too_large_is_413_and_not_kept():
    """Reading stops at the bound."""
    handled, sent = drive([part(b"x" * 60, more=True), part(b"x" * 60, more=True)])
    assert (handled, sent[0]["status"]) == ([], 413)
    handled, sent = drive([part(b"x" * 100)])
    assert (len(handled), sent[0]["status"]) == (1, 200)


def test_half_a_body_is_not_handled():
    """A sender that hangs up in the middle gets no answer and changes nothing."""
    assert drive([part(b"{", more=True), {"type": "http.disconnect"}]) == ([], [])


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
def test_other_kinds_of_scope_are_left_alone(kind):
    """Nothing is read and nothing is sent."""
    assert drive([], type=kind) == ([], [])


def test_what_could_not_be_stored_is_not_confirmed():
    """With the records away the answer is 503, without a word of why, on both doors: the sender pushes again."""

    def fail(path, body):
        del path, body
        raise LedgerError("ledger.unreachable")

    reply = answered(fail, "/Confirm", b"{}")
    assert (reply.status, reply.body) == (503, b"{}")
    _, sent = drive([part(b"{}")], fails=fail)
    assert (sent[0]["status"], sent[1]["body"]) == (503, b"{}")
