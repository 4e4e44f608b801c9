"""The value of customers: tiering runs over the whole population, and their decision on each customer."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from contracts.envelope import Event, Part
from contracts.fields import Amount, Count, Currency, Day, Id, Text

CustomerTier = Literal["vip", "important", "ordinary_large", "small"]
"""The pyramid, best first: VIP 1 %, important 4 %, ordinary large 15 %, small 80 %."""


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
    """The border of a tier: its last rank, and the index (0 where only amounts are ranked) and amount there."""

    tier: CustomerTier
    last_rank: Count
    amount: Amount
    index: Decimal = Decimal(0)


class ScoreBorders(Part):
    """Where the scores 5, 4, 3 and 2 of a run begin: days for recency (that day or later), else counts or amounts."""

    recency: tuple[Day, ...]
    frequency: tuple[Amount, ...]
    monetary: tuple[Amount, ...]


class AbcClass(Part):
    """A class of the 80/20 rule: its number of customers, their total, and the least amount that belongs to it."""

    letter: Literal["A", "B", "C"]
    customers: Count
    amount: Amount
    from_amount: Amount


class TierFactor(Part):
    """Something besides its rank that decided a customer's tier: it lifted the customer to ``tier`` at least."""

    name: Id
    value: Text
    tier: CustomerTier


class TieringScheduled(Event):
    """The next run of a currency, due when the day after ``as_of`` begins; the last one published holds."""

    TYPE: ClassVar[str] = "customer.TieringScheduled"
    tiering_id: Id
    as_of: Day
    currency: Currency


class TieringStarted(Event):
    """A run over the whole population began: its size, and where the borders of the tiers fell."""

    TYPE: ClassVar[str] = "customer.TieringStarted"
    tiering_id: Id
    as_of: Day
    currency: Currency
    population: Count
    cut_points: tuple[CutPoint, ...]
    policy_version: int
    scores: ScoreBorders | None = None
    abc: tuple[AbcClass, ...] = ()
    abc_policy_version: int | None = None


class TieringCompleted(Event):
    """Every customer of the run's population has been decided."""

    TYPE: ClassVar[str] = "customer.TieringCompleted"
    tiering_id: Id
    as_of: Day
    currency: Currency


class CustomerTiered(Event):
    """A run confirmed a customer's tier without changing it, or began the grace period of a demotion."""

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
    index: Decimal = Decimal(0)
    factors: tuple[TierFactor, ...] = ()


class CustomerTierChanged(Event):
    """A run moved a customer to another tier; ``previous`` is None for the first one."""

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
    index: Decimal = Decimal(0)
    factors: tuple[TierFactor, ...] = ()


class CustomerShadowTiered(Event):
    """Under the candidate beside the tiering policy, a customer would deserve another tier."""

    TYPE: ClassVar[str] = "customer.CustomerShadowTiered"
    customer_id: Id
    tiering_id: Id
    as_of: Day
    currency: Currency
    deserved: CustomerTier
    would_deserve: CustomerTier
    shadow: int


EVENTS: tuple[type[Event], ...] = (
    TieringScheduled,
    TieringStarted,
    TieringCompleted,
    CustomerTiered,
    CustomerTierChanged,
    CustomerShadowTiered,
)
