"""`gov-connect sign` and `verify`: shapes, exit codes, and what they never print."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from gov_connect.cli import sign as commands

app = typer.Typer()
app.command("sign")(commands.sign)
app.command("verify")(commands.verify)


@pytest.fixture
def desk(tmp_path, pki, xml, monkeypatch):
    """Files on disk: a document, keys, roots, lists; the commands sign on the tests' day."""
    from gov_connect.signing import service  # noqa: PLC0415 - only its clock is changed

    real = service.Signing

    class Dated(real):
        def __init__(self, *args, **kwargs):
            kwargs.setdefault("now", lambda: __import__("signing_pki").NOW)
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(service, "Signing", Dated)
    monkeypatch.setenv(commands.PASSWORD_VARIABLE, "mat khau")
    files = {
        "don.xml": xml,
        "don.txt": b"don",
        "officer.p12": pki.officer.p12(b"mat khau"),
        "officer.key": pki.officer.key_pem,
        "officer.pem": pki.officer.pem + pki.official_ca.pem,
        "root.pem": pki.official_root.pem,
        "other.pem": pki.public_root.pem,
        "root.crl": pki.crl(pki.official_root),
        "ca.crl": pki.crl(pki.official_ca),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.fixture
def run(desk):
    """Run a command inside the desk; names of files become paths."""

    def start(*args):
        named = [str(desk / arg) if (desk / arg).suffix else arg for arg in args]
        return CliRunner().invoke(app, named)

    return start


KNOWN = ("--official", "root.pem", "--crl", "root.crl", "--crl", "ca.crl", "--at", "2026-11-20T10:00:00+07:00")


def test_a_file_is_signed_and_found_valid(run, desk):
    """XML: a new file beside the old one; the JSON has the documented shape."""
    assert run("sign", "don.xml", "--key", "officer.p12").exit_code == 0
    done = run("verify", "don.signed.xml", *KNOWN, "--json")
    assert done.exit_code == 0
    shape = json.loads(done.stdout)
    assert {"verdict", "format", "signatures"} <= shape.keys()
    assert (shape["verdict"], shape["format"]) == ("valid", "xml")
    (one,) = shape["signatures"]
    assert one.keys() == {"signer", "serial", "time", "covers_all", "reasons"}
    assert (one["signer"], one["covers_all"]) == ("NGUYỄN VĂN MẪU", True)
    assert all(reason.keys() == {"code", "vi", "en"} for reason in one["reasons"])


def test_any_other_file_gets_a_detached_signature(run, desk):
    """`FILE.p7s`, verified with --content; by a PEM key too."""
    signed = run("sign", "don.txt", "--key", "officer.key", "--certificate", "officer.pem", "--json")
    assert json.loads(signed.stdout)["format"] == "cms"
    assert run("verify", "don.txt.p7s", "--content", "don.txt", *KNOWN).exit_code == 0
    (desk / "don.txt").write_bytes(b"khac")
    refused = run("verify", "don.txt.p7s", "--content", "don.txt", *KNOWN)
    assert refused.exit_code == 1
    assert "đã bị thay đổi" in refused.stdout


def test_invalid_and_open_answers_exit_one(run, desk):
    """Unsigned, of another root, with nothing known about revocation; the laxer mode says so."""
    assert run("verify", "don.xml", *KNOWN).exit_code == 1
    run("sign", "don.xml", "--key", "officer.p12")
    day = ("--at", "2026-11-20T10:00:00+07:00")
    assert run("verify", "don.signed.xml", "--public", "other.pem", *day, "--when-known").exit_code == 1
    opened = run("verify", "don.signed.xml", "--official", "root.pem", *day, "--json")
    assert (opened.exit_code, json.loads(opened.stdout)["verdict"]) == (1, "not_determined")
    assert run("verify", "don.signed.xml", "--official", "root.pem", *day, "--when-known", "--english").exit_code == 0


@pytest.mark.parametrize(
    "args",
    [
        ("verify", "don.xml"),
        ("verify", "don.xml", "--official", "don.txt"),
        ("verify", "don.xml", "--official", "absent.pem"),
        ("verify", "don.xml", *KNOWN, "--crl", "don.txt"),
        ("verify", "don.xml", *KNOWN, "--act", "nonsense"),
        ("verify", "don.xml", "--official", "root.pem", "--at", "yesterday"),
        ("verify", "absent.xml", *KNOWN),
        ("sign", "don.xml", "--key", "officer.p12", "--act", "nonsense"),
        ("sign", "don.xml", "--key", "officer.p12", "--out", "don.xml"),
        ("sign", "don.xml", "--key", "absent.p12"),
    ],
)
def test_wrong_usage_exits_two(run, args):
    """No roots, unreadable files, unknown words, writing over the original."""
    assert run(*args).exit_code == 2


def test_a_wrong_password_is_refused_without_showing_it(run, monkeypatch):
    """Exit 1, a code, and neither password nor name."""
    monkeypatch.setenv(commands.PASSWORD_VARIABLE, "sai mat khau")
    done = run("sign", "don.xml", "--key", "officer.p12", "--json")
    assert (done.exit_code, json.loads(done.stdout)["code"]) == (1, "signing.key.unreadable")
    assert "sai mat khau" not in done.output
    assert "MẪU" not in done.output
