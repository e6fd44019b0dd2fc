"""Waivers: a file of the vendor's own, with a reason and a last day for each test.

[[waiver]]
test = "portal/2020:insert_twice_is_refused"
reason = "sửa trong bản 3.2"
until = 2026-12-31
"""

from __future__ import annotations

import tomllib
from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gov_connect.contract_tests.levels import Waiver
from gov_connect.contract_tests.option_errors import wrong_option, wrong_options
from gov_connect.errors import Problem

if TYPE_CHECKING:
    from pathlib import Path


class _Row(BaseModel):
    """One entry: an unexplained waiver waives nothing."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    test: Annotated[str, Field(pattern=r"^[\w/.]+:\w+(\[.+\])?$")]
    reason: Annotated[str, Field(min_length=3, max_length=500)]
    until: date | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    waiver: list[_Row] = []


def read_waivers(path: Path) -> dict[str, Waiver]:
    """The waivers of a file, by test.

    Raises:
        ConfigurationError: it cannot be read, or an entry lacks its reason; every problem at once.
    """
    try:
        rows = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).waiver
    except ValidationError as error:
        places = [".".join(str(part) for part in found["loc"]) for found in error.errors()]
        raise wrong_options(
            *(Problem(path=f"--waivers {path.name}: {place}", code="kit.waiver_incomplete") for place in places)
        ) from None
    except (OSError, ValueError):
        raise wrong_option(f"--waivers {path.name}", "kit.file_unreadable") from None
    return {row.test: Waiver(test=row.test, reason=row.reason, until=row.until) for row in rows}
