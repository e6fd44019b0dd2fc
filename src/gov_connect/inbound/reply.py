"""What is answered: status, bytes, content type."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundReply:
    """What to answer."""

    status: int
    body: bytes = field(repr=False)
    content_type: str = "application/json; charset=utf-8"


def json_reply(value: dict[str, Any], *, status: int = 200) -> InboundReply:
    """Answer with JSON, without blanks, as the samples of the wire are written."""
    return InboundReply(status=status, body=json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
