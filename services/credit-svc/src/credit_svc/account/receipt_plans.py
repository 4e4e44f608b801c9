"""Receipt plans: what a contract of sale plans becomes a receivable on its day, and an invoice for it takes its place.

Source: the rules page, "Receivables before the invoice". A contract that is changed or given up changes what is not due yet.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.differences import difference
from chassis.domain import Refusal
from contracts import erp
from contracts.credit import (
    InstalmentDue,
    InstalmentInvoiced,
    InvoiceCorrected,
    InvoiceDisputed,
    InvoiceTerms,
    ReceiptInstalment,
    ReceiptPlanCancelled,
    ReceiptPlanned,
)
from credit_svc.account.consequences import follow
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.exchange import exchange_waiting
from credit_svc.account.item_ids import ID_MAX, free_item_id
from credit_svc.account.refusals import FactDiffers
from credit_svc.receivables import recording
from credit_svc.receivables.given_up import is_lost
from credit_svc.receivables.plans import Plan
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class PlanReceipts:
    """What a contract plans, as it was signed or (``is_change``) changed on a day."""

    customer_id: str
    contract_id: str
    currency: str
    instalments: tuple[ReceiptInstalment, ...]
    on: date
    is_change: bool = False


@dataclass(frozen=True, slots=True)
class CancelPlan:
    customer_id: str
    contract_id: str
    reason: str
    on: date


@dataclass(frozen=True, slots=True)
class MakeInstalmentDue:
    """The day of an instalment has come."""

    customer_id: str
    contract_id: str
    number: int
    on: date


class InstalmentNamedTwice(Refusal):
    """Contract {contract_id} has two instalments with the number {number}; give each one its own."""

    status = 422


def _plan(decision: AccountDecision, command: PlanReceipts) -> None:
    """Raises FactDiffers for another content of what was signed: a change of it is a fact of its own."""
    plans, contract_id = decision.state.plans, command.contract_id
    plan = plans.of.get(contract_id)
    for number, times in Counter(each.number for each in command.instalments).items():
        if times > 1:
            raise InstalmentNamedTwice(contract_id=contract_id, number=number)
    if plan is None and not command.instalments:
        return
    if plan is not None and _is_known(plan, command):
        return
    wanted = plans.restated(contract_id, command.instalments)
    waiting = plans.numbers_waiting(contract_id)
    dropped = tuple(number for number in waiting if number not in {each.number for each in wanted})
    if plan is not None and wanted == plans.restated(contract_id, _stated(plan)) and not dropped:
        return
    decision.emit(
        ReceiptPlanned(
            contract_id=contract_id,
            customer_id=decision.id,
            currency=command.currency,
            planned_on=command.on,
            instalments=wanted,
            dropped=dropped,
            is_change=command.is_change,
        )
    )


def _is_known(plan: Plan, command: PlanReceipts) -> bool:
    """Whether a statement of a contract says nothing new: it was given up, or a later one is known."""
    if plan.is_cancelled or (command.is_change and command.on < plan.stated_on):
        return True
    if command.is_change:
        return False
    if plan.signed is None:
        return True  # its change was heard of first
    signed = {"signed_on": plan.signed.planned_on, **_contents(plan.signed.instalments)}
    differs = difference(signed, {"signed_on": command.on, **_contents(command.instalments)})
    if differs:
        raise FactDiffers(
            what="Contract",
            id=command.contract_id,
            difference=differs,
            advice="Send what changed as erp.ContractChanged.",
        )
    return True


def _contents(instalments: tuple[ReceiptInstalment, ...]) -> dict[str, object]:
    return {f"instalment {each.number}": f"{each.amount:f} {each.currency} due {each.due_on}" for each in instalments}


def _stated(plan: Plan) -> tuple[ReceiptInstalment, ...]:
    return tuple(
        ReceiptInstalment(number=number, due_on=each.due_on, amount=each.amount, currency=each.currency)
        for number, each in sorted(plan.instalments.items())
    )


def _cancel(decision: AccountDecision, command: CancelPlan) -> None:
    """What is due already is owed all the same. Of a contract that is not known yet nothing will be planned."""
    plans, contract_id = decision.state.plans, command.contract_id
    if plans.of.get(contract_id, Plan()).is_cancelled:
        return
    decision.emit(
        ReceiptPlanCancelled(
            contract_id=contract_id,
            customer_id=decision.id,
            cancelled_on=command.on,
            dropped=plans.numbers_waiting(contract_id),
            reason=command.reason,
        )
    )


def _make_due(decision: AccountDecision, command: MakeInstalmentDue) -> None:
    planned = decision.state.plans.waiting(command.contract_id, command.number)
    if planned is None or command.on < planned.due_on:
        return
    account, on = decision.state, planned.due_on
    item = erp.InvoiceIssued(
        invoice_id=free_item_id(account, item_of(command.contract_id, command.number)), customer_id=decision.id, issued_on=on, due_on=on,
        amount=planned.amount, currency=planned.currency, contract_id=command.contract_id, instalment=command.number,
    )  # fmt: skip
    decision.emit(
        InstalmentDue(
            contract_id=command.contract_id,
            number=command.number,
            customer_id=decision.id,
            invoice_id=item.invoice_id,
            due_on=on,
            amount=planned.amount,
            currency=planned.currency,
        )
    )
    rate = account.rate(planned.currency, on, decision.policies)
    recorded = recording.invoice_recorded(item, rate, None, decision.policies, kind="instalment")
    decision.emit(*recording.record_invoice(decision.state.ledger(planned.currency), recorded))
    exchange_waiting(decision, item.invoice_id, on)
    follow(decision, on)


def item_of(contract_id: str, number: int) -> str:
    """The item of an instalment whose day has come: ``contract:CT-1#2``."""
    return f"{f'contract:{contract_id}'[: ID_MAX - 6]}#{number}"


