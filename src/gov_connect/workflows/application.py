"""What a workflow begins with: what the citizen wants, as it came, and how."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from gov_connect.fees import FeeItem
from gov_connect.model import Channel, DossierCode, InboundDossier, ProcedureCode
from gov_connect.model._base import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

Text = Annotated[str, Field(max_length=100)]


class FurtherRecord(Value):
    """A second record behind the same request of the citizen, with its own number and procedure."""

    code: DossierCode
    procedure: ProcedureCode
    charges: tuple[dict[str, str | int], ...]


class Interlinking(Value):
    """Where a dossier comes from that was filed at the bundle platform (civil_registry.md §1.8).

    Attributes:
        id: the platform's own, by which its content is fetched.
        code: national code of the interlinked dossier.
        procedure: maTTHC as the platform gave it.
    """

    id: Text
    code: Text
    procedure: Text = ""


class Application(Value):
    """What a workflow begins with; it is its durable payload, sealed.

    Attributes:
        inbound: the dossier as it was received; its number is that of the workflow.
        plan: name of the declaration it follows; "" lets the procedure tell.
        facts: what is proven of this citizen, for reliefs.
        charges: what is charged, where the form does not tell.
        further: other records behind the same request.
        bundle: where it was filed, for an interlinked dossier.
    """

    inbound: InboundDossier
    plan: Text = ""
    channel: Channel = Channel.ONLINE
    facts: frozenset[str] = frozenset()
    charges: tuple[dict[str, str | int], ...] = ()
    further: tuple[FurtherRecord, ...] = ()
    bundle: Interlinking | None = None

    def plain(self) -> object:
        """Everything in clear as plain data, for the sealed records alone."""
        return json.loads(self.to_json())

    @property
    def code(self) -> DossierCode:
        """Number of the workflow: that of its first record."""
        return self.inbound.code


def written(items: Iterable[FeeItem]) -> tuple[dict[str, str | int], ...]:
    """Fee items in their JSON form."""
    return tuple(
        {"charge": item.charge, **({"event": item.event} if item.event else {}), **item.quantities} for item in items
    )


def charged(charges: Iterable[dict[str, str | int]]) -> list[FeeItem]:
    """Fee items out of their JSON form.

    Raises:
        InvalidInput: one that cannot be.
    """
    return [FeeItem.read(charge) for charge in charges]
