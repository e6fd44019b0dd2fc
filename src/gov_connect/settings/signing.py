"""Settings of signing and verifying, and of the services that do it elsewhere (signature.md §1)."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from gov_connect.errors import Rejected
from gov_connect.settings.common import SystemSettings
from gov_connect.settings.fields import FilePath, Seconds

PemOrPath: TypeAlias = Annotated[str, Field(max_length=1_000_000)]
"""PEM text itself, or the path of a file (PEM or DER) or of a folder of such files; "" for none."""


class SmartCaSettings(SystemSettings):
    """VNPT SmartCA; `base_url` ends in `/sca/sp769` (§1.4)."""

    sp_id: Annotated[str, Field(min_length=1)]
    sp_password: SecretStr
    status_by: Literal["transaction_id", "tran_code"] = "transaction_id"
    """Which id the path of the status call takes: the document and running clients disagree."""


class MySignSettings(SystemSettings):
    """Viettel MySign (§1.6)."""

    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr
    profile_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9:._-]{1,100}$")] = "adss:ras:profile:001"


class CscSettings(SystemSettings):
    """A CSC v1 service; `base_url` ends before `/csc/v1` (§1.7)."""

    access_token: SecretStr
    credential: Annotated[str, Field(min_length=1)]


class TimestampSettings(SystemSettings):
    """An RFC 3161 authority. The official-duty one answers in 2 s to 131 s (§1.2): hence the patience."""

    read_timeout: Seconds = 180.0
    total_timeout: Seconds = 600.0
    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    first_wait: Annotated[float, Field(ge=0, le=60)] = 2.0


class SigningKeySettings(BaseModel):
    """One key: a file (PKCS#12, or PEM with `certificate`), or a certificate on a token."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    file: Annotated[SecretStr, Field(max_length=100_000)] = SecretStr("")
    """Path of a .p12, .pfx or PEM key, or the PEM text itself."""
    certificate: PemOrPath = ""
    """The signer's certificate, then those above it; for a PEM key, and for those the token does not hold."""
    password: SecretStr = SecretStr("")
    library: FilePath = ""
    """PKCS#11 library of the token's maker."""
    token: str = ""
    """Its label."""
    pin: SecretStr = SecretStr("")
    serial: Annotated[str, Field(pattern=r"^[0-9A-Fa-f]*$", max_length=40)] = ""
    """Serial number of the certificate on the token, hexadecimal."""
    pss: bool = False
    """Whether an RSA key signs with RSASSA-PSS (TT 15/2025)."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.file.get_secret_value()) == bool(self.library):
            raise Rejected("value.one_of", names="FILE, LIBRARY")
        if self.library and not (self.token and self.serial):
            raise Rejected("value.needed_with", at="serial" if self.token else "token", other="LIBRARY")
        return self


class SigningSettings(BaseModel):
    """Whom to trust, with which keys to sign, and whose word decides who may."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    official_roots: PemOrPath = ""
    """Roots of the official-duty tree."""
    public_roots: PemOrPath = ""
    """Roots of the public tree."""
    intermediates: PemOrPath = ""
    timestamp_roots: PemOrPath = ""
    revocation: Literal["require", "when_known"] = "require"
    """Whether a signature without revocation data stays open, or passes with a note."""
    revocation_data: PemOrPath = ""
    """CRLs and OCSP answers; files of a folder are taken in anew when they change."""
    skew_seconds: Annotated[float, Field(ge=0, le=600)] = 120.0
    officials_in_public_tree: bool = False
    """Whether officers and the agency may sign in the public tree too, as SmartCA and MySign do (§1.2)."""
    pss_expected: bool = False
    """Note public signatures without PSS."""
    personal: SigningKeySettings | None = None
    """Key of the competent person at this machine."""
    agency: SigningKeySettings | None = None
    """Key of the agency (văn thư), for issues and copies."""
    mandates: Literal["none", "file", "table"] = "none"
    """Where it stands who may sign what: nowhere, in a signed file, or in the database."""
    mandates_file: FilePath = ""
    mandates_signature: FilePath = ""
    """Its detached signature."""
    mandates_keeper: Annotated[str, Field(pattern=r"^([0-9a-f]{1,40}:[0-9a-f]{64})?$")] = ""
    """Certificate of the file's keeper: serial number, colon, SHA-256 of the issuer's name, both hexadecimal."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.mandates == "file":
            for name in ("mandates_file", "mandates_signature", "mandates_keeper"):
                if not getattr(self, name):
                    raise Rejected("value.needed_with", at=name, other="MANDATES=file")
        return self
