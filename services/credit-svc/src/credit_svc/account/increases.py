"""Temporary increases of a limit."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.domain import Refusal
from chassis.subjects import same_person
from contracts.credit import TemporaryLimitEnded, TemporaryLimitRaised
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.orders import check_held_orders
from credit_svc.account.refusals import (
    FourEyesNeeded,
    LimitBeginsLater,
    require_currency,
    require_within_cap,
    statements_in,
)
from credit_svc.limits.methods import cap_of
from credit_svc.policies.limits import LimitPolicy


@dataclass(frozen=True, slots=True)
class IncreaseLimitTemporarily:
    """At least ``limit`` from a day to another, its last; two people decided on it elsewhere."""

    customer_id: str
    limit: Decimal
    currency: str
    valid_from: date
    ends_on: date
    reason: str
    proposed_by: str
    approved_by: str
    on: date
    assessed_net_assets: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EndIncrease:
    """``is_over``: its last day has passed; otherwise a person withdrew it."""

    customer_id: str
    raise_id: str
    on: date
    is_over: bool


class UnknownRaise(Refusal):
    """Customer {customer_id} has no temporary increase {raise_id} in force."""

    status = 404


class RaiseEndsBeforeItBegins(Refusal):
    """A temporary increase must end on or after the day it begins and the day it is entered; from {valid_from} to {ends_on},
    entered on {on}, it does not."""

    status = 422


def require_days_ahead(valid_from: date, ends_on: date, on: date) -> None:
    """Raises RaiseEndsBeforeItBegins."""
    if ends_on < max(on, valid_from):
        raise RaiseEndsBeforeItBegins(valid_from=valid_from, ends_on=ends_on, on=on)


def increase_temporarily(
    decision: AccountDecision, command: IncreaseLimitTemporarily, proposal_id: str | None = None
) -> None:
    """Increase the limit, as ``proposal_id`` proposed where there is one. Raises a Refusal."""
    require_currency(decision, command.currency)
    if same_person(command.proposed_by, command.approved_by):
        raise FourEyesNeeded(person=command.approved_by)
    require_days_ahead(command.valid_from, command.ends_on, command.on)
    if command.valid_from > command.on:
        raise LimitBeginsLater(valid_from=command.valid_from, on=command.on)
    financials = statements_in(decision, command.currency)
    if financials is not None:
        policy = decision.policy(LimitPolicy, command.on).document
        cap = cap_of(financials, policy, command.assessed_net_assets)
        require_within_cap(command.limit, command.currency, cap)
    decision.emit(
        TemporaryLimitRaised(
            customer_id=decision.id,
            raise_id=f"{decision.id}-T{decision.state.line.increased + 1}",
            limit=command.limit,
            currency=command.currency,
            valid_from=command.valid_from,
            ends_on=command.ends_on,
            reason=command.reason,
            proposed_by=command.proposed_by,
            approved_by=command.approved_by,
            proposal_id=proposal_id,
        )
    )
    check_held_orders(decision, command.on)


def _end(decision: AccountDecision, command: EndIncrease) -> None:
    if command.raise_id not in decision.state.line.increases:
        if command.is_over:
            return
        raise UnknownRaise(customer_id=decision.id, raise_id=command.raise_id)
    cause: Literal["expired", "withdrawn"] = "expired" if command.is_over else "withdrawn"
    decision.emit(
        TemporaryLimitEnded(customer_id=decision.id, raise_id=command.raise_id, ended_on=command.on, cause=cause)
    )


DECIDE: Handlers = {IncreaseLimitTemporarily: increase_temporarily, EndIncrease: _end}
