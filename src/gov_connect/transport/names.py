"""Names of machines, looked up within a time.

No call of the standard library bounds `getaddrinfo`: the resolver's own patience (some ten seconds a server) would
come on top of every deadline. So a thread of its own asks, and is left alone when the time is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_asked: Final[dict[tuple[int, str, int], Future[tuple[str, ...]]]] = {}
_lock: Final = threading.Lock()
if hasattr(os, "register_at_fork"):  # a child whose parent asks at this moment must not find it held for ever
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)


def addresses(host: str, port: int, seconds: float | None = None) -> tuple[str, ...]:
    """The addresses of a machine, each once, in the resolver's order.

    Args:
        host: its name, or an address.
        port: of the service.
        seconds: how long to wait; None without end.

    Raises:
        TimeoutError: no answer in time.
        OSError: the name does not resolve.
        UnicodeError: it is none that a resolver could be asked for.
    """
    return _asking(host, port).result(seconds)


async def awaited_addresses(host: str, port: int) -> tuple[str, ...]:
    """The same for asyncio, until it is cancelled; what is still asked then keeps no loop from ending.

    `loop.getaddrinfo` asks on a thread that the end of the loop waits for, as long as the resolver takes.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[tuple[str, ...]] = loop.create_future()

    def deliver(told: Future[tuple[str, ...]]) -> None:
        if answer.done():
            return
        if (wrong := told.exception()) is None:
            answer.set_result(told.result())
        else:
            answer.set_exception(wrong)

    def tell(told: Future[tuple[str, ...]]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is over, and with it whoever asked
            loop.call_soon_threadsafe(deliver, told)

    _asking(host, port).add_done_callback(tell)
    return await answer


def _asking(host: str, port: int) -> Future[tuple[str, ...]]:
    question = os.getpid(), host, port  # a forked process has none of the threads that would answer
    with _lock:
        told = _asked.get(question)
        if told is None:
            # One question at a time for each name: a dead resolver must not collect threads.
            told = _asked[question] = Future()
            threading.Thread(target=_ask, args=(question, told), name="gov-connect-names", daemon=True).start()
    return told


def _ask(question: tuple[int, str, int], told: Future[tuple[str, ...]]) -> None:
    _, host, port = question
    found: tuple[str, ...] = ()
    wrong: Exception | None = None
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = tuple(dict.fromkeys(str(row[4][0]) for row in rows))
    except Exception as error:  # noqa: BLE001 - handed to the threads that wait
        wrong = error
    with _lock:
        del _asked[question]
    if wrong is None:
        told.set_result(found)
    else:
        told.set_exception(wrong)


def reached(
    host: str,
    port: int,
    seconds: float | None,
    open_one: Callable[[str, float | None], T],
    failures: tuple[type[Exception], ...] = (OSError,),
) -> T:
    """A connection to the first address of a machine that takes one.

    Args:
        host: the machine's name, or an address.
        port: of the service.
        seconds: how long all of it may take, looking the name up included; None without end.
        open_one: connects to an address within what is left of the time.
        failures: what it raises where the next address is to be tried.

    Raises:
        TimeoutError: not in time.
        OSError: the name does not resolve; or what `open_one` raised last.
        UnicodeError: the name is none.
    """
    end = None if seconds is None else time.monotonic() + seconds
    last: Exception = OSError("no address")
    for address in addresses(host, port, seconds):
        left = None if end is None else end - time.monotonic()
        if left is not None and left <= 0:
            raise TimeoutError
        try:
            return open_one(address, left)
        except failures as error:
            last = error
    raise last


def connected(host: str, port: int, seconds: float) -> socket.socket:
    """A bare connection within `seconds`; raises what `reached` raises."""
    return reached(host, port, seconds, lambda address, left: socket.create_connection((address, port), left))
