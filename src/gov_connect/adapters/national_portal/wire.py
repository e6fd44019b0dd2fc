"""Messages of the national portal exactly as they cross the wire (national_portal.md §1, §2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.outcome_words import belies_success, says_done, says_failed, tells_of_the_way
from gov_connect.adapters.reading import (
    answer_object,
    code_text,
    folded,
    is_zero,
    leaf_text,
    not_own_form,
    plain,
    rows_of,
    texts,
)
from gov_connect.errors import UnexpectedReply
from gov_connect.transport import as_object
from gov_connect.transport.write import json_body

if TYPE_CHECKING:
    from gov_connect.runtime import Reply

SYSTEM: Final = "portal"
CHUNK: Final = 10
"""Rows of CapNhatTienDoHoSoMC in one call, as running clients send them (§2.3)."""
LIMITS: Final = {
    "TrichYeuHoSo": 1000,
    "NguoiXuLy": 50,
    "TenTepDinhKem": 4000,
    "TenGiayTo": 2000,
}
"""Text limits seen in the field, in characters (§6 row 16)."""
_FAILURE: Final = 400
_ACCOUNT: Final = r"(?:\btai khoan\b|\btech ?id\b|\baccount\b)"
_NONE: Final = "(?:khong|chua) (?:duoc )?(?:ton tai|tim thay|co)|(?:does )?not (?:exist|found)|no such"
_NOT_SYNCED: Final = r"\bho so(?: nay)? chua (?:duoc )?(?:dong bo|them)"
_DOSSIER: Final = r"(?<!thanh phan )(?:\bho so\b|mahoso|\bdossier\b)"
# What a refusal says, in words; texts vary and no codes are known (§1.4). The texts are `plain` already.
_ALREADY: Final = re.compile(
    r"da (?:duoc )?(?:ton tai|dong bo|them|co tren)|already exist|\bexisted\b|duplicate|"
    r"trung (?:lap )?(?:ma )?ho so|ho so (?:[^.;]{0,40} )?bi trung|ho so (?:bi )?trung(?: lap)?[.! ]*$|"
    r"da co (?:san )?trong (?:he thong|cong|co so du lieu)|ma ho so da (?:duoc )?su dung"
)
_MISSING: Final = re.compile(
    rf"(?:{_NONE})(?: \w+){{0,2}} {_DOSSIER}|{_DOSSIER}(?:(?!thu tuc|thanh phan)[^;]){{0,60}}(?:{_NONE})|{_NOT_SYNCED}"
)
_NOTHING: Final = re.compile(
    rf"(?:(?:{_NONE})(?: du lieu| ban ghi| ket qua| data| record)?|no (?:data|records?|results?)(?: found)?)[ .!]*"
)
_PROCEDURE: Final = r"\b(?:thu tuc|tthc|matthc|procedure)\b"
# What else may be missing where a procedure is asked for; the portal's own name holds "dịch vụ công".
_OTHERS: Final = re.compile(
    r"\b(?:service|dich vu(?! cong)|don vi|co quan|chuc nang|quyen|thanh phan|linh vuc|tai khoan|api|madonvi)\b"
)
_SESSION: Final = re.compile(r"session|token|\bphien\b(?! ban)|(?:chua|het han|yeu cau) dang nhap|unauthori[sz]ed")
_LOST: Final = re.compile(
    r"het (?:han|hieu luc)|khong (?:hop le|ton tai|dung)|dang nhap lai|chua dang nhap|expired|invalid"
)
_DONE: Final = re.compile(r"thanh cong|success")
_FAILED_COUNTS: Final = frozenset(("thatbai", "fail", "failed", "error", "errors", "loi", "sohosoloi"))
_FLAGS: Final = frozenset(("success", "succeeded", "issuccess"))
_UNAUTHORISED: Final = "401"


@dataclass(frozen=True)
class Answer:
    """The response envelope (§1.4), read without regard to the type of `error_code`.

    Attributes:
        code: as text, "" never occurs.
        ok: whether the code means success.
        message: the portal's text; may speak of people, so it goes nowhere but into `Refused.raw`.
        result: value of `result`, or None when the key is absent.
        failed_rows: whether a row of it, or a count beside it, says that something failed.
    """

    code: str
    ok: bool
    message: str
    result: Any
    session: str
    failed_rows: bool = False

    @cached_property
    def _words(self) -> str:
        """The message in the form in which it is searched, again and again."""
        return plain(self.message)

    @property
    def contradicts(self) -> bool:
        """Whether words or rows say the opposite of the code: done under an error, or failed under a success."""
        if self.ok:
            return self.failed_rows or belies_success(self.message)
        failed = self.failed_rows or says_failed(self.message)
        return not failed and says_done(self.message) and not self.already_there and not self.not_there

    @property
    def cut_off(self) -> bool:
        """Whether a refusal tells of a time-out or a fault inside, and so nothing of what was sent."""
        known = self.ok or self.session_lost or self.already_there or self.not_there
        return not known and tells_of_the_way(self.message)

    @property
    def already_there(self) -> bool:
        """Whether a refusal says that the dossier exists."""
        return not self.ok and _ALREADY.search(self._words) is not None

    @property
    def not_there(self) -> bool:
        """Whether a refusal says that the dossier does not exist, and not that something else does not."""
        return not self.ok and bool(_MISSING.search(self._words) or _NOTHING.fullmatch(self._words))

    @property
    def no_account(self) -> bool:
        """Whether a refusal says that there is no account, or plainly nothing."""
        text = self._words
        if self.ok or self.session_lost:
            return False
        missing = rf"(?:{_NONE})(?: \w+){{0,2}} {_ACCOUNT}|{_ACCOUNT}[^;]{{0,40}}(?:{_NONE})"
        return bool(re.search(missing, text) or _NOTHING.fullmatch(text))

    def no_procedure(self, code: str) -> bool:
        """Whether a refusal says that this procedure does not exist, and not that a session, a unit or a
        service does not.
        """
        text = self._words
        if self.ok or self.session_lost or _OTHERS.search(text):
            return False
        procedure = rf"(?:{_PROCEDURE}|(?<![\w.]){re.escape(code.casefold())}(?![\w]|\.\w))"
        missing = rf"(?:{_NONE})(?: \w+){{0,2}} {procedure}|{procedure}[^;]{{0,60}}(?:{_NONE})"
        return bool(re.search(missing, text) or _NOTHING.fullmatch(text))

    @property
    def session_lost(self) -> bool:
        """Whether a refusal is about the session; one that says so under a code of success counts too (§7.2 M4)."""
        text = self._words
        if self.ok:
            lost = _SESSION.search(text) is not None and _LOST.search(text) is not None
            return lost and not self.result and _DONE.search(text) is None
        return self.code == _UNAUTHORISED or _SESSION.search(text) is not None


def of_presence(refusal: str) -> bool:
    """Whether a refusal speaks of the dossier being there or not, rather than of what it holds."""
    answer = Answer(code="-1", ok=False, message=refusal, result=None, session="")
    return answer.already_there or answer.not_there


def headers(dstcode: str) -> dict[str, str]:
    """The fixed headers; a blank `dstcode` is left out, not sent empty (§1.1)."""
    fixed = {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Charset": "utf-8",
    }
    return {**fixed, "dstcode": dstcode} if dstcode else fixed


def body(message: object) -> bytes:
    """Serialise a message as UTF-8 JSON; some are bare arrays (§2.2, S14)."""
    return json_body(message)


def read(reply: Reply) -> Answer:
    """Read an answer.

    `error_code` 0, "0", "00" mean success; a missing one is an error, `{}` included (§1.4, M4).

    Raises:
        AuthenticationFailed: HTTP 401 or 403 without an answer in the portal's own form.
        Refused: another HTTP 4xx without one.
        UnexpectedReply: no answer in that form, or one that its HTTP status contradicts.
    """
    answer = _unwrapped(answer_object(reply, SYSTEM))
    code = code_text(answer.get("errorcode"))
    if not code:
        raise not_own_form(reply, SYSTEM, "no_error_code", answer)
    if is_zero(code) and reply.status >= _FAILURE:
        raise UnexpectedReply(system=SYSTEM, reason="status_differs", status=reply.status)
    return Answer(
        code=code,
        ok=is_zero(code),
        message=texts(answer.get("message")),
        result=answer.get("result"),
        session=_session(answer),
        failed_rows=_flagged(answer) or any(_says_failed(answer.get(name)) for name in ("result", "data", "message")),
    )


def _says_failed(value: object) -> bool:
    """Whether a row has an error code of its own that is not zero, or a count of failures that is not."""
    for row in rows_of(value):
        fields = folded(as_object(row) or {})
        if not fields:  # no row but a text, as messages are
            continue
        code = code_text(fields.get("errorcode"))
        counts = [code_text(fields[name]) for name in _FAILED_COUNTS & fields.keys()]
        if (
            _flagged(fields)
            or (code and not is_zero(code))
            or any(count.isdigit() and not is_zero(count) for count in counts)
        ):
            return True
    return False


def _flagged(fields: dict[str, Any]) -> bool:
    """Whether a flag says no, or a list of errors holds something."""
    told = fields.get("errors")
    if says_failed(told) if isinstance(told, str) else bool(told and texts(told)):
        return True
    return any(leaf_text(fields[name]).casefold() == "false" for name in _FLAGS & fields.keys())


def _unwrapped(answer: dict[str, Any]) -> dict[str, Any]:
    """The envelope, where it stands alone inside another object (`returnSession`, §1.2)."""
    inner = as_object(next(iter(answer.values()))) if len(answer) == 1 else None
    fields = folded(inner or {}) or {}
    return fields if "errorcode" in fields else answer


def _session(answer: dict[str, Any]) -> str:
    """The session, beside the code or inside `result` or `data`."""
    inside = [folded(answer[name]) for name in ("result", "data") if isinstance(answer.get(name), dict)]
    found = (code_text((place or {}).get("session")) for place in (answer, *inside))
    return next(filter(None, found), "")
