"""The folder in which accepted deliveries lie: what was accepted last, and what is the newest that is whole.

Each delivery lies in a folder of its own with its signatures and the day on which it was accepted.
`active.json` tells other processes that something changed; should it be lost or damaged, the signed
folders still say which version came last.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from gov_connect.fees._manifest import (
    MANIFEST,
    Delivery,
    FolderSource,
    PackRefused,
    Trust,
    signature_name,
    verify,
    verify_manifest,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

_ACTIVE: Final = "active.json"
_ACCEPTED: Final = "accepted"
_INCOMING: Final = "incoming-"
_LOCK: Final = "lock.sqlite"
_PATIENCE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Stored:
    """A delivery that was accepted; without files where its folder was damaged since."""

    delivery: Delivery
    whole: bool


class StateFolder:
    """The accepted deliveries in `folder`; signatures are verified again at every look."""

    def __init__(self, folder: Path, trust: Trust) -> None:
        self._folder = folder
        self._trust = trust
        folder.mkdir(parents=True, exist_ok=True)

    def mark(self) -> bytes:
        """The bytes of `active.json`: different whenever another delivery was accepted; b"" without one.

        Raises:
            OSError: it cannot be read.
        """
        try:
            return (self._folder / _ACTIVE).read_bytes()
        except FileNotFoundError:
            return b""

    def listed(self, mark: bytes) -> dict[str, int] | None:
        """The versions by name that `active.json` tells; None when it is damaged."""
        try:
            versions: object = json.loads(mark or b"{}")
        except (ValueError, RecursionError):
            return None
        if not isinstance(versions, dict):
            return None
        found: dict[str, int] = {}
        for name, entry in cast("dict[str, object]", versions).items():
            version = cast("dict[str, object]", entry).get("version") if isinstance(entry, dict) else None
            if type(version) is not int:
                return None
            found[name] = version
        return found

    def stored(self, tell: Callable[[PackRefused], None]) -> tuple[Stored, ...]:
        """Every accepted delivery whose signatures hold, oldest version first; `tell` hears of damage.

        A signer who has expired since does not undo what was accepted in time.

        Raises:
            OSError: the folder cannot be read.
        """
        found: list[Stored] = []
        for folder in sorted(self._folder.iterdir()):
            if folder.is_dir() and not folder.name.startswith(_INCOMING):
                one = self._open(folder, tell)
                if one is not None:
                    found.append(one)
        return tuple(sorted(found, key=lambda one: (one.delivery.name, one.delivery.version)))

    def _open(self, folder: Path, tell: Callable[[PackRefused], None]) -> Stored | None:
        source = FolderSource(folder)
        try:
            accepted = date.fromisoformat((folder / _ACCEPTED).read_text(encoding="utf-8").strip())
            head = verify_manifest(source, self._trust, accepted)
        except PackRefused as refusal:
            tell(refusal)
            return None
        except (OSError, ValueError):
            tell(PackRefused("fees.pack.state"))
            return None
        try:
            return Stored(verify(source, self._trust, accepted), whole=True)
        except PackRefused as refusal:
            tell(refusal)
        except OSError:
            tell(PackRefused("fees.pack.state"))
        return Stored(head, whole=False)

    def keep(self, delivery: Delivery, today: date) -> None:
        """Write an accepted delivery; a half-written folder never counts.

        Raises:
            OSError: it cannot be written.
        """
        folder = self._folder / _folder_name(delivery)
        partial = Path(tempfile.mkdtemp(prefix=_INCOMING, dir=self._folder))
        try:
            (partial / MANIFEST).write_bytes(delivery.manifest)
            (partial / _ACCEPTED).write_text(today.isoformat(), encoding="utf-8")
            for key, signature in delivery.signatures.items():
                (partial / signature_name(key)).write_bytes(base64.b64encode(signature))
            for name, data in delivery.files.items():
                (partial / name).write_bytes(data)
            if folder.exists():  # the same content, damaged since: put aside, for people to look at
                folder.rename(Path(tempfile.mkdtemp(prefix=_INCOMING, dir=self._folder)) / "damaged")
            partial.rename(folder)
        except OSError:
            shutil.rmtree(partial, ignore_errors=True)
            raise

    def announce(self, deliveries: Iterable[Delivery]) -> None:
        """Tell other processes, atomically, which deliveries are in force."""
        handle, partial = tempfile.mkstemp(prefix=_INCOMING, dir=self._folder)
        # A delivery that was restored has the same version and folder: the stamp still tells the others.
        stamp = Path(partial).name.removeprefix(_INCOMING)
        entries = {
            one.name: {"version": one.version, "folder": _folder_name(one), "stamp": stamp} for one in deliveries
        }
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(entries, sort_keys=True).encode())
            file.flush()
            os.fsync(file.fileno())
        Path(partial).replace(self._folder / _ACTIVE)

    @contextmanager
    def locked(self) -> Generator[None]:
        """One updater at a time. SQLite's lock works on every system and dies with its process.

        Raises:
            PackRefused: another process keeps it, or the lock file is damaged.
        """
        with ExitStack() as held:
            try:
                lock = sqlite3.connect(self._folder / _LOCK, timeout=_PATIENCE_SECONDS, isolation_level=None)
                held.callback(lock.close)
                lock.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
                raise PackRefused("fees.pack.busy" if busy else "fees.pack.state") from None
            yield


def _folder_name(delivery: Delivery) -> str:
    return f"{delivery.name.replace('/', '_')}-{delivery.version}-{delivery.mark[:16]}"


def newest(stored: Iterable[Stored], *, whole: bool) -> dict[str, Delivery]:
    """The last version of each name; `whole`: of those whose files are all there unchanged."""
    return {one.delivery.name: one.delivery for one in stored if one.whole or not whole}
