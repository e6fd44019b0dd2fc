"""The time zone that everything is written in; here alone, since the clocks need it before any model."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Final

VIETNAM: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Viet Nam has had one offset since 1975 and no summer time; no time-zone database is needed."""
