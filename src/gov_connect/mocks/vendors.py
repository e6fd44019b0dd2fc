"""Mocks of vendors' systems, by the entry-point group `gov_connect.mocks`."""

from __future__ import annotations

import json
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Final

from gov_connect.mocks.core import STORE_KEY

if TYPE_CHECKING:
    from gov_connect.mocks.routed import RoutedMock

GROUP: Final = "gov_connect.mocks"


def vendor_mock(name: str) -> RoutedMock | None:
    """Make the mock of an installed vendor's system; None when there is none of that name."""
    for point in entry_points(group=GROUP, name=name):
        make: type[RoutedMock] = point.load()
        return make()
    return None


def vendor_settings(mock: RoutedMock, base_url: str) -> dict[str, Any]:
    """Give the settings of a client of a vendor's mock at an address."""
    return {**mock.settings, "base_url": base_url}


def vendor_environment(mock: RoutedMock, base_url: str) -> dict[str, str]:
    """Give the variables that a client of a vendor's mock needs besides those of its agency."""
    return {
        "GOV_CONNECT_VENDORS": json.dumps({mock.name: vendor_settings(mock, base_url)}, ensure_ascii=False),
        "GOV_CONNECT_STORE_KEY": STORE_KEY,
    }
