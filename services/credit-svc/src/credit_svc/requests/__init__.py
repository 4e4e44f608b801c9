"""What comes in over HTTP beside the facts of other systems, whose shapes are their contracts."""

from decimal import Decimal
from typing import Annotated

from pydantic import AliasChoices, Field

from chassis.http import Body
from contracts.credit import Financials, Route
from contracts.fields import Amount, Count, Currency, Day, Id, Percent, PositiveAmount, Quantity, Text
from credit_svc.assessment.rating import FIVE_CS
from credit_svc.requests.agencies import AgencyFields
from credit_svc.requests.claims import ClaimFields

Reason = Annotated[Text, Field(min_length=1, max_length=500)]
Person = Annotated[Text, Field(min_length=1, max_length=100)]
Acting = Annotated[Person | None, Field(description="taken from the token when left out")]
"""Who does it; ``commands.person`` says who that is."""


class LimitBody(Body):
    """A limit that two people decided on, from today or from an earlier day on: proposer and approver differ, so only a system that
    acts for its users names them."""

    limit: Quantity
    currency: Currency
    valid_from: Day | None = Field(default=None, description="today when left out")
    reason: Reason
    approved_by: Acting = None
    proposed_by: Acting = None


class ProposalBody(Body):
    """Ask for a limit; another person approves it. With ``ends_on`` it is increased for a time only."""

    limit: Quantity | None = Field(default=None, description="what the policy's method suggests when left out")
    currency: Currency
    valid_from: Day | None = Field(default=None, description="today when left out")
    ends_on: Day | None = Field(
        default=None, description="the last day of a temporary increase; for good when left out"
    )
    assessed_net_assets: Quantity | None = Field(
        default=None, description="what a person assessed them at, where the net working capital is not above 0"
    )
    reason: Reason
    proposed_by: Acting = None


class ApprovalBody(Body):
    approved_by: Acting = None


class RejectionBody(Body):
    reason: Reason
    rejected_by: Acting = None


class RaiseBody(Body):
    """At least this limit from today until a day, its last, as two people decided elsewhere."""

    limit: Quantity
    currency: Currency
    ends_on: Day
    reason: Reason
    proposed_by: Acting = None
    approved_by: Acting = None


class FileBody(Body):
    """The five Cs from 0 to 100, and what the statements say."""

    character: Percent
    capacity: Percent
    capital: Percent
    collateral: Percent
    conditions: Percent
    financials: Financials | None = None
    recorded_by: Acting = None

    @property
    def assessed(self) -> dict[str, Decimal]:
        return {name: getattr(self, name) for name in FIVE_CS}


class TermsBody(Body):
    """2/10 n/30 is ``discount_percent`` 2, ``discount_days`` 10, ``credit_days`` 30."""

    credit_days: Count
    discount_days: Count = 0
    discount_percent: Percent = Decimal(0)
    interest_percent: Quantity | None = Field(default=None, description="of a year; the policy's when left out")
    has_arbitration_clause: bool | None = None
    prepayment_percent: Percent = Field(default=Decimal(0), description="of each order, paid before it is approved")
    valid_from: Day | None = Field(default=None, description="today when left out")
    reason: Reason
    approved_by: Acting = None


class SecurityBody(Body):
    """What secures the claims, all kinds together; it replaces what was said before."""

    amount: Quantity
    currency: Currency
    kind: Reason
    valid_from: Day | None = Field(default=None, description="today when left out")
    ends_on: Day | None = None
    reason: Reason
    approved_by: Acting = None


class RefusalBody(Body):
    reason: Reason
    recorded_by: Acting = None


class ReviewBody(Body):
    outcome: Reason
    done_by: Acting = None


class CreditCheckBody(Body):
    """May this customer order for so much? With an ``order_id`` the amount is reserved, without it nothing is recorded."""

    customer_id: Id
    order_id: Id | None = None
    amount: Annotated[Amount, Field(ge=0)]
    currency: Currency
    ordered_on: Day | None = Field(
        default=None, validation_alias=AliasChoices("ordered_on", "on"), description="today when left out"
    )
    priority: Count = Field(default=0, description="of orders that wait for room in the total the higher one is first")


class OverrideBody(Body):
    """Let a held order through until a day, its last."""

    ends_on: Day
    reason: Reason
    overridden_by: Acting = None


class ClosingBody(Body):
    """Why nothing more of an order will be invoiced."""

    reason: Reason
    closed_by: Acting = None


class ReassignBody(Body):
    invoice_id: Id | None = Field(default=None, description="the oldest items when left out")
    reason: Reason
    reassigned_by: Acting = None


class DisputeBody(Body):
    amount: PositiveAmount | None = Field(default=None, description="all that is open when left out")
    reason: Reason
    recorded_by: Acting = None


class ResolutionBody(Body):
    """What is conceded becomes a credit note."""

    conceded: Quantity
    outcome: Reason
    resolved_by: Acting = None


class WriteOffBody(Body):
    reason: Reason
    proposed_by: Acting = None


class WaiverBody(Body):
    """Not to ask for a debit note, or a part of it, any more."""

    amount: PositiveAmount | None = Field(default=None, description="all that is open when left out")
    reason: Reason
    waived_by: Acting = None
    approved_by: Person | None = Field(
        default=None, description="another person than waived_by; only a system that acts for its users names one"
    )


class WaiverProposalBody(Body):
    """Ask not to be paid a debit note, or a part of it; another person approves it."""

    amount: PositiveAmount | None = Field(default=None, description="all that is open when left out")
    reason: Reason
    proposed_by: Acting = None


class PauseBody(Body):
    until: Day
    reason: Reason
    paused_by: Acting = None


class StepBody(Body):
    """Why the next step of a case is taken before its day."""

    reason: Reason
    taken_by: Acting = None


class PromiseBody(Body):
    amount: PositiveAmount
    promised_on: Day
    recorded_by: Acting = None


class StageBody(AgencyFields, ClaimFields):
    """A stage of a way; an agency is named with the first one of the delegated way, the claim with that of the two others."""

    way: Route
    stage: Id
    note: Text = ""
    recorded_by: Acting = None


class PortionBody(Body):
    share_percent: Percent
    paid_on_day: Quantity
    discount_percent: Percent = Decimal(0)
    bad_debt_percent: Percent = Decimal(0)


class PolicyCostBody(Body):
    """Terms to compare: how the sales are paid, and what waiting, losing, collecting and discounting cost."""

    sales: PositiveAmount
    currency: Currency
    portions: tuple[PortionBody, ...] = Field(min_length=1, max_length=100)
    variable_cost_percent: Percent
    capital_cost_percent: Percent
    collection: Quantity = Decimal(0)


class CapBody(Body):
    name: Person
    amount: Quantity
    currency: Currency
    reason: Reason
    approved_by: Acting = None


class ShareBody(Body):
    share: Quantity


class TotalBody(Body):
    """What all customers together may owe, and what their limits may make of it in percent."""

    amount: Quantity
    currency: Currency
    overbook_percent: Quantity = Field(default=Decimal(100), ge=100, le=1000)
    valid_from: Day | None = Field(default=None, description="today when left out")


class TotalProposalBody(TotalBody):
    reason: Reason
    proposed_by: Acting = None


class TotalLimitBody(TotalBody):
    """The total that another person proposed."""

    reason: Reason
    approved_by: Acting = None
    proposed_by: Person | None = Field(
        default=None, description="another person than approved_by; only a system that acts for its users names one"
    )
