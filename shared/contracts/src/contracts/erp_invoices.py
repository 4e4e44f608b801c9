"""Invoices that other systems put on ``erp.invoices``."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from contracts.envelope import Part
from contracts.erp_contracts import InstalmentNumber
from contracts.fields import AmountNotNegative, Currency, Day, Id, PositiveAmount
from contracts.money_fact import MoneyFact


class Instalment(Part):
    """A part of an invoice that is due on a day of its own."""

    due_on: Day
    amount: PositiveAmount


class InvoiceIssued(MoneyFact):
    """A customer was invoiced (erp.invoices); an ``amount`` of 0 is owed to nobody, and settled as it is issued.

    ``instalments`` add up to the amount, and each is overdue by itself; without any the whole is due on ``due_on``. With a
    ``contract_id`` it is for the ``instalment`` of this number that the contract plans, and takes its place.
    """

    TYPE: ClassVar[str] = "erp.InvoiceIssued"
    DATED: ClassVar[str] = "issued_on"
    invoice_id: Id
    customer_id: Id
    order_id: Id | None = None
    issued_on: Day
    due_on: Day
    amount: AmountNotNegative
    currency: Currency
    instalments: tuple[Instalment, ...] = ()
    contract_id: Id | None = None
    instalment: InstalmentNumber | None = None
    debit_note_id: Annotated[Id | None, Field(description="it is this debit note of ours, and no second item")] = None

    @model_validator(mode="after")
    def _instalments_add_up(self) -> Self:
        if self.instalments and (total := sum(each.amount for each in self.instalments)) != self.amount:
            raise ValueError(f"the instalments add up to {total:f}; the invoice is {self.amount:f} {self.currency}")
        return self
