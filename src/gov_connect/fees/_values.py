"""What a caller hands in: items with quantities, facts with their proof; and things said back."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from gov_connect.errors import InvalidInput, Problem
from gov_connect.messages import message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.errors import Param
    from gov_connect.messages import Language

LARGEST_QUANTITY: Final = 100_000
"""Far above any counter's day; keeps a slipped digit from becoming a demand for money."""
_MOST_DIGITS: Final = 30


@dataclass(frozen=True, slots=True, init=False)
class FeeItem:
    """One charge with its quantities, e.g. `FeeItem("ct.copy", pages=5, copies=3)`.

    Attributes:
        charge: code of the charge.
        quantities: whole numbers from 1 to 100,000, by name.
        event: the registered event of an extract ("birth", "marriage", …); never changes an amount.

    Raises:
        InvalidInput: an empty code or a quantity that is no such number; every problem at once.
    """

    charge: str
    event: str
    quantities: Mapping[str, int] = field(hash=False)

    def __init__(self, charge: str, *, event: str = "", **quantities: int) -> None:
        self._fill(charge, event, quantities)

    def _fill(self, charge: object, event: object, quantities: Mapping[str, int]) -> None:
        if type(charge) is not str or not charge or type(event) is not str or not _all_counts(quantities):
            raise InvalidInput("FeeItem", _item_problems(charge, event, quantities))
        object.__setattr__(self, "charge", charge)
        object.__setattr__(self, "event", event)
        object.__setattr__(self, "quantities", quantities)

    def __str__(self) -> str:
        counts = ", ".join(f"{name}={count}" for name, count in self.quantities.items())
        return f"{self.charge}({counts})"

    @classmethod
    def read(cls, entry: object) -> FeeItem:
        """Read the JSON form: `charge`, the quantities by name, and `event` where given.

        Raises:
            InvalidInput: not such a table; every problem at once.
        """
        if not isinstance(entry, dict):
            raise InvalidInput("FeeItem", [Problem(path="", code="value.not_an_object")])
        rest = dict(cast("dict[str, Any]", entry))
        item = object.__new__(cls)
        # Never by keyword arguments: a quantity may come under any name, `self` included.
        item._fill(rest.pop("charge", ""), rest.pop("event", ""), rest)
        return item

    @classmethod
    def parse(cls, text: str) -> FeeItem:
        """Read the command line's form, `ct.copy:pages=5,copies=3`.

        Raises:
            InvalidInput: the text has another form, a name stands twice, or a quantity is not a whole number.
        """
        charge, _, rest = text.partition(":")
        pairs = [_pair(part) for part in rest.split(",") if part.strip()]
        names = ["charge", *(name for name, _ in pairs)]
        problems = [
            Problem(path=name, code="value.duplicate") for name in dict.fromkeys(names) if names.count(name) > 1
        ]
        if problems:
            raise InvalidInput("FeeItem", problems)
        counts = {name: value if name == "event" else _number(value) for name, value in pairs}
        return cls.read({"charge": charge.strip(), **counts})

    def to_dict(self) -> dict[str, str | int]:
        """The JSON form: `charge`, the quantities by name, and `event` where given."""
        event = {"event": self.event} if self.event else {}
        return {"charge": self.charge, **self.quantities, **event}


def _all_counts(quantities: Mapping[str, int]) -> bool:
    return all(type(count) is int and 1 <= count <= LARGEST_QUANTITY for count in quantities.values())


def _item_problems(charge: object, event: object, quantities: Mapping[str, object]) -> list[Problem]:
    texts = {"charge": charge, "event": event}
    problems = [Problem(path=name, code="value.not_text") for name, one in texts.items() if type(one) is not str]
    if charge == "":
        problems.append(Problem(path="charge", code="value.empty"))
    for name, count in quantities.items():
        if type(count) is not int:
            problems.append(Problem(path=name, code="value.not_whole_number"))
        elif count < 1:
            problems.append(Problem(path=name, code="value.too_small", params={"limit": 1}))
        elif count > LARGEST_QUANTITY:
            params = {"limit": LARGEST_QUANTITY}
            problems.append(Problem(path=name, code="value.too_large", params=params))
    return problems


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip(), value.strip()


def _number(text: str) -> int | str:
    # Only plain ASCII digits: int() would also take "1_0" and digits of other scripts. Beyond a few dozen
    # digits the number is only told to be too large, whatever it is; int() itself gives up at 4,300.
    digits = text.removeprefix("-")
    if not (text.isascii() and digits.isdigit()):
        return text
    return int(text) if len(digits) <= _MOST_DIGITS else LARGEST_QUANTITY + 1


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about a person or a thing, with who verified it and by what.

    A fact without `verified_by` is only claimed: it changes no amount and yields a hint. A name that
    ends in "=no" says that the fact does not hold ("in_ward=no": a commune, not a ward).
    Hold references to evidence here, never personal data.
    """

    name: str
    verified_by: str = ""
    evidence: str = ""


@lru_cache(maxsize=512)  # the catalogue never changes while running
def _template(code: str, language: Language) -> str:
    entry = message(code)
    return entry.vi if language == "vi" else entry.en


def say(code: str, language: Language, **params: Param) -> str:
    """The catalogue's sentence for `code`, its places filled."""
    return _template(code, language).format(**params) if params else _template(code, language)


@dataclass(frozen=True, slots=True)
class Told:
    """Something to say to people: a message code with its figures, or a text in both languages.

    A figure called `name_en` stands in for `name` in English.
    """

    code: str
    params: Mapping[str, Param] = field(default_factory=dict[str, "Param"], hash=False)
    vi: str = ""
    en: str = ""

    def text(self, language: Language = "vi") -> str:
        """The sentence in `language`."""
        if self.vi:
            return self.vi if language == "vi" else self.en
        if language == "vi":
            return say(self.code, "vi", **self.params)
        english = {name.removesuffix("_en"): value for name, value in self.params.items() if name.endswith("_en")}
        return say(self.code, "en", **{**self.params, **english})
