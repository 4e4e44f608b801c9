"""Claims as HTTP bodies."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from chassis.http import Body
from contracts.currencies import check_places
from contracts.fields import Amount, Currency, Day, PositiveAmount
from contracts.supplier import RecordId
from supplier_svc.requests.fields import Because


class ClaimBody(Body):
    claim_id: RecordId
    nonconformance_id: RecordId
    amount: PositiveAmount
    currency: Currency
    because: Because
    raised_on: Day

    @model_validator(mode="after")
    def _can_be_paid(self) -> Self:
        check_places(self.amount, self.currency)
        return self


class SettlementBody(Body):
    """What the supplier pays in the end; 0 withdraws the claim."""

    amount: Annotated[Amount, Field(ge=0)]
    because: Because
    settled_on: Day
