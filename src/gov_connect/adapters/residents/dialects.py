"""The same questions as JSON, as two provincial gateways take them (residents.md §5.6)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from gov_connect.adapters.residents.wire import Service
from gov_connect.errors import NotSupported

if TYPE_CHECKING:
    from gov_connect.adapters.residents.wire import Fields
    from gov_connect.runtime import Acting

CONTENT_TYPE: Final = "application/json; charset=utf-8"
_OFFERED: Final = frozenset({Service.LOOK_UP, Service.VERIFY})


def body(dialect: str, service: Service, fields: Fields, acting: Acting) -> bytes:
    """The fields of a SOAP request as the gateway's JSON.

    Raises:
        NotSupported: the gateway offers only look-up and verification.
    """
    flat = dict(fields)
    if service not in _OFFERED or "MaDichVu" in flat:
        raise NotSupported("support.residents_dialect")
    birth = flat.pop("NgayThangNamSinh")
    assert isinstance(birth, list)
    written = dict(birth)
    if dialect == "td":
        made = {name: flat.get(name, "") for name in ("HoVaTen", "SoDinhDanh", "SoCMND")}
        made |= {name: written.get(name, "") for name in ("NgayThangNam", "Nam")}
        made |= {name: flat[name] for name in ("MaTichHop", "MaDVC", "MaCanBo", "MaYeuCau")}
    else:
        made = {name: flat[name] for name in ("MaYeuCau", "MaTichHop", "MaDVC", "HoVaTen")}
        made |= {"StaffEmail": flat["MaCanBo"], "GovAgencyCode": str(acting.agency), "type": str(service)}
        made |= {name: flat[name] for name in ("SoDinhDanh", "SoCMND") if name in flat}
        made["NgayThangNamSinh"] = _dashed(next(iter(written.values())))
    return json.dumps(made, ensure_ascii=False).encode()


def _dashed(birth: str) -> str:
    """yyyy-MM-dd, whatever the settings say for SOAP; a year stays a year."""
    return f"{birth[:4]}-{birth[4:6]}-{birth[6:]}" if len(birth) == 8 else birth  # noqa: PLR2004
