"""What customer-svc publishes on ``customer.events``."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from contracts import policy
from contracts.envelope import Event
from contracts.erp import OrderLine, Part
from contracts.fields import Amount, Count, Currency, Day, Id, Quantity, Text

TOPIC = "customer.events"

CustomerTier = Literal["vip", "important", "ordinary_large", "small"]
"""The pyramid, best first: VIP 1 %, important 4 %, ordinary large 15 %, small 80 %."""


class OrderPlaced(Event):
    """A customer ordered; credit-svc answers with an approval or a hold."""

    TYPE: ClassVar[str] = "customer.OrderPlaced"
    order_id: Id
    customer_id: Id
    ordered_on: Day
    currency: Currency
    lines: tuple[OrderLine, ...]
    total: Amount
    requested_on: Day | None = None
    region: Id | None = None


class OrderConfirmed(Event):
    """Credit approved the order."""

    TYPE: ClassVar[str] = "customer.OrderConfirmed"
    order_id: Id
    customer_id: Id
    available_after: Amount
    currency: Currency


class OrderHeld(Event):
    """Credit holds the order; the reason and what would release it are credit-svc's words."""

    TYPE: ClassVar[str] = "customer.OrderHeld"
    order_id: Id
    customer_id: Id
    reason: Text
    releases_at: Text


class OrderDelivered(Event):
    """The order reached the customer; ``days_late`` counts from the requested date, 0 when none was promised.

    ``total`` is None when it was told before its order; it is then published again, complete, right after OrderPlaced.
    """

    TYPE: ClassVar[str] = "customer.OrderDelivered"
    order_id: Id
    customer_id: Id
    delivered_on: Day
    requested_on: Day | None = None
    days_late: Count = 0
    total: Amount | None = None
    currency: Currency | None = None


class OrderCancelled(Event):
    """The order was cancelled; ``total`` is None, and the fact published again, as for OrderDelivered."""

    TYPE: ClassVar[str] = "customer.OrderCancelled"
    order_id: Id
    customer_id: Id
    cancelled_on: Day
    total: Amount | None = None
    currency: Currency | None = None


class SurveyRecorded(Event):
    """An answer of a customer; ``score`` is the rating on 1–5 where the survey is one, and ``at_risk`` below 5 of 5."""

    TYPE: ClassVar[str] = "customer.SurveyRecorded"
    survey_id: Id
    customer_id: Id
    answered_on: Day
    kind: Literal["csi", "servqual", "kano", "rating"]
    answers: dict[Id, Quantity | Id]
    order_id: Id | None = None
    score: Decimal | None = None
    at_risk: bool = False


class ValueScores(Part):
    """RFM of a customer on a date, each score 1–5, 5 best; ``code`` is R, F and M written together (``422``)."""

    last_order_on: Day
    recency_days: Count
    orders: Count
    amount: Amount
    currency: Currency
    recency_score: int = Field(ge=1, le=5)
    frequency_score: int = Field(ge=1, le=5)
    monetary_score: int = Field(ge=1, le=5)

    @property
    def code(self) -> str:
        return f"{self.recency_score}{self.frequency_score}{self.monetary_score}"


class CutPoint(Part):
    """The pyramid's border: the last ``rank`` of a tier, and the amount that customer had."""

    tier: CustomerTier
    last_rank: Count
    amount: Amount


class TieringScheduled(Event):
    """The next run of a currency, due at 00:00 UTC of the day after ``as_of``; the last one told is in force."""

    TYPE: ClassVar[str] = "customer.TieringScheduled"
    tiering_id: Id
    as_of: Day
    currency: Currency


class TieringStarted(Event):
    """A run over the whole population: who took part and where the borders fell."""

    TYPE: ClassVar[str] = "customer.TieringStarted"
    tiering_id: Id
    as_of: Day
    currency: Currency
    population: Count
    cut_points: tuple[CutPoint, ...]
    policy_version: int


class TieringCompleted(Event):
    """Every customer of the run's population has its decision."""

    TYPE: ClassVar[str] = "customer.TieringCompleted"
    tiering_id: Id
    as_of: Day
    currency: Currency


class CustomerTiered(Event):
    """A run confirmed a customer's tier without changing it, or put a demotion on its grace period."""

    TYPE: ClassVar[str] = "customer.CustomerTiered"
    customer_id: Id
    tiering_id: Id
    as_of: Day
    tier: CustomerTier
    deserved: CustomerTier
    rank: int = Field(ge=1)
    population: Count
    value: ValueScores
    policy_version: int
    demotion_due_on: Day | None = None


class CustomerTierChanged(Event):
    """A run moved a customer; ``previous`` is None for the first tier."""

    TYPE: ClassVar[str] = "customer.CustomerTierChanged"
    customer_id: Id
    tiering_id: Id
    as_of: Day
    tier: CustomerTier
    previous: CustomerTier | None = None
    rank: int = Field(ge=1)
    population: Count
    value: ValueScores
    because: Text
    policy_version: int


class PolicyPublished(policy.PolicyPublished):
    """A policy of customer-svc has a new version."""

    TYPE: ClassVar[str] = "customer.PolicyPublished"


class PolicyShadowed(policy.PolicyShadowed):
    """A candidate runs beside a policy of customer-svc."""

    TYPE: ClassVar[str] = "customer.PolicyShadowed"


class PolicyShadowEnded(policy.PolicyShadowEnded):
    """A candidate beside a policy of customer-svc ended."""

    TYPE: ClassVar[str] = "customer.PolicyShadowEnded"


EVENTS: tuple[type[Event], ...] = (
    OrderPlaced,
    OrderConfirmed,
    OrderHeld,
    OrderDelivered,
    OrderCancelled,
    SurveyRecorded,
    TieringScheduled,
    TieringStarted,
    TieringCompleted,
    CustomerTiered,
    CustomerTierChanged,
    PolicyPublished,
    PolicyShadowed,
    PolicyShadowEnded,
)
