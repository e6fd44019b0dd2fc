"""How it goes, in figures: Prometheus text, OpenTelemetry where the host has it, a digest of the day."""

from gov_connect.telemetry.app import MetricsApp
from gov_connect.telemetry.digest import Digest, digest_of
from gov_connect.telemetry.metrics import Metrics, render

__all__ = ["Digest", "Metrics", "MetricsApp", "digest_of", "render"]
