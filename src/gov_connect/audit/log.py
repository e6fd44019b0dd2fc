"""The audit log: entries are added to a chain per (agency, writer), and nothing else ever happens to it.

An intent is on the disk before anything is sent. Its outcome is written after, in order, and reaches the disk
with the next flush: a power cut in between leaves an intent without outcome, which `verify` lists as open.
"""

from __future__ import annotations

import json
import os
import platform
import re
import threading
from datetime import UTC
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from gov_connect.audit.batch import CHAINS, batch, head
from gov_connect.audit.entries import LASTING, Head, Kind, Mark, Note, Phase, content_hash, row_hash
from gov_connect.errors import GovConnectError
from gov_connect.model.zone import VIETNAM
from gov_connect.privacy import logger_of
from gov_connect.store.group_commit import GroupCommit, Step

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gov_connect.audit.batch import Batch
    from gov_connect.store.database import Database
    from gov_connect.store.statements import Link
    from gov_connect.store.vault import Vault

_LOGGER: Final = logger_of("gov_connect.audit")
_NEIGHBOURS: Final = 16
"""Chains whose heads an anchor holds: those that follow one's own in the ring of all."""
_ANCHOR_EVERY: Final = 1000
_SALT_BYTES: Final = 16
ANCHORING: Final = "audit.anchor"
"""The operation of an anchor."""


class AuditLog:
    """Adds entries. All methods block; programs call them through `Blocking`.

    Args:
        database: where it lies.
        vault: its key makes digests of persons, seals details and makes the macs.
        now: the clock.
        writer: name of this writer; by default that of the machine. Two processes may share one.
    """

    def __init__(self, database: Database, vault: Vault, now: Callable[[], datetime], *, writer: str = "") -> None:
        self.database: Final = database
        self.vault: Final = vault
        self.now: Final = now
        self.writer: Final = re.sub(r"[^\w.-]+", "-", writer or platform.node())[:60] or "-"
        self.chain: Final = f"audit|{self.writer}"
        self._commits = GroupCommit(database, self.chain, brief=True, inside=batch)
        self._anchored: set[str] = set()
        self._lock = threading.Lock()

    def begin(self, note: Note) -> Mark:
        """Write an intent; gives its place once it would survive a power cut.

        Raises:
            LedgerError: it could not be written; nothing may be sent.
        """
        return self.beginning(note)()

    def beginning(self, note: Note, *, check: Callable[[Link], None] | None = None) -> Step[Mark]:
        """The same as a step, to be called, or done together with others.

        Args:
            note: what is intended.
            check: runs in the same transaction, before, and only `Prepared` statements; what it raises leaves
                nothing written.
        """

        def step(entries: Batch) -> Mark:
            if check is not None:
                entries.flush()
                check(entries.link)
            return self._append(entries, note, Phase.INTENT)

        return Step(self._commits, step)

    def finish(self, mark: Mark, outcome: str) -> None:
        """Write what came of an intent: "done", or the code of an error.

        What was done is done: when this fails it is told to the logs and not to the caller, and the intent
        stays open.
        """
        self.finishing(mark, outcome)()

    def finishing(self, mark: Mark, outcome: str) -> Step[Mark | None]:
        """The same as a step."""

        def lost(error: Exception) -> None:
            if not isinstance(error, GovConnectError):
                raise error
            place = f"{mark.agency}/{mark.writer}/{mark.sequence}"
            _LOGGER.critical("audit outcome lost: %s %s (%s)", place, outcome, error.code)

        work: Callable[[Batch], Mark | None] = partial(self._outcome, mark=mark, outcome=outcome)
        return Step(self._commits, work, lost, durable=False)

    def note(self, note: Note, outcome: str = "done") -> Mark:
        """Write a matter that needs no second half (an override, a purge), durably."""
        return self._commits.run(lambda entries: self._append(entries, note, Phase.WHOLE, outcome))

    def head(self, link: Link, agency: str, writer: str) -> Head:
        """The last entry of a chain; sequence 0 for one that has none."""
        return head(link, agency, writer)

    def chains(self, link: Link) -> list[tuple[str, str]]:
        """Every chain of this database as (agency, writer), in order; what is no name is left to `verify`."""
        found = CHAINS.rows(link, {})
        return sorted(
            (agency, writer) for agency, writer in found if isinstance(agency, str) and isinstance(writer, str)
        )

    def append(
        self, link: Link, note: Note, phase: Phase, outcome: str = "", *, refers: int = 0, writer: str = ""
    ) -> Mark:
        """Add one entry inside a transaction of the caller's that touches this log's `chain`."""
        with batch(link) as entries:
            return self._append(entries, note, phase, outcome, refers=refers, writer=writer)

    def _append(
        self, entries: Batch, note: Note, phase: Phase, outcome: str = "", *, refers: int = 0, writer: str = ""
    ) -> Mark:
        last = entries.head(note.agency, writer or self.writer)
        if note.kind is not Kind.ANCHOR and self._due(note.agency, last):
            last = self._anchor(entries, last)
        return self._write(entries, last, note, phase, outcome, refers)

    def _write(self, entries: Batch, last: Head, note: Note, phase: Phase, outcome: str, refers: int) -> Mark:
        mark = Mark(last.agency, last.writer, last.sequence + 1)
        now = self.now()
        salt = os.urandom(_SALT_BYTES).hex()
        body = self._body(note, mark, phase, now, outcome)
        row: dict[str, Any] = {
            **mark._asdict(),
            "at": utc_text(now),
            "kind": str(note.kind),
            "phase": str(phase),
            "refers": refers,
            "content": content_hash(salt, body),
            "previous": last.hash,
        }
        row["hash"] = row_hash(row)
        row["mac"] = mac(self.vault, row["hash"])
        entries.add(row, {**mark._asdict(), "salt": salt, **body})
        return mark

    def _body(self, note: Note, mark: Mark, phase: Phase, now: datetime, outcome: str) -> dict[str, Any]:
        counted = note.kind is Kind.LOOK_UP and phase is Phase.INTENT
        text = json.dumps(dict(note.details)) if note.details else ""
        details = text.encode()
        if text and note.kind not in LASTING:
            details = self.vault.seal(text, place(mark))
        return {
            "day": now.astimezone(VIETNAM).date().isoformat() if counted else "",
            "officer": _fit(note.officer, 100),
            "system": _fit(note.system, 50),
            "operation": _fit(note.operation, 100),
            "procedure": _fit(note.procedure, 20),
            "dossier": _fit(note.dossier, 80),
            "request_id": _fit(note.request_id, 100),
            "subject": subject(self.vault, note.subject),
            "outcome": _fit(outcome, 100),
            "details": details,
        }

    def _outcome(self, entries: Batch, *, mark: Mark, outcome: str) -> Mark:
        note = _outcome_of(mark.agency)
        return self._append(entries, note, Phase.OUTCOME, outcome, refers=mark.sequence, writer=mark.writer)

    def _due(self, agency: str, head: Head) -> bool:
        """Whether this chain is to hold the heads of others now: when we first write, and every so often."""
        with self._lock:
            first = agency not in self._anchored
            self._anchored.add(agency)
        return first or head.sequence % _ANCHOR_EVERY == _ANCHOR_EVERY - 1

    def _anchor(self, entries: Batch, last: Head) -> Head:
        entries.flush()
        others = [chain for chain in self.chains(entries.link) if chain != (last.agency, last.writer)]
        if not others:
            return last
        after = [chain for chain in others if chain > (last.agency, last.writer)]
        ring = [*after, *others][: min(_NEIGHBOURS, len(others))]
        heads = [self.head(entries.link, agency, writer) for agency, writer in ring]
        self._write(entries, last, anchor_note(last.agency, heads), Phase.WHOLE, "done", 0)
        return entries.head(last.agency, last.writer)


