"""How bytes travel, and how they are read when they arrive."""

from gov_connect.transport.http import AsyncHttpCarrier, HttpCarrier
from gov_connect.transport.inprocess import AsyncInProcessCarrier, InProcessCarrier
from gov_connect.transport.read import Unreadable, as_list, as_object, json_object, parse_json, parse_xml, xml_root

__all__ = [
    "AsyncHttpCarrier",
    "AsyncInProcessCarrier",
    "HttpCarrier",
    "InProcessCarrier",
    "Unreadable",
    "as_list",
    "as_object",
    "json_object",
    "parse_json",
    "parse_xml",
    "xml_root",
]
