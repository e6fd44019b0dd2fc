"""Change the law while running: verify, try out, then swap one immutable book for another.

Several processes share a state folder (`_state.py`). Whatever fails, the book in force stays.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gov_connect.errors import InvalidInput
from gov_connect.fees._manifest import (
    Delivery,
    FolderSource,
    PackRefused,
    Signer,
    Source,
    Trust,
    sign_manifest,
    verify,
    write_manifest,
)
from gov_connect.fees._raw import RawPack, parse_pack
from gov_connect.fees._state import StateFolder, Stored, newest
from gov_connect.fees.cases import run_cases
from gov_connect.fees.check import check, errors
from gov_connect.fees.compare import Difference, diff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from gov_connect.errors import GovConnectError
    from gov_connect.fees.book import FeeBook
    from gov_connect.fees.compare import Dossier

__all__ = [
    "ActiveBook",
    "FolderSource",
    "PackRefused",
    "Signer",
    "Source",
    "Trust",
    "Update",
    "sign_manifest",
    "write_manifest",
]


@dataclass(frozen=True, slots=True)
class Update:
    """An accepted delivery.

    Attributes:
        differences: recent dossiers that it prices otherwise, for people to look at.
    """

    name: str
    version: int
    differences: tuple[Difference, ...]


class ActiveBook:
    """The book in force. Read `book` once per request: a quote keeps the book it was made by.

    Args:
        base: the packs to start from, usually `FeeBook.default()`.
        state: a folder of its own, shared by the processes of one machine.
        trust: who may sign deliveries, and for which place.
        recent: gives recent dossiers for shadow pricing.
        alarm: told of every refusal and of damage in the state folder; what it raises is ignored.
    """

    def __init__(
        self,
        base: FeeBook,
        *,
        state: Path,
        trust: Trust,
        recent: Callable[[], Sequence[Dossier]] = tuple,
        alarm: Callable[[GovConnectError], None] | None = None,
    ) -> None:
        self._base = base
        self._book = base
        self._trust = trust
        self._recent = recent
        self._alarm = alarm
        self._state = StateFolder(state, trust)
        self._seen: bytes | None = None
        self._versions: dict[str, int] = {}
        self._guard = threading.Lock()
        self.refresh()

    @property
    def book(self) -> FeeBook:
        """The present snapshot."""
        return self._book

    def refresh(self) -> bool:
        """Take over what another process accepted; True when the book changed.

        The stored deliveries are verified again: a damaged one is told and left out, and neither that nor
        a lost or edited list ever brings an older version into force in this process.
        """
        with self._guard:
            try:
                mark = self._state.mark()
                if mark == self._seen:
                    return False
                return self._take_over(mark)
            except (PackRefused, InvalidInput) as refusal:
                self.tell(refusal)
            except OSError:
                self.tell(PackRefused("fees.pack.state"))
            return False

    def _take_over(self, mark: bytes) -> bool:
        told: list[PackRefused] = []
        deliveries = newest(self._state.stored(told.append), whole=True)
        versions = {name: one.version for name, one in deliveries.items()}
        if not told and self._state.listed(mark) != versions:
            told.append(PackRefused("fees.pack.state"))
        for refusal in told:
            self.tell(refusal)
        self._seen = mark  # damage is told once, not at every look
        if any(versions.get(name, 0) < version for name, version in self._versions.items()):
            return False
        book = self._base.with_packs(self._newer(deliveries.values()))
        changed = book.digest != self._book.digest
        self._book, self._versions = book, versions
        return changed

    def _newer(self, deliveries: Iterable[Delivery]) -> list[RawPack]:
        """The newest of each pack, where the base itself does not hold a newer one."""
        kept = {pack.name: pack for pack in self._base.law.packs}
        for delivery in deliveries:
            for pack in self._packs(delivery):
                if pack.name not in kept or pack.version >= kept[pack.name].version:
                    kept[pack.name] = pack
        return list(kept.values())

    def update(self, source: Source, today: date) -> Update:
        """Verify, check, run golden cases, shadow-price, then swap.

        A delivery that is in force already changes nothing; one that was damaged here is restored.

        Raises:
            PackRefused: the delivery is not fit; the old book stays and the alarm is told.
        """
        try:
            return self._update(source, today)
        except PackRefused as error:
            refusal = error
        except InvalidInput as error:
            refusal = PackRefused("fees.pack.invalid", detail=error.text("vi"))
        except OSError:
            refusal = PackRefused("fees.pack.unreadable")
        self.tell(refusal)
        raise refusal

    def holds(self, mark: str) -> bool:
        """Whether the manifest with this SHA-256 is the one in force under its name."""
        try:
            deliveries = newest(self._state.stored(lambda _: None), whole=True).values()
        except OSError:
            return False
        return any(one.mark == mark and self._versions.get(one.name) == one.version for one in deliveries)

    def _update(self, source: Source, today: date) -> Update:
        delivery = verify(source, self._trust, today)
        with self._state.locked():
            self.refresh()
            stored = self._state.stored(lambda _: None)
            whole = newest(stored, whole=True)
            if _refuse_older(delivery, stored, self._known(delivery.name)):
                self._state.announce(whole.values())
                return Update(delivery.name, delivery.version, ())
            packs = self._packs(delivery)
            _refuse_older_packs(self._book, packs)
            deliveries = {**whole, delivery.name: delivery}.values()
            book = self._base.with_packs(self._newer(deliveries))
            try_out(book)
            differences = self._shadow(book)
            self._state.keep(delivery, today)
            self._state.announce(deliveries)
            self.refresh()
        return Update(delivery.name, delivery.version, differences)

    def _known(self, name: str) -> int:
        listed = self._state.listed(self._state.mark()) or {}
        return max(listed.get(name, 0), self._versions.get(name, 0))

    def _packs(self, delivery: Delivery) -> list[RawPack]:
        packs = [parse_pack(data, name) for name, data in sorted(delivery.files.items())]
        for pack in packs:
            if not self._trust.covers(pack.scope):
                raise PackRefused("fees.pack.scope", file=pack.file, scope=self._trust.scope)
        return packs

    def _shadow(self, book: FeeBook) -> tuple[Difference, ...]:
        """Price recent dossiers by both books; those that the present book cannot price tell nothing."""
        try:
            recent = list(self._recent())
        except Exception:  # the host's own code  # noqa: BLE001
            raise PackRefused("fees.pack.shadow") from None
        return diff(self._book, book, [one for one in recent if _is_priced(one, self._book)])

    def tell(self, refusal: GovConnectError) -> None:
        """Raise the alarm."""
        if self._alarm is not None:
            try:
                self._alarm(refusal)
            except Exception:  # an alarm that fails must not take the law down  # noqa: BLE001
                return


def try_out(book: FeeBook) -> None:
    """Check a book and run every golden case in its packs.

    Raises:
        PackRefused: provisions conflict, days are not covered, or a case fails.
    """
    wrong = errors(check(book))
    if wrong:
        raise PackRefused("fees.pack.check", count=len(wrong), first=wrong[0].text("en"))
    failed = [result.case.id for result in run_cases(book) if not result.passed]
    if failed:
        raise PackRefused("fees.pack.cases", cases=", ".join(failed))


def _is_priced(dossier: Dossier, book: FeeBook) -> bool:
    try:
        dossier.quote(book)
    except InvalidInput:
        return False
    return True


def _refuse_older(delivery: Delivery, stored: Iterable[Stored], known: int) -> bool:
    """Refuse what is not newer than what was accepted here; True when this very delivery is in force.

    Raises:
        PackRefused: an older version, or the same version with other content.
    """
    named = [one for one in stored if one.delivery.name == delivery.name]
    last = max([known, *(one.delivery.version for one in named)])
    if delivery.version > last:
        return False
    same = [one for one in named if one.delivery.mark == delivery.mark]
    if delivery.version < last or not same:
        raise PackRefused("fees.pack.rollback", version=delivery.version, known=last)
    return same[0].whole


def _refuse_older_packs(book: FeeBook, packs: Sequence[RawPack]) -> None:
    present = {pack.name: pack for pack in book.law.packs}
    for pack in packs:
        known = present.get(pack.name)
        if known is None:
            continue
        if pack.version < known.version:
            raise PackRefused("fees.pack.rollback", version=pack.version, known=known.version)
        if pack.version == known.version and pack.digest != known.digest:
            raise PackRefused("fees.pack.same_version", file=pack.file, version=pack.version)
