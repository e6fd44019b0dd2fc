"""When to try again and how long to wait: tenacity's state machine as a program.

tenacity costs tens of microseconds even when nothing fails, so it is entered (and imported) only
after a first failure. It drives neither threads nor tasks here: its decisions become asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gov_connect.errors import OutsideSystemError, Overloaded
from gov_connect.runtime.effects import Sleep

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.runtime.effects import Program, Reply
    from gov_connect.runtime.ports import Clock, Random


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how patiently.

    Attributes:
        attempts: all attempts, the first included.
        first_wait: seconds before the second attempt; doubles with each further one.
        longest_wait: upper bound of one wait, in seconds.
        jitter: up to so many seconds are added at random, so that clients do not march in step.
        total: seconds from the start after which no further attempt begins.
    """

    attempts: int = 4
    first_wait: float = 0.2
    longest_wait: float = 10.0
    jitter: float = 0.2
    total: float = 60.0


def wait_before(policy: RetryPolicy, attempt: int, error: BaseException, chance: Random) -> float:
    """Seconds to wait after failed `attempt` (1, 2, …); what the system asked for goes first."""
    asked = error.retry_after if isinstance(error, Overloaded) else None
    growing = min(policy.longest_wait, policy.first_wait * 2.0 ** (attempt - 1))
    return max(asked or 0.0, growing) + chance.uniform(0.0, policy.jitter)


def after_failure(
    error: OutsideSystemError,
    again: Callable[[int], Program[Reply]],
    *,
    policy: RetryPolicy,
    may_retry: Callable[[BaseException], bool],
    started: float,
    clock: Clock,
    chance: Random,
) -> Program[Reply]:
    """Continue an exchange whose first attempt failed with `error`.

    `again(n)` makes attempt n. Raises the last error when attempts or time are used up.
    """
    from tenacity import DoAttempt, DoSleep, RetryCallState, Retrying  # noqa: PLC0415 - see above

    def wait(state: RetryCallState) -> float:
        return wait_before(policy, state.attempt_number, _failure(state), chance)

    def stop(state: RetryCallState) -> bool:
        spent = clock.monotonic() - started + state.upcoming_sleep
        return state.attempt_number >= policy.attempts or spent >= policy.total

    def retry(state: RetryCallState) -> bool:
        outcome = state.outcome
        return outcome is not None and outcome.failed and may_retry(_failure(state))

    machine = Retrying(wait=wait, stop=stop, retry=retry, reraise=True)
    machine.begin()
    state = RetryCallState(machine, None, (), {})
    state.set_exception((type(error), error, error.__traceback__))
    while True:
        decision = machine.iter(retry_state=state)
        if isinstance(decision, DoSleep):
            state.prepare_for_next_attempt()
            yield Sleep(float(decision))
        elif isinstance(decision, DoAttempt):
            try:
                state.set_result((yield from again(state.attempt_number)))
            except OutsideSystemError as failure:
                state.set_exception((type(failure), failure, failure.__traceback__))
        else:
            return decision  # type: ignore[no-any-return]


def _failure(state: Any) -> BaseException:
    failure: BaseException = state.outcome.exception()
    return failure
