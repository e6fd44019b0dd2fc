"""What concerns the whole process: its world, its agency, its records and its audit log."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, PlainSerializer, SecretStr
from pydantic_settings import NoDecode

from gov_connect.model import AgencyCode
from gov_connect.settings.fields import sound_database_url, sound_store_key, without_password
from gov_connect.settings.hosts import listed, sound


class Environment(StrEnum):
    """Which world the client lives in."""

    OFFLINE = "offline"
    TEST = "test"
    PRODUCTION = "production"


class ProcessSettings(BaseModel, defer_build=True):
    """The part of `Settings` that is there once, however many agencies and systems it serves."""

    environment: Environment = Environment.OFFLINE
    agency: AgencyCode | None = None
    """The configured system account acts for it."""
    agency_name: str = ""
    database_url: Annotated[
        str,
        AfterValidator(sound_database_url),
        Field(repr=False),
        PlainSerializer(without_password, return_type=str),
    ] = "sqlite:///gov_connect.db"
    """A file, or `postgresql://user:password@host/name` with the `scale` extra."""
    store_key: Annotated[SecretStr, AfterValidator(sound_store_key)] | None = None
    """Base64 of 32 bytes; encrypts stored messages. Required in production once records are kept.
    Behind it, after commas, keys that it replaced (`gov-connect delivery rotate`)."""
    dispatcher: Literal["worker", "procrastinate"] = "worker"
    """Who distributes durable work: our own worker, or procrastinate (PostgreSQL, extra `scale`)."""
    production_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed), AfterValidator(sound)] = ()
    """Hosts of production, `*.` before a domain for all below: for production alone, and there no others."""
    test_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed), AfterValidator(sound)] = ()
    """Hosts under .gov.vn that are test systems; outside production all others there are refused."""
    audit: Literal["kept", "none"] = "kept"
    """Whether calls on systems stand in the audit log. `none` is for rehearsals and measurements: production refuses
    it, and quotas of look-ups, which are counted in the log, do not hold."""
    audit_writer: Annotated[str, Field(max_length=60, pattern=r"^[\w.-]*$")] = ""
    """Name of this machine's chain in the audit log; "" for the machine's own name."""
    audit_key: SecretStr | None = None
    """Signs exported heads: base64 of an Ed25519 key's 32 bytes, or PEM."""
