"""This machine: settings, files, database, disk, law packs, and what production rests on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gov_connect.adapters.catalogue import adapters
from gov_connect.audit import verify
from gov_connect.doctor.findings import LOCAL, Finding, Level
from gov_connect.doctor.network import certificate_dates
from gov_connect.errors import GovConnectError
from gov_connect.fees.compare import upcoming
from gov_connect.model import AgencyCode
from gov_connect.model.zone import VIETNAM
from gov_connect.runtime import Grade, operations_of
from gov_connect.settings import Environment, Settings, SystemSettings
from gov_connect.settings.secrets import open_to_others

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from gov_connect.client import GovConnect
    from gov_connect.errors import Param
    from gov_connect.fees import FeeBook

LEAST_FREE: Final = 1 << 30
"""Bytes: less than a gibibyte is soon nothing."""
_OLD_DAYS: Final = 180
_AHEAD_DAYS: Final = 30
_NEARLY: Final = 0.9
_MANY_ENTRIES: Final = 50_000
_GUESSED_SETTINGS: Final = {"residents": ("month_child",)}
"""Settings whose use rests on a guess (residents.md §2.3)."""


def configured(settings: Settings, agency: str = "") -> dict[str, SystemSettings]:
    """The outside systems that have settings, by name; those of an agency before the common ones."""
    own = settings.agencies.get(AgencyCode(agency)) if agency else None
    return {
        name: value for holder in (settings, own) for name, value in holder or () if isinstance(value, SystemSettings)
    }


def check_database(gov: GovConnect) -> Iterator[Finding]:
    """It can be written, and our key opens what is in it; the log in it is whole."""
    log = gov.audit.log
    try:
        with log.database.transaction(log.chain) as connection:
            entries = sum(log.head(connection, *chain).sequence for chain in log.chains(connection))
        yield _good("database")
        if entries > _MANY_ENTRIES:
            yield Finding(check="audit", system=LOCAL, level=Level.NOTE, code="doctor.audit_large")
            return
        found = verify(log.database, log.vault)
    except GovConnectError as error:
        text: dict[str, Param] = {"code": error.code}
        yield Finding(check="database", system=LOCAL, level=Level.FAULT, code="doctor.database", params=text)
        return
    codes = {one.code for one in found.findings}
    if codes == {"audit.forged"} and len(found.findings) >= found.entries:
        yield Finding(check="database", system=LOCAL, level=Level.FAULT, code="doctor.store_key")
    elif codes:
        told: dict[str, Param] = {"count": len(found.findings), "first": found.findings[0].text("en")}
        yield Finding(check="audit", system=LOCAL, level=Level.FAULT, code="doctor.audit", params=told)
    else:
        yield _good("audit")


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Room beside the database, where that is a file."""
    if not settings.database_url.startswith("sqlite:///") or settings.environment is Environment.OFFLINE:
        return
    folder = Path(settings.database_url.removeprefix("sqlite:///")).absolute().parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        yield Finding(check="disk", system=LOCAL, level=Level.FAULT, code="doctor.folder")
        return
    if free < LEAST_FREE:
        params = {"mib": free >> 20}
        yield Finding(check="disk", system=LOCAL, level=Level.FAULT, code="doctor.disk", params=params)
    else:
        yield _good("disk")


def check_files(settings: Settings) -> Iterator[Finding]:
    """Secrets that others on this machine can read."""
    named = {f"{name}: client_key": value.client_key for name, value in configured(settings).items()}
    named |= {
        f"{code}: {name}: client_key": value.client_key
        for code, own in settings.agencies.items()
        for name, value in own
        if isinstance(value, SystemSettings)
    }
    paths = {**Settings.elsewhere().places, **named, **_signing_keys(settings)}
    if settings.database_url.startswith("sqlite:///") and settings.environment is not Environment.OFFLINE:
        paths["DATABASE_URL"] = settings.database_url.removeprefix("sqlite:///")
    open_ones = sorted(what for what, path in paths.items() if path and open_to_others(path))
    if open_ones:
        params = {"files": ", ".join(open_ones)}
        yield Finding(check="secrets", system=LOCAL, level=Level.WARNING, code="doctor.open_file", params=params)
    else:
        yield _good("secrets")


