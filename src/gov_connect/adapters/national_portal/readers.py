"""Catalogues and questions -> model: UPPERCASE or PascalCase keys, lists or one object (§2.5, §2.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from gov_connect.adapters.national_portal import mapping
from gov_connect.adapters.reading import code_text, fold, folded, moment, number_of, rows_of
from gov_connect.errors import InvalidInput, UnexpectedReply
from gov_connect.forms.leaves import shown
from gov_connect.model import (
    Agency,
    CatalogueRow,
    Domain,
    EmailAddress,
    FormText,
    OnlineService,
    PersonName,
    ProcedureCode,
    Question,
    QuestionAnswer,
)
from gov_connect.transport import as_object

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_BLANK: Final[tuple[object, ...]] = (None, "", [], {})
_OF_ANSWERS: Final = frozenset({"hoidapid", "traloiid", "noidungtraloi", "chucvunguoitraloi"}) | frozenset(
    {"malinhvuc", "tendonvi", "madonvi", "noidung", "hovaten", "thudientu", "matthcdp", "trangthai"}
)
"""What is read of an answer, and the question's own members, which may come along (§2.7)."""


def _read(result: object, system: str, what: str, make: Callable[[dict[str, Any], dict[str, Any]], T]) -> list[T]:
    """Every row by `make(folded, as it came)`.

    Raises:
        UnexpectedReply: a row is no such thing.
    """
    found: list[T] = []
    for row in mapping.rows(result, system, reason=what):
        given = as_object(row)
        fields = folded(given or {})
        if not given or not fields:
            raise UnexpectedReply(system=system, reason=what)
        try:
            found.append(make(fields, given))
        except InvalidInput as error:
            raise UnexpectedReply(system=system, reason=what) from error
    return found


def catalogue(result: object, system: str) -> list[CatalogueRow]:
    """Rows of a code list whose fields are not known."""
    return _read(result, system, "not_a_code_list", _catalogue_row)


def _catalogue_row(_fields: dict[str, Any], given: dict[str, Any]) -> CatalogueRow:
    plain = {key: code_text(value) for key, value in given.items() if code_text(value)}
    codes = [value for key, value in plain.items() if key.upper().startswith("MA")]
    names = [value for key, value in plain.items() if key.upper().startswith("TEN")]
    return CatalogueRow(
        code=codes[0] if len(codes) == 1 else "", name=names[0] if len(names) == 1 else "", fields=plain
    )


def agencies(result: object, system: str) -> list[Agency]:
    """Rows of LayDanhMucCoQuan; a level that is no number is None."""
    return _read(result, system, "not_an_agency", _agency)


def _agency(fields: dict[str, Any], _given: dict[str, Any]) -> Agency:
    return Agency(
        code=code_text(fields.get("madonvi")),
        name=code_text(fields.get("tendonvi")),
        level=number_of(code_text(fields.get("capdonvi"))),
    )


def domains(result: object, system: str) -> list[Domain]:
    """Rows of LayDanhMucLinhVuc."""
    return _read(
        result,
        system,
        "not_a_domain",
        lambda fields, _given: Domain(
            code=code_text(fields.get("malinhvuc")),
            name=code_text(fields.get("tenlinhvuc")),
            owner=code_text(fields.get("manganh")),
        ),
    )


def online_services(result: object, system: str) -> list[OnlineService]:
    """Rows of LayDVC, which stand under `data` (§1.4)."""
    return _read(result, system, "not_an_online_service", _online_service)


def _online_service(fields: dict[str, Any], _given: dict[str, Any]) -> OnlineService:
    raw = code_text(fields.get("matthc"))
    try:
        procedure = ProcedureCode(raw)
    except InvalidInput:  # purely local codes exist (§4.3): kept beside
        procedure = None
    places = (as_object(row) or {} for row in rows_of(fields.get("apdungdvc")))
    return OnlineService(
        code=code_text(fields.get("madvc")),
        name=code_text(fields.get("tendvc")),
        procedure=procedure,
        procedure_raw=raw,
        issuer=code_text(fields.get("tencoquanbanhanh")),
        domain=code_text(fields.get("tenlinhvuc")),
        applies=tuple({key: code_text(value) for key, value in place.items()} for place in places if place),
    )


def account_id(result: object, system: str) -> str | None:
    """TECHNICALID of the first row of TraCuuTechID; None when there is none (S9)."""
    for row in mapping.rows(result, system, reason="not_an_account"):
        found = code_text((folded(as_object(row) or {}) or {}).get("technicalid"))
        if not found:
            raise UnexpectedReply(system=system, reason="not_an_account")
        return found
    return None


def questions(result: object, system: str) -> list[Question]:
    """Questions of either list."""
    return _read(result, system, "not_a_question", _question)


def _question(fields: dict[str, Any], _given: dict[str, Any]) -> Question:
    return Question(
        id=code_text(fields.get("hoidapid")),
        text=_written(fields.get("noidung")),
        domain=code_text(fields.get("malinhvuc")),
        agency=code_text(fields.get("madonvi")),
        agency_name=code_text(fields.get("tendonvi")),
        asked_by=_personal(fields.get("hovaten"), PersonName),
        email=_personal(fields.get("thudientu"), EmailAddress),
        procedure=code_text(fields.get("matthcdp")),
        status=code_text(fields.get("trangthai")),
    )


def answers(result: object, system: str, question: str) -> list[QuestionAnswer]:
    """Answers of LayNoiDungTraLoiTheoCauHoi; a row without a question's id is of the one asked for."""

    def read(fields: dict[str, Any], given: dict[str, Any]) -> QuestionAnswer:
        at = moment(code_text(fields.get("ngaytraloi")))
        by = _personal(fields.get("nguoitraloi"), PersonName)
        known = _OF_ANSWERS | {name for name, got in (("ngaytraloi", at), ("nguoitraloi", by)) if got is not None}
        return QuestionAnswer(
            question=code_text(fields.get("hoidapid")) or question,
            id=code_text(fields.get("traloiid")),
            text=_written(fields.get("noidungtraloi")),
            answered_by=by,
            title=code_text(fields.get("chucvunguoitraloi")),
            at=at,
            unread=tuple(shown(name) for name, held in given.items() if fold(name) not in known and held not in _BLANK),
        )

    return _read(result, system, "not_an_answer", read)


def _written(value: object) -> FormText | None:
    """What somebody wrote; one blank text must not make a whole list unreadable."""
    text = value if isinstance(value, str) else code_text(value)
    return FormText(text) if text.strip() else None


def _personal(value: object, kind: Callable[[str], T]) -> T | None:
    try:
        return kind(value) if isinstance(value, str) else None
    except InvalidInput:
        return None
