"""What is said of options that cannot be used: by their names, never by those of settings."""

from __future__ import annotations

from gov_connect.errors import ConfigurationError, Problem


def wrong_options(*problems: Problem) -> ConfigurationError:
    """The error that lists them all."""
    return ConfigurationError(problems, "contract tests", code="kit.options")


def wrong_option(option: str, code: str) -> ConfigurationError:
    """The error about one option, with what was given where that helps: `--waivers own.toml`."""
    return wrong_options(Problem(path=option, code=code))
