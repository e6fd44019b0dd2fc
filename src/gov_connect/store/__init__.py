"""One database behind all that lasts, and the key that keeps its content closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gov_connect._lazy import lazily

if TYPE_CHECKING:
    from gov_connect.store.database import Database
    from gov_connect.store.vault import Vault

__all__ = ["Database", "Vault"]

__getattr__ = lazily(
    __name__,
    {
        "database": ("Database",),
        "vault": ("Vault",),
    },
)
