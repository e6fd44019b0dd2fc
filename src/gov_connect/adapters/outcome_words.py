"""What words say became of something: done, failed, or nothing found (national_portal.md §6 row 19).

Without their marks, words for failures are names of people and places too: "lỗi" and Lợi, "sai" and Sài Gòn. A text
that has marks is therefore read with them; one that has none, only where the words around leave no doubt.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from gov_connect.adapters.reading import plain
from gov_connect.model.marks import MARKS, UNSEEN

_D: Final = str.maketrans("đ", "d")


def _bare(marked: str) -> str:
    """A pattern or a text in lower case without its marks; what stands for blanks and letters stays."""
    if marked.isascii():
        return marked
    return unicodedata.normalize("NFD", marked.translate(_D)).translate(MARKS)


_ERROR: Final = r"\blỗi\b"
_BARE_ERROR: Final = (
    r"(?:(?:^|[.:;,!(\[-]\s*|(?<=[0-9] ))loi\b|\b(?:bi|co|gap|phat sinh|xay ra|bao|ma|so|do|ban ghi|ho so) loi\b|"
    r"\bloi\b(?= ?[:(=]| (?:he thong|ket noi|xac thuc|du lieu|khi|trong|xu ly|may chu|dich vu|nghiep vu|dang nhap|\d)))"
)


class _Said(NamedTuple):
    """Words as they are searched: lower case, single blanks, marks kept; and whether they have any."""

    text: str
    marked: bool


class _Words:
    """One pattern in both spellings."""

    def __init__(self, marked: str) -> None:
        self._marked = re.compile(marked)
        self._unmarked = re.compile(_bare(marked.replace(_ERROR, _BARE_ERROR)))

    def of(self, said: _Said) -> re.Pattern[str]:
        """The pattern for words, by whether they have marks."""
        return self._marked if said.marked else self._unmarked

    def stand_in(self, said: _Said) -> bool:
        """Whether the words hold it."""
        return self.of(said).search(said.text) is not None

    def cut_out_of(self, said: _Said) -> _Said:
        """The words without it."""
        return _Said(self.of(said).sub(" ", said.text), said.marked)


_NOT: Final = r"(?:không|chưa) (?:\w+ )?(?:thành công|hợp lệ)"
_COUNTED: Final = rf"(?:{_ERROR}|thất bại|{_NOT}|errors?(?:_?code)?|fail\w*)"
# "Không có hồ sơ nào bị lỗi", "0 hồ sơ lỗi", "không thành công: 0", "errors: []".
_NO_FAILURE: Final = _Words(
    r"không (?:(?:có|còn|gặp|phát sinh|xảy ra) (?:(?:hồ sơ|bản ghi|dòng|trường hợp|bất kỳ|một|nào|bị) ){0,5})?"
    r"lỗi(?! (?:hệ thống|kết nối))|"
    rf"{_COUNTED}\W{{0,3}}0(?!\w|[.,]\d)|(?<![\d.,])0 (?:\w+ ){{0,2}}?{_COUNTED}(?!\W{{0,3}}\d)|"
    r"(?:lỗi|errors?)\W{0,3}?(?:null|none|false|\[\s*\]|\{\s*\})|\b(?:no|without) errors?"
)
_SOME_FAILED: Final = _Words(
    rf"{_COUNTED}\W{{0,3}}[1-9]|(?<![\d.,-])[1-9]\d* (?:\w+ ){{0,2}}?{_COUNTED}|"
    rf"^\W*(?:{_ERROR}|thất bại|error|fail)|\bcó lỗi xảy ra\b|\bxảy ra lỗi\b|"
    rf"\b(?:nhưng|tuy nhiên|but|however)\b.*?(?:{_ERROR}|thất bại|{_NOT}|không thể|bị từ chối|error|fail)"
)
"""Failures that stand even beside "thành công"."""
_DONE: Final = _Words(
    r"(?<!phường )(?<!xã )\bthành công|(?<!un)(?<!not )success(?!\w*\W{0,3}(?:false|0))",
)
_NOT_DONE: Final = _Words(rf"{_NOT}|(?:không|chưa) có (?:\w+ )+?nào (?:\w+ ){{0,4}}?thành công")
_FAILED: Final = _Words(
    rf"thất bại|{_ERROR}|{_NOT}|không thể|\bsai\b(?! gon)|bị từ chối|hết hạn|\berrors?\b|\bfail|invalid|unsuccess"
)
_UNABLE: Final = _Words(
    rf"{_ERROR}|thất bại|error|fail|time ?out|kết nối|máy chủ|dịch vụ(?! công)|hệ thống (?:đang|bận|bảo trì|gián đoạn)|"
    r"\bphiên (?:làm việc|đăng nhập|truy cập|giao dịch|kết nối|đã|không|hết)|phân quyền|"
    r"quyền (?:truy cập|khai thác|tra)|"
    r"(?:không|chưa|thiếu|hết|sai|vượt)(?: \w+){0,3} quyền\b|"
    r"server|service|host|connect|unauthori[sz]ed|forbidden|denied|expired|hết hạn|quá tải"
)
_CUT_OFF: Final = _Words(
    r"\btimed?[ -]?out|(?:quá|hết) thời gian (?:chờ|phản hồi|kết nối)|no response|"
    r"(?:không|chưa) nhận được phản hồi(?! (?:của|từ) công dân)|(?:hệ thống|máy chủ|dịch vụ)(?: \w+)? không phản hồi|"
    r"(?:mất|ngắt|gián đoạn|đứt) kết nối|connection (?:\w+ ){0,2}(?:reset|closed|lost|aborted)|bad gateway|"
    rf"soap fault|(?:server|system|internal) error|{_ERROR} (?:hệ thống|kết nối|máy chủ)"
)
_NOTHING: Final = re.compile(
    r"(?:khong|chua) (?:\w+ ){0,2}(?:tim thay|ton tai|co (?:du lieu|cong dan|ket qua|thong tin|ban ghi|ho so))|"
    r"not found|no (?:data|record|match|result)"
)


def says_done(text: str) -> bool:
    """Whether words say of a write that it was done."""
    return _done(_said(text))


def says_failed(text: str) -> bool:
    """Whether words say anywhere of a write, or of a part of it, that it failed; a count of 0 does not."""
    return _tells(_FAILED, _said(text))


def belies_success(text: str) -> bool:
    """Whether words under a code of success say that something failed.

    "Thành công" wins, whatever else is named beside it, but for a count of failures above 0, words that begin with
    the failure, and those that take the success back ("nhưng … lỗi").
    """
    return _belies(_said(text))


def begins_with_failure(text: str) -> bool:
    """Whether words are a report of failure whatever stands beside them: they begin with it, or count one."""
    return _tells(_SOME_FAILED, _said(text))


def tells_failure(text: str) -> bool:
    """Whether words beside an empty answer speak of something that went wrong, rather than of nothing being there."""
    said = _said(text)
    return _belies(said) if _done(said) else _tells(_UNABLE, said)


def tells_of_the_way(text: str) -> bool:
    """Whether words of a refusal tell of a time-out, a lost connection or a fault inside, and not of what was sent:
    then nobody can say what became of a write (civil_registry.md §5.2 has such texts among those to try again).
    """
    return _tells(_CUT_OFF, _said(text))


def says_nothing_found(text: str) -> bool:
    """Whether words say that there is nothing."""
    return _NOTHING.search(plain(text)) is not None


def _done(said: _Said) -> bool:
    return _DONE.stand_in(_NOT_DONE.cut_out_of(said))


def _belies(said: _Said) -> bool:
    return _tells(_SOME_FAILED if _done(said) else _FAILED, said)


def _tells(words: _Words, said: _Said) -> bool:
    """Whether `words` stand there, outside of what says that there was no failure."""
    return words.stand_in(_NO_FAILURE.cut_out_of(said))


def _said(text: str) -> _Said:
    if text.isascii():
        return _Said(" ".join(text.lower().split()), marked=False)
    words = " ".join(unicodedata.normalize("NFC", text.translate(UNSEEN).casefold()).split())
    return _Said(words, marked=words != _bare(words))
