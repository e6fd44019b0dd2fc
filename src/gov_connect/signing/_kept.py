"""What was read of a certificate, kept by the very object.

Hashing a certificate digests all its bytes, and `functools.lru_cache` does that on every call: twenty of those made
a tenth of a signature. `certificates.load` gives one object for the same bytes, so identity finds what is known.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography import x509

T = TypeVar("T")
_MOST: Final = 512


def kept(read: Callable[[x509.Certificate], T]) -> Callable[[x509.Certificate], T]:
    """`read`, asked once for each certificate object; what it raises is not kept."""
    # An entry holds its certificate, so no other object can get that identity while the entry stands.
    known: dict[int, tuple[x509.Certificate, T]] = {}

    @wraps(read)
    def ask(certificate: x509.Certificate) -> T:
        found = known.get(id(certificate))
        if found is not None:
            return found[1]
        value = read(certificate)
        if len(known) >= _MOST:
            known.clear()
        known[id(certificate)] = (certificate, value)
        return value

    return ask
