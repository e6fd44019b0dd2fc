"""What all operations of the registry share: its settings, its token, and one way to ask."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode

from gov_connect.adapters.civil_registry import wire
from gov_connect.adapters.outcome_words import tells_of_the_way
from gov_connect.adapters.reading import answer_object, code_text, not_own_form
from gov_connect.errors import AuthenticationFailed, NotSupported, OutsideSystemError, Refused, UnexpectedReply
from gov_connect.runtime import Adapter, F, Flow, Reply, Request

if TYPE_CHECKING:
    from gov_connect.settings import CivilRegistrySettings

_UNAUTHORISED = 401
_TOKEN_MARGIN = 30.0
_TOKEN_LIFE = 3600.0
"""Assumed when the gateway does not say (residents.md §5.4, WSO2's default)."""


class Calls(Adapter[F]):
    """The registry behind its gateway."""

    system: ClassVar[str] = wire.SYSTEM

    def _path(self, name: str) -> str:
        """A path from the settings.

        Raises:
            NotSupported: it is not set, and the real one is not public.
        """
        path: str = getattr(self._settings, name)
        if not path:
            raise NotSupported("support.civil_path", path=name.upper())
        return path

    def _refusal(self, answer: wire.Answer) -> OutsideSystemError:
        """The error for an answer that says no; one that tells of a time-out or a fault inside says nothing."""
        if answer.code not in wire.PLAIN and tells_of_the_way(answer.text):
            return UnexpectedReply(system=self.system, reason="cut_off", raw_code=answer.code, raw=answer.text)
        code = "system.misconfigured" if answer.code in wire.MISCONFIGURED else "system.refused"
        if answer.code == wire.NOT_FINISHED:
            code = "system.not_finished"
        raw_code = answer.code or (answer.status if answer.status != "0" else "")
        return Refused(system=self.system, code=code, raw_code=raw_code, raw=answer.text)

    def _ask(
        self, path: str, label: str, message: dict[str, object] | bytes, *, repeatable: bool = True
    ) -> Flow[wire.Answer]:
        """Call a service with a token; a refused token is renewed once (§1.3 retry classes)."""
        body = message if isinstance(message, bytes) else wire.body(message)
        for last in (False, True):
            token = yield from self._token()
            reply: Reply = yield Request(
                system=self.system,
                url=self._settings.base_url.rstrip("/") + path,
                headers={**wire.HEADERS, **self._credentials(token)},
                body=body,
                repeatable=repeatable,
                label=label,
            )
            answer = None if reply.status == _UNAUTHORISED else wire.read(reply)
            if answer is not None and not (answer.refused and answer.code == wire.AUTHEN_ERROR):
                return answer
            self.context.memory.forget(*self._token_key, value=token)
            if last:
                break
        raise AuthenticationFailed(system=self.system, status=reply.status, raw_code=wire.AUTHEN_ERROR)

    def _credentials(self, token: str) -> dict[str, str]:
        made = {"Authorization": f"Bearer {token}"} if token else {}
        second = self._settings.second_token
        if second is not None:
            made[self._settings.second_token_header] = second.get_secret_value()
        return made

    def _token(self) -> Flow[str]:
        """A WSO2 client-credentials token, kept a little less long than it lives (§1.2)."""
        settings = self._settings
        if settings.authorization == "none":
            return ""
        kept = self.context.memory.recall(*self._token_key)
        if isinstance(kept, str):
            return kept
        secret = settings.client_secret.get_secret_value()
        basic = base64.b64encode(f"{settings.client_id}:{secret}".encode()).decode()
        reply: Reply = yield Request(
            system=self.system,
            url=settings.token_url,
            headers={
                "Authorization": f"Basic {basic}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            body=urlencode({"grant_type": "client_credentials"}).encode(),
            repeatable=True,
            label="token",
        )
        if reply.status in {400, 401, 403}:
            raise AuthenticationFailed(system=self.system, status=reply.status)
        answer = answer_object(reply, self.system)
        token, life = code_text(answer.get("accesstoken")), code_text(answer.get("expiresin"))
        if reply.status >= 400 or not token:  # noqa: PLR2004
            raise not_own_form(reply, self.system, "no_token", answer)
        seconds = float(life) if life.isascii() and life.isdigit() else _TOKEN_LIFE
        self.context.memory.keep(*self._token_key, value=token, seconds=max(1.0, seconds - _TOKEN_MARGIN))
        return token

    @property
    def _token_key(self) -> tuple[str, ...]:
        return (str(self.acting.agency), self.system, "token")

    @property
    def _settings(self) -> CivilRegistrySettings:
        settings: CivilRegistrySettings = self.context.settings
        return settings
