"""Refused messages once more, after what made them fail was mended: a mapping, a unit, the host."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from gov_connect.adapters.national_portal.inbound import CREATED, DUPLICATE, PUSH_PATH, SECOND_PATH
from gov_connect.adapters.national_portal.pushes import NOTICE_PATH
from gov_connect.adapters.reading import code_text
from gov_connect.runtime import Blocking
from gov_connect.transport import Unreadable, as_object, parse_json

if TYPE_CHECKING:
    from gov_connect.inbound.handler import InboundHandler
    from gov_connect.inbound.records import InboundRecords, RawMessage
    from gov_connect.inbound.reply import InboundReply
    from gov_connect.runtime import Program

_PUSHES: Final = frozenset((PUSH_PATH, SECOND_PATH, NOTICE_PATH))
"""Look-ups are not among them: nobody waits for their answer any more."""
_TAKEN: Final = frozenset((str(CREATED), str(DUPLICATE)))


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of one kept message: taken, and then no longer kept, or refused again."""

    id: int
    taken: bool


def replay(handler: InboundHandler, records: InboundRecords) -> Program[list[Replayed]]:
    """Handle every kept push again, oldest first; one that is taken now is no longer kept."""
    kept: list[RawMessage] = yield Blocking(records.raw)
    done: list[Replayed] = []
    for message in kept:
        if message.body is None or message.path.rstrip("/").rpartition("/")[2] not in _PUSHES:
            continue
        reply: InboundReply = yield from handler.handle(message.path, message.body)
        taken = _code(reply) in _TAKEN
        if taken:
            yield Blocking(partial(records.drop_raw, message.id))
        done.append(Replayed(message.id, taken))
    return done


def _code(reply: InboundReply) -> str:
    try:
        return code_text((as_object(parse_json(reply.body)) or {}).get("error_code"))
    except Unreadable:
        return ""
