"""Settings of the civil registry (civil_registry.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from gov_connect.settings.common import HttpUrl, Path, SystemSettings


class CivilRegistrySettings(SystemSettings):
    """The civil registry behind a gateway (civil_registry.md §1). Paths are configuration."""

    token_url: HttpUrl
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: Annotated[SecretStr, Field(min_length=1)]
    generation: Literal["G1"] = "G1"
    register_path: Path = "/hotich/1.0/dangKyHoTich"
    status_path: Path = "/hotich/1.0/traTrangThaiHoSo"
    result_path: Path = "/hotich/1.0/ketQuaDangKyHS"
