"""Change the law while running: verify, try out, then swap one immutable book for another.

Several processes share a state folder: the accepted delivery lies there with its signatures, and
`active.json`, replaced atomically, names it. Whatever fails, the book in force stays.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import InvalidInput
from gov_connect.fees._manifest import (
    MANIFEST,
    Delivery,
    FolderSource,
    PackRefused,
    Signer,
    Source,
    Trust,
    sign_manifest,
    signature_name,
    verify,
    write_manifest,
)
from gov_connect.fees._raw import RawPack, parse_pack
from gov_connect.fees.cases import run_cases
from gov_connect.fees.check import check, errors
from gov_connect.fees.compare import Difference, diff

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

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

_ACTIVE: Final = "active.json"
_LOCK: Final = "lock.sqlite"
_PATIENCE_SECONDS: Final = 30.0


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
        trust: who may sign deliveries.
        recent: gives recent dossiers for shadow pricing.
        alarm: told of every refusal.
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
        self._state = state
        self._trust = trust
        self._recent = recent
        self._alarm = alarm
        self._seen: bytes = b""
        self._guard = threading.Lock()
        state.mkdir(parents=True, exist_ok=True)
        self.refresh()

    @property
    def book(self) -> FeeBook:
        """The present snapshot."""
        return self._book

    def refresh(self) -> bool:
        """Take over what another process accepted; True when the book changed.

        The stored deliveries are verified again, so a changed file is noticed and the old book stays.
        A signer who has expired since does not undo what was accepted in time.
        """
        with self._guard:
            data = self._read_active()
            if data == self._seen:
                return False
            try:
                entries: dict[str, dict[str, Any]] = json.loads(data or b"{}")
                packs: list[RawPack] = []
                for entry in entries.values():
                    source = FolderSource(self._state / entry["folder"])
                    accepted = date.fromisoformat(entry["accepted"])
                    packs += _packs(verify(source, self._trust, accepted))
                self._book = self._base.with_packs(packs)
            except (PackRefused, InvalidInput) as refusal:
                self._tell(refusal)
                return False
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                self._tell(PackRefused("fees.pack.state"))
                return False
            self._seen = data
            return True

    def update(self, source: Source, today: date) -> Update:
        """Verify, check, run golden cases, shadow-price, then swap.

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
        self._tell(refusal)
        raise refusal

    def _update(self, source: Source, today: date) -> Update:
        delivery = verify(source, self._trust, today)
        with _locked(self._state):
            self.refresh()
            active: dict[str, dict[str, Any]] = json.loads(self._read_active() or b"{}")
            known = active.get(delivery.name, {}).get("version", 0)
            if delivery.version <= known:
                raise PackRefused("fees.pack.rollback", version=delivery.version, known=known)
            packs = _packs(delivery)
            _refuse_older(self._book, packs)
            book = self._base.with_packs([*self._others(active, delivery.name), *packs])
            try_out(book)
            differences = diff(self._book, book, self._recent())
            folder = _store(self._state, delivery)
            active[delivery.name] = {
                "version": delivery.version,
                "folder": folder,
                "accepted": today.isoformat(),
            }
            _replace(self._state / _ACTIVE, json.dumps(active, sort_keys=True).encode())
            self.refresh()
        return Update(delivery.name, delivery.version, differences)

    def _others(self, active: dict[str, dict[str, Any]], name: str) -> list[RawPack]:
        packs: list[RawPack] = []
        for other, entry in active.items():
            if other != name:
                source = FolderSource(self._state / entry["folder"])
                accepted = date.fromisoformat(entry["accepted"])
                packs += _packs(verify(source, self._trust, accepted))
        return packs

    def _read_active(self) -> bytes:
        try:
            return (self._state / _ACTIVE).read_bytes()
        except FileNotFoundError:
            return b""

    def _tell(self, refusal: GovConnectError) -> None:
        if self._alarm is not None:
            self._alarm(refusal)


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


def _packs(delivery: Delivery) -> list[RawPack]:
    return [parse_pack(data, name) for name, data in sorted(delivery.files.items())]


def _refuse_older(book: FeeBook, packs: Sequence[RawPack]) -> None:
    present = {pack.name: pack.version for pack in book.law.packs}
    for pack in packs:
        known = present.get(pack.name, 0)
        if pack.version < known:
            raise PackRefused("fees.pack.rollback", version=pack.version, known=known)


def _store(state: Path, delivery: Delivery) -> str:
    """Write the delivery under a name made of its content; a half-written folder is never named."""
    digest = hashlib.sha256(delivery.manifest).hexdigest()[:16]
    folder = f"{delivery.name.replace('/', '_')}-{delivery.version}-{digest}"
    if not (state / folder).exists():
        partial = Path(tempfile.mkdtemp(prefix="incoming-", dir=state))
        (partial / MANIFEST).write_bytes(delivery.manifest)
        for key, signature in delivery.signatures.items():
            (partial / signature_name(key)).write_bytes(base64.b64encode(signature))
        for name, data in delivery.files.items():
            (partial / name).write_bytes(data)
        try:
            partial.rename(state / folder)
        except OSError:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    return folder


def _replace(target: Path, data: bytes) -> None:
    handle, partial = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(partial).replace(target)


@contextmanager
def _locked(state: Path) -> Generator[None]:
    """One updater at a time. SQLite's lock works on every system and dies with its process."""
    lock = sqlite3.connect(state / _LOCK, timeout=_PATIENCE_SECONDS, isolation_level=None)
    try:
        try:
            lock.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            raise PackRefused("fees.pack.busy") from None
        yield
    finally:
        lock.close()
