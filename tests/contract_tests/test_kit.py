"""The contract kit: levels, waivers, safety, reports; and that it leaves everybody else's pytest alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies
from lxml import etree
from typer.testing import CliRunner

from gov_connect.cli._app import app
from gov_connect.contract_tests import Capabilities, Level, Selection, desk, run
from gov_connect.contract_tests import capabilities as declared
from gov_connect.contract_tests.levels import verdict
from gov_connect.contract_tests.masking import masked_body, masked_headers, masked_url, shape
from gov_connect.contract_tests.rules import requirements
from gov_connect.contract_tests.wires import WIRES
from gov_connect.errors import ConfigurationError
from gov_connect.mocks._person import population
from gov_connect.mocks.core import vietnam_now
from gov_connect.mocks.portal import PortalMock
from gov_connect.mocks.residents import ResidentsMock
from gov_connect.mocks.server import running_system

PORTAL = "portal/2020"
STALE = "residents/037:stale_stamp_is_refused"
TWICE = f"{PORTAL}:insert_twice_is_refused"


def levels(outcome):
    """Level of each test."""
    return {result.test: result.level for result in outcome.results}


def forgetful(now):
    """A portal that takes a second insert."""
    mock = PortalMock(now=now, generation=2)
    usual = mock.handle

    def handle(request):
        mock._dossiers.clear() if b'"False"' in request.body else None
        return usual(request)

    mock.handle = handle
    return mock


@pytest.fixture
def foreign(monkeypatch):
    """Somebody's portal, with our credentials in the environment."""
    mock = WIRES[PORTAL].mock(vietnam_now)
    with running_system(mock) as base_url:
        for name, value in WIRES[PORTAL].variables(base_url).items():
            monkeypatch.setenv(f"GOV_CONNECT_{name}", value)
        monkeypatch.setenv("GOV_CONNECT_AGENCY", "H99.201")
        yield base_url, mock


class Told(Capabilities):
    """A portal whose procedure is known."""

    known = {"procedure": "1.001193"}  # noqa: RUF012 - as a vendor writes it
    wrong_credentials = True


@pytest.fixture(scope="module")
def whole():
    """Everything, in this process."""
    return run(Selection())


@pytest.mark.parametrize("target", ["fake", "mock"])
def test_everything_is_kept_by_our_own_mocks(target, whole):
    """Both directions, all wires: no failure, no warning, nothing left out."""
    outcome = whole if target == "fake" else run(Selection(target=target))
    assert {result.test: result.found_en for result in outcome.results if result.level is not Level.PASS} == {}
    assert {result.wire for result in outcome.results} == set(WIRES)
    assert {result.subject for result in outcome.results} == {"system", "client"}


def test_every_requirement_is_proven_by_a_test(whole):
    """What is listed is cited by a suite or by the adapters' contract."""
    cited = {name for result in whole.results for name in result.requirements}
    unused = {name for name in requirements() if not name.startswith("operations.md")} - cited
    assert unused == set()


def test_one_test_can_be_run_alone():
    """By its id; one that does not exist is wrong usage: it would be a run that tests nothing."""
    outcome = run(Selection(wires=(PORTAL,), tests=(TWICE,)))
    assert [result.test for result in outcome.results] == [TWICE]
    with pytest.raises(ConfigurationError):
        run(Selection(wires=(PORTAL,), tests=("portal/2020:nothing",)))


def test_an_inferred_fact_fails_nobody():
    """A guess that does not hold is for review; the run passes."""
    mock = {"residents/037": lambda now: ResidentsMock(now=now, skew=timedelta(days=999))}
    outcome = run(Selection(wires=("residents",), subject="system", mocks=mock))
    assert levels(outcome)[STALE] is Level.REVIEW
    assert outcome.passed


