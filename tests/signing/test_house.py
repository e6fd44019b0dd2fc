"""The folder keeps the house's rules: light import, whole lists of names, every code in the catalogue."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import gov_connect.signing as signing_package
from gov_connect.messages import CATALOGUE
from gov_connect.signing.verdict import Reason, Verdict, worst

SOURCES = [
    path
    for folder in ("signing", "adapters/smartca", "adapters/mysign", "adapters/csc", "adapters/vgca", "_signatures")
    for path in sorted((Path(signing_package.__file__).parents[1] / folder).glob("*.py"))
]


def test_the_names_are_all_there():
    """What the package lists it has; other names it has not."""
    assert dir(signing_package) == sorted(signing_package.__all__)
    for name in signing_package.__all__:
        assert getattr(signing_package, name) is not None
    with pytest.raises(AttributeError):
        _ = signing_package.nonsense


def test_importing_is_light():
    """Neither the package nor its list of names brings cryptography, lxml, signxml or pyHanko."""
    heavy = ("cryptography", "lxml", "signxml", "pyhanko", "pkcs11")
    code = f"import sys, gov_connect.signing; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_every_code_is_in_the_catalogue_and_every_text_is_used():
    """Codes in the sources and entries of the catalogue are the same set."""
    used = {
        code for path in SOURCES for code in re.findall(r'"(signing\.[a-z0-9_.]+[a-z0-9])"', path.read_text("utf-8"))
    }
    known = {code for code in CATALOGUE if code.startswith("signing.")}
    assert used - known == set()
    assert known - used == set()


def test_the_worst_reason_decides():
    """Invalid beats open, open beats notes."""
    invalid, opened, note = (
        Reason(code) for code in ("signing.value.wrong", "signing.revocation.unknown", "signing.note.no_timestamp")
    )
    assert worst([]) is Verdict.VALID
    assert worst([note]) is Verdict.VALID
    assert worst([note, opened]) is Verdict.NOT_DETERMINED
    assert worst([opened, invalid, note]) is Verdict.INVALID
