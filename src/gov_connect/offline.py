"""The offline environment: the mocks' own state machines answer in this process, without sockets.

So what works offline works against the mock servers too: both are the same code, strict in the same
places, and share nothing with the adapters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from gov_connect.mocks.core import MockRequest
from gov_connect.mocks.systems import SYSTEMS, environment, in_process, signing_environment, throw_away_pki
from gov_connect.runtime import Reply
from gov_connect.settings import Environment, Settings
from gov_connect.transport import InProcessCarrier

if TYPE_CHECKING:
    from gov_connect.runtime import Request
    from gov_connect.settings.signing import SigningSettings

_SUFFIX: Final = ".offline.invalid"


def offline_settings(settings: Settings) -> Settings:
    """`settings`, with every system that is not set pointing at its mock."""
    made = Settings.from_mapping(environment({name: f"http://{name}{_SUFFIX}" for name in SYSTEMS}))
    missing = {name: getattr(made, name) for name in SYSTEMS if getattr(settings, name) is None}
    return settings.model_copy(
        update={
            **missing,
            "environment": Environment.OFFLINE,
            "agency": settings.agency or made.agency,
            "receipts": settings.receipts or made.receipts,
            "agency_name": settings.agency_name or made.agency_name,
        }
    )


def offline_signing() -> SigningSettings:
    """Trust in the mocks' authorities, and keys of an officer and an agency who do not exist."""
    made = Settings.from_mapping(signing_environment(throw_away_pki()()))
    assert made.signing is not None
    return made.signing


def offline_carrier(seed: int) -> InProcessCarrier:
    """A carrier whose hosts are the mocks; any other host is unreachable, so nothing leaves."""
    mocks = in_process(seed=seed)
    for name in ("smartca", "mysign"):
        mocks[name].obliging = True  # type: ignore[attr-defined] # nobody can click on a phone in here

    def handle(request: Request) -> Reply | None:
        parts = urlsplit(request.url)
        mock = mocks.get((parts.hostname or "").removesuffix(_SUFFIX))
        if mock is None:
            return None
        answer = mock.handle(
            MockRequest(
                method=request.method,
                path=parts.path,
                query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in request.headers.items()},
                body=request.body,
            )
        )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(status=answer.status, headers=headers, body=answer.body)

    return InProcessCarrier(handle)
