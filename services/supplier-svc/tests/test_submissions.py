"""What a supplier hands in by itself waits for us: its clock stands still meanwhile, and accepting it is the ordinary act."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chassis.domain import Refusal
from chassis.testing import replay
from chassis.testing.replay import envelope
from chassis.testing.sealed import sealed
from contracts.customer import ComplaintHandedToSupplier
from contracts.supplier import (
    CertificateRecorded,
    ComplaintAnswerDue,
    ComplaintAnswered,
    ComplaintAnswerOverdue,
    Contact,
    CorrectiveActionOverdue,
    CorrectiveActionStepDone,
    CorrectiveActionStepPostponed,
    ImprovementDue,
    ImprovementMissed,
    ImprovementRecorded,
    OnboardingFile,
    OnboardingFileRevised,
    PartnerSubmissionAccepted,
    PartnerSubmissionMade,
    PartnerSubmissionReturned,
    SubmissionContent,
    SubmittedCertificate,
    SubmittedSubSupplier,
    SubSupplierDeclared,
)
from supplier_svc.policies.partner_access import SupplierPartnerAccess
from supplier_svc.supplier.complaint_answers import AnswerNotOwed, ReportAnswerOverdue, TakeComplaint
from supplier_svc.supplier.corrective_actions import CompleteStep, EscalateStep, OpenCorrectiveAction, StepOutOfOrder
from supplier_svc.supplier.improvements import JudgeImprovement, NothingOwed
from supplier_svc.supplier.onboarding import AdoptSupplier
from supplier_svc.supplier.partner_ratings import RatePartner
from supplier_svc.supplier.repeats import ReportedOtherwise
from supplier_svc.supplier.sub_suppliers import OwnSubSupplier
from supplier_svc.supplier.submission_kinds import KINDS, NotForSuppliers
from supplier_svc.supplier.submissions import (
    AcceptSubmission,
    ContentMissing,
    KindUnknown,
    MakeSubmission,
    MayOnlyRead,
    OwnSubmission,
    ReturnSubmission,
    SubmissionAnswered,
    SubmissionUnknown,
    WaitsAlready,
)
from supplier_svc.supplier.trading_status import EliminateSupplier
from supplier_svc.testing import GivenSupplier, deliveries, grade, inspection, supplier
from supplier_svc.timers import complaint_answer_due, corrective_action_due, improvement_due

OPENED, DUE = date(2024, 6, 3), date(2024, 6, 4)
ANN = "partner:supplier:S-1/ann"
ACCEPT = AcceptSubmission("S-1", "SUB-1", date(2024, 6, 20), "zhao")
RETURN = ReturnSubmission("S-1", "SUB-1", "no names", date(2024, 6, 14), "zhao")
FILE = OnboardingFile(name="Reddoit")
ADOPT = AdoptSupplier("S-1", FILE, date(2023, 1, 1), "chen", "traded since 2015")


def opened() -> GivenSupplier:
    """A corrective action whose team is due on the next day."""
    known = supplier().when(ADOPT, OpenCorrectiveAction("S-1", "CA-1", "I-9", "cracks again", OPENED))
    assert isinstance(known, GivenSupplier)
    return known


def made(
    on: date = DUE, kind: str = "corrective_action_step", reference: str = "CA-1", **content: Any
) -> MakeSubmission:
    content = content or {"step": "team", "evidence": ("Ann, Bo", "minutes")}
    return MakeSubmission("S-1", "SUB-1", kind, reference, SubmissionContent(**content), on, ANN)


def due_rows(known: GivenSupplier, todo: Any) -> Any:
    return replay(todo, [(event, envelope(n)) for n, event in enumerate(known.facts, start=1)])


def test_hands_in_8d_step_that_is_due_until_accepted_and_late_counts_from_the_hand_in() -> None:
    known = opened().when(made()).then(PartnerSubmissionMade)
    assert known.state.corrective_actions.by_id["CA-1"].left[0].step == "team"
    known.when(EscalateStep("S-1", "CA-1", "team", 1)).then()
    done = known.when(ACCEPT).then(PartnerSubmissionAccepted, CorrectiveActionStepDone).one(CorrectiveActionStepDone)
    assert (done.done_on, done.done_by, done.accepted_by) == (DUE, ANN, "zhao")
    assert done.evidence == "Ann, Bo; minutes"
    opened().when(EscalateStep("S-1", "CA-1", "team", 1)).then(CorrectiveActionOverdue)


def test_what_was_returned_is_due_later_by_the_days_that_it_waited() -> None:
    known = (
        opened()
        .when(made(), RETURN)
        .then(PartnerSubmissionMade, PartnerSubmissionReturned, CorrectiveActionStepPostponed)
    )
    moved = known.one(CorrectiveActionStepPostponed)
    assert (moved.due_on, moved.next_level_on) == (date(2024, 6, 14), date(2024, 6, 15))
    late = known.when(EscalateStep("S-1", "CA-1", "team", 1)).one(CorrectiveActionOverdue)
    assert (late.due_on, late.escalated_on) == (date(2024, 6, 14), date(2024, 6, 15))
    known.when(RETURN).then()
    known.when(ACCEPT).then_refused(SubmissionAnswered, "was returned already")


def test_the_timer_of_a_step_stops_while_it_waits_and_goes_on_when_it_is_returned() -> None:
    key = ("S-1", "CA-1")
    waiting = opened().when(made())
    assert key in due_rows(opened(), corrective_action_due.TODO)
    assert key not in due_rows(waiting, corrective_action_due.TODO)
    assert due_rows(waiting.when(RETURN), corrective_action_due.TODO)[key].due_on == date(2024, 6, 15)
    assert due_rows(waiting.when(ACCEPT), corrective_action_due.TODO)[key].step == "problem"


@pytest.mark.parametrize("step", ["verification", "closure"])
def test_closure_forbidden_as_is_verification(step: Any) -> None:
    steps = ("team", "problem", "containment", "cause", "action", "verification", "prevention")
    known = opened().when(
        *(
            CompleteStep("S-1", "CA-1", each, OPENED, "zhao", "seen")
            for each in steps[: 5 if step == "verification" else 7]
        )
    )
    refused = known.when(made(step=step, evidence=("report",)))
    refused.then_refused(NotForSuppliers, "A supplier's token may not do this.")
    assert NotForSuppliers.status == 403


def test_a_step_is_handed_in_in_its_order_with_evidence_and_once() -> None:
    known = opened()
    known.when(made(step="cause", evidence=("x",))).then_refused(StepOutOfOrder)
    known.when(made(step="team")).then_refused(ContentMissing, "needs evidence")
    waiting = known.when(made())
    waiting.when(made()).then()
    waiting.when(replace(made(), submission_id="SUB-2")).then_refused(WaitsAlready, "SUB-1")
    waiting.when(made(step="team", evidence=("other",))).then_refused(ReportedOtherwise)
    waiting.when(made(kind="improvement", reference="2024-05")).then_refused(ReportedOtherwise)


def test_an_improvement_that_waits_is_not_missed_and_counts_from_the_hand_in() -> None:
    graded = supplier().when(
        ADOPT, *deliveries(5), inspection("I-1", "critical", "critical", "critical"), grade("2024-05")
    )
    owed = graded.one(ImprovementDue)
    assert owed.due_on == date(2024, 6, 10)
    answer = made(date(2024, 6, 9), "improvement", "2024-05", note="new tools")
    known = graded.when(answer)
    known.when(JudgeImprovement("S-1", "2024-05")).then()
    graded.when(JudgeImprovement("S-1", "2024-05")).one(ImprovementMissed)
    assert ("S-1", "2024-05") not in due_rows(known, improvement_due.TODO)
    recorded = known.when(ACCEPT).one(ImprovementRecorded)
    assert (recorded.recorded_on, recorded.accepted_by, recorded.handed_in_by) == (date(2024, 6, 9), "zhao", ANN)
    again = known.when(RETURN).one(ImprovementDue)
    assert (again.due_on, again.summary) == (
        date(2024, 6, 15),
        "What was handed in for 2024-05 was returned: answer by 2024-06-15.",
    )
    supplier().when(ADOPT).when(answer).then_refused(NothingOwed)


def test_a_certificate_and_contacts_are_recorded_with_both_signatures() -> None:
    known = supplier().when(ADOPT)
    licence = SubmittedCertificate(kind="quality_system", number="9001", holder="Reddoit", valid_to=date(2027, 1, 1))
    held = (
        known.when(made(kind="certificate", reference="iso", certificate=licence)).when(ACCEPT).one(CertificateRecorded)
    )
    assert (held.certificate_id, held.handed_in_by, held.accepted_by) == ("iso", ANN, "zhao")
    contact = Contact(contact_id="bo", name=sealed("Bo", "contact:S-1/bo"))
    revised = (
        known.when(made(kind="contacts", reference="S-1", contacts=(contact,))).when(ACCEPT).one(OnboardingFileRevised)
    )
    assert (revised.file.contacts, revised.revised_by, revised.handed_in_by) == ((contact,), "zhao", ANN)


def test_what_it_hands_in_of_a_step_says_what_customers_may_read_and_where_the_cause_lies() -> None:
    known = opened().when(
        *(CompleteStep("S-1", "CA-1", each, OPENED, "zhao", "seen") for each in ("team", "problem", "containment"))
    )
    cause = made(step="cause", evidence=("photo",), statement="A worn die.", cause_origin="sub_supplier")
    done = known.when(cause, ACCEPT).all_of(CorrectiveActionStepDone)[-1]
    assert (done.statement, done.cause_origin, done.accepted_by) == ("A worn die.", "sub_supplier", "zhao")


HANDED = TakeComplaint(
    ComplaintHandedToSupplier(
        complaint_id="X-1", customer_id="C-1", owner_id="li", supplier_id="S-1", item_id="bolt", lot_id="L-1",
        handed_on=OPENED, due_on=DUE, by="li",
    )
)  # fmt: skip
REPLACED = made(kind="complaint_answer", reference="X-1", statement="We replaced all five.")


def test_an_answer_to_a_complaint_that_waits_is_not_overdue_and_counts_from_the_hand_in() -> None:
    late = ReportAnswerOverdue("S-1", "X-1")
    known = supplier().when(ADOPT, HANDED)
    known.when(late).then(ComplaintAnswerOverdue)
    waiting = known.when(REPLACED)
    waiting.when(late).then()
    assert ("S-1", "X-1") in due_rows(known, complaint_answer_due.TODO)
    assert ("S-1", "X-1") not in due_rows(waiting, complaint_answer_due.TODO)
    given = waiting.when(ACCEPT).then(PartnerSubmissionAccepted, ComplaintAnswered).one(ComplaintAnswered)
    assert (given.statement, given.done_on, given.answered_by, given.accepted_by) == (
        "We replaced all five.", DUE, ANN, "zhao",
    )  # fmt: skip
    returned = waiting.when(RETURN)
    assert returned.one(ComplaintAnswerDue).due_on == date(2024, 6, 14)
    assert due_rows(returned, complaint_answer_due.TODO)["S-1", "X-1"].due_on == date(2024, 6, 15)
    assert returned.when(replace(REPLACED, submission_id="SUB-2")).one(PartnerSubmissionMade)


def test_a_complaint_is_answered_by_whom_it_was_handed_to_and_in_words_for_the_customer() -> None:
    supplier().when(ADOPT).when(REPLACED).then_refused(AnswerNotOwed, "owes no answer to complaint X-1")
    known = supplier().when(ADOPT, HANDED)
    known.when(made(kind="complaint_answer", reference="X-1", note="done")).then_refused(ContentMissing, "statement")
    overdue = known.when(ReportAnswerOverdue("S-1", "X-1")).when(REPLACED)
    overdue.when(RETURN).then(PartnerSubmissionReturned)
    answered = known.when(REPLACED, ACCEPT)
    answered.when(replace(REPLACED, submission_id="SUB-2")).then_refused(AnswerNotOwed)


def test_a_sub_supplier_is_declared_with_both_signatures() -> None:
    foundry = SubmittedSubSupplier(name="Foundry", item_ids=("bolt",), process="casting")
    declared = made(kind="sub_supplier", reference="SUP-7", sub_supplier=foundry)
    known = supplier().when(ADOPT).when(declared).then(PartnerSubmissionMade)
    named = known.when(ACCEPT).then(PartnerSubmissionAccepted, SubSupplierDeclared).one(SubSupplierDeclared)
    assert (named.sub_supplier_id, named.name, named.declared_on) == ("SUP-7", "Foundry", DUE)
    assert (named.by, named.handed_in_by) == ("zhao", ANN)
    supplier().when(ADOPT).when(replace(declared, reference="S-1")).then_refused(OwnSubSupplier)


def test_who_is_prohibited_or_eliminated_hands_nothing_in() -> None:
    prohibited = opened().when(RatePartner("S-1", "E", "fraud", OPENED))
    prohibited.when(made()).then_refused(MayOnlyRead, "rated E, prohibited; it may read, object and answer claims only")
    opened().when(EliminateSupplier("S-1", OPENED, "a D")).when(made()).then_refused(MayOnlyRead, "eliminated")
    assert MayOnlyRead.status == 403


def test_who_handed_it_in_accepts_it_not_and_what_nobody_handed_in_is_not_accepted() -> None:
    known = opened().when(made())
    known.when(replace(ACCEPT, accepted_by=ANN)).then_refused(OwnSubmission)
    known.when(replace(ACCEPT, submission_id="SUB-9")).then_refused(SubmissionUnknown)
    accepted = known.when(ACCEPT)
    accepted.when(ACCEPT).then()
    accepted.when(RETURN).then_refused(SubmissionAnswered, "was accepted already")


def test_only_kinds_of_the_policy_are_handed_in_and_each_of_them_is_in_the_table() -> None:
    opened().when(made(kind="poem")).then_refused(KindUnknown, "there are corrective_action_step")
    closed = supplier(under=(SupplierPartnerAccess(submissions=()),))
    refused = closed.when(ADOPT, OpenCorrectiveAction("S-1", "CA-1", "I-9", "cracks", OPENED)).when(made())
    refused.then_refused(NotForSuppliers)
    assert tuple(KINDS) == SupplierPartnerAccess().submissions


def test_accepting_what_became_impossible_is_refused_and_it_can_be_returned() -> None:
    known = opened().when(made(), CompleteStep("S-1", "CA-1", "team", DUE, "zhao", "phoned"))
    accepted = known.when(ACCEPT).outcome
    assert not isinstance(accepted, Refusal)
    assert [type(each) for each in accepted] == [PartnerSubmissionAccepted]
    known.when(EscalateStep("S-1", "CA-1", "problem", 1)).then(CorrectiveActionOverdue)
