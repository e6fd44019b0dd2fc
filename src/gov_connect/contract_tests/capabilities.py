"""What a system under test can do: yes or no for each, declared by its vendor, never by its name."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, cast

from pydantic import BaseModel, ConfigDict, StrictBool, ValidationError

from gov_connect.contract_tests.option_errors import wrong_option, wrong_options
from gov_connect.errors import Problem


class Capabilities:
    """Everything the kit may ask for. A vendor overrides what the system lacks.

        class Ours(Capabilities):
            refunds = False
            known = {"procedure": "1.001193"}

    The same as a file: `[capabilities]` with `refunds = false`, and `[known]` with what the test system has.
    """

    look_up: bool = True
    """Dossiers can be looked up (TraCuuHoSo)."""
    catalogues: bool = True
    """Lists of procedures, agencies and domains."""
    verification: bool = True
    """Yes-or-no verification beside the look-up of residents."""
    request_ids: bool = True
    """A repeated request id is noticed."""
    results: bool = True
    """Results of a registration can be fetched."""
    refunds: bool = True
    """Money can be given back by a message."""
    bills: bool = True
    """Receipts of payments can be fetched."""
    wrong_credentials: bool = False
    """Wrong passwords and secrets may be tried: they lock no account there, and alarm nobody."""
    levers: bool = False
    """The kit can play the other side: pay an order, finish a registration. True only for its own mocks."""

    known: ClassVar[dict[str, str]] = {}
    """`procedure`, `person_number`, `person_name`, `person_born`, `year_only_number`, `year_only_name`,
    `year_only_born`, `unit`, `signer`, `pin`: what the test system has. People must be test people."""

    def has(self, name: str) -> bool:
        """Whether the system can do something; everything in `names` may be asked."""
        return bool(getattr(self, name))


def names() -> frozenset[str]:
    """All capabilities, by name."""
    return frozenset(name for name, value in vars(Capabilities).items() if isinstance(value, bool))


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    capabilities: dict[str, StrictBool] = {}
    known: dict[str, str] = {}


def load(source: str) -> Capabilities:
    """From `module:Class`, or from a TOML file.

    Raises:
        ConfigurationError: there is no such thing, or it speaks of capabilities that nobody knows.
    """
    made = _from_file(Path(source)) if source.endswith(".toml") else _from_module(source)
    own = {name for cls in type(made).__mro__ for name, value in vars(cls).items() if isinstance(value, bool)}
    unknown = sorted(own - names())
    if unknown:
        raise wrong_options(
            *(Problem(path=f"--capabilities: {name}", code="kit.capability_unknown") for name in unknown)
        )
    return made


def _from_module(source: str) -> Capabilities:
    module, _, name = source.partition(":")
    try:
        made: object = getattr(import_module(module), name)()
    except (ImportError, AttributeError, ValueError, TypeError):
        made = None
    if not isinstance(made, Capabilities):
        raise wrong_option(f"--capabilities {source}", "kit.file_unreadable")
    return made


def _from_file(path: Path) -> Capabilities:
    try:
        content = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError):
        raise wrong_option(f"--capabilities {path.name}", "kit.file_unreadable") from None
    members: dict[str, Any] = {**content.capabilities, "known": content.known}
    return cast("Capabilities", type("CapabilitiesFile", (Capabilities,), members)())
