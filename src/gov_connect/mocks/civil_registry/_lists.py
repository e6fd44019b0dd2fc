"""Code lists of the registry (civil_registry.md §2.7), and the catalogues of danhMuc (§1.4)."""

from __future__ import annotations

import re
from typing import Final

# L7: G1 carries names. Spelling differs from list to list ("Ba-na", "Ba Na"): compared without such marks.
_ETHNIC: Final = (
    "Kinh, Tày, Thái, Hoa, Khơ-me, Mường, Nùng, HMông, Mông, Dao, Gia-rai, Ngái, Ê-đê, Ba-na, Xơ-đăng, "
    "Sán Chay, Cơ-ho, Chăm, Sán Dìu, Hrê, Mnông, Ra-glai, Xtiêng, Bru-Vân Kiều, Thổ, Giáy, Cơ-tu, "
    "Gié-Triêng, Mạ, Khơ-mú, Co, Tà-ôi, Chơ-ro, Kháng, Xinh-mun, Hà Nhì, Chu-ru, Lào, La Chí, La Ha, "
    "Phù Lá, La Hủ, Lự, Lô Lô, Chứt, Mảng, Pà Thẻn, Cơ Lao, Cống, Bố Y, Si La, Pu Péo, Brâu, Ơ Đu, Rơ-măm"
)
OTHER_ETHNIC: Final = "Khác"
_SUB_GROUP: Final = re.compile(r"\s*\([^()]*\)\s*$")


def _key(name: str) -> str:
    return re.sub(r"[\s'\u2019-]", "", _SUB_GROUP.sub("", name)).casefold()


_ETHNIC_KEYS: Final = frozenset(_key(name) for name in (*_ETHNIC.split(", "), OTHER_ETHNIC, "Người nước ngoài"))


def is_ethnic_name(text: str) -> bool:
    """Tell whether a text names an ethnic group, a sub-group in brackets allowed; codes are no names."""
    return _key(text) in _ETHNIC_KEYS


def is_country_name(text: str) -> bool:
    """Tell whether a text can name a country: G1 takes names, and two letters are a G3 code (L12)."""
    return len(text) > 2 and not any(letter.isdigit() for letter in text)  # noqa: PLR2004 - ISO codes have two letters


SEXES: Final = frozenset("123")  # L1
PAPERS: Final = frozenset(("0", "1", "2", "3", "4", "5", "6", "7", "8", "10"))  # L2
OTHER_PAPER: Final = "8"
KINDS_OF_REGISTRATION: Final = frozenset("123456")  # L3
PARENTS_KNOWN: Final = frozenset("12345")  # L4
RESIDENCES: Final = frozenset("012")  # L5
NO_RESIDENCE: Final = "0"
# L4: who is known, by the code.
MOTHER_KNOWN: Final = frozenset("13")
FATHER_KNOWN: Final = frozenset("12")

_PAPER_NAMES: Final = (
    "CMND",
    "Hộ chiếu",
    "Thẻ thường trú",
    "Thẻ căn cước",
    "Chứng minh quân đội nhân dân",
    "Chứng minh sĩ quan quân đội",
    "Chứng minh công an nhân dân",
    "Giấy tờ khác",
)


def _catalogue(*names: str, width: int = 0) -> list[dict[str, str]]:
    return [{"ma": f"{number:0{width}d}", "ten": name} for number, name in enumerate(names, 1)]


CATALOGUES: Final[dict[int, list[dict[str, str]]]] = {
    1: _catalogue("Việt Nam", "Lào", "Campuchia", "Trung Quốc", width=2),
    2: _catalogue("Việt Nam", "Lào", "Campuchia", "Trung Quốc", width=2),
    3: _catalogue(*(name for name in _ETHNIC.split(", ") if name != "HMông"), width=2),
    4: [{"ma": "99", "ten": "Tỉnh Giả Định"}],
    5: _catalogue(*_PAPER_NAMES),
}
