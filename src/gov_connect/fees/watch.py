"""Watch a folder or an address for new signed packs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gov_connect.fees._manifest import MANIFEST, PackRefused, read

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import date

    from gov_connect.fees._manifest import Source
    from gov_connect.fees.update import ActiveBook, Update


@dataclass(frozen=True, slots=True)
class UrlSource:
    """A delivery behind an address, read by the host's own HTTP client.

    Attributes:
        base: address of the folder, e.g. "https://packs.example.vn/fees".
        fetch: gives the bytes of an address, or raises; for example
            `lambda address: httpx.get(address, timeout=30).raise_for_status().content`.
    """

    base: str
    fetch: Callable[[str], bytes]

    def read(self, name: str) -> bytes:
        """Fetch one file."""
        return self.fetch(f"{self.base.rstrip('/')}/{name}")


class Watcher:
    """Offers each new delivery of `source` to `active` once, and follows other processes.

    Args:
        today: gives the present day, for the validity of signers.
    """

    def __init__(self, active: ActiveBook, source: Source, today: Callable[[], date]) -> None:
        self._active = active
        self._source = source
        self._today = today
        self._offered = ""
        self._out_of_reach = False

    def poll(self) -> Update | None:
        """Look once; None when there is nothing new, or it was refused (the alarm was told).

        A refused delivery is not offered again until its manifest changes. A source that cannot be read is
        told once, until it can be read again; a folder without a manifest is not worth an alarm.
        """
        self._active.refresh()
        try:
            mark = hashlib.sha256(read(self._source, MANIFEST)).hexdigest()
        except FileNotFoundError:
            return None
        except OSError:
            if not self._out_of_reach:
                self._active.tell(PackRefused("fees.pack.unreadable"))
            self._out_of_reach = True
            return None
        self._out_of_reach = False
        return None if mark == self._offered else self._offer(mark)

    def _offer(self, mark: str) -> Update | None:
        if self._active.holds(mark):
            self._offered = mark
            return None
        try:
            update = self._active.update(self._source, self._today())
        except PackRefused as refusal:
            # A lock or a broken line passes; everything else needs another manifest.
            if refusal.code not in {"fees.pack.busy", "fees.pack.unreadable"}:
                self._offered = mark
            return None
        self._offered = mark
        return update

    def run(self, stop: threading.Event, every: float = 60.0) -> None:
        """Look every `every` seconds until `stop` is set; no failure ends the watch."""
        while not stop.is_set():
            try:
                self.poll()
            except Exception:  # a full disk, a clock that fails: told, then tried again  # noqa: BLE001
                self._active.tell(PackRefused("fees.pack.watch"))
            stop.wait(every)
