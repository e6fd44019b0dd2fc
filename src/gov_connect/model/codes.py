"""Public codes: procedures, agencies, dossiers (national_portal.md §4)."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from gov_connect.errors import Rejected
from gov_connect.model.text import Code

_PROCEDURE: Final = re.compile(r"([0-9]\.[0-9]{6})(?:\.[0-9A-Z]+(?:\.[0-9A-Z]+)*)?")
_OLD_AGENCY: Final = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}")
_NEW_AGENCY: Final = re.compile(r"[A-Z][0-9]{2}(\.[0-9A-Z]{1,6})*")
_LONGEST_AGENCY: Final = 35
_OLD_WIDTHS: Final = (2, 2, 3)
"""Digits of the levels below the highest in the old form, from the top."""
# The permissive form of §4.1, with the one-digit groups that QĐ 20/2020 codes show (H99.12.7).
_DOSSIER: Final = re.compile(
    r"(?P<agency>[0-9A-Z]{1,6}(?:\.[0-9A-Z]{1,6}){0,7})-(?P<day>[0-9]{6}(?:[0-9]{2})?)-(?P<order>[0-9]{4,7})"
)
_LONG_DAY: Final = 8


class ProcedureCode(Code):
    """Code of an administrative procedure in the national database, e.g. `1.001193`.

    A trailing agency suffix (`3.000181.000.00.00.H22`) is dropped: the portal must not see it
    (national_portal.md §4.3).
    """

    __slots__ = ()

    @classmethod
    def check(cls, value: str) -> str:
        """Strip an agency suffix and check the shape."""
        match = _PROCEDURE.fullmatch(value.strip())
        if match is None:
            raise Rejected("value.procedure_code")
        return match.group(1)


class AgencyCode(Code):
    """Electronic identifier of an agency, old form (`000.07.12.H99`) or new (`H99.12.7`).

    Source: Thông tư 10/2016/TT-BTTTT and Quyết định 20/2020/QĐ-TTg (national_portal.md §4.2).
    """

    __slots__ = ()

    @classmethod
    def check(cls, value: str) -> str:
        """Check that the text has one of the two forms."""
        code = value.strip()
        if len(code) > _LONGEST_AGENCY or not (_OLD_AGENCY.fullmatch(code) or _NEW_AGENCY.fullmatch(code)):
            raise Rejected("value.agency_code")
        return code

    @property
    def is_old(self) -> bool:
        """Whether this is the form of Thông tư 10/2016: four groups, the highest level last."""
        return _OLD_AGENCY.fullmatch(self) is not None

    def to_new(self) -> AgencyCode:
        """The form of Quyết định 20/2020: highest level first, levels of all zeros dropped (§4.2, GUESS).

        Zeros inside a group stay as they are: they are not fixed, so compare with `same_as`.
        """
        groups = self.split(".")[::-1] if self.is_old else self.split(".")
        return AgencyCode(".".join([groups[0], *(group for group in groups[1:] if group.strip("0"))]))

    def to_old(self) -> AgencyCode | None:
        """The form of Thông tư 10/2016, or None when it does not fit: more than four levels, or a group that
        is no number or too long.
        """
        if self.is_old:
            return self
        head, *rest = self.split(".")
        widths = _OLD_WIDTHS[: len(rest)]
        if len(rest) > len(_OLD_WIDTHS) or any(
            not group.isdigit() or len(group.lstrip("0")) > width for group, width in zip(rest, widths, strict=True)
        ):
            return None
        padded = [group.lstrip("0").zfill(width) for group, width in zip(rest, widths, strict=True)]
        padded += ["0" * width for width in _OLD_WIDTHS[len(rest) :]]
        return AgencyCode(".".join([*padded[::-1], head]))

    @property
    def levels(self) -> tuple[str, ...]:
        """The groups from the highest level down, without padding: equal for whatever names one agency."""
        return tuple(group.lstrip("0") or "0" for group in self.to_new().split("."))

    def same_as(self, other: AgencyCode) -> bool:
        """Whether both name one agency, whatever form and padding they have."""
        return self.levels == other.levels


class DossierCode(Code):
    """Number of a dossier, e.g. `000.07.12.H99-250804-0019` (national_portal.md §4.1).

    Accepts the legal form of 2018, the patched form and the newest form with an eight-digit day.
    """

    __slots__ = ()

    @classmethod
    def check(cls, value: str) -> str:
        """Check the shape and that its day exists."""
        code = value.strip()
        match = _DOSSIER.fullmatch(code)
        if match is None or _day(match["day"]) is None:
            raise Rejected("value.dossier_code")
        return code

    @property
    def agency(self) -> str:
        """The part before the day: code of the agency that gave the number."""
        return self.partition("-")[0]

    @property
    def day(self) -> date:
        """The day on which the dossier was received."""
        day = _day(self.split("-")[1])
        assert day is not None
        return day


@lru_cache(maxsize=1024)  # dossiers of one time share their days
def _day(digits: str) -> date | None:
    year, rest = (digits[:4], digits[4:]) if len(digits) == _LONG_DAY else ("20" + digits[:2], digits[2:])
    try:
        return date(int(year), int(rest[:2]), int(rest[2:]))
    except ValueError:
        return None
