"""What stands between an agency and a national system, as mock systems (residents.md §5)."""

from gov_connect.mocks.gateways import _lgsp as lgsp
from gov_connect.mocks.gateways import _xroad as xroad
from gov_connect.mocks.gateways._lgsp import LgspMock
from gov_connect.mocks.gateways._xroad import XRoadMock

__all__ = ["LgspMock", "XRoadMock", "lgsp", "xroad"]
