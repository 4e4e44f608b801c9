"""The collection case: one per customer with overdue invoices. State and fold. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from immutables import Map

from chassis.values import replace
from contracts import Event
from contracts.credit import (
    AgencySettled,
    CaseClockRanOut,
    CaseDelegated,
    CasePaused,
    CaseResumed,
    CaseReviewDue,
    CaseReviewed,
    CaseStageReached,
    CaseStrategyChanged,
    CaseWayAnswered,
    CaseWayAsked,
    CaseWayEnded,
    CaseWayUnanswered,
    CollectionCaseClosed,
    CollectionCaseOpened,
    CollectionStep,
    CollectionStepRescheduled,
    CollectionStepTaken,
    CollectionStepWithdrawn,
    DebtorContacted,
    OrderCreditApproved,
    OrderExposureReleased,
    PaymentPlanAgreed,
    PaymentPlanBroken,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    Route,
    Strategy,
)
from credit_svc.collection.case_parts import CaseReview, Plan, Question
from credit_svc.policies.collection import SEVERITY
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.open_items import OpenItem

CaseEvent = (
    CollectionCaseOpened
    | CollectionStepTaken
    | CollectionStepRescheduled
    | CollectionCaseClosed
    | CasePaused
    | CaseResumed
    | PromiseMade
    | PromiseKept
    | PromiseBroken
    | CaseDelegated
    | CaseStageReached
    | CaseClockRanOut
    | CollectionStepWithdrawn
    | CaseWayAsked
    | CaseWayAnswered
    | CaseWayUnanswered
    | CaseWayEnded
    | CaseReviewDue
    | CaseReviewed
    | CaseStrategyChanged
    | PaymentPlanAgreed
    | PaymentPlanBroken
    | AgencySettled
    | DebtorContacted
)

FOLDED: tuple[type[Event], ...] = (*get_args(CaseEvent), OrderCreditApproved, OrderExposureReleased)
"""What changes a case: its own events, and orders that the support of its payment plan lets through."""


@dataclass(frozen=True, slots=True)
class Pause:
    """No step until a day; None: until the reason is gone."""

    cause: Literal["asked", "promise", "dispute", "waiting_money", "other_currency"]
    until: date | None


@dataclass(frozen=True, slots=True)
class Promise:
    promise_id: str
    amount: Decimal
    currency: str
    promised_on: date
    made_on: date
    earlier: Decimal = NOTHING
    """Of the money since ``made_on``, what is for other things: the instalments of the same plan before this one."""


@dataclass(frozen=True)
class Case:
    """An open case. ``last_on`` is the day of its last step, or of its opening.

    ``steps``: all that were taken. ``current``: the one that stands, for the item ``stands_for``; None while none does. ``taken``: each
    step with the item that it was taken for. ``not_before``: no step is taken before this day, on which one was withdrawn or the
    strategy changed.

    ``way`` and ``stages``: who pursues it since our own letters did not settle it, and how far they are; ``given``: what was given to
    that way, None of old logs, whose ways last as long as the case. ``mandate``: what the agency works under, ``settlements``: how often
    it was settled with, ``contacts``: how often somebody spoke with the debtor, or tried to.
    """

    case_id: str
    last_on: date
    oldest_invoice_id: str
    strategy: Strategy = "general"
    steps: tuple[CollectionStep, ...] = ()
    current: CollectionStep | None = None
    stands_for: str | None = None
    taken: frozenset[tuple[CollectionStep, str]] = frozenset()
    not_before: date = date.min
    next_step_on: date | None = None
    pause: Pause | None = None
    promise: Promise | None = None
    promises: int = 0
    way: Route | None = None
    stages: tuple[str, ...] = ()
    clock: CaseStageReached | None = None
    given: Map[str, Decimal] | None = None
    question: Question | None = None
    postponements: int = 0
    """Of the question that is open."""
    review: CaseReview | None = None
    reviews_kept: int = 0
    review_from: date = date.min
    """No review is due before this day, since a person has looked at the case."""
    plan: Plan | None = None
    mandate: CaseDelegated | None = None
    settlements: int = 0
    contacts: int = 0

    def has_reached(self, step: CollectionStep) -> bool:
        """Whether the step, or one above it, stands."""
        return self.current is not None and SEVERITY[self.current] >= SEVERITY[step]

    def after_step(self, step: CollectionStep, invoice_id: str, on: date) -> "Case":
        return replace(
            self,
            last_on=on,
            oldest_invoice_id=invoice_id,
            steps=(*self.steps, step),
            current=step,
            stands_for=invoice_id,
            taken=self.taken | {(step, invoice_id)},
            review=None,
        )


@dataclass(frozen=True)
class Debt:
    """What a case pursues: the oldest overdue item, and all that is overdue in its currency, both without what is disputed
    or covered by money that waits. ``has_clause``: whether the contract names an arbitral tribunal, None leaves it to the policy."""

    customer_id: str
    oldest: OpenItem
    overdue: Decimal
    currency: str
    has_clause: bool | None = None


def evolve(case: Case | None, event: Event) -> Case | None:
    match event, case:
        case CollectionCaseOpened() as e, _:
            return Case(e.case_id, e.opened_on, e.invoice_id, e.strategy)
        case CollectionCaseClosed(), _:
            return None
        case _, None:
            return None
        case CollectionStepTaken() as e, Case():
            return replace(case.after_step(e.step, e.oldest_invoice_id, e.taken_on), next_step_on=e.next_step_on)
        case CollectionStepRescheduled() as e, Case():
            moved = replace(case, oldest_invoice_id=e.oldest_invoice_id, next_step_on=e.next_step_on)
            return _with_review_of(moved, e)
        case CollectionStepWithdrawn() as e, Case():
            return _withdrawn(case, e)
        case CasePaused() as e, Case():
            return replace(case, pause=Pause(e.cause, e.until), next_step_on=e.until, review=None)
        case CaseResumed(), Case():
            return replace(case, pause=None)
        case PromiseMade() as e, Case():
            return _promised(case, e)
        case ((PromiseKept() | PromiseBroken()), Case()):
            plan = None if case.plan is not None and case.plan.is_promised else case.plan
            return replace(case, promise=None, plan=plan)
        case CaseStageReached() as e, Case():
            return _at_stage(case, e)
        case CaseClockRanOut(whose=None), Case():
            return replace(case, clock=None)
        case CaseWayAsked() as e, Case(question=question):
            again = question is not None and question.way == e.way
            asked_for = Question(e.way, e.requested_on, e.answer_by, e.step)
            return replace(case, question=asked_for, postponements=case.postponements if again else 0)
        case CaseWayAnswered(answer="postpone") as e, Case(question=Question() as question):
            postponed = replace(question, postponed_until=e.until, is_unanswered=False)
            return replace(case, question=postponed, postponements=case.postponements + 1)
        case CaseWayAnswered(), Case():
            return replace(case, question=None)
        case CaseWayUnanswered(), Case(question=Question() as question):
            return replace(case, question=replace(question, is_unanswered=True))
        case CaseWayEnded(), Case():
            return replace(case, way=None, stages=(), clock=None, given=None)
        case CaseReviewDue() as e, Case():
            return replace(case, review=CaseReview(e.due_on, e.answer_by), next_step_on=e.answer_by)
        case CaseReviewed(next_review_on=date() as again_on), Case():
            kept_count = case.reviews_kept + 1
            return replace(case, review=None, reviews_kept=kept_count, review_from=again_on, next_step_on=again_on)
        case CaseReviewed(), Case():
            return replace(case, review=None)
        case CaseStrategyChanged() as e, Case():
            return replace(case, strategy=e.after, review=None, not_before=e.changed_on)
        case PaymentPlanAgreed() as e, Case():
            plan = Plan(e.plan_id, e.instalments, e.currency, e.support_limit, e.paid_before, e.agreed_on)
            return replace(case, plan=plan)
        case PaymentPlanBroken() as e, Case(plan=Plan() as plan) if plan.plan_id == e.plan_id:
            return replace(case, plan=None)
        case (OrderCreditApproved() | OrderExposureReleased()) as e, Case(plan=Plan() as plan):
            return replace(case, plan=_ordered(plan, e))
        case CaseDelegated() as e, Case(mandate=mandate):
            return replace(case, mandate=_agreed(mandate, e))
        case AgencySettled(), Case(settlements=settlements):
            return replace(case, settlements=settlements + 1)
        case DebtorContacted(), Case(contacts=contacts):
            return replace(case, contacts=contacts + 1)
    return case


def _withdrawn(case: Case, event: CollectionStepWithdrawn) -> Case:
    """A question that a step above the current one has asked is over with it."""
    question, stands = case.question, -1 if event.to_step is None else SEVERITY[event.to_step]
    if question is not None and question.step is not None and SEVERITY[question.step] > stands:
        question = None
    moved = replace(
        case,
        oldest_invoice_id=event.oldest_invoice_id,
        next_step_on=event.next_step_on,
        current=event.to_step,
        stands_for=event.oldest_invoice_id,
        not_before=max(case.not_before, event.withdrawn_on),
        question=question,
    )
    return _with_review_of(moved, event)


def _with_review_of(case: Case, event: CollectionStepRescheduled | CollectionStepWithdrawn) -> Case:
    """A review is over when the item that it was about is paid and the next one does not deserve it."""
    review = case.review
    if review is None or (event.next_step is None and event.next_step_on == review.answer_by):
        return case
    return replace(case, review=None)


def _promised(case: Case, event: PromiseMade) -> Case:
    """An instalment of a plan is kept by the money since the plan was agreed, which pays the instalments in their order."""
    promise = Promise(event.promise_id, event.amount, event.currency, event.promised_on, event.made_on)
    plan = case.plan
    if plan is not None and event.plan_id == plan.plan_id:
        plan = replace(plan, made=plan.made + 1)
        promise = replace(promise, made_on=plan.agreed_on, earlier=plan.earlier)
    return replace(case, promise=promise, promises=case.promises + 1, plan=plan)


def _at_stage(case: Case, event: CaseStageReached) -> Case:
    """A question is answered by the way that begins, or by one beyond it."""
    before = case.stages if case.way == event.way else ()
    given = case.given if case.way == event.way else None
    if event.items:
        given = Map({each.invoice_id: each.amount for each in event.items})
    order, question = get_args(Route), case.question
    if question is not None and order.index(event.way) >= order.index(question.way):
        question = None
    return replace(
        case,
        way=event.way,
        stages=(*before, event.stage),
        clock=event if event.clock_ends_on else None,
        given=given,
        question=question,
    )


def _ordered(plan: Plan, event: OrderCreditApproved | OrderExposureReleased) -> Plan:
    """What was ordered and delivered has used the support up; what was not, gives it back."""
    if isinstance(event, OrderCreditApproved):
        if event.plan_id != plan.plan_id:
            return plan
        taken = event.amount if event.rest is None else event.rest
        taken = event.rate.converted(taken) if event.rate else taken
        return replace(plan, orders=plan.orders.set(event.order_id, taken))
    if event.cause == "invoiced" or event.order_id not in plan.orders:
        return plan
    return replace(plan, orders=plan.orders.delete(event.order_id))


def _agreed(before: CaseDelegated | None, after: CaseDelegated) -> CaseDelegated:
    """What an agency works under after another word about it; what that leaves out stays."""
    if before is None or before.agency != after.agency:
        return after
    return before.model_copy(update=after.model_dump(exclude_none=True, exclude={"standing", "given", "currency"}))
