"""What a behaviour class calls for: strengthen, consolidate, help, guard, or recover and end the relation."""

from datetime import date
from decimal import Decimal

from chassis.testing import Given
from contracts.credit import (
    BehaviourActionAsked,
    BehaviourActionDone,
    BehaviourActionWithdrawn,
    ProspectAsked,
    ProspectJudged,
    ProspectUnanswered,
    ReviewDone,
    ReviewDue,
)
from contracts.customer import CustomersMerged
from credit_svc.account.behaviour import RecordPaymentRefusal
from credit_svc.account.behaviour_actions import (
    FinishAction,
    JudgeProspect,
    NoOpenAction,
    NotOfClassC,
    ProspectNotJudged,
    RequestAction,
)
from credit_svc.account.reviews import FinishReview
from credit_svc.policies.behaviour_actions import BehaviourActionPolicy
from credit_svc.testing import CUSTOMER, account, all_of, invoice, last, payment, under, until
from credit_svc.timers import behaviour_due, invoice_due, prospect_due, review_due, step_due

from .accounts import Accounts
from .running import Running
from .test_running import invoice as sent_invoice

TIMERS = (invoice_due.TODO, behaviour_due.TODO, prospect_due.TODO, step_due.TODO, review_due.TODO)
NEW_YEAR, FEBRUARY = date(2025, 1, 1), date(2025, 2, 1)
THREE_INVOICES = tuple(invoice(number, due_on=NEW_YEAR) for number in (1, 2, 3))


def class_c() -> Given:
    """Three invoices of 1 January, 31 days past due."""
    return until(FEBRUARY, account(*THREE_INVOICES), TIMERS)


def judged(hopeful: bool, on: date = FEBRUARY) -> JudgeProspect:
    return JudgeProspect(CUSTOMER, hopeful, "its new owner pays" if hopeful else "it pays nobody", "ma", on)


def refusal(day: date) -> RecordPaymentRefusal:
    return RecordPaymentRefusal(CUSTOMER, "will not pay", "collector", day)


def test_c_hopeless_is_guarded_and_as_d_recovered_by_law_and_ended() -> None:
    history = class_c().when(judged(hopeful=False))
    guard = history.one(BehaviourActionAsked)
    assert (guard.behaviour, guard.action, guard.requested_on) == ("C", "guard", FEBRUARY)
    assert (guard.prepayment_percent, guard.answer_by) == (Decimal(50), date(2025, 3, 3))
    assert "Let 50 % of each order be paid in advance" in guard.summary

    as_d = history.when(refusal(date(2025, 4, 1)))
    assert as_d.one(BehaviourActionWithdrawn).cause == "class_changed"
    end = as_d.one(BehaviourActionAsked)
    assert (end.behaviour, end.action, end.requested_on) == ("D", "recover_and_end", date(2025, 4, 1))
    assert (end.prepayment_percent, end.case_id) == (Decimal(100), "C-1-1")
    assert end.summary.endswith("Decide on the way of case C-1-1: delegation, arbitration or litigation.")


def test_c_not_judged_is_asked_about_again_once_and_then_the_head_hears_of_it() -> None:
    history = until(date(2025, 6, 1), class_c(), TIMERS)
    assert [(event.number, event.requested_on) for event in all_of(history, ProspectAsked)] == [
        (1, FEBRUARY),
        (2, date(2025, 3, 3)),
    ]
    (unanswered,) = all_of(history, ProspectUnanswered)
    assert unanswered.unanswered_on == date(2025, 4, 2)
    history.when(judged(hopeful=True, on=date(2025, 6, 1))).one(ProspectJudged)


def test_a_hopeful_one_is_visited_and_offered_a_plan_and_may_be_judged_anew() -> None:
    history = class_c().when(judged(hopeful=True))
    assert history.one(BehaviourActionAsked).action == "help"
    again = history.when(judged(hopeful=True))
    assert all_of(again, BehaviourActionAsked) == all_of(history, BehaviourActionAsked)
    anew = history.when(judged(hopeful=False))
    assert anew.one(BehaviourActionWithdrawn).cause == "judged_anew"
    assert anew.one(BehaviourActionAsked).action == "guard"


def test_a_question_that_was_answered_is_not_asked_again() -> None:
    history = until(date(2025, 3, 31), class_c().when(judged(hopeful=True)), TIMERS)
    assert len(all_of(history, ProspectAsked)) == 1


def test_the_file_of_a_guarded_customer_is_reviewed_every_30_days() -> None:
    owed = class_c()
    assert owed.state.file.review is not None  # class C is worse than what was, which a person must look at
    reviewed = owed.when(FinishReview(CUSTOMER, "looked at", "ma", FEBRUARY), judged(hopeful=False))
    assert last(reviewed, BehaviourActionAsked).review_on == date(2025, 3, 3)
    later = until(date(2025, 3, 3), reviewed, TIMERS)
    assert last(later, ReviewDue).due_on == date(2025, 3, 3)
    done = later.when(FinishReview(CUSTOMER, "still there", "ma", date(2025, 3, 4)))
    assert done.one(ReviewDone).next_on == date(2025, 4, 3)


