"""What is decided about limits."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.domain import Refusal


@dataclass(frozen=True, slots=True)
class SetCreditLimit:
    """A limit that two people decided on elsewhere. ``on`` is the day on which it is said."""

    customer_id: str
    limit: Decimal
    currency: str
    valid_from: date
    reason: str
    approved_by: str
    on: date
    proposed_by: str | None = None


@dataclass(frozen=True, slots=True)
class ProposeLimit:
    """``limit`` None: what the policy's method suggests."""

    customer_id: str
    limit: Decimal | None
    currency: str
    valid_from: date
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class ApproveLimit:
    customer_id: str
    proposal_id: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class RejectLimit:
    customer_id: str
    proposal_id: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class RaiseLimitForATime:
    """At least ``limit`` from a day to another, its last."""

    customer_id: str
    limit: Decimal
    currency: str
    valid_from: date
    ends_on: date
    reason: str
    proposed_by: str
    approved_by: str
    on: date


@dataclass(frozen=True, slots=True)
class EndRaise:
    """``is_over``: its last day passed; else somebody took it back."""

    customer_id: str
    raise_id: str
    on: date
    is_over: bool


@dataclass(frozen=True, slots=True)
class TakeCapShare:
    """What a cap grants to the customer, told to its account."""

    customer_id: str
    cap_id: str
    share: Decimal
    currency: str
    on: date


LimitCommand = SetCreditLimit | ProposeLimit | ApproveLimit | RejectLimit | RaiseLimitForATime | EndRaise | TakeCapShare


class LimitInAnotherCurrency(Refusal):
    """The account of {customer_id} is kept in {account_currency};
    set its limit in {account_currency}, not in {currency}."""


class LimitBeginsLater(Refusal):
    """A limit takes effect on the day it is said or earlier; {valid_from} is after {on}. Say it again on that day."""

    status = 422


class FourEyesNeeded(Refusal):
    """{person} cannot approve what {person} proposed; another person has to."""


class LimitAboveCap(Refusal):
    """A limit of {limit} {currency} is above what the file allows, {cap} {currency}: no limit exceeds the net assets
    or the working capital."""

    status = 422


class NothingToSuggest(Refusal):
    """The file of customer {customer_id} says too little for the method {method}; name a limit, or complete the file."""

    status = 422


class FileInAnotherCurrency(Refusal):
    """The statements of customer {customer_id} are in {file_currency}; a limit in {currency} cannot be held against
    them without a quotation between the two."""

    status = 422


class UnknownProposal(Refusal):
    """Customer {customer_id} has no open proposal {proposal_id}."""

    status = 404


class UnknownRaise(Refusal):
    """Customer {customer_id} has no temporary raise {raise_id} in force."""

    status = 404


class RaiseEndsBeforeItBegins(Refusal):
    """A temporary raise needs an end that is still to come and after its beginning; from {valid_from} to {ends_on},
    said on {on}, does not work."""

    status = 422
