"""Amounts and dates in Vietnamese words, as receipts and certificates print them (payment.md §6.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from gov_connect.model.dates import PartialDate
    from gov_connect.model.money import Money

_DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_ONE, _FOUR, _FIVE, _TEN, _HUNDRED, _THOUSAND = 1, 4, 5, 10, 100, 1000


def in_words(
    amount: Money, *, thousand: Literal["nghìn", "ngàn"] = "nghìn", zero: Literal["linh", "lẻ"] = "linh"
) -> str:
    """Say an amount: 24,000 is "Hai mươi tư nghìn đồng".

    Args:
        amount: whole đồng, up to 999,999,999,999.
        thousand: "ngàn" as the south says it.
        zero: how a missing ten is said, as in "một trăm linh năm".
    """
    groups: list[int] = []
    rest = amount.dong
    while rest:
        rest, group = divmod(rest, _THOUSAND)
        groups.append(group)
    names = ("", thousand, "triệu", "tỷ")
    said: list[str] = []
    for place in range(len(groups) - 1, -1, -1):
        if groups[place]:
            # Below the first group, hundreds and tens are said even when they are none.
            said += [*_group(groups[place], zero, whole=bool(said)), names[place]]
    text = " ".join(word for word in [*(said or [_DIGITS[0]]), "đồng"] if word)
    return text[0].upper() + text[1:]


def _group(number: int, zero: str, *, whole: bool) -> list[str]:
    """Say 1 to 999; `whole` says the hundreds even when there are none."""
    hundreds, rest = divmod(number, _HUNDRED)
    said = [_DIGITS[hundreds], "trăm"] if hundreds or whole else []
    tens, ones = divmod(rest, _TEN)
    if tens == 0:
        if ones and said:
            said.append(zero)
        return [*said, _DIGITS[ones]] if ones else said
    said += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    return [*said, _last(ones, tens)] if ones else said


def _last(ones: int, tens: int) -> str:
    if ones == _FIVE:
        return "lăm"
    if tens > 1 and ones == _ONE:
        return "mốt"
    return "tư" if tens > 1 and ones == _FOUR else _DIGITS[ones]


def date_in_words(day: PartialDate) -> str:
    """Say a date: `Ngày ba tháng một năm hai nghìn không trăm hai mươi sáu`; unknown parts are left out."""
    parts = [f"năm {_year(day.year)}"]
    if day.month is not None:
        # The fourth month is tháng tư, not tháng bốn.
        parts.insert(0, "tháng " + ("tư" if day.month == _FOUR else _small(day.month)))
    if day.day is not None:
        parts.insert(0, f"ngày {_small(day.day)}")
    text = " ".join(parts)
    return text[0].upper() + text[1:]


def _year(number: int) -> str:
    thousands, rest = divmod(number, _THOUSAND)
    hundreds, small = divmod(rest, _HUNDRED)
    words = [_DIGITS[thousands], "nghìn"] if thousands else []
    if hundreds or (words and small):
        words += [_DIGITS[hundreds], "trăm"]
    if small or not words:
        words.append(f"lẻ {_DIGITS[small]}" if words and small < _TEN else _small(small))
    return " ".join(words)


def _small(number: int) -> str:
    """Say 0 to 99; as dates are read, a last four stays bốn."""
    tens, ones = divmod(number, _TEN)
    if tens == 0:
        return _DIGITS[ones]
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if ones == 0:
        return head
    said = {1: "mốt" if tens > 1 else "một", _FIVE: "lăm"}.get(ones, _DIGITS[ones])
    return f"{head} {said}"
