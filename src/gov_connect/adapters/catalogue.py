"""Which adapters exist, and how well each of their operations is known.

Vendors add theirs by an entry point in the group `gov_connect.adapters` that names an `Adapter` class.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import NotSupported
from gov_connect.runtime import Adapter, operations_of

if TYPE_CHECKING:
    from gov_connect.runtime import Facts

GROUP: Final = "gov_connect.adapters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One operation of one installed adapter."""

    system: str
    name: str
    facts: Facts
    summary: str


def adapters() -> list[type[Adapter[Any]]]:
    """All installed adapters, by system; those of this package are entry points too."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    return [found[name].load() for name in sorted(found)]


def adapter(name: str) -> type[Adapter[Any]]:
    """One installed adapter by its entry-point name.

    Raises:
        NotSupported: there is none of that name.
    """
    for point in entry_points(group=GROUP, name=name):
        loaded: type[Adapter[Any]] = point.load()
        return loaded
    raise NotSupported("support.adapter_unknown", name=name)


def entries() -> list[Entry]:
    """Every operation of every installed adapter, with its grade and wire section."""
    return [
        Entry(
            system=cls.system,
            name=item.name,
            facts=item.facts,
            summary=(item.__doc__ or "").strip().partition("\n")[0],
        )
        for cls in adapters()
        for item in operations_of(cls)
    ]
