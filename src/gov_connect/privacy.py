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
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from types import TracebackType

MASK: Final = "***"
_DEEPEST: Final = 8

_WORDS: Final = (
    r"(?:ho_?(?:va_?)?ten|ten_?(?:nguoi|thuong|cong|chu)|full_?name|citizen_?name|payer_?name"
    r"|dia_?chi|address|noi_?cu_?tru|thuong_?tru|tam_?tru|que_?quan"
    r"|dien_?thoai|phone|email|ngay_?sinh|birth|so_?(?:dinh_?danh|cmnd|cccd|giay_?to)|citizen_?id|cccd|cmnd"
    r"|password|secret|mat_?khau|access_?token|api_?key|authorization)"
)
"""What a field is called that holds a person's data, or a secret; as part of its name."""
_FIELD: Final = re.compile(_WORDS, re.IGNORECASE)
# Nothing here may go back over what it has read: a log line can be as long and as odd as somebody makes it.
_NAMED: Final = re.compile(
    rf"""({_WORDS}\w{{0,40}}\\{{0,8}}["']?\s{{0,8}}"""
    # a JSON member (also of JSON inside a string), a keyword, or an XML element with or without attributes
    r"""(?:[:=]\s{0,8}|>|\s{1,8}[\w:.-]{1,80}\s{0,8}=\s{0,8}["'][^<>]{0,300}>))"""
    r"""(\\{1,8}"(?:[^"\\]|\\++(?!"))*+(?:\\++")?|"(?:[^"\\]|\\.)*+"?|'(?:[^'\\]|\\.)*+'?|[^\s,;<>"'}\]][^,;<>"'}\]\n]*+)""",
    re.IGNORECASE,
)
_SHAPES: Final = re.compile(
    r"(?<![^\W_])(?<!\.)(?:\d{12}|0\d\d(?P<gap>[ .-])\d{3}(?P=gap)\d{3}(?P=gap)\d{3})(?![^\W_])"  # personal number
    r"|(?<![^\W_])(?<![.+-])\d{9}(?![^\W_]|\.\d)"  # old identity card
    r"|(?<![\w.])(?:\+?84|0)[ .-]?[235789]\d(?:[ .-]?\d){7}(?!\w)"  # phone
    r"|(?<![\w.+-])[\w.+-]{1,80}+@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"  # e-mail
)
_SUSPICIOUS: Final = re.compile(r"\d{7}|\d[ .]\d|\d-\d\d(?:\d|-\d\d-\d)|@")
_RECORD: Final = frozenset(vars(logging.makeLogRecord({})))
"""What every log record has; everything else came by `extra`."""


def mask_text(text: str) -> str:
    """`text` with everything that has the shape of personal data as `***`."""
    if _FIELD.search(text):
        text = _NAMED.sub(_named, text)
    return _SHAPES.sub(MASK, text) if _SUSPICIOUS.search(text) else text


def _named(found: re.Match[str]) -> str:
    value = found[2]
    if value[0] == "\\" and '"' in value[:9]:
        quote = value[: value.index('"') + 1]
    else:
        quote = value[0] if value[0] in "\"'" else ""
    return f"{found[1]}{quote}{MASK}{quote}"


def mask(value: object, *, field: str = "", depth: int = 0) -> object:
    """A value fit for a log: personal types, texts, and what containers hold; the shape stays."""
    from gov_connect.model import Personal, Value  # noqa: PLC0415 - keeps this module light

    kept: object
    match value:
        case None | bool() | float():
            kept = value
        case _ if field and _personal_field(field):
            kept = MASK
        case str():
            kept = mask_text(value)
        case int():
            kept = MASK if mask_text(str(value)) == MASK else value
        case Personal():
            kept = MASK
        case Value():
            kept = f"<{type(value).__name__}>"
        case bytes() | bytearray():
            kept = f"<{len(value)} bytes>"
        case _:
            kept = _mask_inside(value, depth)
    return kept


@functools.lru_cache(maxsize=1024)
def _personal_field(name: str) -> bool:
    return _FIELD.search(name) is not None


def _mask_inside(value: object, depth: int) -> object:
    if depth >= _DEEPEST:
        return MASK
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return {mask(key): mask(held, field=str(key), depth=depth + 1) for key, held in members.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [mask(held, depth=depth + 1) for held in cast("list[object]", value)]
    return mask_text(str(value))


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
        for name in vars(record).keys() - _RECORD:
            setattr(record, name, mask(getattr(record, name), field=name))
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
