"""Receivables before the invoice: what a contract plans to receive, and what becomes of it."""

from typing import ClassVar

from contracts.envelope import Event, Part
from contracts.erp_contracts import InstalmentNumber
from contracts.fields import AmountNotNegative, Currency, Day, Id, PositiveAmount, Text


class ReceiptInstalment(Part):
    """A part of a contract's amount; ``invoice_id`` is the receivable that it is already, None while it is planned."""

    number: InstalmentNumber
    due_on: Day
    amount: PositiveAmount
    currency: Currency
    invoice_id: Id | None = None


class ReceiptPlanned(Event):
    """A contract of sale plans these receipts from ``planned_on`` on: as it was signed, or (``is_change``) changed.

    ``instalments`` are all of it; those that are receivables already stay as they were. ``dropped``: numbers that were planned before
    and are no more.
    """

    TYPE: ClassVar[str] = "credit.ReceiptPlanned"
    contract_id: Id
    customer_id: Id
    currency: Currency
    planned_on: Day
    instalments: tuple[ReceiptInstalment, ...]
    dropped: tuple[InstalmentNumber, ...] = ()
    is_change: bool = False


class ReceiptPlanCancelled(Event):
    """A contract was given up: the instalments in ``dropped`` will not be due; those that are due already are owed."""

    TYPE: ClassVar[str] = "credit.ReceiptPlanCancelled"
    contract_id: Id
    customer_id: Id
    cancelled_on: Day
    dropped: tuple[InstalmentNumber, ...] = ()
    reason: Text = ""


class InstalmentDue(Event):
    """The day of a planned instalment has come: it is a receivable from now on, the item ``invoice_id``."""

    TYPE: ClassVar[str] = "credit.InstalmentDue"
    contract_id: Id
    number: InstalmentNumber
    customer_id: Id
    invoice_id: Id
    due_on: Day
    amount: PositiveAmount
    currency: Currency


class InstalmentInvoiced(Event):
    """An invoice is for an instalment of a contract, and is owed in its place; ``was_due``: in that of the item of its day.

    Money that names ``item_id``, before or later, is for the invoice.
    """

    TYPE: ClassVar[str] = "credit.InstalmentInvoiced"
    contract_id: Id
    number: InstalmentNumber
    customer_id: Id
    invoice_id: Id
    amount: AmountNotNegative
    currency: Currency
    invoiced_on: Day
    item_id: Id
    was_due: bool = False
