"""Contracts that other systems put on ``erp.contracts``."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from contracts.envelope import Event, Part
from contracts.erp_lines import OrderLine
from contracts.fields import AmountNotNegative, Currency, Day, Id, PositiveAmount, Text
from contracts.money_fact import MoneyFact

InstalmentNumber = Annotated[int, Field(ge=1, le=10_000)]
"""Of an instalment within its contract, from 1."""


class ContractInstalment(Part):
    """A part of a contract's amount that is due on a day of its own."""

    number: InstalmentNumber
    due_on: Day
    amount: PositiveAmount


class ContractSigned(MoneyFact):
    """A contract was signed with a customer (``sale``) or a supplier (``purchase``), who is ``party_id`` (erp.contracts).

    Without ``ends_on`` it runs until it is ended.
    """

    TYPE: ClassVar[str] = "erp.ContractSigned"
    DATED: ClassVar[str] = "signed_on"
    contract_id: Id
    kind: Literal["sale", "purchase"]
    party_id: Id
    owner_id: Id | None = None
    signed_on: Day
    ends_on: Day | None = None
    expected_delivery_on: Day | None = None
    currency: Currency
    amount: AmountNotNegative
    lines: tuple[OrderLine, ...] = ()
    instalments: tuple[ContractInstalment, ...] = ()
    opportunity_id: Id | None = None

    @model_validator(mode="after")
    def _ends_after_signing(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.signed_on:
            raise ValueError(f"the contract ends on {self.ends_on}, before it was signed on {self.signed_on}")
        return self


class ContractChanged(ContractSigned):
    """A contract holds with these values from ``changed_on`` on (erp.contracts); what was due before stays as it was."""

    TYPE: ClassVar[str] = "erp.ContractChanged"
    DATED: ClassVar[str] = "changed_on"
    changed_on: Day


class ContractCancelled(Event):
    """A contract was given up (erp.contracts); what is not due yet will not be."""

    TYPE: ClassVar[str] = "erp.ContractCancelled"
    contract_id: Id
    kind: Literal["sale", "purchase"]
    party_id: Id
    cancelled_on: Day
    reason: Text = ""
