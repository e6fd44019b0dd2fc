"""The service: one credential, authorisations that are good once and for their hashes only (signature.md §1.7)."""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from gov_connect.mocks._phone import DEMO_USER, Accounts, Waiting
from gov_connect.mocks.core import (
    Call,
    MockReply,
    MockRequest,
    MockSystem,
    as_array,
    json_object,
    json_reply,
    media_type,
    text_reply,
    vietnam_now,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.mocks._phone import Account
    from gov_connect.mocks.core import Clock
    from gov_connect.mocks.faults import FaultPlan
    from gov_connect.mocks.pki import Pki

ACCESS_TOKEN: Final = "ma-truy-cap-ky-so-mau"  # noqa: S105 - invented
CREDENTIAL: Final = "chung-thu-mau"
PIN: Final = "000000"
_ROOT: Final = "/csc/v1/"
_LIFE: Final = timedelta(minutes=5)
_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_PLAIN_RSA: Final = "1.2.840.113549.1.1.1"
_SHA256_BYTES: Final = 32


@dataclass(slots=True, kw_only=True)
class _Granted:
    """One authorisation, for exactly these hashes."""

    hashes: list[str] = field(repr=False)
    until: datetime
    used: bool = False


class CscMock(MockSystem):
    """One credential, `CREDENTIAL`, of the demo user or of an account that was given. SCAL2, plain RSA."""

    name: ClassVar[str] = "csc"

    def __init__(
        self,
        *,
        pki: Callable[[], Pki] | None = None,
        account: Account | None = None,
        faults: FaultPlan | None = None,
        now: Clock = vietnam_now,
    ) -> None:
        """Take what gives the PKI of the demo user, or another's account, the plan of faults and the clock."""
        super().__init__(faults=faults, now=now)
        self._accounts: Final = Accounts(pki)
        self._account = account
        self._clear()

    def _open(self, request: MockRequest) -> Call:
        path = request.path.removeprefix(_ROOT)
        run = {
            "credentials/info": self._info,
            "credentials/authorize": self._authorize,
            "signatures/signHash": self._sign,
        }.get(path if request.path.startswith(_ROOT) else "")
        if run is None or request.method != "POST":
            return _answer(text_reply("Not Found", status=404))
        if media_type(request) != "application/json":
            return _answer(text_reply("Unsupported Media Type", status=415))
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if (scheme.lower(), token) != ("bearer", ACCESS_TOKEN):
            return _answer(_error("invalid_token", status=401))
        message = json_object(request.body)
        account = self._account or self._accounts.get(DEMO_USER)
        if message is None or account is None or message.get("credentialID") != CREDENTIAL:
            return _answer(_error("invalid_request"))
        return Call(operation=path, subject=CREDENTIAL, run=lambda: run(message, account))

    def _info(self, message: dict[str, Any], account: Account) -> MockReply:
        asked = message.get("certificates", "single")
        wanted = (
            {"none": 0, "single": 1, "chain": len(account.certificates)}.get(asked) if isinstance(asked, str) else None
        )
        if wanted is None:
            return _error("invalid_request")
        rows = [base64.b64encode(one).decode() for one in account.certificates[:wanted]]
        return json_reply(
            {
                "key": {"status": "enabled", "algo": [_PLAIN_RSA], "len": 2048},
                "cert": {"status": "valid", "certificates": rows},
                "authMode": "explicit",
                "SCAL": "2",
                "multisign": 10,
            }
        )

    def _authorize(self, message: dict[str, Any], account: Account) -> MockReply:
        del account
        hashes = _hashes(message)
        if not hashes or type(message.get("numSignatures")) is not int or message["numSignatures"] != len(hashes):
            return _error("invalid_request")
        if message.get("PIN") != PIN:
            return _error("invalid_pin")
        self._issued += 1
        sad = str(uuid.uuid5(uuid.NAMESPACE_OID, f"csc/{self.faults.seed}/{self._issued}"))
        self._granted[sad] = _Granted(hashes=hashes, until=self._now() + _LIFE)
        return json_reply({"SAD": sad, "expiresIn": int(_LIFE.total_seconds())})

    def _sign(self, message: dict[str, Any], account: Account) -> MockReply:
        granted = self._granted.get(str(message.get("SAD")))
        if granted is None or granted.used or self._now() >= granted.until:
            return _error("invalid_request", "SAD")
        if (message.get("hashAlgo"), message.get("signAlgo")) != (_SHA256, _PLAIN_RSA):
            return _error("invalid_request", "signAlgo")
        if _hashes(message) != granted.hashes:
            return _error("invalid_request", "hash")
        granted.used = True
        self._signed += len(granted.hashes)
        digests = tuple(base64.b64decode(one) for one in granted.hashes)
        values = Waiting(account=account, hashes=digests, documents=()).values()
        return json_reply({"signatures": [base64.b64encode(one).decode() for one in values]})

    def _lose_sessions(self) -> None:
        self._granted.clear()

    def _snapshot(self) -> dict[str, object]:
        return {"authorisations": len(self._granted), "signatures": self._signed}

    def _clear(self) -> None:
        self._granted: dict[str, _Granted] = {}
        self._issued = 0
        self._signed = 0


def _hashes(message: dict[str, Any]) -> list[str]:
    """Give the hashes of a message; none when one of them is no SHA-256."""
    found = [str(one) for one in as_array(message.get("hash")) or ()]
    return found if all(_is_hash(one) for one in found) else []


def _is_hash(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == _SHA256_BYTES
    except (binascii.Error, ValueError):
        return False


def _answer(reply: MockReply) -> Call:
    return Call(operation="", subject="", run=lambda: reply)


def _error(code: str, what: str = "", *, status: int = 400) -> MockReply:
    return json_reply({"error": code, "error_description": what or code}, status=status)
