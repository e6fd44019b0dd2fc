"""Connections of httpcore that are kept for the next message only while nothing waits on them.

httpcore looks at the socket of a kept connection, but not at what it has read already: bytes that came along behind
an answer would be taken for the answer to the next message, another person's perhaps.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    import ssl


class Connections(httpcore.ConnectionPool):
    """The connections of one blocking transport.

    Args:
        checks: TLS settings.
        most: how many at once, idle ones included.
        seconds: how long an idle one is kept.
        backend: opens them.
    """

    def __init__(self, checks: ssl.SSLContext, most: int, seconds: float, backend: httpcore.NetworkBackend) -> None:
        super().__init__(checks, max_connections=most, keepalive_expiry=seconds, network_backend=backend)
        self.over = False
        # httpcore's own lock takes two steps: interrupted between them it would stay held, and the next call hang.
        self._optional_thread_lock: Any = threading.Lock()

    def create_connection(self, origin: httpcore.Origin) -> httpcore.ConnectionInterface:
        """A connection that is yet to be opened."""
        return _Connection(self, origin, self._ssl_context, self._keepalive_expiry, self._network_backend)

    def close(self) -> None:
        """Close all that are idle now, and each of the others as soon as its answer is here."""
        self.over = True
        for connection in self.connections:
            if connection.is_idle():
                connection.close()

    def interrupted(self) -> None:
        """Close what this thread was at: interrupted while it tidied up, httpcore counts it as in use for ever."""
        mine = [one for one in self.connections if isinstance(one, _Connection) and one.left_by_this_thread()]
        for connection in mine:
            connection.give_up()
        with self._optional_thread_lock:
            self._requests = [asked for asked in self._requests if asked.connection not in mine]

    def abandon(self) -> None:
        """Close all in this process alone: nothing is said on them, and no lock is asked: it may be held."""
        for connection in self.connections:
            connection.close()


class _Connection(httpcore.HTTPConnection):
    def __init__(
        self,
        pool: Connections,
        origin: httpcore.Origin,
        checks: ssl.SSLContext | None,
        seconds: float | None,
        backend: httpcore.NetworkBackend,
    ) -> None:
        super().__init__(origin, checks, seconds, network_backend=backend)
        self._pool = pool
        self._thread = threading.get_ident()

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        self._thread = threading.get_ident()
        return super().handle_request(request)

    def left_by_this_thread(self) -> bool:
        """Whether this thread, which is done, has not given it back."""
        return self._thread == threading.get_ident() and not self.is_idle()

    def give_up(self) -> None:
        """Close it, also one that was never opened."""
        self._connect_failed = True
        self.close()

    def is_available(self) -> bool:
        return super().is_available() and not self._spent()

    def has_expired(self) -> bool:
        return super().has_expired() or (self.is_idle() and self._spent())

    def _spent(self) -> bool:
        return self._pool.over or _has_more(self._connection)


class AwaitedConnection(httpcore.AsyncHTTPConnection):
    """One of an awaited pool; the arguments are httpcore's own."""

    def is_available(self) -> bool:
        """Whether the next message may go out on it."""
        return super().is_available() and not _has_more(self._connection)

    def has_expired(self) -> bool:
        """Whether it is to be closed."""
        return super().has_expired() or (self.is_idle() and _has_more(self._connection))


def _has_more(connection: object) -> bool:
    """Whether something was read behind the last answer; where httpcore does not show it, no connection is kept."""
    state = getattr(connection, "_h11_state", None)
    return state is None or bool(state.trailing_data[0])
