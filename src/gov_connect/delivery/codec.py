"""Arguments and results of operations as JSON, for the vault only: they are in clear."""

from __future__ import annotations

import functools
import inspect
import typing
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter

from gov_connect.model import DossierCode
from gov_connect.model.text import REVEAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gov_connect.runtime import Adapter, Inner, Operation, Program

T = TypeVar("T")


@functools.cache
def _codec(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@functools.cache
def _hints(operation: Operation[..., Any]) -> dict[str, Any]:
    return typing.get_type_hints(operation.function, include_extras=True)


@functools.cache
def result_codec(operation: Operation[..., Any]) -> TypeAdapter[Any]:
    """Writes and reads what an operation gives."""
    # A Flow is Generator[..., ..., result].
    return TypeAdapter(typing.get_args(_hints(operation)["return"])[2])


@functools.cache
def _argument_names(operation: Operation[..., Any]) -> inspect.Signature:
    return inspect.signature(operation.function)


def takes_doubt(operation: Operation[..., Any]) -> bool:
    """Whether an operation can be told that an earlier attempt may have arrived."""
    return "doubtful" in _argument_names(operation).parameters


def encode_arguments(operation: Operation[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The arguments as JSON in clear; only the vault sees it."""
    bound = _argument_names(operation).bind(None, *args, **kwargs)
    hints = _hints(operation)
    parts = {
        name: _codec(hints[name]).dump_python(value, mode="json", context=REVEAL)
        for name, value in list(bound.arguments.items())[1:]
    }
    return _codec(dict[str, Any]).dump_json(parts).decode()


def stored_arguments(operation: Operation[..., Any], payload: str) -> dict[str, Any]:
    """What `encode_arguments` wrote, by the names of the arguments."""
    stored: dict[str, Any] = _codec(dict[str, Any]).validate_json(payload)
    hints = _hints(operation)
    return {name: _codec(hints[name]).validate_python(value) for name, value in stored.items()}


def again(
    operation: Operation[..., T],
    adapter: Adapter[Inner],
    payload: str,
    *,
    doubtful: bool = True,
    fresh: Mapping[str, Any] | None = None,
) -> Program[T]:
    """The operation with the arguments as they were first written down; `fresh` were never written down."""
    arguments = stored_arguments(operation, payload) | dict(fresh or {})
    if doubtful and takes_doubt(operation):
        arguments["doubtful"] = True
    return operation.program(adapter, **arguments)


def dossier_of(args: Sequence[Any], kwargs: dict[str, Any]) -> str:
    """The dossier that a call is about, by what it is given: a dossier, its number, or something that names it."""
    for value in (*args, *kwargs.values()):
        several: Any = value
        first: Any = several[0] if isinstance(value, (list, tuple)) and several else several
        candidates: tuple[Any, ...] = (first, getattr(first, "dossier", None), getattr(first, "code", None))
        for found in candidates:
            if isinstance(found, DossierCode):
                return str(found)
    return ""
