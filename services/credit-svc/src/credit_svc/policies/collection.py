"""How overdue money is pursued. Source: the rules page, "Collection case"."""

from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, model_validator

from chassis.policies import Policy, PolicyPart
from contracts.credit import BehaviourClass, CollectionStep, CreditClass, Route, Strategy
from contracts.fields import Count, Id, Percent, PositiveAmount, Quantity
from credit_svc.policies.reaching import WAYS_OF_STEP, Nearness, Office, Ways

SEVERITY: dict[CollectionStep, int] = {step: number for number, step in enumerate(get_args(CollectionStep))}
"""The steps of collection, the mildest first."""


class Rung(PolicyPart):
    """A step of the ladder, and the days past due from which it applies."""

    step: CollectionStep
    after_days: Count


@lru_cache(100)
def _rung(step: CollectionStep, after_days: int) -> Rung:
    return Rung(step=step, after_days=after_days)


class WorklistWeights(PolicyPart):
    """The score of a case: each part grows to its points as amount or age grow to the full value."""

    amount_points: Quantity = Decimal(60)
    full_amount: PositiveAmount = Decimal(100_000)
    """In the case's currency."""
    age_points: Quantity = Decimal(40)
    full_age_days: int = Field(default=180, gt=0)
    behaviour_points: dict[BehaviourClass, Quantity] = Field(
        default={"A": Decimal(0), "B": Decimal(5), "C": Decimal(15), "D": Decimal(25)}
    )
    broken_promise_points: Quantity = Decimal(10)
    """For each broken promise of the case, at most two."""


class StrategyRule(PolicyPart):
    """A ladder of its own for a group of customers."""

    ladder: tuple[Rung, ...] = Field(min_length=1)
    legal_action_after_days: Count
    pace: Literal["sequential", "straight"] = "sequential"
    stops_deliveries: Literal["at_once", "by_step", "in_bad_faith"] = "by_step"
    """When deliveries stop: from the first day, from the step stop_supply on, or only to customers who
    do not want to pay (behaviour class D)."""
    review_after_days: Count | None = None
    """Days past due from which a person looks at the case in the place of every later step of this ladder; None: nobody does."""


class Clock(PolicyPart):
    """A term of our own for a stage; those of the law are the policy ``legal-terms``."""

    name: Id
    days: int = Field(ge=1)


class Stage(PolicyPart):
    """A stage of a route; its clocks run one after the other until the next stage, in place of terms of the law that begin with it."""

    name: Id
    clocks: tuple[Clock, ...] = ()
    repeats: bool = False


def _ladder(**after_days: int) -> tuple[Rung, ...]:
    return tuple(Rung.model_validate({"step": step, "after_days": days}) for step, days in after_days.items())


