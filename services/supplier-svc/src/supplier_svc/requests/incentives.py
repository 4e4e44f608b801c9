"""Rewards and penalties as HTTP bodies."""

from typing import Literal, Self

from pydantic import model_validator

from chassis.http import Body
from contracts.fields import Currency, Day, PositiveAmount
from contracts.supplier import RecordId
from supplier_svc.requests.fields import Because


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
