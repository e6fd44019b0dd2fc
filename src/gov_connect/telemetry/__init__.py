"""How it goes, in figures: Prometheus text, OpenTelemetry where the host has it, a digest of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gov_connect._lazy import lazily

if TYPE_CHECKING:
    from gov_connect.telemetry.app import MetricsApp
    from gov_connect.telemetry.digest import Digest, digest_of
    from gov_connect.telemetry.metrics import Metrics, render

__all__ = ["Digest", "Metrics", "MetricsApp", "digest_of", "render"]

__getattr__ = lazily(
    __name__,
    {
        "app": ("MetricsApp",),
        "digest": (
            "Digest",
            "digest_of",
        ),
        "metrics": (
            "Metrics",
            "render",
        ),
    },
)
