"""The events of an account folded into its state. Pure."""

from collections.abc import Callable
from datetime import date
from typing import Any, get_args

from chassis.values import replace
from contracts import Event, credit
from contracts.credit import (
    AccountAbsorbed,
    AccountMerged,
    AccountSplit,
    AllocationWithdrawn,
    CapEvent,
    ChequeBounced,
    CollectionCaseOpened,
    CollectionStepTaken,
    CreditLimitSet,
    CreditNoteRecorded,
    CustomerOverdueCleared,
    DeliveriesResumed,
    DeliveriesStopped,
    InvoiceCorrected,
    InvoiceRecorded,
    InvoiceSettled,
    InvoiceWrittenOff,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderCreditOverridden,
    PaymentAllocated,
    PaymentExchanged,
    PaymentOverdue,
    PaymentOverdueEnded,
    PaymentReassigned,
    PaymentRecorded,
    RefundAwaitingPayment,
    RefundOwed,
    RefundRecorded,
    TemporaryLimitRaised,
    TotalEvent,
    WaitingMoneyNoted,
)
from contracts.policy import PolicyEvent
from credit_svc.account.state import agency_folds, debit_folds, reminders
from credit_svc.account.state.account import Account
from credit_svc.account.state.moved import documents_of, moved_in
from credit_svc.account.state.parts import FOLDS
from credit_svc.assessment import behaviour, file
from credit_svc.collection import case_folds, legal
from credit_svc.limits import credit_line
from credit_svc.orders import order_book
from credit_svc.orders.order_book import Invoiced
from credit_svc.receivables import claims, ledger_events, plans
from credit_svc.receivables.money_ids import money_id

ACCOUNT_EVENTS = tuple(event for event in credit.EVENTS if not issubclass(event, (PolicyEvent, CapEvent, TotalEvent)))
"""What stands in the streams of accounts."""

FIRST_CURRENCY = (
    CreditLimitSet, TemporaryLimitRaised, OrderCreditApproved, OrderCreditHeld, OrderCreditOverridden, InvoiceRecorded,
    PaymentRecorded, CreditNoteRecorded, ChequeBounced,
)  # fmt: skip
"""The currency of the first of these is the account's."""

Fold = Callable[[Account, Any], Account]


def evolve(account: Account, event: Event) -> Account:
    for fold in _FOLDS.get(type(event), ()):
        account = fold(account, event)
    return account


def _with_currency(account: Account, event: Any) -> Account:
    return account if account.currency else replace(account, currency=event.currency)


def _seen(on: str) -> Fold:
    """The event carries a business date in this field."""

    def fold(account: Account, event: Any) -> Account:
        day: date = getattr(event, on)
        return account if day <= account.latest else replace(account, latest=day)

    return fold


def _posted(account: Account, event: ledger_events.LedgerEvent) -> Account:
    currency: str | None = getattr(event, "currency", None)
    if isinstance(event, PaymentAllocated | AllocationWithdrawn | ChequeBounced | PaymentReassigned):
        # The money's ledger, which is not that of a cheque reported in another currency.
        kind = "payment" if isinstance(event, ChequeBounced) else event.kind
        currency = account.currency_of_payment(money_id(event.payment_id, kind)) or currency
    ledger = ledger_events.evolve(account.ledger(currency or ""), event)
    return replace(account, ledgers=account.ledgers.set(currency or "", ledger))


def _part(name: str, evolve_part: Callable[[Any, Any], Any]) -> Fold:
    """The event changes this part of the account alone."""

    def fold(account: Account, event: Event) -> Account:
        return replace(account, **{name: evolve_part(getattr(account, name), event)})

    return fold


def _exchanged(account: Account, event: PaymentExchanged) -> Account:
    left = account.ledger(event.currency).taken_out(event.payment_id)
    entered = account.ledger(event.into).with_payment(ledger_events.exchanged_payment(event))
    return replace(account, ledgers=account.ledgers.set(event.currency, left).set(event.into, entered))


