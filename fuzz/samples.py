"""Messages that the parsers read well, with a canary in every place of a person."""

from __future__ import annotations

import json

from gov_connect.model import DossierCode

CANARY = "CANARY MẪU"
"""With a blank, as names have: one word could be a code of some system, and codes are shown."""
NUMBER = "000000000012"
CODE = DossierCode("H99.201-260105-0007")

PORTAL = json.dumps(
    {
        "error_code": 0,
        "message": f"Thành công {CANARY}",
        "session": "s",
        "result": [
            {
                "MATTHC": "1.001193",
                "TENTTHC": "Thủ tục",
                "LINHVUCTHUCHIEN": [{"MALINHVUC": "G99"}],
                "KETQUATHUCHIEN": [{"MAKETQUA": "KQ.G99.000001"}],
            }
        ],
    }
)
PUSH = json.dumps(
    {
        "MaHoSo": CODE,
        "MaTTHC": "1.001193",
        "MaSoThue": NUMBER,
        "TenThuongNhan": CANARY,
        "DiaChiDoanhNghiep": {"MaTinh": "00", "DiaChiChiTiet": CANARY},
        "DienThoai": "0900000001",
        "NgayNopHoSo": "20260105081500",
        "TepDonDangKy": "JVBERi0xLjQK",
        "TenTepDonDangKy": "don.pdf",
        "TaiLieuNop": [{"TenTepDinhKem": "a.pdf", "Base64": "JVBERi0xLjQK"}],
        "SoLuong": "2",
    }
)
REGISTRY = json.dumps(
    {
        "status": 1,
        "code": 500,
        "message": f"DATA_INCORRECT: {CANARY}",
        "value": [{"so": "7", "quyenSo": "01/2026", "trangSo": "7", "ngayDangKy": "05/01/2026", "nksHoTen": CANARY}],
    }
)
INNER = {
    "MaLoi": "00",
    "MoTaLoi": CANARY,
    "MaDoiTac": "DT",
    "MaThamChieu": "gc1",
    "SoTien": 25000,
    "MaTienTe": "VND",
    "TrangThaiGD": "1",
    "MaGiaoDich": "PP1",
    "UrlThanhToan": "https://pay.example/x",
}
PAYMENT = json.dumps({"error_code": "0", "message": json.dumps(INNER), "extra": INNER})
RESIDENTS = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    '<ns1:CongdanCollection xmlns:ns1="http://www.mic.gov.vn/dancu/1.0"><ns1:CongDan>'
    f"<ns1:SoDinhDanh>{NUMBER}</ns1:SoDinhDanh><ns1:HoVaTen><ns1:Ho/><ns1:Ten>{CANARY}</ns1:Ten></ns1:HoVaTen>"
    "<ns1:GioiTinh>1</ns1:GioiTinh><ns1:DanToc>01</ns1:DanToc><ns1:NgayThangNamSinh><ns1:Nam>1990</ns1:Nam>"
    "<ns1:NgayThangNam>19900520</ns1:NgayThangNam></ns1:NgayThangNamSinh><ns1:ThuongTru><ns1:MaTinhThanh>01"
    f"</ns1:MaTinhThanh><ns1:ChiTiet>{CANARY}</ns1:ChiTiet></ns1:ThuongTru><ns1:Cha><ns1:HoVaTen>{CANARY}"
    "</ns1:HoVaTen></ns1:Cha></ns1:CongDan></ns1:CongdanCollection></s:Body></s:Envelope>"
)
