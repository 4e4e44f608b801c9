"""Customers that are one: the account of one id becomes part of another's, and everything said of it is decided there.

Both accounts are decided in one transaction, so no order can be approved in between. After a merge there is one exposure and one
limit; the policy ``limits`` says which. After a split the id has an account of its own again; what left it stays where it went, since
its orders, invoices and money are one ledger there, and facts about these documents are decided there still.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from chassis.domain import Happened
from contracts.credit import (
    AccountAbsorbed,
    AccountMerged,
    AccountSplit,
    CreditLimitRejected,
    CreditLimitSet,
    OverdueSum,
    TemporaryLimitEnded,
)
from credit_svc.account.behaviour_actions import withdraw_action
from credit_svc.account.consequences import follow
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.exchange import exchange_waiting
from credit_svc.account.fees import RecordFee, item_of
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.limits import AcceptCapShare, cancel_line
from credit_svc.account.moving import in_parts, leaving, require_apart, shares_leaving
from credit_svc.account.orders import CheckOrder, CloseOrder, ReleaseOrder, recount
from credit_svc.account.payments import RecordBouncedCheque, RecordCreditNote, RecordPayment
from credit_svc.account.receipt_plans import CancelPlan, MakeInstalmentDue, PlanReceipts
from credit_svc.account.refunds import RecordRefund
from credit_svc.account.state import Account, evolve
from credit_svc.collection import ladder
from credit_svc.limits.merged import limit_of_merged
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.policies.credit import CreditPolicy
from credit_svc.policies.limits import LimitPolicy
from credit_svc.receivables import recording
from credit_svc.sentences import Sentences

Histories = Mapping[str, tuple[Happened, ...]]


@dataclass(frozen=True)
class MergeAccount:
    """The account of ``customer_id`` becomes part of ``survivor_id``'s; both their ``histories`` are needed."""

    customer_id: str
    survivor_id: str
    on: date
    because: str
    histories: Histories = field(default_factory=dict)


@dataclass(frozen=True)
class AbsorbAccount:
    """What left the account of ``absorbed_id`` arrives in that of ``customer_id``; the ``histories`` of the former are needed."""

    customer_id: str
    absorbed_id: str
    on: date
    histories: Histories = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SplitAccount:
    """The merge of ``customer_id`` into ``survivor_id`` was wrong."""

    customer_id: str
    survivor_id: str
    on: date
    because: str


def _merge(decision: AccountDecision, command: MergeAccount) -> None:
    """Raises KnownOfBoth and NoRateBetween."""
    account, survivor_id = decision.state, command.survivor_id
    if account.merged_into is not None or survivor_id == decision.id:
        return
    on, history = decision.day(command.on), command.histories[decision.id]
    into = _folded(command.histories[survivor_id])
    require_apart(account, into, decision.id, survivor_id)
    moved = leaving(history, account, into, survivor_id, on, decision.policies)
    moved += shares_leaving(history, account, into, decision.id, survivor_id, on, decision.policies)
    _end_what_stays(decision, into, survivor_id, on)
    parts = in_parts(moved)
    for number, part in enumerate(parts, start=1):
        decision.emit(
            AccountMerged(
                customer_id=decision.id,
                survivor_id=survivor_id,
                merged_on=on,
                because=command.because,
                moved=part,
                part=number,
                parts=len(parts),
                merge=account.merges + 1,
            )
        )


def _end_what_stays(decision: AccountDecision, into: Account, survivor_id: str, on: date) -> None:
    """There is one limit after the merge, and one case: increases, proposals and a second case end."""
    account = decision.state
    withdraw_action(decision, "merged", on)
    for raise_id in sorted(account.line.increases):
        decision.emit(TemporaryLimitEnded(customer_id=decision.id, raise_id=raise_id, ended_on=on, cause="cancelled"))
    reason = Sentences.PROPOSAL_OF_MERGED(survivor_id=survivor_id)
    for proposal_id in sorted(account.line.proposals):
        decision.emit(
            CreditLimitRejected(
                customer_id=decision.id,
                proposal_id=proposal_id,
                reason=reason,
                rejected_by=Sentences.BY_MERGE(survivor_id=survivor_id),
            )
        )
    if account.case is not None and into.case is not None:
        decision.emit(ladder.close_case(account.case, decision.id, on, "merged"))


