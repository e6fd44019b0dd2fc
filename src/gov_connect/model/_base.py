"""The ground of every value object: frozen, validated at construction, every problem at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from gov_connect.errors import InvalidInput, Problem, Rejected
from gov_connect.model.text import NOT_CLEAN, REVEAL, masked, revealing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_core import ErrorDetails

# pydantic's own error types that have a plain meaning of ours; the rest read as "value.invalid".
_KNOWN_TYPES = {
    "missing": "value.missing",
    "extra_forbidden": "value.unknown_field",
    "string_too_long": "value.too_long",
    "string_too_short": "value.too_short",
    "too_short": "value.too_few",
    "too_long": "value.too_many",
    "greater_than_equal": "value.too_small",
    "less_than_equal": "value.too_large",
    "enum": "value.not_in_list",
    "literal_error": "value.not_in_list",
    "int_type": "value.not_whole_number",
    "int_parsing": "value.not_whole_number",
    "int_from_float": "value.not_whole_number",
    "string_type": "value.not_text",
    "json_invalid": "value.not_json",
    "timezone_aware": "value.no_timezone",
    NOT_CLEAN: "value.control_character",
}
# Only figures of the rule itself may travel from pydantic's context into a message, never the input.
_SAFE_CONTEXT = ("max_length", "min_length", "ge", "le", "gt", "lt")


_CHOICE: Final = re.compile(r"'([^']*)'")
_MOST_CHOICES: Final = 12
"""A longer list is looked up in the documents, not in a sentence."""
_NAME: Final = re.compile(r"(?!.*[0-9]{9})[!-~]{1,200}")
"""A name of a field as problems may repeat it: a foreign one could be anything, a person's name or number too."""


def problems_of(error: ValidationError) -> tuple[Problem, ...]:
    """Turn pydantic's findings into ours; the offending values are left behind on purpose."""
    found = error.errors(include_url=False, include_input=False)
    return tuple(_problem(detail) for detail in found)


def _problem(detail: ErrorDetails) -> Problem:
    path = ".".join(str(part) if _NAME.fullmatch(str(part)) else "?" for part in detail["loc"])
    context: Mapping[str, Any] = detail.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, Rejected):
        return Problem(path=".".join(filter(None, (path, cause.at))), code=cause.code, params=cause.params)
    code = _KNOWN_TYPES.get(detail["type"], "value.invalid")
    choices = _CHOICE.findall(str(context.get("expected", ""))) if code == "value.not_in_list" else []
    if 0 < len(choices) <= _MOST_CHOICES:
        return Problem(path=path, code="value.not_among", params={"names": ", ".join(choices)})
    limits = [context[name] for name in _SAFE_CONTEXT if name in context]
    return Problem(path=path, code=code, params={"limit": limits[0]} if limits else {})


class Value(BaseModel):
    """A frozen value object. Construction raises `InvalidInput` naming every problem at once."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        defer_build=True,
    )

    def __init__(self, **data: Any) -> None:
        try:
            self.__pydantic_validator__.validate_python(data, self_instance=self)  # all that pydantic's own does
        except ValidationError as error:
            raise InvalidInput(type(self).__name__, problems_of(error)) from None

    # pydantic then treats this as its own initialiser, so that nested values report to the outermost one.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    if not TYPE_CHECKING:  # checkers know by `frozen` that nothing can be set

        def __setattr__(self, name: str, value: object) -> None:
            """Pydantic's error would show what was to be set."""
            try:
                super().__setattr__(name, value)
            except ValidationError:
                raise AttributeError(f"{type(self).__name__} is frozen and cannot be changed") from None

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read the JSON that `to_json` wrote.

        Raises:
            InvalidInput: the text is not that of such a value.
        """
        return cls.model_validate_json(text)

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Pydantic's own, but it raises `InvalidInput`: pydantic's error holds what was given."""
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            raise InvalidInput(cls.__name__, problems_of(error)) from None

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """The same for JSON."""
        try:
            return super().model_validate_json(json_data, **options)
        except ValidationError as error:
            raise InvalidInput(cls.__name__, problems_of(error)) from None

    @classmethod
    def model_validate_strings(cls, obj: Any, **options: Any) -> Self:
        """The same for texts."""
        try:
            return super().model_validate_strings(obj, **options)
        except ValidationError as error:
            raise InvalidInput(cls.__name__, problems_of(error)) from None

    def to_json(self) -> str:
        """Write all fields in clear, for encrypted storage only; `model_dump_json` masks instead."""
        return self.model_dump_json(context=REVEAL)


class PersonalValue(Value):
    """A value about one person: every field counts as personal, codes too.

    `repr` shows the type alone, JSON masks every text; `to_json` writes all in clear.
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    def __str__(self) -> str:
        return repr(self)

    def __repr_args__(self) -> Sequence[tuple[str | None, Any]]:
        return ()

    @model_serializer(mode="wrap", when_used="json")
    def _write(self, write: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        if revealing(info.context):
            return written
        return {name: masked(value) for name, value in written.items()}
