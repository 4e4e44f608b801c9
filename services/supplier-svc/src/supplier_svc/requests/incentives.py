"""Rewards and penalties as HTTP bodies."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chassis.http import Body
from contracts.currencies import check_places
from contracts.fields import Currency, Day, Id, Percent, PositiveAmount
from contracts.supplier import RecordId
from supplier_svc.requests.fields import Because

Points = Annotated[Percent, Field(gt=0, max_digits=5, decimal_places=2)]
"""Percent of an item's orders."""


_NO_MONEY = {
    "larger_share": "a larger share is no money",
    "smaller_share": "a smaller share is no money",
    "orders_stopped": "stopped orders are no money",
}


class _Terms(Body):
    """``points`` percent of the orders of ``item_ids`` (all items where there are none) for ``months``: the policy's unless named."""

    amount: PositiveAmount | None = None
    currency: Currency | None = None
    points: Points | None = None
    item_ids: tuple[Id, ...] = ()
    starts_on: Day | None = None
    months: Annotated[int, Field(ge=1, le=120)] | None = None

    @model_validator(mode="after")
    def _amount_has_currency(self) -> Self:
        if (self.amount is None) != (self.currency is None):
            raise ValueError("an amount needs its currency, and a currency an amount")
        check_places(self.amount, self.currency)
        return self

    def _check_terms(self, kind: str, decided_on: date) -> None:
        """Raises ValueError for what a kind does not have, and for a start before the day of the decision."""
        unused = {"money": {"points", "item_ids", "starts_on", "months"}, "orders_stopped": {"points", "months"}}
        if kind != "money" and self.amount is not None:
            raise ValueError(f"{_NO_MONEY[kind]}: send the amount as one of kind money")
        if strange := sorted(unused.get(kind, set()) & self.model_fields_set):
            raise ValueError(f"{kind} does not use {', '.join(strange)}")
        if self.starts_on is not None and self.starts_on < decided_on:
            raise ValueError(f"it starts on {self.starts_on}, before it was decided on {decided_on}")


class RewardBody(_Terms):
    reward_id: RecordId
    kind: Literal["larger_share", "money"]
    because: Because
    granted_on: Day

    @model_validator(mode="after")
    def _is_of_the_kind(self) -> Self:
        self._check_terms(self.kind, self.granted_on)
        return self


class PenaltyBody(_Terms):
    """``accept_no_source``: stop orders also of an item that nobody else may get orders of."""

    penalty_id: RecordId
    kind: Literal["smaller_share", "orders_stopped", "money"]
    because: Because
    charged_on: Day
    accept_no_source: bool = False

    @model_validator(mode="after")
    def _is_of_the_kind(self) -> Self:
        self._check_terms(self.kind, self.charged_on)
        return self


class EndBody(Body):
    """End a reward or penalty today, or on ``ended_on``; by the one of the token where ``by`` is left out."""

    reason: Because
    by: Id | None = None
    ended_on: Day | None = None
