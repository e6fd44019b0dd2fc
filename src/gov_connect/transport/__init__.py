"""How bytes travel, and how they are read when they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gov_connect._lazy import lazily

if TYPE_CHECKING:
    from gov_connect.transport.gateways import Forwarder, Gateway, Lgsp, LgspAccessToken, Plain, XRoad, send
    from gov_connect.transport.http import AsyncHttpCarrier, HttpCarrier, async_carrier
    from gov_connect.transport.inprocess import AsyncInProcessCarrier, InProcessCarrier
    from gov_connect.transport.read import Unreadable, as_list, as_object, json_object, parse_json, parse_xml, xml_root

__all__ = [
    "AsyncHttpCarrier",
    "AsyncInProcessCarrier",
    "Forwarder",
    "Gateway",
    "HttpCarrier",
    "InProcessCarrier",
    "Lgsp",
    "LgspAccessToken",
    "Plain",
    "Unreadable",
    "XRoad",
    "as_list",
    "as_object",
    "async_carrier",
    "json_object",
    "parse_json",
    "parse_xml",
    "send",
    "xml_root",
]

__getattr__ = lazily(
    __name__,
    {
        "gateways": (
            "Forwarder",
            "Gateway",
            "Lgsp",
            "LgspAccessToken",
            "Plain",
            "XRoad",
            "send",
        ),
        "http": (
            "AsyncHttpCarrier",
            "HttpCarrier",
            "async_carrier",
        ),
        "inprocess": (
            "AsyncInProcessCarrier",
            "InProcessCarrier",
        ),
        "read": (
            "Unreadable",
            "as_list",
            "as_object",
            "json_object",
            "parse_json",
            "parse_xml",
            "xml_root",
        ),
    },
)
