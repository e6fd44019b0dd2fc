"""The log for inspectors: one JSON line per entry, persons as keyed digests."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from gov_connect.audit.details import entry_changed, opened
from gov_connect.audit.entries import LASTING, Mark, as_written
from gov_connect.audit.raw_rows import standing
from gov_connect.audit.verification import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gov_connect.store.database import Database
    from gov_connect.store.vault import Vault


def listing(database: Database, vault: Vault, *, since: str = "", until: str = "") -> Iterator[dict[str, Any]]:
    """Every entry whose moment (UTC, ISO) lies within the bounds, chain by chain.

    An entry whose body was purged shows the chain's part alone.

    Raises:
        LedgerError: `ledger.entry_changed`, an entry is not as it was written; nothing is left out in silence.
    """
    with standing(database) as connection, closing(rows(connection)) as found:
        for row, body in found:
            mark = Mark(row["agency"], row["writer"], row["sequence"])
            if not as_written(row) or (body is not None and not as_written(body)):
                raise entry_changed(mark)
            if (since and row["at"] < since) or (until and row["at"] >= until):
                continue
            shown = dict(row)
            if body is not None:
                shown |= {name: value for name, value in body.items() if name != "details"}
                said = opened(vault, mark, body["details"], sealed=row["kind"] not in LASTING)
                if said:
                    shown["details"] = said
            yield shown
