"""What outside systems push to the agency, handled without a web framework; thin wrappers beside."""

from gov_connect.inbound.handler import InboundHandler, InboundReply

__all__ = ["InboundHandler", "InboundReply"]
