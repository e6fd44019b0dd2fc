"""What the portal pushes to the agency when a citizen submits (national_portal.md §2.8, sample S10)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from gov_connect.mocks.core import JSON_TYPE, Outgoing, is_success, json_object

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

PUSH_PATH: Final = "/XrdAdapter/RestService/forward/addtthcKhuyenMai"
_REQUIRED: Final = ("MaTTHC", "MaSoThue", "TenThuongNhan")
_PDF: Final = "JVBERi0xLjQK"  # "%PDF-1.4" and a line feed: enough to be a file


def flat_body(code: str, dossier: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Build the flat body. Since 2025-07-01 a person's tax code is the personal number: it is in MaSoThue.

    Raises ValueError, naming the member, when what the citizen filled in lacks one that every push has.
    """
    for name in _REQUIRED:
        if not isinstance(dossier.get(name), str) or not dossier[name]:
            message = f"a submission needs {name}"
            raise ValueError(message)
    common = {
        "MaHoSo": code,
        "DiaChiDoanhNghiep": {
            "MaTinh": "99",
            "MaHuyen": "",
            "MaXa": "99001",
            "DiaChiChiTiet": "Thôn Mẫu",
        },
        "DienThoai": "",
        "Email": "",
        "NguoiLienHe": dossier["TenThuongNhan"],
        "NgayNopHoSo": now.strftime("%Y%m%d%H%M%S"),
        "TenTepDonDangKy": "to-khai.pdf",
        "TepDonDangKy": _PDF,
        "TaiLieuNop": [{"TenTepDinhKem": "giay-to.pdf", "Base64": _PDF}],
    }
    return common | dict(dossier) | {"MaHoSo": code}


def push_of(agency_url: str, body: Mapping[str, Any]) -> Outgoing:
    """Make the POST."""
    return Outgoing(
        url=agency_url.rstrip("/") + PUSH_PATH,
        headers={"content-type": JSON_TYPE, "accept": "application/json"},
        body=json.dumps(body, ensure_ascii=False).encode(),
        subject=str(body["MaHoSo"]),
    )


def answer_code(status: int, body: bytes) -> int | None:
    """Read the agency's answer: 0 taken, 1 had it already, -1 refused; `None` when there is no reading it."""
    answer = json_object(body) if is_success(status) else None
    code = str((answer or {}).get("error_code", ""))
    return int(code) if re.fullmatch(r"-?\d{1,4}", code) else None
