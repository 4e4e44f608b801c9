"""What the events of a collection case make of it. Pure."""

from datetime import date
from typing import get_args

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
    CollectionStepRescheduled,
    CollectionStepTaken,
    CollectionStepWithdrawn,
    DebtorContacted,
    OrderCreditApproved,
    OrderExposureReleased,
    PaymentPlanAgreed,
    PaymentPlanBroken,
    PaymentPlanProposed,
    PaymentPlanRejected,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    Route,
)
from credit_svc.collection.case import Case, Pause, Promise
from credit_svc.collection.case_parts import CaseReview, Plan, PlanProposal, Question
from credit_svc.policies.collection import SEVERITY

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
    | PaymentPlanProposed
    | PaymentPlanRejected
    | PaymentPlanAgreed
    | PaymentPlanBroken
    | AgencySettled
    | DebtorContacted
)

FOLDED: tuple[type[Event], ...] = (*get_args(CaseEvent), OrderCreditApproved, OrderExposureReleased)
"""What changes a case: its own events, and orders that the support of its payment plan lets through."""


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
        case PaymentPlanProposed() as e, Case():
            proposal = PlanProposal(e.instalments, e.support_limit, e.reason, e.proposed_by)
            return replace(case, plan_proposal=proposal)
        case PaymentPlanRejected(), Case():
            return replace(case, plan_proposal=None)
        case PaymentPlanAgreed() as e, Case():
            plan = Plan(e.plan_id, e.instalments, e.currency, e.support_limit, e.paid_before, e.agreed_on)
            return replace(case, plan=plan, plan_proposal=None)
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
