"""The whole demo with planted people: no output, log, database file or report shows one of them."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

SCRIPT = Path(__file__).with_name("canary.py")
WORDS = ("CANARYTEN", "CANARYXA")


def forms(text: str) -> set[bytes]:
    """A text as files may hold it: in two encodings, escaped, in hexadecimal, in base64 at every offset."""
    plain = text.encode()
    found = {plain, text.encode("utf-16-le"), plain.hex().encode(), text.lower().encode(), text.title().encode()}
    found.add(unicodedata.normalize("NFD", text).encode())
    for shift in range(3):
        coded = base64.b64encode(b"x" * shift + plain)
        found.add(coded[4 if shift else 0 : -4 if (shift + len(plain)) % 3 else None])
    return {one for one in found if len(one) > 6}


def test_nothing_of_a_rough_day_shows_a_person(tmp_path):
    """Names, addresses, numbers and phones of everybody, in every file, whole and encoded."""
    done = subprocess.run(
        [sys.executable, SCRIPT, str(tmp_path)], capture_output=True, check=False, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["agree"] is True
    files = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    expected = {"all.log", "structlog.log", "demo.db", "output.txt", "audit.json", "doctor.json", "metrics.txt"}
    assert expected | {"digest.txt", "heads.json", "traces.txt", "otel-metrics.txt"} <= files.keys()
    assert files["traces.txt"].count(b"gov_connect.correlation_id") > 50
    assert b"gov_connect.attempt.duration" in files["otel-metrics.txt"]
    assert files["structlog.log"].count(b"correlation_id") > 50
    shown = [
        (name, word) for name, content in files.items() for word in WORDS for form in forms(word) if form in content
    ]
    # Digits inside longer runs of digits, or of a digest, are nobody's.
    number = re.compile(rb"(?<![0-9a-f])(?:%s)(?![0-9a-f])" % "|".join(told["numbers"]).encode())
    assert len(told["numbers"]) > 1000
    for name, content in {**files, "stderr": done.stderr.encode()}.items():
        shown += [(name, found) for found in number.findall(content)]
    assert shown == []


def test_the_search_itself_finds():
    """A canary in any of the forms is seen."""
    text = "NGUYỄN CANARYTENA"
    plain = text.encode()
    for coded in (plain, base64.b64encode(plain), text.encode("utf-16-le"), plain.hex().encode()):
        assert any(form in coded for form in forms("CANARYTEN"))
