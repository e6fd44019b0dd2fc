"""Settings of the national portal, in both generations (national_portal.md)."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from gov_connect.errors import Rejected
from gov_connect.settings.common import SystemSettings
from gov_connect.settings.fields import Path, Seconds
from gov_connect.transport.gateways import Forwarder, Gateway


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


class PortalSettings(SystemSettings):
    """The national portal behind its integration adapter (national_portal.md §1)."""

    generation: Literal["2020", "2026"] = "2020"
    """Wire generation; 2026 needs `newer`, and nothing of 2020 but `base_url`."""
    newer: NewerPortalSettings | None = None
    forward_path: Path = "/XrdAdapter/RestService/forward"
    """`/VXPAdapter/RestService/forward` on newer adapters."""
    login_path: Path = "mapi/login"
    share_endpoint: Path
    """Path of the catalogue services; given by the portal, not publicly known (§9)."""
    integration_endpoint: Path
    """Path of all other services; given by the portal, not publicly known (§9)."""
    insert_path: Path = ""
    """URLThemMoi, and ..."""
    update_path: Path = ""
    """... URLCapNhat, where a province offers two addresses for bare arrays of dossiers (§2.2, SEEN)."""
    username: Annotated[str, Field(min_length=1)]
    password: Annotated[SecretStr, Field(min_length=1)]
    dstcode: str = ""
    """Provider code; blank on test systems, and then left out altogether."""
    dstcode_in: Literal["header", "query"] = "header"
    gateway: Gateway | None = None
    """Another way to the portal than the forwarder above (residents.md §5)."""
    session_seconds: Seconds = 600.0
    """How long a session is reused; the portal's own life of it is not known."""
    fields: Annotated[int, Field(ge=1, le=2)] = 2
    """Field generation of DongBoHoSoMC (§2.2): 1 is that of 2020, 2 has the later fields as well."""
    submitted_at: Annotated[str, Field(pattern=r"^[0-9]{1,2}$")] = "2"
    """NoiNopHoSo, a constant in running clients (§2.2, SEEN)."""
    answer_codes: Literal["reduced", "plain"] = "reduced"
    """Codes of DongBoTrangThaiHoSo (§2.6): 2 and 5 only, or the plain ones with 11 for a refusal."""

    @model_validator(mode="before")
    @classmethod
    def _nothing_of_2020(cls, values: Any) -> Any:
        """What 2020 needs stays blank in 2026."""
        raw: object = values
        given = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
        if given.get("generation") != "2026":
            return values
        return {"share_endpoint": "", "integration_endpoint": "", "username": "-", "password": "-", **given}

    @model_validator(mode="after")
    def _newer_with_2026(self) -> Self:
        if self.generation == "2026" and self.newer is None:
            raise Rejected("value.needed_with", at="newer", other="GENERATION=2026")
        return self

    @model_validator(mode="after")
    def _both_paths(self) -> Self:
        if bool(self.insert_path) != bool(self.update_path):
            missing, other = ("update_path", "INSERT_PATH") if self.insert_path else ("insert_path", "UPDATE_PATH")
            raise Rejected("value.needed_with", at=missing, other=other)
        return self

    @cached_property
    def way(self) -> Gateway:
        """How messages get to the portal."""
        if self.gateway is not None:
            return self.gateway
        return Forwarder(forward_path=self.forward_path, dstcode=self.dstcode, dstcode_in=self.dstcode_in)
