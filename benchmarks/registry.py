"""The registry: how long mapping a form takes, and what a thousand dossiers with papers cost in memory.

    python benchmarks/registry.py [--smoke]

Prints one JSON line. `map` is the legacy birth form to the finished G1 message (reading, checking, building, XML);
`parse` is `json.loads` of the same form plus `json.dumps` of the message, as a floor. `dossiers` submits LTKS
dossiers of 1 MB of papers each, from files, to the mock over a socket in a process of its own; the peak is that of
the submitting process (what the system counts) and of its Python objects (tracemalloc, in a second pass).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from datetime import datetime
from pathlib import Path
from typing import Any

from gov_connect import GovConnect, Settings
from gov_connect.adapters.civil_registry import Enclosure, envelopes, wire
from gov_connect.forms import read_form
from gov_connect.model import VIETNAM, BirthRegistration, DossierCode, FormText

ROUNDS, DOSSIERS, PAPER = 400, 1000, 1 << 20
RECEIVED = datetime(2026, 1, 5, 8, tzinfo=VIETNAM)
FORM = {
    "HoVaTenC": "PHẠM VĂN GIẢ ĐỊNH",
    "NgaySinhC": "20/05/1997",
    "SoDinhDanhC": "000000000011",
    "NgayCapDDC": "01/02/2022",
    "NoiCapDDC": "Cục Cảnh sát QLHC về TTXH",
    "nycNoiCuTru": "Thôn Thử 1, xã Mẫu, tỉnh Giả Định",
    "QuanHe": "Cha",
    "loaiDangKy": "1",
    "HoTenKS": "PHẠM THỬ NGHIỆM AN",
    "NgaySinhChon": "03/01/2026",
    "GioiTinhKS": "2",
    "DanTocKS": "Kinh",
    "QuocTichKS": "Việt Nam",
    "nksNoiSinh": "1",
    "nksNoiSinh_TrongNuoc": "Trạm y tế xã Mẫu, xã Mẫu, tỉnh Giả Định",
    "nksQueQuan": "1",
    "nksQueQuan_TrongNuoc": "Xã Mẫu, tỉnh Giả Định",
    "nksLoaiKhaiSinh": "1",
    "SoLuong": "3",
    **{
        f"{name}{who}{rest}": value
        for who in ("Cha", "Me")
        for name, rest, value in (
            ("HoTen", "KS", "LÊ THỊ HƯ CẤU"),
            ("NamSinh", "KS", "1997"),
            ("SoDinhDanh", "", "000000000012"),
            ("DanToc", "KS", "Kinh"),
            ("QuocTich", "KS", "Việt Nam"),
            ("", "LoaiCuTru", "1"),
            ("", "NoiCuTru_TrongNuoc", "Thôn Thử 2, xã Mẫu, tỉnh Giả Định"),
        )
    },
}


def mapped(form: dict[str, FormText], settings: Any) -> bytes:
    """One form to the finished message."""
    reading = read_form(form, dossier="H99.201-260105-0007", unit="99001", received_at=RECEIVED)
    return wire.body(envelopes.message(reading.registration, "G1", settings))


def mapping(rounds: int) -> dict[str, float]:
    """Microseconds of processor time, best of five rows of medians."""
    variables = {
        "ENVIRONMENT": "test",
        "AGENCY": "H99.201",
        "CIVIL_REGISTRY__BASE_URL": "https://x.invalid",
        "CIVIL_REGISTRY__TOKEN_URL": "https://x.invalid/token",
        "CIVIL_REGISTRY__CLIENT_ID": "x",
        "CIVIL_REGISTRY__CLIENT_SECRET": "x",
    }
    settings = Settings.from_mapping({f"GOV_CONNECT_{name}": value for name, value in variables.items()})
    form = {name: FormText(text) for name, text in FORM.items()}
    raw = json.dumps(FORM)
    message = mapped(form, settings.civil_registry)

    def floor() -> None:
        json.loads(raw)
        json.dumps(json.loads(message), ensure_ascii=False)

    def median(work: Any) -> float:
        taken: list[float] = []
        for _ in range(rounds):
            begun = time.process_time()
            work()
            taken.append(time.process_time() - begun)
        return statistics.median(taken) * 1e6

    whole = min(median(lambda: mapped(form, settings.civil_registry)) for _ in range(5))
    parse = min(median(floor) for _ in range(5))
    return {"map_us": round(whole, 1), "parse_us": round(parse, 1), "map_of_parse": round(whole / parse, 1)}


def registration(number: int) -> BirthRegistration:
    """A birth of a bundle."""
    code = f"260105-{number:04d}"
    return read_form(
        FORM, dossier=f"H99.201-{code}", unit="99001", received_at=RECEIVED, bundle=f"G99.99.01-{code}"
    ).registration  # type: ignore[return-value]


def submitted(count: int, *, traced: bool) -> dict[str, float]:
    """Submit `count` dossiers over a socket; in megabytes."""
    server = subprocess.Popen(
        [sys.executable, "-m", "gov_connect", "mocks", "serve"], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert server.stdout is not None
    try:
        told = json.loads(server.stdout.readline())
        with tempfile.TemporaryDirectory() as folder:
            paper = Path(folder) / "giay-chung-sinh.pdf"
            paper.write_bytes(b"%PDF-1.4\n" + os.urandom(PAPER))
            variables = {**told["environment"], "GOV_CONNECT_DATABASE_URL": "sqlite:///:memory:"}
            files = (Enclosure(title="Giấy chứng sinh", name="gcs.pdf", path=str(paper)),)
            begun = time.perf_counter()
            with GovConnect(Settings.from_mapping(variables)) as gov:
                if traced:
                    tracemalloc.start()
                for number in range(1, count + 1):
                    done = gov.civil_registry.submit(registration(number), files=files)
                    assert done.dossier == DossierCode(f"H99.201-260105-{number:04d}")
            seconds = time.perf_counter() - begun
        peak = tracemalloc.get_traced_memory()[1] if traced else _resident()
        if traced:
            tracemalloc.stop()
    finally:
        server.terminate()
        server.wait()
    return {"peak_mb": round(peak / (1 << 20), 1), "seconds": round(seconds, 1)}


def _resident() -> int:
    """Peak memory of this process as the system counts it; 0 where it does not say."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true")
    smoke = parser.parse_args().smoke
    rounds, count = (20, 5) if smoke else (ROUNDS, DOSSIERS)
    said: dict[str, Any] = {"mapping": mapping(rounds), "dossiers": count}
    said["submitted"] = submitted(count, traced=False)
    said["traced"] = submitted(min(count, 100), traced=True)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
