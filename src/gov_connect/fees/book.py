"""The fee book: all packs, indexed once; an immutable snapshot that answers quotes."""

from __future__ import annotations

from copy import copy
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Self

from gov_connect.errors import InvalidInput, Problem, Rejected
from gov_connect.fees._areas import Commune
from gov_connect.fees._build import Law, build_law
from gov_connect.fees._index import Segment, build_index
from gov_connect.fees._law import DENIED, Verification
from gov_connect.fees._price import Line, price_line
from gov_connect.fees._raw import RawPack, parse_pack
from gov_connect.fees._request import Reader
from gov_connect.fees._values import Told
from gov_connect.fees.quote import Quote
from gov_connect.model.dossier import Channel
from gov_connect.model.money import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from gov_connect.fees._areas import Chain, CommuneLookup
    from gov_connect.fees._index import Timeline
    from gov_connect.fees._law import Charge, Instrument
    from gov_connect.fees._override import Audit, Override
    from gov_connect.fees._price import Ruling
    from gov_connect.fees._values import Fact, FeeItem
    from gov_connect.fees.quote import Request

_UNREAD = frozenset({Verification.SECONDARY, Verification.UNVERIFIED})


class FeeBook:
    """The law in force, past and to come, as far as the packs tell it.

    Args:
        packs: every pack; their order does not matter.
        communes: looks a five-digit commune code up, so that quotes may name communes as areas.

    Raises:
        InvalidInput: the packs do not fit together; every problem at once.
    """

    def __init__(self, packs: Iterable[RawPack], *, communes: CommuneLookup | None = None) -> None:
        self.law: Law = build_law(packs, communes)
        self._index = build_index(self.law)
        self._reader = Reader(self.law)
        self._found: dict[tuple[str, Chain], Timeline] = {}
        self._unread = {key: _unread(one) for key, one in self.law.instruments.items() if one.verification in _UNREAD}
        self.unread: frozenset[str] = frozenset(self._unread)
        self.audit: Audit | None = None

    @classmethod
    def default(cls) -> FeeBook:
        """The packs that ship with the package; loaded on first use, then shared."""
        return _default()

    @classmethod
    def from_folder(cls, folder: Path, *, communes: CommuneLookup | None = None) -> Self:
        """Read every `*.toml` of `folder`.

        Raises:
            InvalidInput: a pack cannot be read, or the packs do not fit together.
            OSError: the folder cannot be read.
        """
        files = sorted(folder.glob("*.toml"))
        return cls([parse_pack(file.read_bytes(), file.name) for file in files], communes=communes)

    @property
    def digest(self) -> str:
        """SHA-256 over all packs: names the state of the law that a quote was made by."""
        return self.law.digest

    def with_packs(self, packs: Iterable[RawPack]) -> Self:
        """A new book in which `packs` replace those of the same name and add the others.

        Raises:
            InvalidInput: a pack would replace one that makes law for another place, or they do not fit.
        """
        new = {pack.name: pack for pack in packs}
        problems = [
            Problem(path=new[old.name].file, code="fees.outside_scope", params={"scope": old.scope})
            for old in self.law.packs
            if old.name in new and new[old.name].scope != old.scope
        ]
        if problems:
            raise InvalidInput("FeeBook", problems)
        kept = [pack for pack in self.law.packs if pack.name not in new]
        return type(self)([*kept, *new.values()], communes=self.law.areas.communes).audited(self.audit)

    def with_communes(self, communes: CommuneLookup) -> Self:
        """The same packs, with commune codes as places; `communes` gives None for unknown codes."""
        return type(self)(self.law.packs, communes=communes).audited(self.audit)

    def audited(self, audit: Audit | None) -> Self:
        """The same book, whose quotes write typed amounts down by `audit`; None takes the log away."""
        bound = copy(self)
        bound.audit = audit
        return bound

    def quote(
        self,
        items: Iterable[FeeItem],
        *,
        on: date,
        area: str = "",
        channel: Channel | str = Channel.COUNTER,
        facts: Iterable[str | Fact] = (),
        claimed: Iterable[str] = (),
        paid_on: date | None = None,
    ) -> Quote:
        """Price `items`.

        Args:
            items: what is asked for; at least one.
            on: the day the valid dossier was filed.
            area: the deciding authority's place: "31", "31:30", a commune code, "" for anywhere.
            channel: how it was filed.
            facts: verified facts; "in_ward=no" says that a fact does not hold; a `Fact` without
                `verified_by` counts as claimed.
            claimed: facts that were claimed and not verified; they change no amount.
            paid_on: the day of payment, for instruments that go by it; `on` unless given.

        Raises:
            InvalidInput: unknown charge, quantity, fact, channel or place, facts that contradict each other
                or the commune; every problem at once. Or amounts beyond what `Money` holds.
        """
        request, rulings = self._reader.request(tuple(items), on, area, channel, facts, claimed, paid_on)
        lines: list[Line] = []
        gross = 0
        for item in request.items:
            ruling = rulings.get(item.charge)
            if ruling is None:
                ruling = rulings[item.charge] = self._ruling(item.charge, request)
            line = price_line(item, ruling)
            gross += line.gross or 0
            lines.append(line)
        if gross > LARGEST:
            raise InvalidInput("quote", [Problem(path="items", code="value.too_large", params={"limit": LARGEST})])
        return Quote(self, request, tuple(lines))

    def _ruling(self, charge: str, request: Request) -> Ruling:
        timeline = self.timeline(charge, request.chain)
        segment = timeline.at(request.on.toordinal())
        if timeline.by_payment and request.paid_on != request.on:
            segment = segment.mixed(timeline.at(request.paid_on.toordinal()))
        return segment.ruling(self.law.charges[charge], request.channel, request.held)

    def override(self, quote: Quote, line: int, typed: Override, audit: Audit | None = None) -> Quote:
        """Let two officers type the amount of one line; see `Quote.override`."""
        return quote.override(line, typed, audit or self.audit)

    def charges_of(self, procedure: str) -> tuple[Charge, ...]:
        """The charges that a procedure code may cause, e.g. "2.000815" -> certified copies."""
        return tuple(one for one in self.law.charges.values() if procedure in one.procedures)

    def segment(self, charge: str, request: Request) -> Segment:
        """The rules of `charge` that hold for `request`."""
        return self.timeline(charge, request.chain).at(request.on.toordinal())

    def needs_narrower_area(self, charge: str, request: Request) -> bool:
        """Whether a smaller place than the one asked about has rules of its own."""
        inner = request.chain[0]
        return any(
            node != inner and inner in self.law.areas.chain(node) for code, node in self._index if code == charge
        )

    def unread_notice(self, instrument: str) -> Told:
        """The warning that nobody read the original of `instrument`."""
        return self._unread[instrument]

    def chain(self, area: str) -> Chain:
        """The place `area` and all that contain it, innermost first.

        Raises:
            InvalidInput: no such place.
        """
        try:
            return self.law.areas.chain(area)
        except Rejected as broken:
            raise InvalidInput("area", [Problem(path="area", code=broken.code)]) from None

    def timelines(self) -> Mapping[tuple[str, str], Timeline]:
        """Every compiled timeline by charge and place, for checks and calendars."""
        return self._index

    def timeline(self, charge: str, chain: Chain) -> Timeline:
        """The timeline that serves `charge` in the innermost place of `chain` with rules of its own."""
        found = self._found.get((charge, chain))
        if found is None:
            found = next(self._index[charge, node] for node in chain if (charge, node) in self._index)
            self._found[charge, chain] = found
        return found


