"""Retry, circuit breaker, rate limit and deadline: one guard before each outside system."""

from gov_connect.privacy import MaskingFilter, mask_personal
from gov_connect.resilience.attempts import Answers, Attempt, Observer
from gov_connect.resilience.breaker import Breaker, BreakerPolicy
from gov_connect.resilience.guard import Guard, Limits
from gov_connect.resilience.rate import RateLimit
from gov_connect.resilience.retry import RetryPolicy

__all__ = [
    "Answers",
    "Attempt",
    "Breaker",
    "BreakerPolicy",
    "Guard",
    "Limits",
    "MaskingFilter",
    "Observer",
    "RateLimit",
    "RetryPolicy",
    "mask_personal",
]
