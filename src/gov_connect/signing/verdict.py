"""One strict verdict on a signed document, with its reasons (signature.md §6.6).

A verdict speaks of the content that was signed, never of "the document": `Report.signed` hands out exactly
the bytes that every signature covers, and only when all of them hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import UsageError
from gov_connect.messages import message
from gov_connect.model import Personal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from gov_connect.errors import Param
    from gov_connect.messages import Language


class Format(StrEnum):
    """What kind of signed file it is."""

    PDF = "pdf"
    XML = "xml"
    CMS = "cms"


class Tree(StrEnum):
    """The two trees of certificates, apart by law (signature.md §1.2)."""

    OFFICIAL_DUTY = "official_duty"
    """Chữ ký số chuyên dùng công vụ: root of Ban Cơ yếu Chính phủ."""
    PUBLIC = "public"
    """Chữ ký số công cộng: root of the national electronic authentication centre."""


class Verdict(StrEnum):
    """The three answers."""

    VALID = "valid"
    INVALID = "invalid"
    NOT_DETERMINED = "not_determined"


_UNDECIDED: Final = frozenset(
    {
        "signing.revocation.unknown",
        "signing.revocation.unusable",
        "signing.timestamp.untrusted",
        "signing.timestamp.revocation",
        "signing.pdf.unavailable",
    }
)
"""Findings that leave the answer open; any other finding but a note makes it invalid."""
_NOTES: Final = frozenset({"signing.note.no_timestamp", "signing.note.revocation_skipped", "signing.note.not_pss"})


class SignerName(Personal):
    """The name in a certificate: shown only where the caller asks for the signer."""


class SigningRefused(UsageError):
    """Nothing was signed or accepted; the code says which rule stands against it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding: a code of the catalogue and the figures of the rule, never names of people."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict[str, "Param"])

    @property
    def verdict(self) -> Verdict:
        """What this finding alone makes of the signature."""
        if self.code in _NOTES:
            return Verdict.VALID
        return Verdict.NOT_DETERMINED if self.code in _UNDECIDED else Verdict.INVALID

    def text(self, language: Language = "vi") -> str:
        """Say it for people, in `language`."""
        return message(self.code).text(language, self.params)

    def to_dict(self) -> dict[str, str]:
        """`{"code", "vi", "en"}`."""
        return {"code": self.code, "vi": self.text("vi"), "en": self.text("en")}


class Finding(Exception):
    """A check failed and nothing after it can be trusted; the verifier turns it into a `Reason`."""

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code)
        self.reason: Final = Reason(code, params)


def worst(reasons: Iterable[Reason]) -> Verdict:
    """Invalid beats not determined, and that beats valid."""
    found = {reason.verdict for reason in reasons}
    if Verdict.INVALID in found:
        return Verdict.INVALID
    return Verdict.NOT_DETERMINED if Verdict.NOT_DETERMINED in found else Verdict.VALID


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """One signature of a file.

    Attributes:
        signer: name in the certificate; None when no certificate could be read.
        serial: serial number in lower-case hexadecimal, "" when unknown.
        issuer: SHA-256 of the issuer's name as the certificate writes it, hexadecimal; names nobody.
        tree: which tree the chain ends in; None when it ends in none.
        time: when it was signed; proven by a timestamp when `time_proven`, else as the signer claims.
        covers_all: whether the signature covers the whole content of the file.
        reasons: every finding; a valid signature may carry notes.
        signed: the bytes it covers, empty unless the mathematics holds.
    """

    signer: SignerName | None = None
    serial: str = ""
    issuer: str = ""
    tree: Tree | None = None
    time: datetime | None = None
    time_proven: bool = False
    covers_all: bool = False
    reasons: tuple[Reason, ...] = ()
    signed: bytes = field(default=b"", repr=False)

    @property
    def verdict(self) -> Verdict:
        """What the reasons make of it."""
        return worst(self.reasons)

    def to_dict(self) -> dict[str, Any]:
        """The shape of `gov-connect verify --json`: names the signer, since the caller asked for it."""
        return {
            "signer": None if self.signer is None else self.signer.reveal(),
            "serial": self.serial,
            "time": None if self.time is None else self.time.isoformat(),
            "covers_all": self.covers_all,
            "reasons": [reason.to_dict() for reason in self.reasons],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The answer about one file.

    Attributes:
        reasons: findings about the file as a whole.
    """

    format: Format
    signatures: tuple[SignatureReport, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Valid only when there are signatures, all of them hold and one covers everything."""
        return worst([*self.reasons, *(reason for one in self.signatures for reason in one.reasons)])

    @property
    def signed(self) -> bytes:
        """The content that the last signature covers.

        Raises:
            SigningRefused: the verdict is not "valid"; nothing may be used as signed content.
        """
        if self.verdict is not Verdict.VALID:
            raise SigningRefused("signing.not_valid")
        return self.signatures[-1].signed

    def to_dict(self) -> dict[str, Any]:
        """`{"verdict", "format", "signatures": [...], "reasons"}`."""
        return {
            "verdict": self.verdict.value,
            "format": self.format.value,
            "signatures": [one.to_dict() for one in self.signatures],
            "reasons": [reason.to_dict() for reason in self.reasons],
        }
