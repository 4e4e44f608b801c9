"""Responses about reaching debtors."""

from datetime import date
from decimal import Decimal

from contracts.figures import PlainModel
from credit_svc.responses.answer import Answer


class ContactDueAnswer(PlainModel):
    """A step of which no contact is recorded; ``contact_way`` None: none of its ways has an address. ``days``: since the step."""

    customer_id: str
    case_id: str
    step: str
    taken_on: date
    contact_way: str | None
    way_because: str
    overdue: Decimal
    currency: str
    days: int


class PlaceAnswer(Answer):
    """Where a customer is by its file, and whether that is far from our offices of today; ``ways``: those that have an address."""

    customer_id: str
    province: str | None
    city: str | None
    is_distant: bool
    because: str
    ways: list[str]
