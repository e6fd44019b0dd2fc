"""What the tests of the residents database have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def enveloped() -> Callable[[str], bytes]:
    """Put XML into an envelope whose prefixes are not those of the samples."""
    return lambda inner: (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://www.mic.gov.vn/dancu/1.0">'
        f"<e:Body>{inner}</e:Body></e:Envelope>"
    ).encode()
