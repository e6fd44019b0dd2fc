"""The procedures that the portal knows, in the shape of its answers (national_portal.md §2.5, S3, S4).

`procedures.toml` holds them; ids and paper codes are invented here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """An administrative procedure with what a commune needs of it."""

    code: str
    name: str
    domain_code: str
    domain_name: str
    days: str
    result_code: str
    result_name: str
    papers: tuple[str, ...]
    fee: tuple[str, str] | None = None  # amount as the portal's free text, and its description

    def listing(self) -> dict[str, str]:
        """Give the row of LayDanhSachTTHC."""
        return {"MATTHC": self.code, "TENTTHC": self.name}

    def detail(self) -> dict[str, object]:
        """Give the element of LayThuTuc, keys in capitals as on the wire."""
        time = {
            "THOIGIANGIAIQUYET": self.days,
            "DONVITINH": "Ngày làm việc",
            "MOTA": "",
            "PHILEPHI": self._fees(),
        }
        return {
            "ID": str(900000 + int(self.code[2:]) % 1000),
            "MATTHC": self.code,
            "TENTTHC": self.name,
            "TRANGTHAI": "1",
            "LOAITTHC": "1",
            "LINHVUCTHUCHIEN": [{"MALINHVUC": self.domain_code, "TENLINHVUC": self.domain_name}],
            "MACOQUANCONGBO": "G99",
            "COQUANTHUCHIEN": [{"MADONVI": "H99.201", "TENDONVI": "Ủy ban nhân dân xã Mẫu"}],
            "DOITUONGTHUCHIEN": [{"TENDOITUONG": "Công dân Việt Nam"}],
            "TRINHTUTHUCHIEN": [{"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": "Tiếp nhận, giải quyết, trả kết quả"}]}],
            "CACHTHUCTHUCHIEN": [{"KENH": channel, "THOIGIAN": [time]} for channel in ("1", "2")],
            "THANHPHANHOSO": [
                {
                    "TRUONGHOP": "",
                    "GIAYTO": [_paper(n, name) for n, name in enumerate(self.papers, 1)],
                }
            ],
            "KETQUATHUCHIEN": [{"MAKETQUA": self.result_code, "TENKETQUA": self.result_name}],
            "CANCUPHAPLY": [],
            "YEUCAU": "",
        }

    def _fees(self) -> list[dict[str, str]]:
        if self.fee is None:
            return []
        amount, description = self.fee
        return [{"MAPHILEPHI": "1", "SOTIEN": amount, "DONVI": "Đồng", "MOTA": description, "URL": ""}]


def _paper(number: int, name: str) -> dict[str, str]:
    code = f"000.00.00.G99-KQ{number:06d}"
    return {"MAGIAYTO": code, "TENGIAYTO": name, "TENMAUDON": "", "URL": "", "SOBANSAO": "0"}


def _read() -> Iterator[Procedure]:
    text = files("gov_connect.mocks.portal").joinpath("procedures.toml").read_text(encoding="utf-8")
    for row in tomllib.loads(text)["procedure"]:
        fee = row.pop("fee", None)
        papers = tuple(row.pop("papers"))
        yield Procedure(**row, papers=papers, fee=None if fee is None else (fee["amount"], fee["description"]))


PROCEDURES: Final[dict[str, Procedure]] = {procedure.code: procedure for procedure in _read()}
