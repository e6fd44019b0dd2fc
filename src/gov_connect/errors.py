"""Everything this library raises.

    GovConnectError
    ├── UsageError                  our caller must change something; nothing was sent
    │   ├── InvalidInput            a value or message breaks its rules (carries every problem)
    │   ├── ConfigurationError      settings are missing or wrong (carries every problem)
    │   ├── PurposeRequired         personal data asked for without purpose or officer
    │   ├── QuotaExceeded           the look-ups of an officer or agency are used up for the day
    │   └── NotSupported            known, and deliberately not done here
    ├── OutsideSystemError          an outside system, or the way to it
    │   ├── Unreachable             nothing was sent: safe to try again
    │   ├── TimedOut                a read did not answer in time: safe to try again
    │   ├── SystemPaused            too many failures in a row, or too many calls; nothing was sent
    │   ├── Overloaded              the system asks us to come back later
    │   ├── AuthenticationFailed    our credentials were not accepted
    │   ├── Refused                 the system understood and said no
    │   ├── UnexpectedReply         the reply has no plain meaning
    │   │   └── Redirected          it points to another address: never followed
    │   └── OutcomeUnknown          a write was sent and its outcome cannot be told: look up first
    └── LedgerError                 the local records
        ├── KeyConflict             one idempotency key, two different contents
        └── LeaseLost               another worker has taken the dossier over

Texts live in `gov_connect.messages`, looked up by `code`. No error carries personal data in its
text, arguments or repr; what a system answered stays in `raw`, which hides itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from gov_connect.messages import Language, Message, message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Param: TypeAlias = str | int | float
_CODE: Final = re.compile(r"[0-9A-Za-z._:/-]{1,100}")
_NUMBER: Final = re.compile(r"(?<![0-9])(?:[0-9]{9,10}|[0-9]{12})(?![0-9])")
"""Digits as many as a person's number or phone has: nobody's code."""


class Rejected(ValueError):
    """One rule broken inside a value object; the outermost value collects these.

    `at` names the field where the rule stands between several, so that the value itself is judged.
    """

    def __init__(self, code: str, *, at: str = "", **params: Param) -> None:
        super().__init__(code)
        self.at: Final = at
        self.code: Final = code
        self.params: Final[Mapping[str, Param]] = params


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, and where.

    Attributes:
        path: dotted place in the value, "" for the whole; an environment variable for settings.
        code: key into the message catalogue.
        params: figures of the rule (limits, allowed values); never what was typed.
    """

    path: str
    code: str
    params: Mapping[str, Param] = field(default_factory=dict[str, "Param"])

    def text(self, language: Language = "vi") -> str:
        """Say the problem for people, in `language`."""
        said = message(self.code).text(language, self.params)
        return f"{self.path}: {said}" if self.path else said


class Hidden:
    """Raw text of an outside system: kept for diagnosis, never shown by accident."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Give the raw text. It may hold personal data: never log it."""
        return self._value

    def __repr__(self) -> str:
        return f"<hidden, {len(self._value)} characters>"

    def __copy__(self) -> Hidden:
        return self

    def __deepcopy__(self, memo: object) -> Hidden:
        return self

    def __reduce__(self) -> tuple[type[Hidden], tuple[str]]:
        """A pickle leaves the text behind."""
        return (Hidden, ("",))


class GovConnectError(Exception):
    """Root of every error of this library.

    Attributes:
        code: stable key into the message catalogue, e.g. "network.unreachable".
        params: figures and names that the text needs; never personal data.
    """

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code)
        self.code: Final = code
        self.params: Mapping[str, Param] = params

    @property
    def message(self) -> Message:
        """The catalogue entry: Vietnamese, English and remedy."""
        return message(self.code)

    def text(self, language: Language = "vi") -> str:
        """Say what happened, for people, in `language`."""
        return self.message.text(language, self.params)

    def remedy(self, language: Language = "vi") -> str:
        """Say what to do next, in `language`."""
        return self.message.remedy(language, self.params)

    def __str__(self) -> str:
        return f"[{self.code}] {self.text('en')} | {self.text('vi')}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.code}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles and copies: all but what a system answered, which stays behind when pickled."""
        kept: dict[str, Any] = {name: value for name, value in vars(self).items() if isinstance(value, _KEPT)}
        return (_again, (type(self), self.args, kept))


_KEPT: Final = (str, int, float, type(None), tuple, dict, Hidden)


def _again(kind: type[GovConnectError], args: tuple[Any, ...], kept: dict[str, Any]) -> GovConnectError:
    """Rebuild an error without its constructor, which asks for other things than it keeps."""
    made = kind.__new__(kind, *args)
    vars(made).update(kept)
    return made


class UsageError(GovConnectError):
    """The caller must change something; nothing was sent to anybody."""


class _WithProblems(UsageError):
    def __init__(self, code: str, what: str, problems: Sequence[Problem]) -> None:
        super().__init__(code, what=what, count=len(problems))
        self.what: Final = what
        self.problems: Final = tuple(problems)

    def text(self, language: Language = "vi") -> str:
        """Say what is wrong, one problem after the other."""
        head = super().text(language)
        return head + " " + "; ".join(problem.text(language) for problem in self.problems)


class InvalidInput(_WithProblems):
    """A value breaks its rules. `problems` lists every one found, without the values themselves."""

    def __init__(self, what: str, problems: Sequence[Problem]) -> None:
        super().__init__("input.invalid", what, problems)


class ConfigurationError(_WithProblems):
    """Settings are missing or wrong. `problems` lists every one, by environment variable."""

    def __init__(self, problems: Sequence[Problem], what: str = "Settings", *, code: str = "settings.invalid") -> None:
        super().__init__(code, what, problems)