def _absorb(decision: AccountDecision, command: AbsorbAccount) -> None:
    """Nothing where the account has not become part of this one, or what left it has arrived."""
    history = command.histories[command.absorbed_id]
    merged = _last_merge(history, command.customer_id)
    if not merged or decision.state.absorbed.get(command.absorbed_id, 0) >= merged[-1].merge:
        return
    own, on = decision.state, decision.day(command.on)
    absorbed = _folded(history[: len(history) - len(merged)])
    for event in merged:
        arrived = AccountAbsorbed(
            customer_id=decision.id,
            absorbed_id=command.absorbed_id,
            absorbed_on=on,
            moved=event.moved,
            part=event.part,
            parts=event.parts,
            merge=event.merge,
        )
        if event.part == event.parts:
            arrived = arrived.model_copy(update={"overdue": _overdue(evolve(decision.state, arrived))})
        decision.emit(arrived)
    _allocate(decision, command.absorbed_id, on)
    for order_id in sorted(decision.state.orders.invoiced):
        recount(decision, order_id, "corrected", on)
    _decide_limit(decision, own, absorbed, command.absorbed_id, on)
    follow(decision, decision.day(on), day_passed=True)


def _last_merge(history: tuple[Happened, ...], survivor_id: str) -> list[AccountMerged]:
    """The events of the merge with which a history ends; empty where it ends otherwise."""
    events = [happened.event for happened in history]
    last = events[-1] if events else None
    if not isinstance(last, AccountMerged) or last.survivor_id != survivor_id:
        return []
    return [event for event in events[-last.parts :] if isinstance(event, AccountMerged)]


def _overdue(account: Account) -> tuple[OverdueSum, ...]:
    found = []
    for currency in sorted(set(account.overdue.values())):
        amount, invoices, oldest = account.overdue_in(currency)
        if oldest is not None:
            found.append(OverdueSum(currency=currency, amount=amount, invoices=invoices, oldest_due_on=oldest))
    return tuple(found)


def _allocate(decision: AccountDecision, absorbed_id: str, on: date) -> None:
    """Money pays what it would have paid in one ledger from the first on: of one account it pays the other's oldest items too."""
    for currency, ledger in sorted(decision.state.ledgers.items()):
        decision.emit(*recording.reallocate(ledger, decision.id, currency, because_of=absorbed_id))
    for _, ledger in sorted(decision.state.ledgers.items()):
        for invoice_id in sorted(ledger.expected):
            if decision.state.currency_of_invoice(invoice_id) is not None:
                exchange_waiting(decision, invoice_id, on)


def _decide_limit(decision: AccountDecision, own: Account, absorbed: Account, absorbed_id: str, on: date) -> None:
    """The one limit, by the policy. A line that a case has cancelled stays cancelled: a person sets the next limit."""
    currency = decision.state.currency
    if currency is None:
        return
    policy = decision.policy(LimitPolicy, on)
    by = Sentences.BY_POLICY(policy=LimitPolicy.NAME, version=policy.version)
    cancelled_from = decision.policy(CollectionPolicy, on).document.limit_cancelled_from
    for each in (own, absorbed):
        if each.case is not None and each.case.has_reached(cancelled_from):
            reason = Sentences.LINE_CANCELLED_BY_MERGED_CASE(case_id=each.case.case_id, absorbed_id=absorbed_id)
            cancel_line(decision, on, reason, by)
            return
    default = decision.policy(CreditPolicy, on).document.default_limit
    theirs = absorbed.line.set_on(on)
    if theirs is not None and absorbed.currency != currency:
        rate = decision.state.rate(absorbed.currency or currency, on, decision.policies)
        if rate is None:
            return
        theirs = rate.converted(theirs)
    limit = limit_of_merged(own.line.set_on(on), theirs, default, policy.document.limit_of_merged)
    if limit is None:
        return
    decision.emit(
        CreditLimitSet(
            customer_id=decision.id,
            limit=limit,
            currency=currency,
            valid_from=on,
            reason=Sentences.LIMIT_OF_MERGED(absorbed_id=absorbed_id, rule=policy.document.limit_of_merged),
            approved_by=by,
        )
    )


