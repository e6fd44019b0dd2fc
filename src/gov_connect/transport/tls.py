"""TLS with every check, and with an agency's own certificate where a gateway wants one."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Final

from gov_connect.errors import ConfigurationError, Problem

if TYPE_CHECKING:
    from gov_connect.runtime.effects import TlsFiles

SYSTEM_ROOTS: Final = "system"
"""As a CA file: what the operating system trusts, for agencies that manage their roots there."""


def full_checks() -> ssl.SSLContext:
    """TLS with every check; made once and shared, since reading the roots takes milliseconds."""
    import httpx  # noqa: PLC0415 - loaded on first use

    return _strict(httpx.create_ssl_context(trust_env=False))


def _strict(context: ssl.SSLContext) -> ssl.SSLContext:
    """Never below TLS 1.2, whatever the machine's own policy is."""
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    return context


def checks_of(files: TlsFiles, system: str) -> ssl.SSLContext:
    """The same with the files of one system's settings. Checks cannot be switched off.

    Raises:
        ConfigurationError: a file is missing, or holds no certificate or no fitting key.
    """
    problems: list[Problem] = []
    context = _roots(files, system, problems)
    if files.client_cert:
        try:
            # Without a password here OpenSSL would ask for one at the terminal.
            context.load_cert_chain(files.client_cert, files.client_key or None, password=files.password)
        except (OSError, ValueError):  # ssl.SSLError is an OSError
            problems.append(_problem(system, "client_cert"))
    if problems:
        raise ConfigurationError(problems)
    return context


def _roots(files: TlsFiles, system: str, problems: list[Problem]) -> ssl.SSLContext:
    if not files.ca_file:
        return full_checks()
    if files.ca_file == SYSTEM_ROOTS:
        return _strict(ssl.create_default_context())
    try:
        return _strict(ssl.create_default_context(cafile=files.ca_file))
    except OSError:
        problems.append(_problem(system, "ca_file"))
        return ssl.create_default_context()


def _problem(system: str, name: str) -> Problem:
    return Problem(path=f"GOV_CONNECT_{system.upper()}__{name.upper()}", code="settings.unreadable_file")
