"""Steps that wait for somebody of ours after a decision: the review of a file, an approval, a rating. Each is published once."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from chassis.domain import Decision
from contracts.supplier import (
    FileReviewed,
    OnboardingFileRevised,
    PartnerRatingDue,
    SupplierGatePassed,
    SupplierReentryOpened,
    SupplierRegistered,
    SupplierStep,
    SupplierStepPending,
)
from supplier_svc.policies.partner_ratings import PartnerRatings
from supplier_svc.policies.qualification import SupplierQualification
from supplier_svc.supplier.onboarding import check_file, findings_of
from supplier_svc.supplier.qualification import open_for_approval
from supplier_svc.supplier.state import Supplier


def follow(decision: Decision[Supplier]) -> None:
    """What the events of a decision leave to somebody else."""
    for event in tuple(decision.events):
        if (leads_to := _LEADS_TO.get(type(event))) is not None:
            leads_to(event, decision)


def _registered(event: SupplierRegistered, decision: Decision[Supplier]) -> None:
    if decision.state.qualification.stage == "survey":  # one that was adopted is approved without a review
        _review(event.registered_on, decision)


def _review(since: date, decision: Decision[Supplier]) -> None:
    role = decision.policy(SupplierQualification, since).document.review_by_role
    _publish(decision, "review", since, role, findings_of(decision, check_file(decision), since, ()))


def _approval(since: date, decision: Decision[Supplier]) -> None:
    known = decision.state.qualification
    if known.stage == "gates_passed" and known.is_reviewed:
        role = decision.policy(SupplierQualification, since).document.approval_by_role
        _publish(decision, "approval", since, role, open_for_approval(decision, since))


def _rating(event: PartnerRatingDue, decision: Decision[Supplier]) -> None:
    role = decision.policy(PartnerRatings, event.due_on).document.rated_by_role
    _publish(decision, "rating", event.due_on, role, [factor.summary for factor in event.factors])


_LEADS_TO: Mapping[type[Any], Callable[[Any, Decision[Supplier]], None]] = {
    SupplierRegistered: _registered,
    OnboardingFileRevised: lambda event, decision: _review(event.revised_on, decision),
    SupplierReentryOpened: lambda event, decision: _review(event.opened_on, decision),
    FileReviewed: lambda event, decision: _approval(event.reviewed_on, decision),
    SupplierGatePassed: lambda event, decision: _approval(event.passed_on, decision),
    PartnerRatingDue: _rating,
}


def _publish(
    decision: Decision[Supplier], step: SupplierStep, since: date, for_role: str, still_open: Iterable[str]
) -> None:
    """Nothing where the step waits already: who reviews twice is notified once."""
    if step not in decision.state.pending.steps:
        decision.emit(
            SupplierStepPending(
                supplier_id=decision.id,
                step=step,
                since=since,
                applicant=decision.state.qualification.applicant,
                for_role=for_role,
                open=tuple(still_open),
            )
        )
