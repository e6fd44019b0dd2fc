"""`gov-connect sign` and `verify`: shapes, exit codes, and what they never print."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import typer
from typer.testing import CliRunner

from gov_connect.cli import papers
from gov_connect.cli import sign as commands

app = typer.Typer()
app.command("sign")(commands.sign)
app.command("verify")(commands.verify)
app.command("certificates")(papers.certificates)
app.command("check-copy")(papers.check_copy)


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
    assert shape.keys() == {"verdict", "format", "signatures"}
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
    unsigned = run("verify", "don.xml", *KNOWN, "--json")
    assert (unsigned.exit_code, json.loads(unsigned.stdout)["signatures"]) == (1, [])
    assert unsigned.stderr.startswith("signing.none: ")
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
        ("sign", "don.xml"),
        ("certificates",),
    ],
)
def test_wrong_usage_exits_two(run, args):
    """No roots, unreadable files, unknown words, writing over the original."""
    assert run(*args).exit_code == 2


def test_a_wrong_password_is_refused_without_showing_it(run, monkeypatch):
    """Exit 1, a code, and neither password nor name."""
    monkeypatch.setenv(commands.PASSWORD_VARIABLE, "sai mat khau")
    done = run("sign", "don.xml", "--key", "officer.p12", "--json")
    assert (done.exit_code, json.loads(done.stdout)["error"]) == (1, "signing.key.unreadable")
    assert "sai mat khau" not in done.output
    assert "MẪU" not in done.output


@pytest.fixture
def configured(monkeypatch, tmp_path):
    """The settings of the mocks, in the environment; the timestamp authority is not running."""
    from gov_connect.mocks.core import STORE_KEY  # noqa: PLC0415 - only here
    from gov_connect.mocks.pki import Pki  # noqa: PLC0415
    from gov_connect.mocks.systems import signing_environment  # noqa: PLC0415

    pki = Pki(dt.datetime.now(dt.UTC))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOV_CONNECT_ENVIRONMENT", "test")
    monkeypatch.setenv("GOV_CONNECT_AGENCY", "H99.201")
    monkeypatch.setenv("GOV_CONNECT_STORE_KEY", STORE_KEY)
    for name, value in signing_environment(pki).items():
        monkeypatch.setenv(name, value)
    return pki


def test_settings_serve_where_no_options_are_given(run, desk, configured, monkeypatch):
    """Key, roots and lists from the environment; a timestamp authority that is down exits 3 and writes nothing."""
    assert run("sign", "don.xml").exit_code == 0
    assert run("verify", "don.signed.xml", "--json").exit_code == 0
    (desk / "don.signed.xml").unlink()
    monkeypatch.setenv("GOV_CONNECT_TIMESTAMP__BASE_URL", "http://127.0.0.1:9/tsa")
    monkeypatch.setenv("GOV_CONNECT_TIMESTAMP__ATTEMPTS", "1")
    refused = run("sign", "don.xml", "--json")
    assert (refused.exit_code, json.loads(refused.stdout)["error"]) == (3, "network.unreachable")
    assert not (desk / "don.signed.xml").exists()


def test_mandates_are_asked_on_the_command_line(run, configured, monkeypatch):
    """Without an act, and for an agency without certificates: the rule, its article and the way that is left."""
    monkeypatch.setenv("GOV_CONNECT_SIGNING__MANDATES", "table")
    monkeypatch.setenv("GOV_CONNECT_STORE_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    assert json.loads(run("sign", "don.xml", "--json").stdout)["error"] == "signing.mandate.no_act"
    whole = ("--officer", "cb-01", "--documents", "ct", "--capacity", "TM.")
    refused = run("sign", "don.xml", *whole)
    assert refused.exit_code == 1
    assert "Mẫu 02" in refused.stderr
    assert run("sign", "don.xml", "--officer", "cb-01", "--capacity", "THAY").exit_code == 2


def test_the_digest_of_certificates(run, configured):
    """Those of the settings, or of files; exit 1 when one ends in time."""
    assert run("certificates").exit_code == 0
    soon = run("certificates", "--days", "3660", "--json")
    assert soon.exit_code == 1
    assert json.loads(soon.stdout)[0].keys() == {"serial", "issuer", "ends", "days_left"}
    assert run("certificates", "officer.pem", "--days", "3660").exit_code == 1
    assert run("certificates", "don.txt").exit_code == 2


def test_a_digitised_copy_is_checked(run, desk, pdf):
    """A page without a scan is not fit; what is no PDF is said to be none."""
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    (desk / "sao.pdf").write_bytes(pdf)
    done = run("check-copy", "sao.pdf", "--json")
    assert (done.exit_code, json.loads(done.stdout)["fit"]) == (1, False)
    assert run("check-copy", "don.txt").exit_code == 1
    assert run("check-copy", "absent.pdf").exit_code == 2


@pytest.mark.parametrize("name", ["verify", "check-copy", "certificates"])
@pytest.mark.parametrize(
    "garbage", [b"", b"\0" * 5000, b"%PDF-1.7 nonsense", b"<a", b"0\x82\xff\xff", bytes(range(256)) * 40]
)
def test_garbage_ends_in_an_answer(run, desk, name, garbage):
    """Whatever the file is: an exit code of the table, never a traceback."""
    (desk / "rac.bin").write_bytes(garbage)
    done = run(name, "rac.bin", *(KNOWN if name == "verify" else ()))
    assert done.exit_code in {1, 2}
    assert done.exception is None or isinstance(done.exception, SystemExit)
