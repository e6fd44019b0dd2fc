"""A blocking httpx transport in which every single read also obeys a total deadline.

httpcore restarts its read time-out with each packet, so headers that drip byte by byte would be read
for hours. The stream below asks how much of the total time is left before each read and write.
"""

from __future__ import annotations

import contextlib
import time
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import httpcore
import httpx

from gov_connect.transport.kept import Connections
from gov_connect.transport.names import reached

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping

_PIECE: Final = 16 * 1024
_KEEP_ALIVE: Final = 5.0
_deadline: ContextVar[float | None] = ContextVar("gov_connect_deadline", default=None)

# httpcore's errors and what httpx calls them; a test fails when httpcore grows one that is not here.
ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.PoolTimeout: httpx.PoolTimeout,
    httpcore.TimeoutException: httpx.TimeoutException,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.NetworkError: httpx.NetworkError,
    httpcore.ProxyError: httpx.ProxyError,
    httpcore.UnsupportedProtocol: httpx.UnsupportedProtocol,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
    httpcore.ProtocolError: httpx.ProtocolError,
    httpcore.ConnectionNotAvailable: httpx.ConnectError,
}


@contextlib.contextmanager
def until(deadline: float) -> Generator[None, None, None]:
    """Everything read on this thread inside the block ends by `deadline` (monotonic seconds)."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def _bounded(timeout: float | None) -> float | None:
    deadline = _deadline.get()
    if deadline is None:
        return timeout
    left = max(0.001, deadline - time.monotonic())
    return left if timeout is None else min(timeout, left)


def _passed() -> bool:
    deadline = _deadline.get()
    return deadline is not None and deadline <= time.monotonic()


class _BoundedStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if _passed():
            raise httpcore.ReadTimeout
        return self._inner.read(max_bytes, _bounded(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In pieces, since the inner stream restarts its time-out with each packet that goes out.
        for start in range(0, len(buffer), _PIECE):
            if _passed():
                raise httpcore.WriteTimeout
            self._inner.write(buffer[start : start + _PIECE], _bounded(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _BoundedStream(self._inner.start_tls(ssl_context, server_hostname, _bounded(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _BoundedBackend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        def open_one(address: str, left: float | None) -> httpcore.NetworkStream:
            return self._inner.connect_tcp(address, port, left, local_address, socket_options)

        try:
            stream = reached(host, port, _bounded(timeout), open_one, (httpcore.ConnectError,))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except OSError as error:
            raise httpcore.ConnectError from error
        return _BoundedStream(stream)


class DeadlineTransport(httpx.BaseTransport):
    """httpx's own transport, less proxies and HTTP/2, with the deadline of `until`."""

    def __init__(self, *, verify: ssl.SSLContext | None, connections: int) -> None:
        checks = verify or httpx.create_ssl_context(trust_env=False)
        self._pool = Connections(checks, connections, _KEEP_ALIVE, _BoundedBackend())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`; raises only `httpx.TransportError`."""
        with _AS_HTTPX:
            answer = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=_target(request.url),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer),
        )

    def post(self, url: httpx.URL, headers: Mapping[str, str], body: bytes, bounds: Mapping[str, float]) -> Answered:
        """Send what needs none of httpx's own objects, which cost a third of a call; headers are `ordinary`.

        Args:
            url: the address.
            headers: all of them but what HTTP itself wants.
            body: the whole of it.
            bounds: seconds, as httpcore names them.

        Raises:
            httpx.TransportError: as `handle_request` does.
        """
        length = b"%d" % len(body)
        fields = [(b"Host", url.netloc), (b"Content-Length", length)]
        fields += [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
        asked = httpcore.Request("POST", _target(url), headers=fields, content=body, extensions={"timeout": bounds})
        with _AS_HTTPX:
            answer = self._pool.handle_request(asked)
        stream = _Body(answer)
        return Answered(answer.status, _told(answer.headers), stream, stream.close)

    def close(self) -> None:
        """Close all connections, those in use as soon as their answers are here."""
        self._pool.close()

    def interrupted(self) -> None:
        """Give up the exchange of this thread, which a signal has ended."""
        self._pool.interrupted()

    def abandon(self) -> None:
        """Leave all connections to the process that this one was forked off from."""
        self._pool.abandon()


@dataclass(slots=True)
class Answered:
    """An answer whose head is here; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    stream: Iterable[bytes]
    close: Callable[[], None]


@lru_cache(maxsize=512)
def _target(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _told(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers as httpx reads them: what comes twice is joined."""
    told: dict[str, str] = {}
    for raw, content in headers:
        name = raw.decode("ascii").lower()
        try:
            value = content.decode("utf-8")
        except UnicodeDecodeError:
            value = content.decode("iso-8859-1")
        told[name] = f"{told[name]}, {value}" if name in told else value
    return told


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _AS_HTTPX:
            yield from self._answer.iter_stream()

    def close(self) -> None:
        with _AS_HTTPX:
            self._answer.close()


class _AsHttpx:
    """A block whose errors of httpcore leave it as httpx names them."""

    def __enter__(self) -> None:
        """Nothing is kept: one serves all."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is not None and issubclass(kind, tuple(ERRORS)):
            named = next(ERRORS[cls] for cls in kind.__mro__ if cls in ERRORS)
            raise named("transport failed") from error


_AS_HTTPX: Final = _AsHttpx()
