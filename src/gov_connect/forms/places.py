"""Addresses as code and text of the unit that was valid on the day (civil_registry.md §4.5 row 8)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import Problem
from gov_connect.reference import CHANGED_ON, Level, Units

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from datetime import date

    from gov_connect.reference import Unit

_COUNTRIES: Final = frozenset({"vn", "vnm", "việt nam", "viet nam", "vietnam", "cộng hòa xã hội chủ nghĩa việt nam"})
_SEPARATOR: Final = re.compile(r"\s*[,;]\s*|\s+-\s+")
_MOST_NAMES: Final = 3
_LEVELS: Final = ("commune", "district", "province")
_BEFORE: Final = CHANGED_ON.replace(month=6, day=30)


def complete(values: MutableMapping[str, Any], path: str, on: date) -> list[Problem]:
    """Give the address at `path` (its parts stand in `values` as `path.detail`, `path.commune` …) both its
    codes and its words. Nothing that was typed is changed.

    Returns:
        what an officer should look at: codes that no unit of that day has, words that name several units.
    """
    spoken = [values.pop(f"{path}.{level}_name", "") for level in _LEVELS]
    if any(spoken):
        values.setdefault(f"{path}.names", ", ".join(filter(None, spoken)))
    country = str(values.get(f"{path}.country", "")).casefold()
    if country in _COUNTRIES:
        del values[f"{path}.country"]
    elif country:
        return []
    codes = {level: str(values.get(f"{path}.{level}", "")) for level in _LEVELS}
    if any(codes.values()):
        return _named(values, path, codes, on)
    detail = values.get(f"{path}.detail")
    return _coded(values, path, str(detail), on) if detail else []


def _named(values: MutableMapping[str, Any], path: str, codes: dict[str, str], on: date) -> list[Problem]:
    units = Units.default()
    names: list[str] = []
    problems: list[Problem] = []
    for level, code in codes.items():
        # A district tells that the address is of the time before.
        day = _BEFORE if codes["district"] else on
        unit = units.unit(code, on=day) if code else None
        if unit is not None and unit.level == level:
            names.append(unit.name)
        elif code:
            problems.append(_unknown(f"{path}.{level}", code, units))
    commune = units.unit(codes["commune"], on=_BEFORE if codes["district"] else on)
    province = codes["province"]
    if commune is not None and commune.level is Level.COMMUNE:
        lies_in = units.province_of(commune)
        if not province:
            values[f"{path}.province"] = lies_in.code
            names.append(lies_in.name)
        elif lies_in.code != province:
            problems.append(Problem(path=f"{path}.commune", code="place.elsewhere", params={"province": lies_in.code}))
    if not problems and names and not values.get(f"{path}.names"):
        values[f"{path}.names"] = ", ".join(names)
    return problems


def _unknown(path: str, code: str, units: Units) -> Problem:
    """A code without a unit on that day, with what took the unit of that code over."""
    now = units.now(code)
    if not now:
        return Problem(path=path, code="place.unknown_code", params={"code": code})
    heirs = ", ".join(f"{change.current.code} {change.current.name}" for change in now)
    return Problem(path=path, code="place.former_code", params={"code": code, "now": heirs})


def _coded(values: MutableMapping[str, Any], path: str, text: str, on: date) -> list[Problem]:
    """Look for the units that the end of a text names; the text itself stays whole."""
    names = tuple(_SEPARATOR.split(text.strip())[-_MOST_NAMES:])
    if len(names) > 1:
        found = _units_named(names, on)
        if len(found) == 1:
            commune, province = found[0]
            values[f"{path}.commune"], values[f"{path}.province"] = commune.code, province.code
        elif found:
            several = ", ".join(f"{commune.code} {commune.name}" for commune, _ in found)
            return [Problem(path=path, code="place.several", params={"units": several})]
    return []


@lru_cache(maxsize=4096)
def _units_named(names: tuple[str, ...], on: date) -> list[tuple[Unit, Unit]]:
    """Commune and province of `..., commune, [district,] province`, of that day. The end of an address is the
    same for a whole commune, so it is worth remembering.
    """
    units = Units.default()
    *rest, last = names
    found: list[tuple[Unit, Unit]] = []
    for province in units.find(last, on=on):
        if province.level is not Level.PROVINCE:
            continue
        for name in reversed(rest):
            communes = [unit for unit in units.find(name, on=on, within=province.code) if unit.level is Level.COMMUNE]
            if communes:
                found += [(commune, province) for commune in communes]
                break
    return found
