"""Is the log whole? Every change, removal and reordering is found, and truncation behind a known head.

What cannot be found from inside: entries cut off a chain's end after the last head that somebody else holds (an
export, or an anchor in another chain). Export heads often, and keep them where this database's administrator
cannot write.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from gov_connect.audit import details
from gov_connect.audit.entries import (
    LASTING,
    ORIGIN,
    Head,
    Kind,
    Mark,
    Phase,
    as_written,
    content_hash,
    row_hash,
    same_entry,
)
from gov_connect.audit.log import ANCHORING, macs
from gov_connect.audit.raw_rows import plain, standing

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from sqlalchemy import Connection

    from gov_connect.messages import Language
    from gov_connect.store.database import Database
    from gov_connect.store.vault import Vault

_PAGE: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, and where.

    Attributes:
        code: key into the message catalogue, `audit.` and a word.
        sequence: the entry; for something that is missing, the first that is.
    """

    code: str
    agency: str
    writer: str
    sequence: int

    def text(self, language: Language = "vi") -> str:
        """Say it for people."""
        from gov_connect.messages import message  # noqa: PLC0415 - on first use

        said = message(self.code).text(language, {})
        return f"{self.agency} / {self.writer} / {self.sequence}: {said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What `verify` found.

    Attributes:
        entries: how many were read.
        chains: the head of each chain as it stands.
        open: intents without an outcome: sent, or not, and nobody wrote down what came of it.
        purged: entries whose body is gone by a purge that is itself in the log.
        keyed: whether the macs were checked too.
    """

    findings: tuple[Finding, ...]
    entries: int
    chains: tuple[Head, ...]
    open: tuple[Mark, ...]
    purged: int
    keyed: bool

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def to_dict(self, language: Language = "vi") -> dict[str, Any]:
        """The JSON form."""
        return {
            "whole": self.whole,
            "entries": self.entries,
            "keyed": self.keyed,
            "purged": self.purged,
            "open": [mark._asdict() for mark in self.open],
            "chains": [head._asdict() for head in self.chains],
            "findings": [
                {
                    "code": one.code,
                    "agency": one.agency,
                    "writer": one.writer,
                    "sequence": one.sequence,
                    "text": one.text(language),
                }
                for one in self.findings
            ],
        }


def verify(database: Database, vault: Vault | None = None, heads: Iterable[Head] = ()) -> Verification:
    """Read every entry and compare.

    Raises:
        LedgerError: the database cannot be read; a log whose tables were made anew in another form counts as that.

    Args:
        database: where the log lies; it is read as it stands at one moment, and nobody who writes has to wait.
        vault: with it the macs are checked too; without it a chain that was rewritten whole is found only
            by `heads`.
        heads: what was exported before.
    """
    with standing(database) as connection:
        anchored, allowed = _said(connection)
        check = _Check(vault, [*heads, *anchored], allowed)
        for row, body in rows(connection):
            check.row(row, body)
        check.end(_registered(connection), _orphans(connection))
        check.purges(_purges(connection))
    return check.result()


class _Check:
    def __init__(self, vault: Vault | None, heads: Iterable[Head], allowed: set[Mark]) -> None:
        self._vault = vault
        self._said = allowed
        self._allowed: dict[tuple[str, str], int] = {}
        for agency, writer, upto in allowed:
            self._allowed[agency, writer] = max(upto, self._allowed.get((agency, writer), 0))
        self._findings: list[Finding] = []
        self._last: dict[tuple[str, str], Head] = {}
        self._entries = 0
        self._expected: dict[Mark, set[str]] = {}
        for head in heads:
            self._expected.setdefault(Mark(*head[:3]), set()).add(head.hash)
        self._intents: dict[Mark, None] = {}
        self._outcomes: Counter[Mark] = Counter()
        self._purged = 0

    def row(self, row: dict[str, Any], body: dict[str, Any] | None) -> None:
        """One entry, in the order of its chain."""
        self._entries += 1
        chain = (_name(row["agency"]), _name(row["writer"]))
        before = self._last.get(chain, Head(*chain, 0, ORIGIN))
        # What is no number any more is where it stands; that it was changed is seen by its hash.
        mark = Mark(*chain, row["sequence"] if isinstance(row["sequence"], int) else before.sequence + 1)
        if mark.sequence != before.sequence + 1:
            self._found("audit.missing", Mark(*chain, before.sequence + 1))
        elif row["previous"] != before.hash:
            self._found("audit.broken_link", mark)
        if row["hash"] != row_hash(row) or not as_written(row):
            self._found("audit.changed", mark)
        elif self._vault is not None and row["mac"] not in macs(self._vault, row["hash"]):
            self._found("audit.forged", mark)
        self._last[chain] = Head(*chain, mark.sequence, row["hash"])
        self._body(row, body, mark)
        self._pair(row, mark)
        expected = self._expected.pop(mark, None)
        if expected is not None and expected != {row["hash"]}:
            self._found("audit.other_than_exported", mark)

    def _body(self, row: dict[str, Any], body: dict[str, Any] | None, mark: Mark) -> None:
        if body is None:
            self._purged += 1
            if row["kind"] not in LASTING and mark.sequence <= self._allowed.get(mark[:2], 0):
                return
            self._found("audit.body_missing", mark)
        elif content_hash(body["salt"], body) != row["content"] or not as_written(body):
            self._found("audit.body_changed", mark)
        else:
            return
        if row["kind"] == Kind.ANCHOR or (body is not None and body["operation"] == ANCHORING):
            self._found("audit.anchor_lost", mark)

    def _pair(self, row: dict[str, Any], mark: Mark) -> None:
        if row["phase"] == Phase.INTENT:
            self._intents[mark] = None
        elif row["phase"] == Phase.OUTCOME:
            meant = Mark(mark.agency, mark.writer, row["refers"])
            self._outcomes[meant] += 1
            if meant not in self._intents or self._outcomes[meant] > 1:
                self._found("audit.stray_outcome", mark)

    def end(self, registered: list[tuple[str, str]], orphans: list[Mark]) -> None:
        """What only the whole shows."""
        for mark in self._expected:
            self._found("audit.cut_off", mark)
        for chain in registered:
            if chain not in self._last:
                self._found("audit.cut_off", Mark(*chain, 1))
        for chain in self._last.keys() - set(registered):
            self._found("audit.chain_unlisted", Mark(*chain, 0))
        for mark in orphans:
            self._found("audit.orphan", mark)

    def purges(self, marked: set[tuple[str, str, object]]) -> None:
        """The marks of purges, and what the log itself says of them."""
        for agency, writer, upto in marked - self._said:
            self._found("audit.purge_unrecorded", Mark(agency, writer, _number(upto)))
        for mark in self._said - marked:
            self._found("audit.purge_unmarked", mark)

    def result(self) -> Verification:
        """Everything found, in the order of the chains."""
        return Verification(
            findings=tuple(sorted(set(self._findings), key=lambda one: (one.agency, one.writer, one.sequence))),
            entries=self._entries,
            chains=tuple(head._replace(hash=_name(head.hash)) for head in self._last.values()),
            open=tuple(mark for mark in self._intents if not self._outcomes[mark]),
            purged=self._purged,
            keyed=self._vault is not None,
        )

    def _found(self, code: str, mark: Mark) -> None:
        self._findings.append(Finding(code=code, agency=mark.agency, writer=mark.writer, sequence=mark.sequence))


def rows(connection: Connection) -> Generator[tuple[dict[str, Any], dict[str, Any] | None], None, None]:
    """Every entry with its body, chain by chain, a page at a time; columns as they are, whatever was put there."""
    from sqlalchemy import select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT, AUDIT_BODIES  # noqa: PLC0415

    width = len(AUDIT.c)
    bodies = [*(column for column in AUDIT_BODIES.c if column.name != "details"), details.column()]
    question = (
        select(AUDIT, *bodies)
        .outerjoin(AUDIT_BODIES, same_entry(AUDIT, AUDIT_BODIES))
        .order_by(AUDIT.c.agency, AUDIT.c.writer, AUDIT.c.sequence)
    )
    names = [one.name for one in bodies]
    with connection.execute(question, execution_options={"yield_per": _PAGE}) as page:
        for found in page:
            values = [plain(value) for value in found]
            row = dict(zip(AUDIT.c.keys(), values[:width], strict=True))
            body = dict(zip(names, values[width:], strict=True))
            yield row, None if body["sequence"] is None else body


def _said(connection: Connection) -> tuple[list[Head], set[Mark]]:
    """What anchors and purges say about other chains; that they are genuine is checked with everything else."""
    from sqlalchemy import select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT, AUDIT_BODIES  # noqa: PLC0415

    question = (
        select(details.column())
        .select_from(AUDIT_BODIES)
        .join(AUDIT, same_entry(AUDIT, AUDIT_BODIES))
        .where(AUDIT.c.kind.in_([str(kind) for kind in LASTING]))
    )
    texts = [details.text_of(row.details) for row in connection.execute(question)]
    heads: list[Head] = []
    allowed: set[Mark] = set()
    for text in texts:
        said = _object(text)
        heads.extend(read_heads(_list(said.get("heads"))))
        for one in _list(said.get("ranges")):
            match one:
                case [str() as agency, str() as writer, int() as upto]:
                    allowed.add(Mark(agency, writer, upto))
                case _:
                    pass
    return heads, allowed


def read_heads(values: Sequence[object]) -> list[Head]:
    """Heads as they are written in anchors and in exports; what is none is left out."""
    heads: list[Head] = []
    for value in values:
        match value:
            case [str() as agency, str() as writer, int() as sequence, str() as digest]:
                heads.append(Head(agency, writer, sequence, digest))
            case _:
                pass
    return heads


def _object(text: bytes) -> dict[str, Any]:
    """A JSON object of ours; nothing for what is none any more."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(text: object) -> list[Any]:
    try:
        value: object = json.loads(text) if isinstance(text, str) else []
    except (ValueError, RecursionError):
        return []
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]


