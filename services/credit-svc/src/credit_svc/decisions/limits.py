"""What is answered about limits: one proposes, another approves; no limit exceeds what the file allows."""

from decimal import Decimal
from typing import Literal, assert_never

from contracts.credit import (
    CapShareTaken,
    CreditLimitProposed,
    CreditLimitRejected,
    CreditLimitSet,
    Financials,
    TemporaryLimitEnded,
    TemporaryLimitRaised,
)
from credit_svc.commands.limits import (
    ApproveLimit,
    EndRaise,
    FileInAnotherCurrency,
    FourEyesNeeded,
    LimitAboveCap,
    LimitBeginsLater,
    LimitCommand,
    LimitInAnotherCurrency,
    NothingToSuggest,
    ProposeLimit,
    RaiseEndsBeforeItBegins,
    RaiseLimitForATime,
    RejectLimit,
    SetCreditLimit,
    TakeCapShare,
    UnknownProposal,
    UnknownRaise,
)
from credit_svc.decisions.answer import Answer
from credit_svc.decisions.orders import check_held_orders
from credit_svc.limits.credit_line import Limit
from credit_svc.limits.methods import cap_of, suggest_for
from credit_svc.policies import LimitPolicy
from credit_svc.receivables.exchange import converted
from credit_svc.receivables.ledger import NOTHING


def answer_limit(answer: Answer, command: LimitCommand) -> None:
    match command:
        case SetCreditLimit():
            _set(answer, command)
        case ProposeLimit():
            _propose(answer, command)
        case ApproveLimit():
            _approve(answer, command)
        case RejectLimit():
            proposal = _proposal(answer, command.proposal_id)
            answer.tell(
                CreditLimitRejected(
                    customer_id=answer.customer_id,
                    proposal_id=proposal.proposal_id,
                    reason=command.reason,
                    rejected_by=command.by,
                )
            )
        case RaiseLimitForATime():
            _raise(answer, command)
        case EndRaise():
            _end_raise(answer, command)
        case TakeCapShare():
            _take_share(answer, command)
        case _:
            assert_never(command)


