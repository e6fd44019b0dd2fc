"""Payment orders: made once, stored before the gateway hears of them, settled by query."""

from gov_connect.payments.book import OrderBook, StoredOrder
from gov_connect.payments.service import NoticeReply, Payments
from gov_connect.payments.states import TRANSITIONS, next_state

__all__ = ["TRANSITIONS", "NoticeReply", "OrderBook", "Payments", "StoredOrder", "next_state"]
