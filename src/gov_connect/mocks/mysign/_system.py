"""The service: tokens per user, hashes in base64, statuses as texts (signature.md §1.6)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, ClassVar, Final

from gov_connect.mocks._phone import CONFIRM_PATH, PhoneSigner, Waiting, phone
from gov_connect.mocks.core import (
    Call,
    MockReply,
    MockRequest,
    as_array,
    json_object,
    json_reply,
    text_reply,
)

if TYPE_CHECKING:
    from gov_connect.mocks._phone import Account

CLIENT_ID: Final = "client-demo"
CLIENT_SECRET: Final = "KHOA-THU-NGHIEM"  # noqa: S105 - as false as the people
_ROOT: Final = "/vtss/service/"
_STATUS: Final = {"waiting": "4000", "signed": "1", "rejected": "4002", "expired": "4001"}
_TEXT: Final = re.compile(r"[A-Za-z0-9_\- ]{0,99}")
_SHA256_BYTES: Final = 32


class MySignMock(PhoneSigner):
    """Accounts are put in by `add`; a request waits for `answer` or a click on `/phone/{transaction}`."""

    name: ClassVar[str] = "mysign"

    def answer(self, transaction: str, answer: str) -> None:
        """The user says "signed" or "rejected", or the time ran out: "expired"; KeyError for no such request."""
        with self._lock:
            self._waiting[transaction].answer = answer

    def expire_tokens(self) -> None:
        """Forget every token."""
        with self._lock:
            self._tokens.clear()

    def _open(self, request: MockRequest) -> Call:
        if request.path.startswith(CONFIRM_PATH):
            return Call(operation="", subject="", run=lambda: phone(request, self._waiting))
        message = json_object(request.body) or {}
        path = request.path.removeprefix(_ROOT)
        if path == "ras/v1/login":
            return Call(operation="", subject="", run=lambda: self._login(message))
        run = {"certificates/info": self._certificates, "signHash": self._sign, "requests/status": self._status}.get(
            path
        )
        if run is None or request.method != "POST":
            return Call(operation="", subject="", run=lambda: text_reply("Not Found", status=404))
        account = self._tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if account is None:
            return Call(operation="", subject="", run=lambda: _error("59033", "token", status=401))
        return Call(operation=path, subject=account.user, run=lambda: run(message, account))

    def _login(self, message: dict[str, Any]) -> MockReply:
        if message.get("client_id") != CLIENT_ID:
            return _error("58007", "client unknown")
        if message.get("client_secret") != CLIENT_SECRET:
            return _error("86024", "secret wrong")
        account = self._accounts.get(str(message.get("user_id")))
        if account is None or not message.get("profile_id"):
            return _error("58008", "user unknown")
        self._issued += 1
        token = f"token-{self._issued}"
        self._tokens[token] = account
        return json_reply({"access_token": token, "refresh_token": "", "token_type": "Bearer", "expires_in": "3600"})

    def _certificates(self, message: dict[str, Any], account: Account) -> MockReply:
        if message.get("user_id") != account.user or message.get("certificates") != "chain":
            return _error("50000", "bad request")
        certificates = [base64.b64encode(one).decode() for one in account.certificates]
        row = {
            "credential_id": f"cred-{account.serial}",
            "key": {"status": "enabled", "algo": ["1.2.840.113549.1.1.1"], "len": "2048"},
            "cert": {"status": "valid", "certificates": certificates, "serialNumber": str(int(account.serial, 16))},
            "authMode": "implicit",
            "scal": "2",
        }
        return json_reply([row])

    def _sign(self, message: dict[str, Any], account: Account) -> MockReply:
        hashes = [_decoded(one) for one in as_array(message.get("hash")) or ()]
        good = (
            (message.get("client_id"), message.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
            and message.get("credentialID") == f"cred-{account.serial}"
            and message.get("hashAlgo") == "2.16.840.1.101.3.4.2.1"
            and message.get("signAlgo") == "1.2.840.113549.1.1.1"
            and message.get("async") in (1, 2)
            and hashes
            and message.get("numSignatures") == len(hashes) == len(as_array(message.get("documents")) or ())
            and all(len(one) == _SHA256_BYTES for one in hashes)
            and _TEXT.fullmatch(_decoded(message.get("description")).decode("utf-8", "replace"))
        )
        if not good:
            return _error("50000", "bad request")
        transaction = f"tran-{len(self._waiting) + 1}"
        names = tuple(str(place) for place in range(len(hashes)))
        self._waiting[transaction] = Waiting(account=account, hashes=tuple(hashes), documents=names)
        return json_reply({"transactionId": transaction})

    def _status(self, message: dict[str, Any], account: Account) -> MockReply:
        found = self._waiting.get(str(message.get("transactionId")))
        if found is None or found.account is not account:
            return _error("50000", "no such transaction")
        values = found.values() if found.ask(obliging=self.obliging) == "signed" else []
        return json_reply(
            {"signatures": [base64.b64encode(one).decode() for one in values], "status": _STATUS[found.answer]}
        )

    def _snapshot(self) -> dict[str, object]:
        return {"requests": {name: one.answer for name, one in self._waiting.items()}}

    def _clear(self) -> None:
        self._waiting: dict[str, Waiting] = {}
        self._tokens: dict[str, Account] = {}
        self._issued = 0


def _decoded(value: object) -> bytes:
    try:
        return base64.b64decode(str(value or ""), validate=True)
    except binascii.Error:
        return b"?"


def _error(code: str, text: str, *, status: int = 400) -> MockReply:
    return json_reply({"error": code, "error_description": text}, status=status)
