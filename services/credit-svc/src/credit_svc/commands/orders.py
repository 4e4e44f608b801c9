"""What credit is asked about orders."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.domain import Refusal

Release = Literal["invoiced", "delivered", "cancelled"]


@dataclass(frozen=True, slots=True)
class CheckOrder:
    order_id: str
    customer_id: str
    ordered_on: date
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class ReleaseOrder:
    """The order was delivered or cancelled on a day."""

    order_id: str
    customer_id: str
    on: date
    because: Release


@dataclass(frozen=True, slots=True)
class OverrideHold:
    """A person lets a held order through until a day, the last one."""

    customer_id: str
    order_id: str
    ends_on: date
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class EndOverride:
    """``is_over``: its last day passed; else somebody took it back."""

    customer_id: str
    order_id: str
    on: date
    is_over: bool


OrderCommand = CheckOrder | ReleaseOrder | OverrideHold | EndOverride


class OrderNotHeld(Refusal):
    """Order {order_id} of customer {customer_id} is not held, so there is nothing to override."""


class OverrideEndsInThePast(Refusal):
    """An override needs an end that is still to come; {ends_on} is before {on}."""

    status = 422


class NotOverridden(Refusal):
    """Order {order_id} has no override in force."""

    status = 404
