"""The mock systems behind HTTP, each on a port of its own, all on one loop in one background thread."""

from gov_connect.mocks.server._running import RunningMocks, running_mocks, running_system
from gov_connect.mocks.server._serve import serve, serve_vendor

__all__ = ["RunningMocks", "running_mocks", "running_system", "serve", "serve_vendor"]
