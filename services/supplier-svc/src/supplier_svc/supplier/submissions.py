"""What a supplier hands in by itself (供应商自助提交): it waits until somebody of ours accepts or returns it."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from chassis.differences import alike
from chassis.domain import Decision, Refusal
from contracts.supplier import (
    PartnerSubmissionAccepted,
    PartnerSubmissionMade,
    PartnerSubmissionReturned,
    SubmissionContent,
)
from supplier_svc.policies.partner_access import SupplierPartnerAccess
from supplier_svc.supplier.repeats import ReportedOtherwise, check_same
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.submissions import Submission
from supplier_svc.supplier.submission_kinds import KINDS, NotForSuppliers


@dataclass(frozen=True, slots=True)
class MakeSubmission:
    """``contact`` is who signs for the supplier."""

    supplier_id: str
    submission_id: str
    kind: str
    reference: str
    content: SubmissionContent
    made_on: date
    contact: str


@dataclass(frozen=True, slots=True)
class AcceptSubmission:
    """Accept what was handed in: the ordinary command is done with it."""

    supplier_id: str
    submission_id: str
    accepted_on: date
    accepted_by: str


@dataclass(frozen=True, slots=True)
class ReturnSubmission:
    supplier_id: str
    submission_id: str
    because: str
    returned_on: date
    returned_by: str


Command = MakeSubmission | AcceptSubmission | ReturnSubmission


class KindUnknown(Refusal):
    """There is no kind {kind} of submission; there are {kinds}."""

    status = 422


class ContentMissing(Refusal):
    """What is handed in as {kind} needs {fields}."""

    status = 422


class MayOnlyRead(Refusal):
    """Supplier {supplier_id} is {why}; it may read, object and answer claims only."""

    status = 403


class WaitsAlready(Refusal):
    """Submission {submission_id} is about the same and waits for an answer."""


class SubmissionUnknown(Refusal):
    """Supplier {supplier_id} never handed in {submission_id}."""

    status = 404


class SubmissionAnswered(Refusal):
    """Submission {submission_id} was {outcome} already."""


class OwnSubmission(Refusal):
    """{person} handed in {submission_id}; somebody else has to accept it."""


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case MakeSubmission():
            _make(command, decision)
        case AcceptSubmission():
            _accept(command, decision)
        case ReturnSubmission():
            _return(command, decision)
        case _:
            assert_never(command)


def _make(command: MakeSubmission, decision: Decision[Supplier]) -> None:
    known = decision.state.submissions
    if (before := known.by_id.get(command.submission_id)) is not None:
        now = {"kind": command.kind, "reference": command.reference}
        check_same(f"Submission {command.submission_id}", {"kind": before.kind, "reference": before.reference}, now)
        if not alike(before.content, command.content):
            raise ReportedOtherwise(what=f"Submission {command.submission_id}", differences="its content")
        return
    if (kind := KINDS.get(command.kind)) is None:
        raise KindUnknown(kind=command.kind, kinds=", ".join(KINDS))
    if command.kind not in decision.policy(SupplierPartnerAccess, command.made_on).document.submissions:
        raise NotForSuppliers()
    qualification = decision.state.qualification
    if qualification.rating == "E" or qualification.stage == "eliminated":
        why = "eliminated" if qualification.stage == "eliminated" else "rated E, prohibited"
        raise MayOnlyRead(supplier_id=decision.id, why=why)
    if missing := [name for name in kind.needs if not getattr(command.content, name)]:
        raise ContentMissing(kind=command.kind, fields=", ".join(missing))
    if (waiting := known.waits(command.kind, command.reference)) is not None:
        raise WaitsAlready(submission_id=waiting)
    submission = Submission(command.kind, command.reference, command.content, command.made_on, command.contact)
    kind.check(decision, submission)
    decision.emit(
        PartnerSubmissionMade(
            supplier_id=decision.id,
            submission_id=command.submission_id,
            kind=command.kind,
            reference=command.reference,
            content=command.content,
            made_on=command.made_on,
            contact=command.contact,
        )
    )


def _accept(command: AcceptSubmission, decision: Decision[Supplier]) -> None:
    submission = _known(command.submission_id, decision)
    if submission.status == "accepted":
        return
    _check_waits(command.submission_id, submission)
    if command.accepted_by == submission.contact:
        raise OwnSubmission(person=command.accepted_by, submission_id=command.submission_id)
    decision.emit(
        PartnerSubmissionAccepted(
            supplier_id=decision.id,
            submission_id=command.submission_id,
            kind=submission.kind,
            reference=submission.reference,
            accepted_on=command.accepted_on,
            accepted_by=command.accepted_by,
        )
    )
    KINDS[submission.kind].accept(decision, submission, command.accepted_on, command.accepted_by)


def _return(command: ReturnSubmission, decision: Decision[Supplier]) -> None:
    submission = _known(command.submission_id, decision)
    if submission.status == "returned":
        return
    _check_waits(command.submission_id, submission)
    decision.emit(
        PartnerSubmissionReturned(
            supplier_id=decision.id,
            submission_id=command.submission_id,
            kind=submission.kind,
            reference=submission.reference,
            because=command.because,
            returned_on=command.returned_on,
            returned_by=command.returned_by,
        )
    )
    waited_days = max(0, (command.returned_on - submission.made_on).days)
    KINDS[submission.kind].give_back(decision, submission, waited_days)


def _known(submission_id: str, decision: Decision[Supplier]) -> Submission:
    submission = decision.state.submissions.by_id.get(submission_id)
    if submission is None:
        raise SubmissionUnknown(supplier_id=decision.id, submission_id=submission_id)
    return submission


def _check_waits(submission_id: str, submission: Submission) -> None:
    if submission.status != "waiting":
        raise SubmissionAnswered(submission_id=submission_id, outcome=submission.status)