class PurposeRequired(UsageError):
    """Personal data was asked for by nobody, or for nothing (residents.md §8)."""

    def __init__(self, operation: str) -> None:
        super().__init__("privacy.purpose_required", operation=operation)


class QuotaExceeded(UsageError):
    """The look-ups that an officer or an agency may make on one day are used up; nothing was sent."""

    def __init__(self, *, limit: int, holder: str) -> None:
        super().__init__("privacy.quota", limit=limit, holder=holder)


class NotSupported(UsageError):
    """Known and deliberately not done; the code says which and why."""


class OutsideSystemError(GovConnectError):
    """An outside system, or the way to it, failed.

    Attributes:
        system: which one, e.g. "portal".
        operation: name of the operation, e.g. "portal.put"; "" before it is known.
        correlation_id: the id sent with the call and written in the logs.
        status: HTTP status, or None when there was no answer.
        raw_code: the system's own code, as it wrote it; "" for what no code looks like, since it would be shown.
        raw: the system's own text; hides itself, since it may echo personal data.
    """

    def __init__(
        self,
        code: str,
        *,
        system: str,
        operation: str = "",
        correlation_id: str = "",
        status: int | None = None,
        raw_code: str = "",
        raw: str = "",
        **params: Param,
    ) -> None:
        super().__init__(code, **params)
        self.system = system
        self.operation = operation
        self.correlation_id = correlation_id
        self.status = status
        self.raw_code = raw_code if _CODE.fullmatch(raw_code) and not _NUMBER.search(raw_code) else ""
        self.raw = Hidden(raw)
        self._complete()

    def locate(self, *, operation: str, correlation_id: str) -> None:
        """Fill in where this happened, unless a deeper layer already said so."""
        self.operation = self.operation or operation
        self.correlation_id = self.correlation_id or correlation_id
        self._complete()

    def _complete(self) -> None:
        self.params = {
            **self.params,
            "system": self.system,
            "operation": self.operation,
            "correlation_id": self.correlation_id,
            "status": "-" if self.status is None else self.status,
            "raw_code": self.raw_code or "-",
        }


class Unreachable(OutsideSystemError):
    """No connection was made, so nothing was sent."""

    def __init__(self, *, system: str) -> None:
        super().__init__("network.unreachable", system=system)


class TimedOut(OutsideSystemError):
    """The answer did not come, or not whole, within the time allowed."""

    def __init__(self, *, system: str, seconds: float = 0) -> None:
        super().__init__("network.timed_out", system=system, seconds=round(seconds, 1))


class SystemPaused(OutsideSystemError):
    """Nothing was sent: the system failed too often and is left alone for a while (circuit breaker),
    or our own rate limit leaves no place within the total time.
    """

    def __init__(self, *, system: str, seconds: float) -> None:
        super().__init__("network.paused", system=system, seconds=round(seconds, 1))
        self.seconds: Final = seconds


class Overloaded(OutsideSystemError):
    """The system answered 429 or 503 before doing anything.

    Attributes:
        retry_after: seconds it asked us to wait, or None.
    """

    def __init__(self, *, system: str, status: int, retry_after: float | None = None) -> None:
        super().__init__("network.overloaded", system=system, status=status)
        self.retry_after: Final = retry_after


class AuthenticationFailed(OutsideSystemError):
    """Our credentials, token or message authentication were not accepted."""

    def __init__(self, *, system: str, status: int | None = None, raw_code: str = "", raw: str = "") -> None:
        super().__init__("auth.failed", system=system, status=status, raw_code=raw_code, raw=raw)


class Refused(OutsideSystemError):
    """The system understood the request and said no; trying again unchanged will not help."""

    def __init__(
        self,
        *,
        system: str,
        code: str = "system.refused",
        status: int | None = None,
        raw_code: str = "",
        raw: str = "",
    ) -> None:
        super().__init__(code, system=system, status=status, raw_code=raw_code, raw=raw)


class UnexpectedReply(OutsideSystemError):
    """The reply could not be read, or has no plain meaning.

    Attributes:
        reason: short stable word for what was wrong, e.g. "not_json".
    """

    def __init__(
        self,
        *,
        system: str,
        reason: str,
        status: int | None = None,
        raw_code: str = "",
        raw: str = "",
        code: str = "system.unexpected_reply",
    ) -> None:
        super().__init__(code, system=system, status=status, raw_code=raw_code, raw=raw, reason=reason)
        self.reason: Final = reason


class Redirected(UnexpectedReply):
    """The answer points to another address. Nothing is sent there: credentials and personal data stay
    with the host that the settings name.
    """

    def __init__(self, *, system: str, status: int) -> None:
        super().__init__(system=system, reason="redirect", status=status, code="network.redirected")


class OutcomeUnknown(OutsideSystemError):
    """A write was sent and nobody can say whether it was done. Never repeat it blindly."""

    def __init__(self, *, system: str, reason: str, status: int | None = None) -> None:
        super().__init__("system.outcome_unknown", system=system, status=status, reason=reason)
        self.reason: Final = reason


class LedgerError(GovConnectError):
    """The local records refuse, or cannot be read."""


class LeaseLost(LedgerError):
    """This worker took so long that another one has the dossier now."""

    def __init__(self) -> None:
        super().__init__("ledger.lease_lost")


class KeyConflict(LedgerError):
    """The same idempotency key was used for a different content."""

    def __init__(self, *, operation: str) -> None:
        super().__init__("ledger.key_conflict", operation=operation)
