"""The fields of every request, in the order the server wants them, every variant a setting
(residents.md §2.3).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gov_connect.adapters import recorded_look_ups
from gov_connect.adapters.residents import wire
from gov_connect.errors import InvalidInput, Rejected
from gov_connect.errors import Problem as _Problem
from gov_connect.model.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gov_connect.adapters.residents.wire import Fields
    from gov_connect.model import CitizenQuery, Officer, PartialDate, Purpose
    from gov_connect.runtime import Acting
    from gov_connect.settings import ResidentsSettings

_ELEMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
_LONGEST: Final = {"MaYeuCau": 40, "MaDVC": 20, "MaCanBo": 20, "MaDonVi": 35, "HoVaTen": 100}
_ANY_PROCEDURE: Final = "*"


def mandate(acting: Acting) -> tuple[Purpose, Officer]:
    """Who asks, and what for.

    Raises:
        PurposeRequired: nobody, or for nothing.
    """
    return recorded_look_ups.mandate(acting, "residents.look_up")


def look_up(query: CitizenQuery, acting: Acting, settings: ResidentsSettings, request_id: str) -> Fields:
    """037."""
    fields = _head(acting, settings, request_id, wire.LOOK_UP_CODE, settings.agency_place)
    if settings.account_fields:
        _, officer = mandate(acting)
        phone = "0" if officer.phone is None else officer.phone.reveal()
        fields += [("TaiKhoan", officer.account), ("SoDienThoai", phone)]
    return _checked([*fields, _number(query), ("HoVaTen", _name(query, settings)), _born(query.born, settings)])


def verification(query: CitizenQuery, acting: Acting, settings: ResidentsSettings, request_id: str) -> Fields:
    """003: the same without agency and account."""
    fields = _head(acting, settings, request_id, wire.VERIFY_CODE, "omit")
    return _checked([*fields, _number(query), ("HoVaTen", _name(query, settings)), _born(query.born, settings)])


def verification_of_2021(query: CitizenQuery, acting: Acting, settings: ResidentsSettings, request_id: str) -> Fields:
    """033: six texts, all present, one number empty, no birth date."""
    return _checked(
        [
            ("MaYeuCau", request_id),
            ("MaDichVu", wire.VERIFY_CODE_OF_2021),
            ("MaCanBo", _officer(acting, settings)),
            *_both_numbers(query),
            ("HoVaTen", _name(query, settings)),
        ]
    )


def kin(query: CitizenQuery, acting: Acting, settings: ResidentsSettings, request_id: str) -> Fields:
    """XacMinhThongTinNhanThan: nine fields, the birth date as one text of ten characters or a year."""
    born = f"{query.born.year:04d}" if query.born.full is None else query.born.full.isoformat()
    fields = _head(acting, settings, request_id, settings.kin_code, "before_officer")
    return _checked([*fields, *_both_numbers(query), ("HoVaTen", _name(query, settings)), ("NgayThangNamSinh", born)])


def generic(
    given: Sequence[tuple[str, str | Mapping[str, str]]],
    acting: Acting,
    settings: ResidentsSettings,
    request_id: str,
    code: str,
) -> Fields:
    """The common head, then `given` as it is: names and texts are checked, nothing is added or left out.

    Raises:
        InvalidInput: a name that is no element name, or a text that XML cannot hold; all at once.
    """
    problems: list[_Problem] = []
    fields = _head(acting, settings, request_id, code, settings.agency_place)
    for place, (name, value) in enumerate(given):
        pairs = [(name, value)] if isinstance(value, str) else list(value.items())
        texts: list[tuple[str, str]] = []
        for inner, text in pairs:
            if not _ELEMENT.fullmatch(inner) or not _ELEMENT.fullmatch(name):
                problems.append(_Problem(path=f"fields.{place}", code="value.element_name"))
                continue
            try:
                texts.append((inner, clean(text)))
            except Rejected as broken:
                problems.append(_Problem(path=f"fields.{place}", code=broken.code, params=broken.params))
        if texts:
            fields.append((name, texts[0][1] if isinstance(value, str) else texts))
    if problems:
        raise InvalidInput("residents.call", problems)
    return _checked(fields)


def _head(acting: Acting, settings: ResidentsSettings, request_id: str, code: str, agency_place: str) -> Fields:
    purpose, _ = mandate(acting)
    codes = settings.procedure_codes
    own = str(purpose.procedure)
    agency = ("MaDonVi", str(acting.agency))
    head: Fields = [
        ("MaYeuCau", request_id),
        ("MaDVC", codes.get(own, codes.get(_ANY_PROCEDURE, own))),
        ("MaTichHop", code),
    ]
    if agency_place == "before_officer":
        head.append(agency)
    head.append(("MaCanBo", _officer(acting, settings)))
    if agency_place == "after_officer":
        head.append(agency)
    return head


def _officer(acting: Acting, settings: ResidentsSettings) -> str:
    _, officer = mandate(acting)
    if settings.officer_as == "fixed":
        return settings.officer_fixed
    return officer.account if settings.officer_as == "account" else officer.code


def _checked(fields: Fields) -> Fields:
    """`fields`, if every text keeps the server's length and MaCanBo is there.

    Raises:
        InvalidInput: with every field that does not.
    """
    problems = [
        _Problem(path=name, code="value.too_long", params={"limit": _LONGEST[name]})
        for name, value in fields
        if name in _LONGEST and len(value) > _LONGEST[name]
    ]
    problems += [_Problem(path=name, code="value.empty") for name, value in fields if name == "MaCanBo" and not value]
    if problems:
        raise InvalidInput("CitizenQuery", problems)
    return fields


def _name(query: CitizenQuery, settings: ResidentsSettings) -> str:
    return wire.plain_name(
        query.name.reveal(),
        keep_spaces=settings.name_spaces,
        keep_marks=settings.name_marks,
        keep_signs=settings.name_signs,
    )


def number_of(query: CitizenQuery) -> str:
    """The number that is asked for, in clear: for the record of look-ups, which digests it."""
    return _number(query)[1]


def _number(query: CitizenQuery) -> tuple[str, str]:
    """One element, never both (§2.3 row 8)."""
    if query.citizen_id is not None:
        return ("SoDinhDanh", query.citizen_id.reveal())
    assert query.old_id is not None
    return ("SoCMND", query.old_id.reveal())


def _both_numbers(query: CitizenQuery) -> list[tuple[str, str]]:
    name, number = _number(query)
    return [(tag, number if tag == name else "") for tag in ("SoDinhDanh", "SoCMND")]


def _born(born: PartialDate, settings: ResidentsSettings) -> tuple[str, list[tuple[str, str]]]:
    """Exactly one child: the full date, or the year when less is known (§2.3 row 10)."""
    if born.day is not None:
        child = ("NgayThangNam", born.iso.replace("-", "") if settings.date_format == "yyyyMMdd" else born.iso)
    elif born.month is not None and settings.month_child:
        child = ("ThangNam", f"{born.year:04d}{born.month:02d}")
    else:
        child = ("Nam", f"{born.year:04d}")
    return ("NgayThangNamSinh", [child])
