"""How one value is written in each generation (civil_registry.md §1.3, §1.6, §1.7, §7 row 1).

G1 writes everything as text and leaves nothing blank; G2 writes text, places as objects, and blanks; G3 writes
names, dates of birth and places as objects and codes as numbers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Final

from gov_connect.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gov_connect.model import Address, Child, PartialDate
    from gov_connect.model.registrants import Identified

Field = tuple[str, object]
_TWO_LETTERS: Final = 2
VIET_NAM: Final = "Việt Nam"


def dotted(day: PartialDate | None) -> str:
    """`dd.MM.yyyy`, `MM.yyyy` or `yyyy` (§7 row 1); "" for none."""
    return "" if day is None else ".".join(reversed(day.iso.split("-")))


def slashed(day: PartialDate | None) -> str:
    """`dd/MM/yyyy`, with the parts that are known; "" for none."""
    return "" if day is None else "/".join(reversed(day.iso.split("-")))


class Style(ABC):
    """The way of one generation."""

    generation: ClassVar[str]

    @abstractmethod
    def name(self, who: Identified | Child) -> object:
        """A person's name."""

    @abstractmethod
    def place(self, place: Address | None, province: str = "") -> object:
        """An address; a blank one for none. `province` counts where the address has no code of its own."""

    def born(self, day: PartialDate | None) -> object:
        """A date of birth, whole or partial."""
        return self.day(day)

    def day(self, day: PartialDate | None) -> str:
        """Another date."""
        return dotted(day)

    def code(self, code: str) -> object:
        """A code of a list; "" for none."""
        return code

    def ethnicity(self, name: str, path: str) -> str:
        """An ethnic group."""
        del path
        return name

    def country(self, name: str, path: str) -> str:
        """A nationality or a country."""
        del path
        return VIET_NAM if name == "VN" else name

    @abstractmethod
    def finish(self, fields: Iterable[Field]) -> dict[str, object]:
        """The fields as they are sent. A name that begins with "?" is left out while it is blank."""


class G1(Style):
    """Single events as XML."""

    generation = "G1"

    def name(self, who: Identified | Child) -> str:
        """The whole name."""
        return who.name.reveal()

    def place(self, place: Address | None, province: str = "") -> str:
        """The whole address in words."""
        del province
        return "" if place is None else place.line

    def finish(self, fields: Iterable[Field]) -> dict[str, object]:
        """Only what is filled in, all as text."""
        return {name.lstrip("?"): str(value) for name, value in fields if value is not None and value != ""}


class G2(Style):
    """Bundles as JSON text."""

    generation = "G2"

    def name(self, who: Identified | Child) -> str:
        """The whole name."""
        return who.name.reveal()

    def place(self, place: Address | None, province: str = "") -> dict[str, str]:
        """Codes and words apart; the words of the units too, so that none are lost where codes are none."""
        if place is None:
            return {"maTinh": "", "maHuyen": "", "maXa": "", "dcChiTiet": ""}
        detail = "" if place.detail is None else place.detail.reveal()
        coded = bool(place.commune)
        country = place.country if place.abroad else ""
        words = [detail, "" if coded else place.names, country]
        return {
            "maTinh": place.province or province,
            "maHuyen": place.district,
            "maXa": place.commune,
            "dcChiTiet": ", ".join(filter(None, words)),
        }

    def finish(self, fields: Iterable[Field]) -> dict[str, object]:
        """Everything, blanks too."""
        return _with_blanks(fields)


class G3(Style):
    """The new dossier.

    Args:
        ethnic_codes: name -> code of the registry's new list, which is not public (§9 row 6).
        country_codes: name -> code.
    """

    generation = "G3"

    def __init__(self, ethnic_codes: Mapping[str, str], country_codes: Mapping[str, str]) -> None:
        self._ethnic = {name.casefold(): code for name, code in ethnic_codes.items()}
        self._countries = {name.casefold(): code for name, code in country_codes.items()} | {"việt nam": "VN"}

    def name(self, who: Identified | Child) -> dict[str, str]:
        """Family, middle and given name."""
        parts = who.divided
        given = {"Ho": parts.family, "ChuDem": parts.middle, "Ten": parts.given}
        return {name: "" if part is None else part.reveal() for name, part in given.items()}

    def place(self, place: Address | None, province: str = "") -> dict[str, str]:
        """Detail, country and two levels of units."""
        if place is None:
            return {"dcChiTiet": "", "quocGia": "", "maTinh": "", "maXa": ""}
        detail = "" if place.detail is None else place.detail.reveal()
        coded = bool(place.commune) and not place.district
        return {
            "dcChiTiet": detail if coded else ", ".join(filter(None, (detail, place.names))),
            "quocGia": self.country(place.country, "country"),
            "maTinh": place.province or province,
            "maXa": place.commune,
        }

    def born(self, day: PartialDate | None) -> dict[str, str]:
        """Year, month and day apart; the last two may be missing."""
        if day is None:
            return {}
        parts = dict(zip(("namSinh", "thangSinh", "ngaySinh"), day.iso.split("-"), strict=False))
        return {name: parts[name] for name in ("namSinh", "thangSinh", "ngaySinh") if name in parts}

    def day(self, day: PartialDate | None) -> str:
        """With slashes."""
        return slashed(day)

    def code(self, code: str) -> object:
        """A number."""
        return int(code) if code.isdecimal() else code

    def ethnicity(self, name: str, path: str) -> str:
        """A code of the new list.

        Raises:
            InvalidInput: the settings give no code for that name.
        """
        return name if name.isdecimal() or not name else _coded(self._ethnic, name, path)

    def country(self, name: str, path: str) -> str:
        """A code: two letters, or what the settings give for the name.

        Raises:
            InvalidInput: there is none.
        """
        if not name or (len(name) == _TWO_LETTERS and name.isascii()):
            return name.upper()
        return _coded(self._countries, name, path)

    def finish(self, fields: Iterable[Field]) -> dict[str, object]:
        """Everything, blanks too."""
        return _with_blanks(fields)


def _with_blanks(fields: Iterable[Field]) -> dict[str, object]:
    return {name.lstrip("?"): value for name, value in fields if value != "" or not name.startswith("?")}


def _coded(codes: Mapping[str, str], name: str, path: str) -> str:
    code = codes.get(name.casefold())
    if code is None:
        raise InvalidInput("Registration", [Problem(path=path, code="value.not_configured")])
    return code
