"""Requests to sign that wait for somebody's phone: what the mocks of both signing services share."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.hazmat.primitives.serialization import load_der_private_key

from gov_connect.mocks.core import HTML_TYPE, MockReply, MockRequest, text_reply

CONFIRM_PATH: Final = "/phone/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of a signing service: an RSA key (PKCS#8 DER) and certificates in DER, the user's own first."""

    user: str
    key: bytes = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)
    serial: str


@dataclass(slots=True, kw_only=True)
class Waiting:
    """One request: hashes with their document ids, and what the user has said."""

    account: Account
    hashes: tuple[bytes, ...]
    documents: tuple[str, ...]
    description: str = ""
    answer: str = "waiting"

    def values(self) -> list[bytes]:
        """The signatures over the hashes, PKCS#1 v1.5 with SHA-256."""
        key = load_der_private_key(self.account.key, None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return [key.sign(one, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256())) for one in self.hashes]


def phone(request: MockRequest, waiting: dict[str, Waiting]) -> MockReply:
    """The phone: a page with two buttons, and the click on one of them."""
    reference = request.path.removeprefix(CONFIRM_PATH)
    found = waiting.get(reference)
    if found is None:
        return text_reply("Not Found", status=404)
    if request.method == "POST" and found.answer == "waiting":
        action = parse_qs(request.body.decode("utf-8", errors="replace")).get("action")
        found.answer = "rejected" if action == ["reject"] else "signed"
    buttons = (
        '<button name="action" value="confirm">Xác nhận ký</button>'
        '<button name="action" value="reject">Từ chối</button>'
    )
    body = (
        f'<!doctype html><html lang="vi"><title>Xác nhận ký</title><body><p>{html.escape(found.description)}</p>'
        f"<p>{len(found.hashes)} tài liệu: {found.answer}</p>"
        f'<form method="post">{buttons if found.answer == "waiting" else ""}</form></body></html>'
    )
    return MockReply(headers={"content-type": HTML_TYPE}, body=body.encode())
