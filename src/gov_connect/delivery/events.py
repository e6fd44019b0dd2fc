"""Writing events down: once per key, in whatever transaction the caller is in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import BindParameter, Executable, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from gov_connect.delivery.states import Lane, State
from gov_connect.errors import InvalidInput, KeyConflict, Problem
from gov_connect.runtime import Event
from gov_connect.store.tables import EVENTS

if TYPE_CHECKING:
    from sqlalchemy import Dialect

    from gov_connect.runtime import Clock
    from gov_connect.store import Vault


class Rows(Protocol):
    """What a statement gave."""

    def first(self) -> Any:
        """The first row, or None."""
        ...


class Writer(Protocol):
    """A connection inside a transaction: SQLAlchemy's, or a host's raw one in our wrapping."""

    @property
    def dialect(self) -> Dialect:
        """Which database it speaks to."""
        ...

    def execute(self, statement: Executable, parameters: dict[str, Any], /) -> Rows:
        """Run one statement with its parameters."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be written down.

    Attributes:
        dossier: whose order it keeps; "" when it stands alone.
        payload, acting: JSON in clear; sealed before they are stored. They hide themselves.
        key: the caller's own idempotency key; "" lets the content decide.
        due: epoch seconds before which it is not begun; 0 for at once.
    """

    agency: str
    lane: Lane
    system: str
    operation: str
    dossier: str
    payload: str = field(repr=False)
    acting: str = field(default="", repr=False)
    key: str = ""
    due: float = 0.0


_LONGEST_KEY: Final = 200
"""Characters, as the column has them; SQLite would take more, PostgreSQL would not."""
_SEEN: Final = (EVENTS.c.id, EVENTS.c.key, EVENTS.c.fingerprint, EVENTS.c.state, EVENTS.c.operation, EVENTS.c.dossier)
# Built once: building a statement costs as much as running it.
_NEWEST: Final = (
    select(*_SEEN)
    .where(
        EVENTS.c.agency == bindparam("b_agency"),
        EVENTS.c.dossier == bindparam("b_dossier"),
        EVENTS.c.system == bindparam("b_system"),
        EVENTS.c.lane == bindparam("b_lane"),
        EVENTS.c.operation == bindparam("b_operation"),
    )
    .order_by(EVENTS.c.id.desc())
    .limit(1)
)
_OF_KEY: Final = select(*_SEEN).where(
    EVENTS.c.agency == bindparam("b_agency"),
    EVENTS.c.system == bindparam("b_system"),
    EVENTS.c.key == bindparam("b_key"),
)
_GIVEN: Final[dict[str, BindParameter[object]]] = {
    column.name: bindparam(column.name) for column in EVENTS.c if column.name not in {"id", "result"}
}
_INSERT: Final[dict[str, Executable]] = {
    name: dialect.insert(EVENTS).values(_GIVEN).on_conflict_do_nothing().returning(EVENTS.c.id)
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}


class EventBook:
    """Writes events of any agency."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault: Final = vault
        self._clock: Final = clock

    def write(self, db: Writer, work: Work) -> Event[Any]:
        """Write an event unless it is there.

        Without a key of the caller's own, the same content as the *newest* event of this operation and
        dossier is that event. What was once sent and then overtaken by another content is new: a state
        may come back.

        Raises:
            KeyConflict: the caller's key stands for another content.
            InvalidInput: the caller's key is longer than 200 characters.
        """
        if len(work.key) > _LONGEST_KEY:
            problem = Problem(path="key", code="value.too_long", params={"limit": _LONGEST_KEY})
            raise InvalidInput("Event", [problem])
        prints = self._vault.fingerprints(f"{work.operation}:{work.payload}")
        order = work.dossier or f"~{prints[0][:24]}"
        key, newest = work.key, None
        if not key:
            newest = db.execute(_NEWEST, _of(work, order)).first()
            if newest is not None and newest.fingerprint in prints and newest.state != State.CANCELLED:
                return _handle(work, newest.id, newest.key, newest.state, fresh=False)
            key = f"{work.operation}/{order}/{prints[0][:16]}/{0 if newest is None else newest.id}"
        made = db.execute(_INSERT[db.dialect.name], self._values(work, order, key, prints[0])).first()
        if made is not None:
            return _handle(work, made.id, key, State.WAITING, fresh=True)
        there = db.execute(_OF_KEY, {"b_agency": work.agency, "b_system": work.system, "b_key": key}).first()
        if there.fingerprint not in prints or there.operation != work.operation:
            raise KeyConflict(operation=work.operation)
        return _handle(work, there.id, key, there.state, fresh=False)

    def _values(self, work: Work, order: str, key: str, fingerprint: str) -> dict[str, Any]:
        now = self._clock.now()
        place = f"|{work.agency}|{work.system}|{key}"
        return {
            "agency": work.agency,
            "system": work.system,
            "dossier": order,
            "key": key,
            "operation": work.operation,
            "fingerprint": fingerprint,
            "payload": self._vault.seal(work.payload, "payload" + place),
            "state": State.WAITING.value,
            "tries": 0,
            "error": "",
            "created_at": now,
            "changed_at": now,
            "lane": work.lane.value,
            "due": work.due,
            "owner": "",
            "doubtful": 0,
            "acting": self._vault.seal(work.acting, "acting" + place) if work.acting else None,
        }


def _of(work: Work, order: str) -> dict[str, Any]:
    return {
        "b_agency": work.agency,
        "b_dossier": order,
        "b_system": work.system,
        "b_lane": work.lane.value,
        "b_operation": work.operation,
    }


def _handle(work: Work, number: int, key: str, state: str, *, fresh: bool) -> Event[Any]:
    return Event(
        id=number,
        agency=work.agency,
        system=work.system,
        operation=work.operation,
        dossier=work.dossier,
        key=key,
        state=str(state),
        fresh=fresh,
    )
