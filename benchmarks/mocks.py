"""Measures the mocks and the contract kit: calls a second on one core, time to listening, the kit on `fake`.

Calls are counted per second of the servers' own processor time, so that the client beside them and whoever else
uses the machine do not count. `--smoke` runs everything once, small.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from gov_connect.contract_tests import Selection, run
from gov_connect.mocks import running_mocks

TARGETS = {
    "portal_calls_s": 500.0,
    "residents_calls_s": 500.0,
    "listening_s": 1.5,
    "listening_cpu_s": 1.5,
    "kit_fake_s": 20.0,
}
LOOK_UP = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:dan="http://www.mic.gov.vn/dancu/1.0"><soapenv:Body>{}</soapenv:Body></soapenv:Envelope>'
)
CLIENT = """
import http.client, json, sys
from urllib.parse import urlsplit
told = json.load(sys.stdin)
place = urlsplit(told["url"])
line = http.client.HTTPConnection(place.netloc)
for _ in range(told["calls"]):
    line.request("POST", place.path, told["body"].encode(), told["headers"])
    reply = line.getresponse()
    body = reply.read()
    assert reply.status == told["status"], (reply.status, body[:200])
"""


def portal_call(environment: dict[str, str]) -> dict[str, object]:
    """A look-up of a dossier under a session, as it crosses the wire."""
    base = environment["GOV_CONNECT_PORTAL__BASE_URL"] + "/XrdAdapter/RestService/forward/"
    headers = {"Content-Type": "application/json", "dstcode": environment["GOV_CONNECT_PORTAL__DSTCODE"]}
    login = {
        "username": environment["GOV_CONNECT_PORTAL__USERNAME"],
        "password": environment["GOV_CONNECT_PORTAL__PASSWORD"],
    }
    place = urlsplit(base + "mapi/login")
    line = http.client.HTTPConnection(place.netloc)
    line.request("POST", place.path, json.dumps(login).encode(), headers)
    session = json.loads(line.getresponse().read())["session"]
    line.close()
    body = {"session": session, "madonvi": "H99.201", "service": "TraCuuHoSo", "mahoso": "H99.201-261120-0001"}
    url = base + environment["GOV_CONNECT_PORTAL__INTEGRATION_ENDPOINT"]
    return {"url": url, "headers": headers, "body": json.dumps(body), "status": 200}


def residents_call(environment: dict[str, str]) -> dict[str, object]:
    """A stamped message with a wrong body: admitted, read as XML, and answered with a fault."""
    from gov_connect.mocks.residents import authorization  # noqa: PLC0415 - beside its use

    stamp = str(int(datetime.now(UTC).timestamp() * 1000))
    made = authorization(
        endpoint=environment["GOV_CONNECT_RESIDENTS__ENDPOINT"],
        username=environment["GOV_CONNECT_RESIDENTS__USERNAME"],
        secret=environment["GOV_CONNECT_RESIDENTS__SECRET"],
        timestamp=stamp,
    )
    headers = {"Content-Type": "text/xml", "Authorization": made, "Timestamp": stamp}
    body = LOOK_UP.format("<dan:CongdanCollection/>")
    return {"url": environment["GOV_CONNECT_RESIDENTS__BASE_URL"], "headers": headers, "body": body, "status": 500}


def calls_per_second(call: dict[str, object], calls: int) -> float:
    """Calls in a second of this process, in which the servers run; the client has a process of its own."""
    command = [sys.executable, "-c", CLIENT]
    client = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)
    began = time.process_time()
    client.communicate(json.dumps({**call, "calls": calls}))
    spent = time.process_time() - began
    assert client.returncode == 0
    return calls / spent


def listening() -> tuple[float, float]:
    """Seconds from the command to its one line: of the wall clock, and of the processor (0 where it is not told)."""
    command = [sys.executable, "-m", "gov_connect", "mocks", "serve"]
    before, began = os.times(), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = json.loads(process.stdout.readline())
    took = time.perf_counter() - began
    assert told["base_urls"]
    process.terminate()
    process.wait(30)
    process.stdout.close()
    after = os.times()
    own = after.children_user + after.children_system - before.children_user - before.children_system
    return took, own


def kit(wires: tuple[str, ...]) -> float:
    """Seconds of the processor for the suites of these wires on `fake`, both directions; none means all."""
    began = time.process_time()
    assert run(Selection(wires=wires)).passed
    return time.process_time() - began


def main() -> None:
    """Print a table and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true")
    smoke = parser.parse_args().smoke
    calls, rounds = (20, 1) if smoke else (2000, 3)
    rows: dict[str, float] = {}
    with running_mocks() as mocks:
        assert threading.active_count() > 1
        for name, call in (("portal_calls_s", portal_call), ("residents_calls_s", residents_call)):
            message = call(mocks.environment)
            calls_per_second(message, 20)
            rows[name] = statistics.median(calls_per_second(message, calls) for _ in range(rounds))
    started = [listening() for _ in range(rounds)]
    rows["listening_s"], rows["listening_cpu_s"] = min(took for took, _ in started), min(own for _, own in started)
    rows["kit_fake_s"] = kit(("vnpay",) if smoke else ())
    for name, value in rows.items():
        print(f"{name:20} {value:10.2f}  target {TARGETS[name]}")
    print(json.dumps({name: round(value, 3) for name, value in rows.items()}))


if __name__ == "__main__":
    sys.exit(main())
