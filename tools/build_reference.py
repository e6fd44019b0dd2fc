"""Builds the tables of administrative units under `src/gov_connect/reference/`, and cross-checks them.

The facts (codes, names, which former unit went where) are those of Quyết định 19/2025/QĐ-TTg and of the
resolutions on communes, as the MIT-licensed package `vietnamadminunits` 1.0.4 collected them. Only its data
files are read: its code, which may ask a geocoder over the network, is never run. In a throw-away environment:

    python -m venv /somewhere && /somewhere/bin/pip install --no-deps vietnamadminunits==1.0.4
    /somewhere/bin/python tools/build_reference.py [--check]
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sqlite3
import sys
import unicodedata
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src" / "gov_connect" / "reference"
COUNTS = {
    "provinces": 34,
    "communes": 3321,
    "former_provinces": 63,
    "former_districts": 696,
    "former_communes": 10_035,
}
KINDS = {"Xã": 2621, "Phường": 687, "Đặc khu": 13}
ISLANDS = {"11948": "318", "19742": "471", "20333": "498", "21548": "536", "26732": "755"}
"""Special zones that had been districts without communes: new commune code -> former district code."""
Table = list[tuple[str, ...]]


def source() -> Path:
    """Where the package's data files lie; found without running the package."""
    spec = find_spec("vietnamadminunits")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("vietnamadminunits is not installed in this environment; see the head of this file")
    return Path(spec.submodule_search_locations[0]) / "data"


def read(folder: Path) -> dict[str, Table]:
    """All tables, sorted by code."""
    connection = sqlite3.connect(folder / "dataset.db")
    new = connection.execute(
        "SELECT province, provinceCode, ward, wardCode, wardType, provinceKey, wardKey FROM admin_units"
    ).fetchall()
    old = connection.execute(
        "SELECT province, provinceCode, district, districtCode, ward, wardCode, provinceKey, districtKey, wardKey"
        " FROM admin_units_legacy"
    ).fetchall()
    connection.close()
    converter = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    new_province = {row[5]: row[1] for row in new}
    former_key = {row[6]: row[1] for row in old}
    moved = {former_key[key]: new_province[now] for now, keys in converter["DICT_PROVINCE"].items() for key in keys}
    return {
        "provinces": sorted({(row[1], nfc(row[0])) for row in new}),
        "communes": sorted({(row[3], nfc(row[2]), row[1]) for row in new}),
        "former_provinces": sorted({(row[1], nfc(row[0]), moved[row[1]]) for row in old}),
        "former_districts": sorted({(row[3], nfc(row[2]), row[1]) for row in old}),
        "former_communes": sorted({(row[5], nfc(row[4]), row[3]) for row in old if row[5]}),
        "changes": changes(new, old, converter),
    }


def changes(new: Table, old: Table, converter: dict[str, dict[str, dict[str, list[object]]]]) -> Table:
    """(former code, code, whole or part) for every former commune, and for the island districts."""
    now = {(row[5], row[6]): row[3] for row in new}
    before = {f"{row[6]}_{row[7]}_{row[8]}": row[5] for row in old if row[5]}
    rows: Table = [(district, commune, "whole") for commune, district in ISLANDS.items()]
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, keys in wards.items():
            rows += [(before[str(key)], now[province, ward], "whole") for key in keys if key in before]
    for province, units in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, targets in units.items():
            rows += [(before[key], now[province, str(target["newWardKey"])], "part") for target in targets]  # type: ignore[index]
    return sorted(rows)


def nfc(text: str) -> str:
    """Composed letters, single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def check(tables: dict[str, Table]) -> None:
    """Stop when a count or a link is not what the decision says."""
    for name, count in COUNTS.items():
        codes = [row[0] for row in tables[name]]
        assert len(codes) == len(set(codes)) == count, (name, len(codes))
    kinds = Counter("Đặc khu" if row[1].startswith("Đặc") else row[1].split()[0] for row in tables["communes"])
    assert kinds == KINDS, kinds
    province_of = {row[0]: row[2] for row in tables["communes"]}
    former_of = {row[0]: row[2] for row in tables["former_communes"]}
    district_of = {row[0]: row[2] for row in tables["former_districts"]}
    moved = {row[0]: row[2] for row in tables["former_provinces"]}
    assert set(province_of.values()) == {row[0] for row in tables["provinces"]}
    former_seen = {former for former, _, _ in tables["changes"]}
    assert former_seen == former_of.keys() | set(ISLANDS.values()), "a former unit without successor"
    assert {code for _, code, _ in tables["changes"]} == province_of.keys(), "a unit without predecessor"
    for former, code, _ in tables["changes"]:
        province = district_of[former_of.get(former, former)]
        assert moved[province] == province_of[code], ("crosses a province border", former, code)
    reused = {code for former, code, _ in tables["changes"] if former == code}
    assert province_of.keys() - reused == ISLANDS.keys(), "a code that none of its predecessors had"


HEADS = {
    "provinces": ("code", "name"),
    "communes": ("code", "name", "province"),
    "former_provinces": ("code", "name", "province_now"),
    "former_districts": ("code", "name", "province"),
    "former_communes": ("code", "name", "district"),
    "changes": ("former", "code", "extent"),
}


def main() -> None:
    """Build, check, and write; `--check` only compares with what is there."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--check", action="store_true", help="write nothing; fail when a table differs")
    only_check = options.parse_args().check
    tables = read(source())
    check(tables)
    for name, rows in tables.items():
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([HEADS[name], *rows])
        file = TARGET / f"{name}.csv"
        if only_check:
            assert file.read_text(encoding="utf-8") == out.getvalue(), f"{file.name} differs"
        else:
            file.write_text(out.getvalue(), encoding="utf-8", newline="\n")
        print(f"{file.name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