def test_a_waiver_is_shown_and_excuses(tmp_path):
    """A waived failure stays FAIL in the report, and does not count; after its day it counts."""
    file = tmp_path / "waivers.toml"
    row = f'[[waiver]]\ntest = "{TWICE}"\nreason = "sửa trong bản 3.2"\n'
    for until, excused in ((date.max, True), (date(2020, 1, 1), False)):
        file.write_text(f"{row}until = {until}\n", encoding="utf-8")
        selection = Selection(wires=(PORTAL,), subject="system", waivers=file, mocks={PORTAL: forgetful})
        outcome = run(selection)
        broken = {result.test: result for result in outcome.results if result.level is Level.FAIL}
        assert TWICE in broken
        assert (broken[TWICE].waiver is not None) is excused
        assert broken[TWICE].counts_against is not excused


def test_one_parameter_of_a_test_can_be_waived(tmp_path):
    """The id of a waiver may end in the parameter, as the report shows it."""
    file = tmp_path / "waivers.toml"
    name = f"{PORTAL}:moment_that_does_not_exist_is_refused[20/11/2026]"
    file.write_text(f'[[waiver]]\ntest = "{name}"\nreason = "cũ rồi"\n', encoding="utf-8")
    assert levels(run(Selection(wires=(PORTAL,), subject="system", waivers=file)))[name] is Level.WARNING


def test_a_folder_for_reports_that_cannot_be_is_told_first(tmp_path):
    """A file in the way is wrong usage, before anything is tested."""
    (tmp_path / "out").write_text("in the way", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        run(Selection(wires=("vnpay",), reports=tmp_path / "out"))


def test_a_production_token_server_is_refused_too(monkeypatch):
    """The target is a test host; the address where the client gets its token is not."""
    for name, value in WIRES["civil_registry/G1"].variables("https://test.example").items():
        monkeypatch.setenv(f"GOV_CONNECT_{name}", value)
    monkeypatch.setenv("GOV_CONNECT_AGENCY", "H99.201")
    monkeypatch.setenv("GOV_CONNECT_CIVIL_REGISTRY__TOKEN_URL", "https://hotich.moj.gov.vn/token")
    with pytest.raises(ConfigurationError) as caught:
        run(Selection(target="https://test.example", wires=("civil_registry/G1",), subject="system"))
    assert "production" in caught.value.text("en")


def test_a_waiver_that_is_not_needed_is_told(tmp_path):
    """A passing test with a waiver becomes a warning."""
    file = tmp_path / "waivers.toml"
    file.write_text(f'[[waiver]]\ntest = "{TWICE}"\nreason = "cũ rồi"\n', encoding="utf-8")
    outcome = run(Selection(wires=(PORTAL,), subject="system", waivers=file))
    assert levels(outcome)[TWICE] is Level.WARNING
    assert outcome.passed


@pytest.mark.parametrize(
    "text", ['[[waiver]]\ntest = "portal/2020:x"\n', '[[waiver]]\ntest="x"\nreason="vì sao"', "[[", "other = 1"]
)
def test_an_unexplained_waiver_waives_nothing(tmp_path, text):
    """A file with an entry that is not whole is refused."""
    file = tmp_path / "waivers.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        run(Selection(wires=(PORTAL,), waivers=file))


@pytest.mark.parametrize(
    "changes",
    [
        {"target": "https://dichvucong.gov.vn", "wires": (PORTAL,), "subject": "system"},
        {"target": "https://DichVuCong.GOV.vn.", "wires": (PORTAL,), "subject": "system"},
        {"target": "https://pay.vnpay.vn", "wires": ("vnpay",), "subject": "system"},
        {"target": "https://api.meinvoice.vn", "wires": ("vnpay",), "subject": "system"},
        {"target": "https://kho.example.vn", "wires": ("vnpay",), "subject": "system"},
        {"target": "ftp://test.example", "wires": (PORTAL,), "subject": "system"},
        {"target": "test.example", "wires": (PORTAL,), "subject": "system"},
        {"target": "https://test.example", "subject": "system"},
        {"target": "https://test.example", "wires": ("portal",), "subject": "system"},
        {"target": "https://test.example", "wires": (PORTAL,)},
        {"wires": ("portal/1999",)},
        {"client": "true"},
    ],
)
def test_what_makes_no_sense_or_is_production_is_refused(monkeypatch, changes):
    """Nothing is sent: production hosts, unknown targets and wires, several wires at one address."""
    monkeypatch.setenv("GOV_CONNECT_PRODUCTION_HOSTS", "kho.example.vn")
    with pytest.raises(ConfigurationError):
        run(Selection(**changes))


def test_every_wire_is_judged_in_both_directions():
    """No suite of a system without one of a client, and no suite without a wire."""
    suites = Path(desk.__file__).parent / "suites"
    written = {path.stem for path in suites.glob("test_*.py")}
    assert written == {f"test_{kind}{wire.suite}" for wire in WIRES.values() for kind in ("", "client_")}


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--waivers", "khong-co.toml"), "--waivers khong-co.toml"),
        (("--capabilities", "khong.co:Lop"), "--capabilities khong.co:Lop"),
        (("--report", f"{__file__}/out"), "--report"),
        (("--target", "ftp://thu.example", "--wire", "vnpay"), "--target"),
        (("--target", "https://thu.example"), "--wire"),
        (("--client", "true"), "--wire"),
        (("--wire", "vnpay", "--test", "vnpay/2.1.0:khong_co"), "--test vnpay/2.1.0:khong_co"),
        (("--wire", "vnpay", "--client", "khong-co-lenh"), "--client"),
    ],
)
def test_a_wrong_option_is_told_by_its_name(options, named):
    """Exit code 2, the option's own name, and a remedy that speaks of options, not of settings."""
    done = CliRunner().invoke(app, ["contract-tests", *options])
    said = done.output + done.stderr
    assert done.exit_code == 2
    assert named in said
    assert "--help" in said
    assert "GOV_CONNECT_" not in said
    assert "biến môi trường" not in said


