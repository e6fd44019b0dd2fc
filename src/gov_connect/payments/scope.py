"""The scope of every payment record: one agency at one gateway sees its own rows and no others."""

from __future__ import annotations

from typing import Any


class Scoped:
    """What reads and writes the rows of one agency at one gateway."""

    def __init__(self, agency: str, system: str) -> None:
        self._agency = str(agency)
        self._system = system

    def _mine(self, table: Any) -> Any:
        return (table.c.agency == self._agency) & (table.c.system == self._system)