def _ways() -> dict[Route, tuple[Stage, ...]]:
    delegated = (
        "choose_agency", "present_case", "hear_assessment", "agree_commission", "sign_mandate", "hand_over_papers",
    )  # fmt: skip
    return {
        "delegated": (
            *(Stage(name=name) for name in delegated),
            Stage(name="progress_report", repeats=True),
            Stage(name="settle"),
            Stage(name="close"),
        ),
        "arbitration": (
            Stage(name="application"),
            Stage(name="tribunal"),
            Stage(name="hearing_and_award"),
            Stage(name="enforcement"),
        ),
        "litigation": (
            Stage(name="filing"),
            Stage(name="preparation"),
            Stage(name="hearing"),
            Stage(name="enforcement"),
        ),
    }


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
    """One step after the other, or straight to the level of the lateness."""
    credit_held_from: CollectionStep = "letter_2"
    """The step from which new orders are held while the case is open."""
    limit_cancelled_from: CollectionStep = "cancel_limit"
    """The step that sets the limit to zero until a new one is approved."""
    worklist: WorklistWeights = WorklistWeights()
    stop_over_limit_after_days: Count = 30
    """Days past due above which deliveries stop to a customer of the general strategy who is over the limit."""
    large: StrategyRule = StrategyRule(
        ladder=_ladder(reminder=0, call=3, visit=15, delegate=120),
        legal_action_after_days=270,
        stops_deliveries="in_bad_faith",
    )
    """Large and long-standing: the manager visits, disputes are settled first."""
    high_risk: StrategyRule = StrategyRule(
        ladder=_ladder(reminder=0, letter_1=2, letter_2=5, visit=10, cancel_limit=15, delegate=30),
        legal_action_after_days=90,
        pace="straight",
        stops_deliveries="at_once",
    )
    low_risk: StrategyRule = StrategyRule(
        ladder=_ladder(reminder=0, letter_1=15, letter_2=30, visit=60, stop_supply=75, cancel_limit=90, delegate=120),
        legal_action_after_days=210,
        review_after_days=60,
    )
    """Letters only, until a person looks after 60 days."""
    large_tiers: tuple[Id, ...] = ("vip", "important")
    """Tiers of customer-svc that are large; so is every key account."""
    high_risk_behaviour: tuple[BehaviourClass, ...] = ("C", "D")
    high_risk_classes: tuple[CreditClass, ...] = ("B",)
    low_risk_classes: tuple[CreditClass, ...] = ("AAA", "AA")
    other_currency_days: Annotated[int, Field(ge=1, le=366)] = 7
    """For so many days at a time no step is taken while money in another currency waits that may cover what is overdue."""
    promise_grace_days: Count = 0
    """Days after the promised one on which money still keeps a promise."""
    ways: dict[Route, tuple[Stage, ...]] = Field(default_factory=_ways)
    """The stages of the three routes after our own letters, in order."""
    commission_max: Percent = Decimal(50)
    """The most that an agency may keep of what it collects, in percent."""
    commission_to_debtor: bool = False
    """Whether the debtor is charged with an agency's commission."""
    ways_of_step: dict[CollectionStep, Ways] = Field(default=dict(WAYS_OF_STEP))
    """The ways of a step, the preferred one first; a step that is not named goes by e-mail."""
    offices: tuple[Office, ...] = ()
    """Where we are. Debtors far from all of them are called and not visited; without any nobody is distant."""
    near_is: Nearness = "province"
    """What a debtor and an office must share."""
    contact_within_days: Count = 5
    """After these days a step that a person takes, and of which no contact is recorded, is in the collector's list."""

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The general ladder, with the court that the contract allows at its top."""
        return self.rungs_of("general", None)

    def rule_of(self, strategy: Strategy) -> StrategyRule:
        """A strategy's own rule; the general one is the policy's ladder."""
        if strategy == "general":
            return StrategyRule(
                ladder=self.ladder, legal_action_after_days=self.legal_action_after_days, pace=self.pace
            )
        rule: StrategyRule = getattr(self, strategy)
        return rule

    def rungs_of(self, strategy: Strategy, has_clause: bool | None) -> tuple[Rung, ...]:
        """The whole ladder of a strategy; ``has_clause`` is the contract's, None leaves it to the policy."""
        arbitrates = self.has_arbitration_clause if has_clause is None else has_clause
        rule = self.rule_of(strategy)
        last: CollectionStep = "arbitration" if arbitrates else "litigation"
        return (*rule.ladder, _rung(last, rule.legal_action_after_days))

    @model_validator(mode="after")
    def _climbs(self) -> "CollectionPolicy":
        for strategy in get_args(Strategy):
            rungs = self.rungs_of(strategy, None)
            if any(later.after_days <= earlier.after_days for earlier, later in pairwise(rungs)):
                raise ValueError(f"{strategy}: each rung of the ladder must be deserved later than the one before it")
            if any(SEVERITY[later.step] <= SEVERITY[earlier.step] for earlier, later in pairwise(rungs)):
                order = ", ".join(SEVERITY)
                raise ValueError(f"{strategy}: the steps of the ladder must stand in this order, each once: {order}")
        if set(self.ways) != set(get_args(Route)) or not all(self.ways.values()):
            raise ValueError(f"each of {', '.join(get_args(Route))} needs at least one stage")
        return self