def anchor_note(agency: str, heads: list[Head]) -> Note:
    """An entry that holds the heads of other chains."""
    text = json.dumps([list(head) for head in heads], separators=(",", ":"))
    return Note(agency=agency, kind=Kind.ANCHOR, operation=ANCHORING, details={"heads": text})


@cache
def _outcome_of(agency: str) -> Note:
    """What is noted of an outcome besides the entry that it refers to; the same every time."""
    return Note(agency=agency, kind=Kind.OUTCOME, operation="")


def _fit(text: str, longest: int) -> str:
    """What every database can hold: an odd letter must not stop an entry."""
    if len(text) <= longest and text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:longest]


def subject(vault: Vault, number: str) -> str:
    """The keyed digest that stands for a person."""
    return vault.fingerprint(f"look_ups:{number}") if number else ""


def subjects(vault: Vault, number: str) -> tuple[str, ...]:
    """The same under every key that is at hand: entries made before a change of the key are found too."""
    return vault.fingerprints(f"look_ups:{number}")


def mac(vault: Vault, row: str) -> str:
    """The keyed digest of a row's hash."""
    return vault.fingerprint(f"audit:{row}")


def macs(vault: Vault, row: str) -> tuple[str, ...]:
    """The same under every key that is at hand."""
    return vault.fingerprints(f"audit:{row}")


def place(mark: Mark) -> str:
    """Where sealed details belong, so that they open nowhere else."""
    return f"audit|{mark.agency}|{mark.writer}|{mark.sequence}"


def utc_text(moment: datetime) -> str:
    """A moment as the table has it: UTC, in a form whose order is that of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
