"""Independent peers accept what we produce, and we accept what they produce: npm `vnpay` and `vietnam-qr-pay`.

They run whenever node and npm are there and the packages can be had; otherwise the skip says why, and with
GOV_CONNECT_PEERS=1 it is a failure. GOV_CONNECT_PEERS=0 leaves them out.
"""

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
HOME = Path(__file__).parents[2] / "build" / "peers"
COMMON = {"vnp_RequestId": "REQ1", "vnp_IpAddr": "203.0.113.10", "vnp_TxnRef": "HS0001", "vnp_OrderInfo": "Lệ phí"}
DATES = {"vnp_TransactionDate": 20260105080000, "vnp_CreateDate": 20260105090000}
QUERY = {**COMMON, **DATES, "vnp_TransactionNo": 14000001}
REFUND = {
    **QUERY,
    "vnp_TransactionType": "02",
    "vnp_Amount": 25000,
    "vnp_CreateBy": "canbo01",
}
NOTES = ["Thanh toan", "Le phi: ho so H99.99-250610-0001", "a+b c", "100%", "tien~nop*", "Lệ phí (khai sinh)!", "a&b=c"]
TRANSFERS = [
    ("970436", "0000000000001", "", ""),
    ("970436", "0000000000001", "25000", "HS0001 LE PHI"),
    ("970405", "19038000000001", "999999999", "x"),
    ("970422", "0", "1", "A B C 123"),
]


@pytest.fixture(scope="module")
def peers() -> Path:
    """The packages, installed once into the build folder."""
    wanted = os.environ.get("GOV_CONNECT_PEERS", "")
    npm = shutil.which("npm")
    reason = "node and npm are not installed" if npm is None or shutil.which("node") is None else ""
    if wanted == "0":
        reason = "GOV_CONNECT_PEERS=0"
    elif not reason and not all((HOME / "node_modules" / name.partition("@")[0]).is_dir() for name in PACKAGES):
        reason = installed(str(npm))
    if reason:
        if wanted == "1":
            pytest.fail(reason)
        pytest.skip(f"THE PEERS DID NOT RUN: {reason}")
    return HOME


def installed(npm: str) -> str:
    """Install them whole or not at all; gives why it failed."""
    HOME.parent.mkdir(exist_ok=True)
    folder = tempfile.mkdtemp(dir=HOME.parent)
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, *PACKAGES]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return "npm took longer than a minute"
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        return f"npm failed: {next((line for line in done.stderr.splitlines() if 'error' in line), '')}"
    shutil.rmtree(HOME, ignore_errors=True)  # what a run that was stopped left behind
    Path(folder).rename(HOME)
    return ""


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
        "query": QUERY,
        "refund": REFUND,
        "answers": {
            "querydr": signed_answer("querydr", wire.QUERY_ANSWER_FIELDS),
            "refund": signed_answer("refund", wire.REFUND_ANSWER_FIELDS),
        },
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


def signed_answer(command: str, fields: tuple[str, ...]) -> dict[str, Any]:
    """An API answer that we sign, as VNPAY would."""
    answer = dict.fromkeys(fields, "") | {
        "vnp_ResponseId": "RSP1",
        "vnp_Command": command,
        "vnp_ResponseCode": "00",
        "vnp_TmnCode": TMN,
        "vnp_TxnRef": "HS0001",
        "vnp_Amount": "2500000",
        "vnp_TransactionStatus": "00",
        "vnp_OrderInfo": "Lệ phí",
    }
    return {**answer, wire.HASH: wire.sign(wire.joined(answer, fields), SECRET)}


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


def test_the_questions_of_vnpay_are_ours(answer: Any) -> None:
    """QueryDR and Refund: their hash is what we make of the same fields, and they accept the answer we sign."""
    query, refund = answer["sent"]
    assert query[wire.HASH] == wire.sign(wire.joined(query, wire.QUERY_FIELDS), SECRET)
    assert (answer["asked"]["isVerified"], answer["asked"]["vnp_Amount"]) == (True, "2500000")
    assert refund[wire.HASH] == wire.sign(wire.joined(refund, wire.REFUND_FIELDS), SECRET)
    assert refund["vnp_Amount"] == 2_500_000


def test_what_that_package_gets_wrong_is_known(answer: Any) -> None:
    """It divides the amount of a refund's answer before it hashes, and so refuses genuine ones (payment.md §3.5)."""
    assert answer["refunded"]["isVerified"] is False


def test_vietnam_qr_pay_reads_our_codes(answer: Any) -> None:
    """Bank, account, amount and purpose come back."""
    assert answer["read"] == [[True, *row] for row in TRANSFERS]


def test_both_write_the_same_codes(answer: Any) -> None:
    """Byte for byte, and we read theirs."""
    assert answer["built"] == [encode(transfer(row)) for row in TRANSFERS]
    assert [decode(text) for text in answer["built"]] == [transfer(row) for row in TRANSFERS]
