"""Damage: what storms, proxies and malice do to a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

TOKENS = [
    b"null", b"true", b"-1", b"1e999", b"NaN", b'""', b"[]", b"{}", b"0", b'"0"', b"[[[[", b"\x00", b"\xff\xfe",
    b"<!DOCTYPE a>", b"&x;", b"<![CDATA[", b"]]>", b"--", b"99999999999999999999", b'"\\ud800"', b"\\u0000",
    "ữ".encode(), b"\xef\xbb\xbf", b" " * 64, b'"2026-13-45"', b"1990-02-30", b":", b",", b'"', b"\\",
]  # fmt: skip


def damaged(seed: bytes, chance: random.Random) -> bytes:
    """A damaged copy: bytes flipped, cut, doubled, or tokens put in; a few faults at once."""
    body = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(body) + 1)
        to = min(len(body), at + chance.randint(1, 24))
        match chance.randrange(5):
            case 0:
                body[at:to] = b""
            case 1:
                body[at:at] = chance.choice(TOKENS)
            case 2:
                body[at:to] = chance.choice(TOKENS)
            case 3:
                body[at:at] = body[at:to] * chance.randint(1, 3)
            case _:
                if at < len(body):
                    body[at] = chance.randrange(256)
    return bytes(body)
