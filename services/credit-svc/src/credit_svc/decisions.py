"""What an account answers. Pure; facts of other systems are recorded in whatever order they come, and never refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never

from chassis.domain import Decider
from chassis.policies import Dated, PolicyBook
from contracts import Event, erp
from contracts.credit import (
    CreditLimitSet,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderExposureReleased,
)
from credit_svc import collection, receivables
from credit_svc.account import Account, HeldOrder, Limit, evolve
from credit_svc.commands import (
    CheckOrder,
    Command,
    LimitBeginsLater,
    LimitInAnotherCurrency,
    MarkOverdue,
    RecordBouncedCheque,
    RecordInvoice,
    RecordPayment,
    Release,
    ReleaseOrder,
    SetCreditLimit,
    TakeNextStep,
)
from credit_svc.exposure import Check, Position, check
from credit_svc.ledger import NOTHING
from credit_svc.policies import CollectionPolicy, CreditPolicy


def decide(command: Command, account: Account, policies: PolicyBook) -> Sequence[Event]:
    answer = _Answer(account, policies, _customer_id(command))
    match command:
        case RecordInvoice(fact=invoice):
            _record_invoice(answer, invoice)
        case RecordPayment(fact=payment):
            _record_payment(answer, payment)
        case RecordBouncedCheque(fact=cheque):
            _record_bounced_cheque(answer, cheque)
        case CheckOrder():
            _check_order(answer, command)
        case ReleaseOrder(order_id=order_id, on=on, because=because):
            _release(answer, order_id, because, on)
        case SetCreditLimit():
            _set_limit(answer, command)
        case MarkOverdue(invoice_id=invoice_id, on=on):
            _mark_overdue(answer, invoice_id, on)
        case TakeNextStep(case_id=case_id, on=on):
            _take_next_step(answer, case_id, on)
        case _:
            assert_never(command)
    return answer.events


@dataclass
class _Answer:
    """The facts told so far and the account after them: each consequence is decided on all that went before."""

    account: Account
    policies: PolicyBook
    customer_id: str
    events: list[Event] = field(default_factory=list)

    def tell(self, *events: Event) -> None:
        for event in events:
            self.account = evolve(self.account, event)
            self.events.append(event)


def _record_invoice(answer: _Answer, fact: erp.InvoiceIssued) -> None:
    account = answer.account
    if account.currency_of_invoice(fact.invoice_id):
        return
    answer.tell(*receivables.record_invoice(account.ledger(fact.currency), fact, answer.policies))
    _follow_case(answer, fact.issued_on)
    if fact.order_id is not None and (fact.order_id in account.approved or fact.order_id in account.held):
        _release(answer, fact.order_id, "invoiced", fact.issued_on)


def _record_payment(answer: _Answer, fact: erp.PaymentReceived) -> None:
    if answer.account.currency_of_payment(fact.payment_id):
        return
    answer.tell(*receivables.record_payment(answer.account.ledger(fact.currency), fact))
    _follow_case(answer, fact.paid_on)
    _check_held_orders(answer, fact.paid_on)


def _record_bounced_cheque(answer: _Answer, fact: erp.ChequeBounced) -> None:
    if any(fact.payment_id in ledger.bounced for ledger in answer.account.ledgers.values()):
        return
    currency = answer.account.currency_of_payment(fact.payment_id) or fact.currency
    answer.tell(*receivables.record_bounced_cheque(answer.account.ledger(currency), fact))
    _follow_case(answer, fact.bounced_on)


def _check_order(answer: _Answer, order: CheckOrder) -> None:
    account, order_id = answer.account, order.order_id
    if order_id in account.held or order_id in account.approved or order_id in account.released:
        return
    policy = answer.policies.at(CreditPolicy, order.ordered_on)
    position = account.position(order.ordered_on, answer.policies, order.currency)
    if order_id in account.invoiced:
        # The invoice came before the order: the goods are sold, and the receivables hold the amount already.
        answer.tell(
            _approval(answer, order, position, check(position, NOTHING, order.currency, policy.document), policy)
        )
        _release(answer, order_id, "invoiced", order.ordered_on)
        return
    found = check(position, order.amount, order.currency, policy.document)
    if found.approved:
        answer.tell(_approval(answer, order, position, found, policy))
        return
    answer.tell(
        OrderCreditHeld(
            order_id=order_id,
            customer_id=order.customer_id,
            amount=order.amount,
            currency=order.currency,
            exposure=position.exposure,
            status=found.status,
            reason=found.reason,
            releases_at=found.releases_at,
            policy_version=policy.version,
        )
    )


def _check_held_orders(answer: _Answer, on: date) -> None:
    """Approve the held orders that fit now, the oldest first; a fact told late does not turn the account's day back."""
    on = max(on, answer.account.latest)
    policy = answer.policies.at(CreditPolicy, on)
    for order in sorted(answer.account.held.values(), key=lambda order: order.number):
        position = answer.account.position(on, answer.policies, order.currency)
        found = check(position, order.amount, order.currency, policy.document)
        if found.approved:
            answer.tell(_approval(answer, order, position, found, policy))


