"""Costs that a tribunal or a court grants on top of the claim."""

from datetime import date
from decimal import Decimal

from credit_svc.account.decision import AccountDecision


def charge_costs(decision: AccountDecision, reference: str, costs: Decimal, currency: str, on: date) -> None:
    """The debtor owes them beside its invoices; ``reference``: the award or judgment, whose event has them.

    No receivable comes of it yet.
    """
