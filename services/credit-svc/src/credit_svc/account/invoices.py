"""Invoices: recorded, corrected by the same id with other contents, and marked overdue on their day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chassis.differences import difference, fields_of
from chassis.domain import Refusal
from contracts import erp
from contracts.credit import DebitNoteInvoiced, InvoiceCorrected, InvoiceRecorded, InvoiceTerms
from credit_svc.account.consequences import follow
from credit_svc.account.debit_notes import booked
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.due_soon import with_reminder
from credit_svc.account.exchange import exchange_waiting
from credit_svc.account.orders import recount
from credit_svc.account.overdue import tell_ended
from credit_svc.account.receipt_plans import require_replaceable, take_place
from credit_svc.account.refusals import FactDiffers
from credit_svc.account.small_differences import give_up_small
from credit_svc.account.waiting_money import is_covered, mark_overdue, note_waiting
from credit_svc.receivables import recording
from credit_svc.receivables.given_up import is_lost

CONTENTS = ("order_id", "issued_on", "due_on", "amount", "currency")
"""What makes an invoice another one under the same id."""


INSTALMENTS_MAX = 400
"""More than thirty-three years of months. Each instalment is an event that has them all, so their square is what is written."""

CREDIT_IT = "Credit the known one in full, and give the new one an id of its own."


class TooManyInstalments(Refusal):
    """Invoice {invoice_id} has {number} instalments; an invoice has at most {most}. Split it into invoices of their own."""

    status = 422


@dataclass(frozen=True, slots=True)
class RecordInvoice:
    fact: erp.InvoiceIssued

    @property
    def customer_id(self) -> str:
        return self.fact.customer_id

    @property
    def on(self) -> date:
        return self.fact.issued_on


@dataclass(frozen=True, slots=True)
class MarkOverdue:
    customer_id: str
    invoice_id: str
    on: date


def _record(decision: AccountDecision, command: RecordInvoice) -> None:
    """Its order counts for the rest before anything follows: what is invoiced must not count as an order and as a receivable."""
    account, invoice = decision.state, command.fact
    known = account.facts.get(("invoice", invoice.invoice_id))
    if known is not None and not isinstance(known, DebitNoteInvoiced):
        _correct(decision, invoice, known)
        return
    if booked(decision, invoice):
        return
    if (number := len(invoice.instalments)) > INSTALMENTS_MAX:
        raise TooManyInstalments(invoice_id=invoice.invoice_id, number=number, most=INSTALMENTS_MAX)
    _require_own_ids(decision, invoice)
    require_replaceable(decision, invoice)
    rate = account.rate(invoice.currency, invoice.issued_on, decision.policies)
    terms = account.file.terms_on(invoice.issued_on)
    for item, instalment in recording.instalments_of(invoice):
        recorded = recording.invoice_recorded(item, rate, terms, decision.policies, **instalment)
        recorded = with_reminder(decision, recorded)
        decision.emit(*recording.record_invoice(decision.state.ledger(invoice.currency), recorded))
    take_place(decision, invoice)
    exchange_waiting(decision, invoice.invoice_id, invoice.issued_on)
    recount(decision, invoice.order_id, "invoiced", invoice.issued_on)
    follow(decision, invoice.issued_on)


def _require_own_ids(decision: AccountDecision, invoice: erp.InvoiceIssued) -> None:
    """An instalment is an item under an id of ours; that is never an invoice of another system. Raises FactDiffers."""
    for item, _ in recording.instalments_of(invoice):
        currency = decision.state.currency_of_invoice(item.invoice_id)
        if currency is not None:
            known = decision.state.ledger(currency).invoices[item.invoice_id]
            raise FactDiffers(
                what="Invoice",
                id=item.invoice_id,
                difference="it is a debit note of ours"
                if known.note
                else f"it is what is owed of refund {known.refund_id}"
                if known.refund_id
                else f"it is an instalment of {known.of}"
                if known.of
                else f"{invoice.invoice_id} has an instalment of this id",
                advice="Give the new one another id.",
            )


def _correct(decision: AccountDecision, invoice: erp.InvoiceIssued, known: InvoiceRecorded | InvoiceCorrected) -> None:
    """Another amount, day or order restates the invoice. Raises FactDiffers for another currency, and for an invoice of which a
    part is written off: two people decided that on what was known.
    """
    account = decision.state
    had = known.instalments if isinstance(known, InvoiceRecorded) else ()
    of_known = {**fields_of(known, CONTENTS), **_instalments(had)}
    of_given = {**fields_of(invoice, CONTENTS), **_instalments(invoice.instalments)}
    if had:
        # The days and amounts of the instalments say it; the day of the whole is not recorded.
        of_known |= {"amount": sum(each.amount for each in had), "due_on": invoice.due_on}
    differs = difference(of_known, of_given)
    if not differs:
        _name_instalment(decision, invoice)
        return
    if had or invoice.instalments:
        raise FactDiffers(what="Invoice", id=invoice.invoice_id, difference=differs, advice=CREDIT_IT)
    ledger = account.ledger(known.currency)
    if invoice.currency != known.currency or is_lost(ledger, invoice.invoice_id):
        raise FactDiffers(
            what="Invoice",
            id=invoice.invoice_id,
            difference=differs,
            advice=CREDIT_IT
            if invoice.currency != known.currency
            else "It is written off; credit or invoice the difference under an id of its own.",
        )
    rate = account.rate(invoice.currency, invoice.issued_on, decision.policies)
    terms = account.file.terms_on(invoice.issued_on)
    restated = recording.invoice_recorded(invoice, rate, terms, decision.policies)
    day = decision.day(invoice.issued_on)
    is_overdue = invoice.invoice_id in account.overdue and restated.overdue_from <= day
    before = InvoiceTerms.model_validate(fields_of(known, InvoiceTerms.model_fields))
    corrected = InvoiceCorrected(
        **restated.model_dump(exclude={"rate"}), rate=rate, before=before, difference=differs, is_overdue=is_overdue
    )
    decision.emit(*recording.correct_invoice(ledger, corrected))
    tell_ended(decision)
    for order_id in dict.fromkeys((known.order_id, invoice.order_id)):
        recount(decision, order_id, "corrected", day)
    follow(decision, day, "restated")


def _name_instalment(decision: AccountDecision, invoice: erp.InvoiceIssued) -> None:
    """It came again, and says now which instalment of a contract it is for. Raises FactDiffers where it is another one's already."""
    if invoice.contract_id is None or invoice.instalment is None:
        return
    place, invoiced = (invoice.contract_id, invoice.instalment), decision.state.plans.invoiced
    if place in invoiced:
        return
    has = next((each for each, invoice_id in invoiced.items() if invoice_id == invoice.invoice_id), None)
    if has is not None:
        differs = f"instalment {place[1]} of {place[0]} instead of {has[1]} of {has[0]}"
        raise FactDiffers(what="Invoice", id=invoice.invoice_id, difference=differs, advice=CREDIT_IT)
    require_replaceable(decision, invoice)
    before = len(decision.events)
    take_place(decision, invoice)
    if len(decision.events) > before:
        tell_ended(decision)
        follow(decision, decision.day(invoice.issued_on), "restated")


def _instalments(instalments: Sequence[erp.Instalment]) -> dict[str, object]:
    ordered = sorted(instalments, key=lambda each: each.due_on)
    return {f"instalment {n}": f"{each.amount:f} due {each.due_on}" for n, each in enumerate(ordered, start=1)}


def _mark_overdue(decision: AccountDecision, command: MarkOverdue) -> None:
    account = decision.state
    currency = account.currency_of_invoice(command.invoice_id)
    if currency is None or command.invoice_id in account.overdue:
        return
    if command.on < account.ledger(currency).invoices[command.invoice_id].overdue_from:
        return
    if give_up_small(decision, command.invoice_id, currency, command.on):
        follow(decision, command.on)
        return
    if is_covered(decision, command.invoice_id, currency):
        note_waiting(decision, currency, command.on)
        return
    decision.emit(*mark_overdue(decision, currency, command.invoice_id, command.on))
    follow(decision, command.on)


DECIDE: Handlers = {RecordInvoice: _record, MarkOverdue: _mark_overdue}
