"""From the text of a pack file to checked plain values, with every problem reported at once."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from gov_connect.errors import InvalidInput, Problem, Rejected
from gov_connect.fees._spec import PACK, SECTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.fees._kinds import Key

Entry: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPack:
    """One pack file: checked key by key, not yet compared with other packs.

    Attributes:
        file: where it came from, for messages.
        digest: SHA-256 of the bytes, in hex.
        sections: section name -> its entries.
    """

    file: str
    name: str
    version: int
    scope: str
    digest: str
    sections: Mapping[str, tuple[Entry, ...]]

    def entries(self, section: str) -> tuple[Entry, ...]:
        """The entries of one section, in file order."""
        return self.sections.get(section, ())


def parse_pack(data: bytes, file: str = "pack") -> RawPack:
    """Read one pack file.

    Raises:
        InvalidInput: not TOML, an unknown key, or a value of the wrong type; all problems at once.
    """
    try:
        document: dict[str, object] = tomllib.loads(data.decode())
    except (ValueError, RecursionError):  # no TOML, no UTF-8, a number of thousands of digits
        raise InvalidInput(file, [Problem(path="", code="fees.not_toml")]) from None
    problems: list[Problem] = []
    head = _entry(document.pop("pack", {}), PACK, "pack", problems)
    sections = {section: _section(section, entries, problems) for section, entries in document.items()}
    if problems:
        raise InvalidInput(file, problems)
    return RawPack(
        file=file,
        name=head["name"],
        version=head["version"],
        scope=head["scope"],
        digest=hashlib.sha256(data).hexdigest(),
        sections=sections,
    )


def _section(name: str, entries: object, problems: list[Problem]) -> tuple[Entry, ...]:
    if name not in SECTIONS:
        problems.append(Problem(path=name, code="value.unknown_field"))
        return ()
    if not isinstance(entries, list):
        problems.append(Problem(path=name, code="fees.not_a_list"))
        return ()
    keys = SECTIONS[name]
    rows = cast("list[object]", entries)
    return tuple(_entry(row, keys, f"{name}.{i}", problems) for i, row in enumerate(rows))


def _entry(value: object, keys: Mapping[str, Key], path: str, problems: list[Problem]) -> Entry:
    if not isinstance(value, dict):
        problems.append(Problem(path=path, code="fees.not_a_table"))
        return {}
    table = cast("dict[str, object]", value)
    entry: Entry = {}
    for name, one in table.items():
        key = keys.get(name)
        if key is None:
            problems.append(Problem(path=f"{path}.{name}", code="value.unknown_field"))
            continue
        try:
            entry[name] = key.kind.read(one)
        except Rejected as broken:
            problems.append(Problem(path=f"{path}.{name}", code=broken.code, params=broken.params))
    problems.extend(
        Problem(path=f"{path}.{name}", code="value.missing")
        for name, key in keys.items()
        if key.required and name not in table
    )
    return entry
