"""The civil registry (civil_registry.md)."""

from gov_connect.adapters.civil_registry.operations import CivilRegistry

__all__ = ["CivilRegistry"]
