"""Parts of the account whose events need no other part of it."""

from dataclasses import replace
from typing import get_args

from credit_svc.account.state.account import Account
from credit_svc.assessment import actions


def _acted(account: Account, event: actions.ActionEvent) -> Account:
    return replace(account, actions=actions.evolve(account.actions, event))


FOLDS = ((get_args(actions.ActionEvent), _acted),)
"""The events of each part, and what they change."""