def _approval(
    answer: _Answer, order: CheckOrder | HeldOrder, position: Position, found: Check, policy: Dated[CreditPolicy]
) -> OrderCreditApproved:
    return OrderCreditApproved(
        order_id=order.order_id,
        customer_id=answer.customer_id,
        amount=order.amount,
        currency=order.currency,
        exposure=position.exposure,
        status=found.status,
        after_hold=order.order_id in answer.account.held,
        policy_version=policy.version,
    )


def _release(answer: _Answer, order_id: str, because: Release, on: date) -> None:
    """The order counts no more; what it leaves free may be enough for an order that waits."""
    if order_id in answer.account.released:
        return
    was_approved = order_id in answer.account.approved
    answer.tell(OrderExposureReleased(order_id=order_id, customer_id=answer.customer_id, because=because))
    if was_approved:
        _check_held_orders(answer, on)


def _set_limit(answer: _Answer, command: SetCreditLimit) -> None:
    account = answer.account
    if account.currency and command.currency != account.currency:
        raise LimitInAnotherCurrency(
            customer_id=command.customer_id, account_currency=account.currency, currency=command.currency
        )
    if command.valid_from > command.on:
        raise LimitBeginsLater(valid_from=command.valid_from, on=command.on)
    last = account.limits[-1] if account.limits else None
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
        )
    )
    _check_held_orders(answer, command.on)


def _mark_overdue(answer: _Answer, invoice_id: str, on: date) -> None:
    account = answer.account
    currency = account.currency_of_invoice(invoice_id)
    if currency is None or invoice_id in account.overdue:
        return
    ledger = account.ledger(currency)
    answer.tell(*receivables.mark_overdue(ledger, answer.customer_id, currency, invoice_id, on))
    if answer.account.case is not None:
        _follow_case(answer, on)
    elif debt := answer.account.debt(answer.customer_id, on):
        case_id = f"{answer.customer_id}-{answer.account.cases + 1}"
        _step(answer, collection.open_case(case_id, debt, on, answer.policies.at(CollectionPolicy, on)), on)


def _take_next_step(answer: _Answer, case_id: str, on: date) -> None:
    case, debt = answer.account.case, answer.account.debt(answer.customer_id, on)
    if case is None or debt is None or case.case_id != case_id or case.next_step_on != on:
        return
    _step(answer, collection.take_step(case, debt, on, answer.policies.at(CollectionPolicy, on)), on)


def _step(answer: _Answer, events: Sequence[Event], on: date) -> None:
    """Tell what the case did; the step that cancels the line also sets the limit to nothing."""
    before, policy = answer.account.case, answer.policies.at(CollectionPolicy, on)
    answer.tell(*events)
    case, currency = answer.account.case, answer.account.currency
    cancelling = policy.document.limit_cancelled_from
    if case is None or currency is None or not case.has_reached(cancelling):
        return
    if before is not None and before.has_reached(cancelling):
        return
    answer.tell(
        CreditLimitSet(
            customer_id=answer.customer_id,
            limit=NOTHING,
            currency=currency,
            valid_from=on,
            reason=f"Cancelled by step {case.steps[-1]} of collection case {case.case_id}.",
            approved_by=f"policy {CollectionPolicy.NAME}, version {policy.version}",
        )
    )


def _follow_case(answer: _Answer, on: date) -> None:
    case = answer.account.case
    if case is not None:
        debt = answer.account.debt(answer.customer_id, on)
        policy = answer.policies.at(CollectionPolicy, on)
        answer.tell(*collection.follow(case, debt, answer.customer_id, on, policy))


def _customer_id(command: Command) -> str:
    match command:
        case RecordInvoice() | RecordPayment() | RecordBouncedCheque():
            return command.fact.customer_id
        case _:
            return command.customer_id


DECIDER = Decider(
    category="account",
    commands=(
        RecordInvoice,
        RecordPayment,
        RecordBouncedCheque,
        CheckOrder,
        ReleaseOrder,
        SetCreditLimit,
        MarkOverdue,
        TakeNextStep,
    ),
    stream_id=_customer_id,
    initial=Account(),
    evolve=evolve,
    decide=decide,
)
