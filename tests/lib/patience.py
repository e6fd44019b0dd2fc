"""How long the tests wait for what other threads and processes do: long, since a busy machine is no defect."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 60.0
"""Seconds after which what has not happened is taken for what does not happen."""


def until(happened: Callable[[], object]) -> None:
    """Wait until something is so; it fails the test when that takes too long."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)
