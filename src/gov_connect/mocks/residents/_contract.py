"""The contract as the service hands it out: `GET …?wsdl`, and the schemas it imports."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from gov_connect.mocks.core import MockReply, text_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPE: Final = "text/xml; charset=utf-8"
_PLACE: Final = "https://residents.example/csdldc/tracuu037"
_SCHEMAS: Final = ("requests.xsd", "kin.xsd", "citizens.xsd")


def contract(query: Mapping[str, str], address: str) -> MockReply:
    """Answer with the WSDL, or with one of its schemas; their places are under `address`."""
    wanted = {name.lower(): value for name, value in query.items()}
    if "wsdl" in wanted:
        text = _file("residents.wsdl").replace(_PLACE, address)
        for name in _SCHEMAS:
            text = text.replace(f'schemaLocation="{name}"', f'schemaLocation="{address}?xsd={name}"')
        return text_reply(text, status=200, content_type=_TYPE)
    if wanted.get("xsd") in _SCHEMAS:
        return text_reply(_file(wanted["xsd"]), status=200, content_type=_TYPE)
    return text_reply("Method Not Allowed", status=405)


@cache
def _file(name: str) -> str:
    return (resources.files("gov_connect") / "schemas" / "residents" / name).read_text(encoding="utf-8")
