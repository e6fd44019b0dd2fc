"""The console: a web page over the running mocks, for people who integrate with them.

Rendered on the server, without scripts; Vietnamese first, English by one click. See `_guard` for who may use it.
"""

from gov_connect.mocks.console._app import Console
from gov_connect.mocks.console._guard import Guard

__all__ = ["Console", "Guard"]
