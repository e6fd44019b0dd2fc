"""PayGov through a provincial platform (payment.md §2). SEEN: known from code of one province."""

from gov_connect.adapters.paygov.operations import PayGov, PayGovNotice
from gov_connect.adapters.paygov.wire import checksum

__all__ = ["PayGov", "PayGovNotice", "checksum"]
