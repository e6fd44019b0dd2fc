"""Which names of fields stand before a person's data or a secret."""

from __future__ import annotations

import functools
import re
from enum import Enum, auto
from typing import Final

_LETTERS: Final = (
    ("a", "àáảãạăằắẳẵặâầấẩẫậ"),
    ("e", "èéẻẽẹêềếểễệ"),
    ("i", "ìíỉĩị"),
    ("o", "òóỏõọôồốổỗộơờớởỡợ"),
    ("u", "ùúủũụưừứửữự"),
    ("y", "ỳýỷỹỵ"),
    ("d", "đ"),
)
# Letters as they are typed without marks; the joints of a name go, so that ho_ten, HoTen and "Họ, tên" are one.
_FOLD: Final = str.maketrans(
    {ord(marked): plain for plain, row in _LETTERS for marked in row} | dict.fromkeys(map(ord, "_-. ,/"))
)
_PERSONAL: Final = re.compile(
    # names
    r"ho(?:va)?(?:chudem)?(?:va)?ten|ten(?:nguoi|thuong|cong|chu)|chuhoso$|fullname|(?:citizen|payer|buyer|cus|customer)"
    r"(?:legal)?name|input(?:value)?$"
    # places and days
    r"|diachi|address|noi(?:cutru|sinh|ohientai)|thuongtru|tamtru|quequan|ngay(?:thangnam)?sinh|birth"
    # numbers
    r"|(?:so)?(?:dienthoai|sdt)|phone|mobile|email|so(?:dinhdanh|cmnd|cmt|cccd|giayto)|dinhdanh(?:canhan|chs|chu)|citizenid"
    r"|cccd|cmnd"
    # secrets
    r"|passw|passphrase|^pwd$|secret|matkhau|token$|apikey|privatekey|authorization|cookie|^otp$|^sad$"
)
"""In a name that is folded, anywhere in it."""
_FIGURE: Final = re.compile(
    r"amount|sotien|tongtien|lephi|thanhtien|total|price|fee|bytes|size|length|seconds|^(?:n|m)s$"
)
_LABEL_ENDS: Final = frozenset(
    ["ten", "sinh", "danh", "tru", "chi", "quan", "thoai", "khau", "than", "name", "address", "phone", "number"]
)
_VALUES: Final = frozenset(["value", "values", "val", "giatri", "text", "data", "content"])
_LABEL: Final = re.compile(r"[^\W\d_]{1,12}(?:,? [^\W\d_]{1,12}){0,6}\Z")
_LONGEST: Final = 80


class Says(Enum):
    """What the name of a field, or a word before a colon, says of what follows it."""

    NOTHING = auto()
    PERSONAL = auto()
    """A person's data, or a secret."""
    LABEL = auto()
    """Perhaps the same: it ends labels of several words."""
    VALUE = auto()
    """The value of a field whose name stands beside it: {"name": "hoTen", "value": …}."""


def says(name: str) -> Says:
    """What a field called `name` holds."""
    return _says(name) if len(name) <= _LONGEST else _judged(name)


def personal(name: str) -> bool:
    """Whether a field called `name` holds a person's data, or a secret."""
    return says(name) is Says.PERSONAL


def figure(name: str) -> bool:
    """Whether a field called `name` holds an amount, a size or a time, which may look like a person's number."""
    return len(name) <= _LONGEST and _FIGURE.search(folded(name)) is not None


def folded(name: str) -> str:
    """A name in small plain letters, without what joins its parts."""
    return name.lower().translate(_FOLD)


def label(before: str) -> bool:
    """Whether a text ends with words that are such a name: "Ngày, tháng, năm sinh"."""
    found = _LABEL.search(before)
    # The sentence before a label is no part of it: each tail of words is looked at on its own.
    parts = found[0].split() if found else []
    return any(_judged("".join(parts[start:])) is Says.PERSONAL for start in range(len(parts)))


def _judged(name: str) -> Says:
    plain = folded(name)
    if _PERSONAL.search(plain):
        return Says.PERSONAL
    if plain in _VALUES:
        return Says.VALUE
    return Says.LABEL if plain in _LABEL_ENDS else Says.NOTHING


_says: Final = functools.lru_cache(maxsize=2048)(_judged)
