"""The tables. Every row is keyed by agency; every text that may speak of people is sealed."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    DDL,
    Column,
    Float,
    Index,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    event,
    text,
)

from gov_connect.store.types import DateTime, Integer, String

METADATA = MetaData()
# Written out in every query that wants their indexes: a database cannot see through a parameter.
WAITING = text("events.state = 'waiting'")
OPEN = text("events.state IN ('waiting', 'sent', 'parked') AND events.lane <> 'step'")
_WAITING, _OPEN = text("state = 'waiting'"), text("state IN ('waiting', 'sent', 'parked') AND lane <> 'step'")
_OWNED = text("owner <> ''")
# Half of all audit entries are outcomes, about nobody and no day: indexes that leave those out cost them nothing.
LATER, COUNTED, PERSONAL = text("later.refers > 0"), text("audit_bodies.day <> ''"), text("audit_bodies.subject <> ''")
_REFERS, _COUNTED, _PERSONAL = text("refers > 0"), text("day <> ''"), text("subject <> ''")

EVENTS = Table(
    "events",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agency", String(35), nullable=False),
    Column("system", String(50), nullable=False),
    Column("dossier", String(80), nullable=False),
    Column("key", String(200), nullable=False),
    Column("operation", String(100), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("state", String(20), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("error", String(100), nullable=False),
    Column("result", LargeBinary),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("lane", String(10), nullable=False, server_default="step"),
    Column("due", Float, nullable=False, server_default=text("0")),
    Column("owner", String(32), nullable=False, server_default=""),
    Column("doubtful", Integer, nullable=False, server_default=text("0")),
    Column("acting", LargeBinary),
    UniqueConstraint("agency", "system", "key"),
    Index("events_by_dossier", "agency", "dossier", "id"),
    Index("events_due", "agency", "system", "due", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    Index("events_open", "agency", "lane", "dossier", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("events_owned", "owner", sqlite_where=_OWNED, postgresql_where=_OWNED),
    comment="What is sent to outside systems and told to the host: written before, its result after.",
)

INBOX = Table(
    "inbox",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agency", String(35), nullable=False),
    Column("system", String(50), nullable=False),
    Column("key", String(200), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("path", String(200), nullable=False),
    Column("deliveries", Integer, nullable=False),
    Column("handled", Integer, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("agency", "system", "key"),
    comment="What outside systems send: stored before it is answered.",
)

WORKERS = Table(
    "workers",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("beat", Integer, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("beat_at", DateTime(timezone=True), nullable=False),
    comment="Who works: the beat counts on while a worker lives; what others see standing still is dead.",
)

TARGETS = Table(
    "targets",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("system", String(50), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("pause", Float, nullable=False),
    Column("paused_until", Float, nullable=False),
    Column("outage_since", DateTime(timezone=True)),
    Column("retries", Float, nullable=False),
    Column("retries_at", Float, nullable=False),
    comment="How each system does: an outage pauses it, and repetitions come out of one budget.",
)

CURSORS = Table(
    "cursors",
    METADATA,
    Column("name", String(50), primary_key=True),
    Column("at", Integer, nullable=False),
    comment="Up to which row something was read: moves in the transaction that uses what was read.",
)

ALERTS = Table(
    "alerts",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agency", String(35), nullable=False),
    Column("system", String(50), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("detail", String(200), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("alerts_by_agency", "agency", "id"),
    comment="What people were told once: an outage began, it ended, an event was parked.",
)

STEPS = Table(
    "steps",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("dossier", String(80), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    comment="Results of workflow steps that send nothing: times taken, references made, quotes.",
)

DOSSIERS = Table(
    "dossiers",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("dossier", String(80), primary_key=True),
    Column("procedure", String(20), nullable=False),
    Column("status", Integer, nullable=False),
    Column("outcome", String(50), nullable=False),
    Column("reason", String(100), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    comment="Where each dossier stands by the local records.",
)

LEASES = Table(
    "leases",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("dossier", String(80), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("until", Integer, nullable=False),
    Column("worker", String(32), nullable=False, server_default=""),
    comment="Which worker has which dossier, until when (epoch seconds).",
)

ORDERS = Table(
    "orders",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("system", String(50), primary_key=True),
    Column("reference", String(50), primary_key=True),
    Column("dossier", String(80), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("transaction", String(100), nullable=False),
    Column("order", LargeBinary, nullable=False),
    Column("link", LargeBinary),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Index("orders_by_dossier", "agency", "dossier"),
    comment="Payment orders: stored before the gateway hears of them.",
)

RAW_MESSAGES = Table(
    "raw_messages",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agency", String(35), nullable=False),
    Column("path", String(200), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("length", Integer, nullable=False),
    Column("body", LargeBinary),
    Column("reason", String(200), nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Index("raw_messages_by_agency", "agency", "id"),
    comment="Messages that were refused: kept sealed for replay within quotas, above them hash and length only.",
)

INBOUND_LOOK_UPS = Table(
    "inbound_look_ups",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agency", String(35), nullable=False),
    Column("path", String(100), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Index("look_ups_by_subject", "agency", "subject", "id"),
    comment="Who was told what: every look-up by an outside system, answered or not.",
)

RELEASED_FILES = Table(
    "released_files",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("agency", String(35), nullable=False),
    Column("dossier", String(80), nullable=False),
    Column("reference", LargeBinary, nullable=False),
    Column("content_type", String(100), nullable=False),
    Column("released_at", DateTime(timezone=True), nullable=False),
    Column("withdrawn", Integer, nullable=False),
    Index("released_files_by_dossier", "agency", "dossier"),
    comment="Files the portal may fetch: an opaque id stands for the host's own reference.",
)

NUMBERS = Table(
    "numbers",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("day", String(8), primary_key=True),
    Column("last", Integer, nullable=False),
    comment="The last dossier number given of an agency on a day.",
)

CODE_MAP = Table(
    "code_map",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("kind", String(30), primary_key=True),
    Column("local", String(100), primary_key=True),
    Column("national", String(100), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    comment="What a local code is called nationally.",
)

PAYMENT_NEWS = Table(
    "payment_news",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agency", String(35), nullable=False),
    Column("system", String(50), nullable=False),
    Column("reference", String(50), nullable=False),
    Column("source", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("transaction", String(100), nullable=False),
    Column("raw_code", String(20), nullable=False),
    Column("raw_time", String(50), nullable=False),
    Column("alarm", String(20), nullable=False),
    Column("settled", String(200), nullable=False),
    Column("told_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("agency", "system", "reference", "source", "state", "transaction"),
    Index("payment_news_by_transaction", "agency", "system", "transaction"),
    comment="What was said of each order, once per source, state and transaction: replays are harmless.",
)

PAYMENT_REJECTS = Table(
    "payment_rejects",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agency", String(35), nullable=False),
    Column("system", String(50), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("reason", String(50), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_at", DateTime(timezone=True), nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("agency", "system", "fingerprint"),
    comment="Notices that were not believed: what arrived, cut to 4 KiB and sealed, and how often.",
)

PAYMENT_POLLS = Table(
    "payment_polls",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("system", String(50), primary_key=True),
    Column("reference", String(50), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("given_up", Integer, nullable=False),
    Index("payment_polls_due", "agency", "system", "given_up", "due_at"),
    comment="When each order that is not final is asked for again.",
)

PAYMENT_ATTEMPTS = Table(
    "payment_attempts",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("system", String(50), primary_key=True),
    Column("reference", String(50), primary_key=True),
    Column("first", String(50), nullable=False),
    Column("number", Integer, nullable=False),
    UniqueConstraint("agency", "system", "first", "number"),
    comment="Orders that were opened anew after they had closed: which one they go back to, and the how manieth.",
)

REFUNDS = Table(
    "refunds",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("system", String(50), primary_key=True),
    Column("key", String(100), primary_key=True),
    Column("reference", String(50), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("transaction", String(100), nullable=False),
    Column("refund", LargeBinary, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Index("refunds_by_reference", "agency", "system", "reference"),
    comment="Money to be given back: stored before the gateway hears of it, never more than was paid.",
)

RECEIPTS = Table(
    "receipts",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("key", String(100), primary_key=True),
    Column("symbol", String(20), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("agency", "symbol", "year", "number"),
    comment="Receipts with numbers of our own: no number twice, no gap, from 1 each year.",
)

RECEIPT_JOBS = Table(
    "receipt_jobs",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("system", String(50), primary_key=True),
    Column("key", String(100), primary_key=True),
    Column("reference", String(50), nullable=False),
    Column("issuer", String(50), nullable=False),
    Column("state", String(20), nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("receipt", LargeBinary),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Index("receipt_jobs_by_reference", "agency", "system", "reference"),
    comment="Receipts of orders: asked for once, by one issuer, before it hears of them.",
)

MANDATES = Table(
    "mandates",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agency", String(35), nullable=False),
    Column("key", String(36), nullable=False),
    Column("entry", LargeBinary, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("agency", "key"),
    comment="Who may sign what: sealed entries and withdrawals, in the order they were made; it only grows.",
)

SIGNATURES = Table(
    "signatures",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("key", String(100), primary_key=True),
    Column("service", String(50), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reference", String(100), nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("result", LargeBinary),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    comment="Signatures that wait for somebody's phone: stored before the service hears of them.",
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("writer", String(60), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("phase", String(10), nullable=False),
    Column("refers", Integer, nullable=False),
    Column("content", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("mac", String(64), nullable=False),
    Index("audit_refers", "agency", "writer", "refers", sqlite_where=_REFERS, postgresql_where=_REFERS),
    comment="The audit chain: each row carries the hash of the one before it. Never changed, never deleted.",
)

AUDIT_BODIES = Table(
    "audit_bodies",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("writer", String(60), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("day", String(10), nullable=False),
    Column("officer", String(100), nullable=False),
    Column("system", String(50), nullable=False),
    Column("operation", String(100), nullable=False),
    Column("procedure", String(20), nullable=False),
    Column("dossier", String(80), nullable=False),
    Column("request_id", String(100), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("outcome", String(100), nullable=False),
    Column("details", LargeBinary, nullable=False),
    Index("audit_look_ups_of_a_day", "agency", "day", "officer", sqlite_where=_COUNTED, postgresql_where=_COUNTED),
    Index("audit_of_a_person", "subject", sqlite_where=_PERSONAL, postgresql_where=_PERSONAL),
    comment="What an audit entry says: the chain holds its digest, so that purging it breaks nothing.",
)

AUDIT_PURGES = Table(
    "audit_purges",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("writer", String(60), primary_key=True),
    Column("upto", Integer, primary_key=True),
    comment="Up to which entry of a chain the bodies may be gone; an entry of the chain says who did that.",
)

AUDIT_CHAINS = Table(
    "audit_chains",
    METADATA,
    Column("agency", String(35), primary_key=True),
    Column("writer", String(60), primary_key=True),
    comment="Which chains there are.",
)

_MAY_GO: Final = (
    "EXISTS (SELECT 1 FROM audit_purges p WHERE p.agency = OLD.agency AND p.writer = OLD.writer "
    "AND p.upto >= OLD.sequence)"
)


def _only_grows(table: Table, change: str, unless: str = "") -> None:
    """Let the database itself refuse a change: against accidents, not against its own administrator."""
    name = f"{table.name}_no_{change.lower()}"
    said = f"{table.name} only grows"
    when = f"WHEN NOT {unless} " if unless else ""
    sqlite = f"CREATE TRIGGER {name} BEFORE {change} ON {table.name} {when}BEGIN SELECT RAISE(ABORT, '{said}'); END"
    test = f"IF {unless} THEN RETURN OLD; END IF; " if unless else ""
    function = (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {test}RAISE EXCEPTION '{said}'; END $$ "
        "LANGUAGE plpgsql"
    )
    trigger = f"CREATE TRIGGER {name} BEFORE {change} ON {table.name} FOR EACH ROW EXECUTE FUNCTION {name}()"
    emptied = f"CREATE TRIGGER {name}_all BEFORE TRUNCATE ON {table.name} EXECUTE FUNCTION {name}()"
    statements = [("sqlite", sqlite), ("postgresql", function), ("postgresql", trigger)]
    for dialect, statement in [*statements, *([] if unless else [("postgresql", emptied)])]:
        made = DDL(statement)  # type: ignore[no-untyped-call] # SQLAlchemy left it so
        event.listen(table, "after_create", made.execute_if(dialect=dialect))


for _table in (AUDIT, AUDIT_BODIES, AUDIT_PURGES, AUDIT_CHAINS):
    _only_grows(_table, "UPDATE")
    _only_grows(_table, "DELETE", _MAY_GO if _table is AUDIT_BODIES else "")