def _signing_keys(settings: Settings) -> dict[str, str]:
    """The files of signing keys; a key that stands in the setting itself is not one."""
    signing = settings.signing
    chosen = {} if signing is None else {"personal": signing.personal, "agency": signing.agency}
    files = {whose: key.file.get_secret_value() for whose, key in chosen.items() if key is not None}
    return {f"signing: {whose}": file for whose, file in files.items() if file and "-----BEGIN" not in file}


def check_own_certificates(name: str, settings: SystemSettings, now: datetime) -> Iterator[Finding]:
    """The dates of our own certificate and of the authority in the settings."""
    from cryptography import x509  # noqa: PLC0415 - on first use

    for what in ("client_cert", "ca_file"):
        path = getattr(settings, what)
        if not path or path == "system":
            continue
        try:
            found = x509.load_pem_x509_certificates(Path(path).read_bytes())
        except (OSError, ValueError):
            params = {"variables": f"GOV_CONNECT_{name.upper()}__{what.upper()}"}
            yield Finding(check="certificate", system=LOCAL, level=Level.FAULT, code="doctor.files", params=params)
            continue
        yield from certificate_dates(name, what, min(one.not_valid_after_utc for one in found), now)


def check_quota(gov: GovConnect) -> Iterator[Finding]:
    """How much of the day's look-ups is used up."""
    settings = gov.settings.residents
    limit = None if settings is None else settings.quota_agency
    if limit is None:
        return
    used = gov.look_ups.today(gov.audit.agency)
    level = Level.FAULT if used >= limit else Level.WARNING if used >= _NEARLY * limit else Level.GOOD
    code = "doctor.good" if level is Level.GOOD else "doctor.quota"
    yield Finding(check="quota", system="residents", level=level, code=code, params={"used": used, "limit": limit})


def check_packs(book: FeeBook, today: date) -> Iterator[Finding]:
    """When the law was last read, and what changes soon."""
    read = max(one.read for one in book.law.instruments.values())
    days = (today - read).days
    if days > _OLD_DAYS:
        told: dict[str, Param] = {"day": read.isoformat(), "days": days}
        yield Finding(check="packs", system=LOCAL, level=Level.WARNING, code="doctor.packs_old", params=told)
    else:
        yield _good("packs")
    changes = upcoming(book, today, _AHEAD_DAYS)
    if changes:
        params: dict[str, Param] = {"count": len(changes), "day": str(changes[0].day)}
        yield Finding(check="packs", system=LOCAL, level=Level.NOTE, code="doctor.packs_change", params=params)


def check_guesses(settings: Settings) -> Iterator[Finding]:
    """Production that rests on what nobody has seen."""
    if settings.environment is not Environment.PRODUCTION:
        return
    systems = configured(settings)
    for adapter in adapters():
        if adapter.system not in systems:
            continue
        guessed = [item.name for item in operations_of(adapter) if item.facts.grade is Grade.GUESS]
        chosen = systems[adapter.system]
        guessed += [name for name in _GUESSED_SETTINGS.get(adapter.system, ()) if getattr(chosen, name, False)]
        if guessed:
            params = {"what": ", ".join(guessed)}
            yield Finding(
                check="evidence", system=adapter.system, level=Level.WARNING, code="doctor.guess", params=params
            )


def check_hosts(settings: Settings) -> Iterator[Finding]:
    """Whether the list of production hosts is set at all."""
    if settings.environment is not Environment.OFFLINE and not settings.production_hosts:
        yield Finding(check="hosts", system=LOCAL, level=Level.WARNING, code="doctor.hosts")


def today_of(now: datetime) -> date:
    """The day in Viet Nam."""
    return now.astimezone(VIETNAM).date()


def _good(check: str) -> Finding:
    return Finding(check=check, system=LOCAL, level=Level.GOOD, code="doctor.good")
