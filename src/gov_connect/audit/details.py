"""What an entry's details hold: the column as it is, and opened for those who may read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from gov_connect.audit.log import place
from gov_connect.errors import LedgerError

if TYPE_CHECKING:
    from gov_connect.audit.entries import Mark
    from gov_connect.store.vault import Vault


def column() -> Any:
    """The column of details as it is: SQLAlchemy would make bytes of whatever stands there, of a number too."""
    from sqlalchemy import type_coerce  # noqa: PLC0415 - on first use
    from sqlalchemy.types import NullType  # noqa: PLC0415

    from gov_connect.store.tables import AUDIT_BODIES  # noqa: PLC0415

    return type_coerce(AUDIT_BODIES.c.details, NullType()).label("details")


def text_of(details: object) -> bytes:
    """What a column of details holds; nothing where somebody put something else."""
    return details if isinstance(details, bytes) else b""


def opened(vault: Vault, mark: Mark, details: object, *, sealed: bool = True) -> dict[str, Any]:
    """What was written down, {} for nothing.

    Args:
        vault: opens them.
        mark: the entry they belong to.
        details: the column.
        sealed: False for the kinds that anybody may read.

    Raises:
        LedgerError: `ledger.entry_changed`, nothing of it can be told.
    """
    if not isinstance(details, bytes):
        raise entry_changed(mark)
    if not details:
        return {}
    try:
        value: object = json.loads(vault.open(details, place(mark)) if sealed else details)
    except (LedgerError, ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise entry_changed(mark)
    return cast("dict[str, Any]", value)


def entry_changed(mark: Mark) -> LedgerError:
    """The error that names the entry that cannot be read any more."""
    place_of = f"{mark.agency}/{mark.writer}/{mark.sequence}"
    return LedgerError("ledger.entry_changed", entry=place_of.encode("ascii", "backslashreplace").decode())
