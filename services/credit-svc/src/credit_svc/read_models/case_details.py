"""What the row of a collection case says of steps that were taken back, questions, reviews and payment plans."""

from typing import Any

from contracts import Event
from contracts.credit import (
    CaseReviewDue,
    CaseReviewed,
    CaseStageReached,
    CaseStrategyChanged,
    CaseWayAnswered,
    CaseWayAsked,
    CaseWayEnded,
    CaseWayUnanswered,
    CollectionStepTaken,
    CollectionStepWithdrawn,
    PaymentPlanAgreed,
    PaymentPlanBroken,
    PaymentPlanProposed,
    PaymentPlanRejected,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
)
from contracts.credit.exposure import CollectionStep
from credit_svc.collection.routes import ORDER
from credit_svc.policies.collection import SEVERITY

NO_QUESTION: dict[str, Any] = {}
Changes = dict[str, Any]
"""Columns of the row that an event changes."""


def changes(row: Any, event: Event) -> Changes:
    """Of the columns that other modules leave alone."""
    match event:
        case CollectionStepTaken(step=step):
            return {"highest_step": _higher(row.highest_step, step), "review": {}}
        case CollectionStepWithdrawn() as e:
            return _withdrawn(row, e)
        case CaseWayAsked() as e:
            shown = e.model_dump(mode="json", exclude={"case_id", "customer_id"})
            return {"way_question": {**shown, "status": "open", "postponed_until": None}, "way_asked": True}
        case CaseWayAnswered() as e:
            return _answered(row, e)
        case CaseWayUnanswered() if row.way_question:
            return {"way_question": {**row.way_question, "status": "unanswered"}}
        case CaseStageReached() as e:
            return _at_stage(row, e)
        case CaseWayEnded() as e:
            ended = e.model_dump(mode="json", exclude={"case_id", "customer_id"})
            return {"way": None, "way_items": [], "ended_ways": [*row.ended_ways, ended]}
        case CaseReviewDue() as e:
            return {
                "review": e.model_dump(mode="json", include={"due_on", "answer_by", "options"}),
                "next_step": None,
                "next_step_on": e.answer_by,
            }
        case CaseReviewed() as e:
            done = e.model_dump(mode="json", exclude={"case_id", "customer_id"})
            return {
                "review": {},
                "reviews": [*row.reviews, done],
                "next_step_on": e.next_review_on or row.next_step_on,
            }
        case CaseStrategyChanged(after=after, because=because):
            return {"strategy": after, "strategy_because": because, "review": {}}
        case _:
            return _of_plans(row, event)


def _higher(highest: CollectionStep | None, step: CollectionStep) -> CollectionStep:
    return step if highest is None else max(highest, step, key=lambda each: SEVERITY[each])


def _withdrawn(row: Any, event: CollectionStepWithdrawn) -> Changes:
    taken_back = event.model_dump(mode="json", exclude={"case_id", "customer_id", "next_step", "next_step_on"})
    found: Changes = {"current_step": event.to_step, "withdrawals": [*row.withdrawals, taken_back]}
    asks = row.way_question.get("step")
    if asks and (event.to_step is None or SEVERITY[asks] > SEVERITY[event.to_step]):
        found |= {"way_question": NO_QUESTION, "way_asked": False}
    return found


def _answered(row: Any, event: CaseWayAnswered) -> Changes:
    answer = event.model_dump(mode="json", exclude={"case_id", "customer_id"})
    found: Changes = {"way_answers": [*row.way_answers, answer]}
    if event.answer != "postpone":
        return {**found, "way_question": NO_QUESTION, "way_asked": False}
    return {**found, "way_question": {**row.way_question, "status": "postponed", "postponed_until": answer["until"]}}


def _at_stage(row: Any, event: CaseStageReached) -> Changes:
    found: Changes = {}
    if event.items:
        found["way_items"] = [each.model_dump(mode="json") for each in event.items]
    if row.way_question and ORDER.index(event.way) >= ORDER.index(row.way_question["way"]):
        found |= {"way_question": NO_QUESTION, "way_asked": False}
    return found


def _of_plans(row: Any, event: Event) -> Changes:
    match event:
        case PaymentPlanAgreed() as e:
            plan = e.model_dump(mode="json", exclude={"case_id", "customer_id", "instalments"})
            instalments = [
                {**each.model_dump(mode="json"), "status": "open", "promise_id": None} for each in e.instalments
            ]
            return {
                "plans": [*row.plans, {**plan, "instalments": instalments, "status": "open"}],
                "plan_proposal": {},
            }
        case PaymentPlanProposed() as e:
            return {"plan_proposal": e.model_dump(mode="json", exclude={"case_id", "customer_id"})}
        case PaymentPlanRejected():
            return {"plan_proposal": {}}
        case PaymentPlanBroken(plan_id=plan_id, next_from=next_from):
            broken = {"status": "broken", "next_from": next_from.isoformat()}
            return {"plans": [{**each, **broken} if each["plan_id"] == plan_id else each for each in row.plans]}
        case PromiseMade(plan_id=str(plan_id), promise_id=promise_id, promised_on=on):
            return _instalment(row, plan_id, "due_on", on.isoformat(), {"promise_id": promise_id})
        case PromiseKept(promise_id=promise_id):
            return _instalment(row, None, "promise_id", promise_id, {"status": "kept"})
        case PromiseBroken(promise_id=promise_id):
            return _instalment(row, None, "promise_id", promise_id, {"status": "broken"})
    return {}


def _instalment(row: Any, plan_id: str | None, by: str, value: str, changed: Changes) -> Changes:
    """One instalment of an open plan; the plan is kept once all of them are."""
    plans = []
    for plan in row.plans:
        if plan["status"] == "open" and plan_id in (None, plan["plan_id"]):
            instalments = [{**each, **changed} if each[by] == value else each for each in plan["instalments"]]
            status = "kept" if all(each["status"] == "kept" for each in instalments) else plan["status"]
            plans.append({**plan, "instalments": instalments, "status": status})
        else:
            plans.append(plan)
    return {"plans": plans} if row.plans else {}
