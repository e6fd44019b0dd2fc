"""Client-credentials tokens: fetched once, kept a little less long than they live (residents.md §5.4)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gov_connect.errors import AuthenticationFailed, UnexpectedReply
from gov_connect.transport.read import json_object

if TYPE_CHECKING:
    from gov_connect.runtime.effects import Flow, Reply, Request
    from gov_connect.runtime.operation import Context

_MARGIN: Final = 30.0
_LIFE: Final = 3600.0
"""Assumed when the gateway does not say (WSO2's default)."""
_FAILURE: Final = 400


def bearer(context: Context, system: str, ask: Request) -> Flow[str]:
    """The token for `system` of the acting agency; `ask` fetches one when none is kept.

    Raises:
        AuthenticationFailed: the gateway gave none for our keys.
        UnexpectedReply: its answer holds no token.
    """
    return context.memory.shared(*_key(context, system), fetch=partial(_fetch, system, ask))


def _fetch(system: str, ask: Request) -> Flow[tuple[str, float]]:
    reply: Reply = yield ask
    if reply.status in {400, 401, 403}:
        raise AuthenticationFailed(system=system, status=reply.status)
    if reply.status >= _FAILURE:
        raise UnexpectedReply(system=system, reason="no_token", status=reply.status)
    answer = json_object(reply, system)
    token = answer.get("access_token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or " " in token or not token:
        raise UnexpectedReply(system=system, reason="no_token", status=reply.status)
    return token, _seconds(answer.get("expires_in"))


def forget_bearer(context: Context, system: str, token: str) -> None:
    """Drop a token that was refused, unless it has been replaced already."""
    context.memory.forget(*_key(context, system), value=token)


def _key(context: Context, system: str) -> tuple[str, str, str]:
    return (str(context.acting.agency), system, "bearer")


def _seconds(told: object) -> float:
    text = str(told).partition(".")[0]
    life = float(text) if text.isascii() and text.isdigit() and len(text) < 10 else _LIFE  # noqa: PLR2004
    return max(1.0, life - _MARGIN)
