"""Secrets come from files and systemd too, show nowhere, and say when others can read them."""

from __future__ import annotations

import base64
import json
import os

import pytest
from typer.testing import CliRunner

from gov_connect import Settings
from gov_connect.cli._app import app
from gov_connect.errors import ConfigurationError
from gov_connect.settings.hosts import matches, origins_in
from gov_connect.settings.secrets import open_to_others, secret_variables

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(32)).decode()
PASSWORD = "MAT-KHAU-MAU-1"
PORTAL = {
    "BASE_URL": "https://adapter.tinh.example",
    "USERNAME": "u",
    "PASSWORD": "p",
    "SHARE_ENDPOINT": "s",
    "INTEGRATION_ENDPOINT": "i",
}


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    for name in list(os.environ):
        if name.startswith("GOV_CONNECT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GOV_CONNECT_ENVIRONMENT", "test")
    monkeypatch.setenv("GOV_CONNECT_AGENCY", "H99.201")


def test_every_secret_field_is_known_by_its_variable():
    """Of nested settings and of gateways too."""
    names = set(secret_variables(Settings))
    assert {
        "GOV_CONNECT_STORE_KEY",
        "GOV_CONNECT_AUDIT_KEY",
        "GOV_CONNECT_DATABASE_URL",
        "GOV_CONNECT_PORTAL__PASSWORD",
        "GOV_CONNECT_PORTAL__NEWER__CLIENT_SECRET",
        "GOV_CONNECT_RESIDENTS__SECRET",
        "GOV_CONNECT_RESIDENTS__API_KEY",
        "GOV_CONNECT_VNPAY__HASH_SECRET",
    } <= names
    assert "GOV_CONNECT_PORTAL__CA" not in names


def test_a_secret_in_a_file_is_read(monkeypatch, tmp_path):
    """Without the line's end; nested ones too; the variable itself comes first."""
    (tmp_path / "key").write_text(KEY + "\n")
    (tmp_path / "password").write_text(PASSWORD + "\n")
    monkeypatch.setenv("GOV_CONNECT_STORE_KEY_FILE", str(tmp_path / "key"))
    for name in PORTAL.keys() - {"PASSWORD"}:
        monkeypatch.setenv(f"GOV_CONNECT_PORTAL__{name}", PORTAL[name])
    monkeypatch.setenv("GOV_CONNECT_PORTAL__PASSWORD_FILE", str(tmp_path / "password"))
    settings = Settings()
    assert settings.store_key.get_secret_value() == KEY
    assert settings.portal.password.get_secret_value() == PASSWORD
    assert PASSWORD not in repr(settings)
    monkeypatch.setenv("GOV_CONNECT_STORE_KEY", OTHER)
    assert Settings().store_key.get_secret_value() == OTHER


def test_systemd_credentials_are_read(monkeypatch, tmp_path):
    """What LoadCredential= puts there, in either case."""
    (tmp_path / "gov_connect_store_key").write_text(KEY)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert Settings().store_key.get_secret_value() == KEY


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"x" * 70_000])
def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path, content):
    """By its variable, not by its content."""
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("GOV_CONNECT_STORE_KEY_FILE", str(path))
    with pytest.raises(ConfigurationError) as caught:
        Settings()
    assert [(one.path, one.code) for one in caught.value.problems] == [
        ("GOV_CONNECT_STORE_KEY_FILE", "settings.unreadable_file")
    ]


def test_a_file_variable_of_what_is_no_secret_is_unknown(monkeypatch):
    """A misspelled name is not ignored."""
    monkeypatch.setenv("GOV_CONNECT_AGENCY_FILE", "x")
    with pytest.raises(ConfigurationError):
        Settings()


def explain(*more):
    done = CliRunner().invoke(app, ["config", "explain", *more])
    return done.exit_code, done.output


def test_explain_shows_origins_and_no_secret(monkeypatch, tmp_path):
    """Environment, file, default; passwords inside addresses too."""
    key = tmp_path / "key"
    key.write_text(KEY)
    key.chmod(0o600)
    monkeypatch.setenv("GOV_CONNECT_STORE_KEY_FILE", str(key))
    monkeypatch.setenv("GOV_CONNECT_DATABASE_URL", f"postgresql://mau:{PASSWORD}@db.example/gov")
    monkeypatch.setenv("GOV_CONNECT_VENDORS", json.dumps({"x": {"secret": PASSWORD}}))
    code, text = explain("--json")
    rows = {row["variable"]: row for row in json.loads(text)["settings"]}
    assert code == 0
    assert rows["GOV_CONNECT_STORE_KEY"]["origin"] == f"GOV_CONNECT_STORE_KEY_FILE: {key}"
    assert rows["GOV_CONNECT_DATABASE_URL"]["value"] == "postgresql://***@db.example/gov"
    assert rows["GOV_CONNECT_AGENCY"] == {
        "variable": "GOV_CONNECT_AGENCY",
        "value": "H99.201",
        "origin": "environment",
        "open_to_others": False,
    }
    assert "GOV_CONNECT_AGENCY_NAME" not in rows
    assert "[default]" in explain("--all")[1]
    for shown in (text, explain("--all")[1]):
        assert not [one for one in (KEY, PASSWORD) if one in shown]


@pytest.mark.skipif(os.name != "posix", reason="modes tell nothing here")
def test_a_file_open_to_others_is_reported(monkeypatch, tmp_path):
    """Exit 1, by name."""
    key = tmp_path / "key"
    key.write_text(KEY)
    key.chmod(0o644)
    monkeypatch.setenv("GOV_CONNECT_STORE_KEY_FILE", str(key))
    code, text = explain("--english")
    assert (code, "others can read this file" in text) == (1, True)
    assert open_to_others(key)
    assert not open_to_others(tmp_path / "missing")


