"""What the server needs for the desktop tool: parameters for the page, and the file that comes back.

The page opens `wss://127.0.0.1:8987/<Command>` and sends the parameters; the tool fetches the file, signs it, and
posts it to us. It has no session of ours, so both addresses carry a token for this one document and a short time.
What comes back is believed only after it was verified, and only if it is the file handed out plus signatures.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from gov_connect.model import VIETNAM
from gov_connect.signing.certificates import CertificateId
from gov_connect.signing.verdict import Format, SigningRefused, Verdict

if TYPE_CHECKING:
    from gov_connect.signing.service import Signing
    from gov_connect.signing.trust import ActKind
    from gov_connect.signing.verdict import Report

TOOL: Final = "wss://127.0.0.1:8987/"
UPLOAD_FIELD: Final = "uploadfile"
LIFE: Final = timedelta(minutes=15)


class Command(StrEnum):
    """The tool's commands that end in a signed file (§1.8)."""

    APPROVE = "SignApproved"
    """The competent person signs."""
    ISSUE = "SignIssued"
    """Văn thư signs for the agency at issue."""
    INCOMING = "SignIncome"
    COPY = "SignCopy"
    """A certified electronic copy."""
    APPENDIX = "SignAppendix"
    PDF = "SignPDF"
    XML = "SignXML"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOut:
    """A document handed out for signing; keep it until the file comes back.

    Attributes:
        token: the secret in both addresses.
        sha256: of the file handed out.
        prior: how many signatures it carries already.
    """

    token: str = field(repr=False)
    sha256: str
    size: int
    prior: int
    ends: datetime

    @classmethod
    def of(cls, document: bytes, now: datetime, *, prior: int = 0) -> HandOut:
        """A fresh token for this document."""
        digest = hashlib.sha256(document).hexdigest()
        return cls(token=secrets.token_urlsafe(32), sha256=digest, size=len(document), prior=prior, ends=now + LIFE)

    def admits(self, token: str, now: datetime) -> bool:
        """Whether a request with this token may fetch or upload now; compared in constant time."""
        return now < self.ends and hmac.compare_digest(token.encode(), self.token.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class SignRequest:
    """The parameters that the page passes to the tool.

    Attributes:
        download: absolute address of the unsigned file, without a query.
        upload: absolute address that takes the signed file, without a query.
        number: number and symbol of the document; with `issued_at` for SignIssued only.
    """

    command: Command
    download: str
    upload: str
    token: str = field(repr=False)
    number: str = ""
    issued_at: datetime | None = None

    @property
    def address(self) -> str:
        """Where the page connects to."""
        return TOOL + self.command.value

    def to_json(self) -> str:
        """The one text frame to send (§1.8).

        Raises:
            SigningRefused: an address is not https, or SignIssued lacks number or time.
        """
        if any(urlsplit(url).scheme != "https" or urlsplit(url).query for url in (self.download, self.upload)):
            raise SigningRefused("signing.remote.mismatch")
        query = "?" + urlencode({"token": self.token})
        frame: dict[str, object] = {
            "FileUploadHandler": self.upload + query,
            "SessionId": "",
            "JWTToken": "",
            "FileName": self.download + query,
            "MetaData": [],
        }
        if self.command is Command.ISSUE:
            if not self.number or self.issued_at is None:
                raise SigningRefused("signing.mandate.number", article="NĐ 30/2020 Điều 15")
            frame["DocNumber"] = self.number
            frame["IssuedDate"] = self.issued_at.astimezone(VIETNAM).isoformat(timespec="seconds")
        return json.dumps(frame, ensure_ascii=False)


def take_back(
    uploaded: bytes,
    handed_out: HandOut,
    signing: Signing,
    *,
    expected: CertificateId,
    act: ActKind | None = None,
) -> Report:
    """Verify a PDF that came back: valid, by the expected certificate, and the file handed out plus signatures.

    The file handed out must be the beginning of the file that came back: signing a PDF only adds to its end.

    Raises:
        SigningRefused: it is not; nothing of it may be used.
    """
    same = hashlib.sha256(uploaded[: handed_out.size]).hexdigest() == handed_out.sha256
    if not same or len(uploaded) <= handed_out.size:
        raise SigningRefused("signing.remote.changed")
    report = signing.verify(uploaded, act=act)
    if report.format is not Format.PDF or len(report.signatures) != handed_out.prior + 1:
        raise SigningRefused("signing.remote.changed")
    if report.verdict is not Verdict.VALID:
        raise SigningRefused("signing.not_valid")
    last = report.signatures[-1]
    if CertificateId(last.serial, last.issuer) != expected:
        raise SigningRefused("signing.mandate.certificate_another", article="NĐ 68/2024 Điều 7")
    return report


def upload_answer(*, accepted: bool, name: str = "", address: str = "", text: str = "") -> bytes:
    """The JSON that the tool passes through to the page (§1.8)."""
    answer = {"Status": accepted, "Message": text, "FileName": name, "FileServer": address, "DocumentNumber": ""}
    return json.dumps(answer, ensure_ascii=False).encode()