def _invoiced(account: Account, event: InvoiceRecorded | InvoiceCorrected) -> Account:
    own = event.amount if event.currency == account.currency else None
    if event.rate is not None:
        own = event.rate.converted(event.amount)
    orders = account.orders
    if isinstance(event, InvoiceCorrected) and event.before.order_id != event.order_id:
        orders = order_book.without_invoice(orders, event.before.order_id, event.invoice_id)
    invoiced = Invoiced(event.amount, event.currency, own)
    return replace(account, orders=order_book.with_invoice(orders, event.order_id, event.invoice_id, invoiced))


def _known(kind: str, field: str) -> Fold:
    """What is known of another system's fact, to recognise other contents under its id."""

    def fold(account: Account, event: Any) -> Account:
        fact_id = getattr(event, "of_invoice", None) or getattr(event, field)
        return replace(account, facts=account.facts.set((kind, fact_id), event))

    return fold


def _bounced(account: Account, event: ChequeBounced) -> Account:
    """Every bounce of a cheque, as it may be presented again and bounce again."""
    key = ("bounce", event.payment_id)
    return replace(account, facts=account.facts.set(key, (*account.facts.get(key, ()), event)))


def _awaited(account: Account, event: RefundRecorded | RefundAwaitingPayment) -> Account:
    waiting = account.waiting_refunds
    if isinstance(event, RefundAwaitingPayment):
        return replace(account, waiting_refunds=waiting.set(event.refund_id, event))
    return replace(account, waiting_refunds=waiting.delete(event.refund_id)) if event.refund_id in waiting else account


def _restated(account: Account, event: InvoiceCorrected) -> Account:
    return account if event.is_overdue else _without_overdue(account, event.invoice_id)


def _ended(account: Account, event: PaymentOverdueEnded) -> Account:
    invoice_id, last = event.invoice_id, account.last_overdue_ended
    since, until, before = account.overdue_since, account.overdue_until, account.overdue_before
    others = tuple(each for each in before.get(invoice_id, ()) if each[0] != event.overdue_since)
    if others != before.get(invoice_id, ()):
        before = before.set(invoice_id, others) if others else before.delete(invoice_id)
    else:
        since, until = (days.delete(invoice_id) if invoice_id in days else days for days in (since, until))
    return replace(
        account,
        overdue_since=since,
        overdue_until=until,
        overdue_before=before,
        longest_overdue=max(account.longest_overdue, event.days_overdue),
        last_overdue_ended=event.ended_on if last is None else max(last, event.ended_on),
    )


def _cleared(account: Account, event: CustomerOverdueCleared) -> Account:
    return replace(account, longest_overdue=0, last_overdue_ended=None)


def _pursued(account: Account, event: Event) -> Account:
    opened = isinstance(event, CollectionCaseOpened)
    return replace(account, case=case_folds.evolve(account.case, event), cases=account.cases + opened)


def _late(account: Account, event: PaymentOverdue) -> Account:
    covered = account.covered.delete(event.invoice_id) if event.invoice_id in account.covered else account.covered
    since, until, before = account.overdue_since, account.overdue_until, account.overdue_before
    if event.invoice_id in since and event.invoice_id in until:
        ended = (since[event.invoice_id], until[event.invoice_id])
        before = before.set(event.invoice_id, (*before.get(event.invoice_id, ()), ended))
    return replace(
        account,
        overdue=account.overdue.set(event.invoice_id, event.currency),
        overdue_since=since.set(event.invoice_id, event.overdue_since),
        overdue_until=until.delete(event.invoice_id) if event.invoice_id in until else until,
        overdue_before=before,
        covered=covered,
    )


def _covered(account: Account, event: WaitingMoneyNoted) -> Account:
    return replace(account, covered=account.covered.update(dict.fromkeys(event.invoice_ids, event.currency)))


def _not_late(account: Account, event: InvoiceSettled | InvoiceWrittenOff) -> Account:
    on = event.settled_on if isinstance(event, InvoiceSettled) else event.written_off_on
    if event.invoice_id in account.overdue:
        account = replace(account, overdue_until=account.overdue_until.set(event.invoice_id, on))
    return _without_overdue(account, event.invoice_id)


def _without_overdue(account: Account, invoice_id: str) -> Account:
    overdue, covered = account.overdue, account.covered
    if invoice_id in overdue:
        account = replace(account, overdue=overdue.delete(invoice_id))
    return replace(account, covered=covered.delete(invoice_id)) if invoice_id in covered else account


