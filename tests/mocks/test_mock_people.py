"""Synthetic people: obviously false, the same for one seed, and enough for whole procedures."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gov_connect.mocks.people import commune_day, plain, population

DAY = date(2026, 1, 5)
FALSE_WORDS = re.compile(r"MẪU|THỬ|GIẢ|BỊA|NHÁP|VÍ")


@settings(max_examples=10)
@given(st.integers(min_value=0, max_value=10_000))
def test_people_are_obviously_false(seed: int) -> None:
    """Names are made of words for what is not real; numbers and phones cannot be anyone's."""
    people = population(seed, 200)
    assert all(FALSE_WORDS.match(person.name) for person in people)
    assert all(re.fullmatch(r"00000\d{7}|", p.number) and re.fullmatch(r"00000\d{4}|", p.cmnd) for p in people)
    assert all(re.fullmatch(r"0900000\d{3}", person.phone) for person in people)
    assert len({person.key for person in people}) == 200


def test_same_seed_same_day() -> None:
    """One seed gives one day, another seed another."""
    assert commune_day(4, 50, on=DAY) == commune_day(4, 50, on=DAY)
    assert commune_day(4, 50, on=DAY) != commune_day(5, 50, on=DAY)
    assert population(4, 10) == population(4, 10)


def test_submissions_are_mixed_as_in_a_commune() -> None:
    """Every hundred submissions have the shares of a commune."""
    shares = Counter(submission.procedure for submission in commune_day(1, 200, on=DAY))
    assert shares == {"2.000815": 70, "2.000884": 40, "1.001193": 40, "2.000635": 30, "1.004873": 20}


def test_short_day_has_every_procedure() -> None:
    """Ten submissions already show all five."""
    assert len({submission.procedure for submission in commune_day(1, 20, on=DAY)}) == 5


def test_all_situations_occur() -> None:
    """Year-only births, CMND-only people, single mothers: each is there in a day of 200."""
    day = commune_day(1, 200, on=DAY)
    births = [s for s in day if s.procedure == "1.001193"]
    assert any(s.applicant.year_only for s in day)
    assert any(not s.applicant.number for s in day)
    assert {s.fields["nksLoaiKhaiSinh"] for s in births} == {"1", "3"}
    assert all(("HoTenChaKS" in s.fields) == (s.fields["nksLoaiKhaiSinh"] == "1") for s in births)


def test_everybody_is_known_to_the_residents_database(residents_caller: Any) -> None:
    """Applicants by their birth as the form has it, parents by the year, all are found."""
    for submission in commune_day(0, 100, on=DAY):
        applicant, fields = submission.applicant, submission.fields
        when = fields.get("NgaySinhC") or fields["NYC_NgaySinh"]
        birth = when if len(when) == 4 else "".join(reversed(when.split("/")))
        asked = [(applicant.key, applicant.name, birth)]
        asked += [
            (fields[f"SoDinhDanh{who}"], fields[f"HoTen{who}KS"], fields[f"NamSinh{who}KS"])
            for who in ("Me", "Cha")
            if f"HoTen{who}KS" in fields
        ]
        for question in asked:
            assert b"SoDinhDanh" in residents_caller.look_up(*question).body


def test_births_can_be_registered(registry_caller: Any, clock: Any) -> None:
    """The leaves of a birth form and the day itself are all that a registration needs."""
    for number, submission in enumerate(s for s in commune_day(2, 100, on=clock().date()) if s.procedure == "1.001193"):
        answer = registry_caller(
            "dangKyHoTich",
            {
                "maDonVi": 99001,
                "module": "KS",
                "maHoSo": f"H99.201-260105-{number:04d}",
                "ngayTiepNhan": "2026-01-05",
                "data": birth_document(submission.fields),
            },
        )
        assert answer == {"status": 1, "value": ""}
    assert registry_caller.system.state()["duplicates"] == []


