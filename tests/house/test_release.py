"""What a release carries: one version everywhere, metadata for catalogues, a wheel and an sdist that are whole."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

import gov_connect

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def tool() -> Any:
    """tools/release.py as a module."""
    spec = importlib.util.spec_from_file_location("release", ROOT / "tools" / "release.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def built(tool: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the sdist of this tree, built by the backend alone."""
    found: tuple[Path, Path] = tool.build(tmp_path_factory.mktemp("dist"))
    return found


def page(name: str) -> dict[str, Any]:
    """A YAML file of the root."""
    content: dict[str, Any] = yaml.safe_load((ROOT / name).read_text("utf-8"))
    return content


def test_the_version_is_the_same_everywhere() -> None:
    """In the package, in the citation and in the catalogue entry; and it is SemVer."""
    version = gov_connect.__version__
    assert re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", version)
    assert page("publiccode.yml")["softwareVersion"] == version
    assert str(page("CITATION.cff")["version"]) == version


def test_the_catalogue_entry_follows_the_standard() -> None:
    """Every mandatory field of publiccode.yml, with values of its lists and lengths."""
    entry = page("publiccode.yml")
    assert str(entry["publiccodeYmlVersion"]) == "0.5"
    assert entry["name"]
    assert re.fullmatch(r"https://\S+\.git", entry["url"])
    assert set(entry["platforms"]) <= {"web", "windows", "mac", "linux", "ios", "android"}
    assert entry["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert entry["softwareType"] == "library"
    published = ".invalid/" not in entry["url"]
    assert published == ("urls" in PROJECT), "an address of the project stands in both places, or in none"
    assert set(entry["categories"]) <= CATEGORIES
    assert set(entry["intendedAudience"]["scope"]) <= {"local-authorities", "society", "science-and-technology"}
    assert entry["intendedAudience"]["countries"] == ["vn"]
    assert entry["legal"]["license"] == PROJECT["license"]
    assert entry["maintenance"]["type"] in {"internal", "community", "contract", "none"}
    assert entry["maintenance"]["type"] == "none" or entry["maintenance"]["contacts"]
    assert entry["localisation"]["localisationReady"] is True
    assert entry["localisation"]["availableLanguages"] == ["vi", "en"]
    assert set(entry["description"]) == {"vi", "en"}
    for text in entry["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert 5 <= len(text["features"]) <= 20


CATEGORIES = frozenset(
    "digital-citizenship document-management e-signature it-development payment-gateway workflow-management".split()
)
"""Those of the standard's list that would fit this library."""


def test_the_citation_has_what_the_format_wants() -> None:
    """CFF 1.2.0: version, message, title, authors with a name, licence."""
    told = page("CITATION.cff")
    assert (told["cff-version"], told["type"], told["license"]) == ("1.2.0", "software", PROJECT["license"])
    assert told["message"]
    assert told["title"] == "gov_connect"
    assert [one["name"] for one in told["authors"]] == [one["name"] for one in PROJECT["authors"]]


def test_the_map_of_the_house_leads_somewhere() -> None:
    """Every file and folder that CONTRIBUTING.md names is there."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    linked = re.findall(r"\]\(([^)#]+)\)", text)
    assert len(linked) >= 6
    assert [path for path in linked if not (ROOT / path).exists()] == []
    rooms = {name.split("/")[0] for name in re.findall(r"`((?:[a-z_]+/)+)", text)}
    there = {path.name for folder in (ROOT, ROOT / "src" / "gov_connect") for path in folder.iterdir()}
    assert rooms - there - {"dist"} == set()  # made by a release


def test_every_extra_is_told_and_tried(tool: Any) -> None:
    """The README names each extra, `all` holds each of them, and the release check installs each alone."""
    extras = set(PROJECT["optional-dependencies"])
    assert {extra for extra in extras if f"`{extra}`" not in (ROOT / "README.md").read_text("utf-8")} == set()
    assert set(tool.USES) == {"", *extras} == {"", *tool.extras()}
    (bundle,) = PROJECT["optional-dependencies"]["all"]
    assert set(bundle.removeprefix("gov-connect[").rstrip("]").split(",")) == extras - {"all"}


def test_wheel_and_sdist_are_whole(tool: Any, built: tuple[Path, Path]) -> None:
    """Everything of the source tree is in both; nothing else, no cache, no test in the wheel."""
    wheel, sdist = built
    source = {path.relative_to(ROOT / "src").as_posix() for path in tool.package_files()}
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == source
    with tarfile.open(sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive.getmembers()}
    assert {f"src/{name}" for name in source} <= names
    assert {"README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md", "CITATION.cff"} <= names
    assert {"publiccode.yml", "pyproject.toml", "examples/README.md"} <= names
    assert [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".db"))] == []
    assert any(name.startswith("tests/") for name in names)


def test_the_judge_of_distributions_can_say_no(tool: Any, built: tuple[Path, Path], tmp_path: Path) -> None:
    """A wheel that lacks a file, or carries one too many, is named."""
    wheel, _sdist = built
    assert tool.differences(wheel) == {"missing": [], "strange": []}
    spoilt = tmp_path / wheel.name
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(spoilt, "w") as new:
        for name in old.namelist():
            if name != "gov_connect/py.typed":
                new.writestr(name, old.read(name))
        new.writestr("tests/conftest.py", "")
    assert tool.differences(spoilt) == {"missing": ["gov_connect/py.typed"], "strange": ["tests/conftest.py"]}


def test_the_wheel_runs_without_its_source(built: tuple[Path, Path], tmp_path: Path) -> None:
    """From the archive itself, in an interpreter that sees no checkout: a call, its data, and the command's words."""
    wheel, _sdist = built
    code = (
        "import sys\n"
        f"sys.path[:] = [{str(tmp_path)!r}, *(path for path in sys.path if not path.endswith('src'))]\n"
        "import gov_connect\n"
        f"assert gov_connect.__file__.startswith({str(tmp_path)!r}), gov_connect.__file__\n"
        "from gov_connect import GovConnect, DossierCode, FeeItem\n"
        "from datetime import date\n"
        "with GovConnect.offline() as gov:\n"
        "    assert gov.portal.find(DossierCode('H99.201-261120-0001')) is False\n"
        "    quote = gov.fees.quote([FeeItem('ct.copy', pages=2, copies=1)], on=date(2026, 11, 20), area='31:31')\n"
        "    print(quote.total.dong)\n"
    )
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0
