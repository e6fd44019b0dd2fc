"""What a local code is called nationally (national_portal.md §4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from gov_connect.errors import InvalidInput, Problem
from gov_connect.model import ProcedureCode
from gov_connect.store.tables import CODE_MAP

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from gov_connect.model import AgencyCode
    from gov_connect.store.database import Database

PROCEDURE = "procedure"


class CodeMap:
    """Local -> national codes of one agency; exact matches only, since a prefix match picks by chance."""

    def __init__(self, database: Database, agency: AgencyCode) -> None:
        self._database = database
        self._agency = str(agency)

    def set(self, pairs: Mapping[str, str], *, at: datetime, kind: str = PROCEDURE) -> None:
        """Store pairs local -> national, replacing those of the same local code.

        Raises:
            InvalidInput: a national procedure code that is none; nothing is stored then.
        """
        checked = {local.strip(): _national(kind, national) for local, national in pairs.items()}
        with self._database.transaction() as db:
            for local, national in checked.items():
                db.execute(delete(CODE_MAP).where(self._where(kind) & (CODE_MAP.c.local == local)))
                values = {"agency": self._agency, "kind": kind, "local": local, "national": national}
                db.execute(insert(CODE_MAP).values(changed_at=at, **values))

    def national(self, local: str, *, kind: str = PROCEDURE) -> str | None:
        """The national code, or None when there is no row; nothing is assumed."""
        where = self._where(kind) & (CODE_MAP.c.local == local.strip())
        with self._database.transaction() as db:
            row = db.execute(select(CODE_MAP.c.national).where(where)).first()
        return None if row is None else str(row.national)

    def local(self, national: str, *, kind: str = PROCEDURE) -> list[str]:
        """Every local code of a national one, sorted; several variants may share one."""
        where = self._where(kind) & (CODE_MAP.c.national == national)
        with self._database.transaction() as db:
            return sorted(str(row.local) for row in db.execute(select(CODE_MAP.c.local).where(where)))

    def procedure(self, local: str) -> ProcedureCode:
        """The national procedure of a local code: its row, else the code itself without an agency suffix.

        Raises:
            InvalidInput: no row, and the code is no national one either (M2: mapping missing).
        """
        found = self.national(local)
        try:
            return ProcedureCode(found or local)
        except InvalidInput:
            raise InvalidInput("procedure", [Problem(path="procedure", code="value.not_mapped")]) from None

    def _where(self, kind: str) -> ColumnElement[bool]:
        return (CODE_MAP.c.agency == self._agency) & (CODE_MAP.c.kind == kind)


def _national(kind: str, code: str) -> str:
    return str(ProcedureCode(code)) if kind == PROCEDURE else code.strip()