def test_a_signing_key_open_to_others_is_reported(monkeypatch, tmp_path):
    """Its place hides itself like every secret; that others can read it is said."""
    key = tmp_path / "officer.key"
    key.write_text("x")
    key.chmod(0o644)
    given = {"ENVIRONMENT": "test", "AGENCY": "H99", "STORE_KEY": KEY, "DATABASE_URL": "sqlite:///:memory:"}
    given |= {"SIGNING__PERSONAL__FILE": str(key), "SIGNING__PERSONAL__CERTIFICATE": "x"}
    for name, value in given.items():
        monkeypatch.setenv(f"GOV_CONNECT_{name}", value)
    done = CliRunner().invoke(app, ["config", "explain", "--json"])
    rows = {row["variable"]: row for row in json.loads(done.output)["settings"]}
    assert done.exit_code == 1
    assert rows["GOV_CONNECT_SIGNING__PERSONAL__FILE"]["open_to_others"]
    assert rows["GOV_CONNECT_SIGNING__PERSONAL__FILE"]["value"] == "***"
    key.chmod(0o600)
    assert CliRunner().invoke(app, ["config", "explain"]).exit_code == 0


def test_explain_says_what_is_wrong(monkeypatch):
    """Instead of stopping at it."""
    monkeypatch.setenv("GOV_CONNECT_NONSENSE", "1")
    code, text = explain("--json")
    assert code == 1
    assert "GOV_CONNECT_NONSENSE" in json.loads(text)["problems"][0]


@pytest.mark.parametrize(
    ("environment", "hosts", "url", "code"),
    [
        ("test", "*.tinh.example", PORTAL["BASE_URL"], "settings.production_host"),
        ("offline", "adapter.tinh.example", PORTAL["BASE_URL"], "settings.production_host"),
        ("test", "", "https://gwsca.vnpt.vn", "settings.production_host"),
        ("test", "", "https://vnpayment.vn", "settings.production_host"),
        ("test", "", "https://api.dichvucong.gov.vn", "settings.production_host"),
        ("test", "thu.tinh.gov.vn", "https://thu.tinh.gov.vn", "settings.production_host"),
        ("test", "", "https://thu.tinh.gov.vn", None),
        ("test", "kho.example.vn:443", PORTAL["BASE_URL"], "value.invalid"),
        ("test", "https://kho.example.vn", PORTAL["BASE_URL"], "value.invalid"),
        ("test", ".kho.example.vn", PORTAL["BASE_URL"], "value.invalid"),
        ("production", "other.example", PORTAL["BASE_URL"], "settings.not_production_host"),
        ("production", "*.tinh.example, other.example", PORTAL["BASE_URL"], None),
        ("test", "other.example", PORTAL["BASE_URL"], None),
    ],
)
def test_production_hosts_are_for_production_alone(monkeypatch, environment, hosts, url, code):
    """A test system that was given a real address does not start."""
    for name, value in {**PORTAL, "BASE_URL": url}.items():
        monkeypatch.setenv(f"GOV_CONNECT_PORTAL__{name}", value)
    monkeypatch.setenv("GOV_CONNECT_ENVIRONMENT", environment)
    monkeypatch.setenv("GOV_CONNECT_STORE_KEY", KEY)
    monkeypatch.setenv("GOV_CONNECT_PRODUCTION_HOSTS", hosts)
    monkeypatch.setenv("GOV_CONNECT_TEST_HOSTS", "thu.tinh.gov.vn")
    if code is None:
        assert Settings().portal is not None
        return
    with pytest.raises(ConfigurationError) as caught:
        Settings()
    assert [one.code for one in caught.value.problems] == [code]


def test_a_vendor_s_addresses_count_too(monkeypatch):
    """At any depth of its table; and its adapter talks to them alone."""
    given = {"lgsp_mau": {"base_url": "https://ok.example", "login": {"token_url": "https://api.that.example/t"}}}
    base = {
        "GOV_CONNECT_ENVIRONMENT": "test",
        "GOV_CONNECT_AGENCY": "H99",
        "GOV_CONNECT_PRODUCTION_HOSTS": "*.that.example",
    }
    for name, value in {**base, "GOV_CONNECT_VENDORS": json.dumps(given)}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        Settings()
    assert [one.code for one in caught.value.problems] == ["settings.production_host"]
    assert origins_in(given["lgsp_mau"]) == {"https://ok.example", "https://api.that.example"}
    assert origins_in({"base_url": "https://[x", "note_url": 7}) == set()
    nodes = {"endpoint": "HTTPS://A.example/x", "urls": ["http://b.example", {"any": "https://c.example:8/"}]}
    assert origins_in(nodes) == {"https://a.example", "http://b.example", "https://c.example:8"}


def test_a_pattern_means_what_lies_below():
    """Not what merely ends alike."""
    assert matches("A.Tinh.example.", ["*.tinh.example"])
    assert not matches("tinh.example", ["*.tinh.example"])
    assert not matches("eviltinh.example", ["*.tinh.example"])


@pytest.mark.parametrize(
    "address",
    ["postgresql://u:CANARY@h/d", "postgresql://u:CAN:ARY@h:1/d?x=1", "postgresql://h/d?user=u&password=CANARY&x=1"],
)
def test_no_dump_of_the_settings_shows_a_password(address):
    """Nor repr nor str; the address itself stays what it is."""
    made = Settings(environment="test", agency="H99.201", database_url=address, vendors={"x": {"password": "CANARY"}})
    assert made.database_url == address
    for shown in (repr(made), str(made), made.model_dump_json(), str(made.model_dump())):
        assert "CANARY" not in shown
        assert "ARY@" not in shown
