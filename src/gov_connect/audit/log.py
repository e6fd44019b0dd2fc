"""The audit log: entries are added to a chain per (agency, writer), and nothing else ever happens to it.

An intent is on the disk before anything is sent. Its outcome is written after, in order, and reaches the disk
with the next flush: a power cut in between leaves an intent without outcome, which `verify` lists as open.
"""

from __future__ import annotations

import functools
import json
import os
import platform
import re
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gov_connect.audit.entries import LASTING, ORIGIN, Head, Kind, Mark, Note, Phase, content_hash, row_hash
from gov_connect.errors import GovConnectError
from gov_connect.model.zone import VIETNAM
from gov_connect.privacy import logger_of
from gov_connect.store.commits import GroupCommit

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from gov_connect.store.database import Database
    from gov_connect.store.vault import Vault

_LOGGER: Final = logger_of("gov_connect.audit")
_NEIGHBOURS: Final = 16
"""Chains whose heads an anchor holds: those that follow one's own in the ring of all."""
_ANCHOR_EVERY: Final = 1000
_SALT_BYTES: Final = 16


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
        self._durable = GroupCommit(database, self.chain)
        self._soon = GroupCommit(database, self.chain, durable=False)
        self._anchored: set[str] = set()
        self._lock = threading.Lock()

    def begin(self, note: Note, *, check: Callable[[Connection], None] | None = None) -> Mark:
        """Write an intent; gives its place once it would survive a power cut.

        Args:
            note: what is intended.
            check: runs in the same transaction, before; what it raises leaves nothing written.

        Raises:
            LedgerError: it could not be written; nothing may be sent.
        """

        def step(connection: Connection) -> Mark:
            if check is not None:
                check(connection)
            return self.append(connection, note, Phase.INTENT)

        return self._durable.run(step)

    def finish(self, mark: Mark, outcome: str) -> None:
        """Write what came of an intent: "done", or the code of an error.

        What was done is done: when this fails it is told to the logs and not to the caller, and the intent
        stays open.
        """
        note = Note(agency=mark.agency, kind=Kind.OUTCOME, operation="")
        try:
            self._soon.run(partial(self._outcome, note=note, mark=mark, outcome=outcome))
        except GovConnectError as error:
            place = f"{mark.agency}/{mark.writer}/{mark.sequence}"
            _LOGGER.critical("audit outcome lost: %s %s (%s)", place, outcome, error.code)

    def note(self, note: Note, outcome: str = "done") -> Mark:
        """Write a matter that needs no second half (an override, a purge), durably."""
        return self._durable.run(lambda connection: self.append(connection, note, Phase.WHOLE, outcome))

    def head(self, connection: Connection, agency: str, writer: str) -> Head:
        """The last entry of a chain; sequence 0 for one that has none."""
        row = connection.execute(_statements().last, {"a": agency, "w": writer}).first()
        return Head(agency, writer, 0, ORIGIN) if row is None else Head(agency, writer, row.sequence, row.hash)

    def chains(self, connection: Connection) -> list[tuple[str, str]]:
        """Every chain of this database as (agency, writer), in order."""
        from sqlalchemy import select  # noqa: PLC0415 - on first use

        from gov_connect.store.tables import AUDIT_CHAINS  # noqa: PLC0415

        rows = connection.execute(select(AUDIT_CHAINS.c.agency, AUDIT_CHAINS.c.writer)).all()
        return sorted((row.agency, row.writer) for row in rows)

    def append(
        self, connection: Connection, note: Note, phase: Phase, outcome: str = "", *, refers: int = 0, writer: str = ""
    ) -> Mark:
        """Add one entry inside a transaction of the caller's that touches this log's `chain`."""
        writer = writer or self.writer
        head = self.head(connection, note.agency, writer)
        if note.kind is not Kind.ANCHOR and self._due(note.agency, head):
            head = self._anchor(connection, head)
        return self._write(connection, head, note, phase, outcome, refers)

    def _write(self, connection: Connection, head: Head, note: Note, phase: Phase, outcome: str, refers: int) -> Mark:
        mark = Mark(head.agency, head.writer, head.sequence + 1)
        if head.sequence == 0:
            connection.execute(_statements().chain, {"agency": mark.agency, "writer": mark.writer})
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
            "previous": head.hash,
        }
        row["hash"] = row_hash(row)
        row["mac"] = mac(self.vault, row["hash"])
        connection.execute(_statements().row, row)
        connection.execute(_statements().body, {**mark._asdict(), "salt": salt, **body})
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

    def _outcome(self, connection: Connection, *, note: Note, mark: Mark, outcome: str) -> Mark:
        return self.append(connection, note, Phase.OUTCOME, outcome, refers=mark.sequence, writer=mark.writer)

    def _due(self, agency: str, head: Head) -> bool:
        """Whether this chain is to hold the heads of others now: when we first write, and every so often."""
        with self._lock:
            first = agency not in self._anchored
            self._anchored.add(agency)
        return first or head.sequence % _ANCHOR_EVERY == _ANCHOR_EVERY - 1

    def _anchor(self, connection: Connection, head: Head) -> Head:
        others = [chain for chain in self.chains(connection) if chain != (head.agency, head.writer)]
        if not others:
            return head
        after = [chain for chain in others if chain > (head.agency, head.writer)]
        ring = [*after, *others][: min(_NEIGHBOURS, len(others))]
        heads = [self.head(connection, agency, writer) for agency, writer in ring]
        self._write(connection, head, anchor_note(head.agency, heads), Phase.WHOLE, "done", 0)
        return self.head(connection, head.agency, head.writer)


class _Statements(NamedTuple):
    """Built once: building them costs as much as running them."""

    last: Any
    chain: Any
    row: Any
    body: Any


@functools.cache
def _statements() -> _Statements:
    from sqlalchemy import bindparam, select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT, AUDIT_BODIES, AUDIT_CHAINS  # noqa: PLC0415

    mine = (AUDIT.c.agency == bindparam("a")) & (AUDIT.c.writer == bindparam("w"))
    last = select(AUDIT.c.sequence, AUDIT.c.hash).where(mine).order_by(AUDIT.c.sequence.desc()).limit(1)
    return _Statements(last, AUDIT_CHAINS.insert(), AUDIT.insert(), AUDIT_BODIES.insert())


def anchor_note(agency: str, heads: list[Head]) -> Note:
    """An entry that holds the heads of other chains."""
    text = json.dumps([list(head) for head in heads], separators=(",", ":"))
    return Note(agency=agency, kind=Kind.ANCHOR, operation="audit.anchor", details={"heads": text})


def _fit(text: str, longest: int) -> str:
    """What every database can hold: an odd letter must not stop an entry."""
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
    from datetime import UTC  # noqa: PLC0415 - on first use

    return moment.astimezone(UTC).isoformat(timespec="microseconds")
