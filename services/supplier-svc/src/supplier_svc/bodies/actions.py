"""Corrective actions, improvements, claims, rewards, penalties and sources as HTTP bodies."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from contracts.fields import Amount, Currency, Day, Id, PositiveAmount, Quantity, Text
from contracts.supplier import Discipline, RecordId
from supplier_svc.bodies.body import Because, Body
from supplier_svc.bodies.facts import PeriodText


class ImprovementBody(Body):
    """Accept the answer that a supplier owed for a period."""

    period: PeriodText
    recorded_on: Day
    accepted_by: Id
    note: Because


class CorrectiveActionBody(Body):
    """Open a corrective action by hand."""

    action_id: RecordId
    reference: RecordId
    summary: Because
    opened_on: Day


class StepBody(Body):
    """A step of the 8D report that was done."""

    step: Discipline
    done_on: Day
    done_by: Id
    evidence: Annotated[Text, Field(min_length=1, max_length=2000)]


class WithdrawalBody(Body):
    withdrawn_on: Day
    because: Because


class ClaimBody(Body):
    claim_id: RecordId
    nonconformance_id: RecordId
    amount: PositiveAmount
    currency: Currency
    because: Because
    raised_on: Day


class SettlementBody(Body):
    """What the supplier pays in the end; 0 withdraws the claim."""

    amount: Annotated[Amount, Field(ge=0)]
    because: Because
    settled_on: Day


class _Money(Body):
    amount: PositiveAmount | None = None
    currency: Currency | None = None

    @model_validator(mode="after")
    def _amount_has_currency(self) -> Self:
        if (self.amount is None) != (self.currency is None):
            raise ValueError("an amount needs its currency, and a currency an amount")
        return self


class RewardBody(_Money):
    reward_id: RecordId
    kind: Literal["larger_share", "money"]
    because: Because
    granted_on: Day


class PenaltyBody(_Money):
    penalty_id: RecordId
    kind: Literal["smaller_share", "orders_stopped", "money"]
    because: Because
    charged_on: Day


class SourceBody(Body):
    """Name a supplier as a source of an item."""

    supplier_id: Id
    named_on: Day
    because: Because


class RemovalBody(Body):
    removed_on: Day
    because: Because


class DivisionBody(Body):
    """Divide an item's orders anew."""

    on: Day
    because: Because


class SplitBody(Body):
    """Split an order's quantity: in whole minimum lots, none above its maximum (by supplier id)."""

    quantity: Annotated[Quantity, Field(gt=0)]
    min_lot: Annotated[Quantity, Field(gt=0)] | None = None
    maxima: dict[Id, Quantity] = Field(default_factory=dict[str, Decimal])
