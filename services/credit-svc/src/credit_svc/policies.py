"""The rule book of credit: every threshold is a field here, and its default is the rules page."""

from decimal import Decimal
from itertools import pairwise
from typing import ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.policies import Policy
from contracts.credit import CollectionStep
from contracts.fields import Count, Percent, PositiveAmount, Quantity

AGEING_BUCKETS = 6
"""Not due, 1–30, 31–60, 61–90, 91–120 and more than 120 days past due."""

SEVERITY: dict[CollectionStep, int] = {step: number for number, step in enumerate(get_args(CollectionStep))}
"""The steps of collection, the mildest first."""


class CreditPolicy(Policy):
    """How much a customer may owe, and when new credit stops."""

    NAME: ClassVar[str] = "credit"

    default_limit: Quantity = Decimal(100_000)
    """Limit of a customer for whom none was set, in the account's currency."""
    watch_above_percent: Percent = Decimal(90)
    """Use of the limit above which an account is watched."""
    stop_after_days: Count = 45
    """Days past due of the oldest open invoice above which every new order is stopped."""


class ReceivablesPolicy(Policy):
    """When an invoice is overdue, and what is expected to be lost."""

    NAME: ClassVar[str] = "receivables"

    grace_days: Count = 0
    """Days after the due date that are not yet held against the customer."""
    allowance_percents: tuple[Percent, ...] = Field(
        default=(Decimal(1), Decimal("1.5"), Decimal(5), Decimal(50), Decimal(50), Decimal(50)),
        min_length=AGEING_BUCKETS,
        max_length=AGEING_BUCKETS,
    )
    """Expected loss by ageing bucket, not due first."""


class Rung(BaseModel):
    """A step of the ladder and the days past due from which it is deserved."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: CollectionStep
    after_days: Count


class WorklistWeights(BaseModel):
    """The score of a case: each part grows to its points as amount or age grow to the full value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount_points: Quantity = Decimal(60)
    full_amount: PositiveAmount = Decimal(100_000)
    """In the case's currency."""
    age_points: Quantity = Decimal(40)
    full_age_days: int = Field(default=180, gt=0)


class CollectionPolicy(Policy):
    """How overdue money is pursued."""

    NAME: ClassVar[str] = "collection"

    ladder: tuple[Rung, ...] = Field(
        default=(
            Rung(step="reminder", after_days=0),
            Rung(step="call", after_days=3),
            Rung(step="letter_1", after_days=7),
            Rung(step="letter_2", after_days=15),
            Rung(step="visit", after_days=30),
            Rung(step="stop_supply", after_days=45),
            Rung(step="cancel_limit", after_days=60),
            Rung(step="delegate", after_days=90),
        ),
        min_length=1,
    )
    legal_action_after_days: Count = 180
    has_arbitration_clause: bool = False
    """Whether contracts name an arbitral tribunal; without it the last step is litigation."""
    pace: Literal["sequential", "straight"] = "sequential"
    """One step after the other, or straight to the level that the lateness deserves."""
    credit_held_from: CollectionStep = "letter_2"
    """The step from which new orders are held while the case is open."""
    limit_cancelled_from: CollectionStep = "cancel_limit"
    """The step that sets the limit to zero until a new one is approved."""
    worklist: WorklistWeights = WorklistWeights()

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The whole ladder, with the court that the contract allows at its top."""
        last: CollectionStep = "arbitration" if self.has_arbitration_clause else "litigation"
        return (*self.ladder, Rung(step=last, after_days=self.legal_action_after_days))

    @model_validator(mode="after")
    def _climbs(self) -> "CollectionPolicy":
        days = [rung.after_days for rung in self.rungs]
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise ValueError("each rung of the ladder must be deserved later than the one before it")
        severity = [SEVERITY[rung.step] for rung in self.rungs]
        if any(later <= earlier for earlier, later in pairwise(severity)):
            raise ValueError(f"the steps of the ladder must stand in this order, each once: {', '.join(SEVERITY)}")
        return self


POLICIES: tuple[type[Policy], ...] = (CreditPolicy, ReceivablesPolicy, CollectionPolicy)
