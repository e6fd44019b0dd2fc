"""Signed packs by settings: one process accepts, every other quotes by what was accepted."""

from __future__ import annotations

import base64
import json
import threading
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from gov_connect import GovConnect, Settings
from gov_connect.cli.fees import app
from gov_connect.errors import ConfigurationError
from gov_connect.fees import FeeBook, FeeItem
from gov_connect.fees.update import sign_manifest, write_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gov_connect.fees import Quote

ASKED = [FeeItem("ht.marital_cert", cases=1)]
DAY = date(2026, 12, 1)
KEYS = {name: Ed25519PrivateKey.generate() for name in ("stc", "stp")}
SIGNERS = {name: {"key": base64.b64encode(key.public_key().public_bytes_raw()).decode()} for name, key in KEYS.items()}
PACK = """
[pack]
name = "25-phu-tho"
version = {version}
scope = "25"
published = 2026-11-20
[[instrument]]
key = "NQ00-2026-PT"
kind = "Nghị quyết"
number = "00/2026/NQ-HĐND"
issuer = "HĐND tỉnh Phú Thọ"
in_force = 2026-12-01
verification = "secondary"
grade = "guess"
source = "an example"
read = 2026-11-20
[[rate]]
id = "pt-marital"
charges = ["ht.marital_cert"]
cite = ["NQ00-2026-PT/1", "Điều 1"]
amount = {amount}
"""


def deliver(folder: Path, amount: int, version: int, signers: tuple[str, ...] = ("stc", "stp")) -> Path:
    """A signed delivery of one province's pack."""
    folder.mkdir(exist_ok=True)
    (folder / "pack.toml").write_text(PACK.format(amount=amount, version=version), encoding="utf-8")
    write_manifest(folder, name="phu-tho", version=version, published=DAY)
    for name in signers:
        sign_manifest(folder, name, KEYS[name].private_bytes_raw())
    return folder


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """Two signers of one province, both needed."""
    return {
        "GOV_CONNECT_FEES__STATE": str(tmp_path / "state"),
        "GOV_CONNECT_FEES__SOURCE": str(tmp_path / "stick"),
        "GOV_CONNECT_FEES__SIGNERS": json.dumps(SIGNERS),
        "GOV_CONNECT_FEES__NEEDED": "2",
        "GOV_CONNECT_FEES__SCOPE": "25",
    }


