"""The smaller groups of the portal's settings."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from gov_connect._system_settings import HttpUrl, Path, Seconds


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