def _split(decision: AccountDecision, command: SplitAccount) -> None:
    """Nothing where the account is no part of that one, or never was."""
    if decision.state.merged_into != command.survivor_id:
        return
    on = decision.day(command.on)
    decision.emit(
        AccountSplit(customer_id=decision.id, survivor_id=command.survivor_id, split_on=on, because=command.because)
    )


def _folded(history: tuple[Happened, ...]) -> Account:
    account = Account()
    for happened in history:
        account = evolve(account, happened.event)
    return account


# Where commands are decided

_DOCUMENTS: Mapping[type[Any], Callable[[Any], tuple[tuple[str, str | None], ...]]] = {
    RecordInvoice: lambda c: (
        ("invoice", c.fact.invoice_id),
        ("order", c.fact.order_id),
        ("contract", c.fact.contract_id),
    ),
    RecordFee: lambda c: (("invoice", item_of(c.fact.fee_id)),),
    PlanReceipts: lambda c: (("contract", c.contract_id),),
    CancelPlan: lambda c: (("contract", c.contract_id),),
    MakeInstalmentDue: lambda c: (("contract", c.contract_id),),
    RecordPayment: lambda c: (
        ("payment", c.fact.payment_id),
        ("order", c.fact.order_id),
        *(("invoice", named) for named in (c.fact.invoice_id, *(each.invoice_id for each in c.fact.allocations))),
    ),
    RecordCreditNote: lambda c: (("credit note", c.fact.credit_note_id), ("invoice", c.fact.invoice_id)),
    RecordRefund: lambda c: (("refund", c.fact.refund_id), ("payment", c.fact.payment_id)),
    RecordBouncedCheque: lambda c: (("payment", c.fact.payment_id),),
    CheckOrder: lambda c: (("order", c.order_id),),
    ReleaseOrder: lambda c: (("order", c.order_id),),
    CloseOrder: lambda c: (("order", c.order_id),),
}
"""The documents that a command is about, by kind and id."""


def continues_as(command: Any, account: Account) -> str | None:
    """The account that decides in the place of this one: of all that it is part of, and of documents that it left there.

    A merge and a split are decided by the account itself.
    """
    if isinstance(command, MergeAccount | SplitAccount):
        return None
    if account.merged_into is not None or not account.left or command is None:
        return account.merged_into
    documents = _DOCUMENTS.get(type(command))
    named = documents(command) if documents else ()
    return next((there for kind, id in named if (there := account.left.get((kind, id or ""))) is not None), None)


def readdressed(command: Any, customer_id: str) -> Any:
    """The command as one to another account."""
    if isinstance(command, AcceptCapShare):
        return replace(command, customer_id=customer_id, holder_id=command.holder_id or command.customer_id)
    if hasattr(command, "fact"):
        return replace(command, fact=command.fact.model_copy(update={"customer_id": customer_id}))
    return replace(command, customer_id=customer_id)


def histories_of(command: Any) -> tuple[str, ...]:
    match command:
        case MergeAccount():
            return (command.customer_id, command.survivor_id)
        case AbsorbAccount():
            return (command.absorbed_id,)
    return ()


DECIDE: Handlers = {MergeAccount: _merge, AbsorbAccount: _absorb, SplitAccount: _split}
