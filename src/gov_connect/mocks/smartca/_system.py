"""The service: strict about its fields, patient about its users (signature.md §1.4)."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, ClassVar, Final

from gov_connect.mocks._phone import CONFIRM_PATH, PhoneSigner, Waiting, phone
from gov_connect.mocks.core import (
    Call,
    MockReply,
    MockRequest,
    as_array,
    as_object,
    json_object,
    json_reply,
    text_reply,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gov_connect.mocks._phone import Account

SP_ID: Final = "sp-demo"
SP_PASSWORD: Final = "MAT-KHAU-THU-NGHIEM"  # noqa: S105 - as false as the people
_STATUS: Final = re.compile(r"/v1/signatures/sign/([^/]{1,100})/status")
_HASH: Final = re.compile(r"[0-9a-fA-F]{64}")
_TIME: Final = re.compile(r"[0-9]{14}Z?")


class SmartCaMock(PhoneSigner):
    """Accounts are put in by `add`; a request waits for `confirm`, `reject` or a click on `/phone/{id}`."""

    name: ClassVar[str] = "smartca"

    def confirm(self, transaction: str) -> None:
        """The user confirms; KeyError when there is no such request."""
        with self._lock:
            self._waiting[transaction].answer = "signed"

    def reject(self, transaction: str) -> None:
        """The user says no; the service then goes on saying "waiting", since no other word is documented."""
        with self._lock:
            self._waiting[transaction].answer = "rejected"

    def _open(self, request: MockRequest) -> Call:
        if request.path.startswith(CONFIRM_PATH):
            return Call(operation="", subject="", run=lambda: phone(request, self._waiting))
        asked = _STATUS.fullmatch(request.path)
        if asked is not None:
            return Call(operation="status", subject=asked[1], run=lambda: self._status(asked[1]))
        run = {"/v1/credentials/get_certificate": self._certificates, "/v1/signatures/sign": self._sign}.get(
            request.path
        )
        if run is None:
            return Call(operation="", subject="", run=lambda: text_reply("Not Found", status=404))
        message = json_object(request.body) or {}
        subject = str(message.get("transaction_id") or "")
        operation = request.path.rpartition("/")[2]
        return Call(operation=operation, subject=subject, run=lambda: self._account(message, run))

    def _account(self, message: dict[str, Any], run: Callable[[dict[str, Any], Account], MockReply]) -> MockReply:
        if (message.get("sp_id"), message.get("sp_password")) != (SP_ID, SP_PASSWORD):
            return _say(401, "SP_CREDENTIAL_INVALID")
        account = self._accounts.get(str(message.get("user_id")))
        if account is None or not message.get("transaction_id"):
            return _say(400, "BAD_REQUEST")
        return run(message, account)

    def _certificates(self, message: dict[str, Any], account: Account) -> MockReply:
        row = {
            "service_type": "SMARTCA",
            "service_name": "SmartCA cá nhân",
            "cert_id": f"id-{account.serial}",
            "cert_status": "Đang hoạt động",
            "serial_number": account.serial,
            "chain_data": {
                "ca_cert": base64.b64encode(account.certificates[1]).decode() if account.certificates[1:] else None,
                "root_cert": None,
            },
            "cert_data": "\r\n".join(_lines(base64.b64encode(account.certificates[0]).decode())),
            "transaction_id": message["transaction_id"],
        }
        return _say(200, "SUCCESS", {"user_certificates": [row]})

    def _sign(self, message: dict[str, Any], account: Account) -> MockReply:
        transaction = str(message["transaction_id"])
        files = [as_object(one) or {} for one in as_array(message.get("sign_files")) or ()]
        good = (
            transaction not in self._waiting
            and message.get("serial_number") == account.serial
            and _TIME.fullmatch(str(message.get("time_stamp")))
            and files
            and all(_is_hash(one) for one in files)
        )
        if not good:
            return _say(400, "BAD_REQUEST")
        self._waiting[transaction] = Waiting(
            account=account,
            hashes=tuple(bytes.fromhex(one["data_to_be_signed"]) for one in files),
            documents=tuple(str(one["doc_id"]) for one in files),
            description=str(message.get("transaction_desc") or ""),
        )
        data = {"transaction_id": transaction, "tran_code": f"TC-{len(self._waiting)}"}
        return _say(200, "sig_wait_for_user_confirm", data)

    def _status(self, transaction: str) -> MockReply:
        found = self._waiting.get(transaction)
        if found is None:
            return _say(400, "BAD_REQUEST")
        if found.ask(obliging=self.obliging) != "signed":
            return _say(200, "sig_wait_for_user_confirm", {"transaction_id": transaction})
        rows = [
            {"doc_id": document, "signature_value": base64.b64encode(value).decode(), "timestamp_signature": None}
            for document, value in zip(found.documents, found.values(), strict=True)
        ]
        # The printed samples begin with a blank (§1.4); the order is not promised.
        return _say(200, " SUCCESS", {"transaction_id": transaction, "signatures": rows[::-1]})

    def _snapshot(self) -> dict[str, object]:
        return {"requests": {name: one.answer for name, one in self._waiting.items()}}

    def _clear(self) -> None:
        self._waiting: dict[str, Waiting] = {}


def _is_hash(one: dict[str, Any]) -> bool:
    return (
        bool(_HASH.fullmatch(str(one.get("data_to_be_signed"))))
        and one.get("sign_type") == "hash"
        and one.get("file_type") in ("xml", "json", "word", "pdf")
        and bool(one.get("doc_id"))
    )


def _lines(text: str) -> list[str]:
    return [text[start : start + 64] for start in range(0, len(text), 64)]


def _say(code: int, message: str, data: Mapping[str, object] | None = None) -> MockReply:
    return json_reply({"status_code": code, "message": message, "data": data})
