"""`gov-connect payments`: codes, addresses, notices, statements."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from gov_connect.adapters.vietqr import decode
from gov_connect.adapters.vnpay import wire
from gov_connect.cli.payments import app

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "VNPAYDEMOSECRET0123456789ABCDEFG"
ENVIRONMENT = {
    "GOV_CONNECT_VNPAY__BASE_URL": "https://vnpay.example",
    "GOV_CONNECT_VNPAY__TMN_CODE": "DEMO0001",
    "GOV_CONNECT_VNPAY__HASH_SECRET": SECRET,
    "GOV_CONNECT_VNPAY__RETURN_URL": "https://motcua.example/return",
}
CODE = ["vietqr", "--bin", "970436", "--account", "0000000000001"]


def test_a_note_that_does_not_fit_is_refused_and_not_cut() -> None:
    """What would be cut may be the number of the dossier."""
    fits = shape(*CODE, "--note", "Phí H99.201-250804-0019")
    assert decode(fits["payload"]).purpose == "Phi H99.201-250804-0019"
    assert run(*CODE, "--note", "Phí trích lục H99.201-250804-0019", "--json").exit_code != 0


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


def shape(*arguments: str, code: int = 0) -> Any:
    done = run(*arguments, "--json")
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def test_a_code_is_the_vector() -> None:
    """The note loses its marks; the bank is named."""
    made = shape(*CODE, "--amount", "25000", "--note", "HS0001 LE PHI")
    assert made["payload"].endswith("62170813HS0001 LE PHI6304E753")
    assert (made["bank"], made["reached"], made["png"]) == ("VCB", True, None)
    assert decode(run(*CODE, "--note", "Lệ phí").stdout.strip()).purpose == "Le phi"


@pytest.mark.parametrize("wrong", [["--amount", "0"], ["--amount", "-5"], ["--account", "1 2"], ["--bin", "97"]])
def test_a_wrong_code_is_refused(wrong: list[str]) -> None:
    """Exit 2, and the reason in Vietnamese."""
    done = run(*CODE, *wrong)
    assert done.exit_code == 2
    assert "chưa hợp lệ" in done.stderr


def test_an_address_is_signed() -> None:
    """Its hash is that of its own parameters."""
    made = shape("vnpay-url", "--reference", "HS1", "--amount", "25000", "--note", "Lệ phí", "--ip", "203.0.113.9")
    parameters = {key: values[0] for key, values in parse_qs(urlsplit(made["url"]).query).items()}
    assert parameters["vnp_SecureHash"] == wire.sign(wire.canonical(parameters), SECRET)
    assert (parameters["vnp_Amount"], parameters["vnp_OrderInfo"], parameters["vnp_IpAddr"]) == (
        "2500000",
        "Le phi",
        "203.0.113.9",
    )
    assert parameters["vnp_ExpireDate"] == made["expires"]
    for wrong in (["--reference", "a b"], ["--note", "—"], ["--ip", "x"], ["--amount", "99999999999999"]):
        assert run("vnpay-url", "--reference", "H", "--amount", "1", "--note", "n", *wrong).exit_code == 2


def test_an_address_needs_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is named by its variable."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GOV_CONNECT_ENVIRONMENT", "test")
    monkeypatch.setenv("GOV_CONNECT_AGENCY", "H99.201")
    done = run("vnpay-url", "--reference", "H", "--amount", "1", "--note", "n")
    assert done.exit_code == 2
    assert "GOV_CONNECT_VNPAY" in done.stderr


def test_a_notice_is_judged(tmp_path: Path) -> None:
    """Genuine is 0, everything else 1; a whole address is as good as its query string."""
    pairs = "vnp_Amount=2500000&vnp_ResponseCode=00&vnp_TmnCode=DEMO0001&vnp_TransactionStatus=00&vnp_TxnRef=HS1"
    good = f"{pairs}&vnp_SecureHash={wire.sign(pairs, SECRET)}"
    file = tmp_path / "notice.txt"
    for text in (good, f"https://motcua.example/ipn?{good}\n"):
        file.write_text(text)
        told = shape("verify-notice", str(file))
        assert (told["genuine"], told["reference"], told["state"], told["amount"]) == (True, "HS1", "paid", 25_000)
    file.write_text(good.replace("2500000", "2500100"))
    assert shape("verify-notice", str(file), code=1)["reason"] == "bad_hash"
    file.write_text("{}")
    assert shape("verify-notice", str(file), "--system", "national_payment", code=1)["reason"] == "not_json"
    for wrong in ("cash", "portal", "nobody"):
        assert run("verify-notice", str(file), "--system", wrong).exit_code == 2
    assert run("verify-notice", str(tmp_path / "none")).exit_code == 2


def test_a_statement_is_compared(tmp_path: Path) -> None:
    """Nothing here and something there is a difference: exit 1; an empty one agrees."""
    file = tmp_path / "statement.txt"
    file.write_text("MaThamChieu|SoTien\nHS1|5000\n")
    told = shape("reconcile", str(file), "--apply", code=1)
    assert told["unknown_here"] == [{"reference": "HS1", "here": None, "there": 5000, "transaction": ""}]
    assert told["refused"] == {"HS1": "unknown_order"}
    file.write_text("MaThamChieu|SoTien\n")
    assert shape("reconcile", str(file), "--from", "2026-01-01")["agrees"]
    assert run("reconcile", str(file), "--from", "yesterday").exit_code == 2
    file.write_text("nothing")
    assert run("reconcile", str(file)).exit_code == 2
