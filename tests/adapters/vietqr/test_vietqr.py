"""VietQR: the vectors of the wire document, both ways, and a strict encoder."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.adapters.vietqr import BANKS, Transfer, decode, encode, payload, write_png
from gov_connect.errors import InvalidInput, NotSupported
from gov_connect.model import Money

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "38570010A00000072701270006970436011300000000000010208QRIBFTTA5303704"
VECTORS = {
    "static, account": (
        f"000201010211{HEAD}5802VN63046A2A",
        Transfer(bank="970436", account="0000000000001"),
    ),
    "dynamic": (
        f"000201010212{HEAD}5405250005802VN62170813HS0001 LE PHI6304E753",
        Transfer(bank="970436", account="0000000000001", amount=Money(25_000), purpose="HS0001 LE PHI"),
    ),
    "static, card": (
        "00020101021138600010A00000072701300006970415011697041500000000010208QRIBFTTC53037045802VN630411A1",
        Transfer(bank="970415", account="9704150000000001", to_card=True),
    ),
    "bill number and purpose": (
        f"000201010212{HEAD.replace('970436', '970405')}5405250005802VN62200106BL00010806HS00016304C2EA",
        Transfer(bank="970405", account="0000000000001", amount=Money(25_000), purpose="HS0001", bill_number="BL0001"),
    ),
}
ASCII = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=25)


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_both_ways(name: str) -> None:
    """What NAPAS prints is what we write, and reads back as what went in."""
    text, transfer = VECTORS[name]
    assert encode(transfer) == text
    assert decode(text) == transfer


def test_the_check_value_of_the_crc() -> None:
    """CRC-16/CCITT-FALSE."""
    assert payload.crc("123456789") == "29B1"


@given(
    st.builds(
        Transfer,
        bank=st.text("0123456789", min_size=6, max_size=6),
        account=st.text("0123456789ABC", min_size=1, max_size=19),
        to_card=st.booleans(),
        amount=st.none() | st.integers(1, 999_999_999_999).map(Money),
        purpose=ASCII,
        bill_number=ASCII,
    )
)
def test_reading_gives_back_what_was_written(transfer: Transfer) -> None:
    """Every field survives, and a changed character is noticed."""
    text = encode(transfer)
    assert decode(text) == transfer
    with pytest.raises(InvalidInput):
        decode(text[:20] + ("0" if text[20] != "0" else "1") + text[21:])


def sealed(body: str) -> str:
    """A text with its right CRC."""
    return body + "6304" + payload.crc(body + "6304")


def test_a_reader_takes_what_others_write() -> None:
    """Lower-case CRC, fields in another order, unknown ones, an amount with two zeros."""
    text, transfer = VECTORS["dynamic"]
    assert decode(text[:-4] + text[-4:].lower()) == transfer
    other = decode(sealed(f"00020101021262210506REF0010807HS 00015908UBND XA15802VN540825000.00{HEAD}"))
    assert (other.amount, other.purpose) == (Money(25_000), "HS 0001")
    assert other.unread == (("59", "UBND XA1"), ("62.05", "REF001"))


def test_members_of_the_account_that_are_not_known_are_kept() -> None:
    """In 38 and in 38.01, as everywhere (§4.1)."""
    inner = "0006970436" + "01130000000000001" + "0203ABC"
    account = f"0010A00000072701{len(inner):02d}{inner}0208QRIBFTTA0302XY"
    read = decode(sealed(f"00020101021138{len(account):02d}{account}53037045802VN"))
    assert read.account == "0000000000001"
    assert read.unread == (("38.03", "XY"), ("38.01.02", "ABC"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "6304FFFF",
        VECTORS["dynamic"][0] + " ",
        VECTORS["dynamic"][0][:-1] + "0",
        VECTORS["dynamic"][0].replace("25000", "25001"),
        sealed("0002010102115802VN"),
        sealed(f"000201010212{HEAD}54055802VN"),
        sealed(f"000201010212{HEAD}5405250005405250005802VN"),
        sealed(f"000201010212{HEAD}540525.505802VN"),
        sealed(f"000201010212{HEAD.replace('5303704', '5303840')}5802VN"),
        sealed(f"000201010212{HEAD.replace('A000000727', 'A000000775')}5802VN"),
        sealed(f"010212000201{HEAD}5802VN"),
        sealed(f"000201010212{HEAD}5405000005802VN"),
        "ẫ" * 20,
        "0" * 600,
    ],
)
def test_a_reader_refuses_what_is_broken(text: str) -> None:
    """A wrong length, a left-over, a wrong sum, a field twice, another currency or network."""
    with pytest.raises(InvalidInput):
        decode(text)


@given(st.text(max_size=200))
def test_no_text_crashes_the_reader(text: str) -> None:
    """It reads, or is refused with our own error."""
    with contextlib.suppress(InvalidInput):
        decode(text)


@pytest.mark.parametrize(
    "changes",
    [
        {"bank": "97043"},
        {"bank": "97043A"},
        {"account": ""},
        {"account": "1" * 20},
        {"account": "1 2"},
        {"purpose": "Lệ phí"},
        {"purpose": "x" * 26},
        {"amount": 0},
        {"amount": -1},
        {"amount": 10**12},
        {"amount": 25000.0},
        {"amount": True},
    ],
)
def test_the_writer_is_strict(changes: dict[str, object]) -> None:
    """Lengths differ between libraries once a text is not ASCII, so none is written."""
    with pytest.raises(InvalidInput):
        Transfer(**{"bank": "970436", "account": "0000000000001", **changes})


def test_purposes_are_made_plain() -> None:
    """Marks go, the rest becomes blanks, and it is cut."""
    assert payload.plain("Lệ phí  hồ sơ Đ—1") == "Le phi ho so D 1"
    assert payload.plain("a" * 40) == "a" * 25


def test_the_banks_are_data() -> None:
    """Fifty-eight BINs of six digits, each with whether transfers reach it."""
    assert len(BANKS) == 58
    assert all(len(code) == 6 and code.isdigit() and name for code, (name, _) in BANKS.items())
    assert BANKS["970436"] == ("VCB", True)
    assert BANKS["458761"] == ("HSBC", False)


def test_without_the_extra_the_command_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Drawing needs segno; nothing else does."""
    monkeypatch.setitem(__import__("sys").modules, "segno", None)
    with pytest.raises(NotSupported) as caught:
        write_png("x", tmp_path / "x.png")
    assert "gov-connect[qr]" in caught.value.remedy("en")


@pytest.mark.parametrize("name", VECTORS)
def test_a_scanner_reads_the_picture(name: str, tmp_path: Path) -> None:
    """What zbar sees in the picture is the text that was drawn."""
    if find_spec("segno") is None:
        pytest.skip("segno is not installed: pip install gov-connect[qr]")
    if shutil.which("zbarimg") is None:
        pytest.skip("zbarimg is not installed: apt install zbar-tools")
    picture = tmp_path / "code.png"
    write_png(VECTORS[name][0], picture)
    done = subprocess.run(
        ["zbarimg", "--quiet", "--raw", str(picture)], capture_output=True, check=True, text=True, timeout=60
    )
    assert done.stdout.strip() == VECTORS[name][0]