def _set(answer: Answer, command: SetCreditLimit) -> None:
    _same_currency(answer, command.currency)
    if command.proposed_by is not None and command.proposed_by == command.approved_by:
        raise FourEyesNeeded(person=command.approved_by)
    if command.valid_from > command.on:
        raise LimitBeginsLater(valid_from=command.valid_from, on=command.on)
    last = answer.account.line.limits[-1] if answer.account.line.limits else None
    if last == Limit(command.limit, command.valid_from, command.reason, command.approved_by):
        return
    answer.tell(
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
    check_held_orders(answer, command.on)


def _propose(answer: Answer, command: ProposeLimit) -> None:
    _same_currency(answer, command.currency)
    policy = answer.policy(LimitPolicy, command.on)
    _financials(answer, command.currency)
    suggestion = suggest_for(answer.account.file, command.on, policy.document)
    suggested = suggestion.limit if suggestion else None
    limit = command.limit if command.limit is not None else suggested
    if limit is None:
        raise NothingToSuggest(customer_id=answer.customer_id, method=policy.document.method)
    _within_cap(limit, command.currency, suggestion.cap if suggestion else None)
    answer.tell(
        CreditLimitProposed(
            customer_id=answer.customer_id,
            proposal_id=f"{answer.customer_id}-L{answer.account.line.proposed + 1}",
            limit=limit,
            currency=command.currency,
            valid_from=command.valid_from,
            reason=command.reason,
            proposed_by=command.by,
            suggested=suggested,
            factors=suggestion.factors if suggestion else (),
            policy_version=policy.version,
        )
    )


def _financials(answer: Answer, currency: str) -> Financials | None:
    """The statements that a limit is held against. Raises FileInAnotherCurrency."""
    financials = answer.account.file.financials
    if financials is not None and financials.currency != currency:
        raise FileInAnotherCurrency(
            customer_id=answer.customer_id, file_currency=financials.currency, currency=currency
        )
    return financials


def _within_cap(limit: Decimal, currency: str, cap: Decimal | None) -> None:
    if cap is not None and limit > cap:
        raise LimitAboveCap(limit=limit, currency=currency, cap=cap)


def _approve(answer: Answer, command: ApproveLimit) -> None:
    proposal = _proposal(answer, command.proposal_id)
    if proposal.proposed_by == command.by:
        raise FourEyesNeeded(person=command.by)
    _same_currency(answer, proposal.currency)
    if proposal.valid_from > command.on:
        raise LimitBeginsLater(valid_from=proposal.valid_from, on=command.on)
    financials = _financials(answer, proposal.currency)  # the file may have changed since it was proposed
    if financials is not None:
        cap = cap_of(financials, answer.policy(LimitPolicy, command.on).document)
        _within_cap(proposal.limit, proposal.currency, cap)
    answer.tell(
        CreditLimitSet(
            customer_id=answer.customer_id,
            limit=proposal.limit,
            currency=proposal.currency,
            valid_from=proposal.valid_from,
            reason=proposal.reason,
            approved_by=command.by,
            proposed_by=proposal.proposed_by,
            proposal_id=proposal.proposal_id,
        )
    )
    check_held_orders(answer, command.on)


def _proposal(answer: Answer, proposal_id: str) -> CreditLimitProposed:
    proposal = answer.account.line.proposals.get(proposal_id)
    if proposal is None:
        raise UnknownProposal(customer_id=answer.customer_id, proposal_id=proposal_id)
    return proposal


def _raise(answer: Answer, command: RaiseLimitForATime) -> None:
    _same_currency(answer, command.currency)
    if command.proposed_by == command.approved_by:
        raise FourEyesNeeded(person=command.approved_by)
    if command.ends_on < max(command.on, command.valid_from):
        raise RaiseEndsBeforeItBegins(valid_from=command.valid_from, ends_on=command.ends_on, on=command.on)
    if command.valid_from > command.on:
        raise LimitBeginsLater(valid_from=command.valid_from, on=command.on)
    financials = _financials(answer, command.currency)
    if financials is not None:
        policy = answer.policy(LimitPolicy, command.on).document
        _within_cap(command.limit, command.currency, cap_of(financials, policy))
    answer.tell(
        TemporaryLimitRaised(
            customer_id=answer.customer_id,
            raise_id=f"{answer.customer_id}-T{answer.account.line.raised + 1}",
            limit=command.limit,
            currency=command.currency,
            valid_from=command.valid_from,
            ends_on=command.ends_on,
            reason=command.reason,
            proposed_by=command.proposed_by,
            approved_by=command.approved_by,
        )
    )
    check_held_orders(answer, command.on)


def _end_raise(answer: Answer, command: EndRaise) -> None:
    if command.raise_id not in answer.account.line.raises:
        if command.is_over:
            return
        raise UnknownRaise(customer_id=answer.customer_id, raise_id=command.raise_id)
    because: Literal["expired", "withdrawn"] = "expired" if command.is_over else "withdrawn"
    answer.tell(
        TemporaryLimitEnded(
            customer_id=answer.customer_id, raise_id=command.raise_id, ended_on=command.on, cause=because
        )
    )


def _take_share(answer: Answer, command: TakeCapShare) -> None:
    """Never refused, for a share that is not taken binds nobody; in a currency without a quotation it allows nothing."""
    account, share, currency = answer.account, command.share, command.currency
    if account.currency is not None and currency != account.currency:
        rate = account.rate(currency, command.on, answer.policies)
        share, currency = converted(share, rate.rate) if rate else NOTHING, account.currency
    if account.line.shares.get(command.cap_id) == share:
        return
    answer.tell(
        CapShareTaken(
            customer_id=answer.customer_id,
            cap_id=command.cap_id,
            share=share,
            currency=currency,
            taken_on=command.on,
        )
    )
    check_held_orders(answer, command.on)


def _same_currency(answer: Answer, currency: str) -> None:
    own = answer.account.currency
    if own is not None and currency != own:
        raise LimitInAnotherCurrency(customer_id=answer.customer_id, account_currency=own, currency=currency)
