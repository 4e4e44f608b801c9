"""What comes in about speaking with debtors."""

from typing import Self

from pydantic import Field, model_validator

from chassis.http import Body
from contracts.credit import ContactResult, ContactWay
from contracts.fields import Day, Id, PositiveAmount
from credit_svc.requests import Acting, Reason


class ContactBody(Body):
    """One contact with a debtor, or the attempt; a promise, a refusal or a dispute is recorded with it.

    ``promised_amount`` and ``promised_on`` belong to a promise, ``invoice_id`` and ``disputed_amount`` (all that is open when left
    out) to a dispute. ``with_whom``: a contact of the customer's file by its id, or a role; no name of a person.
    """

    way: ContactWay
    contacted_on: Day
    with_whom: Id
    statement: Reason
    result: ContactResult
    demand_reached: bool = Field(default=False, description="the debtor knows now what is demanded, and by when")
    promised_amount: PositiveAmount | None = None
    promised_on: Day | None = None
    invoice_id: Id | None = None
    disputed_amount: PositiveAmount | None = None
    recorded_by: Acting = None

    @model_validator(mode="after")
    def _has_what_its_result_needs(self) -> Self:
        if (self.result == "promise") != (self.promised_amount is not None and self.promised_on is not None):
            raise ValueError("a promise needs promised_amount and promised_on, and nothing else has them")
        if (self.result == "dispute") != (self.invoice_id is not None):
            raise ValueError("a dispute needs invoice_id, and nothing else has it")
        if self.result == "not_reached" and self.demand_reached:
            raise ValueError("a demand reaches nobody who is not reached")
        return self
