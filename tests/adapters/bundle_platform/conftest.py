"""A client of a bundle platform whose paths are set."""

from __future__ import annotations

from typing import Any

import pytest

BASE = {
    "BUNDLE_PLATFORM__BASE_URL": "https://lienthong.example",
    "BUNDLE_PLATFORM__USERNAME": "mot-cua",
    "BUNDLE_PLATFORM__PASSWORD": "mat-khau",
    "BUNDLE_PLATFORM__TOKEN_PATH": "/token",
    "BUNDLE_PLATFORM__LIST_PATH": "/list",
    "BUNDLE_PLATFORM__ACKNOWLEDGE_PATH": "/ack",
    "BUNDLE_PLATFORM__STATUS_PATH": "/status",
}


@pytest.fixture
def make_bundles(make_gov: Any) -> Any:
    """Make the adapter, its settings changed by keywords."""
    return lambda **changes: make_gov(**{**BASE, **changes}).bundles


@pytest.fixture
def bundles(make_bundles: Any) -> Any:
    return make_bundles()
