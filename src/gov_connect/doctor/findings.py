"""What a check says: how bad, what, whom to ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from gov_connect.messages import message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.errors import Param
    from gov_connect.messages import Language

LOCAL: Final = "local"
"""The "system" of checks that concern this machine alone."""
_WHO: Final = {
    LOCAL: ("quản trị máy chủ của đơn vị", "the administrator of this machine"),
    "portal": (
        "đầu mối trục liên thông (LGSP) của tỉnh, qua đó Cổng Dịch vụ công quốc gia",
        "the province's integration team (LGSP), and through it the national portal",
    ),
    "residents": (
        "đầu mối LGSP của tỉnh, qua đó Trung tâm dữ liệu quốc gia về dân cư",
        "the province's integration team (LGSP), and through it the residents database",
    ),
    "civil_registry": (
        "đầu mối LGSP của tỉnh, qua đó đơn vị vận hành phần mềm hộ tịch (Bộ Tư pháp)",
        "the province's integration team (LGSP), and through it the civil registry's operator",
    ),
    "national_payment": (
        "đơn vị vận hành nền tảng thanh toán của Cổng Dịch vụ công quốc gia",
        "the operator of the national payment platform",
    ),
}
_ANYBODY: Final = ("nhà cung cấp dịch vụ {system}", "the provider of {system}")


class Level(StrEnum):
    """How bad it is."""

    GOOD = "good"
    NOTE = "note"
    """Not tried, or good to know."""
    WARNING = "warning"
    """Works today."""
    FAULT = "fault"
    """Does not work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a check found.

    Attributes:
        check: name of the check, e.g. "tls".
        system: the outside system, or "local".
        code: key into the message catalogue.
        params: figures and names for the text; never personal data, never secrets.
    """

    check: str
    system: str
    level: Level
    code: str
    params: Mapping[str, Param] = field(default_factory=dict[str, "Param"])

    def who(self, language: Language = "vi") -> str:
        """Whom to ask."""
        vi, en = _WHO.get(self.system, _ANYBODY)
        return (vi if language == "vi" else en).format(system=self.system)

    def text(self, language: Language = "vi") -> str:
        """What it is."""
        return message(self.code).text(language, {"system": self.system, **self.params})

    def remedy(self, language: Language = "vi") -> str:
        """What to do, and whom to ask for what; "" where there is nothing to do."""
        return message(self.code).remedy(language, {"system": self.system, "who": self.who(language), **self.params})

    def to_dict(self, language: Language = "vi") -> dict[str, Any]:
        """The JSON form."""
        return {
            "check": self.check,
            "system": self.system,
            "level": str(self.level),
            "code": self.code,
            "text": self.text(language),
            "remedy": self.remedy(language),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All findings of one examination."""

    environment: str
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What does not work."""
        return tuple(one for one in self.findings if one.level is Level.FAULT)

    @property
    def healthy(self) -> bool:
        """Whether there is no fault; warnings are allowed."""
        return not self.faults

    def to_dict(self, language: Language = "vi") -> dict[str, Any]:
        """The JSON form."""
        return {
            "healthy": self.healthy,
            "environment": self.environment,
            "findings": [one.to_dict(language) for one in self.findings],
        }
