"""Amounts in Vietnamese words, as receipts print them (payment.md §6.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
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
