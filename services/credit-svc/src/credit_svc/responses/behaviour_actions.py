"""Responses about what behaviour classes call for."""

from datetime import date
from decimal import Decimal
from typing import Literal

from contracts.figures import PlainModel


class BehaviourActionAnswer(PlainModel):
    """What is to be done with a customer because of its behaviour class, and what came of it."""

    customer_id: str
    action_id: str
    behaviour: str
    action: str
    status: Literal["open", "late", "done", "withdrawn"]
    requested_on: date
    answer_until: date
    summary: str
    requested_by: str | None
    case_id: str | None
    region: str | None
    prepayment_percent: Decimal | None
    ended_on: date | None
    outcome: str | None
    done_by: str | None
    withdrawn_because: str | None
