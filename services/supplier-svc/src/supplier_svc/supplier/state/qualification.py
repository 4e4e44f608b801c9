"""How far a supplier's qualification has come, and what it may do at that stage."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never

from contracts.supplier import (
    FileReviewed,
    Gate,
    OnboardingFile,
    OnboardingFileRevised,
    PartnerRated,
    PartnerRating,
    SupplementsRequested,
    SupplierApproved,
    SupplierEliminated,
    SupplierGateFailed,
    SupplierGatePassed,
    SupplierReentryOpened,
    SupplierRegistered,
    SupplierReinstated,
    SupplierSuspended,
    SupplierTrialStarted,
)

Handled = (
    SupplierRegistered
    | OnboardingFileRevised
    | FileReviewed
    | SupplierGatePassed
    | SupplierGateFailed
    | SupplementsRequested
    | PartnerRated
    | SupplierTrialStarted
    | SupplierApproved
    | SupplierSuspended
    | SupplierReinstated
    | SupplierEliminated
    | SupplierReentryOpened
)

Stage = Literal[
    "unregistered", "survey", "quality_audit", "sample_approval", "small_batch_trial", "gates_passed", "trial",
    "approved", "suspended", "rejected", "eliminated",
]  # fmt: skip
GATES: tuple[Gate, ...] = ("survey", "quality_audit", "sample_approval", "small_batch_trial")
MAY_DELIVER: tuple[Stage, ...] = ("small_batch_trial", "trial", "approved")
MAY_GET_ORDERS: tuple[Stage, ...] = ("unregistered", "trial", "approved")
"""A supplier without a file is a source like others until it is registered: it was there before files were."""


@dataclass(frozen=True, slots=True)
class Trial:
    """On trial: at most ``share_max_percent`` of an item's orders until ``periods_needed`` consecutive acceptable periods."""

    started_on: date
    share_max_percent: Decimal
    periods_needed: int


@dataclass(frozen=True, slots=True)
class Duties:
    """Who did what for this qualification: applied, wrote the file as it is, reviewed it, assessed which gates."""

    applicant: str | None = None
    author: str | None = None
    reviewers: tuple[str, ...] = ()
    assessed: tuple[tuple[Gate, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Qualification:
    """``stage`` is the next gate, or the outcome of the gates; ``before_suspension`` is the stage to return to."""

    stage: Stage = "unregistered"
    file: OnboardingFile | None = None
    is_reviewed: bool = False
    rating: PartnerRating | None = None
    before_suspension: Stage | None = None
    reentry_from: date | None = None
    is_reentry: bool = False
    trial: Trial | None = None
    duties: Duties = Duties()

    @property
    def applicant(self) -> str | None:
        """Who applied for the supplier, and hears what is decided."""
        return self.duties.applicant

    @property
    def may_deliver(self) -> bool:
        """Whether a delivery is allowed: approved or on trial, and not prohibited as a partner."""
        return self.stage in MAY_DELIVER and self.rating != "E"

    @property
    def may_get_orders(self) -> bool:
        return self.stage in MAY_GET_ORDERS and self.rating != "E"

    @property
    def share_max_percent(self) -> Decimal:
        return self.trial.share_max_percent if self.stage == "trial" and self.trial else Decimal(100)


def evolve(known: Qualification, event: Handled) -> Qualification:
    match event:
        case SupplierRegistered():
            duties = Duties(applicant=event.applicant, author=event.applicant)
            return replace(known, stage="survey", file=event.file, is_reviewed=False, duties=duties)
        case OnboardingFileRevised():
            duties = replace(known.duties, author=event.revised_by)
            return replace(known, file=event.file, is_reviewed=False, duties=duties)
        case FileReviewed():
            duties = replace(known.duties, reviewers=(*known.duties.reviewers, event.reviewer))
            return replace(known, is_reviewed=event.acceptable, duties=duties)
        case SupplierGatePassed():
            return replace(known, stage=event.next_gate or "gates_passed", duties=_assessed(known.duties, event))
        case SupplierGateFailed():
            return replace(known, stage="rejected")
        case SupplementsRequested():
            return replace(known, duties=_assessed(known.duties, event))
        case PartnerRated():
            return replace(known, rating=event.rating)
        case SupplierTrialStarted():
            trial = Trial(event.started_on, event.share_max_percent, event.periods_needed)
            return replace(known, stage="trial", trial=trial)
        case SupplierApproved():
            return replace(known, stage="approved", trial=None, is_reentry=False)
        case SupplierSuspended():
            return replace(known, stage="suspended", before_suspension=known.stage)
        case SupplierReinstated():
            return replace(known, stage=known.before_suspension or "approved", before_suspension=None)
        case SupplierEliminated():
            return replace(known, stage="eliminated", reentry_from=event.reentry_from, trial=None)
        case SupplierReentryOpened():
            duties = replace(known.duties, reviewers=(), assessed=())
            return replace(known, stage="survey", is_reentry=True, reentry_from=None, is_reviewed=False, duties=duties)
    assert_never(event)


def _assessed(duties: Duties, event: SupplierGatePassed | SupplementsRequested) -> Duties:
    return replace(duties, assessed=(*duties.assessed, (event.gate, event.assessor)))
