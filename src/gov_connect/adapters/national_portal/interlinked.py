"""Dossiers of interlinked procedures, which the agency pulls (§7.1 pattern 3, SEEN).

A list of what is not yet received, the content of each, and a word that it is received: only that word takes it
off the list. The platform has its own address and login; what a dossier holds is read elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote

from gov_connect.adapters.national_portal._asks import Asks
from gov_connect.adapters.national_portal.readers import moment_of
from gov_connect.adapters.national_portal.wire import body, done_in_words
from gov_connect.adapters.reading import code_text, folded, is_zero, not_own_form, rows_of, texts
from gov_connect.errors import (
    AuthenticationFailed,
    ConfigurationError,
    InvalidInput,
    Problem,
    Refused,
    UnexpectedReply,
)
from gov_connect.model import InterlinkedDossier, PendingDossier, ProcedureCode
from gov_connect.runtime import Effect, F, Flow, Grade, Reply, Request, operation
from gov_connect.transport import Unreadable, as_object, parse_json

if TYPE_CHECKING:
    from gov_connect.settings.portal import PullSettings

_SECTION: Final = "national_portal.md §7.1"
_GENERATION: Final = "interlinked"
_FAILURE: Final = 400
_UNAUTHORISED: Final = 401
_JSON: Final = {"Accept": "application/json", "Content-Type": "application/json"}


class Interlinked(Asks[F]):
    """Operations on the list of dossiers that wait to be taken in."""

    @operation(
        wire="list of dossiers not yet received",
        generation=_GENERATION,
        effect=Effect.READ,
        grade=Grade.SEEN,
        section=_SECTION,
    )
    def pending(self) -> Flow[list[PendingDossier]]:
        """Dossiers of interlinked procedures that nobody has acknowledged yet.

        Raises:
            ConfigurationError: `PORTAL__PULL__…` is not set.
        """
        reply = yield from self._pull_call("GET", self._pull.list_path, label="pending")
        value = _value(reply, self.system)
        wrapper = as_object(value)
        if wrapper is not None:
            fields = folded(wrapper) or {}
            if "data" not in fields:
                raise UnexpectedReply(system=self.system, reason="no_list", status=reply.status)
            value = fields["data"]
        return [self._item(row) for row in rows_of(value)]

    @operation(
        wire="hosolienthong/{id}", generation=_GENERATION, effect=Effect.READ, grade=Grade.SEEN, section=_SECTION
    )
    def content(self, item: PendingDossier) -> Flow[InterlinkedDossier]:
        """The content of a dossier on the list, as it came; its form is that of the interlinked procedure."""
        path = f"{self._pull.content_path.rstrip('/')}/{quote(item.id, safe='')}"
        reply = yield from self._pull_call("GET", path, label="content")
        if not as_object(_value(reply, self.system)):
            raise UnexpectedReply(system=self.system, reason="no_content", status=reply.status)
        return InterlinkedDossier(item=item, content=reply.body)

    @operation(wire="PUT daNhan", generation=_GENERATION, effect=Effect.WRITE, grade=Grade.SEEN, section=_SECTION)
    def acknowledge(self, number: str) -> Flow[None]:
        """Say that a dossier is received, which takes it off the list. Do it after your own commit.

        Args:
            number: the platform's own, `PendingDossier.number`.

        Raises:
            Refused: the platform said no.
            UnexpectedReply: it said neither yes nor no; the dossier then stays on the list.
        """
        message = {"maHoSo": number, "daNhan": True}
        reply = yield from self._pull_call("PUT", self._pull.acknowledge_path, message, label="acknowledge")
        told = reply.body[:4096].decode("utf-8-sig", "replace")
        try:
            value: Any = parse_json(reply.body)
        except Unreadable:
            value = told
        answer = as_object(value)
        if answer is not None:
            fields = folded(answer) or {}
            code = code_text(fields.get("errorcode"))
            if code and not is_zero(code):
                raise Refused(system=self.system, raw_code=code, raw=texts(answer))
            if code:
                return
        if not done_in_words(texts(value)):
            raise UnexpectedReply(system=self.system, reason="no_acknowledgement", status=reply.status, raw=told)

    def _item(self, row: object) -> PendingDossier:
        fields = folded(as_object(row) or {}) or {}
        raw = code_text(fields.get("matthc"))
        try:
            procedure = ProcedureCode(raw) if raw else None
        except InvalidInput:  # local codes exist (§4.3): kept beside
            procedure = None
        try:
            return PendingDossier(
                id=code_text(fields.get("id")),
                number=code_text(fields.get("mahoso")),
                procedure=procedure,
                procedure_raw=raw,
                module=code_text(fields.get("module")),
                unit=code_text(fields.get("madonvi")),
                submitted_at=moment_of(code_text(fields.get("ngaytiepnhan"))),
                account_id=code_text(fields.get("techid")),
            )
        except InvalidInput as error:
            raise UnexpectedReply(system=self.system, reason="not_a_pending_dossier") from error

    def _pull_call(self, method: str, path: str, message: object = None, *, label: str) -> Flow[Reply]:
        """Call with the token; one that is not accepted is renewed once. Everything here may be repeated."""
        key = (str(self.acting.agency), self.system, "pull")
        for _ in range(2):
            token = yield from self.context.memory.shared(*key, fetch=self._pull_token)
            reply: Reply = yield self._at(path, method, message, label=label, token=token)
            if reply.status != _UNAUTHORISED:
                if reply.status >= _FAILURE:
                    raise not_own_form(reply, self.system, "http_status")
                return reply
            self.context.memory.forget(*key, value=token)
        raise AuthenticationFailed(system=self.system, status=_UNAUTHORISED)

    def _pull_token(self) -> Flow[tuple[str, float]]:
        pull = self._pull
        message = {"userName": pull.username, "password": pull.password.get_secret_value()}
        reply: Reply = yield self._at(pull.login_path, "POST", message, label="login")
        if reply.status in {400, _UNAUTHORISED, 403}:
            raise AuthenticationFailed(system=self.system, status=reply.status)
        answer = folded(as_object(_value(reply, self.system)) or {}) or {}
        place = folded(as_object(answer.get("data")) or {}) or answer
        token = place.get("token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token.strip():
            raise AuthenticationFailed(system=self.system, status=reply.status)
        # Its own life is told in a form that is not known; ours is short enough, and a 401 renews it.
        return token, pull.session_seconds

    def _at(self, path: str, method: str, message: object, *, label: str, token: str = "") -> Request:
        headers = {**_JSON, "Authorization": f"Bearer {token}"} if token else _JSON
        return Request(
            system=self.system,
            url=f"{self._pull.base_url.rstrip('/')}/{path.lstrip('/')}",
            method=method,
            headers=headers,
            body=b"" if message is None else body(message),
            repeatable=True,
            label=label,
        )

    @property
    def _pull(self) -> PullSettings:
        pull = self._settings.pull
        if pull is None:
            raise ConfigurationError([Problem(path="GOV_CONNECT_PORTAL__PULL__BASE_URL", code="value.not_configured")])
        return pull


def _value(reply: Reply, system: str) -> Any:
    """The JSON of an answer that is none of failure.

    Raises:
        Refused: it holds an error code.
        UnexpectedReply: it is no JSON, or another JSON than an object or a list.
    """
    try:
        value = parse_json(reply.body)
    except Unreadable as error:
        raise not_own_form(reply, system, error.reason) from None
    answer = as_object(value)
    if answer is None and type(value) is not list:
        raise not_own_form(reply, system, "not_an_object")
    fields = folded(answer or {}) or {}
    code = code_text(fields.get("errorcode"))
    if reply.status >= _FAILURE:
        raise not_own_form(reply, system, "http_status", fields)
    if code and not is_zero(code):
        raise Refused(system=system, raw_code=code, raw=texts(fields))
    return cast("Any", value)
