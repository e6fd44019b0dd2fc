"""The procedures that the portal knows, in the shape of its answers (national_portal.md §2.5, S3, S4).

Names and fees follow the field; domain codes, ids and paper codes are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


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


_ALL = (
    Procedure(
        code="2.000815",
        name="Thủ tục chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan, tổ chức có thẩm quyền cấp",
        domain_code="G99-TP02",
        domain_name="Chứng thực",
        days="1",
        result_code="KQ.G99.000815",
        result_name="Bản sao được chứng thực từ bản chính",
        papers=("Bản chính giấy tờ, văn bản", "Bản sao cần chứng thực"),
        fee=("2000", "Từ trang thứ 3 trở lên thu 1.000 đồng/trang, tối đa 200.000 đồng/bản"),
    ),
    Procedure(
        code="2.000884",
        name="Thủ tục chứng thực chữ ký trong các giấy tờ, văn bản",
        domain_code="G99-TP02",
        domain_name="Chứng thực",
        days="1",
        result_code="KQ.G99.000884",
        result_name="Giấy tờ, văn bản được chứng thực chữ ký",
        papers=("Giấy tờ, văn bản sẽ ký",),
        fee=("10000", "10.000 đồng/trường hợp"),
    ),
    Procedure(
        code="1.001193",
        name="Thủ tục đăng ký khai sinh",
        domain_code="G99-TP01",
        domain_name="Hộ tịch",
        days="1",
        result_code="KQ.G99.000001",
        result_name="Giấy khai sinh",
        papers=("Tờ khai đăng ký khai sinh", "Giấy chứng sinh"),
        fee=("0", "Miễn lệ phí đăng ký khai sinh đúng hạn"),
    ),
    Procedure(
        code="2.000635",
        name="Cấp bản sao trích lục hộ tịch",
        domain_code="G99-TP01",
        domain_name="Hộ tịch",
        days="1",
        result_code="KQ.G99.000635",
        result_name="Bản sao trích lục hộ tịch",
        papers=("Tờ khai cấp bản sao trích lục hộ tịch",),
        fee=("8000", "8.000 đồng/bản sao/sự kiện hộ tịch đã đăng ký"),
    ),
    Procedure(
        code="1.004873",
        name="Thủ tục cấp Giấy xác nhận tình trạng hôn nhân",
        domain_code="G99-TP01",
        domain_name="Hộ tịch",
        days="3",
        result_code="KQ.G99.004873",
        result_name="Giấy xác nhận tình trạng hôn nhân",
        papers=("Tờ khai cấp Giấy xác nhận tình trạng hôn nhân",),
    ),
    Procedure(
        code="1.000656",
        name="Thủ tục đăng ký khai tử",
        domain_code="G99-TP01",
        domain_name="Hộ tịch",
        days="1",
        result_code="KQ.G99.000656",
        result_name="Trích lục khai tử",
        papers=("Tờ khai đăng ký khai tử", "Giấy báo tử"),
        fee=("0", "Miễn lệ phí đăng ký khai tử đúng hạn"),
    ),
    Procedure(
        code="2.002621",
        name="Liên thông: đăng ký khai sinh, đăng ký thường trú, cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi",
        domain_code="G99-TP01",
        domain_name="Hộ tịch",
        days="3",
        result_code="KQ.G99.002621",
        result_name="Giấy khai sinh",
        papers=("Tờ khai điện tử", "Giấy chứng sinh"),
        fee=("0", "Miễn lệ phí đăng ký khai sinh đúng hạn"),
    ),
    Procedure(
        code="1.004859",
        name="Thủ tục thay đổi, cải chính, bổ sung thông tin hộ tịch",
        domain_code="G99-TP01",
        domain_name="Hộ tịch",
        days="3",
        result_code="KQ.G99.004859",
        result_name="Trích lục thay đổi, cải chính, bổ sung thông tin hộ tịch",
        papers=("Tờ khai thay đổi, cải chính, bổ sung hộ tịch",),
    ),
)

PROCEDURES: Final[dict[str, Procedure]] = {procedure.code: procedure for procedure in _ALL}
