"""Notices of payments: how long judging one takes, and how many a second are stored for good.

    python benchmarks/payments.py [--smoke]

Prints one JSON line. `judge …` is reading, verifying and answering, besides HTTP and disk; `notices` are
stored by 64 threads in one process (WAL, synchronous=FULL), each answered after its commit, beside the bare
commit rate of the same file.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sqlite3
import statistics
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gov_connect import GovConnect, Settings
from gov_connect.adapters.gateway import Verdict
from gov_connect.adapters.national_payment import NationalPayment, wire
from gov_connect.adapters.vnpay import Vnpay
from gov_connect.adapters.vnpay import wire as vnpay_wire
from gov_connect.model import (
    VIETNAM,
    DossierCode,
    FeeKind,
    FeeLine,
    Money,
    Payer,
    PaymentOrder,
    PaymentState,
    PersonName,
    ProcedureCode,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET, TMN, PARTNER = "VNPAYDEMOSECRET0123456789ABCDEFG", "DEMO0001", "DT-DEMO-01"
AT_ONCE = 64
START = datetime(2026, 1, 5, 8, tzinfo=VIETNAM)


def settings(folder: Path) -> Settings:
    """A client of VNPAY and of the platform, with its records in a file."""
    values = {
        "ENVIRONMENT": "test",
        "AGENCY": "H99.201",
        "DATABASE_URL": f"sqlite:///{folder / 'records.db'}",
        "STORE_KEY": base64.b64encode(os.urandom(32)).decode(),
        "VNPAY__BASE_URL": "https://vnpay.invalid",
        "VNPAY__TMN_CODE": TMN,
        "VNPAY__HASH_SECRET": SECRET,
        "VNPAY__RETURN_URL": "https://motcua.invalid/return",
        "NATIONAL_PAYMENT__BASE_URL": "https://pay.invalid",
        "NATIONAL_PAYMENT__PARTNER_CODE": PARTNER,
        "NATIONAL_PAYMENT__SECRET": SECRET,
    }
    return Settings.from_mapping({f"GOV_CONNECT_{name}": value for name, value in values.items()})


def order(reference: str) -> PaymentOrder:
    """Twenty-five thousand đồng."""
    return PaymentOrder(
        reference=reference,
        dossier=DossierCode("H99.201-260105-0001"),
        procedure=ProcedureCode("1.001193"),
        amount=Money(25_000),
        lines=(FeeLine(name="Lệ phí", amount=Money(25_000), kind=FeeKind.CHARGE),),
        payer=Payer(name=PersonName("MẪU THỊ THỬ")),
        created_at=START,
    )


def vnpay_notice(reference: str, number: int) -> bytes:
    """A genuine IPN."""
    fields = {
        "vnp_Amount": "2500000",
        "vnp_BankCode": "NCB",
        "vnp_CardType": "ATM",
        "vnp_OrderInfo": "Thanh toan ho so H99.201-260105-0001",
        "vnp_PayDate": "20260105080500",
        "vnp_ResponseCode": "00",
        "vnp_TmnCode": TMN,
        "vnp_TransactionNo": str(14_000_000 + number),
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": reference,
    }
    text = vnpay_wire.canonical(fields)
    return f"{text}&vnp_SecureHash={vnpay_wire.sign(text, SECRET)}".encode()


def platform_notice(reference: str) -> bytes:
    """A genuine CONFIRM."""
    message: dict[str, Any] = {
        "LoaiBanTin": "CONFIRM",
        "MaLoi": "00",
        "MaDoiTac": PARTNER,
        "MaThamChieu": reference,
        "SoTien": 25000,
        "MaTienTe": "VND",
        "MaGiaoDich": "PP2601050000001",
        "MaNganHang": "970436",
        "ThoiGianGD": "20260105080500",
        "ThongTinGiaoDich": "THANH TOAN HO SO H99.201-260105-0001",
    }
    return json.dumps({**message, "MaXacThuc": wire.digest(message, wire.CONFIRM_FIELDS, SECRET)}).encode()


def judged(gov: GovConnect, adapter: type[Any], body: bytes, rounds: int) -> dict[str, float]:
    """Microseconds to read, verify and answer one notice."""
    gateway = gov.system(adapter)
    taken: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        notice = gateway.read_notice(body)
        notice.answer_to(Verdict.APPLIED)
        taken.append((time.perf_counter() - began) * 1e6)
    taken.sort()
    return {"median_us": round(statistics.median(taken), 1), "p99_us": round(taken[int(len(taken) * 0.99)], 1)}


def bare_commits(folder: Path, seconds: float) -> float:
    """Commits a second of one writer with the same safety, nothing else done."""
    db = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("CREATE TABLE t (n INTEGER)")
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO t VALUES (1)")
        db.execute("COMMIT")
        count += 1
    db.close()
    return count / (time.perf_counter() - began)


def at_once(work: Callable[[int], None], count: int) -> float:
    """Seconds that `AT_ONCE` threads take for `count` pieces of work."""
    numbers = iter(range(count))
    lock = threading.Lock()

    def run() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            work(number)

    threads = [threading.Thread(target=run) for _ in range(AT_ONCE)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def throughput(gov: GovConnect, count: int) -> dict[str, Any]:
    """Notices a second; every third arrives twice."""
    payments = gov.payments_through("vnpay")
    for number in range(count):
        payments.book.open(order(f"HS{number}"))
    bodies = [vnpay_notice(f"HS{number}", number) for number in range(count)]
    answers: list[str] = []
    waits: list[float] = []

    def one(number: int) -> None:
        for _ in range(2 if number % 3 == 0 else 1):
            began = time.perf_counter()
            reply = payments.receive(bodies[number])
            waits.append(time.perf_counter() - began)
            answers.append(json.loads(reply.body)["RspCode"])

    seconds = at_once(one, count)
    stored = [payments.book.get(f"HS{number}") for number in range(count)]
    lost = sum(1 for one_order in stored if one_order is None or one_order.state is not PaymentState.PAID)
    doubled = sum(1 for number in range(count) if len(payments.book.news(f"HS{number}")) != 1)
    waits.sort()
    return {
        "notices": len(answers),
        "a_second": round(len(answers) / seconds),
        "answered_00": answers.count("00"),
        "answered_02": answers.count("02"),
        "lost": lost,
        "applied_twice": doubled,
        "median_ms": round(statistics.median(waits) * 1e3, 2),
        "p99_ms": round(waits[int(len(waits) * 0.99)] * 1e3, 2),
    }


def main() -> None:
    """Take every row."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true")
    smoke = parser.parse_args().smoke
    rounds, count, seconds = (200, 200, 0.2) if smoke else (20_000, 10_000, 2.0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with GovConnect(settings(folder)) as gov:
            rows = {
                "judge vnpay": judged(gov, Vnpay, vnpay_notice("HS0", 0), rounds),
                "judge platform": judged(gov, NationalPayment, platform_notice("HS0"), rounds),
                "bare commits a second": round(bare_commits(folder, seconds)),
                "notices": throughput(gov, count),
            }
    print(json.dumps({"rows": rows}))


if __name__ == "__main__":
    main()
