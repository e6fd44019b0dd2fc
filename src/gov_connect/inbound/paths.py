"""Which requests are answered, and what of a request is handed on: the body, or the query of a notice by GET."""

from __future__ import annotations

from typing import Final

from gov_connect.adapters.national_portal.pushes import FILE_PATH, PAYMENT_PATH

CONFIRM_PATHS: Final = ("Confirm", "dpnhankqthanhtoanhs")
"""Last part of the path that running systems give the payment platform for CONFIRM (payment.md §1.2)."""
OWED_PATH: Final = PAYMENT_PATH
"""The platform asks what a dossier owes (payment.md §1.7)."""
NOTICE_PATH: Final = "ipn"
"""`…/<gateway>/ipn`: notices of every other gateway, by GET or POST as its wire has it."""
LARGEST_QUERY: Final = 64 * 1024


def notified_gateway(path: str) -> str | None:
    """The gateway whose notices a path takes; None for any other path."""
    *_, gateway, last = ["", "", *path.rstrip("/").split("/")]
    if last in CONFIRM_PATHS:
        return "national_payment"
    return gateway if last == NOTICE_PATH and gateway else None


def may_use(method: str, path: str) -> bool:
    """Partners post; the portal may also get a file, and a gateway may bring its notice by GET."""
    if method == "POST":
        return True
    parts = path.rstrip("/").split("/")
    return method == "GET" and (parts[-2:-1] == [FILE_PATH] or parts[-1] == NOTICE_PATH)


def content(method: str, path: str, query: bytes, body: bytes) -> bytes:
    """What the handler gets: the query string of a notice that came by GET, undecoded; else the body."""
    by_query = method == "GET" and notified_gateway(path) is not None
    return query[: LARGEST_QUERY + 1] if by_query else body
