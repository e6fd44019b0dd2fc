"""What the documentation site needs beside its pages, and what is checked of it once it is built.

    python tools/site.py mermaid     puts the program that draws the diagrams into docs/assets/, by npm, once
    python tools/site.py check       every link and anchor of the built site leads somewhere; nothing comes from outside

The diagrams are drawn where they are read, by a file of the site itself: no outside host is asked. The file is not
kept in the repository; its hash is.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urldefrag, urlsplit

ROOT: Final = Path(__file__).resolve().parents[1]
MERMAID: Final = ROOT / "docs" / "assets" / "mermaid.min.js"
VERSION: Final = "11.17.2"
SHA256: Final = "581ed7d74bd9048d0e3a91363927d72ef22942d7722546b27f7cc29e35390eb8"
SITE: Final = ROOT / "build" / "site"
LOADING: Final = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "audio": "src"}
"""What a browser fetches by itself, and by which attribute."""
NOT_FETCHED: Final = frozenset({"canonical", "alternate", "next", "prev"})
IMPORTED: Final = re.compile(r"url\(\s*['\"]?(https?:)?//|@import\s+['\"](https?:)?//")


def digest(content: bytes) -> str:
    """The hash that the file must have."""
    return hashlib.sha256(content).hexdigest()


def mermaid() -> str:
    """Fetch the drawing program where it is missing; gives what went wrong."""
    if MERMAID.exists() and digest(MERMAID.read_bytes()) == SHA256:
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is missing: it brings the program that draws the diagrams"
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", "--silent", f"mermaid@{VERSION}"]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True)
        if done.returncode:
            return done.stderr.strip()[-500:]
        with tarfile.open(Path(folder) / f"mermaid-{VERSION}.tgz") as archive:
            member = archive.extractfile("package/dist/mermaid.min.js")
            content = b"" if member is None else member.read()
    if digest(content) != SHA256:
        return f"mermaid {VERSION} is not the file whose hash is known"
    MERMAID.parent.mkdir(parents=True, exist_ok=True)
    MERMAID.write_bytes(content)
    return ""


class Page(HTMLParser):
    """The anchors, links and fetched files of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.fetched: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in one element."""
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.add(given["href"])
        if tag in LOADING and LOADING[tag] in given and given.get("rel", "") not in NOT_FETCHED:
            self.fetched.add(given[LOADING[tag]])


def target_of(page: Path, path: str, site: Path) -> Path:
    """The file that a path on a page means."""
    base = site if path.startswith("/") else page.parent
    found = (base / unquote(path).lstrip("/")).resolve()
    return found / "index.html" if found.is_dir() or path.endswith("/") else found


def complaints(site: Path) -> list[str]:
    """Links and anchors that lead nowhere, and what would be fetched from outside."""
    pages = {path.resolve(): Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}
    found = [f"{path.relative_to(site)}: fetched from outside" for path in sorted(site.rglob("*.css")) if outside(path)]
    for path, page in pages.items():
        shown = path.relative_to(site.resolve())
        found += [f"{shown}: fetches {one}" for one in sorted(page.fetched) if urlsplit(one).netloc]
        for link in sorted(page.links | {one for one in page.fetched if not urlsplit(one).netloc}):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            place, anchor = urldefrag(link)
            target = target_of(path, place, site) if place else path
            if not target.exists():
                found.append(f"{shown}: {link} leads nowhere")
            elif anchor and target in pages and unquote(anchor) not in pages[target].anchors:
                found.append(f"{shown}: {link} has no such anchor")
    return found


def outside(style: Path) -> bool:
    """Whether a style sheet takes something from another host."""
    return IMPORTED.search(style.read_text("utf-8")) is not None


def main(words: list[str]) -> int:
    """Do what the word says."""
    if words == ["mermaid"]:
        wrong = [said] if (said := mermaid()) else []
    elif words == ["check"]:
        wrong = complaints(SITE)
    else:
        wrong = [__doc__ or ""]
    print("\n".join(wrong), end="\n" if wrong else "")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
