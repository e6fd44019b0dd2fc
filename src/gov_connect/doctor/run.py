"""One examination: this machine first, then each system along its way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from gov_connect.adapters.catalogue import adapters
from gov_connect.doctor import local
from gov_connect.doctor.findings import Finding, Level, Report
from gov_connect.doctor.network import Way, check_way
from gov_connect.doctor.systems import check_system
from gov_connect.errors import NotSupported
from gov_connect.resilience.guard import origin
from gov_connect.settings import Environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gov_connect.client import GovConnect
    from gov_connect.settings import SystemSettings

_AT_ONCE: Final = 8
_NOT_IN_THE_WAY: Final = frozenset({"clock"})
"""Checks whose faults do not keep a call from being tried."""


def examine(gov: GovConnect, system: str = "", *, offline: bool = False) -> Report:
    """Examine everything, or one system.

    Args:
        gov: the client whose settings, records and connections are looked at.
        system: only this one; "" for this machine and every system that has settings.
        offline: send nothing: only what can be seen from here.

    Raises:
        NotSupported: there is no such system, or it has no settings.
    """
    systems = local.configured(gov.settings, gov.audit.agency)
    if system and system not in systems:
        raise NotSupported("doctor.unknown_system", system=system, known=", ".join(systems))
    found: list[Finding] = []
    if not system:
        found += _machine(gov)
    # Their code is loaded before threads share the work: imports side by side wait for each other at best.
    adapters()
    # Side by side: whoever is on duty does not wait for the sum of all that is slow.
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        told = [pool.submit(_all, gov, name, offline=offline) for name in ([system] if system else systems)]
    for one in told:
        found += one.result()
    return Report(environment=str(gov.settings.environment), findings=tuple(found))


def _all(gov: GovConnect, name: str, *, offline: bool) -> list[Finding]:
    return list(_system(gov, name, offline=offline))


def _machine(gov: GovConnect) -> Iterator[Finding]:
    settings, now = gov.settings, gov.audit.log.now()
    yield from local.check_database(gov)
    yield from local.check_disk(settings)
    yield from local.check_files(settings)
    yield from local.check_hosts(settings)
    yield from local.check_packs(gov.fees, local.today_of(now))
    yield from local.check_guesses(settings)


def _system(gov: GovConnect, name: str, *, offline: bool) -> Iterator[Finding]:
    settings = local.configured(gov.settings, gov.audit.agency)[name]
    now = gov.audit.log.now
    yield from local.check_own_certificates(name, settings, now())
    if name == "residents":
        yield from local.check_quota(gov)
    if settings.base_url.endswith(".invalid") and gov.settings.environment is not Environment.OFFLINE:
        # Cash and QR codes: nothing is ever called.
        return
    if offline:
        yield Finding(check="call", system=name, level=Level.NOTE, code="doctor.not_tried")
        return
    if gov.settings.environment is not Environment.OFFLINE:
        broken = False
        for url in _addresses(settings):
            real = gov.settings.environment is Environment.PRODUCTION
            way = Way(system=name, url=url, tls=settings.tls, carrier=gov.carrier, now=now, production=real)
            for finding in check_way(way):
                broken = broken or (finding.level is Level.FAULT and finding.check not in _NOT_IN_THE_WAY)
                yield replace(finding, params={"host": urlsplit(url).hostname or "", **finding.params})
        if broken:
            return
    yield from check_system(gov, name)


def _addresses(settings: SystemSettings) -> list[str]:
    """Where a system's messages go: its own address first, then those of token servers and gateways."""
    # Where a payer comes back to is the agency's own page: nothing of ours is sent there.
    pages = {origin(url) for url in [getattr(settings, "return_url", "")] if url}
    first = origin(settings.base_url)
    return [settings.base_url, *sorted(settings.hosts - pages - {first})]
