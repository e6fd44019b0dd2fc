"""The log for inspectors: one JSON line per entry, persons as keyed digests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gov_connect.audit.entries import LASTING, Mark
from gov_connect.audit.log import place
from gov_connect.audit.verification import rows, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gov_connect.store.database import Database
    from gov_connect.store.vault import Vault


def listing(database: Database, vault: Vault, *, since: str = "", until: str = "") -> Iterator[dict[str, Any]]:
    """Every entry whose moment (UTC, ISO) lies within the bounds, chain by chain.

    An entry whose body was purged shows the chain's part alone.
    """
    with database.reading() as connection:
        for row, body in rows(connection):
            if (since and row["at"] < since) or (until and row["at"] >= until):
                continue
            shown = dict(row)
            if body is not None:
                shown |= {name: value for name, value in body.items() if name != "details"}
                details = text_of(body["details"])
                if details:
                    mark = Mark(row["agency"], row["writer"], row["sequence"])
                    text = details.decode() if row["kind"] in LASTING else vault.open(details, place(mark))
                    shown["details"] = json.loads(text)
            yield shown