def _registered(connection: Connection) -> list[tuple[str, str]]:
    from sqlalchemy import select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT_CHAINS  # noqa: PLC0415

    return [(_name(row.agency), _name(row.writer)) for row in connection.execute(select(AUDIT_CHAINS))]


def _orphans(connection: Connection) -> list[Mark]:
    """Bodies without an entry."""
    from sqlalchemy import select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT, AUDIT_BODIES  # noqa: PLC0415

    columns = (AUDIT_BODIES.c.agency, AUDIT_BODIES.c.writer, AUDIT_BODIES.c.sequence)
    question = select(*columns).outerjoin(AUDIT, same_entry(AUDIT, AUDIT_BODIES)).where(AUDIT.c.hash.is_(None))
    return [Mark(_name(row[0]), _name(row[1]), _number(row[2])) for row in connection.execute(question)]


def _purges(connection: Connection) -> set[tuple[str, str, object]]:
    from sqlalchemy import select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT_PURGES  # noqa: PLC0415

    table = AUDIT_PURGES.c
    marked = connection.execute(select(table.agency, table.writer, table.upto))
    # 5.0 is equal to 5, and was not written.
    return {
        (_name(one.agency), _name(one.writer), one.upto if type(one.upto) is int else repr(one.upto)) for one in marked
    }


def _name(value: object) -> str:
    return value if isinstance(value, str) and value.isprintable() else repr(value)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
