"""What is answered: status, bytes, content type."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from gov_connect.errors import LedgerError
from gov_connect.resilience.attempts import LOGGER
from gov_connect.transport.write import json_body

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundReply:
    """What to answer."""

    status: int
    body: bytes = field(repr=False)
    content_type: str = "application/json; charset=utf-8"


def json_reply(value: dict[str, Any], *, status: int = 200) -> InboundReply:
    """Answer with JSON, without blanks, as the samples of the wire are written."""
    return InboundReply(status=status, body=json_body(value))


def answered(handle: Callable[[str, bytes], InboundReply], path: str, body: bytes) -> InboundReply:
    """What a handler answers; 503 when our records cannot be written, so that the sender comes again."""
    try:
        return handle(path, body)
    except LedgerError as error:
        # Nothing is stored, so nothing is confirmed.
        logging.getLogger(LOGGER).warning("inbound_not_stored code=%s", error.code)
        return InboundReply(status=HTTPStatus.SERVICE_UNAVAILABLE, body=b"{}")
