"""Requests to sign that wait for somebody's phone: what the mocks of both signing services share."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, quote

from gov_connect.mocks.core import HTML_TYPE, VIEWPORT, MockReply, MockRequest, MockSystem, text_reply, vietnam_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.mocks.core import Clock
    from gov_connect.mocks.faults import FaultPlan
    from gov_connect.mocks.pki import Pki

CONFIRM_PATH: Final = "/phone/"
DEMO_USER: Final = "000000000001"
"""The user of the throw-away PKI who has an account at either service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of a signing service: an RSA key (PKCS#8 DER) and certificates in DER, the user's own first."""

    user: str
    key: bytes = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)
    serial: str


class Accounts:
    """The users of a service: those put in, and one of the throw-away PKI where there is one."""

    def __init__(self, pki: Callable[[], Pki] | None) -> None:
        self._pki = pki
        self._known: dict[str, Account] = {}

    def add(self, account: Account) -> None:
        """Give a user an account."""
        self._known[account.user] = account

    def get(self, user: str) -> Account | None:
        """The account of a user; the demo user's is made on first use, since an RSA key takes its time."""
        if user == DEMO_USER and user not in self._known and self._pki is not None:
            who = self._pki().citizen
            chain = (who.der, self._pki().public_ca.der)
            self.add(Account(user=user, key=who.key_der, certificates=chain, serial=who.serial))
        return self._known.get(user)


@dataclass(slots=True, kw_only=True)
class Waiting:
    """One request: hashes with their document ids, and what the user has said."""

    account: Account
    hashes: tuple[bytes, ...]
    documents: tuple[str, ...]
    description: str = ""
    answer: str = "waiting"
    asked: int = 0

    def ask(self, *, obliging: bool) -> str:
        """What the user has said so far; an obliging one confirms between the first and the second question."""
        self.asked += 1
        if obliging and self.asked > 1 and self.answer == "waiting":
            self.answer = "signed"
        return self.answer

    def values(self) -> list[bytes]:
        """The signatures over the hashes, PKCS#1 v1.5 with SHA-256."""
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - heavy, on first use
        from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils  # noqa: PLC0415
        from cryptography.hazmat.primitives.serialization import load_der_private_key  # noqa: PLC0415

        key = load_der_private_key(self.account.key, None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return [key.sign(one, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256())) for one in self.hashes]


def phone(request: MockRequest, waiting: dict[str, Waiting]) -> MockReply:
    """The phone: a page with two buttons, and the click on one of them."""
    reference = request.path.removeprefix(CONFIRM_PATH)
    if not reference:
        return _page("".join(_link(name, one) for name, one in waiting.items()) or "<p>Không có yêu cầu ký nào.</p>")
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
    return _page(
        f"<p>{html.escape(found.description)}</p><p>{len(found.hashes)} tài liệu: {found.answer}</p>"
        f'<form method="post">{buttons if found.answer == "waiting" else ""}</form>'
    )


def _link(name: str, one: Waiting) -> str:
    return f'<p><a href="{CONFIRM_PATH}{quote(name, safe="")}">{html.escape(name)}</a>: {one.answer}</p>'


def _page(inside: str) -> MockReply:
    head = f'<!doctype html><html lang="vi"><meta charset="utf-8">{VIEWPORT}<title>Xác nhận ký</title>'
    body = f"{head}<body>{inside}</body></html>"
    return MockReply(headers={"content-type": HTML_TYPE}, body=body.encode())


class PhoneSigner(MockSystem):
    """A signing service that asks on a phone; each service has its own messages."""

    def __init__(
        self, *, pki: Callable[[], Pki] | None = None, faults: FaultPlan | None = None, now: Clock = vietnam_now
    ) -> None:
        """Take what gives the PKI of the demo user, the plan of faults and the clock."""
        super().__init__(faults=faults, now=now)
        self.obliging = False
        """Whether users confirm by themselves, where nobody can click."""
        self._accounts: Final = Accounts(pki)
        self._clear()

    def add(self, account: Account) -> None:
        """Give a user an account."""
        with self._lock:
            self._accounts.add(account)