def birth_document(form: dict[str, str]) -> str:
    """Map a legacy form to the wire (civil_registry.md §4.2), just far enough for this test."""
    leaves = {
        "nksHoTen": form["HoTenKS"],
        "nksGioiTinh": form["GioiTinhKS"],
        "nksNgaySinh": form["NgaySinhChon"].replace("/", "."),
        "nksNgaySinhBangChu": "Ngày bằng chữ",
        "nksNoiSinh": form["nksNoiSinh_TrongNuoc"],
        "nksQueQuan": form["nksQueQuan_TrongNuoc"],
        "nksDanToc": form["DanTocKS"],
        "nksQuocTich": form["QuocTichKS"],
        "nksLoaiKhaiSinh": form["nksLoaiKhaiSinh"],
        "nycHoTen": form["HoVaTenC"],
        "nycQuanHe": form["QuanHe"],
        "nycLoaiGiayToTuyThan": "4",
        "nycSoGiayToTuyThan": form["SoDinhDanhC"],
        "nycNgayCapGiayToTuyThan": form["NgayCapDDC"].replace("/", "."),
        "nycNoiCapGiayToTuyThan": form["NoiCapDDC"],
        "loaiDangKy": form["loaiDangKy"],
        "soLuongBanSao": form["SoLuong"],
    }
    for wire, who in (("me", "Me"), ("cha", "Cha")):
        if f"HoTen{who}KS" in form:
            leaves |= {
                f"{wire}HoTen": form[f"HoTen{who}KS"],
                f"{wire}NgaySinh": form[f"NamSinh{who}KS"],
                f"{wire}DanToc": form[f"DanToc{who}KS"],
                f"{wire}QuocTich": form[f"QuocTich{who}KS"],
                f"{wire}LoaiCuTru": form[f"{who}LoaiCuTru"],
                f"{wire}NoiCuTru": form[f"{who}NoiCuTru_TrongNuoc"],
                f"{wire}LoaiGiayToTuyThan": "4",
                f"{wire}SoGiayToTuyThan": form[f"SoDinhDanh{who}"],
            }
    inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in leaves.items())
    return f"<hotich><hoso>{inner}</hoso></hotich>"


@pytest.mark.parametrize(
    ("procedure", "names"),
    [
        ("2.000815", {"SoTrang", "SoBan", "HoVaTenC"}),
        ("2.000884", {"SoLuong", "HoVaTenC"}),
        (
            "1.001193",
            {"HoTenKS", "NgaySinhChon", "HoTenMeKS", "SoDinhDanhMe", "nksNoiSinh_TrongNuoc", "SoLuong"},
        ),
        ("2.000635", {"NYC_HoVaTen", "NDK_HoVaTen", "HoSo_So", "HoSo_QuyenSo", "SoLuong"}),
        ("1.004873", {"HoVaTenC1", "NgaySinhC1", "SoDinhDanhC1", "TinhTrangHonNhanC1"}),
    ],
)
def test_each_procedure_has_the_leaves_of_its_form(procedure: str, names: set[str]) -> None:
    """Each procedure has the leaves of its form, all of them text."""
    for submission in commune_day(3, 100, on=DAY):
        if submission.procedure == procedure:
            assert names <= submission.fields.keys()
            assert all(isinstance(value, str) for value in submission.to_portal().values())


def test_children_are_born_before_the_day() -> None:
    """A child is born within the two months before, so that the registration is on time."""
    for submission in commune_day(3, 100, on=DAY):
        if "NgaySinhChon" in submission.fields:
            born = datetime.strptime(submission.fields["NgaySinhChon"], "%d/%m/%Y").date()  # noqa: DTZ007
            assert 0 < (DAY - born).days <= 60


def test_portal_takes_every_submission(portal_caller: Any) -> None:
    """The flat form of a submission is what the portal takes."""
    codes = [portal_caller.system.submit(submission.to_portal()) for submission in commune_day(3, 100)]
    assert len(set(codes)) == 100


def test_reprs_hide_everything() -> None:
    """Neither a person nor a submission shows any data."""
    (submission,) = commune_day(3, 1, on=DAY)
    assert repr(submission.applicant) == "Person()"
    assert submission.applicant.name not in repr(submission)
    assert json.dumps(submission.fields) not in repr(submission)


def test_names_are_compared_without_diacritics() -> None:
    """Names are compared without diacritics, spaces and marks; Đ does not decompose and is done by hand."""
    assert plain("Đặng Thị H'Mẫu-Thử") == "DANGTHIHMAUTHU"
