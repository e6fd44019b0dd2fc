"""Puts `gov.signing` together from what all views of a client share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gov_connect._signatures.build import Desk
from gov_connect._signatures.requests import RequestBook
from gov_connect._signatures.service import Signatures
from gov_connect.adapters.timestamp import TimestampAuthority
from gov_connect.errors import ConfigurationError, Problem
from gov_connect.runtime import Inner
from gov_connect.settings import PREFIX, Environment, Settings
from gov_connect.signing.book import MandateBook

if TYPE_CHECKING:
    from gov_connect._parts import Parts
    from gov_connect.model import AgencyCode
    from gov_connect.runtime import Context
    from gov_connect.settings.signing import SigningSettings


def signatures(parts: Parts, agency: AgencyCode, context: Context, client: Any) -> Signatures[Any]:
    """The signing face of an agency.

    Args:
        parts: what all views share.
        agency: the one that acts.
        context: of the face that is wanted.
        client: the same client with operations as programs.

    Raises:
        ConfigurationError: nothing is set about signing.
    """
    settings = signing_settings(parts, agency)
    own = parts.settings.agencies.get(agency)
    stamped = (own is not None and own.timestamp is not None) or parts.settings.timestamp is not None

    def book() -> MandateBook:
        return MandateBook(parts.database, parts.vault, agency, parts.clock.now)

    return Signatures(
        context,
        desk=lambda: parts.signing_desk(str(agency), lambda: Desk(settings, parts.clock.now, book)),
        timestamp=(lambda: client.system(TimestampAuthority[Inner])) if stamped else None,
        remote=client.system,
        requests=lambda: RequestBook(parts.database, parts.vault, agency, parts.clock),
        mandates=book,
    )


def signing_settings(parts: Parts, agency: AgencyCode) -> SigningSettings:
    """How an agency signs; offline, with keys of people who do not exist.

    Raises:
        ConfigurationError: nothing is set.
    """
    if parts.settings.signing_of(agency) is not None or parts.settings.environment is not Environment.OFFLINE:
        return configured(parts.settings, agency)
    from gov_connect.offline import offline_signing  # noqa: PLC0415 - only offline

    return offline_signing()


def configured(settings: Settings, agency: AgencyCode | None) -> SigningSettings:
    """What is really set about signing: the command line signs with nobody's invented key.

    Raises:
        ConfigurationError: nothing is.
    """
    found = settings.signing if agency is None else settings.signing_of(agency)
    if found is None:
        problem = Problem(path=f"{PREFIX}SIGNING__OFFICIAL_ROOTS", code="value.not_configured")
        raise ConfigurationError([problem])
    return found