def test_production_in_the_environment_is_told_by_its_variable(monkeypatch):
    """Here the environment is what is wrong, not the target."""
    monkeypatch.setenv("GOV_CONNECT_ENVIRONMENT", "production")
    done = CliRunner().invoke(app, ["contract-tests", "--target", "https://thu.example", "--wire", "vnpay"])
    assert done.exit_code == 2
    assert "GOV_CONNECT_ENVIRONMENT" in done.output + done.stderr


def test_production_settings_are_refused(monkeypatch):
    """An environment that is set to production is not tested against, whatever the host."""
    monkeypatch.setenv("GOV_CONNECT_ENVIRONMENT", "production")
    with pytest.raises(ConfigurationError):
        run(Selection(target="https://test.example", wires=(PORTAL,), subject="system"))


def test_a_named_test_host_is_allowed():
    """A host under .gov.vn passes once it is named; then its settings are asked for."""
    selection = Selection(target="https://thu.gov.vn", wires=(PORTAL,), subject="system", test_hosts=("thu.gov.vn",))
    selection.check()


def test_a_foreign_system_is_only_read(foreign):
    """Without permission nothing is written, and the tests that would are skipped."""
    base_url, mock = foreign
    outcome = run(Selection(target=base_url, wires=(PORTAL,), subject="system", capabilities=Told()))
    found = levels(outcome)
    assert outcome.passed
    assert found[TWICE] is Level.SKIP
    assert found[f"{PORTAL}:push_can_be_read_and_is_repeated_until_taken"] is Level.OMIT
    assert found[f"{PORTAL}:procedure_has_its_domain"] is Level.PASS
    assert found[f"{PORTAL}:wrong_password_is_refused"] is Level.PASS
    assert mock.state()["dossiers"] == {}


def test_a_foreign_system_is_written_to_when_that_is_allowed(foreign):
    """With permission the same tests run; a second run under another seed meets no leftovers."""
    base_url, mock = foreign
    for seed in (1, 2):
        outcome = run(
            Selection(
                target=base_url, wires=(PORTAL,), subject="system", capabilities=Told(), allow_writes=True, seed=seed
            )
        )
        assert levels(outcome)[TWICE] is Level.PASS
        assert outcome.passed
    assert mock.state()["dossiers"]


