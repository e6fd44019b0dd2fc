"""What outside systems push to the agency, handled without a web framework; thin wrappers beside."""

from gov_connect.inbound.gate import Addresses, Asked, ClientCertificate, Gate, SharedHeader
from gov_connect.inbound.handler import InboundHandler
from gov_connect.inbound.kit import Host, PortalKit
from gov_connect.inbound.reply import InboundReply

__all__ = [
    "Addresses",
    "Asked",
    "ClientCertificate",
    "Gate",
    "Host",
    "InboundHandler",
    "InboundReply",
    "PortalKit",
    "SharedHeader",
]
