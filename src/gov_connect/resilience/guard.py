"""The guard before one outside system: rate limit, breaker, retries, deadline, logs. One per
(agency, system).

An exchange ends in one of three ways: a reply, an error that says nothing was done (or that nothing
can be done twice), or `OutcomeUnknown` for a write that may have arrived. Only requests declared
repeatable are sent again after they may have arrived.
"""

from __future__ import annotations

import logging
from copy import copy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from gov_connect.errors import (
    ConfigurationError,
    OutcomeUnknown,
    OutsideSystemError,
    Overloaded,
    Problem,
    Redirected,
    Rejected,
    SystemPaused,
    TimedOut,
    UnexpectedReply,
    Unreachable,
)
from gov_connect.resilience.attempts import LOGGER, Attempt, log_attempt
from gov_connect.resilience.breaker import Breaker, BreakerPolicy
from gov_connect.resilience.rate import RateLimit
from gov_connect.resilience.retry import RetryPolicy, after_failure
from gov_connect.runtime.effects import Reply, Request, Send, Sleep, Timeouts, TlsFiles

if TYPE_CHECKING:
    from gov_connect.resilience.attempts import Observer
    from gov_connect.runtime.effects import Flow, Program, T
    from gov_connect.runtime.operation import Acting, Call
    from gov_connect.runtime.ports import Clock, Random

