"""Birth forms -> registration (civil_registry.md §4.2, §8.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from gov_connect.forms.reading import read_form
from gov_connect.model import BirthRegistration, CivilEvent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from gov_connect.forms.reading import FormReading
    from gov_connect.model import Applicant, DossierCode, Personal


class BirthForm:
    """A mapped birth form; see `FormReading` for everything that is known of it."""

    def __init__(self, reading: FormReading) -> None:
        self.reading = reading
        self.registration = cast("BirthRegistration", reading.registration)

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Leaves that nothing reads, by name: they are reported, never dropped in silence."""
        return self.reading.unmapped


def read_birth_form(
    form: Mapping[str, Personal],
    *,
    dossier: DossierCode,
    unit: str,
    received_at: datetime,
    applicant: Applicant | None = None,
) -> BirthForm:
    """Map a birth form of any known generation.

    Raises:
        InvalidInput: with every missing or wrong field at once.
    """
    return BirthForm(
        read_form(
            form,
            dossier=dossier,
            unit=unit,
            received_at=received_at,
            event=CivilEvent.BIRTH,
            applicant=applicant,
        )
    )
