"""The tables. Every row is keyed by agency; every text that may speak of people is sealed."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
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

LOOK_UPS = Table(
    "look_ups",
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
