"""Every page of the repository: its links lead somewhere, it stands in the site, and it speaks Vietnamese."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    if "generated" not in path.parts
)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(\s*([^)\s]+)\s*\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
MODULE = re.compile(r"`((?:[a-z_]+/)+[a-z_]+\.py)`")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
IN_BOTH = sorted(page.relative_to(DOCS).as_posix() for page in PAGES if page.name.endswith(".en.md"))
ONE_TEXT = {"reference/glossary.md", "evidence/README.md"}
"""A list of words in both languages, and the register of runs, which stands outside the navigation."""
VIETNAMESE = re.compile(r"[ạảấầậẩẫắằặẳẵẹẻẽếềệểễịỉĩọỏốồộổỗớờợởỡụủũứừựửữỳỵỷỹđ]", re.IGNORECASE)


def plain(page: Path) -> str:
    """A page without its blocks of code."""
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def anchor(heading: str) -> str:
    """How a heading is linked to: by the name it gives itself, or by its words."""
    own = re.search(r"\{ *#([\w-]+) *\}$", heading)
    if own:
        return own.group(1)
    text = unicodedata.normalize("NFC", re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading)).lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def complaints(page: Path) -> list[str]:
    """Links of a page that lead nowhere. Generated pages are there only once the site is built: `make site` looks."""
    found: list[str] = []
    for link in LINK.findall(plain(page)):
        if re.match(r"[a-z]+:", link) or "reference/generated/" in link:
            continue
        place, _, part = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        twin = target.with_suffix(".en.md")
        if page.name.endswith(".en.md") and place and DOCS in page.parents and twin.exists():
            target = twin
        if not target.exists() or (part and part not in map(anchor, HEADING.findall(plain(target)))):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    """To a file that is there, and to a heading that it has."""
    assert complaints(page) == []


def test_a_dead_link_would_be_seen(tmp_path: Path) -> None:
    """A page, an anchor, and a link inside code, which is none."""
    page = tmp_path / "a.md"
    page.write_text("# Một đề mục\n[a](b.md) [c](#mot) [d](#một-đề-mục)\n```\n[x](y.md)\n```\n", encoding="utf-8")
    assert complaints(page) == ["b.md", "#mot"]


def test_every_page_stands_in_the_navigation() -> None:
    """What nobody finds is not documentation."""
    listed = set(re.findall(r"[\w/.-]+\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8")))
    first = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md") if "generated" not in page.parts}
    assert {name for name in first if not name.endswith(".en.md")} - listed == {"evidence/README.md"}


@pytest.mark.parametrize(
    "name",
    sorted(
        page.relative_to(DOCS).as_posix()
        for page in DOCS.rglob("*.md")
        if not page.name.endswith(".en.md") and "generated" not in page.parts
    ),
)
def test_every_page_for_people_is_written_in_both_languages(name: str) -> None:
    """Vietnamese under the plain name, English beside it."""
    page = DOCS / name
    if name in ONE_TEXT:
        return
    letters = len(plain(page))
    assert len(VIETNAMESE.findall(plain(page))) > letters / 50, "not Vietnamese"
    assert page.with_suffix(".en.md").exists()


def shape(page: Path) -> tuple[list[str], list[str], int]:
    """Levels of its headings, kinds of its blocks, rows of its tables."""
    text = page.read_text(encoding="utf-8")
    prose = FENCED.sub("", text)
    return (
        re.findall(r"^#+(?= )", prose, re.MULTILINE),
        [kind for kind in re.findall(r"^```(.*)$", text, re.MULTILINE) if kind],
        len(re.findall(r"^\|", prose, re.MULTILINE)),
    )


@pytest.mark.parametrize("name", IN_BOTH)
def test_both_languages_have_the_same_parts(name: str) -> None:
    """The same headings, blocks and rows: what one of them lacks is seen here; whether they mean the same is not."""
    page = DOCS / name
    assert shape(page.with_name(page.name.replace(".en.md", ".md"))) == shape(page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_module_that_a_page_names_is_there(page: Path) -> None:
    """From the root, from the package or beside the page; a vendor's own package is none of ours."""
    named = set(MODULE.findall(page.read_text(encoding="utf-8")))
    roots = (ROOT, ROOT / "src" / "gov_connect", page.parent)
    gone = [name for name in named if not any((root / name).exists() for root in roots)]
    assert [name for name in gone if not name.startswith("src/gov_connect_") and name != "tests/test_contract.py"] == []
