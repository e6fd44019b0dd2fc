"""Dossier numbers that are never given twice, across threads and processes (national_portal.md §4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from sqlalchemy import insert, select, update

from gov_connect.model import AgencyCode, DossierCode
from gov_connect.store.tables import NUMBERS

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement

    from gov_connect.store.database import Database


class NumberForm(Protocol):
    """How agency, day and order become a number; the structure of 2025 is not public, so it is pluggable."""

    def __call__(self, agency: str, day: date, order: int) -> str:
        """The number as text."""
        ...


def legal_form(agency: str, day: date, order: int) -> str:
    """Article 19 of Thông tư 01/2018: `000.07.12.H99-250804-0019`; beyond 9999 the last group grows."""
    return f"{agency}-{day:%y%m%d}-{order:04d}"


def patched_form(agency: str, day: date, order: int) -> str:
    """Five digits, as a provincial client makes for local numbers that lack the province (§4.1, SEEN).

    That client draws them by chance and may meet one twice; these count.
    """
    return f"{agency}-{day:%y%m%d}-{order:05d}"


def newest_form(agency: str, day: date, order: int) -> str:
    """Eight-digit day and seven digits, as the portal of 2026 issues them (§4.1, SEEN)."""
    return f"{agency}-{day:%Y%m%d}-{order:07d}"


FORMS: Final[dict[str, NumberForm]] = {"legal": legal_form, "patched": patched_form, "newest": newest_form}


class DossierNumbers:
    """The counter: one per agency code, from 1 each day; the row is written before the number is given.

    Args:
        form: how numbers look.
    """

    def __init__(self, database: Database, *, form: NumberForm = legal_form) -> None:
        self._database = database
        self._form = form

    def next(self, agency: AgencyCode | str, day: date) -> DossierCode:
        """The next number of this agency on this day (the day the dossier was received).

        Raises:
            InvalidInput: the form makes something that is no dossier number.
        """
        code = AgencyCode(agency)
        where = self._where(code, day)
        # The transaction takes the write lock at its start, so two processes count one after the other.
        with self._database.transaction() as db:
            row = db.execute(select(NUMBERS.c.last).where(where)).first()
            order = 1 if row is None else row.last + 1
            number = DossierCode(self._form(str(code), day, order))
            if row is None:
                db.execute(insert(NUMBERS).values(agency=str(code), day=f"{day:%Y%m%d}", last=order))
            else:
                db.execute(update(NUMBERS).where(where).values(last=order))
        return number

    def start_after(self, agency: AgencyCode | str, day: date, order: int) -> None:
        """Continue after `order`, e.g. when numbers of the day were already given elsewhere; never backwards."""
        code = AgencyCode(agency)
        where = self._where(code, day)
        with self._database.transaction() as db:
            row = db.execute(select(NUMBERS.c.last).where(where)).first()
            if row is None:
                db.execute(insert(NUMBERS).values(agency=str(code), day=f"{day:%Y%m%d}", last=order))
            elif row.last < order:
                db.execute(update(NUMBERS).where(where).values(last=order))

    @staticmethod
    def _where(agency: AgencyCode, day: date) -> ColumnElement[bool]:
        return (NUMBERS.c.agency == str(agency)) & (NUMBERS.c.day == f"{day:%Y%m%d}")
