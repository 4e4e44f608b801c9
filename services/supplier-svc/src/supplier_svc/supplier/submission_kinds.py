"""The kinds of what a supplier may hand in, one entry each: what it needs, whether it can be handed in, what accepting it does.

A kind more is one function for the ordinary command and one entry in ``KINDS``, and its name in the policy ``partner-access``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from chassis.domain import Decision, Refusal
from contracts.supplier import Discipline
from supplier_svc.supplier import (
    certificates,
    complaint_answers,
    corrective_actions,
    improvements,
    onboarding,
    sub_suppliers,
)
from supplier_svc.supplier.certificates import RecordCertificate
from supplier_svc.supplier.complaint_answers import AnswerComplaint
from supplier_svc.supplier.corrective_actions import CompleteStep
from supplier_svc.supplier.improvements import RecordImprovement
from supplier_svc.supplier.onboarding import ReviseFile, check_file
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.submissions import Submission
from supplier_svc.supplier.sub_suppliers import DeclareSubSupplier

OURS: tuple[Discipline, ...] = ("verification", "closure")
"""Steps of a corrective action that are done by us only."""


class NotForSuppliers(Refusal):
    """A supplier's token may not do this."""

    status = 403


def _nothing(_: Decision[Supplier], __: Submission, ___: int) -> None:
    """Nothing is due meanwhile."""


@dataclass(frozen=True)
class Kind:
    """``needs`` are the fields of the content that must be there. ``check`` raises a Refusal where it cannot be handed in; ``accept`` does
    the ordinary command, on a day and by a person of ours; ``give_back`` takes the days that it waited off the supplier's.
    """

    needs: tuple[str, ...]
    check: Callable[[Decision[Supplier], Submission], None]
    accept: Callable[[Decision[Supplier], Submission, date, str], None]
    give_back: Callable[[Decision[Supplier], Submission, int], None] = _nothing


def _check_step(decision: Decision[Supplier], submission: Submission) -> None:
    step = submission.content.step
    assert step is not None
    if step in OURS:
        raise NotForSuppliers()
    corrective_actions.check_next(decision, submission.reference, step)


def _accept_step(decision: Decision[Supplier], submission: Submission, _: date, person: str) -> None:
    """It was done on the day on which it was handed in."""
    content = submission.content
    assert content.step is not None
    evidence = "; ".join(content.evidence)
    of = (decision.id, submission.reference, content.step, submission.made_on, submission.contact, evidence)
    step = CompleteStep(*of, content.statement, content.cause_origin, accepted_by=person)
    corrective_actions.decide(step, decision)


def _postpone_step(decision: Decision[Supplier], submission: Submission, waited_days: int) -> None:
    corrective_actions.postpone(decision, submission.reference, waited_days)


def _check_improvement(decision: Decision[Supplier], submission: Submission) -> None:
    improvements.check_owed(decision, submission.reference)


def _accept_improvement(decision: Decision[Supplier], submission: Submission, _: date, person: str) -> None:
    answer = (
        decision.id,
        submission.reference,
        submission.made_on,
        person,
        submission.content.note,
        submission.contact,
    )
    improvements.decide(RecordImprovement(*answer), decision)


def _postpone_improvement(decision: Decision[Supplier], submission: Submission, waited_days: int) -> None:
    improvements.postpone(decision, submission.reference, waited_days)


def _anything(_: Decision[Supplier], __: Submission) -> None:
    """What is wrong with it is found where it is accepted."""


def _accept_certificate(decision: Decision[Supplier], submission: Submission, _: date, person: str) -> None:
    held = submission.content.certificate
    assert held is not None
    certificates.decide(
        RecordCertificate(
            decision.id, submission.reference, held.kind, held.number, held.holder, held.valid_from, held.valid_to,
            held.copies, submission.contact, person,
        ),
        decision,
    )  # fmt: skip


def _check_contacts(decision: Decision[Supplier], _: Submission) -> None:
    check_file(decision)


def _accept_contacts(decision: Decision[Supplier], submission: Submission, on: date, person: str) -> None:
    file = check_file(decision).model_copy(update={"contacts": submission.content.contacts})
    onboarding.decide(ReviseFile(decision.id, file, on, person, submission.contact), decision)


def _check_complaint_answer(decision: Decision[Supplier], submission: Submission) -> None:
    complaint_answers.check_owed(decision, submission.reference)


def _accept_complaint_answer(decision: Decision[Supplier], submission: Submission, _: date, person: str) -> None:
    """It was answered on the day on which it was handed in."""
    of = (decision.id, submission.reference, submission.content.statement, submission.made_on, submission.contact)
    complaint_answers.decide(AnswerComplaint(*of, accepted_by=person), decision)


def _postpone_complaint_answer(decision: Decision[Supplier], submission: Submission, waited_days: int) -> None:
    complaint_answers.postpone(decision, submission.reference, waited_days)


def _check_sub_supplier(decision: Decision[Supplier], submission: Submission) -> None:
    sub_suppliers.check_another(submission.reference, decision)


def _accept_sub_supplier(decision: Decision[Supplier], submission: Submission, _: date, person: str) -> None:
    declared = submission.content.sub_supplier
    assert declared is not None
    of = (decision.id, submission.reference, declared.name, declared.item_ids, declared.process, submission.made_on)
    sub_suppliers.decide(DeclareSubSupplier(*of, person, submission.contact), decision)


KINDS: Mapping[str, Kind] = {
    "corrective_action_step": Kind(("step", "evidence"), _check_step, _accept_step, _postpone_step),
    "improvement": Kind(("note",), _check_improvement, _accept_improvement, _postpone_improvement),
    "certificate": Kind(("certificate",), _anything, _accept_certificate),
    "contacts": Kind(("contacts",), _check_contacts, _accept_contacts),
    "complaint_answer": Kind(
        ("statement",), _check_complaint_answer, _accept_complaint_answer, _postpone_complaint_answer
    ),
    "sub_supplier": Kind(("sub_supplier",), _check_sub_supplier, _accept_sub_supplier),
}
