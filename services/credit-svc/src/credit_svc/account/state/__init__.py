"""The account of a customer: limit, orders, receivables and collection, folded together as they share one exposure."""

from credit_svc.account.state.account import Account
from credit_svc.account.state.folds import ACCOUNT_EVENTS, FIRST_CURRENCY, evolve
from credit_svc.account.state.moved import moved_in, packed

__all__ = ["ACCOUNT_EVENTS", "FIRST_CURRENCY", "Account", "evolve", "moved_in", "packed"]