CORRELATION_HEADER: Final = "X-Correlation-Id"
_NEVER: Final = 1 << 60
_SHORTEST: Final = 0.001
"""Seconds that no bound of an exchange is made shorter than, or for."""
# Answers of gateways and overloaded servers; everything else is for the adapter to read.
_TOO_MANY, _REQUEST_TIMEOUT, _SERVER_ERROR, _UNAVAILABLE = 429, 408, 500, 503
_GATEWAY: Final = frozenset({_REQUEST_TIMEOUT, 502, _UNAVAILABLE, 504})
# Reasons of an UnexpectedReply that speak of the way, not of what the system has to say.
_ON_THE_WAY: Final = frozenset({"connection_lost", "gateway", "server_error"})
_FIRST_REDIRECT: Final = 300
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How one system is treated."""

    timeouts: Timeouts = field(default_factory=Timeouts)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    per_second: float | None = None
    """Calls a second, or None for no limit of ours."""
    tls: TlsFiles | None = None
    """Certificates of the connection, where the system needs its own."""
    hosts: frozenset[str] = frozenset()
    """Scheme and host of every address that may be called; empty where nothing was configured."""


class Guard:
    """Stands before one system for one agency; shared by all its calls."""

    def __init__(
        self,
        limits: Limits,
        *,
        clock: Clock,
        chance: Random,
        observers: tuple[Observer, ...] = (),
    ) -> None:
        self._limits = limits
        self._bounds: Final = _within(limits.timeouts, limits.timeouts.total)
        self._clock: Final = clock
        self._chance: Final = chance
        self._observers: Final = (log_attempt, *observers)
        self._breaker = Breaker(limits.breaker, clock)
        self._rate: Final = None if limits.per_second is None else RateLimit(limits.per_second, clock)

    def once(self) -> Guard:
        """The same guard with the same rate limit, for a queue that repeats, and pauses systems, by itself."""
        other = copy(self)
        other._breaker = Breaker(BreakerPolicy(failures=_NEVER), self._clock)  # noqa: SLF001 - our own
        other._limits = replace(self._limits, retry=replace(self._limits.retry, attempts=1))  # noqa: SLF001 - our own
        return other

    def conduct(self, flow: Flow[T], call: Call, acting: Acting) -> Program[T]:
        """Carry out an operation's flow; every error leaves with its place and correlation id.

        An answer that cannot be read, to a request that must not be sent twice, leaves as `OutcomeUnknown`: it
        was sent, and nobody can say what was done. A flow that asks what became of it decides for itself.
        """
        outcome: object = None
        failure: BaseException | None = None
        answered: Request | None = None
        while True:
            try:
                ask = flow.send(outcome) if failure is None else flow.throw(failure)
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]
            except OutsideSystemError as error:
                told = _in_doubt(error, answered)
                told.locate(operation=call.operation, correlation_id=call.correlation_id)
                if told is error:
                    raise
                raise told from error
            outcome, failure = None, None
            try:
                if isinstance(ask, Request):
                    answered = None
                    outcome = yield from self.exchange(ask, call, acting)
                    answered = ask
                else:
                    outcome = yield ask
            except BaseException as error:  # noqa: BLE001 - the flow decides what to do about it
                failure = error

    def _refuse_other_hosts(self, request: Request) -> None:
        if self._limits.hosts and origin(request.url) not in self._limits.hosts:
            raise ConfigurationError([Problem(path="base_url", code="settings.other_host")])

    def exchange(self, request: Request, call: Call, acting: Acting) -> Program[Reply]:
        """Carry one request, with retries where they are safe.

        Raises:
            ConfigurationError: its address is not among the configured ones; nothing was sent.
        """
        self._refuse_other_hosts(request)
        started = self._clock.monotonic()
        try:
            return (yield from self._attempt(request, 1, call, acting, started))
        except OutsideSystemError as error:
            return (yield from self._after(error, request, call, acting, started))

    def _after(
        self, first: OutsideSystemError, request: Request, call: Call, acting: Acting, started: float
    ) -> Program[Reply]:
        """Go on after a first attempt that failed: further ones where they are safe, and what is told in the end."""
        doubts = [first] if _was_sent(first) else []

        def attempt(number: int) -> Program[Reply]:
            fresh = request if request.renew is None else request.renew()
            try:
                return (yield from self._attempt(fresh, number, call, acting, started))
            except OutsideSystemError as error:
                if _was_sent(error):
                    doubts.append(error)
                raise

        try:
            if not _may_retry(first, request):
                raise first
            return (
                yield from after_failure(
                    first,
                    attempt,
                    policy=self._limits.retry,
                    may_retry=lambda failure: _may_retry(failure, request),
                    started=started,
                    clock=self._clock,
                    chance=self._chance,
                )
            )
        except _ServerFault as fault:
            return fault.reply
        except OutsideSystemError as error:
            # What may have arrived once stays in doubt, even if later attempts never left the house.
            doubt = doubts[0] if doubts else error
            if request.repeatable or not _was_sent(doubt):
                raise doubt from (None if doubt is error else error)
            raise OutcomeUnknown(system=request.system, reason=doubt.code, status=doubt.status) from doubt

    def _attempt(self, request: Request, number: int, call: Call, acting: Acting, started: float) -> Program[Reply]:
        headers = {**request.headers, CORRELATION_HEADER: call.correlation_id}
        tagged = request.sent_with(headers, self._limits.tls or request.tls, request.renew)
        wait = self._admit(request.system, started)
        if wait > 0:
            yield from self._queue(request.system, wait)
        began = self._clock.monotonic()
        outcome, status = "abandoned", None
        try:
            reply: Reply = yield Send(tagged, self._remaining(started))
            status = reply.status
            _check_status(request, reply)
            outcome = "answered"
            self._breaker.succeeded()
        except OutsideSystemError as error:
            outcome = error.code
            self._judge(error)
            raise
        except BaseException:
            self._breaker.abandoned()
            raise
        finally:
            told = Attempt(
                agency=str(acting.agency),
                system=request.system,
                operation=call.operation,
                wire=request.label,
                number=number,
                outcome=outcome,
                status=status,
                seconds=self._clock.monotonic() - began,
                correlation_id=call.correlation_id,
            )
            self._tell(told)
        return reply

    def _tell(self, attempt: Attempt) -> None:
        """Tell everybody who wants to know; one who fails at that must not undo the call."""
        for observer in self._observers:
            try:
                observer(attempt)
            except Exception:
                logging.getLogger(LOGGER).exception("observer_failed")

    def _admit(self, system: str, started: float) -> float:
        """Seconds to wait for the place that was taken; mostly none.

        Raises:
            SystemPaused: there is no place, now or in time.
        """
        rest = self._breaker.wait()
        if rest > 0:
            raise SystemPaused(system=system, seconds=rest)
        if self._rate is None:
            return 0.0
        # A place so late that no call fits behind it is no place.
        longest = max(0.0, self._left(started) - self._bounds.connect)
        wait = self._rate.reserve(longest=longest)
        if wait > longest:
            self._breaker.abandoned()
            raise SystemPaused(system=system, seconds=wait)
        return wait

    def _queue(self, system: str, wait: float) -> Program[None]:
        try:
            yield Sleep(wait)
        except BaseException:
            self._breaker.abandoned()
            raise
        rest = self._breaker.resting()
        if rest > 0:
            raise SystemPaused(system=system, seconds=rest)

    def _remaining(self, started: float) -> Timeouts:
        left = self._left(started)
        # Mostly nothing was lost by waiting: all calls share the same bounds.
        return self._bounds if left > self._bounds.total - _SHORTEST else _within(self._bounds, max(_SHORTEST, left))

    def _left(self, started: float) -> float:
        return started + self._limits.retry.total - self._clock.monotonic()

    def _judge(self, error: OutsideSystemError) -> None:
        if isinstance(error, Overloaded):
            self._breaker.abandoned()
        elif isinstance(error, _ServerFault) and error.own_words:
            # Some systems say "wrong data" by HTTP 500: they are up, and a few bad inputs must not close them.
            self._breaker.succeeded()
        else:
            self._breaker.failed()


class _ServerFault(UnexpectedReply):
    """HTTP 500: worth another try where that is safe; the last one is for the adapter to read."""

    def __init__(self, *, system: str, reply: Reply) -> None:
        super().__init__(system=system, reason="server_error", status=reply.status)
        self.reply: Final = reply

    @property
    def own_words(self) -> bool:
        """Whether the body is a message (JSON or XML) and not a server's error page."""
        head = self.reply.body[:200].lstrip().lower()
        return head.startswith((b"{", b"[", b"<")) and not head.startswith((b"<html", b"<!doctype"))


