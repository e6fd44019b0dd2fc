"""The tables. Every row is keyed by agency; every text that may speak of people is sealed."""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
)

METADATA = MetaData()

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
    UniqueConstraint("agency", "system", "key"),
    Index("events_by_dossier", "agency", "dossier", "id"),
    comment="What is sent to outside systems: written before it is sent, its result after.",
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
    Column("changed_at", DateTime(timezone=True), nullable=False),
    comment="Where each dossier stands by the local records.",
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

LOOK_UPS = Table(
    "look_ups",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("asked", Integer),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("day", String(10), nullable=False),
    Column("agency", String(35), nullable=False),
    Column("officer", String(20), nullable=False),
    Column("operation", String(100), nullable=False),
    Column("procedure", String(20), nullable=False),
    Column("dossier", String(80), nullable=False),
    Column("legal_basis", String(500), nullable=False),
    Column("request_id", String(40), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("outcome", String(100), nullable=False),
    Index("look_ups_of_a_day", "agency", "day", "officer"),
    Index("look_ups_of_a_person", "subject"),
    Index("look_ups_answered", "asked"),
    comment="Who asked for whom: a row before the question is sent, another with what came of it.",
)
for _change in ("UPDATE", "DELETE"):
    event.listen(
        LOOK_UPS,
        "after_create",
        DDL(  # type: ignore[no-untyped-call] # SQLAlchemy left it so
            f"CREATE TRIGGER look_ups_no_{_change.lower()} BEFORE {_change} ON look_ups "
            "BEGIN SELECT RAISE(ABORT, 'look_ups only grows'); END"
        ).execute_if(dialect="sqlite"),
    )
