"""One day of an agency in figures: what was read and written, what failed, what waits, what ends soon."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from gov_connect.audit.entries import Kind, Phase, same_entry
from gov_connect.audit.log import utc_text
from gov_connect.model.zone import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from gov_connect.messages import Language
    from gov_connect.store import Database

_WORDS: Final = {
    "vi": {
        "look_ups": "lượt tra cứu",
        "officers": "cán bộ tra cứu",
        "writes": "lần gửi dữ liệu",
        "signatures": "lần ký",
        "overrides": "lần sửa phí",
        "purges": "lần xóa dữ liệu",
        "disclosures": "lần hệ thống ngoài hỏi",
        "failed": "thất bại theo mã",
        "open": "chưa rõ kết quả",
        "waiting": "đang chờ theo hệ thống",
        "ends": "chứng thư hết hạn sau (ngày)",
    },
    "en": {
        "look_ups": "look-ups",
        "officers": "officers who looked up",
        "writes": "writes",
        "signatures": "signatures",
        "overrides": "fee overrides",
        "purges": "purges",
        "disclosures": "questions of outside systems",
        "failed": "failures by code",
        "open": "without outcome",
        "waiting": "waiting by system",
        "ends": "certificates that end in (days)",
    },
}
_DONE: Final = frozenset({"done", "answered"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The figures of a day. Officers are counted, not named.

    Attributes:
        failed: how often each error code ended a look-up or write.
        open: intents of that day without an outcome.
        waiting: events that are not done, by "system/state", as of now.
        ends: days left of certificates that end soon, by the name of their setting; None for one that cannot be read.
    """

    agency: str
    day: date
    look_ups: int = 0
    officers: int = 0
    writes: int = 0
    signatures: int = 0
    overrides: int = 0
    purges: int = 0
    disclosures: int = 0
    failed: dict[str, int] = field(default_factory=dict[str, int])
    open: int = 0
    waiting: dict[str, int] = field(default_factory=dict[str, int])
    ends: dict[str, int | None] = field(default_factory=dict[str, "int | None"])

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {**asdict(self), "day": self.day.isoformat()}

    def text(self, language: Language = "vi") -> str:
        """A few lines for people."""
        lines = [f"{self.agency}  {self.day:%d/%m/%Y}"]
        for name, words in _WORDS[language].items():
            value: Any = getattr(self, name)
            parts = cast("dict[str, int | None]", value) if isinstance(value, dict) else {"": value}
            lines += [
                f"  {words}: {key}{': ' if key else ''}{'?' if count is None else count}"
                for key, count in parts.items()
            ]
        return "\n".join(lines)


def digest_of(database: Database, agency: str, day: date, *, ends: Mapping[str, int | None] | None = None) -> Digest:
    """The digest of one agency for one day in Viet Nam.

    Args:
        database: the records.
        agency: whose.
        day: which.
        ends: certificates that end soon, see `expiring_soon`.

    Raises:
        LedgerError: the records cannot be read.
    """
    database.require()
    began = datetime.combine(day, time(), VIETNAM)
    bounds = (utc_text(began), utc_text(began + timedelta(days=1)))
    with database.reading() as connection:
        kinds, officers = _intents(connection, agency, bounds)
        outcomes = _outcomes(connection, agency, bounds)
        waiting = _waiting(connection, agency)
    begun = sum(count for (_kind, phase), count in kinds.items() if phase == Phase.INTENT)
    by_kind: Counter[str] = Counter()
    for (kind, _phase), count in kinds.items():
        by_kind[kind] += count
    return Digest(
        agency=agency,
        day=day,
        look_ups=by_kind[Kind.LOOK_UP],
        officers=officers,
        writes=by_kind[Kind.WRITE],
        signatures=by_kind[Kind.SIGNATURE],
        overrides=by_kind[Kind.OVERRIDE],
        purges=by_kind[Kind.PURGE],
        disclosures=by_kind[Kind.DISCLOSURE],
        failed={code: count for code, count in sorted(outcomes.items()) if code not in _DONE},
        open=max(0, begun - sum(outcomes.values())),
        waiting=waiting,
        ends=dict(ends or {}),
    )


def _intents(connection: Connection, agency: str, bounds: tuple[str, str]) -> tuple[dict[tuple[str, str], int], int]:
    from sqlalchemy import func, select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT, AUDIT_BODIES  # noqa: PLC0415

    mine = (AUDIT.c.agency == agency) & (AUDIT.c.at >= bounds[0]) & (AUDIT.c.at < bounds[1])
    counts = select(AUDIT.c.kind, AUDIT.c.phase, func.count()).where(mine).group_by(AUDIT.c.kind, AUDIT.c.phase)
    people = (
        select(func.count(AUDIT_BODIES.c.officer.distinct()))
        .join(AUDIT, same_entry(AUDIT, AUDIT_BODIES))
        .where(mine, AUDIT.c.kind == str(Kind.LOOK_UP))
    )
    kinds = {(kind, phase): count for kind, phase, count in connection.execute(counts)}
    return kinds, int(connection.execute(people).scalar_one())


def _outcomes(connection: Connection, agency: str, bounds: tuple[str, str]) -> dict[str, int]:
    """What came of the intents of these hours, whenever it was written."""
    from sqlalchemy import and_, func, select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import AUDIT, AUDIT_BODIES  # noqa: PLC0415

    intent = AUDIT.alias()
    question = (
        select(AUDIT_BODIES.c.outcome, func.count())
        .join(AUDIT, same_entry(AUDIT, AUDIT_BODIES))
        .join(
            intent,
            and_(
                intent.c.agency == AUDIT.c.agency,
                intent.c.writer == AUDIT.c.writer,
                intent.c.sequence == AUDIT.c.refers,
            ),
        )
        .where(AUDIT.c.agency == agency, AUDIT.c.phase == str(Phase.OUTCOME))
        .where(intent.c.at >= bounds[0], intent.c.at < bounds[1])
        .group_by(AUDIT_BODIES.c.outcome)
    )
    return {row[0]: int(row[1]) for row in connection.execute(question)}


def _waiting(connection: Connection, agency: str) -> dict[str, int]:
    from sqlalchemy import func, select  # noqa: PLC0415 - on first use

    from gov_connect.store.tables import EVENTS  # noqa: PLC0415

    columns = (EVENTS.c.system, EVENTS.c.state)
    question = (
        select(*columns, func.count()).where(EVENTS.c.agency == agency, EVENTS.c.state != "done").group_by(*columns)
    )
    return {
        f"{system}/{state}": count for system, state, count in sorted(tuple(r) for r in connection.execute(question))
    }
