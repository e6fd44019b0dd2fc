"""Messages of the civil registry exactly as they cross the wire (civil_registry.md §1.3, §1.4, §1.6, §1.7):
JSON whose `data` is XML text (G1) or JSON text (G2, G3), and one envelope of answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from gov_connect.adapters.outcome_words import belies_success
from gov_connect.adapters.reading import (
    answer_object,
    code_text,
    is_zero,
    not_own_form,
    number_of,
    plain,
    texts,
)
from gov_connect.errors import UnexpectedReply
from gov_connect.transport.write import json_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.runtime import Reply

SYSTEM: Final = "civil_registry"
HEADERS: Final = {"Content-Type": "application/json", "Accept": "application/json"}
AUTHEN_ERROR: Final = "100"
MISCONFIGURED: Final = frozenset({"101", "106", "108", "302"})
NOT_FINISHED: Final = "200"
NOT_FOUND: Final = "201"
PLAIN: Final = MISCONFIGURED | {NOT_FINISHED, NOT_FOUND}
"""Codes that say what they mean, whatever words stand beside them."""
_ALREADY: Final = "da duoc tiep nhan"
# These may speak of another paper, so they count only with this dossier's own number beside them.
_ALREADY_NAMED: Final = ("da tiep nhan", "da ton tai", "da co tren he thong", "da duoc gui", "da gui len")
_NAMES: Final = {
    "AUTHEN_ERROR": "100",
    "IP_DISALLOWED": "101",
    "AGENCY_ID_INCORRECT": "106",
    "PROVINCE_ID_INCORRECT": "108",
    "RECORD_UNCOMPLETE": "200",
    "RECORD_NOT_FOUND": "201",
    "DATA_TYPE_INVALID": "302",
    "DATA_INCORRECT": "500",
}
"""Error names of §1.3; a gateway may send the name where another sends the number."""
# The key names of errors are a guess of the wire document (§8.1), so several are read.
_CODE_KEYS: Final = ("code", "errorcode", "error")
_TEXT_KEYS: Final = ("message", "errordescription", "statusdescription", "description", "errors", "title", "value")
_DOSSIER: Final = re.compile(r"[0-9a-z.]+-[0-9]{6,8}-[0-9]{4,7}")
_FINE: Final = frozenset({"", "1", "200", "OK", "SUCCESS"})
"""What stands where an error's code would, beside a success."""
_FAILURE, _ERROR_STATUS = 400, 100
_GATEWAY_ONLY: Final = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer envelope.

    Attributes:
        status: as text; "0" is an error.
        code: number of an error as text, "" when none was given.
        text: detail; may speak of people.
        value: whatever `value` holds.
        rest: the whole answer, its keys folded; may speak of people.
    """

    status: str
    code: str
    text: str
    value: Any
    rest: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)

    @property
    def refused(self) -> bool:
        """Whether this is an error: status 0, or a number that belongs to errors (§1.7: 500)."""
        return self.status == "0" or (number_of(self.status) or 0) >= _ERROR_STATUS

    @property
    def belied(self) -> bool:
        """Whether the code of an error, or words of failure, stand beside the status, whatever that is."""
        return not (is_zero(self.code) or self.code in _FINE) or belies_success(self.text)

    def already_has(self, dossier: str) -> bool:
        """Whether the registry says that it has this dossier (§1.6, §7 row 6): success.

        A text that names dossiers, and not this one, speaks of something else.
        """
        if not self.refused:
            return False
        text = plain(self.text)
        named = _DOSSIER.findall(text)
        ours = dossier.casefold() in named
        if named and not ours:
            return False
        return _ALREADY in text or (ours and "chua" not in text and any(words in text for words in _ALREADY_NAMED))


def document(fields: Mapping[str, object]) -> str:
    """`<hotich><hoso>…</hoso></hotich>`, one element per field, escaped (§7 row 17)."""
    inner = "".join([f"<{name}>{escape(str(value))}</{name}>" for name, value in fields.items()])
    return f"<hotich><hoso>{inner}</hoso></hotich>"


def body(message: dict[str, object]) -> bytes:
    """Serialise a message as UTF-8 JSON."""
    return json_body(message)


def read(reply: Reply) -> Answer:
    """Read an answer.

    Raises:
        AuthenticationFailed: HTTP 401 or 403 without an answer in the registry's own form.
        Refused: another HTTP 4xx without one.
        UnexpectedReply: no answer in that form, or one that its HTTP status contradicts.
    """
    answer = answer_object(reply, SYSTEM)
    # Results of new dossiers come in two lists and without a status (§1.7).
    status = code_text(answer.get("status")) or ("1" if "listsuss" in answer else "")
    # G3 says its own no with an HTTP status inside, and echoes the request, which nothing of here repeats.
    own = "errors" in answer and reply.status not in _GATEWAY_ONLY
    if not status or (reply.status >= _FAILURE and status == str(reply.status) and not own):
        raise not_own_form(reply, SYSTEM, "no_status", answer)
    status = status.lstrip("0") or "0"
    value = answer.get("value")
    text = "; ".join(filter(None, [texts(answer[key]) for key in _TEXT_KEYS if key in answer]))
    made = Answer(status=status, code=_code(answer, text), text=text, value=value, rest=answer)
    if reply.status >= _FAILURE and not made.refused:
        raise UnexpectedReply(system=SYSTEM, reason="status_differs", status=reply.status)
    return made


def _code(answer: dict[str, Any], text: str) -> str:
    """The number of an error, wherever it stands: a member of its own, `value`, or a name in the text."""
    written = [code_text(answer[key]).upper() for key in _CODE_KEYS if key in answer]
    numbers = [_NAMES.get(code, code) for code in written if code]
    value = code_text(answer.get("value")).upper()
    if value in _NAMES or value in _NAMES.values():
        numbers.append(_NAMES.get(value, value))
    said = text.upper()
    numbers += [number for name, number in _NAMES.items() if name in said]
    return numbers[0] if numbers else ""
