"""Which steps with the supplier wait for somebody of ours."""

from dataclasses import dataclass
from typing import assert_never

from contracts.supplier import (
    FileReviewed,
    OnboardingFileRevised,
    PartnerRated,
    SupplierApproved,
    SupplierEliminated,
    SupplierGateFailed,
    SupplierReentryOpened,
    SupplierStep,
    SupplierStepPending,
    SupplierTrialStarted,
)

Handled = (
    SupplierStepPending
    | FileReviewed
    | OnboardingFileRevised
    | PartnerRated
    | SupplierApproved
    | SupplierTrialStarted
    | SupplierGateFailed
    | SupplierEliminated
    | SupplierReentryOpened
)


@dataclass(frozen=True, slots=True)
class PendingSteps:
    steps: frozenset[SupplierStep] = frozenset()

    def without(self, *steps: SupplierStep) -> "PendingSteps":
        return PendingSteps(self.steps.difference(steps))


def evolve(known: PendingSteps, event: Handled) -> PendingSteps:
    match event:
        case SupplierStepPending():
            return PendingSteps(known.steps | {event.step})
        case FileReviewed():
            return known.without("review") if event.acceptable else known.without("review", "approval")
        case OnboardingFileRevised() | SupplierApproved() | SupplierTrialStarted():
            return known.without("approval")
        case PartnerRated():
            return known.without("rating")
        case SupplierGateFailed() | SupplierReentryOpened():
            return known.without("review", "approval")
        case SupplierEliminated():
            return PendingSteps()
    assert_never(event)
