"""Payment plans are agreed by two persons: one proposes, the other approves."""

from datetime import date
from decimal import Decimal
from typing import Any

from chassis.testing import Given, replay
from chassis.testing.client import bearer
from chassis.testing.passing import at_rest
from contracts.credit import PaymentPlanAgreed, PaymentPlanProposed, PlanInstalment, PromiseMade
from credit_svc.account.plan_proposals import ApprovePlan, NoPlanProposed, ProposePlan, RejectPlan
from credit_svc.account.plans import InstalmentsNotWhatIsOpen
from credit_svc.account.refusals import FourEyesNeeded
from credit_svc.read_models import collection_case
from credit_svc.testing import CUSTOMER, payment
from standing_parts.issuer import Issuer

from .running import Running
from .test_low_risk_and_plans import AGREED_ON, CASE, in_trouble
from .test_running import invoice

APPROVED = ApprovePlan(CASE, CUSTOMER, "head", AGREED_ON)
THREE = tuple(PlanInstalment(amount=Decimal(10_000), due_on=date(2025, month, 28)) for month in (2, 3, 4))


def proposed() -> Given:
    """30,000 in three instalments, as the collector proposes."""
    plan = ProposePlan(CASE, CUSTOMER, THREE, Decimal(5_000), "their customer pays late", "collector", AGREED_ON)
    return in_trouble().when(plan)


def shown(history: Given) -> Any:
    (row,) = replay(collection_case.MODEL, history.facts).values()
    return row.plan_proposal


def test_a_plan_that_was_proposed_counts_once_another_person_approves_it() -> None:
    history = proposed()
    assert history.one(PaymentPlanProposed).proposed_by == "collector"
    assert (history.state.case.plan, shown(history)["proposed_by"]) == (None, "collector")
    own = ApprovePlan(CASE, CUSTOMER, "Collector", AGREED_ON)
    history.when(own).then_refused(FourEyesNeeded, "another person has to")
    agreed = history.when(APPROVED)
    plan = agreed.one(PaymentPlanAgreed)
    assert (plan.instalments, plan.support_limit) == (THREE, 5_000)
    assert (plan.proposed_by, plan.approved_by) == ("collector", "head")
    assert agreed.one(PromiseMade).promised_on == date(2025, 2, 28)
    assert shown(agreed) == {}
    agreed.when(APPROVED).then_refused(NoPlanProposed, "one person proposes, another approves")


def test_a_plan_is_not_approved_for_another_amount_than_is_open_by_then() -> None:
    paid = proposed().when(payment(1, 1_000, AGREED_ON, of=1))
    paid.when(APPROVED).then_refused(InstalmentsNotWhatIsOpen, "make 30,000.00 EUR; 29,000.00 EUR is open")


def test_what_cannot_be_agreed_is_not_proposed() -> None:
    half = ProposePlan(CASE, CUSTOMER, THREE[:2], None, "their customer pays late", "collector", AGREED_ON)
    in_trouble().when(half).then_refused(InstalmentsNotWhatIsOpen)


def test_a_plan_that_is_rejected_leaves_the_case_as_it_is() -> None:
    rejection = RejectPlan(CASE, CUSTOMER, "it has the money", "head")
    rejected = proposed().when(rejection)
    assert (rejected.state.case.plan, shown(rejected)) == (None, {})
    rejected.when(APPROVED).then_refused(NoPlanProposed)
    rejected.when(rejection).then_refused(NoPlanProposed)


async def test_two_persons_agree_on_a_plan_and_neither_does_it_alone(running: Running, issuer: Issuer) -> None:
    async def sent(name: str, role: str, path: str, body: Any) -> tuple[int, Any]:
        token = bearer(issuer.token(name, [role]))
        answer = await running.client.post(f"/v1/collections/C-1-1/{path}", json=body, headers=token)
        await at_rest(running.runtime)
        return answer.status_code, answer.json()

    await running.move_to("2024-01-01")
    await running.post("/v1/invoices", invoice(1, "C-1", "2024-01-31", "300"))
    await running.move_to("2024-03-01")
    instalments = [{"amount": "150", "due_on": "2024-04-15"}, {"amount": "150", "due_on": "2024-05-15"}]
    plan = {"instalments": instalments, "reason": "helped"}
    status, refused = await sent("sun", "head-of-credit", "plans", plan)
    assert (status, refused["type"]) == (409, "/problems/four-eyes-needed"), "who proposes it is the one of the token"
    assert (await sent("sun", "head-of-credit", "plans", {**plan, "proposed_by": "zhou"}))[0] == 403
    assert (await sent("sun", "head-of-credit", "plans", {**plan, "approved_by": "zhou"}))[0] == 403
    assert (await sent("zhou", "collector", "plans", plan))[0] == 403, "who pursues a case agrees on no plan"
    assert (await sent("zhou", "collector", "plan-proposal", plan))[0] == 200
    assert (await sent("zhou", "collector", "plan-proposal/approval", {}))[0] == 403
    assert (await sent("zhou", "head-of-credit", "plan-proposal/approval", {}))[0] == 409
    assert (await running.get("/v1/collections/C-1-1"))["plan_proposal"]["proposed_by"] == "zhou"
    assert (await sent("sun", "head-of-credit", "plan-proposal/rejection", {"reason": "not so long"}))[0] == 200
    assert (await sent("zhou", "collector", "plan-proposal", plan))[0] == 200
    assert (await sent("sun", "head-of-credit", "plan-proposal/approval", {}))[0] == 200
    case = await running.get("/v1/collections/C-1-1")
    assert (case["plan_proposal"], [each["proposed_by"] for each in case["plans"]]) == ({}, ["zhou"])
    assert case["plans"][0]["approved_by"] == "sun"
