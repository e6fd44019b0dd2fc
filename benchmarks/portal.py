"""Measures the portal adapter: one full record, a catalogue, a reconciliation. `--smoke` runs small sizes once."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import tracemalloc
from datetime import datetime, timedelta

from gov_connect.adapters.national_portal import mapping, wire
from gov_connect.delivery.reconciliation import LocalDossier, PortalEntry, reconcile
from gov_connect.model import VIETNAM, Dossier
from gov_connect.runtime import Reply

AT = datetime(2025, 8, 4, 8, 15, tzinfo=VIETNAM)
FIELDS = {
    "code": "000.07.12.H99-250804-0019",
    "procedure": {
        "code": "1.001193",
        "name": "Thủ tục đăng ký khai sinh",
        "domain_code": "G99-TP01",
        "domain_name": "Hộ tịch",
    },
    "applicant": {
        "name": "Nguyễn Thị Mẫu Một",
        "citizen_id": "000000000012",
        "phone": "0900000001",
        "email": "mau@mau.example",
    },
    "status": 9,
    "channel": "online",
    "summary": "Đăng ký khai sinh cho trẻ Mẫu A",
    "submitted_at": AT,
    "received_at": AT,
    "due_at": AT + timedelta(days=1),
    "processed_at": AT + timedelta(hours=2),
    "unit_name": "UBND xã Mẫu",
    "note": "Ghi chú mẫu",
    "attachments": [
        {
            "id": str(n),
            "name": f"giay-chung-sinh-{n}.pdf",
            "url": f"https://motcua.example/f/{n}",
            "paper_code": "KQ.G99",
        }
        for n in range(10)
    ],
    "fees": [{"name": f"Lệ phí hộ tịch {n}", "amount": 8000, "kind": "le_phi"} for n in range(5)],
    "paid_online": "agency_gateway",
    "databases": ["7"],
}


def record_us(repeats: int) -> float:
    """Median time of building, validating and writing one full record, in microseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        mapping.record(Dossier(**FIELDS))
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def catalogue_s(rows: int, repeats: int) -> float:
    """Median time of reading an answer of `rows` procedures, in seconds."""
    content = [{"MATTHC": f"1.{n:06d}", "TENTTHC": f"Thủ tục hành chính mẫu số {n}"} for n in range(rows)]
    body = json.dumps({"error_code": "0", "message": "", "result": content}, ensure_ascii=False).encode()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        found = mapping.procedures(wire.read(Reply(status=200, body=body)).result, "portal")
        times.append(time.perf_counter() - start)
        assert len(found) == rows
    return statistics.median(times)


def _local(count: int) -> list[LocalDossier]:
    return [
        LocalDossier(
            code=f"H99.201-250804-{n:07d}",
            status=4 if n % 10 else 5,
            changed_at=AT,
            sending="failed" if n % 50 == 0 else "done",
            error="system.refused" if n % 50 == 0 else "",
        )
        for n in range(count)
    ]


def _portal(count: int) -> list[PortalEntry]:
    return [
        PortalEntry(code=f"H99.201-250804-{n:07d}", status=4 if n % 10 else 9, born_here=n % 7 == 0)
        for n in range(count)
        if n % 50
    ]


def reconcile_s(count: int) -> float:
    """Time of comparing `count` with as many, lists included, in seconds."""
    start = time.perf_counter()
    reconcile(_local(count), _portal(count), now=AT + timedelta(hours=1))
    return time.perf_counter() - start


def reconcile_mb(count: int) -> float:
    """Peak of memory of the same, lists included, in MB."""
    tracemalloc.start()
    reconcile(_local(count), _portal(count), now=AT + timedelta(hours=1))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    """Print a table and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true")
    smoke = parser.parse_args().smoke
    record_us(5)  # schemas are built on first use
    rows = {
        "record_us": (record_us(20 if smoke else 3000), 150.0),
        "catalogue_4000_s": (catalogue_s(100 if smoke else 4000, 1 if smoke else 7), 0.3),
        "reconcile_100000_s": (reconcile_s(500 if smoke else 100_000), 5.0),
        "reconcile_100000_mb": (reconcile_mb(500 if smoke else 100_000), 300.0),
    }
    for name, (value, target) in rows.items():
        print(f"{name:22} {value:10.3f}  target {target}")
    print(json.dumps({name: round(value, 4) for name, (value, _) in rows.items()}))


if __name__ == "__main__":
    sys.exit(main())