@pytest.fixture
def surroundings(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's own environment."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def quoted(gov: GovConnect) -> int | None:
    """What the certificate costs there now."""
    quote: Quote = gov.fees.quote(ASKED, on=DAY, area="25")
    return None if quote.total is None else quote.total.dong


def run(*words: str) -> Any:
    """A command's exit code and JSON answer."""
    done = CliRunner().invoke(app, [*words, "--json"])
    return done.exit_code, json.loads(done.stdout) if done.stdout else None


QUOTE = ("quote", "--on", "2026-12-01", "--area", "25", "--item", "ht.marital_cert:cases=1")


@pytest.mark.usefixtures("surroundings")
def test_a_command_accepts_and_every_client_quotes_by_it(tmp_path: Path) -> None:
    """Clients that run already follow at their next question; a quote keeps what it was made by."""
    with GovConnect(Settings()) as gov:
        assert quoted(gov) is None
        before = gov.fees
        assert gov.fees is before
        deliver(tmp_path / "stick", 9000, 1)
        assert run("update") == (0, {"accepted": True, "name": "phu-tho", "version": 1, "differences": []})
        assert quoted(gov) == 9000
        assert before.quote(ASKED, on=DAY, area="25").total is None
        code, shape = run(*QUOTE)
        assert (code, shape["total"]) == (0, 9000)
    with GovConnect(Settings()) as later:
        assert quoted(later) == 9000
    with GovConnect.offline() as without:
        assert quoted(without) is None


@pytest.mark.usefixtures("surroundings")
def test_a_refused_delivery_is_told_and_changes_nothing(tmp_path: Path) -> None:
    """Too few signatures, an older version; a folder that is not there is something else."""
    assert run("update")[0] == 3
    deliver(tmp_path / "one", 9000, 1, ("stc",))
    code, shape = run("update", str(tmp_path / "one"))
    assert (code, shape["accepted"], shape["code"]) == (1, False, "fees.pack.signature")
    assert run("update", str(deliver(tmp_path / "two", 9000, 2)))[0] == 0
    assert run("update", str(deliver(tmp_path / "old", 7000, 1)))[1]["code"] == "fees.pack.rollback"
    assert run(*QUOTE)[1]["total"] == 9000


@pytest.mark.usefixtures("surroundings")
def test_recent_dossiers_show_what_a_delivery_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are priced by both; a file that cannot be read stops the delivery."""
    recent = tmp_path / "recent.json"
    monkeypatch.setenv("GOV_CONNECT_FEES__RECENT", str(recent))
    stick = deliver(tmp_path / "stick", 9000, 1)
    assert run("update", str(stick))[1]["code"] == "fees.pack.shadow"
    row = {"id": "d1", "at": "2026-12-01", "area": "25", "items": [{"charge": "ht.marital_cert", "cases": 1}]}
    recent.write_text(json.dumps([row]), encoding="utf-8")
    (difference,) = run("update", str(stick))[1]["differences"]
    assert (difference["id"], difference["before"]["total"], difference["after"]["total"]) == ("d1", None, 9000)


def test_without_settings_there_is_nothing_to_update() -> None:
    """And quotes go by the packs of the package."""
    assert run("update", "somewhere")[0] == 2
    with GovConnect.offline() as gov:
        assert gov.fees.law is FeeBook.default().law
        assert "fee_packs" not in {job.name for job in gov.delivery.jobs()}


@pytest.mark.usefixtures("surroundings")
def test_a_worker_looks_at_the_source(tmp_path: Path) -> None:
    """Its job takes the delivery over; the next look finds nothing new."""
    deliver(tmp_path / "stick", 9000, 1)
    with GovConnect(Settings()) as gov:
        (job,) = [one for one in gov.delivery.jobs() if one.name == "fee_packs"]
        job.work()
        assert quoted(gov) == 9000
        job.work()
        assert quoted(gov) == 9000


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server that hands out the folder."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("surroundings")
def test_a_delivery_may_lie_behind_an_address(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its signatures; where there is nothing, or nobody, it cannot be read."""
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_: None)
    deliver(tmp_path / "packs", 9000, 1)
    assert run("update", f"{address}/nowhere")[0] == 3
    assert run("update", f"{address}/packs/")[0] == 0
    assert run(*QUOTE)[1]["total"] == 9000
    assert run("update", "http://127.0.0.1:1/packs")[0] == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NEEDED", "3"),
        ("NEEDED", "0"),
        ("SCOPE", "Phú Thọ"),
        ("STATE", ""),
        ("SIGNERS", "{}"),
        ("SIGNERS", '{"stc": {"key": "AAAA"}}'),
        ("SIGNERS", '{"stc": {"key": "không"}}'),
        ("SIGNERS", '{"../stc": {"key": "' + "A" * 43 + '="}}'),
    ],
)
def test_wrong_settings_are_refused_by_name(variables: dict[str, str], name: str, value: str) -> None:
    """More signers than there are, keys that are none, names that lead elsewhere."""
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_mapping({**variables, f"GOV_CONNECT_FEES__{name}": value})
    assert all(one.path.startswith("GOV_CONNECT_FEES") for one in caught.value.problems)


@pytest.mark.usefixtures("surroundings")
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its variable, before anything is priced."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv("GOV_CONNECT_FEES__STATE", str(tmp_path / "file" / "state"))
    with GovConnect(Settings()) as gov, pytest.raises(ConfigurationError) as caught:
        _ = gov.fees
    assert [one.path for one in caught.value.problems] == ["GOV_CONNECT_FEES__STATE"]
    assert run(*QUOTE)[0] == 2
