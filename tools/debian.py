"""Installs the Debian packages whose programs the tests use as independent judges, when run as root.

Elsewhere it says what is missing, and the tests that need it are skipped by name.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

# program -> package; a program outside PATH is named by a pattern.
PROGRAMS: Final = {
    "openssl": "openssl",
    "xmlsec1": "xmlsec1",
    "softhsm2-util": "softhsm2",
    "pdfsig": "poppler-utils",
    "qpdf": "qpdf",
    "zbarimg": "zbar-tools",
    "javac": "default-jdk-headless",
    "chromium": "chromium",
    "chromedriver": "chromium-driver",
    "/usr/lib/postgresql/*/bin/initdb": "postgresql",
}


def missing() -> list[str]:
    """The packages whose program is not here."""
    return sorted(package for program, package in PROGRAMS.items() if not there(program))


def there(program: str) -> bool:
    """Whether a program is found, by name in PATH or by pattern."""
    if program.startswith("/"):
        return any(Path("/").glob(program.removeprefix("/")))
    return shutil.which(program) is not None


def main() -> int:
    """Install or report; never fails, since the tests themselves skip loudly."""
    wanted = missing()
    if not wanted:
        return 0
    names = " ".join(wanted)
    if shutil.which("apt-get") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        print(f"NOT INSTALLED (needs root on Debian): {names}; the tests that need them are skipped")
        return 0
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", *wanted],
    ):
        done = subprocess.run(command, env=quiet, check=False, capture_output=True, text=True, timeout=900)
        if done.returncode:
            print(f"NOT INSTALLED: {names}: {done.stderr.strip()[-400:]}; the tests that need them are skipped")
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