def _stopped(account: Account, event: DeliveriesStopped | DeliveriesResumed) -> Account:
    return replace(account, stopped_because=event.because if isinstance(event, DeliveriesStopped) else None)


def _merged(account: Account, event: AccountMerged) -> Account:
    """Nothing of it is left here, but where its documents are; ``latest`` stays, so that the account's day does not turn back."""
    documents = {key: event.survivor_id for each, _ in moved_in(event) for key in documents_of(each)}
    return Account(
        latest=account.latest,
        debits=debit_folds.counted_only(account),
        merged_into=event.survivor_id,
        merges=event.merge,
        left=account.left.update(documents),
    )


def _absorbed(account: Account, event: AccountAbsorbed) -> Account:
    """The history of the other account follows this one's own, as facts that come late do; what was overdue there and ended
    before it came here is none of this account's."""
    after, left = account, account.left
    for each, _ in moved_in(event):
        after = evolve(after, each)
        for key in documents_of(each):
            left = left.delete(key) if key in left else left  # it is back
    return replace(
        after,
        left=left,
        absorbed=account.absorbed.set(event.absorbed_id, event.merge),
        longest_overdue=account.longest_overdue,
        last_overdue_ended=account.last_overdue_ended,
    )


def _split(account: Account, event: AccountSplit) -> Account:
    return replace(account, merged_into=None)


def _folds() -> dict[type[Event], tuple[Fold, ...]]:
    """What each event changes, in this order."""
    table: list[tuple[tuple[type[Event], ...], Fold]] = [
        (FIRST_CURRENCY, _with_currency),
        ((InvoiceRecorded, CreditNoteRecorded), _seen("issued_on")),
        ((PaymentRecorded,), _seen("paid_on")),
        ((RefundRecorded,), _seen("refunded_on")),
        ((RefundOwed,), _seen("issued_on")),
        ((PaymentOverdue,), _seen("overdue_since")),
        ((CollectionStepTaken,), _seen("taken_on")),
        (get_args(ledger_events.LedgerEvent), _posted),
        ((PaymentExchanged,), _exchanged),
        ((InvoiceRecorded, InvoiceCorrected), _invoiced),
        ((InvoiceRecorded, InvoiceCorrected), _known("invoice", "invoice_id")),
        ((PaymentRecorded,), _known("payment", "payment_id")),
        ((CreditNoteRecorded,), _known("credit note", "credit_note_id")),
        ((RefundRecorded, RefundAwaitingPayment), _known("refund", "refund_id")),
        ((RefundRecorded, RefundAwaitingPayment), _awaited),
        ((ChequeBounced,), _bounced),
        (get_args(order_book.OrderEvent), _part("orders", order_book.evolve)),
        (get_args(credit_line.CreditLineEvent), _part("line", credit_line.evolve)),
        (get_args(claims.ClaimEvent), _part("claims", claims.evolve)),
        (get_args(plans.PlanEvent), _part("plans", plans.evolve)),
        (get_args(file.FileEvent), _part("file", file.evolve)),
        (case_folds.FOLDED, _pursued),
        (get_args(legal.LegalEvent), _part("legal", legal.evolve)),
        (behaviour.JUDGED, _part("behaviour", behaviour.evolve)),
        ((PaymentOverdue,), _late),
        ((WaitingMoneyNoted,), _covered),
        ((InvoiceCorrected,), _restated),
        *reminders.FOLDS, ((PaymentOverdueEnded,), _ended), ((CustomerOverdueCleared,), _cleared),
        ((InvoiceSettled, InvoiceWrittenOff), _not_late),
        ((DeliveriesStopped, DeliveriesResumed), _stopped),
        ((AccountMerged,), _merged), ((AccountAbsorbed,), _absorbed), ((AccountSplit,), _split),
        *debit_folds.FOLDS, *agency_folds.FOLDS,
    ]  # fmt: skip
    found: dict[type[Event], tuple[Fold, ...]] = {}
    for events, fold in (*table, *FOLDS):
        for event in events:
            found[event] = (*found.get(event, ()), fold)
    return found


_FOLDS = _folds()
