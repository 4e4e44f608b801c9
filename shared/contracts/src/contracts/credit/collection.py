"""How overdue debts are collected."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.credit.agencies import AgencyKind
from contracts.credit.contacts import ContactWay
from contracts.credit.exposure import CollectionStep, Strategy
from contracts.envelope import Event, Part
from contracts.fields import (
    Amount,
    AmountNotNegative,
    Count,
    Currency,
    Day,
    Id,
    Percent,
    PositiveAmount,
    Text,
    formerly,
)


class CollectionCaseOpened(Event):
    """A customer's overdue invoices are pursued."""

    TYPE: ClassVar[str] = "credit.CollectionCaseOpened"
    case_id: Id
    customer_id: Id
    opened_on: Day
    invoice_id: Id
    overdue: PositiveAmount
    currency: Currency
    strategy: Strategy = "general"
    because: Text = ""
    """Why this strategy."""


class CollectionStepTaken(Event):
    """A collection step was taken; ``next_step_on`` is the day on which the next one is due."""

    TYPE: ClassVar[str] = "credit.CollectionStepTaken"
    case_id: Id
    customer_id: Id
    step: CollectionStep
    taken_on: Day
    days_past_due: int = Field(ge=0)
    oldest_invoice_id: Id
    overdue: PositiveAmount
    currency: Currency
    next_step: CollectionStep | None = None
    next_step_on: Day | None = None
    policy_version: int
    taken_by: Text | None = None
    """Who took it before its day, and why; None: it was taken on its day by itself."""
    reason: Text | None = None
    contact_way: ContactWay | None = None
    """How the debtor is reached; None: the collector finds a way."""
    way_because: Text = ""
    """Why not by the first way of the policy."""


class CollectionStepRescheduled(Event):
    """The case has another oldest overdue invoice, and the day of the next step follows it."""

    TYPE: ClassVar[str] = "credit.CollectionStepRescheduled"
    case_id: Id
    customer_id: Id
    oldest_invoice_id: Id
    overdue: PositiveAmount
    currency: Currency
    next_step: CollectionStep | None = None
    next_step_on: Day | None = None
    policy_version: int


class CollectionCaseClosed(Event):
    """Nothing is overdue any longer, or the customer is another one's now whose case goes on (``merged``)."""

    TYPE: ClassVar[str] = "credit.CollectionCaseClosed"
    case_id: Id
    customer_id: Id
    closed_on: Day
    steps_taken: Count
    cause: Annotated[Literal["settled", "written_off", "restated", "merged"], formerly("cause", "because")]


class CasePaused(Event):
    """No step is taken until a day, or (None) until the cause is gone: a request, a promise, a dispute, money that waits for
    an unknown invoice and covers what is overdue, or money in another currency that may cover it."""

    TYPE: ClassVar[str] = "credit.CasePaused"
    case_id: Id
    customer_id: Id
    cause: Annotated[
        Literal["asked", "promise", "dispute", "waiting_money", "other_currency"], formerly("cause", "because")
    ]
    until: Day | None = None
    reason: Text
    paused_on: Day
    paused_by: Text


class CaseResumed(Event):
    """Steps are taken again."""

    TYPE: ClassVar[str] = "credit.CaseResumed"
    case_id: Id
    customer_id: Id
    cause: Annotated[
        Literal["ended", "withdrawn", "promise_kept", "promise_broken", "dispute_resolved", "money_assigned"],
        formerly("cause", "because"),
    ]
    resumed_on: Day


class PromiseMade(Event):
    """The customer promised to pay an amount by a day; the case waits for it."""

    TYPE: ClassVar[str] = "credit.PromiseMade"
    promise_id: Id
    customer_id: Id
    case_id: Id
    amount: PositiveAmount
    currency: Currency
    promised_on: Day
    made_on: Day
    recorded_by: Text
    plan_id: Id | None = None
    """The payment plan of which this is an instalment."""


