"""The national residents database (residents.md)."""

from gov_connect.adapters.residents.answers import ServiceAnswer
from gov_connect.adapters.residents.operations import Residents
from gov_connect.adapters.residents.wire import Service

__all__ = ["Residents", "Service", "ServiceAnswer"]
