"""The text inside a VietQR code: written strictly, read tolerantly (payment.md §4.1)."""

from __future__ import annotations

import binascii
import re
import unicodedata
from typing import Annotated, Final

from pydantic import Field, model_validator

from gov_connect.errors import InvalidInput, Problem, Rejected
from gov_connect.model import Money, Value

NAPAS: Final = "A000000727"
TO_ACCOUNT, TO_CARD = "QRIBFTTA", "QRIBFTTC"
_VERSION, _STATIC, _DYNAMIC = "01", "11", "12"
_DONG, _COUNTRY = "704", "VN"
_LONGEST: Final = 512
_LONGEST_VALUE: Final = 99
_HEAD, _CRC_HEAD, _CRC_LENGTH = 4, "6304", 4
_CROSSED_D: Final = str.maketrans("đĐ", "dD")


class Transfer(Value):
    """What a VietQR code asks a payer to do.

    Raises:
        InvalidInput: a part breaks its bounds; texts must be ASCII, see `plain`.
    """

    bank: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    """BIN of the bank; one that is in no list is fine, banks merge and are renamed."""
    account: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,19}$")]
    """Account, or card number with `to_card`."""
    to_card: bool = False
    amount: Money | None = None
    """None leaves it to the payer."""
    purpose: Annotated[str, Field(pattern=r"^[ -~]*$", max_length=25)] = ""
    bill_number: Annotated[str, Field(pattern=r"^[ -~]*$", max_length=25)] = ""
    unread: tuple[tuple[str, str], ...] = ()
    """Other fields of a code that was read, with their ids: `59`, or `62.05` for a sub-field."""

    @model_validator(mode="after")
    def _something(self) -> Transfer:
        if self.amount is not None and not self.amount:
            raise Rejected("value.too_small", limit=1)
        return self


def plain(text: str, longest: int = 25) -> str:
    """ASCII without marks, cut to what a purpose may hold: libraries differ on lengths of anything else."""
    apart = unicodedata.normalize("NFD", text.translate(_CROSSED_D))
    kept = "".join(char if " " <= char <= "~" else " " for char in apart if not unicodedata.combining(char))
    return " ".join(kept.split())[:longest].rstrip()


def encode(transfer: Transfer) -> str:
    """The text of the code: static without an amount, dynamic with one; always the same for the same."""
    beneficiary = _field("00", transfer.bank) + _field("01", transfer.account)
    account = (
        _field("00", NAPAS) + _field("01", beneficiary) + _field("02", TO_CARD if transfer.to_card else TO_ACCOUNT)
    )
    amount = "" if transfer.amount is None else str(transfer.amount.dong)
    more = _field("01", transfer.bill_number) + _field("08", transfer.purpose)
    text = (
        _field("00", _VERSION)
        + _field("01", _DYNAMIC if amount else _STATIC)
        + _field("38", account)
        + _field("53", _DONG)
        + _field("54", amount)
        + _field("58", _COUNTRY)
        + _field("62", more)
        + _CRC_HEAD
    )
    return text + crc(text)


def decode(text: str) -> Transfer:
    """Read a VietQR code: any order after 00 and 01, unknown fields kept, lower-case CRC accepted.

    Raises:
        InvalidInput: not ASCII, a wrong length, bytes that are left over, a wrong CRC, a field twice, or
            not a transfer in đồng over NAPAS.
    """
    if not text.isascii() or len(text) > _LONGEST or len(text) < _HEAD + _CRC_LENGTH:
        raise _bad("")
    body, given = text[:-_CRC_LENGTH], text[-_CRC_LENGTH:]
    if not body.endswith(_CRC_HEAD) or given.upper() != crc(body):
        raise _bad("63")
    fields = _fields(body[: -len(_CRC_HEAD)], "")
    if list(fields)[:2] != ["00", "01"] or fields["00"] != _VERSION or fields.get("53") != _DONG:
        raise _bad("00, 01, 53")
    account = _fields(fields.get("38", ""), "38")
    if account.get("00") != NAPAS or account.get("02") not in {TO_ACCOUNT, TO_CARD}:
        raise _bad("38")
    beneficiary = _fields(account.get("01", ""), "38.01")
    more = _fields(fields.get("62", ""), "62")
    known = {"00", "01", "38", "53", "54", "58", "62"}
    unread = [(key, value) for key, value in fields.items() if key not in known]
    unread += [(f"38.{key}", value) for key, value in account.items() if key not in {"00", "01", "02"}]
    unread += [(f"38.01.{key}", value) for key, value in beneficiary.items() if key not in {"00", "01"}]
    unread += [(f"62.{key}", value) for key, value in more.items() if key not in {"01", "08"}]
    return Transfer(
        bank=beneficiary.get("00", ""),
        account=beneficiary.get("01", ""),
        to_card=account["02"] == TO_CARD,
        amount=_amount(fields.get("54")),
        purpose=more.get("08", ""),
        bill_number=more.get("01", ""),
        unread=tuple(unread),
    )


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE in four upper-case hex digits; "123456789" gives 29B1."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def _field(number: str, value: str) -> str:
    if not value:
        return ""
    assert len(value) <= _LONGEST_VALUE
    return f"{number}{len(value):02d}{value}"


def _fields(text: str, path: str) -> dict[str, str]:
    found: dict[str, str] = {}
    while text:
        head = text[:_HEAD]
        if not re.fullmatch(r"[0-9]{4}", head):
            raise _bad(path)
        number, length = head[:2], int(head[2:])
        value, text = text[_HEAD : _HEAD + length], text[_HEAD + length :]
        if len(value) != length or number in found:
            raise _bad(f"{path}.{number}".lstrip("."))
        found[number] = value
    return found


def _amount(text: str | None) -> Money | None:
    if text is None:
        return None
    # Some encoders write "25000.00"; any other fraction is no amount in đồng.
    if not re.fullmatch(r"[0-9]{1,12}(?:\.0{1,2})?", text):
        raise _bad("54")
    return Money(int(text.partition(".")[0]))


def _bad(path: str) -> InvalidInput:
    return InvalidInput("VietQR", [Problem(path=path, code="value.invalid")])
