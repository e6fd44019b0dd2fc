"""The legacy birth form becomes a registration; nothing of it is dropped in silence."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from gov_connect.errors import InvalidInput
from gov_connect.forms import read_birth_form
from gov_connect.model import VIETNAM, FormText, RegistrationKind, Sex

SAMPLE = json.loads((Path(__file__).parent.parent / "samples/forms/8_10_birth.json").read_text("utf-8"))
# What the law asks of a form beyond the leaves of the sample.
REST = {"nksQueQuan_TrongNuoc": "Xã Mẫu", "NgayCapDDC": "01/02/2022", "NoiCapDDC": "Cục Cảnh sát QLHC về TTXH"}


def read(**changes):
    leaves = {name: text for name, text in {**SAMPLE, **REST, **changes}.items() if text is not None}
    return read_birth_form(
        {name: FormText(text) for name, text in leaves.items()},
        dossier="H99.201-260105-0007",
        unit="99001",
        received_at=datetime(2026, 1, 5, 8, tzinfo=VIETNAM),
    )


def problems(**changes):
    with pytest.raises(InvalidInput) as caught:
        read(**changes)
    return {problem.path: problem.code for problem in caught.value.problems}


def test_the_sample_8_10_is_mapped_whole():
    """Every leaf of the sample is used."""
    form = read()
    birth = form.registration
    assert form.unmapped == ()
    assert (birth.child.name.reveal(), birth.child.sex, birth.child.born.iso) == (
        "PHẠM THỬ NGHIỆM AN",
        Sex.FEMALE,
        "2026-01-03",
    )
    assert (birth.child.birth_place.line, birth.copies, birth.kind) == (
        "Bệnh viện Mẫu, phường Ví Dụ",
        3,
        RegistrationKind.ON_TIME,
    )
    assert (birth.mother.born.iso, birth.father.born.iso) == ("1999", "1997")
    assert (birth.requester.name.reveal(), birth.requester.relation, birth.requester.id_issued_on.iso) == (
        "PHẠM VĂN GIẢ ĐỊNH",
        "Cha",
        "2022-02-01",
    )


def test_the_bare_sample_lacks_what_the_registry_requires():
    """All of it is said at once, by the model's own paths."""
    assert problems(**dict.fromkeys(REST)) == {
        "child.native_place": "value.missing",
        "requester.id_issued_on": "value.missing",
        "requester.id_issued_by": "value.missing",
    }


def test_everything_that_is_wrong_is_said_at_once():
    """Across child, parents and requester; never the values."""
    found = problems(NgaySinhChon="31/02/2026", GioiTinhKS="x", SoDinhDanhMe="12", SoLuong="ba", HoVaTenC=None)
    assert found == {
        "child.born": "value.not_a_date",
        "child.sex": "value.not_among",
        "mother.citizen_id": "value.citizen_id",
        "copies": "value.not_whole_number",
        "requester.name": "value.missing",
    }


def test_leaves_that_nothing_reads_are_listed():
    """By name, sorted."""
    assert read(GhiChuThem="x", AnhChup="y").unmapped == ("AnhChup", "GhiChuThem")


@pytest.mark.parametrize("spell", [str.lower, str.upper, lambda name: f" {name} "])
def test_leaf_names_are_found_in_any_case(spell):
    """Templates carry trailing blanks and other capitals."""
    form = read_birth_form(
        {
            spell(name): FormText(text)
            for name, text in {**SAMPLE, **REST}.items()
            if name not in {"nksNoiSinh", "nksQueQuan", "nksLoaiKhaiSinh"}
        },
        dossier="H99.201-260105-0007",
        unit="99001",
        received_at=datetime(2026, 1, 5, 8, tzinfo=VIETNAM),
    )
    assert form.unmapped == ()


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("03/01/2026", "2026-01-03"),
        ("3.1.2026", "2026-01-03"),
        ("03-01-2026", "2026-01-03"),
        ("2026-01-03", "2026-01-03"),
        ("20260103", "2026-01-03"),
        ("2026-01-03T00:00:00", "2026-01-03"),
        ("01/2026", "2026-01"),
        ("2026", "2026"),
    ],
)
def test_dates_are_read_as_people_write_them(text, iso):
    """Day first, unless the year comes first."""
    assert read(NgaySinhChon=text).registration.child.born.iso == iso


@pytest.mark.parametrize("text", ["2026-01-02T17:00:00.000Z", "3/1/26", "hôm qua", "13/13/2025", "3-1/2026"])
def test_a_date_without_plain_meaning_is_refused(text):
    """A moment in another zone may be another day."""
    assert problems(NgaySinhChon=text) == {"child.born": "value.not_a_date"}


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("1", Sex.MALE),
        ("02", Sex.FEMALE),
        ("Nam", Sex.MALE),
        ("NỮ", Sex.FEMALE),
        ("nu", Sex.FEMALE),
        ("3", Sex.UNKNOWN),
    ],
)
def test_the_sex_is_code_or_word(text, sex):
    """List L1 and its words."""
    assert read(GioiTinhKS=text).registration.child.sex is sex


@pytest.mark.parametrize(("text", "copies"), [("0", 0), ("03", 3), ("3.0", 3), (" 5 ", 5)])
def test_copies_are_whole_numbers(text, copies):
    """As text, with what spreadsheets add."""
    assert read(SoLuong=text).registration.copies == copies


@pytest.mark.parametrize("text", ["-1", "1.5", "101", "9" * 5000, "٣", "3 bản"])
def test_copies_without_plain_meaning_are_refused(text):
    """Nothing is rounded or cut."""
    assert set(problems(SoLuong=text)) == {"copies"}


@pytest.mark.parametrize(
    ("text", "kind"), [("1", "on_time"), ("02", "again"), ("3", "foreign"), ("4", "late"), ("5", "from_papers")]
)
def test_the_kind_is_a_code_of_list_l3(text, kind):
    """6 stands in old books only and is refused."""
    assert read(loaiDangKy=text).registration.kind == kind
    assert problems(loaiDangKy="6") == {"kind": "value.not_among"}


def test_two_leaves_that_say_the_same_are_both_read():
    """A year beside the full date."""
    form = read(NgaySinhMeKS="04/05/1999")
    assert (form.registration.mother.born.iso, form.unmapped) == ("1999-05-04", ())


def test_two_leaves_that_differ_are_not_settled_in_silence():
    """The first counts, the other is listed."""
    form = read(NgaySinhMeKS="04/05/1998")
    assert (form.registration.mother.born.iso, form.unmapped) == ("1998-05-04", ("NamSinhMeKS",))


def test_a_parent_who_is_not_named_is_not_there():
    """A single mother's form has no leaf of a father."""
    form = read(HoTenChaKS=None, NamSinhChaKS=None, SoDinhDanhCha=None, QuanHe="Bà ngoại", nksLoaiKhaiSinh="3")
    assert form.registration.father is None


def test_no_error_shows_what_was_typed():
    """Paths and rules only."""
    with pytest.raises(InvalidInput) as caught:
        read(GioiTinhKS="BÍ MẬT", NgaySinhChon="BÍ MẬT", HoTenKS="BÍ MẬT\x00")
    error = caught.value
    assert "BÍ MẬT" not in f"{error} {error!r} {error.args} {error.text('vi')} {error.params}"
