"""The national residents database as a mock system (residents.md)."""

from gov_connect.mocks.residents._auth import authorization
from gov_connect.mocks.residents._reply import Mode
from gov_connect.mocks.residents._system import ENDPOINT, SECRET, USERNAME, ResidentsMock

__all__ = ["ENDPOINT", "SECRET", "USERNAME", "Mode", "ResidentsMock", "authorization"]
