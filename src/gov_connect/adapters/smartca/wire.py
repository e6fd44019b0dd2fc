"""Messages of VNPT SmartCA exactly as they cross the wire (signature.md §1.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.reading import answer_object, binary, code_text, folded, not_own_form, rows_of, texts
from gov_connect.errors import AuthenticationFailed, Refused, UnexpectedReply
from gov_connect.transport import Unreadable, as_object, parse_json
from gov_connect.transport.write import json_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.runtime import Reply

SYSTEM: Final = "smartca"
HEADERS: Final = {"Content-Type": "application/json", "Accept": "application/json"}
CERTIFICATES: Final = "v1/credentials/get_certificate"
SIGN: Final = "v1/signatures/sign"
STATUS: Final = "v1/signatures/sign/{id}/status"
DONE: Final = "success"
_OK, _CREDENTIALS_WRONG = "200", "401"
_FAULT_INSIDE: Final = frozenset({"500", "502", "503", "504"})
"""SERVER_INTERNAL_ERROR and its likes: what was asked for may have reached the phone all the same."""


def body(fields: Mapping[str, object]) -> bytes:
    """A request's body."""
    return json_body(fields)


def read(reply: Reply) -> tuple[dict[str, Any], str]:
    """The `data` object of an answer, keys folded, and its message: blanks cut, in lower case (" SUCCESS").

    Raises:
        AuthenticationFailed: sp_id or sp_password were not accepted.
        Refused: any other code than 200.
        UnexpectedReply: not an answer of this service, or a fault inside it (500).
    """
    answer = answer_object(reply, SYSTEM)
    code = code_text(answer.get("statuscode"))
    said = texts(answer.get("message"))
    if code == _CREDENTIALS_WRONG:
        raise AuthenticationFailed(system=SYSTEM, status=reply.status, raw_code=code, raw=said)
    if not code:
        raise not_own_form(reply, SYSTEM, "no_code", answer)
    if code in _FAULT_INSIDE:
        raise UnexpectedReply(system=SYSTEM, reason="server_error", status=reply.status, raw_code=code, raw=said)
    if code != _OK:
        raise Refused(system=SYSTEM, status=reply.status, raw_code=code, raw=said)
    data = answer.get("data")
    if isinstance(data, str):  # some gateways pass it on as JSON text
        try:
            data = parse_json(data)
        except Unreadable:
            data = None
    return folded(as_object(data) or {}) or {}, said.casefold()


def chain(value: object) -> list[bytes]:
    """The certificates above the user's own, nearest first; either may be null."""
    given = folded(as_object(value) or {}) or {}
    return [binary(given[name], SYSTEM) for name in ("cacert", "rootcert") if given.get(name)]


def rows(value: object) -> list[dict[str, Any]]:
    """A list of objects, keys folded."""
    found = [folded(as_object(row) or {}) for row in rows_of(value)]
    return [row for row in found if row]
