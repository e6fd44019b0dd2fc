"""The records of who may sign: posts, certificates, authorisations, with dates (signature.md §2).

One file per agency, kept by văn thư and signed by the head (`Registry.from_signed`). People appear by their
officer code, never by name; certificates by serial number and a digest of the issuer's name.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from gov_connect.model import VIETNAM
from gov_connect.model._base import Value
from gov_connect.signing.verdict import Tree

Short: TypeAlias = Annotated[str, Field(min_length=1, max_length=100)]
Hex: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{1,64}$")]

EVERY_KIND: Final = "*"


class Capacity(StrEnum):
    """The prefix before the signer's post (NĐ 30/2020 Điều 13)."""

    HEAD = ""
    """The head in an agency led by one person."""
    COLLECTIVE = "TM."
    """For a collective body."""
    ACTING = "Q."
    """Given the head's power."""
    DEPUTY = "KT."
    """A deputy for the head."""
    BY_ORDER = "TL."
    """A unit's head, by order."""
    BY_AUTHORITY = "TUQ."
    """By written authority."""


class PostKind(StrEnum):
    """What kind of post somebody holds."""

    HEAD = "head"
    ACTING_HEAD = "acting_head"
    DEPUTY = "deputy"
    UNIT_HEAD = "unit_head"
    UNIT_DEPUTY = "unit_deputy"
    """Signs for the head of a unit, never for the head of the agency."""
    OFFICIAL = "official"


class Holder(StrEnum):
    """Whose certificate it is."""

    PERSON = "person"
    AGENCY = "agency"


class Dated(Value):
    """Something in force from one day to another, both included, by the calendar of Viet Nam."""

    begins: date
    ends: date | None = None
    revoked_at: datetime | None = None
    """The moment from which it holds no more, whatever its last day."""

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at that moment; a last day ends at 24:00 local time."""
        day = at.astimezone(VIETNAM).date()
        in_time = self.begins <= day and (self.ends is None or day <= self.ends)
        return in_time and (self.revoked_at is None or at < self.revoked_at)


class Post(Dated):
    """Somebody's post in an agency."""

    officer: Short
    agency: Short
    kind: PostKind
    collective: bool = False
    """Whether the agency is led by a collective body, as a people's committee is."""
    fields: frozenset[Short] = frozenset()
    """Kinds of documents in a deputy's field of work; `EVERY_KIND` among them means all."""


class CertificateRecord(Dated):
    """A certificate that is registered for a person or an agency."""

    serial: Hex
    issuer: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """SHA-256 of the issuer's name in DER."""
    holder: Holder
    agency: Short
    officer: str = ""
    tree: Tree


class Authorisation(Dated):
    """A written order (TL.) or authority (TUQ.) to sign certain kinds of documents."""

    number: Short
    """Number and symbol of the paper."""
    capacity: Capacity
    grantor: Short
    grantee: Short
    agency: Short
    documents: Annotated[frozenset[Short], Field(min_length=1)]
    basis: Annotated[str, Field(max_length=200)] = ""
    """The instrument by which somebody who heads no unit may be authorised: NĐ 280/2025 for certification."""
    passed_on_from: str = ""
    """Number of the paper on which the grantor's own right rests; "" for the head's own."""


class Records(Value):
    """Everything that decides who may sign."""

    posts: tuple[Post, ...] = ()
    certificates: tuple[CertificateRecord, ...] = ()
    authorisations: tuple[Authorisation, ...] = ()
