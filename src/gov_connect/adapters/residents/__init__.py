"""The national residents database (residents.md)."""

from gov_connect.adapters.residents.operations import Residents

__all__ = ["Residents"]
