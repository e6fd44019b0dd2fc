"""Which certificates of the settings end soon: of connections, and of signing. Names of settings, never of people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from gov_connect.settings.common import SystemSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from gov_connect.settings import Settings

SOON_DAYS: Final = 30
_CONNECTION: Final = ("client_cert", "ca_file")
_SIGNING: Final = ("official_roots", "public_roots", "intermediates", "timestamp_roots")
_PEM: Final = "-----BEGIN"


def certificate_settings(settings: Settings) -> dict[str, str]:
    """PEM text, or the path of a file or folder, by the name of the setting."""
    found = {
        f"{system}.{name}": getattr(value, name)
        for system, value in settings
        if isinstance(value, SystemSettings)
        for name in _CONNECTION
        if getattr(value, name) != "system"
    }
    signing = settings.signing
    if signing is not None:
        found |= {f"signing.{name}": getattr(signing, name) for name in _SIGNING}
        keys = {"personal": signing.personal, "agency": signing.agency}
        found |= {f"signing.{whose}": key.certificate for whose, key in keys.items() if key is not None}
    return {name: value for name, value in found.items() if value}


def expiring_soon(named: Mapping[str, str], now: datetime, days: int = SOON_DAYS) -> dict[str, int | None]:
    """Days left of each that ends within `days`, the nearest first; below 0 it has ended, None cannot be read."""
    left = {name: _left(value, now) for name, value in named.items()}
    soon = {name: found for name, found in left.items() if found is None or found <= days}
    return dict(sorted(soon.items(), key=lambda item: (item[1] is not None, item[1] or 0, item[0])))


def _left(value: str, now: datetime) -> int | None:
    """Days until the first certificate of a setting ends."""
    from gov_connect.signing.certificates import load_many  # noqa: PLC0415 - cryptography on first use
    from gov_connect.signing.verdict import Finding  # noqa: PLC0415

    try:
        ends = [one.not_valid_after_utc for data in _pieces(value) for one in load_many(data)]
    except (OSError, Finding):
        return None
    return (min(ends) - now).days if ends else None


def _pieces(value: str) -> Iterator[bytes]:
    if _PEM in value:
        yield value.encode()
        return
    path = Path(value)
    files = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
    for file in files:
        yield file.read_bytes()
