"""How customers are ranked, scored and moved between tiers."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from chassis.policies import Policy, PolicyBook, PolicyPart
from contracts.customer import CustomerTier
from contracts.fields import Percent

BOXES = tuple(f"{letter}{digit}" for letter in "ABC" for digit in "123")
Weight = Annotated[Decimal, Field(ge=0, le=100)]


class Bins(PolicyPart):
    """Borders of a score 1–5: strictly beyond ``beyond`` is 5, reaching one of ``reaching`` is 4, 3 or 2, else 1."""

    beyond: Decimal
    reaching: tuple[Decimal, Decimal, Decimal]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        borders = [self.beyond, *self.reaching]
        if sorted(borders) not in (borders, borders[::-1]):
            raise ValueError("the borders must rise or fall from the best score to the worst")
        return self

    def score(self, value: Decimal) -> int:
        """The score where more is better."""
        if value > self.beyond:
            return 5
        four, three, two = self.reaching
        return 4 if value >= four else 3 if value >= three else 2 if value >= two else 1

    def score_of_less(self, value: Decimal) -> int:
        """The score where less is better."""
        if value < self.beyond:
            return 5
        four, three, two = self.reaching
        return 4 if value <= four else 3 if value <= three else 2 if value <= two else 1


class PyramidShares(PolicyPart):
    """Percent of the population in each tier; ``small`` takes the rest."""

    vip: Percent = Decimal(1)
    important: Percent = Decimal(4)
    ordinary_large: Percent = Decimal(15)

    @model_validator(mode="after")
    def _leave_no_less_than_nothing(self) -> Self:
        if self.vip + self.important + self.ordinary_large > 100:
            raise ValueError("vip, important and ordinary_large together are more than 100 percent")
        return self


class IndexWeights(PolicyPart):
    """How much each score counts in the index that ranks customers; a weight of 0 leaves a score out."""

    recency: Weight = Decimal(1)
    frequency: Weight = Decimal(1)
    monetary: Weight = Decimal(1)

    @model_validator(mode="after")
    def _weigh_something(self) -> Self:
        if not self.recency + self.frequency + self.monetary:
            raise ValueError("recency, frequency and monetary are all 0, so nothing would rank anybody")
        return self


class Guarantees(PolicyPart):
    """The tier that a customer has at least, whatever its rank: as a key account, by its box of the nine-box."""

    key_account: CustomerTier | None = "important"
    boxes: dict[str, CustomerTier] = Field(default={"A1": "important"})

    @model_validator(mode="after")
    def _name_boxes_that_exist(self) -> Self:
        if wrong := sorted(set(self.boxes) - set(BOXES)):
            raise ValueError(f"there is no box {', '.join(wrong)}; boxes are {', '.join(BOXES)}")
        return self


class TieringPolicy(Policy):
    """How customers are ranked, scored and moved between tiers.

    ``rank_by`` amount ranks by sales; index ranks by the weighted mean of the scores, and by amount where that is equal.
    ``scoring`` bins scores by the fixed borders below; quintiles by the fifths of those who ordered in the window.
    """

    NAME: ClassVar[str] = "tiering"

    window_months: int = Field(default=12, ge=1, le=120, description="months of orders that count")
    min_orders: int = Field(default=1, ge=1, description="orders in the window that a customer needs to be ranked")
    grace_months: int = Field(default=1, ge=0, le=24, description="further months a lower tier must be confirmed")
    shares: PyramidShares = PyramidShares()
    rank_by: Literal["amount", "index"] = "amount"
    weights: IndexWeights = IndexWeights()
    guarantees: Guarantees = Guarantees()
    scoring: Literal["bins", "quintiles"] = "bins"
    recency_months: Bins = Bins(beyond=Decimal(1), reaching=(Decimal(3), Decimal(6), Decimal(9)))
    frequency: Bins = Bins(beyond=Decimal(40), reaching=(Decimal(30), Decimal(20), Decimal(10)))
    monetary: Bins = Bins(beyond=Decimal(50_000), reaching=(Decimal(20_000), Decimal(10_000), Decimal(5_000)))


def tiering_policy(policies: PolicyBook, version: int) -> TieringPolicy:
    """The version that a run started under: it holds for all its decisions, whatever is published meanwhile."""
    found: TieringPolicy = next(d.document for d in policies.versions[TieringPolicy.NAME] if d.version == version)
    return found
