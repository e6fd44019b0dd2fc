"""What a client sent: recorded by our own strict mock, which also makes it doubt an outcome once.

The client is this library by default, or a command that is started with the mock's address and credentials in
its environment, or whoever uses the address that is printed.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from gov_connect.client import GovConnect, Parts
from gov_connect.contract_tests.desk import START, common_variables
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.option_errors import wrong_option
from gov_connect.contract_tests.scenarios import BEFORE, DOUBTFUL, SCENARIOS
from gov_connect.contract_tests.tap import Exchange
from gov_connect.mocks.core import vietnam_now
from gov_connect.offline import ask_mock
from gov_connect.runtime import ManualClock, RandomIds, Reply, Request
from gov_connect.settings import PREFIX, Settings
from gov_connect.transport import InProcessCarrier, Unreadable, as_object, parse_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.selection import Selection
    from gov_connect.contract_tests.wires import Wire
    from gov_connect.mocks.core import MockReply, MockRequest, MockSystem

SERVE: Final = "-"
PERSON: Final = re.compile(r"(?<!\d)0\d{11}(?!\d)")
"""A personal number. The older nine digits are not told from an amount of money."""
_BAD_GATEWAY: Final = 502
_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Heard:
    """One request of the client, and what the mock answered."""

    request: MockRequest
    reply: MockReply

    @property
    def sent(self) -> dict[str, Any]:
        """Members of the request's JSON object; empty when it is none."""
        return _members(self.request.body)

    @property
    def told(self) -> dict[str, Any]:
        """Members of the reply's JSON object; empty when it is none."""
        return _members(self.reply.body)

    @property
    def doubtful(self) -> bool:
        """Whether the client could not know what became of it."""
        return self.reply.status == _BAD_GATEWAY or self.reply.hold


@dataclass(frozen=True, slots=True)
class Traffic:
    """Everything that a client sent in one run."""

    mock: MockSystem
    heard: list[Heard] = field(default_factory=list[Heard])

    def to(self, place: str) -> list[Heard]:
        """Requests to paths that end so."""
        return [item for item in self.heard if item.request.path.endswith(place)]

    def but(self, place: str) -> list[Heard]:
        """All other requests than those to paths that end so."""
        return [item for item in self.heard if not item.request.path.endswith(place)]

    def shown(self) -> tuple[str, ...]:
        """The last exchanges, masked."""
        return tuple(_exchange(item, self.mock.public_url).shown() for item in self.heard[-_SHOWN:])


def traffic_of(wire: Wire, selection: Selection) -> Traffic:
    """Let the client work, and give what it sent.

    Raises:
        ConfigurationError: its command could not be started, failed, or sent nothing.
    """
    make = selection.mocks.get(wire.name, wire.mock)
    if selection.client:
        traffic = _foreign(wire, selection.client, make(vietnam_now))
        if not traffic.heard:
            raise wrong_option("--client", "kit.client_silent")
        return traffic
    clock = ManualClock(START)
    mock = make(clock.now)
    mock.public_url = "http://system.invalid"
    traffic = _listening(wire, mock)
    variables = common_variables() | wire.variables(mock.public_url)
    settings = Settings.from_mapping({PREFIX + name: value for name, value in variables.items()})
    carrier = InProcessCarrier(lambda request: ask_mock(mock, request))
    gov = GovConnect(parts=Parts(settings=settings, clock=clock, ids=RandomIds(), carrier=carrier))
    SCENARIOS[wire.name](gov, wire.known(), clock, carrier)
    return traffic


def _listening(wire: Wire, mock: MockSystem) -> Traffic:
    """A mock that keeps what it hears, and leaves the first write in doubt."""
    traffic = Traffic(mock)
    mock.watchers.append(lambda request, reply: traffic.heard.append(Heard(request, reply)))
    if wire.name in DOUBTFUL:
        mock.faults.script(*DOUBTFUL[wire.name])
    if wire.name in BEFORE:
        BEFORE[wire.name](mock)
    return traffic


