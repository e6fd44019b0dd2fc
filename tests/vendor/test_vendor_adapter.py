"""A vendor's adapter: scaffolded, installed on its own, run through its contract and the tutorial."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path

import pytest

from gov_connect import GovConnect, Settings
from gov_connect.adapters.vendor import VendorAdapter, VendorSettings
from gov_connect.cli._scaffold import ScaffoldError, scaffold
from gov_connect.client import Parts
from gov_connect.contract_tests import AdapterContract, Broken
from gov_connect.errors import ConfigurationError, UnexpectedReply
from gov_connect.mocks.core import MockRequest
from gov_connect.mocks.routed import RoutedMock
from gov_connect.mocks.server import serve_vendor
from gov_connect.runtime import Effect, Grade, Reply, operation
from gov_connect.transport import InProcessCarrier

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "vendor_adapter"
TUTORIAL = (ROOT / "docs" / "tutorials" / "vendor_adapter.md").read_text(encoding="utf-8")
ENGLISH = (ROOT / "docs" / "tutorials" / "vendor_adapter.en.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w+(?: \w+)?)\n(.*?)```", re.DOTALL)
SIZES = {"adapter.py": 60, "fake.py": 40, "test_contract.py": 10}


def test_the_example_is_what_the_command_writes(tmp_path):
    """Template and example are one thing: `adapters new lgsp_mau` gives the example, byte by byte."""
    scaffold("lgsp_mau", tmp_path / "new")
    written = {
        path.relative_to(tmp_path / "new"): path.read_bytes()
        for path in (tmp_path / "new").rglob("*")
        if path.is_file()
    }
    kept = {
        path.relative_to(EXAMPLE): path.read_bytes()
        for path in EXAMPLE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert written == kept


@pytest.mark.parametrize(("name", "limit"), SIZES.items())
def test_an_adapter_takes_few_lines(name, limit):
    """Adapter at most 60 lines, fake 40, contract test 10."""
    (path,) = EXAMPLE.rglob(name)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit


@pytest.mark.parametrize("name", ["", "Lgsp", "1lgsp", "lgsp-mau", "lgsp__mau", "../lgsp", "residents"])
def test_a_name_that_cannot_be_is_refused(tmp_path, name):
    """Not a name for a module, or taken by an adapter that is installed; nothing is written."""
    with pytest.raises(ScaffoldError):
        scaffold(name, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_folder_with_files_is_left_alone(tmp_path):
    """Nobody's work is overwritten."""
    (tmp_path / "own.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ScaffoldError):
        scaffold("lgsp_mau", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["own.txt"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """An environment of its own that sees this library and what it needs, and an empty folder to work in."""
    folder = tmp_path_factory.mktemp("tutorial")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], check=True, timeout=60)
    python = next(path for path in (folder / "env").glob("*/python*") if path.stem == "python")
    inside = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    ).stdout.strip()
    seen = [sysconfig.get_paths()["purelib"], str(ROOT / "src")]
    (Path(inside) / "seen.pth").write_text("\n".join(seen), encoding="utf-8")
    (folder / "work").mkdir()
    return python, folder / "work"


COMMANDS = {
    "gov-connect": ("-m", "gov_connect"),
    "pip": ("-m", "pip", "--quiet", "--disable-pip-version-check"),
    "pytest": ("-m", "pytest", "-p", "no:cacheprovider"),
}
OFFLINE = ("--no-index", "--no-deps", "--no-build-isolation")