def test_what_nobody_told_is_left_out(foreign):
    """Without the known procedure the tests that need it do not apply."""
    base_url, _ = foreign
    found = levels(run(Selection(target=base_url, wires=(PORTAL,), subject="system")))
    assert found[f"{PORTAL}:procedure_has_its_domain"] is Level.OMIT
    assert found[f"{PORTAL}:wrong_password_is_refused"] is Level.OMIT  # it might lock the account


def test_a_run_that_tests_nothing_does_not_pass():
    """Nothing left but skipped tests: no verdict to be proud of."""
    results = run(Selection(wires=("vnpay",), subject="system")).results
    assert verdict(results)
    assert not verdict(replace(result, level=Level.OMIT) for result in results)


def test_a_dead_system_is_unreachable(monkeypatch, foreign):
    """Nothing could be reached at all: that is not the same as a broken requirement."""
    outcome = run(Selection(target="http://127.0.0.1:9", wires=(PORTAL,), subject="system", capabilities=Told()))
    assert outcome.unreachable
    assert outcome.count(Level.FAIL) == 1


def test_capabilities_come_from_a_file_or_a_class(tmp_path):
    """Both say the same; what nobody knows is refused."""
    file = tmp_path / "c.toml"
    file.write_text('[capabilities]\nrefunds = false\n[known]\nunit = "99001"\n', encoding="utf-8")
    made = declared.load(str(file))
    assert (made.has("refunds"), made.has("bills"), made.known["unit"]) == (False, True, "99001")
    assert declared.load("gov_connect.contract_tests.desk:OurMocks").has("levers")
    for text in ("[capabilities]\nflies = true\n", "[capabilities]\nrefunds = 1\n", "[other]\n"):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigurationError):
            declared.load(str(file))
    for source in (str(tmp_path / "none.toml"), "no_such_module:Class", "json:dumps", "words"):
        with pytest.raises(ConfigurationError):
            declared.load(source)


def test_the_reports_say_all_and_tell_nobody(tmp_path):
    """JSON, JUnit and one HTML page in two languages; no person and no secret in any of them."""

    def another(now):
        mock = WIRES["residents/037"].mock(now)
        usual = mock.handle

        def handle(request):
            reply = usual(request)
            return replace(reply, body=reply.body.replace(b"SoDinhDanh>0", b"SoDinhDanh>9"))

        mock.handle = handle
        return mock

    outcome = run(Selection(wires=("residents",), reports=tmp_path, mocks={"residents/037": another}))
    assert not outcome.passed
    made = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert made["counts"]["FAIL"] == outcome.count(Level.FAIL) > 0
    assert {row["test"] for row in made["results"]} == set(levels(outcome))
    junit = etree.fromstring((tmp_path / "report.xml").read_bytes())
    assert int(junit.find("testsuite").get("failures")) == outcome.count(Level.FAIL)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'lang="vi"' in page
    assert "Không đạt" in page
    assert "Not passed" in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://system.invalid", "").replace("xmlns", "").partition("<body>")[0]
    person = next(person for person in population(0) if person.number and not person.year_only)
    everything = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    for secret in (person.number, person.number.replace("0", "9", 1), person.name, "bi-mat-vi-du", "Basic "):
        assert secret not in everything


@given(strategies.text())
def test_a_shape_tells_nothing(text):
    """Of letters and digits only their kind is left."""
    left = {letter for letter in shape(text) if letter.isalnum() and letter.isascii()}
    assert left <= {"x", "X", "0"}
    assert len(shape(text)) == len(text)


@given(strategies.binary())
def test_any_body_can_be_shown(body):
    """Whatever a server answers, a report can be made of it."""
    assert isinstance(masked_body(body), str)


