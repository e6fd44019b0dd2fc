"""Settings of the law packs: whose signatures count, and where deliveries come from (fees.md §2.6)."""

from __future__ import annotations

import base64
from datetime import date
from typing import Annotated, Final, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from gov_connect.errors import Rejected
from gov_connect.settings.fields import FilePath

_KEY_BYTES: Final = 32
SignerName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]


def _ed25519(text: str) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise Rejected("value.invalid")
    return text


class FeeSignerSettings(BaseModel):
    """A body that may sign law packs."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    key: Annotated[str, AfterValidator(_ed25519)]
    """Public Ed25519 key: base64 of its 32 bytes."""
    until: date | None = None
    """The last day on which its signature counts; empty for no end. Keep a retired signer with its day."""

    @property
    def raw(self) -> bytes:
        """The 32 bytes."""
        return base64.b64decode(self.key)


class FeeSettings(BaseModel):
    """Signed law packs beside those of the package; without these settings there are none."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    state: Annotated[FilePath, Field(min_length=1)]
    """Folder of what was accepted, shared by the processes of this machine; back it up with the records."""
    source: Annotated[str, Field(max_length=2000)] = ""
    """Folder or http(s) address that `gov-connect worker` looks at every minute; "" for none."""
    signers: Annotated[dict[SignerName, FeeSignerSettings], Field(min_length=1)]
    """Who may sign, by the name in `manifest.toml.NAME.sig`; as JSON in the environment."""
    needed: Annotated[int, Field(ge=1)] = 1
    """How many of them must."""
    scope: Annotated[str, Field(pattern=r"^(VN|[0-9]{2}(:[0-9]{2})?)$")] = "VN"
    """The place for which they may make law; "VN" for everything."""
    recent: FilePath = ""
    """Dossier file (JSON) whose amounts are compared before a delivery counts; "" for none."""

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.needed > len({one.raw for one in self.signers.values()}):
            raise Rejected("value.too_large", at="needed", limit=len(self.signers))
        return self