def require_replaceable(decision: AccountDecision, invoice: erp.InvoiceIssued) -> None:
    """Raises FactDiffers where two people gave up the instalment that an invoice is for."""
    item_id = _place_of(decision, invoice)
    currency = decision.state.currency_of_invoice(item_id) if item_id else None
    if item_id and currency and is_lost(decision.state.ledger(currency), item_id):
        raise FactDiffers(
            what="Invoice",
            id=invoice.invoice_id,
            difference=f"{item_id}, whose place it takes, is written off",
            advice="Send it without its contract.",
        )


def take_place(decision: AccountDecision, invoice: erp.InvoiceIssued) -> None:
    """An invoice that names an instalment is that instalment, whether its day has come already or not.

    A second invoice for the same instalment is owed beside the first.
    """
    if invoice.contract_id is None or invoice.instalment is None:
        return
    place = (invoice.contract_id, invoice.instalment)
    if place in decision.state.plans.invoiced:
        return
    item_id = _place_of(decision, invoice)
    invoiced = InstalmentInvoiced(
        contract_id=invoice.contract_id,
        number=invoice.instalment,
        customer_id=decision.id,
        invoice_id=invoice.invoice_id,
        amount=invoice.amount,
        currency=invoice.currency,
        invoiced_on=invoice.issued_on,
        item_id=item_id or item_of(*place),
        was_due=item_id is not None,
    )
    decision.emit(*recording.invoice_instalment(decision.state.ledger(invoice.currency), invoiced))
    if item_id is not None:
        _give_way(decision, item_id, invoice)


def _place_of(decision: AccountDecision, invoice: erp.InvoiceIssued) -> str | None:
    """The item of an instalment, which an invoice replaces."""
    if invoice.contract_id is None or invoice.instalment is None:
        return None
    return decision.state.plans.item(invoice.contract_id, invoice.instalment)


def _give_way(decision: AccountDecision, item_id: str, invoice: erp.InvoiceIssued) -> None:
    """Nothing is owed of the item any more; what it had of money goes on, and what was disputed of it is disputed of the invoice."""
    account = decision.state
    known = account.facts[("invoice", item_id)]
    ledger = account.ledger(known.currency)
    decision.emit(
        *recording.correct_invoice(
            ledger,
            InvoiceCorrected(
                invoice_id=item_id,
                customer_id=decision.id,
                issued_on=known.issued_on,
                due_on=known.due_on,
                amount=Decimal(0),
                currency=known.currency,
                overdue_from=known.overdue_from,
                before=InvoiceTerms(issued_on=known.issued_on, due_on=known.due_on, amount=known.amount),
                difference=Sentences.PLACE_TAKEN(item_id=item_id, invoice_id=invoice.invoice_id),
                is_overdue=False,
                policy_version=known.policy_version,
                rate=known.rate,
                replaced_by=invoice.invoice_id,
            ),
        )
    )
    first, _ = recording.instalments_of(invoice)[0]
    for dispute_id, dispute in sorted(account.claims.disputes.items()):
        if dispute.invoice_id == item_id:
            decision.emit(
                InvoiceDisputed(
                    dispute_id=dispute_id,
                    invoice_id=first.invoice_id,
                    customer_id=decision.id,
                    amount=dispute.amount,
                    currency=invoice.currency,
                    reason=Sentences.PLACE_TAKEN(item_id=item_id, invoice_id=invoice.invoice_id),
                    disputed_on=invoice.issued_on,
                    recorded_by=Sentences.BY_INVOICE(invoice_id=invoice.invoice_id),
                )
            )


DECIDE: Handlers = {PlanReceipts: _plan, CancelPlan: _cancel, MakeInstalmentDue: _make_due}