def _foreign(wire: Wire, command: str, mock: MockSystem) -> Traffic:
    from gov_connect.mocks.server import running_system  # noqa: PLC0415 - needs the mocks extra

    traffic = _listening(wire, mock)
    with running_system(mock) as base_url:
        variables = {PREFIX + name: value for name, value in (common_variables() | wire.variables(base_url)).items()}
        known = {f"KIT_{name.upper()}": value for name, value in wire.known().items()}
        if command == SERVE:
            line = {"wire": wire.name, "base_url": base_url, "environment": variables, "known": wire.known()}
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            sys.stdout.flush()
            sys.stdin.readline()  # a line, or the end of the input, ends the recording
            return traffic
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        # Where the client's words go is its user's affair: our standard output may be JSON.
        try:
            done = subprocess.run(  # noqa: S603 - the user's own command
                shlex.split(command, posix=os.name == "posix"),
                env={**inherited, **known, **variables, "KIT_BASE_URL": base_url},
                stdout=sys.stderr,
                check=False,
                timeout=600,
            )
        except (OSError, ValueError, subprocess.TimeoutExpired):
            raise wrong_option("--client", "kit.client_failed") from None
    if done.returncode != 0:
        raise wrong_option("--client", "kit.client_failed")
    return traffic


# -- what every client is held to


def keeps_people_out_of_addresses(traffic: Traffic) -> None:
    """No personal number stands in an address, which every server on the way writes into its log."""
    addresses = [item.request.path + "?" + "&".join(item.request.query.values()) for item in traffic.heard]
    must(
        not any(PERSON.search(address) for address in addresses),
        vi="số giấy tờ của người dân nằm trong địa chỉ gọi",
        en="a personal number stands in an address",
    )


def posts_json(heard: list[Heard]) -> None:
    """Every message is a JSON object in UTF-8, posted as such."""
    for item in heard:
        must(item.request.method == "POST", vi="không dùng POST", en="it is not posted")
        kind = item.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        must(kind == "application/json", vi="sai Content-Type", en="another Content-Type")
        must(item.sent, vi="nội dung không phải đối tượng JSON UTF-8", en="the body is no JSON object in UTF-8")


def opens_few_sessions(openings: int, calls: int) -> None:
    """A session or token is used for many calls: hardly more than one for ten."""
    must(openings <= 1 + calls // 10, vi="đăng nhập cho từng lời gọi", en="it logs in for every call")


def asks_before_repeating(
    traffic: Traffic,
    *,
    is_write: Callable[[Heard], bool],
    subject: Callable[[Heard], object],
    asks_about: Callable[[Heard, Heard], bool],
) -> bool | None:
    """Whether the same write came again only after a question; `None` when no write was in doubt.

    Args:
        traffic: what the client sent.
        is_write: whether a request is such a write.
        subject: what a write is about.
        asks_about: whether a request asks what became of the doubtful one.
    """
    place = next((at for at, item in enumerate(traffic.heard) if is_write(item) and item.doubtful), None)
    if place is None:
        return None
    first = traffic.heard[place]
    for item in traffic.heard[place + 1 :]:
        if asks_about(item, first):
            return True
        if is_write(item) and subject(item) == subject(first):
            return False
    return True


def _members(body: bytes) -> dict[str, Any]:
    try:
        return as_object(parse_json(body)) or {}
    except Unreadable:
        return {}


def _exchange(item: Heard, base_url: str) -> Exchange:
    query = "&".join(f"{name}={value}" for name, value in item.request.query.items())
    address = f"{base_url.rstrip('/')}{item.request.path}" + (f"?{query}" if query else "")
    request = Request(
        system=urlsplit(base_url).hostname or "",
        url=address,
        method=item.request.method,
        headers=item.request.headers,
        body=item.request.body,
    )
    return Exchange(
        request=request, reply=Reply(status=item.reply.status, headers=item.reply.headers, body=item.reply.body)
    )
