"""Messages of Viettel MySign exactly as they cross the wire (signature.md §1.6)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.reading import code_text, folded, not_own_form, rows_of, texts
from gov_connect.errors import AuthenticationFailed, Refused, UnexpectedReply
from gov_connect.signing.remote import RemoteState
from gov_connect.transport import Unreadable, as_object, parse_json
from gov_connect.transport.write import json_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.runtime import Reply

SYSTEM: Final = "mysign"
HEADERS: Final = {"Content-Type": "application/json", "Accept": "application/json"}
LOGIN: Final = "vtss/service/ras/v1/login"
CERTIFICATES: Final = "vtss/service/certificates/info"
SIGN: Final = "vtss/service/signHash"
STATUS: Final = "vtss/service/requests/status"
SHA256: Final = "2.16.840.1.101.3.4.2.1"
PLAIN_RSA: Final = "1.2.840.113549.1.1.1"
ASK_LATER: Final = 1
"""async: the answer holds a transaction id, and the outcome is asked for."""
STATES: Final = {
    "1": RemoteState.SIGNED,
    "4000": RemoteState.WAITING,
    "6000": RemoteState.WAITING,
    "4001": RemoteState.EXPIRED,
    "4002": RemoteState.REJECTED,
    "4004": RemoteState.FAILED,
    "4005": RemoteState.FAILED,
    "13004": RemoteState.FAILED,
    "50000": RemoteState.FAILED,
}
_FAULT_INSIDE: Final = "50000"
"""Internal: what was asked for may have reached the phone all the same."""
_LOGIN_CODES: Final = frozenset({"58007", "58008", "59033", "86024", "86002"})
_ERROR_STATUS, _SERVER_ERROR = 400, 500
_UNAUTHORISED: Final = 401


def body(fields: Mapping[str, object]) -> bytes:
    """A request's body."""
    return json_body(fields)


def plain_text(text: str) -> str:
    """A description as the service takes it: base64 of letters, digits, blanks, "-" and "_", under 100 of them."""
    kept = "".join(char if char.isascii() and (char.isalnum() or char in "-_ ") else "_" for char in text)[:99]
    return base64.b64encode(kept.encode()).decode()


def read(reply: Reply) -> list[dict[str, Any]]:
    """The objects of an answer, keys folded.

    Raises:
        AuthenticationFailed: account, user or token were not accepted.
        Refused: the service's own error.
        UnexpectedReply: not an answer of this service, or a fault inside it (50000).
    """
    try:
        rows = [folded(as_object(row) or {}) or {} for row in rows_of(parse_json(reply.body))]
    except Unreadable as error:
        raise not_own_form(reply, SYSTEM, error.reason) from None
    answer = rows[0] if rows else {}
    code, said = code_text(answer.get("error")), texts(answer.get("errordescription"))
    if reply.status == _UNAUTHORISED or code in _LOGIN_CODES:
        raise AuthenticationFailed(system=SYSTEM, status=reply.status, raw_code=code, raw=said)
    blamed = _ERROR_STATUS <= reply.status < _SERVER_ERROR  # HTTP says that the request was wrong
    if reply.status >= _SERVER_ERROR or (code == _FAULT_INSIDE and not blamed):
        raise UnexpectedReply(system=SYSTEM, reason="server_error", status=reply.status, raw_code=code, raw=said)
    if code:
        raise Refused(system=SYSTEM, status=reply.status, raw_code=code, raw=said)
    if reply.status >= _ERROR_STATUS or not rows:
        raise not_own_form(reply, SYSTEM, "no_answer", answer)
    return rows
