"""The civil registry (civil_registry.md)."""

from gov_connect.adapters.civil_registry.files import Enclosure
from gov_connect.adapters.civil_registry.mapping import FieldFault, field_faults
from gov_connect.adapters.civil_registry.operations import AnyRegistration, CivilRegistry

__all__ = ["AnyRegistration", "CivilRegistry", "Enclosure", "FieldFault", "field_faults"]
