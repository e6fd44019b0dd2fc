"""The law as frozen values: instruments, citations, charges, rates, reliefs (fees.md §2.3).

Money is a whole number of đồng (`int`) in here; `Money` is built at the edge. Windows are half-open
pairs of day numbers (`date.toordinal`), while pack files write both ends inclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from gov_connect.fees._values import Told
from gov_connect.model.dossier import Channel

if TYPE_CHECKING:
    from datetime import date

    from gov_connect.fees._schedules import Schedule
    from gov_connect.model.dossier import FeeKind

ALL_CHANNELS: Final = frozenset(Channel)
NEVER: Final = 3_652_060
"""The day after 31/12/9999: the open end of a window."""


DENIED: Final = "=no"
"""Ends the name of a fact that was verified not to hold, e.g. "in_ward=no"."""


class Status(StrEnum):
    """What came of a line or of a whole quote; only `PRICED` carries an amount."""

    PRICED = "priced"
    NO_RATE = "no_rate"
    NEEDS_AUTHORITY = "needs_authority"
    ROUNDING_UNDEFINED = "rounding_undefined"
    CONFLICT = "conflict"


class Grade(StrEnum):
    """How well a value is attested: two sources or the official text; one source; inferred."""

    CONFIRMED = "confirmed"
    SEEN = "seen"
    GUESS = "guess"


class Verification(StrEnum):
    """How the text of an instrument was read."""

    PRIMARY_TEXT_READ = "primary_text_read"
    OFFICIAL_COPY = "official_copy"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"


class Clock(StrEnum):
    """Which day decides under an instrument: filing is the rule, payment must be declared."""

    SUBMISSION = "submission"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `start` up to, not including, `end`."""

    start: int
    end: int

    def covers(self, day: int) -> bool:
        """Whether `day` lies inside."""
        return self.start <= day < self.end

    def within(self, other: Window) -> Window:
        """The common part; empty (start >= end) where there is none."""
        return Window(max(self.start, other.start), min(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Repeal:
    """One instrument ends another: for some charges, somewhere, from the day it takes force."""

    target: str
    by: str
    day: int
    charges: frozenset[str]
    areas: frozenset[str]

    def reaches(self, charge: str, chain: tuple[str, ...]) -> bool:
        """Whether the target's rules for `charge` end in the place with this `chain`."""
        return (not self.charges or charge in self.charges) and not self.areas.isdisjoint(chain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A legal document. Numbers are not unique: issuer, number and date together are.

    Attributes:
        key: short name used by citations, e.g. "TT226".
        issued: None where no source gives the day.
        attested: whether the first day in force is unknown, so that `window` starts on the first day
            for which a source confirms the instrument.
        scope: the place for which its pack makes law.
        source: where the text was read; `read`: the day it was read.
    """

    key: str
    kind: str
    number: str
    issuer: str
    issued: date | None
    window: Window
    verification: Verification
    grade: Grade
    source: str
    read: date
    pack: str
    scope: str
    attested: bool = False
    clock: Clock = Clock.SUBMISSION
    repeals: tuple[Repeal, ...] = ()
    note: str = ""
    url: str = ""
    sha256: str = ""

    @property
    def id(self) -> str:
        """Issuer, number and date: the only unique name of a document."""
        day = "?" if self.issued is None else self.issued.strftime("%d/%m/%Y")
        return f"{self.kind} {self.number} ({self.issuer}, {day})"

    @property
    def title(self) -> str:
        """Kind and number as people cite it."""
        return f"{self.kind} {self.number}"


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in an instrument.

    Attributes:
        key: stable short form, e.g. "TT226/4.1".
        instrument: key of the instrument.
        text: what people read, e.g. "Thông tư 226/2016/TT-BTC, Điều 4, STT 1".
    """

    key: str
    instrument: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Condition:
    """Facts that must all, in part, or not be verified."""

    all: frozenset[str] = frozenset()
    any: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()

    def holds(self, facts: frozenset[str]) -> bool:
        """Whether `facts` satisfy the condition."""
        return (
            self.all <= facts
            and (not self.any or not self.any.isdisjoint(facts))
            and (not self.none or self.none.isdisjoint(facts))
        )

    def missing(self, facts: frozenset[str]) -> tuple[str, ...]:
        """Facts that would have to be verified; one of `any` is enough."""
        wanted = set(self.all - facts)
        if self.any and self.any.isdisjoint(facts):
            wanted |= self.any
        return tuple(sorted(wanted))

    @property
    def names(self) -> frozenset[str]:
        """Every fact the condition looks at."""
        return self.all | self.any | self.none


ALWAYS: Final = Condition()


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A kind of payment: phí or lệ phí, with the quantities it is counted by.

    Attributes:
        required: the quantities that must be given; the others never change an amount.
        national: whether the state sets the rate; else each province does.
        sub_item: sub-item of the state budget ("tiểu mục"), "" where not known.
    """

    code: str
    kind: FeeKind
    name: str
    name_en: str
    quantities: tuple[str, ...]
    required: frozenset[str]
    national: bool = True
    sub_item: str = ""
    procedures: tuple[str, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """The name in both languages, as message figures."""
        return {"charge": self.name, "charge_en": self.name_en}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where, when, on which channel and for whom a rule holds."""

    area: str
    window: Window
    channels: frozenset[Channel] = ALL_CHANNELS
    when: Condition = ALWAYS
    clock: Clock = Clock.SUBMISSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one charge costs by one provision; without `schedule`, why no amount can be given.

    Attributes:
        rank: how specific the rule is: area depth, then channel, then conditions.
        exception_to: id of the rate that this one displaces wherever it holds.
        reason: message code of a declared "no rate"; "" for a real rate.
    """

    id: str
    charge: str
    scope: Scope
    rank: int
    citations: tuple[Citation, ...]
    schedule: Schedule | None
    exception_to: str = ""
    reason: str = ""
    status: Status = Status.PRICED
    pack: str = ""
    grade: Grade = Grade.CONFIRMED


class EffectKind(StrEnum):
    """What a relief does to the gross amount of its line."""

    FREE = "free"
    PERCENT = "percent"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Effect:
    """`PERCENT`: per cent taken off; `FIXED`: đồng to pay for each unit; `FREE`: everything off.

    Attributes:
        rounding: "" where the law has no rule, else "down", "up" or "half_up".
    """

    kind: EffectKind
    value: int = 100
    rounding: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """A reduction (the most favourable one counts, once), or a subsidy paid by the budget."""

    id: str
    charges: frozenset[str]
    scope: Scope
    citation: Citation
    effect: Effect
    subsidy: bool = False
    evidence: str = ""
    pack: str = ""
    grade: Grade = Grade.CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An open question of the law that a quote must show, never settle silently (fees.md §1.19).

    It shows where its scope holds; a scope with conditions shows it to those whom it concerns.
    """

    id: str
    charges: frozenset[str]
    scope: Scope
    vi: str
    en: str
    pack: str = ""

    @property
    def told(self) -> Told:
        """The notice as something to say."""
        return Told(f"notice.{self.id}", vi=self.vi, en=self.en)


@dataclass(frozen=True, slots=True)
class FactKind:
    """A fact that may be verified about a person or a thing, and what proves it.

    Attributes:
        asked: whether it must be stated either way where a rate depends on it: for such a fact silence
            means neither yes nor no (a ward or a commune), while unproven poverty means the full rate.
        implies: facts that hold wherever this one does (under 14 is under 16).
    """

    name: str
    vi: str
    en: str
    evidence: str = ""
    asked: bool = False
    implies: tuple[str, ...] = ()
