"""Which language the command line speaks."""

from __future__ import annotations

import locale
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gov_connect.messages import Language

_VARIABLES: Final = ("GOV_CONNECT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def language(*, english: bool = False) -> Language:
    """The language of this run: Vietnamese where the first of these says so, else English.

    `GOV_CONNECT_LANG`, then `LC_ALL`, `LC_MESSAGES` and `LANG`; where none is set, as on Windows, what the machine
    itself says. `english` is a command's own `--english`.
    """
    if english:
        return "en"
    said = next((value for name in _VARIABLES if (value := os.environ.get(name))), "") or locale.getlocale()[0] or ""
    return "vi" if said.lower().startswith("vi") else "en"
