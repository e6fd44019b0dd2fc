"""`gov-connect portal` and `gov-connect residents`, as an operator runs them against the mocks."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from typer.testing import CliRunner

from gov_connect.adapters.national_portal import NationalPortal
from gov_connect.adapters.national_portal.operations import PutReceipt
from gov_connect.cli._app import app
from gov_connect.mocks import running_mocks
from gov_connect.mocks._person import population
from gov_connect.mocks.portal import PROCEDURES
from gov_connect.model import VIETNAM, Applicant, Dossier, DossierStatus, Procedure

CODE = "H99.201-250804-0019"
PERSON = next(person for person in population(0) if person.number and not person.year_only)
QUERY = {"citizen_id": PERSON.number, "name": PERSON.name, "born": PERSON.birth.isoformat()}
WHO = ("--officer", "cb-01", "--procedure", "1.001193", "--dossier", CODE)


@pytest.fixture(scope="module")
def mocks():
    """The mocks on sockets, so that one command sees what another did."""
    with running_mocks(seed=0) as running:
        yield running


@pytest.fixture
def run(mocks, monkeypatch, tmp_path):
    """Run a command; gives exit code, standard output and error."""
    for name, value in {**mocks.environment, "GOV_CONNECT_DATABASE_URL": f"sqlite:///{tmp_path / 'r.db'}"}.items():
        monkeypatch.setenv(name, value)

    def command(*arguments, stdin=""):
        done = CliRunner().invoke(app, [str(each) for each in arguments], input=stdin)
        return done.exit_code, done.stdout, done.stderr

    return command


@pytest.fixture
def dossier():
    known = PROCEDURES["1.001193"]
    return Dossier(
        code=CODE,
        procedure=Procedure(
            code=known.code, name=known.name, domain_code=known.domain_code, domain_name=known.domain_name
        ),
        applicant=Applicant(name="NGUYỄN THỊ MẪU"),
        status=DossierStatus.ACCEPTED,
        summary="Khai sinh",
        received_at=datetime(2025, 8, 4, 8, 15, tzinfo=VIETNAM),
        unit_name="UBND xã Mẫu",
    )


def test_put_then_find(run, dossier, tmp_path):
    """A dossier from a file or the standard input is inserted once, then updated; `find` exits 1 before."""
    assert run("portal", "find", CODE)[:2] == (1, "Cổng chưa có hồ sơ này\n")
    code, out, _ = run("portal", "put", "-", "--json", stdin=dossier.to_json())
    assert (code, json.loads(out)) == (0, {"dossier": CODE, "inserted": True, "portal_id": ""})
    file = tmp_path / "hoso.json"
    file.write_text("\ufeff" + dossier.to_json(), encoding="utf-8")
    assert run("portal", "put", file)[:2] == (0, f"{CODE}: đã cập nhật\n")
    code, out, _ = run("portal", "find", CODE, "--json")
    assert (code, json.loads(out)) == (0, {"dossier": CODE, "found": True})


@pytest.mark.parametrize("as_json", [False, True])
def test_a_state_that_could_not_be_told_is_a_failure_with_the_id(run, dossier, monkeypatch, as_json):
    """Without the id the next run would make the dossier a second time; machines read the same under `--json`."""

    def put(_portal, given):
        return PutReceipt(dossier=given.code, inserted=True, portal_id="h1", status_told=False)

    monkeypatch.setattr(NationalPortal, "put", put)
    code, out, err = run("portal", "put", "-", *(["--json"] if as_json else []), stdin=dossier.to_json())
    assert (code, "chưa nhận được trạng thái" in err, '"portal_id": "h1"' in err) == (3, True, True)
    if as_json:
        assert json.loads(out) == {"dossier": CODE, "inserted": True, "portal_id": "h1", "status_told": False}
    else:
        assert out == f"{CODE}: đã thêm mới (h1)\n"


def test_what_waits_is_listed_without_the_account(run, mocks):
    """Numbers, procedure and module; no citizen."""
    number = mocks.bundle_platform.file({"nksHoTen": "MẪU"})
    code, out, _ = run("bundles", "pending", "--json")
    (item,) = json.loads(out)["pending"]
    assert (code, item["code"], item["module"], "tech_id" in item) == (0, number, "KS", False)
    assert number in run("bundles", "pending")[1]


def test_the_portal_s_agencies_come_as_csv(run):
    """With the head that reference data reads."""
    assert run("portal", "agencies")[:2] == (0, "code,name,level\nH99.201,Ủy ban nhân dân xã Mẫu,3\n")
    assert json.loads(run("portal", "agencies", "--json")[1])["agencies"][0]["code"] == "H99.201"


LOCAL = "code,status,changed_at,error,sending\nH99.201-250804-0101,5,20250804080000,,\n"
MORE = "H99.201-250804-0102,4,2025-08-04T08:00:00+07:00,system.refused,failed\n"


@pytest.mark.parametrize(
    "portal",
    [
        "code,status\nH99.201-250804-0101,9\n",
        "\ufeffcode;status\r\nH99.201-250804-0101; 9\r\n",
        '[{"code": "H99.201-250804-0101", "status": 9}]',
        '{"code": "H99.201-250804-0101", "status": "9", "submitted_at": "2025-08-04 08:00"}\n\n',
    ],
)
def test_two_lists_are_reconciled_in_three_shapes(run, tmp_path, portal):
    """CSV, a JSON array and JSON lines give the same; exit 1 says that something differs."""
    ours, theirs = tmp_path / "a.csv", tmp_path / "b"
    ours.write_text(LOCAL + MORE, encoding="utf-8")
    theirs.write_text(portal, encoding="utf-8")
    code, out, _ = run("portal", "reconcile", theirs, "--local", ours, "--json")
    report = json.loads(out)
    assert (code, report["counts"], report["equal"]) == (1, {"M10": 1, "M11": 1}, 0)
    assert (
        run("portal", "reconcile", theirs, "--local", ours, "--format", "csv")[1].splitlines()[0].startswith("dossier,")
    )
    assert "M11" in run("portal", "reconcile", theirs, "--local", ours, "--english")[1]


def test_lists_that_agree_exit_0(run, tmp_path):
    """And say so."""
    ours, theirs = tmp_path / "a.csv", tmp_path / "b.csv"
    ours.write_text(LOCAL, encoding="utf-8")
    theirs.write_text("code,status\nH99.201-250804-0101,5\n", encoding="utf-8")
    code, out, _ = run("portal", "reconcile", theirs, "--local", ours)
    assert (code, out.splitlines()[-1]) == (0, "Đơn vị 1 hồ sơ, Cổng 1; khớp 1, lệch 0.")


def test_without_a_list_the_portal_is_asked_for_each(run, dossier, tmp_path):
    """By its other number too; what it does not know is named, what it knows has no status to compare."""
    run("portal", "put", "-", stdin=dossier.to_json())
    ours = tmp_path / "a.csv"
    rows = f"H99.201-250804-0555,4,20250804080000,\nDP-7,4,20250804080000,{CODE}\n"
    ours.write_text("code,status,changed_at,other\n" + rows, encoding="utf-8")
    report = json.loads(run("portal", "reconcile", "--ask", "--local", ours, "--json")[1])
    found = {row["dossier"]: (row["cause"], row["portal_status"]) for row in report["findings"]}
    assert found == {"H99.201-250804-0555": ("unknown", None), "DP-7": ("M7", None)}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("code,status,changed_at\nH99,4,hôm qua\n", "1.changed_at"),
        ("code,status,changed_at\nH99,bốn,20250804080000\n", "1.status"),
        ("code,status,changed_at,ten\nH99,4,20250804080000,x\n", "1.ten"),
        ("code,status\nH99,4\n", "1.changed_at"),
        ("[1]", "1"),
        ('{"code": ', "LocalDossier"),
        ("code,status,changed_at\nH99,4,20250804080000,thừa\n", "1."),
        ('code,status,changed_at\n"H99,4\n', "LocalDossier"),
    ],
)
def test_a_list_that_is_none_names_the_row(run, tmp_path, text, named):
    """Exit 2, and no traceback."""
    ours = tmp_path / "a.csv"
    ours.write_text(text, encoding="utf-8")
    code, _, err = run("portal", "reconcile", ours, "--local", ours)
    assert (code, named in err) == (2, True)


def test_a_look_up_is_masked_unless_told_otherwise(run, mocks):
    """The person comes from the standard input; what is printed is masked; exit 0."""
    stdin = json.dumps(QUERY)
    code, out, err = run("residents", "look-up", *WHO, "--json", stdin=stdin)
    citizen = json.loads(out)["citizen"]
    assert (code, citizen["name"], citizen["citizen_id"]) == (0, "***", "***")
    assert PERSON.number not in out + err
    code, out, _ = run("residents", "look-up", *WHO, stdin=stdin)
    assert (code, PERSON.name in out) == (0, False)
    code, out, _ = run("residents", "look-up", *WHO, "--reveal", stdin=stdin)
    assert (code, f"citizen_id: {PERSON.number}" in out) == (0, True)
    assert json.loads(run("residents", "look-up", *WHO, "--reveal", "--json", stdin=stdin)[1])["citizen"]["name"]


def test_nobody_and_not_verified_exit_1(run, tmp_path):
    """The answer is "no"."""
    file = tmp_path / "q.json"
    file.write_text(json.dumps({**QUERY, "born": "1901-01-01"}), encoding="utf-8")
    code, out, _ = run("residents", "look-up", *WHO, "--file", file, "--json")
    assert (code, json.loads(out)) == (1, {"found": False, "citizen": None})
    assert run("residents", "verify", *WHO, "--file", file)[0] == 1
    code, out, _ = run("residents", "verify", *WHO, "--json", stdin=json.dumps(QUERY))
    assert (code, json.loads(out)) == (0, {"verified": True})


@pytest.mark.parametrize(
    "stdin", ["", "[]", "{}", '{"name": "MẪU BÍ MẬT"}', '{"citizen_id": "12", "name": "x", "born": "y"}']
)
def test_a_question_that_is_none_is_wrong_usage(run, stdin):
    """Exit 2, and nothing of it is shown."""
    code, out, err = run("residents", "look-up", *WHO, "--json", stdin=stdin)
    assert (code, "error" in json.loads(out), "BÍ MẬT" in err) == (2, True, False)


def test_a_system_that_is_down_exits_3(run, monkeypatch):
    """Neither yes nor no."""
    monkeypatch.setenv("GOV_CONNECT_PORTAL__BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("GOV_CONNECT_PORTAL__ATTEMPTS", "1")
    code, out, err = run("portal", "find", CODE, "--json")
    assert (code, json.loads(out)["error"], "gov-connect:" in err) == (3, "network.unreachable", True)


def test_wrong_settings_and_files_exit_2(run, monkeypatch, tmp_path):
    """Settings by name, files by place."""
    assert run("portal", "put", tmp_path / "none.json")[0] == 2
    assert run("portal", "put", "-", stdin="{}")[0] == 2
    assert run("portal", "find", "không phải mã")[0] == 2
    assert run("portal", "reconcile")[0] == 2
    monkeypatch.setenv("GOV_CONNECT_AGENCY", "???")
    code, _, err = run("portal", "find", CODE)
    assert (code, "GOV_CONNECT_AGENCY" in err) == (2, True)


def test_a_refusal_of_the_portal_exits_1(run, dossier):
    """It understood and said no."""
    wrong = dossier.model_copy(update={"procedure": dossier.procedure.model_copy(update={"domain_code": "G99-XX"})})
    code, out, _ = run("portal", "put", "-", "--json", stdin=wrong.to_json())
    assert (code, json.loads(out)["error"]) == (1, "system.refused")
