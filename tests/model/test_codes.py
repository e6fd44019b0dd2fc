"""Shapes of numbers and codes: what is one, and what is refused without being repaired."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.errors import InvalidInput
from gov_connect.model import (
    AgencyCode,
    CitizenId,
    DossierCode,
    OldIdNumber,
    ProcedureCode,
)

DIGITS = string.digits


@given(st.sampled_from(["000", "001", "037", "096", "100", "999"]), st.text(DIGITS, min_size=9, max_size=9))
def test_twelve_digits_of_an_issued_prefix_are_a_citizen_id(prefix, rest):
    """000 marks test people, 100 and above births abroad."""
    number = CitizenId(f" {prefix}{rest} ")
    assert number.reveal() == prefix + rest
    assert number.synthetic is (prefix == "000")


@given(st.text(st.sampled_from(DIGITS + "٣ xa-"), max_size=14))
def test_anything_else_is_refused_and_never_repaired(text):
    """Eleven digits get the hint of the lost zero."""
    digits = text.strip()
    if len(digits) == 12 and digits.isascii() and digits.isdigit():
        return
    with pytest.raises(InvalidInput) as caught:
        CitizenId(text)
    lost = len(digits) == 11 and digits.isascii() and digits.isdigit()
    assert (caught.value.problems[0].code == "value.citizen_id_lost_zero") is lost


@pytest.mark.parametrize("prefix", ["003", "099", "097", "005"])
def test_a_prefix_that_was_never_issued_is_refused(prefix):
    """There were 63 provinces."""
    with pytest.raises(InvalidInput, match="province"):
        CitizenId(prefix + "000000000")


@given(st.text(DIGITS, max_size=12))
def test_nine_digits_are_an_old_number(text):
    """No more and no less."""
    if len(text) == 9:
        assert OldIdNumber(text).reveal() == text
    else:
        with pytest.raises(InvalidInput):
            OldIdNumber(text)


AGENCIES = ["000.07.12.H99", "H99", "H99.12.7", "H99.12.07", "G09.20"]


@pytest.mark.parametrize("code", AGENCIES)
@pytest.mark.parametrize("tail", ["-250804-0019", "-20260609-0092637", "-250804-48213"])
def test_codes_of_both_generations_are_accepted(code, tail):
    """Old and new agencies, legal, patched and newest numbers; their parts come back."""
    dossier = DossierCode(f" {code}{tail} ")
    assert AgencyCode(code) == dossier.agency == code
    assert dossier.day in {date(2025, 8, 4), date(2026, 6, 9)}
    assert str(dossier) == code + tail


@pytest.mark.parametrize(
    "text", ["", "h99", "H9", "99", "000.07.12", "H99..1", "H99.1.", "H99-1", "H٩٩", "H99." + "A1." * 12 + "A"]
)
def test_what_is_no_agency_is_refused(text):
    """Also digits of other scripts."""
    with pytest.raises(InvalidInput):
        AgencyCode(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "H99-250804",
        "H99-250230-0019",
        "H99-251304-0019",
        "H99-250804-19",
        "H99-250804-00000019",
        "H٩٩-250804-0019",
        "H99-２５0804-0019",
    ],
)
def test_what_is_no_dossier_number_is_refused(text):
    """Its day must exist."""
    with pytest.raises(InvalidInput):
        DossierCode(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [("1.001193", "1.001193"), ("3.000181.000.00.00.H22", "3.000181"), (" 2.000815 ", "2.000815")],
)
def test_a_procedure_code_loses_its_agency_suffix(text, code):
    """The portal must not see it."""
    assert ProcedureCode(text) == code


@pytest.mark.parametrize("text", ["", "1001193", "1.00119", "1.0011933", "TS_MN.H22", "١.٠٠١١٩٣", "1.001193."])
def test_what_is_no_procedure_code_is_refused(text):
    """Local codes are mapped by the caller."""
    with pytest.raises(InvalidInput):
        ProcedureCode(text)
