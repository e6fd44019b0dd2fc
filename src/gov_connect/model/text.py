"""Values that check their own text: personal values that hide themselves, codes that do not."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Never, Self, TypeAlias, cast

from pydantic import PlainSerializer
from pydantic_core import CoreSchema, core_schema

from gov_connect.errors import InvalidInput, Problem, Rejected
from gov_connect.model.marks import MOST, thinned

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core.core_schema import SerializationInfo


# Line ends as browsers (CRLF) and word processors (vertical tab) write them.
_LINE_ENDS: Final = str.maketrans({"\r": "\n", "\v": "\n", "\f": "\n"})
_NO_CHARACTERS: Final = frozenset("\ufffe\uffff")
"""Code points that no XML document may hold, beside control characters and lone surrogates."""


def clean(text: str) -> str:
    """Normalise to NFC and plain line ends, drop zero-width marks and outer blanks; refuse control
    characters, endless rows of marks and everything else that no wire can carry.
    """
    if text.isascii() and text.isprintable():
        return text.strip()  # its own normal form, without marks: numbers, addresses of mail, codes
    if thinned(text) != text:
        raise Rejected("value.control_character")
    if (plain := unicodedata.normalize("NFC", text)).isprintable():
        return plain.strip()  # nothing below applies; most texts end here, at a tenth of the time
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_LINE_ENDS))
    kept = "".join(char for char in normal if unicodedata.category(char) != "Cf").strip()
    if any(_forbidden(char) for char in kept):
        raise Rejected("value.control_character")
    return kept


def _forbidden(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind == "Cs" or (kind == "Cc" and char not in "\n\t") or char in _NO_CHARACTERS


_LETTERS: Final = "À-ɏẠ-ỹ"
_PLAIN: Final = rf"^(?:[!-~{_LETTERS}](?:[ -~{_LETTERS}]*[!-~{_LETTERS}])?)?$"
"""What `clean` leaves as it is, told without Python: ASCII and whole Latin letters, no outer blanks."""
NOT_CLEAN: Final = "not_clean"
"""How pydantic names the one finding about a text, whichever of its two ways it took."""


class _Clean:
    """The schema of `CleanText`: what is plain passes inside pydantic-core, the rest through `clean`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """One finding for a text that no wire can carry, whichever way it took."""
        del source, handler
        text = core_schema.str_schema()
        cleaned = core_schema.no_info_after_validator_function(clean, text)
        ways: list[CoreSchema | tuple[CoreSchema, str]] = [core_schema.str_schema(pattern=_PLAIN), cleaned]
        either = core_schema.union_schema(
            ways, mode="left_to_right", custom_error_type=NOT_CLEAN, custom_error_message="not clean"
        )
        return core_schema.chain_schema([text, either])


CleanText: TypeAlias = Annotated[str, _Clean()]
"""Text that is not personal but crosses a wire: cleaned as personal text is; lengths (`Length`) count after it."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long a cleaned text may be, in characters: `Annotated[CleanText, Length(255)]`."""

    at_most: int
    at_least: int = 0

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Counted inside pydantic-core, after whatever the text went through."""
        counted = core_schema.str_schema(min_length=self.at_least, max_length=self.at_most)
        return core_schema.chain_schema([handler(source), counted])


class Masked:
    """What personal values share: `str`, `repr` and formats show `***`; a copy is the value itself; no pickles."""

    __slots__ = ()

    def __str__(self) -> str:
        return "***"

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> Never:
        raise no_pickle(type(self))

    def __reduce__(self) -> Never:
        raise no_pickle(type(self))

    def __getstate__(self) -> Never:
        # What takes objects apart without pickling them asks for this.
        raise no_pickle(type(self))


class Personal(Masked):
    """A piece of personal data: `str`, `repr`, formats, logs and JSON show only `***`.

    `reveal()` gives the value; only code that writes a wire message or an encrypted record calls it.
    It cannot be changed, nor pickled: a pickle would carry it in clear.
    """

    __slots__ = ("_value",)
    _value: str
    limit: ClassVar[int] = 500

    def __init__(self, value: str) -> None:
        try:
            object.__setattr__(self, "_value", self.check(value))
        except Rejected as broken:
            problem = Problem(path="", code=broken.code, params=broken.params)
            raise InvalidInput(type(self).__name__, [problem]) from None

    @classmethod
    def check(cls, value: str) -> str:
        """Return the normal form of `value`, or raise `Rejected`."""
        if len(value) > cls.limit * (1 + MOST):
            # Whatever its letters and marks make together: it is not even looked at.
            raise Rejected("value.too_long", limit=cls.limit)
        cleaned = clean(value)
        if not cleaned:
            raise Rejected("value.empty")
        if len(cleaned) > cls.limit:
            raise Rejected("value.too_long", limit=cls.limit)
        return cleaned

    def reveal(self) -> str:
        """Give the value in clear. Never pass it to a log, an error or a report."""
        return self._value

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> Never:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.reveal() == self._value

    def __hash__(self) -> int:
        return hash((type(self), self._value))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept the type itself or text; serialise masked unless the context says `reveal`."""
        del source, handler
        return core_schema.no_info_plain_validator_function(
            cls._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(
                _write, info_arg=True, return_schema=core_schema.str_schema(), when_used="json"
            ),
        )

    @classmethod
    def _validate(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        if not isinstance(value, str):
            raise Rejected("value.not_text")
        made = object.__new__(cls)
        object.__setattr__(made, "_value", cls.check(value))
        return made


def no_pickle(kind: type) -> TypeError:
    """What a personal value answers to pickle: store it with `Value.to_json` in an encrypted place."""
    return TypeError(f"{kind.__name__} holds personal data and cannot be pickled")


REVEAL: Final = {"reveal": True}
"""Serialisation context that writes personal values in clear, for encrypted storage only."""


def revealing(context: object) -> bool:
    """Whether a serialisation context allows personal values in clear."""
    return context == REVEAL


def _write(value: Personal, info: SerializationInfo[Any]) -> str:
    return value.reveal() if revealing(info.context) else str(value)


def masked(written: object) -> Any:
    """What was written of a personal value for everybody to see: every text in it becomes `***`."""
    if isinstance(written, dict):
        return {key: masked(value) for key, value in cast("dict[str, object]", written).items()}
    if isinstance(written, (list, tuple)):
        return [masked(value) for value in cast("list[object]", written)]
    return "***" if isinstance(written, str) and written else written


def _mask(value: Any, info: SerializationInfo[Any]) -> Any:
    return value if revealing(info.context) else masked(value)


MASKED: Final = PlainSerializer(_mask, when_used="json")
"""For plain text fields that speak of people: JSON shows `***`. Goes with `Field(repr=False)`."""


class Code(str):
    """A public code: text with a shape of its own, safe to show."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        """Check the shape.

        Raises:
            InvalidInput: the text is not such a code.
        """
        try:
            return super().__new__(cls, cls.check(str(value)))
        except Rejected as broken:
            problem = Problem(path="", code=broken.code, params=broken.params)
            raise InvalidInput(cls.__name__, [problem]) from None

    @classmethod
    def check(cls, value: str) -> str:
        """Return the normal form of `value`, or raise `Rejected`."""
        raise NotImplementedError

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept the type itself or text of its shape."""
        del source, handler
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def _validate(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        if not isinstance(value, str):
            raise Rejected("value.not_text")
        return str.__new__(cls, cls.check(value))
