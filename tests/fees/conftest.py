"""Fixtures: the book that ships with the package, and books of invented law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fee_desk import Desk
from gov_connect.fees import FeeBook, parse_pack

if TYPE_CHECKING:
    from pathlib import Path

BASE = """
[pack]
name = "test-base"
version = 1
scope = "VN"
published = 2026-01-01

[[province]]
code = "01"
name = "Tỉnh P"
former = { "01" = "P Một", "02" = "P Hai" }
[[province]]
code = "03"
name = "Tỉnh Q"

[[fact]]
name = "x"
vi = "điều kiện X"
en = "condition X"
evidence = "Giấy X"
[[fact]]
name = "y"
vi = "điều kiện Y"
en = "condition Y"

[[charge]]
code = "a.one"
kind = "le_phi"
name = "Lệ phí Một"
name_en = "Charge One"
quantities = ["cases"]
sub_item = "2771"
procedures = ["1.000001"]
[[charge]]
code = "a.two"
kind = "phi"
name = "Phí Hai"
name_en = "Fee Two"
quantities = ["pages", "copies"]
[[charge]]
code = "p.local"
kind = "le_phi"
name = "Lệ phí địa phương"
name_en = "Local charge"
quantities = ["cases"]
set_by = "province"
"""


def instrument(key: str, in_force: str = "2020-01-01", **more: Any) -> str:
    """One invented instrument."""
    lines = [f"{name} = {value}" for name, value in more.items()]
    return "\n".join(
        [
            "[[instrument]]",
            f'key = "{key}"',
            'kind = "Thông tư"',
            f'number = "{key}/TT"',
            'issuer = "Bộ Thử"',
            f"in_force = {in_force}",
            'verification = "primary_text_read"',
            'grade = "confirmed"',
            'source = "test"',
            "read = 2026-01-01",
            *lines,
            "",
        ]
    )


def rate(rule: str, cite: str, amount: int | None = 5000, **more: Any) -> str:
    """One invented rate of `a.one`, flat unless `amount` is None."""
    keys = {"charges": '["a.one"]', **more}
    lines = [f"{name} = {value}" for name, value in keys.items()]
    if amount is not None:
        lines.append(f"amount = {amount}")
    return "\n".join(["[[rate]]", f'id = "{rule}"', f'cite = ["{cite}", "Điều 1"]', *lines, ""])


def relief(rule: str, cite: str, **more: Any) -> str:
    """One invented relief of `a.one`, free unless told otherwise."""
    keys = {"charges": '["a.one"]', "effect": '"free"', **more}
    lines = [f"{name} = {value}" for name, value in keys.items()]
    return "\n".join(["[[relief]]", f'id = "{rule}"', f'cite = ["{cite}", "Điều 2"]', *lines, ""])


def pack_text(*parts: str, name: str = "test-law", version: int = 1, scope: str = "VN") -> str:
    """A whole pack file."""
    head = f'[pack]\nname = "{name}"\nversion = {version}\nscope = "{scope}"\npublished = 2026-01-01\n'
    return "\n".join([head, *parts])


class InventedLaw:
    """Writes packs of invented law, and books of them."""

    base = BASE
    instrument = staticmethod(instrument)
    rate = staticmethod(rate)
    relief = staticmethod(relief)
    pack = staticmethod(pack_text)

    @staticmethod
    def book(*parts: str, scope: str = "VN") -> FeeBook:
        """A book of the base pack and one pack of `parts`."""
        packs = [BASE, pack_text(*parts, scope=scope)]
        return FeeBook([parse_pack(text.encode(), f"pack{n}.toml") for n, text in enumerate(packs)])


@pytest.fixture(scope="session")
def book() -> FeeBook:
    """The packs of the package."""
    return FeeBook.default()


@pytest.fixture(scope="session")
def law() -> InventedLaw:
    """Invented law."""
    return InventedLaw()


@pytest.fixture
def desk(tmp_path: Path, law: Any) -> Desk:
    """A fresh desk."""
    return Desk(tmp_path, law)
