"""Ids of items that no other system has named."""

from credit_svc.account.state import Account

ID_MAX = 90
"""Of what stands before a number that makes an id unique: an id has 100 characters at most."""


def free_item_id(account: Account, wanted: str) -> str:
    """``wanted``, cut where it is too long; with a number where the account has an item of this id already."""
    item_id, number = wanted[:ID_MAX], 1
    while account.currency_of_invoice(item_id if number == 1 else f"{item_id}#{number}") is not None:
        number += 1
    return item_id if number == 1 else f"{item_id}#{number}"
