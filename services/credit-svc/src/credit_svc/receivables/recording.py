"""Receivables: what facts about invoices and money mean for one ledger, as events. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from chassis.calendar import add_days
from chassis.policies import PolicyBook
from contracts import Event, erp
from contracts.credit import (
    ChequeBounced,
    CreditNoteRecorded,
    DiscountTaken,
    InstalmentInvoiced,
    InvoiceCorrected,
    InvoiceRecorded,
    InvoiceWrittenOff,
    PaymentExchanged,
    PaymentReassigned,
    PaymentRecorded,
    Rate,
    RefundOwed,
    RefundRecorded,
)
from credit_svc.policies.receivables import ReceivablesPolicy
from credit_svc.receivables.allocation import (
    Change,
    change_by,
    change_for,
    change_in_order,
    change_taken_out,
    change_with_correction,
    change_with_refund,
    change_without,
)
from credit_svc.receivables.facts import NOTHING, Entry, Payment, Refunded, WriteOff
from credit_svc.receivables.ledger import Ledger
from credit_svc.receivables.ledger_events import (
    LedgerEvent,
    evolve,
    exchanged_payment,
    invoice_of,
    owed_refund,
    payment_of,
)
from credit_svc.receivables.money_ids import CREDIT_NOTE, WRITE_OFF, money_id, published_id
from credit_svc.receivables.postings import Postings, after, part_of
from credit_svc.receivables.replaced import as_named
from credit_svc.receivables.terms import Terms


def instalments_of(fact: erp.InvoiceIssued) -> list[tuple[erp.InvoiceIssued, dict[str, Any]]]:
    """The items of an invoice: itself, or its instalments by their due dates, each with what an event says of it beside the rest."""
    if not fact.instalments:
        return [(fact, {})]
    ordered = tuple(sorted(fact.instalments, key=lambda each: each.due_on))
    return [
        (
            fact.model_copy(
                update={"invoice_id": item_id(fact.invoice_id, number), "due_on": each.due_on, "amount": each.amount}
            ),
            {"of_invoice": fact.invoice_id, "instalment": number, "instalments": ordered},
        )
        for number, each in enumerate(ordered, start=1)
    ]


def item_id(invoice_id: str, number: int) -> str:
    """The id of an instalment: ``INV-1#2``."""
    return f"{invoice_id}#{number}"


def invoice_recorded(
    fact: erp.InvoiceIssued, rate: Rate | None, terms: Terms | None, policies: PolicyBook, **instalment: Any
) -> InvoiceRecorded:
    """The invoice, or an instalment, with what the policy and the customer's terms of its day make of it."""
    policy = policies.at(ReceivablesPolicy, fact.issued_on)
    discount = _discount(fact, terms, **instalment) if terms else NOTHING
    return InvoiceRecorded(
        **_without(fact, "instalments", "instalment", "debit_note_id"),
        **{"contract_instalment": fact.instalment, **instalment},
        overdue_from=add_days(fact.due_on, policy.document.grace_days + 1),
        policy_version=policy.version,
        rate=rate,
        discount_until=terms.discount_until(fact.issued_on) if terms and discount else None,
        discount_amount=discount or None,
    )


def _without(fact: Event, *names: str) -> dict[str, Any]:
    """The fields of a fact but these; a dump of it would copy them."""
    return {name: value for name, value in fact if name not in names}


def _discount(fact: erp.InvoiceIssued, terms: Terms, **instalment: Any) -> Decimal:
    """Of an instalment what it adds to the discount of those before it, so that all of them make the discount of the whole."""
    earlier = instalment.get("instalments", ())[: instalment.get("instalment", 1) - 1]
    before = sum((each.amount for each in earlier), NOTHING)
    until = terms.discount_on(before + fact.amount, fact.currency)
    return until - terms.discount_on(before, fact.currency)


def record_invoice(ledger: Ledger, recorded: InvoiceRecorded) -> Sequence[Event]:
    """The invoice, and the money that moves because of it."""
    postings = Postings(recorded.customer_id, recorded.currency, because_of=recorded.invoice_id)
    change = change_by(ledger, invoice_of(recorded))
    # An invoice of nothing is settled as it is issued.
    settled = () if recorded.amount else (recorded.invoice_id,)
    return postings.around(ledger, change, [recorded], change.made, settled)


