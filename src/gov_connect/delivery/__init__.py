"""The ledger: what was received, what was sent, what came of it; and steps that resume."""

from gov_connect.delivery.inbox import Received
from gov_connect.delivery.ledger import Begun, Ledger
from gov_connect.delivery.steps import Steps

__all__ = ["Begun", "Ledger", "Received", "Steps"]
