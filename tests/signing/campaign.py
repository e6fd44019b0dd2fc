"""Mutated documents against the verifier: nothing that was not signed may ever be called valid.

    python tests/signing/campaign.py --xml 50000 --cms 50000 --pdf 20000 --seed 1

A forgery is a verdict "valid" whose signed content differs from what was signed. `test_campaign.py` runs a smoke
of it with every change.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import random
import sys
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

from gov_connect.mocks.pki import stamp
from gov_connect.signing import ActKind, Evidence, Format, Level, LocalKey, Signing, Tree, Trust, TrustPolicy, Verdict

TOKENS = (
    b"", b"<", b">", b"&", b'"', b"/", b"<!--", b"-->", b"<?x?>", b"<![CDATA[", b"]]>", b" ", b"\0", b"=", b"0", b"9",
    b"Id=", b'Id="x"', b'URI="#x"', b"ds:", b"xmlns=", b"sha1", b"SoTien", b"<SoTien>9</SoTien>", b"\xff", b"endobj",
    b"1 0 obj", b"%%EOF", b"/ByteRange", b"stream", b"xref",
)  # fmt: skip


class Campaign:
    """Signed documents of three formats, and changes to them that repeat by seed."""

    def __init__(self, pki: Any, now: Any) -> None:
        roots = {Tree.OFFICIAL_DUTY: (pki.official_root.certificate,)}
        evidence = Evidence()
        for data in (pki.crl(pki.official_root), pki.crl(pki.official_ca)):
            evidence.add_crl(data)
        self.faults: dict[str, str] = {}
        policy = TrustPolicy(anchors=roots, timestamp_anchors=(pki.official_root.certificate,))
        trust = Trust(policy, evidence)
        self.signing = Signing(trust, now=lambda: now)
        self.stamping = Signing(trust, now=lambda: now, timestamper=lambda query: stamp(query, pki.tsa, now))
        self.key = LocalKey(pki.officer.key, [pki.officer.certificate, *pki.officer.above[:1]])
        self.other = LocalKey(pki.agency.key, [pki.agency.certificate, *pki.agency.above[:1]])

    def prepare(self, kind: Format, content: bytes, *, rich: bool = False) -> tuple[bytes, bytes]:
        """A signed file, and what is handed out as its signed content.

        Rich ones have timestamps (XAdES-T, CAdES-T), and a PDF its validation data behind it (B-LT).
        """
        signing, level = (self.stamping, Level.LT if kind is Format.PDF else Level.T) if rich else (self.signing, None)
        data = signing.sign(content, ActKind.PERSONAL, self.key, format=kind, level=level).data
        if kind is Format.PDF:
            data = signing.sign(data, ActKind.AGENCY, self.other, level=level).data
        return data, self.signed(kind, data, content)

    def signed(self, kind: Format, data: bytes, content: bytes) -> bytes:
        """The signed content, or b"" when the verdict is anything but valid."""
        report = self.signing.verify(data, content=content if kind is Format.CMS else None)
        if report.verdict is not Verdict.VALID or report.format is not kind:
            return b""
        return report.signed if kind is not Format.PDF else _without_holes(report.signed)

    def run(self, kind: Format, content: bytes, count: int, seed: int) -> Counter[str]:
        """Judge `count` changed files, plain and rich ones by turns."""
        pairs = [self.prepare(kind, content, rich=rich) for rich in (False, True)]
        assert all(expected for _, expected in pairs)
        chance = random.Random(f"{kind}/{seed}")
        tally: Counter[str] = Counter()
        for number in range(count):
            good, expected = pairs[number % 2]
            data, text = change(good, chance), content
            if kind is Format.CMS and chance.random() < 0.3:
                data, text = good, change(content, chance)
            try:
                found = self.signed(kind, data, text)
            except Exception as fault:  # noqa: BLE001 - a verifier never crashes, so that is a finding too
                tally[f"CRASHED {type(fault).__name__}"] += 1
                if "CRASHED" not in self.faults:
                    self.faults["CRASHED"] = "".join(traceback.format_exception(fault)[-6:])
                continue
            if not found:
                tally["refused"] += 1
            elif found == expected:
                tally["same content"] += 1
            else:
                tally["FORGED"] += 1
        return tally


def _without_holes(data: bytes) -> bytes:
    """A PDF without the hexadecimal signatures themselves, whose letters may be of either case."""
    parts = data.split(b"/Contents <")
    return b"".join(part if number == 0 else part.partition(b">")[2] for number, part in enumerate(parts))


def change(data: bytes, chance: random.Random) -> bytes:
    """One to three changes: bits, bytes, tokens, cuts, copies, swaps, additions."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        start = chance.randrange(len(made) + 1)
        length = chance.choice((1, 1, 2, 5, 20, 200))
        match chance.randrange(7):
            case 0 if start < len(made):
                made[start] ^= 1 << chance.randrange(8)
            case 1 if start < len(made):
                made[start] = chance.randrange(256)
            case 2:
                made[start : start + chance.choice((0, 1, length))] = chance.choice(TOKENS)
            case 3:
                del made[start : start + length]
            case 4:
                source = chance.randrange(len(made) + 1)
                made[start:start] = made[source : source + length]
            case 5:
                other = chance.randrange(len(made) + 1)
                one, two = made[start : start + length], made[other : other + length]
                made[start : start + length], made[other : other + length] = two, one
            case _:
                made += chance.choice(TOKENS) * chance.randrange(1, 4)
        made = made or bytearray(b"x")
    return bytes(made)


def load_pki() -> Any:
    """The module that makes certificates, from its file."""
    spec = importlib.util.spec_from_file_location("campaign_pki", Path(__file__).with_name("pki.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["campaign_pki"] = module
    spec.loader.exec_module(module)
    return module


XML = "<HoSo xmlns='urn:h'><Ma>1</Ma><Ten>Nguyễn</Ten><SoTien don='d'>25000</SoTien></HoSo>".encode()


def main() -> int:
    """Run the campaign; exit 1 when anything was forged or crashed."""
    parser = argparse.ArgumentParser()
    for kind in Format:
        parser.add_argument(f"--{kind.value}", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pdf-file", type=Path, help="another PDF to sign than the one made here")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    pki = load_pki()
    campaign = Campaign(pki.Pki(), pki.NOW)
    forged = 0
    for kind in Format:
        count = getattr(options, kind.value)
        if not count:
            continue
        content = XML
        if kind is Format.PDF:
            content = options.pdf_file.read_bytes() if options.pdf_file else pki.one_page()
        began = time.monotonic()
        tally = campaign.run(kind, content, count, options.seed)
        forged += sum(number for name, number in tally.items() if name.isupper() or name.startswith("CRASHED"))
        row = {"format": kind.value, "seed": options.seed, "seconds": round(time.monotonic() - began), **tally}
        sys.stdout.write(json.dumps(row) + "\n" + campaign.faults.pop("CRASHED", ""))
        sys.stdout.flush()
    return 1 if forged else 0


if __name__ == "__main__":
    raise SystemExit(main())
