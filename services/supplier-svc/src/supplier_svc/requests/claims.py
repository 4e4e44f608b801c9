"""Claims as HTTP bodies."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
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


class SettlementBody(Body):
    """What the supplier pays in the end; 0 withdraws the claim."""

    amount: Annotated[Amount, Field(ge=0)]
    because: Because
    settled_on: Day