@pytest.mark.parametrize(
    ("body", "hidden"),
    [
        (b'{"HoVaTen": "Mau", "so": 123456789012, "service": "0912345678 Nguyen"}', ("Mau", "123456789012", "Nguyen")),
        ('<a xmlns="urn:b" so="123"><Ten>Mẫu</Ten></a>'.encode(), ("123", "Mẫu")),
        (b'{"data": "<hoso><nksHoTen>MAU</nksHoTen></hoso>"}', ("MAU",)),
        (b"grant_type=client_credentials&name=Mau", ("Mau",)),
        (b'{"so": 1.5e300, "list": ["Mau", true, null]}', ("Mau",)),
        (b"<a>1<b/>Mau</a>", ("Mau",)),
        (b'{"Ten": "Mau", "so": 1e999}', ("Mau",)),
        (b"<a so='000000000012' ten = 'Mau'>x</a>", ("12", "Mau")),
        (b'{"000000000012": 1, "maDonVi": "000000000012", "code": 123456789}', ("12",)),
        (b"<a><code>000000000012</code></a>", ("12",)),
        (b"<!-- Mau --><a><![CDATA[Mau]]></a>", ("Mau",)),
    ],
)
def test_bodies_are_masked(body, hidden):
    """JSON, XML, XML within JSON, forms."""
    shown = masked_body(body)
    assert [word for word in hidden if word in shown] == []


def test_credentials_and_queries_are_masked():
    """Headers that are not of the wire show only their name; values of a query only their shape."""
    assert "abc" not in masked_headers({"Authorization": "abc", "X-Own": "abc"})
    shown = masked_url("https://user:pass@a.example/p?so=000000000012&vnp_Command=pay")
    assert shown == "https://a.example/p?so=000000000000&vnp_Command=pay"
    assert "12" not in masked_url("https://a.example/p/000000000012/q?000000000012=1")
    assert masked_url("https://a.example/v1.2/H99.201-261120-0012") == "https://a.example/v1.2/H99.201-261120-0012"


def pytest_alone(tmp_path, text, *options):
    """Run pytest on one file, in a process of its own, with no plug-in but the kit's."""
    (tmp_path / "test_it.py").write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "gov_connect.contract_tests.plugin", *options, str(tmp_path)],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )


LIGHT = """
import sys
HEAVY = ["lxml", "httpx", "pydantic", "sqlalchemy", "gov_connect.client", "gov_connect.contract_tests.session"]
def test_nothing_was_loaded():
    assert "gov_connect.contract_tests.plugin" in sys.modules
    assert [name for name in HEAVY if name in sys.modules] == []
"""


def test_other_peoples_pytest_is_left_alone(tmp_path):
    """The plugin is there, and nothing behind it is imported; strict markers do not mind."""
    done = pytest_alone(tmp_path, LIGHT, "--strict-markers", "-W", "error")
    assert done.returncode == 0, done.stdout


HEAD = """
import pytest
from gov_connect.contract_tests import confirmed, requirement, seen, guess
pytestmark = pytest.mark.gov_wire("portal/2020", "system")
"""
GOOD_DOC = '    """Tốt.\n\n    Good.\n    """\n'
SECTION = '@requirement("national_portal.md §1.2")\n'


RULES = (
    (SECTION, GOOD_DOC, "exactly one of confirmed, seen, guess"),
    ("@confirmed\n@seen\n" + SECTION, GOOD_DOC, "exactly one of confirmed, seen, guess"),
    ("@guess\n", GOOD_DOC, "needs requirement"),
    ('@guess\n@requirement("of my own")\n', GOOD_DOC, "requirements.toml"),
    ("@guess\n" + SECTION, '    """Only one."""\n', "two lines"),
    ("@guess\n@pytest.mark.gov_needs('wings')\n" + SECTION, GOOD_DOC, "unknown capability"),
)


def test_a_test_that_does_not_say_what_it_is_is_not_collected(tmp_path):
    """Exactly one mark of evidence, a citation that exists, two titles: enforced at collection, all at once."""
    tests = [f"{marks}def test_{at}():\n{doc}    assert True\n" for at, (marks, doc, _) in enumerate(RULES)]
    done = pytest_alone(tmp_path, HEAD + "\n".join(tests))
    assert done.returncode == 4
    told = (done.stdout + done.stderr).splitlines()
    for at, (_, _, said) in enumerate(RULES):
        assert any(f"test_{at}:" in line and said in line for line in told), said


