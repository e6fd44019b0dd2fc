"""The second net under the personal types: patterns, for texts that some other code has put together.

The first net is the types: `Personal` and `Value` show `***` wherever they are printed. What has become plain text
before it reaches a log (another library's message, an exception of a driver) is caught here by its shape: numbers
of persons, phones, e-mail addresses, and the values of fields that are known to hold names and places.

    structlog.configure(processors=[..., mask_personal, renderer])
    logging.getLogger().handlers[0].addFilter(MaskingFilter())

A name in free text has no shape: only the types keep it out.
"""

from __future__ import annotations

import functools
import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Final, cast

from gov_connect.privacy._members import MASK
from gov_connect.privacy._names import Says, figure, personal, says
from gov_connect.privacy._texts import mask_text

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["MASK", "MaskingFilter", "logger_of", "mask", "mask_personal", "mask_text"]

_DEEPEST: Final = 8
_LOCALS: Final = "locals"
"""Where structlog puts the variables of each frame of a traceback: plain texts under names that say nothing."""
_PAIR: Final = 6
"""Members that a mapping has at most which is a field written as a pair."""

_RECORD: Final = frozenset(vars(logging.makeLogRecord({})))
"""What every log record has; everything else came by `extra`."""


def mask(value: object, *, field: str = "", depth: int = 0) -> object:
    """A value fit for a log: personal types, texts, and what containers hold; the shape stays."""
    kind = type(value)
    if value is None or kind is bool or kind is float:
        return value
    if field and (personal(field) or field == _LOCALS):
        return MASK
    if kind is str:
        return mask_text(value)  # type: ignore[arg-type]
    if kind is int:
        # An amount may have as many digits as an old identity card.
        return value if figure(field) or mask_text(str(value)) != MASK else MASK
    return _mask_other(value, depth)


@functools.cache
def _kinds() -> tuple[type, type]:
    from gov_connect.model import Personal, Value  # noqa: PLC0415 - keeps this module light

    return Personal, Value


def _mask_other(value: object, depth: int) -> object:
    hidden, shaped = _kinds()
    if isinstance(value, hidden):
        return MASK
    if isinstance(value, shaped):
        return f"<{type(value).__name__}>"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"<{len(cast('bytes', value))} bytes>"
    if isinstance(value, Mapping):
        return MASK if depth >= _DEEPEST else _mask_members(cast("Mapping[object, object]", value), depth)
    if isinstance(value, (list, tuple, set, frozenset)):
        rows = cast("list[object]", value)
        return MASK if depth >= _DEEPEST else [mask(held, depth=depth + 1) for held in rows]
    return mask_text(str(value))


def _mask_members(members: Mapping[object, object], depth: int) -> dict[object, object]:
    masked = {mask(key): mask(held, field=str(key), depth=depth + 1) for key, held in members.items()}
    # A field written as a pair: {"name": "hoTen", "value": …}.
    if len(members) <= _PAIR and any(type(held) is str and personal(held) for held in members.values()):
        masked |= {key: MASK for key in members if isinstance(key, str) and says(key) is Says.VALUE}
    return masked


def mask_personal(logger: object, name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Structlog processor: personal values by their type, and texts by their shape, become `***`.

    Put it right before the renderer of the host's own pipeline, after whatever formats exceptions.
    """
    del logger, name
    masked = {key: _event_value(key, value) for key, value in event.items() if key != "exc_info"}
    # A later processor would format it, and bring the text back.
    told = _told(event.get("exc_info"))
    return {**masked, "exception": told} if told else masked


def _event_value(key: str, value: object) -> object:
    if key in {"correlation_id", "timestamp"} and isinstance(value, str):
        return value
    if isinstance(value, BaseException):
        return mask_text("".join(traceback.format_exception(value)))
    return mask(value, field=key)


def _told(exc_info: object) -> str:
    """The text of an exception, however `exc_info` names it; "" for none."""
    if isinstance(exc_info, BaseException):
        lines = traceback.format_exception(exc_info)
    elif isinstance(exc_info, tuple):
        parts = cast("tuple[type[BaseException], BaseException, TracebackType | None]", exc_info)
        lines = traceback.format_exception(*parts)
    else:
        current = sys.exc_info()[1] if exc_info else None
        lines = [] if current is None else traceback.format_exception(current)
    return mask_text("".join(lines).rstrip())


class MaskingFilter(logging.Filter):
    """The same for `logging`. Add it to handlers: a logger's own filters do not see its children's records."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask message, arguments, exception text and extras in place; every record passes."""
        arguments = record.args
        if isinstance(arguments, tuple):
            record.args = tuple(_argument(one) for one in arguments)
        elif arguments:
            record.args = {key: _argument(held) for key, held in arguments.items()}
        try:
            said = record.getMessage()
        except (TypeError, ValueError, KeyError):
            said = str(record.msg)
        record.msg, record.args = mask_text(said), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
        if record.exc_text:
            record.exc_text = mask_text(record.exc_text)
        if record.stack_info:
            record.stack_info = mask_text(record.stack_info)
        members = vars(record)
        for name in [name for name in members if name not in _RECORD]:
            members[name] = mask(members[name], field=name)
        return True


def _argument(value: object) -> object:
    """Figures stay figures, so that `%d` still works; their text is looked at afterwards."""
    return value if isinstance(value, (int, float, str)) or value is None else mask(value)


def logger_of(name: str) -> logging.Logger:
    """A logger of this library, under the filter."""
    logger = logging.getLogger(name)
    if not any(isinstance(one, MaskingFilter) for one in logger.filters):
        logger.addFilter(MaskingFilter())
    return logger
