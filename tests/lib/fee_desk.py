"""Deliveries of signed packs: a folder of them, their signers, and a book made of invented law."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gov_connect.fees import FeeBook, FeeItem, parse_pack
from gov_connect.fees.update import (
    ActiveBook,
    FolderSource,
    PackRefused,
    Signer,
    Trust,
    sign_manifest,
    write_manifest,
)

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 20)
KEYS = {name: Ed25519PrivateKey.generate() for name in ("finance", "justice", "stranger")}
COVER = '[[no_rate]]\nid = "none"\ncharges = ["a.two", "p.local"]\nreason = "not_encoded"\n'


def trust(needed: int = 2, until: date | None = None) -> Trust:
    """Two bodies may sign."""
    names = ("finance", "justice")
    return Trust({name: Signer(KEYS[name].public_key().public_bytes_raw(), until) for name in names}, needed)


class Desk:
    """A folder of deliveries, a state folder, and a book made of invented law."""

    def __init__(self, folder: Path, law: Any) -> None:
        self.folder, self.law = folder, law
        self.alarms: list[str] = []
        self.base = FeeBook([parse_pack(law.base.encode()), parse_pack(self.pack(5000, 1).encode())])

    def pack(self, amount: int, version: int, *more: str) -> str:
        """The law with one amount."""
        parts = (self.law.instrument("A", "2010-01-01"), self.law.rate("one", "A/1", amount), COVER, *more)
        return self.law.pack(*parts, version=version)  # type: ignore[no-any-return]

    def deliver(self, text: str, version: int, signers: tuple[str, ...] = ("finance", "justice")) -> FolderSource:
        """Write and sign one delivery."""
        place = self.folder / f"delivery-{version}-{len(list(self.folder.iterdir()))}"
        place.mkdir()
        (place / "law.toml").write_text(text, encoding="utf-8")
        write_manifest(place, name="national", version=version, published=TODAY)
        for signer in signers:
            sign_manifest(place, signer, KEYS[signer].private_bytes_raw())
        return FolderSource(place)

    def active(self, **other: Any) -> ActiveBook:
        """A process's view of the book in force."""
        facts = {"trust": trust(), "alarm": lambda refusal: self.alarms.append(refusal.code), **other}
        return ActiveBook(self.base, state=self.folder / "state", **facts)


def due(active: ActiveBook) -> int | None:
    """What `a.one` costs now."""
    total = active.book.quote([FeeItem("a.one", cases=1)], on=TODAY).total
    return None if total is None else total.dong


def refusal(active: ActiveBook, source: FolderSource, today: date = TODAY) -> str:
    """The code with which `source` is refused; the old book stays."""
    before = active.book
    with pytest.raises(PackRefused) as caught:
        active.update(source, today)
    assert active.book is before
    assert str(caught.value)
    return caught.value.code
