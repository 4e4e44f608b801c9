"""What comes in over HTTP about an open case: answers, reviews, another strategy, payment plans."""

from typing import Annotated, Literal

from pydantic import Field

from chassis.http import Body
from contracts.credit import ReviewOutcome, Strategy
from contracts.fields import Day, PositiveAmount
from credit_svc.requests import Acting, Reason
from credit_svc.requests.agencies import AgencyFields
from credit_svc.requests.claims import ClaimFields


class WayAnswerBody(AgencyFields, ClaimFields):
    """Start the way with its first stage, postpone the answer until a day, or propose to write off what is overdue."""

    answer: Literal["start", "postpone", "write_off"]
    until: Day | None = Field(default=None, description="of an answer that is postponed")
    reason: Reason
    answered_by: Acting = None


class CaseReviewBody(Body):
    """Keep the case as it is for a time, pursue it like any other, or as one of high risk."""

    outcome: ReviewOutcome
    reason: Reason
    reviewed_by: Acting = None


class StrategyBody(Body):
    """How the case is pursued from now on."""

    strategy: Strategy
    reason: Reason
    changed_by: Acting = None


class InstalmentBody(Body):
    amount: PositiveAmount
    due_on: Day


class PlanProposalBody(Body):
    """Instalments that make what is overdue; up to the support limit orders are approved meanwhile although something is overdue."""

    instalments: Annotated[tuple[InstalmentBody, ...], Field(min_length=1, max_length=100)]
    support_limit: PositiveAmount | None = None
    reason: Reason
    proposed_by: Acting = None


class PlanBody(PlanProposalBody):
    """A payment plan that two people decided on: proposer and approver differ, so only a system that acts for its users names them."""

    approved_by: Acting = None
