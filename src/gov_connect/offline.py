"""The offline environment: the mocks' own state machines answer in this process, without sockets.

So what works offline works against the mock servers too: both are the same code, strict in the same
places, and share nothing with the adapters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from gov_connect.errors import TimedOut
from gov_connect.mocks.core import MockRequest
from gov_connect.mocks.systems import (
    OTHER_WAYS,
    SYSTEMS,
    environment,
    in_process,
    signing_environment,
    throw_away_pki,
)
from gov_connect.mocks.vendors import vendor_mock, vendor_settings
from gov_connect.runtime import Reply
from gov_connect.settings import Environment, Settings
from gov_connect.transport import InProcessCarrier

if TYPE_CHECKING:
    from gov_connect.mocks.core import MockSystem
    from gov_connect.runtime import Request
    from gov_connect.settings.signing import SigningSettings

_SUFFIX: Final = ".offline.invalid"


def offline_settings(settings: Settings) -> Settings:
    """`settings`, with every system that is not set pointing at its mock."""
    made = Settings.from_mapping(environment({name: f"http://{name}{_SUFFIX}" for name in SYSTEMS}))
    own = [name for name in SYSTEMS if name not in OTHER_WAYS]
    missing = {name: getattr(made, name) for name in own if getattr(settings, name) is None}
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


def with_vendor(settings: Settings, system: str) -> Settings:
    """`settings`, with a vendor's system that is not set pointing at its installed mock, if it has one."""
    mock = None if system in settings.vendors else vendor_mock(system)
    if mock is None:
        return settings
    own = vendor_settings(mock, f"http://{system}{_SUFFIX}")
    return settings.model_copy(update={"vendors": {**settings.vendors, system: own}})


def offline_carrier(seed: int) -> InProcessCarrier:
    """A carrier whose hosts are the mocks; any other host is unreachable, so nothing leaves."""
    mocks: dict[str, MockSystem | None] = {**in_process(seed=seed)}
    for name in ("smartca", "mysign"):
        mocks[name].obliging = True  # type: ignore[union-attr] # nobody can click on a phone in here

    def handle(request: Request) -> Reply | None:
        host = urlsplit(request.url).hostname or ""
        name = host.removesuffix(_SUFFIX)
        if name not in mocks:
            mocks[name] = vendor_mock(name)
        mock = mocks[name] if host.endswith(_SUFFIX) else None
        return None if mock is None else ask_mock(mock, request)

    return InProcessCarrier(handle)


def ask_mock(mock: MockSystem, request: Request) -> Reply:
    """What a mock answers to a message, without sockets.

    Raises:
        TimedOut: it has acted and never answers.
    """
    parts = urlsplit(request.url)
    answer = mock.handle(
        MockRequest(
            method=request.method,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.body,
        )
    )
    if answer.hold:
        raise TimedOut(system=request.system)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Reply(status=answer.status, headers=headers, body=answer.body)