def test_pytest_itself_runs_the_kit(tmp_path):
    """`pytest --pyargs` with the kit's options: the same suites, deselected by wire, with the report."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("--pyargs", "gov_connect.contract_tests.suites", "--gov-connect-wire", "vnpay"),
            *("--gov-connect-report", str(tmp_path / "out")),
        ],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout
    made = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert made["wires"] == ["vnpay/2.1.0"]
    assert made["passed"]


BAD_CLIENT = """
import json, os, urllib.request
base = os.environ["KIT_BASE_URL"] + "/XrdAdapter/RestService/forward/"
dst = os.environ["GOV_CONNECT_PORTAL__DSTCODE"]
def post(path, message, session=None):
    body = json.dumps({**message, **({"session": session} if session else {})}).encode()
    headers = {"Content-Type": "application/json", "dstcode": dst}
    request = urllib.request.Request(base + path + "?so=000000000012", body, headers)
    try:
        return json.loads(urllib.request.urlopen(request).read())
    except urllib.error.HTTPError:
        return {}
for turn in range(2):  # logs in for each call, numbers as numbers, repeats blindly
    login = {name: os.environ["GOV_CONNECT_PORTAL__" + name.upper()] for name in ("username", "password")}
    session = post("mapi/login", login)["session"]
    record = {"MaHoSo": "H99.201-261120-0001", "SoLuong": 3, "TrangThaiHoSo": 2}
    call = {"madonvi": "H99.201", "service": "DongBoHoSoMC", "isUpdating": "False", "data": [record]}
    post("mapi/integration", call, session)
"""
GOOD_CLIENT = """
import os
from gov_connect import DossierCode, GovConnect
with GovConnect.from_env() as gov:
    gov.portal.find(DossierCode("H99.201-261120-0001"))
"""


@pytest.fixture
def client(tmp_path):
    """The command of a client with this source."""

    def make(source):
        file = tmp_path / "client.py"
        file.write_text(source, encoding="utf-8")
        return f"{sys.executable} {file}"

    return make


def test_a_bad_client_is_found_out(client):
    """Sessions wasted, numbers for texts, a person in the address, an insert repeated blindly."""
    outcome = run(Selection(wires=(PORTAL,), subject="client", client=client(BAD_CLIENT)))
    broken = {result.test.partition(":")[2] for result in outcome.results if result.level is Level.FAIL}
    assert broken >= {
        "session_is_used_again",
        "scalars_of_a_record_are_texts",
        "no_person_stands_in_an_address",
        "doubtful_insert_is_looked_up_first",
        "dossier_is_not_inserted_twice",
    }


def test_a_good_client_passes_and_is_judged_only_by_what_it_did(client):
    """A client that only looks up: what it never sent is skipped, not passed."""
    outcome = run(Selection(wires=(PORTAL,), subject="client", client=client(GOOD_CLIENT)))
    found = levels(outcome)
    assert outcome.passed
    assert found[f"{PORTAL}/client:records_are_well_formed"] is Level.SKIP
    assert found[f"{PORTAL}/client:session_is_used_again"] is Level.PASS


@pytest.mark.parametrize("command", ["python -c pass", "no-such-program-here", 'python -c "raise SystemExit(3)"', "'"])
def test_a_client_that_does_not_run_is_wrong_usage(command):
    """A command that sends nothing, cannot be started, or fails, is told as such: silence is no pass."""
    with pytest.raises(ConfigurationError):
        run(Selection(wires=(PORTAL,), subject="client", client=command))


@pytest.mark.parametrize(
    ("selection", "shared"),
    [
        (Selection(), False),
        (Selection(target="mock"), False),
        (Selection(target="https://cong.mau.example"), True),
        (Selection(client="python khach.py"), True),
        (Selection(reports=Path("bao-cao")), True),
    ],
)
def test_only_what_processes_can_own_alone_may_be_spread_over_them(selection, shared):
    """A vendor's adapter tests run beside others under pytest-xdist; a foreign system and a report do not."""
    assert selection.is_shared is shared
