"""One database behind all that lasts, and the key that keeps its content closed."""

from gov_connect.store.database import Database
from gov_connect.store.vault import Vault

__all__ = ["Database", "Vault"]
