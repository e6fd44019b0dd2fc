"""Prefill: what comes from where, and what differs; nothing typed is overwritten."""

from __future__ import annotations

import pytest

from gov_connect.forms.prefilling import Provenance, person_leaves, places, prefill
from gov_connect.model import Citizen, CivilEvent, Coded, FormText, PlaceRecord


def form(**leaves):
    return {leaf: FormText(text) for leaf, text in leaves.items()}


@pytest.fixture
def mother():
    return Citizen(
        name="NGUYỄN THỊ HOÀ",
        citizen_id="000000000012",
        born="1990-05-20",
        ethnicity=Coded(code="01"),
        nationality="VN",
        permanent_address=PlaceRecord(province="01", commune="00004", district="001", detail="SỐ 1"),
    )


def found(result):
    return {field.leaf: field.provenance for field in result.fields}


def test_empty_leaves_are_filled_as_the_form_writes_them(mother):
    """Dates day first, the number, the address in words; a raw ethnic code is not decoded."""
    result = prefill(form(HoTenMeKS="Nguyễn Thị Hòa"), {"mother": mother})
    assert found(result) == {
        "HoTenMeKS": Provenance.AGREES,
        "NgaySinhMeKS": Provenance.DATABASE,
        "SoDinhDanhMe": Provenance.DATABASE,
        "QuocTichMeKS": Provenance.DATABASE,
        "MeNoiCuTru_TrongNuoc": Provenance.DATABASE,
    }
    filled = {leaf: text.reveal() for leaf, text in result.form(form(HoTenMeKS="Nguyễn Thị Hòa", Khac="x")).items()}
    assert filled == {
        "HoTenMeKS": "Nguyễn Thị Hòa",
        "Khac": "x",
        "NgaySinhMeKS": "20/05/1990",
        "SoDinhDanhMe": "000000000012",
        "QuocTichMeKS": "Việt Nam",
        "MeNoiCuTru_TrongNuoc": "SỐ 1, Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội",
    }


@pytest.mark.parametrize(
    ("leaf", "typed", "provenance"),
    [
        ("HoTenMeKS", "nguyễn thị  hoà", Provenance.AGREES),
        ("HoTenMeKS", "Nguyễn Thị Hoa", Provenance.DIFFERS),
        ("NgaySinhMeKS", "20/5/1990", Provenance.AGREES),
        ("NgaySinhMeKS", "1990", Provenance.AGREES),
        ("NamSinhMeKS", "1990", Provenance.AGREES),
        ("NgaySinhMeKS", "21/05/1990", Provenance.DIFFERS),
        ("NgaySinhMeKS", "không nhớ", Provenance.DIFFERS),
        ("SoDinhDanhMe", "000000000013", Provenance.DIFFERS),
        ("DanTocMeKS", "Kinh", Provenance.TYPED),
    ],
)
def test_what_was_typed_is_compared_and_kept(mother, leaf, typed, provenance):
    """Capitals and tone spelling do not matter, marks do; a year agrees with its day."""
    result = prefill(form(**{leaf: typed}), {"mother": mother})
    assert found(result)[leaf] is provenance
    assert result.form(form(**{leaf: typed}))[leaf].reveal() == typed


def test_the_officer_decides_about_differences(mother):
    """Accepting takes the record's value; what is no difference cannot be accepted."""
    typed = form(HoTenMeKS="Nguyễn Thị Hoa", SoDinhDanhMe="000000000013")
    result = prefill(typed, {"mother": mother})
    assert [(field.path, field.typed.reveal(), field.on_record.reveal()) for field in result.differences] == [
        ("mother.name", "Nguyễn Thị Hoa", "NGUYỄN THỊ HOÀ"),
        ("mother.citizen_id", "000000000013", "000000000012"),
    ]
    decided = result.accept("HoTenMeKS")
    assert [field.leaf for field in decided.differences] == ["SoDinhDanhMe"]
    assert decided.form(typed)["HoTenMeKS"].reveal() == "NGUYỄN THỊ HOÀ"
    with pytest.raises(KeyError):
        result.accept("QuocTichMeKS")


def test_nothing_of_it_shows_itself(mother):
    """Neither typed nor recorded values stand in a repr."""
    shown = repr(prefill(form(HoTenMeKS="Nguyễn Thị Hoa"), {"mother": mother}))
    assert not [text for text in ("Hoa", "HOÀ", "000000000012", "1990") if text in shown]


def test_a_decoded_ethnicity_is_filled():
    """Where the wire or the configured list gave a name."""
    citizen = Citizen(name="MẪU", ethnicity=Coded(code="02", name="Tày"))
    result = prefill({}, {"father": citizen})
    assert found(result) == {"HoTenChaKS": Provenance.DATABASE, "DanTocChaKS": Provenance.DATABASE}


def test_other_forms_bring_their_own_leaves(mother):
    """A table of leaves is all that a form needs; roles without a citizen stay as typed."""
    leaves = {"owner.name": ("ChuSoHuu",), "witness.name": ("NguoiLamChung",)}
    result = prefill(form(chusohuu="X", NguoiLamChung="Y"), {"owner": mother}, leaves=leaves)
    assert found(result) == {"chusohuu": Provenance.DIFFERS}
    assert "mother.name" in person_leaves(CivilEvent.BIRTH)


@pytest.mark.parametrize(
    ("record", "as_of", "readings"),
    [
        ({"province": "01", "district": "001", "commune": "00004"}, None, 1),
        ({"province": "01", "commune": "00004"}, None, 2),
        ({"province": "01", "commune": "00097"}, "2025-08-01", 1),
        ({"province": "27"}, None, 1),
        ({"province": "24"}, None, 2),
        ({"province": "99", "commune": "99001"}, None, 0),
        ({"province": "31", "commune": "00004"}, None, 0),
        ({"unit": "00004"}, "2025-01-01", 1),
        ({}, None, 0),
        ({"detail": "SỐ 1"}, None, 1),
    ],
)
def test_codes_of_unclear_time_give_every_reading(record, as_of, readings):
    """A district or the moment of the data decides; else nothing is chosen."""
    from datetime import date  # noqa: PLC0415 - only here

    day = None if as_of is None else date.fromisoformat(as_of)
    assert len(places(PlaceRecord(**record), day)) == readings


def test_an_unclear_address_is_left_to_the_officer(mother):
    """It is told, and neither filled nor compared."""
    unclear = mother.model_copy(update={"permanent_address": PlaceRecord(province="01", commune="00004")})
    result = prefill(form(MeNoiCuTru_TrongNuoc="Ba Đình"), {"mother": unclear})
    assert result.unclear == ("mother.residence",)
    assert found(result)["MeNoiCuTru_TrongNuoc"] is Provenance.TYPED