def test_a_review_that_is_owed_already_is_done_before_the_next_one_has_its_day() -> None:
    history = class_c().when(judged(hopeful=False))
    assert history.one(BehaviourActionAsked).review_on is None
    finished = history.when(FinishReview(CUSTOMER, "looked at", "ma", date(2025, 2, 5)))
    assert finished.one(ReviewDone).next_on == date(2025, 3, 7)


def test_b_is_consolidated_and_a_is_strengthened_on_request_only() -> None:
    late = account(invoice(1), payment(1, 100, date(2024, 2, 20), of=1))
    assert last(late, BehaviourActionAsked).action == "consolidate"
    prompt = account(invoice(1), payment(1, 100, date(2024, 1, 31), of=1))
    assert all_of(prompt, BehaviourActionAsked) == []
    asked_for = prompt.when(RequestAction(CUSTOMER, "chen", FEBRUARY)).one(BehaviourActionAsked)
    assert (asked_for.action, asked_for.requested_by) == ("strengthen", "chen")
    twice = (RequestAction(CUSTOMER, "chen", FEBRUARY), RequestAction(CUSTOMER, "chen", FEBRUARY))
    prompt.when(*twice).then(BehaviourActionAsked)


def test_only_the_classes_of_the_policy_call_for_something() -> None:
    book = under(BehaviourActionPolicy(classes=("D",)))
    late = account(invoice(1), payment(1, 100, date(2024, 2, 20), of=1), book=book)
    assert all_of(late, BehaviourActionAsked) == []


def test_what_was_done_is_over_and_cannot_be_done_twice() -> None:
    history = class_c().when(judged(hopeful=True))
    action_id = history.one(BehaviourActionAsked).action_id
    finish = FinishAction(CUSTOMER, action_id, "visited, a plan is agreed on", "chen", date(2025, 2, 10))
    done = history.when(finish)
    assert (done.one(BehaviourActionDone).action, done.state.actions.open) == ("help", None)
    done.when(finish).then_refused(NoOpenAction, "Customer C-1 has no open action C-1-A2.")


def test_people_are_refused_with_a_sentence() -> None:
    of_class_a = account(invoice(1)).when(judged(hopeful=True))
    of_class_a.then_refused(NotOfClassC, "Only a customer of class C is judged hopeful or not.")
    class_c().when(RequestAction(CUSTOMER, "chen", FEBRUARY)).then_refused(ProspectNotJudged)


def test_an_account_that_becomes_part_of_another_leaves_nothing_to_be_done() -> None:
    accounts = Accounts()
    late = account(invoice(1), payment(1, 100, date(2024, 2, 20), of=1))
    accounts.do(invoice(1), payment(1, 100, date(2024, 2, 20), of=1))
    assert accounts.account(CUSTOMER).actions.open == late.state.actions.open
    accounts.hear(
        CustomersMerged(
            customer_id="C-2", merged_id=CUSTOMER, moved=(CUSTOMER,), merged_on=date(2024, 3, 1), because="one company",
            by="wu",
        )
    )  # fmt: skip
    (withdrawn,) = accounts.events(CUSTOMER, BehaviourActionWithdrawn)
    assert withdrawn.cause == "merged"


async def test_classes_judged_and_worked_on_over_http(running: Running) -> None:
    await running.move_to("2024-01-02")
    for number in (1, 2, 3):
        await running.post("/v1/invoices", sent_invoice(number, "C-1", "2024-01-31"))
    await running.post("/v1/invoices", sent_invoice(4, "C-2", "2024-06-30"))
    await running.move_to("2024-03-02")
    (first,) = (await running.get("/v1/behaviour-actions"))["items"]
    assert (first["behaviour"], first["status"], first["withdrawn_because"]) == ("B", "withdrawn", "class_changed")
    verdict = {"hopeful": False, "because": "it pays nobody", "judged_by": "ma"}
    wrong = await running.post("/v1/accounts/C-2/prospect", verdict, 409)
    assert wrong["detail"] == "Only a customer of class C is judged hopeful or not."
    await running.post("/v1/accounts/C-1/prospect", verdict)
    (guard,) = (await running.get("/v1/behaviour-actions", status="open"))["items"]
    assert (guard["action"], guard["prepayment_percent"], guard["answer_until"]) == ("guard", "50", "2024-04-01")
    await running.move_to("2024-04-02")
    (late,) = (await running.get("/v1/behaviour-actions", status="late", behaviour="C"))["items"]
    assert (late["action_id"], late["status"]) == (guard["action_id"], "late")
    outcome = {"outcome": "half is paid in advance from now on", "done_by": "chen"}
    path = f"/v1/behaviour-actions/C-1/{guard['action_id']}/outcome"
    await running.post(path, outcome)
    await running.post(path, outcome, 404)
    (done,) = (await running.get("/v1/behaviour-actions", status="done", customer_id="C-1"))["items"]
    assert (done["done_by"], done["ended_on"]) == ("chen", "2024-04-02")
    await running.post("/v1/accounts/C-2/behaviour-actions", {"requested_by": "chen"})
    (strengthen,) = (await running.get("/v1/behaviour-actions", kind="strengthen"))["items"]
    assert strengthen["requested_by"] == "chen"
    await running.post("/v1/accounts/C-9/behaviour-actions", {"requested_by": "chen"}, 404)
