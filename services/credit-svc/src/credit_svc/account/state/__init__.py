"""The account of a customer: limit, orders, receivables and collection, folded together as they share one exposure."""

from credit_svc.account.state.account import Account
from credit_svc.account.state.folds import ACCOUNT_EVENTS, FIRST_CURRENCY, evolve

__all__ = ["ACCOUNT_EVENTS", "FIRST_CURRENCY", "Account", "evolve"]
