"""Code lists that conflict between systems (residents.md §2.5): a name is given only by a list that the
settings name, and only where that list could be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMMON: Final = "Kinh, Tày, Thái"
_OF_1979: Final = (
    f"{_COMMON}, Hoa, Khơ-me, Mường, Nùng, HMông, Dao, Gia-rai, Ngái, Ê-đê, Ba-na, Xơ-đăng, Sán Chay, Cơ-ho, Chăm, "
    "Sán Dìu, Hrê, Mnông, Ra-glai, Xtiêng, Bru-Vân Kiều, Thổ, Giáy, Cơ-tu, Gié-Triêng, Mạ, Khơ-mú, Co, Tà-ôi, "
    "Chơ-ro, Kháng, Xinh-mun, Hà Nhì, Chu-ru, Lào, La Chí, La Ha, Phù Lá, La Hủ, Lự, Lô Lô, Chứt, Mảng, Pà Thẻn, "
    "Cơ Lao, Cống, Bố Y, Si La, Pu Péo, Brâu, Ơ Đu, Rơ-măm"
)
_OF_2008: Final = (
    f"{_COMMON}, Mường, Khơ-me, Hoa, Nùng, HMông, Dao, Gia-rai, Ê-đê, Ba-na, Sán Chay, Chăm, Cơ-ho, Xơ-đăng, "
    "Sán Dìu, Hrê, Ra-glai, Mnông"
)
"""21 and above could not be read, so they are not decoded."""
_OF_OPENCPS: Final = (
    "Phật giáo, Công giáo, Phật giáo Hòa Hảo, Hồi giáo, Cao đài, Minh sư đạo, Minh lý đạo, Tin lành, "
    "Tịnh độ cư sĩ, Tứ ân hiếu nghĩa, Bửu sơn kỳ hương, Baha'i, Bà la môn, Mặc môn"
)
_OF_TD: Final = (
    "Phật giáo, Công giáo, Tin lành, Cao đài, Hồi giáo, Hòa Hảo, Tịnh độ cư sĩ, Bửu sơn kỳ hương, "
    "Tứ ân hiếu nghĩa, Đạo tâm, Minh sư, Minh lý, Mặc môn"
)


def _numbered(names: str) -> dict[str, str]:
    return {str(number): name for number, name in enumerate(names.split(", "), start=1)}


ETHNICITIES: Final[Mapping[str, Mapping[str, str]]] = {
    "": {},
    "1979": _numbered(_OF_1979),
    "2008": _numbered(_OF_2008),
}
"""List -> code without leading zeros -> name (QĐ 121-TCTK/PPCĐ of 1979; QĐ 1019/QĐ-TCTK of 2008)."""
RELIGIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "": {},
    "opencps": _numbered(_OF_OPENCPS),
    "td": _numbered(_OF_TD),
}
"""The same for religions, as two running systems decode them."""


def named(code: str, names: Mapping[str, str]) -> str:
    """The name of a code, `1` and `01` alike; "" when the list does not hold it."""
    return names.get(code.lstrip("0"), "")
