"""Payment orders: made once, stored before the gateway hears of them, settled by query."""

from gov_connect.payments.book import OrderBook
from gov_connect.payments.gateways import gateway_class
from gov_connect.payments.journal import News, Reject
from gov_connect.payments.poller import Poller
from gov_connect.payments.polls import PollPlan, PollReport
from gov_connect.payments.receipts import ReceiptBook
from gov_connect.payments.reconcile import (
    Columns,
    Difference,
    Reconciliation,
    StatementRow,
    compare,
    feed,
    read_statement,
)
from gov_connect.payments.records import Heard, StoredOrder
from gov_connect.payments.refunds import StoredRefund, proposals
from gov_connect.payments.service import NoticeReply, Payments
from gov_connect.payments.states import TRANSITIONS, Alarm, Resolution, alarm_of, next_state

__all__ = [
    "TRANSITIONS",
    "Alarm",
    "Columns",
    "Difference",
    "Heard",
    "News",
    "NoticeReply",
    "OrderBook",
    "Payments",
    "PollPlan",
    "PollReport",
    "Poller",
    "ReceiptBook",
    "Reconciliation",
    "Reject",
    "Resolution",
    "StatementRow",
    "StoredOrder",
    "StoredRefund",
    "alarm_of",
    "compare",
    "feed",
    "gateway_class",
    "next_state",
    "proposals",
    "read_statement",
]
