"""Independent peers accept what we produce, and we accept what they produce (npm, with GOV_CONNECT_PEERS=1)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from gov_connect.adapters.vietqr import Transfer, decode, encode
from gov_connect.adapters.vnpay import read_notice, wire
from gov_connect.model import Money

SECRET, TMN = "VNPAYDEMOSECRET0123456789ABCDEFG", "DEMO0001"
PACKAGES = ("vnpay@2.5.0", "vietnam-qr-pay@1.5.1")
NOTES = ["Thanh toan", "Le phi: ho so H99.99-250610-0001", "a+b c", "100%", "tien~nop*", "Lệ phí (khai sinh)!", "a&b=c"]
TRANSFERS = [
    ("970436", "0000000000001", "", ""),
    ("970436", "0000000000001", "25000", "HS0001 LE PHI"),
    ("970405", "19038000000001", "999999999", "x"),
    ("970422", "0", "1", "A B C 123"),
]


@pytest.fixture(scope="module")
def peers() -> Path:
    """The packages, installed once into a cache folder."""
    if os.environ.get("GOV_CONNECT_PEERS") != "1":
        pytest.skip("set GOV_CONNECT_PEERS=1 to install the npm packages vnpay and vietnam-qr-pay")
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not installed")
    home = Path(tempfile.gettempdir()) / "gov-connect-peers"
    home.mkdir(exist_ok=True)
    if not all((home / "node_modules" / name.partition("@")[0]).is_dir() for name in PACKAGES):
        subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(home), *PACKAGES],
            check=True,
            capture_output=True,
            timeout=300,
        )
    return home


@pytest.fixture(scope="module")
def answer(peers: Path) -> Any:
    """What the peers say of everything at once."""
    job = {
        "secret": SECRET,
        "tmn": TMN,
        "queries": [signed(note) for note in NOTES],
        "notes": NOTES,
        "codes": [encode(transfer(row)) for row in TRANSFERS],
        "transfers": TRANSFERS,
    }
    script = Path(__file__).with_name("peers.js")
    done = subprocess.run(
        ["node", "-e", script.read_text(encoding="utf-8")],
        input=json.dumps(job),
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
        env={**os.environ, "NODE_PATH": str(peers / "node_modules")},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def signed(note: str) -> str:
    """A notice that we sign, as VNPAY would."""
    fields = {
        "vnp_Amount": "2500000",
        "vnp_OrderInfo": note,
        "vnp_PayDate": "20260105080000",
        "vnp_ResponseCode": "00",
        "vnp_TmnCode": TMN,
        "vnp_TransactionNo": "14000001",
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": "HS0001",
    }
    text = wire.canonical(fields)
    return f"{text}&vnp_SecureHash={wire.sign(text, SECRET)}"


def transfer(row: tuple[str, str, str, str]) -> Transfer:
    bank, account, amount, purpose = row
    return Transfer(bank=bank, account=account, amount=Money(int(amount)) if amount else None, purpose=purpose)


def test_vnpay_accepts_what_we_sign(answer: Any) -> None:
    """Every description, the awkward characters included."""
    assert answer["verified"] == [[True, True, 25000]] * len(NOTES)


def test_we_accept_what_vnpay_signs(answer: Any) -> None:
    """Its addresses carry the hash of their own raw text; as notices they are refused for what they lack."""
    for url in answer["urls"]:
        query = urlsplit(url).query.encode()
        notice = read_notice(query, tmn_code=TMN, secret=SECRET)
        assert (notice.genuine, notice.reason) == (True, "missing_field")
        assert not read_notice(query.replace(b"vnp_Amount=25", b"vnp_Amount=26"), tmn_code=TMN, secret=SECRET).genuine


def test_vietnam_qr_pay_reads_our_codes(answer: Any) -> None:
    """Bank, account, amount and purpose come back."""
    assert answer["read"] == [[True, *row] for row in TRANSFERS]


def test_both_write_the_same_codes(answer: Any) -> None:
    """Byte for byte, and we read theirs."""
    assert answer["built"] == [encode(transfer(row)) for row in TRANSFERS]
    assert [decode(text) for text in answer["built"]] == [transfer(row) for row in TRANSFERS]
