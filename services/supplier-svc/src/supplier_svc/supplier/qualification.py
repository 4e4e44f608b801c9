"""The gates of a qualification, in their order, and the approval after them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from chassis.domain import Decision, Refusal
from contracts.supplier import (
    DocumentCopy,
    Gate,
    SupplementsRequested,
    SupplierApproved,
    SupplierGateFailed,
    SupplierGatePassed,
    SupplierSurvey,
    SupplierTrialStarted,
)
from supplier_svc.policies.qualification import SupplierQualification
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import contracts, duties, incentive_terms, sourcing
from supplier_svc.supplier.onboarding import check_file, findings_of, first_rating_due, registration_numbers
from supplier_svc.supplier.rules.numbers import NumberElsewhere
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.qualification import GATES


@dataclass(frozen=True, slots=True)
class PassGate:
    supplier_id: str
    gate: Gate
    passed_on: date
    assessor: str
    evidence: tuple[str, ...]
    survey: SupplierSurvey | None = None
    copies: tuple[DocumentCopy, ...] = ()


@dataclass(frozen=True, slots=True)
class FailGate:
    """A failed gate ends in rejection."""

    supplier_id: str
    gate: Gate
    failed_on: date
    assessor: str
    because: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestSupplements:
    supplier_id: str
    gate: Gate
    requested_on: date
    assessor: str
    wanted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApproveSupplier:
    """All gates are passed: approve, or after an elimination begin the trial.

    ``elsewhere``: which of the supplier's numbers are in force at other suppliers. ``despite``: why a head approves a restricted partner.
    """

    supplier_id: str
    approved_on: date
    approved_by: str
    because: str
    elsewhere: tuple[NumberElsewhere, ...] = ()
    despite: str = ""


Command = PassGate | FailGate | RequestSupplements | ApproveSupplier


class GateNotNext(Refusal):
    """Supplier {supplier_id} is at {stage}, so {gate} cannot be decided now; the gates are {gates}, in this order."""


class EvidenceMissing(Refusal):
    """A gate takes evidence; name at least one document for {gate}."""

    status = 422


class ApprovalByHead(Refusal):
    """{supplier_id} is rated D; a head must say why it is approved all the same."""


class SurveySaysNothing(Refusal):
    """The survey says nothing of {topics}."""

    status = 422


class NotYetApprovable(Refusal):
    """Supplier {supplier_id} cannot be approved yet: {reasons}"""


def decide(command: Command, decision: Decision[Supplier]) -> None:
    check_file(decision)
    applicant = decision.state.qualification.applicant
    match command:
        case PassGate():
            _pass(command, decision)
        case FailGate():
            _check_next(command.gate, decision)
            decision.emit(
                SupplierGateFailed(
                    supplier_id=command.supplier_id,
                    gate=command.gate,
                    failed_on=command.failed_on,
                    assessor=command.assessor,
                    because=command.because,
                    evidence=command.evidence,
                    applicant=applicant,
                )
            )
        case RequestSupplements():
            _check_next(command.gate, decision)
            decision.emit(
                SupplementsRequested(
                    supplier_id=command.supplier_id,
                    gate=command.gate,
                    requested_on=command.requested_on,
                    assessor=command.assessor,
                    wanted=command.wanted,
                    applicant=applicant,
                )
            )
        case ApproveSupplier():
            _approve(command, decision)
        case _:
            assert_never(command)


def _pass(command: PassGate, decision: Decision[Supplier]) -> None:
    stage, number = decision.state.qualification.stage, GATES.index(command.gate)
    if stage == "gates_passed" or (stage in GATES and GATES.index(stage) > number):
        return  # reported again: it is passed already
    _check_next(command.gate, decision)
    if not command.evidence:
        raise EvidenceMissing(gate=command.gate)
    survey = command.survey if command.gate == "survey" else None
    if command.gate == "survey" and (topics := _not_surveyed(survey or SupplierSurvey())):
        raise SurveySaysNothing(topics=", ".join(topics))
    decision.emit(
        SupplierGatePassed(
            supplier_id=command.supplier_id,
            gate=command.gate,
            passed_on=command.passed_on,
            assessor=command.assessor,
            evidence=command.evidence,
            next_gate=GATES[number + 1] if number + 1 < len(GATES) else None,
            applicant=decision.state.qualification.applicant,
            survey=survey,
            copies=command.copies,
        )
    )


def _not_surveyed(survey: SupplierSurvey) -> list[str]:
    """The topics of which a survey says nothing."""
    feedback = any(customer.feedback.strip() for customer in survey.customers)
    said = {
        "process capability": bool(survey.processes),
        "certification": any(each.strip() for each in survey.certifications),
        "main customers": bool(survey.customers),
        "their feedback": feedback,
    }
    return [topic for topic, is_said in said.items() if not is_said]


def _check_next(gate: Gate, decision: Decision[Supplier]) -> None:
    stage = decision.state.qualification.stage
    if stage != gate:
        raise GateNotNext(supplier_id=decision.id, stage=stage, gate=gate, gates=", ".join(GATES))


def _approve(command: ApproveSupplier, decision: Decision[Supplier]) -> None:
    known = decision.state.qualification
    if known.stage in ("approved", "trial"):
        return
    duties.check_approval(decision, command.approved_by, command.approved_on)
    if reasons := [*_in_the_way(decision, command.approved_on, command.elsewhere)]:
        raise NotYetApprovable(supplier_id=command.supplier_id, reasons=" ".join(reasons))
    if decision.state.ratings.forbids("approval_by_head") and not command.despite:
        raise ApprovalByHead(supplier_id=command.supplier_id)
    numbers = tuple(sorted({number for number, _ in registration_numbers(decision, command.approved_on)}))
    if known.is_reentry:
        policy = decision.policy(SupplierQualification, command.approved_on).document
        decision.emit(
            SupplierTrialStarted(
                supplier_id=command.supplier_id,
                started_on=command.approved_on,
                share_max_percent=policy.reentry_share_max_percent,
                periods_needed=policy.reentry_periods,
                because=command.because,
                registration_numbers=numbers,
                despite=command.despite,
            )
        )
        incentive_terms.after_requalification(decision, command.approved_on)
    else:
        decision.emit(
            SupplierApproved(
                supplier_id=command.supplier_id,
                approved_on=command.approved_on,
                approved_by=command.approved_by,
                because=command.because,
                registration_numbers=numbers,
                despite=command.despite,
                rating_due_on=first_rating_due(decision, command.approved_on),
                applicant=known.applicant,
            )
        )
    sourcing.notify_items(decision, command.approved_on, Sentences.APPROVED())


def _in_the_way(decision: Decision[Supplier], on: date, elsewhere: Sequence[NumberElsewhere]) -> Iterator[str]:
    """Every reason why the supplier cannot be approved on a day, each a sentence."""
    known = decision.state.qualification
    if known.stage != "gates_passed":
        yield Sentences.GATES_FIRST(stage=known.stage.replace("_", " "), gates=", ".join(GATES))
    if not known.is_reviewed:
        yield Sentences.FILE_NOT_ACCEPTED()
    if known.rating == "E":
        yield Sentences.RATED_E()
    yield from findings_of(decision, check_file(decision), on, elsewhere)
    kinds, clauses = contracts.missing(decision, on)
    if kinds:
        yield Sentences.CONTRACTS_MISSING(kinds=", ".join(kinds))
    if clauses:
        yield Sentences.CLAUSES_MISSING(clauses=", ".join(clauses))


def open_for_approval(decision: Decision[Supplier], on: date) -> tuple[str, ...]:
    """What is in the way of an approval on a day, as far as the supplier's own record shows."""
    return tuple(_in_the_way(decision, on, ()))
