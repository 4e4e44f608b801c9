"""Complaints that were traced to a supplier's lot: the 8D that each opens or joins, those that were refuted, and the supplier's own
answers.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.policies import PolicyBook
from chassis.testing import replay
from contracts.customer import ComplaintHandedToSupplier
from contracts.supplier import (
    ClaimSettled,
    ComplaintAnswerDue,
    ComplaintAnswered,
    ComplaintAnswerOverdue,
    ComplaintJoinedAction,
    ComplaintTraceRefuted,
    CorrectiveActionClosed,
    CorrectiveActionOpened,
    CorrectiveActionStepDone,
    PolicyPublished,
    ResponsibilityDecided,
    SupplierGradeRestated,
)
from supplier_svc.policies.corrective_actions import DISCIPLINES, CorrectiveActions
from supplier_svc.read_models import complaint_answer, corrective_action
from supplier_svc.service import SERVICE
from supplier_svc.supplier.complaint_answers import (
    AnswerBeforeHandover,
    AnswerComplaint,
    AnswerNotOwed,
    ReportAnswerOverdue,
    TakeComplaint,
)
from supplier_svc.supplier.corrective_actions import (
    CauseOfAnotherStep,
    CompleteStep,
    OpenCorrectiveAction,
    WithdrawCorrectiveAction,
)
from supplier_svc.supplier.facts import RecordComplaint
from supplier_svc.supplier.objections import DecideObjection, RaiseObjection
from supplier_svc.supplier.repeats import ReportedOtherwise
from supplier_svc.supplier.responsibility import DecideResponsibility
from supplier_svc.testing import GivenSupplier, deliveries, grade, inspection, supplier
from supplier_svc.timers import complaint_answer_due

THIRD = date(2025, 3, 3)


def complaint(complaint_id: str = "X-1", severity: Any = "minor", on: date = THIRD, **fields: Any) -> RecordComplaint:
    of = {"item_id": "bolt", "lot_id": "L-1", "code": "crack", "quantity": Decimal(5), **fields}
    return RecordComplaint("S-1", complaint_id, "C-1", severity=severity, traced_on=on, **of)


def step(name: Any, on: date, statement: str = "", **fields: Any) -> CompleteStep:
    return CompleteStep("S-1", "CA-X-1", name, on, "wang", "photo", statement, **fields)


def answered(known: GivenSupplier, until: str) -> GivenSupplier:
    """With the steps up to one done on 2025-03-05."""
    for name in DISCIPLINES[: DISCIPLINES.index(until) + 1]:
        known = known.when(step(name, date(2025, 3, 5), f"{name} is done"))
    return known


def test_loop_closes_the_steps_of_an_8d_name_its_complaint_and_what_may_be_said_of_them():
    known = supplier().when(complaint(severity="critical"))
    assert known.one(CorrectiveActionOpened).complaint_ids == ("X-1",)
    known = answered(known, "problem").when(step("containment", date(2025, 3, 5), "The lot is blocked."))
    contained = known.one(CorrectiveActionStepDone)
    assert (contained.complaint_ids, contained.statement, contained.evidence) == (
        ("X-1",),
        "The lot is blocked.",
        "photo",
    )
    known = known.when(step("cause", date(2025, 3, 20), "A worn die.", cause_origin="sub_supplier"))
    assert known.one(CorrectiveActionStepDone).cause_origin == "sub_supplier"
    for name in DISCIPLINES[4:]:
        known = known.when(step(name, date(2025, 5, 30)))
    closed = known.one(CorrectiveActionClosed)
    assert (closed.outcome, closed.complaint_ids, closed.closed_on) == ("done", ("X-1",), date(2025, 5, 30))
    row = replay(corrective_action.MODEL, known.facts)["S-1", "CA-X-1"]
    assert (row.complaint_ids, row.cause_origin, row.done[2]["statement"]) == (
        ["X-1"],
        "sub_supplier",
        "The lot is blocked.",
    )


def test_where_the_cause_lies_is_said_of_the_cause_alone():
    known = supplier().when(complaint())
    known.when(step("team", THIRD, cause_origin="own")).then_refused(
        CauseOfAnotherStep, "belongs to the step cause, not to team"
    )


@pytest.mark.parametrize("severity", ["minor", "major", "critical"])
def test_minor_opens_too_whatever_the_severity(severity):
    opened = supplier().when(complaint(severity=severity)).one(CorrectiveActionOpened)
    assert (opened.action_id, opened.reference, opened.opened_on) == ("CA-X-1", "X-1", THIRD)
    assert opened.summary == "Complaint X-1 was traced to lot L-1: crack."


def stored(document: dict[str, Any]) -> PolicyBook:
    """The policies with a document that a log holds."""
    published = PolicyPublished(
        name="corrective-actions", policy_version=2, effective_from=date(2020, 1, 1), reason="ours", document=document
    )
    return PolicyBook.of(SERVICE.policies).with_published(published)


def test_a_policy_stored_before_complaints_opened_any_goes_on_without_them():
    before = {name: value for name, value in CorrectiveActions().model_dump().items() if name != "opens_on_complaints"}
    old, new = stored(before), stored(CorrectiveActions().model_dump())
    under = [book.at(CorrectiveActions, THIRD).document for book in (old, new)]
    assert [each.opens_on_complaints for each in under] == [False, True]
    assert not supplier(under=(under[0],)).when(complaint()).all_of(CorrectiveActionOpened)
    critical = supplier(under=(under[0],)).when(complaint(severity="critical")).one(CorrectiveActionOpened)
    assert (critical.summary, critical.complaint_ids) == ("X-1 is critical.", ("X-1",))


def test_second_joins_the_8d_that_is_open_on_the_same_item_lot_and_code():
    known = answered(supplier().when(complaint()), "containment")
    known = known.when(complaint("X-2", on=date(2025, 3, 10)))
    joined = known.one(ComplaintJoinedAction)
    assert (joined.action_id, joined.next_step, [each.statement for each in joined.done][-1]) == (
        "CA-X-1", "cause", "containment is done",
    )  # fmt: skip
    assert not known.all_of(CorrectiveActionOpened)
    known = known.when(step("cause", date(2025, 3, 20)))
    assert known.one(CorrectiveActionStepDone).complaint_ids == ("X-1", "X-2")
    known.when(complaint("X-2", on=date(2025, 3, 10))).then()


@pytest.mark.parametrize("other", [{"item_id": "nut"}, {"lot_id": "L-2"}, {"code": "dent"}])
def test_a_complaint_of_another_defect_opens_an_8d_of_its_own(other):
    known = supplier().when(complaint()).when(complaint("X-2", **other))
    assert known.one(CorrectiveActionOpened).action_id == "CA-X-2"


def test_a_complaint_joins_the_8d_that_an_inspection_opened_and_a_closed_one_is_joined_by_none():
    known = supplier().when(inspection("I-1", "critical", on="2025-03-01")).when(complaint())
    assert known.one(ComplaintJoinedAction).action_id == "CA-I-1:1"
    known = known.when(WithdrawCorrectiveAction("S-1", "CA-I-1:1", THIRD, "settled on the telephone"))
    assert known.one(CorrectiveActionClosed).complaint_ids == ("X-1",)
    assert known.when(complaint("X-2")).one(CorrectiveActionOpened).complaint_ids == ("X-2",)


def test_refuted_when_it_is_decided_our_own_and_its_points_are_restated_to_0():
    month = supplier().when(*deliveries(10, on="2025-03-02"), complaint(severity="critical"))
    known = month.when(grade("2025-03")).when(DecideResponsibility("S-1", "X-1", "own", date(2025, 4, 7)))
    decided, refuted = known.one(ResponsibilityDecided), known.one(ComplaintTraceRefuted)
    assert (decided.points_before > 0, decided.points) == (True, 0)
    assert (refuted.complaint_id, refuted.customer_id, refuted.refuted_on) == ("X-1", "C-1", date(2025, 4, 7))
    assert refuted.because == "The supplier does not answer for X-1."
    closed = next(each for each in known.all_of(CorrectiveActionClosed) if each.action_id == "CA-X-1")
    assert (closed.outcome, closed.complaint_ids) == ("withdrawn", ())
    assert known.one(SupplierGradeRestated).after.grade == "A"
    assert not known.all_of(ClaimSettled)
    known.when(DecideResponsibility("S-1", "X-1", "own", date(2025, 4, 8))).then()


def test_refuted_by_an_objection_that_was_upheld():
    known = supplier().when(complaint(), RaiseObjection("S-1", "OB-1", "nonconformance", "X-1", "no seal", (), THIRD))
    known = known.when(DecideObjection("S-1", "OB-1", "upheld", "it had none", "chen", date(2025, 3, 12)))
    refuted = known.one(ComplaintTraceRefuted)
    assert (refuted.because, refuted.refuted_on) == ("Objection OB-1 was upheld: it had none", date(2025, 3, 12))


def test_an_8d_goes_on_for_the_complaints_that_are_left_and_ends_with_the_last():
    known = supplier().when(complaint(), complaint("X-2"), DecideResponsibility("S-1", "X-1", "own", THIRD))
    assert known.one(ComplaintTraceRefuted).complaint_id == "X-1"
    assert not known.all_of(CorrectiveActionClosed)
    known = known.when(step("team", THIRD))
    assert known.one(CorrectiveActionStepDone).complaint_ids == ("X-2",)
    known = known.when(DecideResponsibility("S-1", "X-2", "own", THIRD))
    assert known.one(CorrectiveActionClosed).outcome == "withdrawn"


def test_what_was_opened_by_hand_on_a_complaint_is_withdrawn_by_hand():
    by_hand = OpenCorrectiveAction("S-1", "CA-own", "X-1", "look at the lot", THIRD)
    known = supplier(under=(CorrectiveActions(opens_on_complaints=False),)).when(complaint(), by_hand)
    assert known.one(CorrectiveActionOpened).complaint_ids == ("X-1",)
    known = known.when(DecideResponsibility("S-1", "X-1", "own", THIRD))
    assert known.one(ComplaintTraceRefuted)
    assert not known.all_of(CorrectiveActionClosed)


DECISIONS = st.lists(
    st.tuples(st.sampled_from(["X-1", "X-2", "X-3", "I-1:1"]), st.sampled_from(["supplier", "own"])), max_size=8
)


@for_all(st.permutations([complaint(), complaint("X-2"), complaint("X-3", code="dent")]), DECISIONS)
def test_a_complaint_is_part_of_one_open_8d_at_most_and_of_none_for_which_nobody_answers(complaints, decisions):
    known = supplier().when(inspection("I-1", "critical", on="2025-03-01"), *complaints)
    for record, responsibility in decisions:
        known = known.when(DecideResponsibility("S-1", record, responsibility, THIRD))
    state = known.state
    answers = {
        each: state.facts.nonconformance(each).responsibility == "supplier" for each in ("X-1", "X-2", "X-3", "I-1:1")
    }
    open_actions = [each for each in state.corrective_actions.by_id.values() if each is not None]
    everybody = [complaint_id for each in open_actions for complaint_id in each.complaint_ids]
    assert len(everybody) == len(set(everybody))
    for action in open_actions:
        assert any(answers[each] for each in {action.reference, *action.complaint_ids})


# --- handed over


def handed(due_on: date = date(2025, 3, 10), complaint_id: str = "X-1") -> TakeComplaint:
    return TakeComplaint(
        ComplaintHandedToSupplier(
            complaint_id=complaint_id, customer_id="C-1", owner_id="li", supplier_id="S-1", item_id="bolt", lot_id="L-1",
            handed_on=date(2025, 3, 4), due_on=due_on, by="li",
        )
    )  # fmt: skip


ANSWER = AnswerComplaint("S-1", "X-1", "We replaced all five.", date(2025, 3, 7), "sales")
OVERDUE = ReportAnswerOverdue("S-1", "X-1")


def test_a_complaint_that_is_handed_over_is_due_answered_once_and_then_not_overdue():
    known = supplier().when(complaint()).when(handed())
    assert known.one(ComplaintAnswerDue).due_on == date(2025, 3, 10)
    known.when(handed()).then()
    due = replay(complaint_answer_due.TODO, known.facts)["S-1", "X-1"]
    assert (due.due_on, complaint_answer_due.report(due)) == (date(2025, 3, 11), OVERDUE)
    known = known.when(ANSWER)
    assert known.one(ComplaintAnswered).statement == "We replaced all five."
    known.when(ANSWER).then()
    known.when(OVERDUE).then()
    known.when(handed()).then()
    other = AnswerComplaint("S-1", "X-1", "We did nothing.", date(2025, 3, 7), "sales")
    known.when(other).then_refused(ReportedOtherwise, "We did nothing. instead of We replaced all five.")
    assert not replay(complaint_answer_due.TODO, known.facts)
    row = replay(complaint_answer.MODEL, known.facts)["S-1", "X-1"]
    assert (row.status, row.statement, row.answered_by) == ("answered", "We replaced all five.", "sales")


def test_an_answer_that_is_overdue_is_reported_once_and_still_taken():
    known = supplier().when(complaint(), handed()).when(OVERDUE)
    overdue = known.one(ComplaintAnswerOverdue)
    assert (overdue.owner_id, overdue.due_on) == ("li", date(2025, 3, 10))
    known.when(OVERDUE).then()
    assert replay(complaint_answer.MODEL, known.facts)["S-1", "X-1"].status == "overdue"
    assert known.when(ANSWER).one(ComplaintAnswered)


def test_nobody_answers_what_was_not_handed_over_or_before_it_was():
    supplier().when(ANSWER).then_refused(AnswerNotOwed, "Supplier S-1 owes no answer to complaint X-1.")
    early = AnswerComplaint("S-1", "X-1", "We replaced all five.", date(2025, 3, 1), "sales")
    supplier().when(handed()).when(early).then_refused(AnswerBeforeHandover, "was handed over on 2025-03-04")


def test_a_refuted_complaint_is_not_to_be_answered_any_more():
    known = supplier().when(complaint(), handed(), DecideResponsibility("S-1", "X-1", "own", THIRD))
    known.when(ANSWER).then_refused(AnswerNotOwed, "owes no answer to complaint X-1")
    known.when(OVERDUE).then()
    assert replay(complaint_answer.MODEL, known.facts)["S-1", "X-1"].status == "withdrawn"
    refuted = supplier().when(complaint(), DecideResponsibility("S-1", "X-1", "own", THIRD))
    refuted.when(handed()).then()
