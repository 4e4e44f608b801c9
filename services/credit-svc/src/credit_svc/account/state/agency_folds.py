"""What is known of settlements with agencies, and of the money that they passed on. Pure."""

from dataclasses import replace
from typing import Any

from contracts import Event
from contracts.credit import AgencyMoneyReceived, AgencySettled
from credit_svc.account.state.account import Account


def settled(account: Account, event: AgencySettled) -> Account:
    """By the debtor's payment that it told; where nothing was collected there is none."""
    if event.payment_id is None:
        return account
    return replace(account, facts=account.facts.set(("agency settlement", event.payment_id), event))


def received(account: Account, event: AgencyMoneyReceived) -> Account:
    return replace(account, facts=account.facts.set(("agency money", event.payment_id), event))


FOLDS: tuple[tuple[tuple[type[Event], ...], Any], ...] = (
    ((AgencySettled,), settled),
    ((AgencyMoneyReceived,), received),
)
