"""Replies in the form of the one full sample that is known (residents.md §2.2, §2.4).

Built as text: the element order and prefixes are the wire's own, and a reply costs microseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal
from xml.sax.saxutils import escape

from gov_connect.mocks.core import MockReply

if TYPE_CHECKING:
    from gov_connect.mocks._person import Person

Mode = Literal["year_only", "two_tier", "qcvn", "cmnd_only", "fault"]
_TWO_TIER: Final[frozenset[Mode]] = frozenset({"two_tier"})
DATA_NAMESPACE: Final = "http://www.mic.gov.vn/dancu/1.0"
_CONTENT_TYPE: Final = "application/xml; charset=utf-8"
_OPEN: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
    '<soapenv:Header xmlns:dan="http://dancuquocgia.bca"/><soapenv:Body>'
)
_CLOSE: Final = "</soapenv:Body></soapenv:Envelope>"


def soap(content: str, *, status: int = 200) -> MockReply:
    """Wrap the child of the body."""
    return MockReply(
        status=status,
        headers={"content-type": _CONTENT_TYPE},
        body=f"{_OPEN}{content}{_CLOSE}".encode(),
    )


def fault(text: str, *, by: Literal["Client", "Server"] = "Client") -> MockReply:
    """Answer with a SOAP fault. The texts of the real system were not found (§2.6)."""
    code = f"<faultcode>soapenv:{by}</faultcode><faultstring>{escape(text)}</faultstring>"
    return soap(f"<soapenv:Fault>{code}</soapenv:Fault>", status=500)


def nobody(*, with_collection: bool) -> MockReply:
    """Answer that nobody matches: (a) without a collection, (b) with an empty one; both are met (§2.4)."""
    return soap(f'<ns1:CongdanCollection xmlns:ns1="{DATA_NAMESPACE}"/>' if with_collection else "")


def found(person: Person, relative: Person | None, modes: frozenset[Mode]) -> MockReply:
    """Answer with one person; the spouse is given for a married one."""
    qcvn = "qcvn" in modes
    attributes = ' SoCongDan="1" GhiChu="" ThoiDiemDuLieu="2026-01-01T00:00:00" id="m1"' if qcvn else ""
    inner = "".join(_citizen(person, relative, modes))
    return soap(
        f'<ns1:CongdanCollection xmlns:ns1="{DATA_NAMESPACE}"{attributes}><ns1:CongDan>{inner}</ns1:CongDan>'
        "</ns1:CongdanCollection>"
    )


def verified(operation: str, *, exists: bool) -> MockReply:
    """Answer yes or no: form A counts, form B says true or false (§2.4)."""
    if operation.endswith("/033"):
        answer = "true" if exists else "false"
        return soap(
            f'<dan:KetQuaXacThuc xmlns:dan="http://dancuquocgia.bca"><dan:TonTai>{answer}</dan:TonTai></dan:KetQuaXacThuc>'
        )
    return soap(
        '<dan:XacThucThongTinCongDanResponse xmlns:dan="http://dancuquocgia.bca">'
        f"<dan:SoLuongCongDan>{int(exists)}</dan:SoLuongCongDan></dan:XacThucThongTinCongDanResponse>"
    )


def _citizen(person: Person, relative: Person | None, modes: frozenset[Mode]) -> list[str]:
    """Give the children of CongDan in the order of the table."""
    qcvn = "qcvn" in modes
    cmnd_only = "cmnd_only" in modes
    number = "" if cmnd_only else person.number
    cmnd = person.cmnd or ("000009999" if cmnd_only else "")
    home = _home(person, modes)
    spouse = _relative(relative, qcvn=qcvn) if relative and person.marital == "2" else ""
    return [
        _tag("SoDinhDanh", number),
        _tag("SoCMND", cmnd),
        _wrap("HoVaTen", _name(person.name, split=qcvn)),
        _tag("GioiTinh", person.sex),
        _wrap("DanToc", _tag("MaDanToc", person.ethnic_code)) if qcvn else _tag("DanToc", person.ethnic_code),
        _wrap("TonGiao", _tag("MaTonGiao", "00")) if qcvn else _tag("TonGiao", "00"),
        _tag("TinhTrangHonNhan", person.marital),
        _tag("NhomMau", "00"),
        _wrap("NgayThangNamSinh", _birth(person, modes)),
        _wrap("NoiDangKyKhaiSinh", _address("", modes)),
        _tag("QuocTich", person.nationality or ("VN" if qcvn else "")),
        _wrap("QueQuan", _address("", modes)),
        _wrap("ThuongTru", home),
        _wrap("NoiOHienTai", home),
        _wrap("Cha", _kin(*(person.father or ("", "")), "", qcvn=qcvn)),
        _wrap("Me", _kin(*(person.mother or ("", "")), "", qcvn=qcvn)),
        _wrap("VoChong", spouse),
        _wrap("NguoiDaiDien", ""),
        _wrap(
            "ChuHo",
            _tag("QuanHe", "CH01") + _tag("SoDinhDanh", number) + _tag("SoCMND", cmnd) + _tag("HoVaTen", person.name),
        ),
        _tag("SoSoHoKhau", ""),
    ]


def _birth(person: Person, modes: frozenset[Mode]) -> str:
    year = f"{person.birth:%Y}"
    if person.year_only or "year_only" in modes:
        return _tag("Nam", year) + _tag("NgayThangNam", "")
    if "qcvn" in modes:
        return _tag("NgayThangNam", f"{person.birth:%Y-%m-%d}")
    return _tag("Nam", year) + _tag("NgayThangNam", f"{person.birth:%Y%m%d}")


def _home(person: Person, modes: frozenset[Mode]) -> str:
    detail = person.hamlet.upper()
    match person.tier:
        case "none":
            return ""
        case "abroad":
            return _tag("ChiTiet", detail) + _tag("QuocGia", "LA")
        case "two":
            return _address(detail, modes | _TWO_TIER)
        case "three":
            return _address(detail, modes)


def _address(detail: str, modes: frozenset[Mode]) -> str:
    if "qcvn" in modes:
        return _tag("MaDonViHanhChinh", "99001") + _tag("ChiTiet", detail) + _tag("QuocGia", "VN")
    district = "" if "two_tier" in modes else _tag("MaQuanHuyen", "999")
    codes = _tag("MaTinhThanh", "99") + district + _tag("MaPhuongXa", "99001")
    return codes + _tag("ChiTiet", detail) + _tag("QuocGia", "VN")


def _relative(person: Person | None, *, qcvn: bool) -> str:
    number, cmnd, name = (person.number, person.cmnd, person.name) if person else ("", "", "")
    return _kin(name, number, cmnd, qcvn=qcvn)


def _kin(name: str, number: str, cmnd: str, *, qcvn: bool) -> str:
    if qcvn:  # another order than 037, and the name as a structure
        return _tag("SoDinhDanh", number) + _tag("QuocTich", "VN") + _wrap("HoVaTen", _name(name, split=True))
    return _tag("HoVaTen", name) + _tag("QuocTich", "") + _tag("SoDinhDanh", number) + _tag("SoCMND", cmnd)


def _name(name: str, *, split: bool) -> str:
    """Write a name: 037 puts the whole of it in Ten (quirk 3), QCVN 109 splits it."""
    family, _, rest = name.partition(" ") if split else ("", "", name)
    middle, _, given = rest.rpartition(" ") if split else ("", "", rest)
    return _tag("Ho", family) + _tag("ChuDem", middle) + _tag("Ten", given)


def _tag(name: str, text: str) -> str:
    return f"<ns1:{name}>{escape(text)}</ns1:{name}>" if text else f"<ns1:{name}/>"


def _wrap(name: str, inner: str) -> str:
    return f"<ns1:{name}>{inner}</ns1:{name}>" if inner else f"<ns1:{name}/>"
