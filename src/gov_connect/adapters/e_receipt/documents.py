"""The document of a receipt, as both services send it."""

from __future__ import annotations

import base64

from gov_connect.errors import UnexpectedReply
from gov_connect.model import Bill


def pdf_bill(text: str, system: str, status: int | None = None) -> Bill:
    """A PDF document from base64, with line breaks or none.

    Raises:
        UnexpectedReply: it is no PDF.
    """
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:  # binascii.Error is one, and letters beyond ASCII raise another
        content = b""
    if not content.startswith(b"%PDF"):
        raise UnexpectedReply(system=system, reason="not_pdf", status=status)
    return Bill(pdf=content)
