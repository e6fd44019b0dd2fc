"""What is wrong, and whom to ask for what: `gov-connect doctor`."""

from gov_connect.doctor.findings import Finding, Level, Report
from gov_connect.doctor.run import examine

__all__ = ["Finding", "Level", "Report", "examine"]
