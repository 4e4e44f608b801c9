"""Two customers that are one: one account, one exposure, one limit."""

from typing import Any, ClassVar

from contracts.envelope import Event, Part
from contracts.fields import Amount, Count, Currency, Day, Id, Instant, Text


class MovedEvent(Part):
    """An event of an account's history that is another account's from now on, addressed to that one; amounts in its currency."""

    type: Id
    schema_version: Count
    occurred_at: Instant
    data: dict[str, Any]


class OverdueSum(Part):
    """What of a customer is overdue in a currency."""

    currency: Currency
    amount: Amount
    invoices: Count
    oldest_due_on: Day


class AccountMerged(Event):
    """The account of ``customer_id`` is part of ``survivor_id``'s from now on: what is said of it is decided there.

    ``moved``: what leaves it, its orders, invoices and money with their history. A long history leaves in ``parts`` events of one
    commit. ``merge`` counts how often the account was merged: after a split it may be merged again.
    """

    TYPE: ClassVar[str] = "credit.AccountMerged"
    customer_id: Id
    survivor_id: Id
    merged_on: Day
    because: Text
    moved: tuple[MovedEvent, ...]
    part: Count = 1
    parts: Count = 1
    merge: Count = 1


class AccountAbsorbed(Event):
    """What left the account of ``absorbed_id`` arrived in that of ``customer_id``; the fields as in ``AccountMerged``.

    ``overdue``: what is overdue after the last part.
    """

    TYPE: ClassVar[str] = "credit.AccountAbsorbed"
    customer_id: Id
    absorbed_id: Id
    absorbed_on: Day
    moved: tuple[MovedEvent, ...]
    part: Count = 1
    parts: Count = 1
    merge: Count = 1
    overdue: tuple[OverdueSum, ...] = ()


class AccountSplit(Event):
    """A merge was wrong: ``customer_id`` has an account of its own again. What left it stays with ``survivor_id``."""

    TYPE: ClassVar[str] = "credit.AccountSplit"
    customer_id: Id
    survivor_id: Id
    split_on: Day
    because: Text
