"""Every example runs, as its reader would run it; those with a framework in `make examples`."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from gov_connect import GovConnect, Settings
from gov_connect.mocks import commune_day, running_mocks
from gov_connect.mocks.core import json_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gov_connect.mocks import RunningMocks

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
SECRET = "bi-mat-cua-cong-0001"
READING = sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*.*") if path.suffix != ".md")


def needs(*packages: str) -> None:
    """Skip, by name, where an example's own packages are not installed; where they must be, fail."""
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        tell = pytest.fail if os.environ.get("GOV_CONNECT_EXAMPLES") == "1" else pytest.skip
        tell(f"{', '.join(missing)} missing here: make examples runs it")


@contextlib.contextmanager
def served(application: str) -> Iterator[httpx.Client]:
    """An ASGI application of the examples under uvicorn, as its page says; a client of it."""
    command = [sys.executable, "-m", "uvicorn", "--port", "0", "--app-dir", EXAMPLES, "--factory", application]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as server:
        assert server.stderr is not None
        log = ""
        while (found := re.search(r"running on (http://\S+)", log)) is None:
            line = server.stderr.readline()
            assert line, log
            log += line
        # What it says further is read too, so that it never waits for a reader.
        reading = threading.Thread(target=server.stderr.read, daemon=True)
        reading.start()
        try:
            with httpx.Client(base_url=found.group(1), timeout=30) as client:
                yield client
        finally:
            server.terminate()
            server.wait(30)
            reading.join(30)


@pytest.fixture
def mocks() -> Iterator[RunningMocks]:
    with running_mocks() as running:
        yield running


@pytest.fixture
def environment(mocks: RunningMocks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The settings of a client of the mocks, in the environment; records in a file."""
    url = f"sqlite:///{(tmp_path / 'desk.db').as_posix()}"
    values = {**mocks.environment, "GOV_CONNECT_DATABASE_URL": url}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return values


@pytest.mark.parametrize("name", READING)
def test_an_example_is_short_enough_to_read(name: str) -> None:
    """At most 120 lines; of a notebook those of its cells."""
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    if name.endswith(".ipynb"):
        text = "".join("".join(cell["source"]) + "\n" for cell in json.loads(text)["cells"])
    assert len(text.splitlines()) <= 120


def test_every_example_stands_in_the_list() -> None:
    """examples/README.md names each file and folder."""
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    there = {path.name for path in EXAMPLES.iterdir() if path.name not in {"README.md", "__pycache__"}}
    assert {name for name in there if f"]({name}" not in text} == set()


def test_the_plain_script_takes_a_dossier_to_its_result(tmp_path: Path) -> None:
    """From reception to the result, told line by line; warnings are errors."""
    command = [sys.executable, "-W", "error", EXAMPLES / "plain_script.py"]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert told["citizen"] == "known"
    assert told["payment"] == "paid"
    assert told["result"].endswith("status 10")
    assert list(tmp_path.iterdir()) == []


def pushed(mocks: RunningMocks) -> tuple[str, str, bytes]:
    """What a citizen submits at the portal: number, path and body of the push."""
    mocks.portal.agency_url = "http://desk.example"
    code = mocks.portal.submit(commune_day(0, 1)[0].to_portal())
    (push,) = mocks.portal.pushes(code)
    return code, push.url.removeprefix(mocks.portal.agency_url), push.body


@pytest.mark.framework
def test_the_fastapi_desk_takes_a_push_and_accepts_it(
    mocks: RunningMocks, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One mounted line takes the push, only with the gateway's secret; one endpoint has the portal told."""
    needs("fastapi")
    code, path, body = pushed(mocks)
    monkeypatch.setenv("DESK_GATEWAY_SECRET", SECRET)
    with served("fastapi_desk:make_app") as desk:
        assert desk.post(path, content=body).status_code == 403
        assert desk.get("/dossiers").json() == []
        for answer in (0, 1):  # taken; the second time a duplicate
            told = json_object(desk.post(path, content=body, headers={"X-Gateway-Key": SECRET}).content)
            assert int(str((told or {})["error_code"])) == answer
        assert [one["code"] for one in desk.get("/dossiers").json()] == [code]
        assert desk.post("/dossiers/H99.201-261120-9999/accept").status_code == 404
        first, again = (desk.post(f"/dossiers/{code}/accept").json() for _ in range(2))
        assert (first["fresh"], again["fresh"], again["event"]) == (True, False, first["event"])
    # Leaving the application stops its worker; the next one goes on with what is left.
    assert delivered(environment) == {"done": 1}
    assert mocks.portal.dossier(code).status == "2"


def delivered(environment: dict[str, str]) -> dict[str, int]:
    """Let a worker finish; how many writes to the portal are in each state."""
    with GovConnect(Settings.from_mapping(environment)) as gov:
        with gov.delivery.distributor():
            while any(one.waiting or one.under_way for one in gov.delivery.status()):
                time.sleep(0.05)
        (portal,) = (one for one in gov.delivery.status() if one.system == "portal")
        counts = {"waiting": portal.waiting, "parked": portal.parked, "done": portal.done}
    return {state: number for state, number in counts.items() if number}


@pytest.mark.framework
def test_the_django_desk_writes_row_and_event_together(
    mocks: RunningMocks, environment: dict[str, str], tmp_path: Path
) -> None:
    """Both rows or none: a number that is taken is refused, and the portal is told nothing of it."""
    needs("django")
    code = "H99.201-261120-0001"
    script = f"""
import json, sys
sys.path.insert(0, {str(EXAMPLES)!r})
import django_desk
from django.test import Client
django_desk.prepare()
django_desk.prepare()  # a second start
desk = Client()
asked = {{"code": {code!r}, "procedure": "2.000815", "applicant": "NGUYỄN THỊ MẪU"}}
first = desk.post("/accept", asked, content_type="application/json")
again = desk.post("/accept", {{**asked, "applicant": "NGƯỜI KHÁC"}}, content_type="application/json")
unknown = desk.post("/accept", {{**asked, "procedure": "9.999999"}}, content_type="application/json")
print(json.dumps([first.status_code, again.status_code, unknown.status_code, desk.get("/standing").json()]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    first, again, unknown, standing = json.loads(done.stdout.splitlines()[-1])
    assert (first, again, unknown) == (201, 409, 404)
    assert standing == {"accepted": 1, "systems": {"portal": {"waiting": 1, "done": 0}}}
    assert delivered(environment) == {"done": 1}
    assert mocks.portal.dossier(code).status == "2"


@pytest.mark.framework
def test_the_notebook_draws_what_it_found() -> None:
    """Every cell runs; the report names its causes, and the chart is a picture."""
    needs("nbclient", "ipykernel", "matplotlib")
    import nbformat  # noqa: PLC0415 - not everywhere
    from nbclient import NotebookClient  # noqa: PLC0415

    notebook = nbformat.read(EXAMPLES / "reconciliation.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert [cell for cell in notebook.cells if cell.get("outputs")] == []
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [one for one in outputs if one.output_type == "error"] == []
    said = "".join(one.text for one in outputs if one.output_type == "stream" and one.name == "stdout")
    assert {"M1", "M2", "M4", "M6", "M8", "M11"} <= {word.rstrip(":") for word in said.split()}
    assert [one for one in outputs if "image/png" in one.get("data", {})]