def run(python, words, folder):
    """A command of the tutorial in its environment."""
    command, *rest = words
    extra = OFFLINE if command == "pip" else ()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GOV_CONNECT_", "PYTEST_"))}
    done = subprocess.run(
        [python, *COMMANDS.get(command, (command,)), *rest, *extra],
        capture_output=True,
        check=False,
        text=True,
        timeout=180,
        cwd=folder,
        env=env,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_the_tutorial_works_from_an_empty_folder(place):
    """Every command and every block, in order, as a reader would do it; sizes are checked at the end of step 1."""
    python, folder = place
    told = []
    for kind, text in BLOCK.findall(TUTORIAL):
        package = folder / "src" / "gov_connect_lgsp_tinh"
        if kind == "sh":
            for line in text.strip().splitlines():
                words = line.split()
                if words[0] == "cd":
                    folder /= words[1]
                else:
                    told.append(run(python, words, folder))
        elif kind == "python":
            told.append(run(python, ["-c", text], folder))
        elif kind == "python adapter":
            source = (package / "adapter.py").read_text(encoding="utf-8")
            (package / "adapter.py").write_text(f"{source}\n{text}", encoding="utf-8")
        else:
            assert kind == "python test"
            test = folder / "tests" / "test_contract.py"
            source = test.read_text(encoding="utf-8")
            test.write_text(re.sub(r"    calls = .*\n", text, source), encoding="utf-8")
    assert sum("passed" in text for text in told) == 2
    assert "24 passed" in "".join(told)
    assert "000000000012" not in "".join(told)
    assert "base_url" in told[-1]
    listed = json.loads(run(python, ["gov-connect", "adapters", "--json"], folder))
    assert {row["operation"] for row in listed} >= {"lgsp_tinh.look_up", "lgsp_tinh.verify", "portal.put"}


def test_the_tutorial_has_the_same_code_in_both_languages():
    """But for the comments and the language of a message."""
    there, here = (
        [(kind, re.sub(r" *#.*", "", text).replace('text("en")', 'text("vi")')) for kind, text in BLOCK.findall(page)]
        for page in (ENGLISH, TUTORIAL)
    )
    assert there == here


class EchoSettings(VendorSettings):
    """Settings of the test's own system."""

    word: str = "xin chào"


class Echo(VendorAdapter):
    """A system that says back what it is told."""

    system = "echo"
    settings_type = EchoSettings

    @operation(wire="noi", effect=Effect.ASK_FIRST, grade=Grade.SEEN, section="§1")
    def say(self):
        """What the system says."""
        answer = yield from self.post("/noi", {"loi": self.context.settings.word}, label="noi", repeatable=False)
        if "loi" not in answer:
            raise UnexpectedReply(system=self.system, reason="no_words")
        return answer["loi"]


class EchoMock(RoutedMock):
    """The system."""

    name = "echo"
    settings = {"base_url": "http://echo.invalid"}  # noqa: RUF012 - as a vendor writes it

    def routes(self):
        """Give the one path."""
        return {"/noi": lambda message, request: {"loi": message["loi"]}}


class TestEcho(AdapterContract):
    """The contract holds for writes too."""

    adapter, fake, settings = Echo, EchoMock, EchoMock.settings
    calls = {"say": ()}  # noqa: RUF012 - as a vendor writes it

    @pytest.fixture(autouse=True)
    def installed(self, monkeypatch):
        """As if its package were installed."""
        monkeypatch.setattr("gov_connect.contract_tests.adapter.adapters", lambda: [Echo])


class Careless(VendorAdapter):
    """Everything that the contract forbids, an operation each."""

    system = "echo"
    settings_type = EchoSettings

    def _noi(self, path="/noi", *, repeatable=False):
        return self.post(path, {"loi": "a"}, label="noi", repeatable=repeatable)

    @operation(wire="noi", effect=Effect.READ, grade=Grade.SEEN, section="§1", personal=True)
    def unrecorded(self):
        """Read a person without a record."""
        return (yield from self._noi(repeatable=True))["loi"]

    @operation(wire="noi", effect=Effect.READ, grade=Grade.SEEN, section="§1")
    def untyped(self):
        """Trust the answer."""
        return (yield from self._noi(repeatable=True))["loi"]

    @operation(wire="noi", effect=Effect.READ, grade=Grade.SEEN, section="§1")
    def told_in_the_address(self):
        """Put a person into the address."""
        return (yield from self._noi("/noi/000000000012", repeatable=True))["loi"]

    @operation(wire="noi", effect=Effect.ASK_FIRST, grade=Grade.SEEN, section="§1")
    def repeated_blindly(self):
        """Write again after a lost answer."""
        return (yield from self._noi(repeatable=True))["loi"]

    @operation(wire="noi", effect=Effect.READ, grade=Grade.SEEN, section="")
    def unsaid(self):
        """Follow no document."""
        return (yield from self._noi(repeatable=True))["loi"]


class CarelessMock(EchoMock):
    """The system, at the careless address too."""

    def routes(self):
        """Give both paths."""
        return {path: lambda message, request: {"loi": message["loi"]} for path in ("/noi", "/noi/000000000012")}


@pytest.mark.parametrize(
    ("operation_name", "check", "arguments"),
    [
        ("unrecorded", "test_look_ups_are_recorded_before_they_are_sent", ()),
        ("untyped", "test_hostile_answers_become_typed_errors", ("empty_object",)),
        ("told_in_the_address", "test_messages_stay_at_the_configured_address", ()),
        ("repeated_blindly", "test_lost_answers_are_what_the_effect_says", ()),
        ("unsaid", "test_every_operation_says_what_it_is", ()),
        ("untyped", "test_adapter_is_installed_under_its_name", ()),
    ],
)
def test_a_careless_adapter_is_found_out(operation_name, check, arguments):
    """The contract is red on each carelessness."""

    class Contract(AdapterContract):
        adapter, fake, settings = Careless, CarelessMock, EchoMock.settings
        calls = {operation_name: ()}  # noqa: RUF012 - as a vendor writes it

        @property
        def operations(self):
            return {operation_name: super().operations[operation_name]}

    with pytest.raises(Broken):
        getattr(Contract(), check)(*arguments)


def echo_client(**settings):
    """A client of the test's own system."""
    made = Settings.from_mapping({"GOV_CONNECT_ENVIRONMENT": "test", "GOV_CONNECT_AGENCY": "H99.201"})
    made = made.model_copy(update={"vendors": {"echo": settings} if settings else {}})
    return GovConnect(parts=Parts(settings=made, carrier=InProcessCarrier(lambda _request: Reply(status=200))))


def test_settings_of_a_vendor_are_typed_and_pinned():
    """They are read as the adapter's own type, with limits and hosts as every system's."""
    adapter = echo_client(base_url="https://a.example", word="a", attempts=2).system(Echo)
    assert isinstance(adapter.context.settings, EchoSettings)
    assert adapter.context.settings.hosts == {"https://a.example"}


@pytest.mark.parametrize(
    ("settings", "named"), [({}, "echo"), ({"word": 3}, "base_url"), ({"colour": "red"}, "colour")]
)
def test_wrong_settings_of_a_vendor_are_told_by_name(settings, named):
    """Missing, mistyped and unknown ones, without their values."""
    with pytest.raises(ConfigurationError) as caught:
        echo_client(**settings).system(Echo)
    assert named in caught.value.text("en")
    assert "red" not in caught.value.text("en")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/noi", b'{"loi": "a"}', 200),
        ("GET", "/noi", b"", 405),
        ("POST", "/other", b"{}", 404),
        ("POST", "/noi", b"[]", 400),
    ],
)
def test_a_routed_mock_is_strict(method, path, body, status):
    """Paths, methods and JSON objects only."""
    mock = EchoMock()
    assert mock.handle(MockRequest(method=method, path=path, body=body)).status == status
    mock.reset()
    assert mock.state()["calls"] == {}


def test_a_vendors_mock_is_served():
    """One JSON line with the address and the variable of a client; then it answers."""
    stop, out = threading.Event(), io.StringIO()
    server = threading.Thread(target=serve_vendor, args=(EchoMock(),), kwargs={"out": out, "stop": stop})
    server.start()
    try:
        while "\n" not in out.getvalue():
            stop.wait(0.01)
        line = json.loads(out.getvalue())
        given = json.loads(line["environment"]["GOV_CONNECT_VENDORS"])
        key = line["environment"]["GOV_CONNECT_STORE_KEY"]
        memory = "sqlite:///:memory:"
        settings = Settings(environment="test", agency="H99.201", vendors=given, store_key=key, database_url=memory)
        with GovConnect(settings) as gov:
            assert gov.system(Echo).say() == "xin chào"
    finally:
        stop.set()
        server.join(60)
