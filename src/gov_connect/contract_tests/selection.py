"""What is to be tested, and how far the tests may go."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from gov_connect.contract_tests.option_errors import wrong_option, wrong_options
from gov_connect.contract_tests.wires import WIRES, Wire, known
from gov_connect.errors import Problem
from gov_connect.settings import PREFIX
from gov_connect.settings.hosts import hosts_of, may_be_production

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from gov_connect.contract_tests.capabilities import Capabilities
    from gov_connect.mocks.core import Clock, MockSystem

_SEEDS: Final = 10_000
FAKE: Final = "fake"
MOCK: Final = "mock"
Subject = Literal["system", "client", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """One run of the kit.

    Attributes:
        target: `fake` (in this process), `mock` (our mock on a socket) or the address of a system.
        wires: names such as `portal/2020`; a system's name alone takes all its generations; none takes all.
        tests: ids of the tests to run, such as `portal/2020:insert_twice_is_refused`; none runs all.
        subject: whether a system is judged, or what a client sends.
        allow_writes: whether a foreign system may be changed. Our own mocks may always be.
        test_hosts: hosts under .gov.vn that are test systems, named by who runs the kit.
        capabilities: of the system; None for everything that can be asked of a foreign one.
        waivers: the vendor's file.
        reports: folder for report.json, report.xml and report.html.
        seed: makes dossier numbers and references; 0 is the time of day where the system is somebody else's, so
            that two runs do not meet.
        client: a command whose messages are judged; "" for this library itself, "-" to serve until told.
        mocks: makes the mock of a wire instead of the usual one: the kit's own tests put defects in.
    """

    target: str = FAKE
    wires: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    subject: Subject = "both"
    allow_writes: bool = False
    test_hosts: tuple[str, ...] = ()
    capabilities: Capabilities | None = None
    waivers: Path | None = None
    reports: Path | None = None
    seed: int = 0
    client: str = ""
    mocks: Mapping[str, Callable[[Clock], MockSystem]] = field(
        default_factory=dict[str, "Callable[[Clock], MockSystem]"]
    )

    @property
    def foreign(self) -> bool:
        """Whether the system is somebody else's."""
        return self.target not in {FAKE, MOCK}

    @property
    def is_shared(self) -> bool:
        """Whether there is one system, one client or one report, which several processes cannot share."""
        return self.foreign or bool(self.client) or self.reports is not None

    @property
    def may_write(self) -> bool:
        """Whether tests that change something run."""
        return self.allow_writes or not self.foreign

    @property
    def first_number(self) -> int:
        """From which dossier numbers and references are made; at most four digits."""
        if self.seed or not self.foreign:
            return self.seed % _SEEDS
        return int(time.time() // 10) % (_SEEDS - 1) + 1

    @property
    def chosen(self) -> tuple[Wire, ...]:
        """The wires that are meant."""
        wanted = self.wires or tuple(WIRES)
        return tuple(wire for wire in WIRES.values() if wire.name in wanted or wire.system in wanted)

    def check(self) -> None:
        """Refuse what makes no sense, or would touch a production system; all reasons at once.

        Raises:
            ConfigurationError: with every reason.
        """
        problems = [
            Problem(path=f"--wire {name}", code="kit.wire_unknown") for name in self.wires if name not in known()
        ]
        if self.foreign:
            problems += self._foreign_problems()
        if self.client and len(self.chosen) != 1:
            problems.append(Problem(path="--wire", code="kit.one_wire"))
        if problems:
            raise wrong_options(*problems)

    def _foreign_problems(self) -> list[Problem]:
        parts = urlsplit(self.target)
        host = (parts.hostname or "").rstrip(".")
        if parts.scheme not in {"http", "https"} or not host:
            return [Problem(path="--target", code="kit.target_unknown")]
        problems: list[Problem] = []
        if self.subject != "system":
            problems.append(Problem(path="--client", code="kit.client_needs_mock"))
        if len(self.chosen) != 1:
            problems.append(Problem(path="--wire", code="kit.one_wire"))
        if os.environ.get(f"{PREFIX}ENVIRONMENT", "").lower() == "production":
            problems.append(Problem(path=f"{PREFIX}ENVIRONMENT", code="kit.production_environment"))
        elif self._may_be_production(host):
            problems.append(Problem(path="--target", code="kit.production_host"))
        return problems

    def check_hosts(self, origins: Iterable[str]) -> None:
        """Hold every address that a client of a foreign system may call to the same rule: its token server too.

        Raises:
            ConfigurationError: one of them may be a production system.
        """
        hosts = {(urlsplit(origin).hostname or "").rstrip(".") for origin in origins}
        if any(self._may_be_production(host) for host in hosts):
            raise wrong_option("*_URL", "kit.production_host")

    def _may_be_production(self, host: str) -> bool:
        return may_be_production(host, hosts_of(os.environ.get(f"{PREFIX}PRODUCTION_HOSTS", "")), self.test_hosts)
