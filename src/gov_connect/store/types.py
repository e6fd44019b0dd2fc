"""Column types that mean the same on SQLite and on PostgreSQL.

SQLite forgets time zones and enforces neither the length of a text nor the width of a number. PostgreSQL
does both, and a reason that is one letter too long must not stop a dossier there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy
from sqlalchemy.types import TypeDecorator

from gov_connect.model.zone import VIETNAM

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Dialect

_SQLITE: Final = "sqlite"


class DateTime(TypeDecorator["datetime"]):
    """A moment; comes back with the zone of Viet Nam. SQLite holds its local time."""

    impl = sqlalchemy.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Local time for SQLite, the moment itself elsewhere; a time without zone is that of Viet Nam."""
        if value is None:
            return None
        moment = value.replace(tzinfo=VIETNAM) if value.tzinfo is None else value
        return moment.astimezone(VIETNAM).replace(tzinfo=None) if dialect.name == _SQLITE else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in Viet Nam's zone."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=VIETNAM) if value.tzinfo is None else value.astimezone(VIETNAM)


class String(TypeDecorator[str]):
    """A text. The length says what is expected; no database cuts or refuses it."""

    impl = sqlalchemy.String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """TEXT on PostgreSQL, where VARCHAR(n) would refuse."""
        return dialect.type_descriptor(self.impl_instance if dialect.name == _SQLITE else sqlalchemy.Text())


Integer: Final = sqlalchemy.Integer().with_variant(sqlalchemy.BigInteger(), "postgresql")
"""Whole numbers of 64 bits: amounts in đồng go beyond 32."""
