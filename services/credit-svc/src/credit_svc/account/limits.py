"""Limits: one person proposes, another approves; no limit exceeds what the file allows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.domain import Refusal
from chassis.subjects import same_person
from contracts.credit import (
    CapShareTaken,
    CreditLimitProposed,
    CreditLimitRejected,
    CreditLimitSet,
    TemporaryLimitEnded,
)
from contracts.currencies import money
from credit_svc.account.decision import AccountDecision, Handlers, WithoutDay
from credit_svc.account.increases import IncreaseLimitTemporarily, increase_temporarily, require_days_ahead
from credit_svc.account.orders import check_held_orders
from credit_svc.account.refusals import (
    FourEyesNeeded,
    LimitBeginsLater,
    require_currency,
    require_within_cap,
    statements_in,
)
from credit_svc.limits.credit_line import Limit
from credit_svc.limits.methods import cap_of, chosen_methods, lacks_capital, suggest_for
from credit_svc.policies.limits import LimitPolicy
from credit_svc.receivables.facts import NOTHING


@dataclass(frozen=True, slots=True)
class SetCreditLimit:
    """A limit that two people decided on elsewhere. ``on`` is the day on which it is entered."""

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
    """``limit`` None: what the policy's method suggests. With ``ends_on`` it is for a time only, whose last day that is.

    ``assessed_net_assets``: what a person assessed them at, where the net working capital is not above 0.
    """

    customer_id: str
    limit: Decimal | None
    currency: str
    valid_from: date
    reason: str
    by: str
    on: date
    ends_on: date | None = None
    assessed_net_assets: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ApproveLimit:
    customer_id: str
    proposal_id: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class RejectLimit(WithoutDay):
    customer_id: str
    proposal_id: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class AcceptCapShare:
    """What a cap grants to the customer, or to an id that was merged into it; its account keeps within it from now on."""

    customer_id: str
    cap_id: str
    share: Decimal
    currency: str
    on: date
    holder_id: str | None = None


class NothingToSuggest(Refusal):
    """The file of customer {customer_id} lacks figures that the method {method} needs; name a limit, or complete the file."""

    status = 422


class NetAssetsNotAssessed(Refusal):
    """Net working capital is {capital}: assess the net assets first."""

    status = 422


class UnknownProposal(Refusal):
    """Customer {customer_id} has no open proposal {proposal_id}."""

    status = 404


def _set(decision: AccountDecision, command: SetCreditLimit) -> None:
    require_currency(decision, command.currency)
    if command.proposed_by is not None and same_person(command.proposed_by, command.approved_by):
        raise FourEyesNeeded(person=command.approved_by)
    if command.valid_from > command.on:
        raise LimitBeginsLater(valid_from=command.valid_from, on=command.on)
    last = decision.state.line.limits[-1] if decision.state.line.limits else None
    if last == Limit(command.limit, command.valid_from, command.reason, command.approved_by):
        return
    decision.emit(
        CreditLimitSet(
            customer_id=command.customer_id,
            limit=command.limit,
            currency=command.currency,
            valid_from=command.valid_from,
            reason=command.reason,
            approved_by=command.approved_by,
            proposed_by=command.proposed_by,
        )
    )
    check_held_orders(decision, command.on)


def _propose(decision: AccountDecision, command: ProposeLimit) -> None:
    require_currency(decision, command.currency)
    if command.ends_on is not None:
        require_days_ahead(command.valid_from, command.ends_on, command.on)
    policy = decision.policy(LimitPolicy, command.on)
    financials, assessed = statements_in(decision, command.currency), command.assessed_net_assets
    if financials and assessed is None and lacks_capital(financials, policy.document) and command.limit != 0:
        raise NetAssetsNotAssessed(capital=money(financials.net_working_capital or NOTHING, command.currency))
    overdue = decision.state.has_overdue(command.on)
    suggestion = suggest_for(decision.state.file, command.on, policy.document, overdue, assessed)
    suggested = suggestion.limit if suggestion else None
    limit = command.limit if command.limit is not None else suggested
    if limit is None:
        raise NothingToSuggest(customer_id=decision.id, method=", ".join(chosen_methods(policy.document)))
    require_within_cap(limit, command.currency, suggestion.cap if suggestion else None)
    decision.emit(
        CreditLimitProposed(
            customer_id=decision.id,
            proposal_id=f"{decision.id}-L{decision.state.line.proposed + 1}",
            limit=limit,
            currency=command.currency,
            valid_from=command.valid_from,
            reason=command.reason,
            proposed_by=command.by,
            suggested=suggested,
            factors=suggestion.factors if suggestion else (),
            policy_version=policy.version,
            ends_on=command.ends_on,
            assessed_net_assets=assessed,
        )
    )


def _approve(decision: AccountDecision, command: ApproveLimit) -> None:
    proposal = _proposal(decision, command.proposal_id)
    if same_person(proposal.proposed_by, command.by):
        raise FourEyesNeeded(person=command.by)
    if proposal.ends_on is not None:
        increase_temporarily(decision, _as_increase(proposal, proposal.ends_on, command), proposal.proposal_id)
        return
    require_currency(decision, proposal.currency)
    if proposal.valid_from > command.on:
        raise LimitBeginsLater(valid_from=proposal.valid_from, on=command.on)
    financials = statements_in(decision, proposal.currency)  # the file may have changed since the proposal
    if financials is not None:
        policy = decision.policy(LimitPolicy, command.on).document
        cap = cap_of(financials, policy, proposal.assessed_net_assets)
        require_within_cap(proposal.limit, proposal.currency, cap)
    decision.emit(
        CreditLimitSet(
            customer_id=decision.id,
            limit=proposal.limit,
            currency=proposal.currency,
            valid_from=proposal.valid_from,
            reason=proposal.reason,
            approved_by=command.by,
            proposed_by=proposal.proposed_by,
            proposal_id=proposal.proposal_id,
        )
    )
    check_held_orders(decision, command.on)


def _as_increase(proposal: CreditLimitProposed, ends_on: date, command: ApproveLimit) -> IncreaseLimitTemporarily:
    return IncreaseLimitTemporarily(
        customer_id=command.customer_id,
        limit=proposal.limit,
        currency=proposal.currency,
        valid_from=proposal.valid_from,
        ends_on=ends_on,
        reason=proposal.reason,
        proposed_by=proposal.proposed_by,
        approved_by=command.by,
        on=command.on,
        assessed_net_assets=proposal.assessed_net_assets,
    )


def _reject(decision: AccountDecision, command: RejectLimit) -> None:
    proposal = _proposal(decision, command.proposal_id)
    decision.emit(
        CreditLimitRejected(
            customer_id=decision.id,
            proposal_id=proposal.proposal_id,
            reason=command.reason,
            rejected_by=command.by,
        )
    )


def _proposal(decision: AccountDecision, proposal_id: str) -> CreditLimitProposed:
    proposal = decision.state.line.proposals.get(proposal_id)
    if proposal is None:
        raise UnknownProposal(customer_id=decision.id, proposal_id=proposal_id)
    return proposal


def _accept_share(decision: AccountDecision, command: AcceptCapShare) -> None:
    """Never refused: a share that is not accepted binds nobody. In a currency without a quotation it allows nothing."""
    account, share, currency = decision.state, command.share, command.currency
    if account.currency is not None and currency != account.currency:
        rate = account.rate(currency, command.on, decision.policies)
        share, currency = rate.converted(share) if rate else NOTHING, account.currency
    line, cap_id, holder_id = account.line, command.cap_id, command.holder_id
    had = line.share_of(cap_id, holder_id)
    if cap_id in line.shares and had == share:
        return
    decision.emit(
        CapShareTaken(
            customer_id=decision.id,
            cap_id=cap_id,
            share=line.shares.get(cap_id, NOTHING) - had + share,
            currency=currency,
            taken_on=command.on,
            holder_id=holder_id,
            holder_share=None if holder_id is None else share,
        )
    )
    check_held_orders(decision, command.on)


def cancel_line(decision: AccountDecision, on: date, reason: str, approved_by: str) -> None:
    """The limit is zero until a new one is approved, and its temporary increases end."""
    currency = decision.state.currency
    if currency is None:
        return
    for raise_id in sorted(decision.state.line.increases):
        decision.emit(TemporaryLimitEnded(customer_id=decision.id, raise_id=raise_id, ended_on=on, cause="cancelled"))
    decision.emit(
        CreditLimitSet(
            customer_id=decision.id,
            limit=NOTHING,
            currency=currency,
            valid_from=on,
            reason=reason,
            approved_by=approved_by,
        )
    )


DECIDE: Handlers = {
    SetCreditLimit: _set,
    ProposeLimit: _propose,
    ApproveLimit: _approve,
    RejectLimit: _reject,
    AcceptCapShare: _accept_share,
}