class PromiseKept(Event):
    """What was promised came in by its day."""

    TYPE: ClassVar[str] = "credit.PromiseKept"
    promise_id: Id
    customer_id: Id
    case_id: Id
    amount: PositiveAmount
    currency: Currency
    promised_on: Day
    kept_on: Day


class PromiseBroken(Event):
    """The promised day passed with ``missing`` of the amount unpaid; it counts against the behaviour class."""

    TYPE: ClassVar[str] = "credit.PromiseBroken"
    promise_id: Id
    customer_id: Id
    case_id: Id
    amount: PositiveAmount
    missing: PositiveAmount
    currency: Currency
    promised_on: Day
    broken_on: Day


class DeliveriesStopped(Event):
    """Nothing is delivered to the customer until further notice."""

    TYPE: ClassVar[str] = "credit.DeliveriesStopped"
    customer_id: Id
    case_id: Id
    because: Text
    stopped_on: Day


class DeliveriesResumed(Event):
    """Deliveries to the customer go on."""

    TYPE: ClassVar[str] = "credit.DeliveriesResumed"
    customer_id: Id
    because: Text
    resumed_on: Day


Route = Literal["delegated", "arbitration", "litigation"]
"""Who pursues a case that our own letters did not settle."""

Whose = Literal["ours", "theirs", "court"]
"""Who has to act within a term."""


class CaseItem(Part):
    """What of an invoice is claimed before a tribunal or a court, or by an agency."""

    invoice_id: Id
    amount: Amount
    currency: Currency | None = None
    """None where the event has one, which is that of all its items."""


class ClaimConditions(Part):
    """What a claim needs before a tribunal or a court hears it, each in words; the last is the court's or the tribunal's."""

    direct_interest: Text
    definite_defendant: Text
    concrete_claim: Text
    competent_court: Text | None = None
    within_clause: Text | None = None


class CaseDelegated(Event):
    """An agency pursues the case; once agreed, it keeps ``commission_percent`` of what it collects, and ``commission_fixed`` besides.

    ``standing``: why it is of good standing. ``given``: what was overdue then, in ``currency``; None where nothing could be pursued.
    """

    TYPE: ClassVar[str] = "credit.CaseDelegated"
    case_id: Id
    customer_id: Id
    agency: Text
    commission_percent: Percent | None = None
    delegated_on: Day
    delegated_by: Text
    kind: AgencyKind | None = None
    standing: Text = ""
    commission_fixed: AmountNotNegative | None = None
    given: PositiveAmount | None = None
    currency: Currency | None = None


class CaseStageReached(Event):
    """A case reached a stage of its way; ``clock_ends_on`` is the last day for the next stage.

    ``items``: with the first stage, what is given to the way, which is over once all of it is settled; older events do not say it.
    That of arbitration and litigation also says what the claim rests on: its conditions, why a clause of arbitration does not bind or
    which new agreement does, and that a limitation which ran out was known.
    """

    TYPE: ClassVar[str] = "credit.CaseStageReached"
    case_id: Id
    customer_id: Id
    way: Route
    stage: Id
    number: int = Field(ge=1)
    reached_on: Day
    note: Text
    recorded_by: Text
    next_stage: Id | None = None
    clock: Id | None = None
    clock_ends_on: Day | None = None
    policy_version: int
    items: tuple[CaseItem, ...] = ()
    conditions: ClaimConditions | None = None
    clause_invalid_because: Text | None = None
    new_agreement: Text | None = None
    despite_limitation: bool = False


class CaseClockRanOut(Event):
    """The last day for the next stage passed, or that of a term of the law; of the latter ``whose`` it was."""

    TYPE: ClassVar[str] = "credit.CaseClockRanOut"
    case_id: Id
    customer_id: Id
    way: Route
    stage: Id
    clock: Id
    ran_out_on: Day
    whose: Whose | None = None
