"""The demo: a commune's day on real sockets, against the mocks, and the check that all records agree."""

from gov_connect.cli._demo.run import DemoRun, Report
from gov_connect.cli._demo.show import as_json, tables

__all__ = ["DemoRun", "Report", "as_json", "tables"]