def correct_invoice(ledger: Ledger, corrected: InvoiceCorrected) -> Sequence[Event]:
    """The invoice as it should have been, and the money that moves because of it."""
    invoice_id = corrected.invoice_id
    postings = Postings(corrected.customer_id, corrected.currency, because_of=invoice_id, corrected=invoice_id)
    change = change_with_correction(ledger, evolve(ledger, corrected))
    return postings.around(ledger, change, [corrected], change.made, (invoice_id,))


def invoice_instalment(ledger: Ledger, event: InstalmentInvoiced) -> Sequence[Event]:
    """An invoice takes the place of an instalment, and the money that named the instalment is for the invoice."""
    postings = Postings(event.customer_id, event.currency, because_of=event.invoice_id)
    known = evolve(ledger, event)
    change = Change() if known.payments is ledger.payments else change_with_correction(ledger, known)
    return postings.around(ledger, change, [event], change.made)


def record_payment(ledger: Ledger, fact: erp.PaymentReceived, rate: Rate | None) -> Sequence[Event]:
    """The payment with what it pays on its own day, and the other money that moves because of it."""
    recorded = PaymentRecorded(
        **_without(fact, "allocations", "agency_payment_id"),
        allocations=(),
        unallocated=fact.amount,
        rate=rate,
        named=fact.allocations,
    )
    return _record_money(ledger, recorded, fact.payment_id)


def record_credit_note(ledger: Ledger, fact: erp.CreditNoteIssued, rate: Rate | None) -> Sequence[Event]:
    """The credit note, allocated as money of its day would be."""
    recorded = CreditNoteRecorded(
        credit_note_id=fact.credit_note_id,
        payment_id=published_id(f"{CREDIT_NOTE}{fact.credit_note_id}"),
        customer_id=fact.customer_id,
        invoice_id=fact.invoice_id,
        amount=fact.amount,
        currency=fact.currency,
        issued_on=fact.issued_on,
        reason=fact.reason or "",
        allocations=(),
        unallocated=fact.amount,
        rate=rate,
    )
    return _record_money(ledger, recorded, fact.credit_note_id)


def _record_money(ledger: Ledger, recorded: PaymentRecorded | CreditNoteRecorded, because_of: str) -> Sequence[Event]:
    payment = as_named(ledger, payment_of(recorded))
    bounced_already = payment.payment_id in ledger.bounced and not ledger.is_presented_again(
        payment.payment_id, payment.paid_on
    )
    change = Change() if bounced_already else change_by(ledger, payment)
    own, later = list[Entry](), list[Entry]()
    for entry in change.made:
        is_own = (entry.payment_id, entry.on) == (payment.payment_id, payment.paid_on)
        (own if is_own else later).append(entry)
    met = dict[str, Decimal]()
    for entry in own:
        met[entry.invoice_id] = met.get(entry.invoice_id, NOTHING) + entry.amount
    parts = tuple(erp.Allocation(invoice_id=invoice_id, amount=amount) for invoice_id, amount in met.items())
    unallocated = payment.amount - sum((entry.amount for entry in own), NOTHING)
    allocated = recorded.model_copy(update={"allocations": parts, "unallocated": unallocated})
    postings = Postings(recorded.customer_id, recorded.currency, because_of)
    events = postings.around(ledger, change, [allocated], later)
    return [*events, *_unearned(ledger, payment, recorded)]


def _unearned(ledger: Ledger, payment: Payment, recorded: PaymentRecorded | CreditNoteRecorded) -> list[DiscountTaken]:
    """A payment that left out the discount too late; what it left out stays owed."""
    invoice = ledger.invoices.get(payment.invoice_id or "")
    if invoice is None or invoice.discount_until is None or isinstance(recorded, CreditNoteRecorded):
        return []
    if payment.payment_id in ledger.bounced and not ledger.is_presented_again(payment.payment_id, payment.paid_on):
        return []
    if payment.paid_on <= invoice.discount_until or payment.amount != invoice.amount - invoice.discount:
        return []
    return [
        DiscountTaken(
            invoice_id=invoice.invoice_id,
            customer_id=recorded.customer_id,
            payment_id=payment.payment_id,
            amount=invoice.discount,
            currency=recorded.currency,
            is_earned=False,
            paid_on=payment.paid_on,
            discount_until=invoice.discount_until,
        )
    ]


