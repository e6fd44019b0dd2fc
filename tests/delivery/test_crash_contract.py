"""What both dispatchers promise when a worker process is killed without warning: nothing lost, nothing twice.

The portal and the check stay in this process; the workers are processes of their own.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from patience import until

WORKER = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("durable", sys.argv[1])
durable = importlib.util.module_from_spec(spec)
spec.loader.exec_module(durable)
agency = durable.Agency(sys.argv[2], durable.Remote(sys.argv[3]), dispatcher=sys.argv[4])
worker = agency.worker().start()
print("up", flush=True)
sys.stdin.readline()
worker.stop()
"""


class Upstream(ThreadingHTTPServer):
    """Holds what arrived, in order; dawdles now and then, so that kills meet calls under way."""

    def __init__(self):
        self.got = defaultdict(list)
        self.asked = 0
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    """One exchange of the scripted system."""

    def do_POST(self):
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            mine = self.server.got[told["dossier"]]
            if self.headers["X-Label"] == "known":
                self.server.asked += 1
                answer = b"yes" if told["text"] in mine else b"no"
            else:
                mine.append(told["text"])
                answer = b"ok"
        time.sleep(random.uniform(0, 0.01))
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        """Stay silent."""


@pytest.fixture
def upstream():
    server = Upstream()
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield server
    server.shutdown()
    serving.join(60)
    server.server_close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "procrastinate"])
def test_killed_workers_lose_nothing_and_do_nothing_twice(durable, request, kind, tmp_path, upstream):
    """Two workers, four kills at random moments over 200 calls of 40 dossiers."""
    url = f"sqlite:///{tmp_path / 'x.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    dispatcher = "procrastinate" if kind == "procrastinate" else "worker"
    agency = durable.Agency(url, dispatcher=dispatcher)
    for number in range(5):
        for which in range(40):
            agency.office.enter(durable.dossier(which), str(number))
    address = f"http://127.0.0.1:{upstream.server_address[1]}"
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", WORKER, str(Path(durable.__file__)), url, address, dispatcher]

    def start():
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        assert process.stdout.readline() == "up\n"
        return process

    def end(process, *, killed):
        process.kill() if killed else process.communicate("\n", timeout=30)
        process.wait(30)
        for stream in (process.stdin, process.stdout):
            stream.close()

    chance, workers = random.Random(7), [start(), start()]
    for _ in range(4):
        before = sum(map(len, upstream.got.values()))
        until(lambda before=before: sum(map(len, upstream.got.values())) >= min(200, before + 25))
        end(workers.pop(chance.randrange(2)), killed=True)
        workers.append(start())
    agency.settled(done=200)
    if kind != "procrastinate":
        # The living find the dead by beats that stand still, and take their names off.
        living = {str(process.pid) for process in workers}
        until(lambda: {name.rpartition(":")[2] for name, _ in agency.gov.delivery.admin.workers()} <= living)
    for process in workers:
        end(process, killed=False)
    assert {code: texts for code, texts in upstream.got.items() if texts != ["0", "1", "2", "3", "4"]} == {}
    assert len(upstream.got) == 40
    assert agency.states() == {"done": 200}
    assert agency.gov.delivery.admin.workers() == [] or kind == "procrastinate"
    agency.gov.close()