def _within(bounds: Timeouts, total: float) -> Timeouts:
    """The same in at most `total` seconds."""
    total = min(bounds.total, total)
    return Timeouts(connect=min(bounds.connect, total), read=min(bounds.read, total), total=total)


def _check_status(request: Request, reply: Reply) -> None:
    """Raise for answers that come from the way, not from the system itself."""
    if reply.status < _FIRST_REDIRECT:
        return
    system = request.system
    asked = _retry_after(reply)
    if reply.status == _TOO_MANY or (reply.status == _UNAVAILABLE and asked is not None):
        raise Overloaded(system=system, status=reply.status, retry_after=asked)
    if reply.status in _REDIRECTS:
        raise Redirected(system=system, status=reply.status)
    if reply.status in _GATEWAY:
        raise UnexpectedReply(system=system, reason="gateway", status=reply.status)
    if reply.status == _SERVER_ERROR and request.repeatable:
        raise _ServerFault(system=system, reply=reply)


def _retry_after(reply: Reply) -> float | None:
    text = reply.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    if not text:
        return None
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - rare

    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(reply.headers["date"])
    except (KeyError, ValueError, TypeError, OverflowError):
        return 1.0
    return max(0.0, wait.total_seconds())


def _was_sent(error: BaseException) -> bool:
    """Whether somebody may have acted on the request: an answer that is too large, or packed in a way that nobody
    reads, is one all the same.

    A kept connection that the server closes while the request is on its way counts as well. What the libraries tell
    then (the end of the connection, or its reset) is what they tell of a server that died at its work: HTTP/1.1 has
    no word for the last request that was read. One that was closed before is seen before anything is sent.
    """
    return isinstance(error, (UnexpectedReply, TimedOut))


def _may_have_arrived(error: BaseException) -> bool:
    """Whether the request may have arrived and its answer was lost on the way, so that asking again may help."""
    if isinstance(error, UnexpectedReply):
        # Some servers redirect after they have acted.
        return error.reason in _ON_THE_WAY or isinstance(error, Redirected)
    return isinstance(error, TimedOut)


def _in_doubt(error: OutsideSystemError, answered: Request | None) -> OutsideSystemError:
    """The error as it leaves: unreadable words about a write that cannot be repeated tell nothing of its outcome."""
    if answered is None or answered.repeatable or not isinstance(error, UnexpectedReply):
        return error
    unknown = OutcomeUnknown(system=error.system, reason=error.reason, status=error.status)
    unknown.raw, unknown.raw_code = error.raw, error.raw_code
    return unknown


def _may_retry(error: BaseException, request: Request) -> bool:
    if isinstance(error, (Unreachable, Overloaded)):
        return True
    return request.repeatable and _may_have_arrived(error) and not isinstance(error, Redirected)


@lru_cache(maxsize=256)
def origin(url: str) -> str:
    """Scheme, host and port of an address, in lower case; user names count as part of it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def reachable(url: str) -> str:
    """An address of the settings as it is.

    Raises:
        Rejected: no transport could connect to it: no host, or a port that does not exist.
    """
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound:
        raise Rejected("value.not_a_url")
    return url
