"""What is told about a collection case."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.domain import Refusal
from contracts.credit import Way


@dataclass(frozen=True, slots=True)
class TakeNextStep:
    case_id: str
    customer_id: str
    on: date


@dataclass(frozen=True, slots=True)
class PauseCase:
    case_id: str
    customer_id: str
    until: date
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class ResumeCase:
    case_id: str
    customer_id: str
    on: date


@dataclass(frozen=True, slots=True)
class RecordPromise:
    case_id: str
    customer_id: str
    amount: Decimal
    promised_on: date
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class ReachStage:
    """``agency`` and ``commission_percent`` are of the delegated way."""

    case_id: str
    customer_id: str
    way: Way
    stage: str
    note: str
    by: str
    on: date
    agency: str | None = None
    commission_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RunOutClock:
    case_id: str
    customer_id: str
    stage: str
    on: date


CollectionCommand = TakeNextStep | PauseCase | ResumeCase | RecordPromise | ReachStage | RunOutClock


class NoOpenCase(Refusal):
    """Customer {customer_id} has no open collection case {case_id}."""

    status = 404


class PauseEndsInThePast(Refusal):
    """A pause needs an end that is still to come; {until} is not after {on}."""

    status = 422


class CaseNotPaused(Refusal):
    """Collection case {case_id} is not paused by a person."""


class PromiseStands(Refusal):
    """The customer promised {amount} {currency} by {promised_on} already; wait for that day."""


class PromiseInThePast(Refusal):
    """A promise is about a day to come; {promised_on} is before {on}."""

    status = 422


class NothingToPromise(Refusal):
    """Everything overdue of case {case_id} is disputed; there is nothing to promise."""


class StageOutOfOrder(Refusal):
    """The stages of {way} are {stages}, in this order; {stage} cannot follow {after}."""

    status = 422


class NoArbitrationClause(Refusal):
    """Arbitration needs a clause in the contract; customer {customer_id} has none. Go to litigation, or set the terms."""


class WayBack(Refusal):
    """Case {case_id} is in {now} already; it does not go back to {way}."""


class AgencyNeeded(Refusal):
    """Name the agency that the case is delegated to."""

    status = 422