def exchange(source: Ledger, target: Ledger, event: PaymentExchanged) -> Sequence[Event]:
    """The payment leaves the ledger of its own currency for that of the invoice that it pays."""
    leaving = Postings(event.customer_id, event.currency, because_of=event.payment_id)
    out = change_taken_out(source, event.payment_id)
    left = after(source, leaving.withdrawals(out)).taken_out(event.payment_id)
    stays = leaving.entries(left, out.made)
    entering = Postings(event.customer_id, event.into, because_of=event.payment_id)
    payment = exchanged_payment(event)
    change = change_by(target, payment)
    arrived = after(target, entering.withdrawals(change)).with_payment(payment)
    made = entering.entries(arrived, change.made)
    return [
        *leaving.withdrawals(out),
        *entering.withdrawals(change),
        event,
        *stays,
        *leaving.outcome(source, after(left, stays), out),
        *made,
        *entering.outcome(target, after(arrived, made), change),
    ]


def record_refund(ledger: Ledger, recorded: RefundRecorded) -> Sequence[Event]:
    """The refund, and the money that moves because payments count for less."""
    postings = Postings(recorded.customer_id, recorded.currency, because_of=recorded.refund_id)
    parts = [
        (money_id(each.payment_id, each.kind), Refunded(recorded.refund_id, each.amount, recorded.refunded_on))
        for each in recorded.parts
    ]
    change = change_with_refund(ledger, parts)
    return postings.around(ledger, change, [recorded], change.made)


def reallocate(ledger: Ledger, customer_id: str, currency: str, because_of: str) -> Sequence[Event]:
    """The money that moves in a ledger whose facts came from several accounts."""
    postings = Postings(customer_id, currency, because_of)
    change = change_in_order(ledger)
    withdrawn = postings.withdrawals(change)
    known = after(ledger, withdrawn)
    made = postings.entries(known, change.made)
    return [*withdrawn, *made, *postings.outcome(ledger, after(known, made), change)]


def owe_refund(ledger: Ledger, owed: RefundOwed) -> Sequence[Event]:
    """What was paid back is owed, and the money on account that pays it."""
    postings = Postings(owed.customer_id, owed.currency, because_of=owed.invoice_id)
    change = change_by(ledger, owed_refund(owed))
    return postings.around(ledger, change, [owed], change.made)


def reassign(ledger: Ledger, event: PaymentReassigned, currency: str) -> Sequence[Event]:
    """The payment names another invoice, and all money takes the place that it has then."""
    postings = Postings(event.customer_id, currency, because_of=event.payment_id[:100])
    change = change_for(ledger, money_id(event.payment_id, event.kind), event.after)
    return postings.around(ledger, change, [event], change.made)


def write_off(ledger: Ledger, event: InvoiceWrittenOff) -> Sequence[Event]:
    """What is open of the invoice is given up."""
    postings = Postings(event.customer_id, event.currency, because_of=event.invoice_id)
    change = change_by(ledger, WriteOff(event.invoice_id, event.amount, event.written_off_on))
    others = [entry for entry in change.made if entry.payment_id != f"{WRITE_OFF}{event.invoice_id}"]
    return postings.around(ledger, change, [event], others)


def record_bounced_cheque(
    ledger: Ledger, fact: erp.ChequeBounced, currency: str, fine: Decimal | None = None, statement: str = ""
) -> Sequence[Event]:
    """The payment never was money: what it paid is open again, and other money on account may take its place."""
    is_earlier = ledger.is_of_earlier_presentation(fact.payment_id, fact.bounced_on)
    undone = () if is_earlier else ledger.entries_of(fact.payment_id)
    bounced = ChequeBounced(
        **fact.model_dump(),
        reopened=tuple(part_of(entry) for entry in undone),
        administrative_fine=fine,
        statement=statement,
    )
    postings = Postings(fact.customer_id, currency, because_of=fact.payment_id, bounced_on=fact.bounced_on)
    change = change_without(evolve(ledger, bounced))
    facts: list[LedgerEvent] = [bounced, *postings.withdrawals(change), *postings.entries(ledger, change.made)]
    return [*facts, *postings.outcome(ledger, after(ledger, facts), change, undone)]