def _unread(instrument: Instrument) -> Told:
    read = instrument.read.strftime("%d/%m/%Y")
    params = {"instrument": instrument.id, "source": instrument.source, "read": read}
    return Told("fees.warning.unread", params)


def _packs_in_package() -> list[RawPack]:
    folder = resources.files("gov_connect.fees") / "packs"
    files = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    return [parse_pack(file.read_bytes(), file.name) for file in files]


@cache
def _default() -> FeeBook:
    return FeeBook(_packs_in_package(), communes=_commune)


def _commune(code: str) -> Commune | None:
    """A commune code as a place, by the tables of units; they load with the first such question."""
    from gov_connect.reference import Units  # noqa: PLC0415 - tables of 14,000 units, on first use

    units = Units.default()
    area = units.area(code)
    if area is None:
        return None
    present = units.present(code)
    return Commune(
        area,
        _told("in_ward", {unit.name.startswith("Phường ") for unit in present})
        | _told("former_urban_ward", {district.name.startswith("Quận ") for district in units.districts_before(code)}),
    )


def _told(fact: str, answers: set[bool]) -> frozenset[str]:
    """What the parts of a place tell together; nothing where they differ, as in a divided former commune."""
    if len(answers) != 1:
        return frozenset()
    return frozenset({fact if answers.pop() else f"{fact}{DENIED}"})
