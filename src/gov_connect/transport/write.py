"""Writing what goes out: JSON as the wires have it, in one place."""

from __future__ import annotations

import json
from typing import Final

# `json.dumps` makes an encoder of its own whenever it is told anything.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_text(value: object) -> str:
    """JSON without blanks, letters as they are."""
    return _ENCODER.encode(value)


def json_body(value: object) -> bytes:
    """The same in UTF-8."""
    return _ENCODER.encode(value).encode()
