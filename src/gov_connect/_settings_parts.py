"""What settings are made of: the types of addresses and times, and the smaller groups of the portal's."""

from __future__ import annotations

from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from gov_connect.errors import Rejected


def _reachable(url: str) -> str:
    """Refuse what no transport could connect to: no host, or a port that does not exist."""
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound:
        raise Rejected("value.not_a_url")
    return url


HttpUrl: TypeAlias = Annotated[
    str, Field(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$", max_length=2000), AfterValidator(_reachable)
]
Seconds: TypeAlias = Annotated[float, Field(gt=0, le=3600)]
FilePath: TypeAlias = Annotated[str, Field(max_length=1000)]
Path: TypeAlias = Annotated[str, Field(max_length=500, pattern=r"^[^\s?#]*$")]


class NewerPortalSettings(BaseModel):
    """What the 2026 generation needs (national_portal.md §2.10, SEEN). Paths are given by its gateway."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr
    token_path: Path
    number_path: Path
    upload_path: Path
    dossier_path: Path
    progress_path: Path
    status_path: Path
    service_suffix: Annotated[str, Field(max_length=20)] = ""
    """Appended to the procedure code to make MaDichVuCong (§4.3)."""


class PullSettings(BaseModel):
    """The platform of interlinked procedures, from which dossiers are pulled (national_portal.md §7.1, SEEN).

    Only the path of the content is publicly known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    base_url: HttpUrl
    username: Annotated[str, Field(min_length=1)]
    password: Annotated[SecretStr, Field(min_length=1)]
    login_path: Path
    list_path: Path
    acknowledge_path: Path
    content_path: Path = "/api/lienthongdvclt/hosolienthong"
    session_seconds: Seconds = 600.0
    """How long a token is reused."""
