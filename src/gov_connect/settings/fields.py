"""Kinds of fields that settings are made of."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, Field, SecretStr
from pydantic_core import CoreSchema, core_schema

from gov_connect.errors import Rejected
from gov_connect.resilience.guard import reachable

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

_KEY_BYTES: Final = 32
G = TypeVar("G", bound=BaseModel)


class _WhenGiven:
    """A group whose own schema is built by the first value that is given for it."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """None, the group itself, or a table of it; its problems come out under its own name."""
        del handler
        kind: type[BaseModel] = get_args(source)[0]

        def group(value: object) -> object:
            return value if value is None or isinstance(value, kind) else kind.model_validate(value)

        return core_schema.no_info_plain_validator_function(group)


OnUse: TypeAlias = Annotated[G | None, _WhenGiven()]
"""A group of settings, or None. Most clients set three groups of twenty: the others cost nothing."""

HttpUrl: TypeAlias = Annotated[
    str, Field(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$", max_length=2000), AfterValidator(reachable)
]
Seconds: TypeAlias = Annotated[float, Field(gt=0, le=3600)]
FilePath: TypeAlias = Annotated[str, Field(max_length=1000)]
Path: TypeAlias = Annotated[str, Field(max_length=500, pattern=r"^[^\s?#]*$")]


def sound_store_key(key: SecretStr) -> SecretStr:
    """Refuse what is not base64 of 32 bytes; older keys stand behind the first, after commas."""
    for part in key.get_secret_value().split(","):
        try:
            raw = base64.b64decode(part.strip(), validate=True)
        except ValueError:
            raw = b""
        if len(raw) != _KEY_BYTES:
            raise Rejected("value.store_key")
    return key


def sound_database_url(url: str) -> str:
    """Refuse an address of a database that the library does not keep its records in."""
    if not url.startswith(("sqlite:///", "postgresql://")):
        raise Rejected("value.database_url")
    return url


def decoded(value: object) -> object:
    """A table given as JSON text, as the environment has it."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Rejected("value.invalid") from None


_IN_ADDRESS: Final = re.compile(
    r"(://[^/?#]*?:)[^/?#]*@|([?&](?:password|passfile|sslpassword|sslkey)=)[^&#]*", re.IGNORECASE
)


def without_password(address: str) -> str:
    """A database's address as it may be shown."""
    return _IN_ADDRESS.sub(lambda found: f"{found[1]}***@" if found[1] else f"{found[2]}***", address)


def names_alone(tables: dict[str, dict[str, object]]) -> dict[str, dict[str, str]]:
    """Plain tables of settings as they may be shown: nothing says which of their values is a secret."""
    return {name: dict.fromkeys(table, "***") for name, table in tables.items()}
