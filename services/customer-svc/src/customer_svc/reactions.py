"""What customer-svc does with facts of the ERP, decisions of credit-svc, and what suppliers do about complaints and lots."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from chassis.reactions import Source
from contracts import credit, erp, supplier
from contracts.currencies import money
from contracts.customer import HoldOverride
from customer_svc.care.retention import NoteOrder
from customer_svc.care.round import ExpectRound
from customer_svc.complaints import supplier_reactions
from customer_svc.files.credit_standing import NoteCredit, overdue_sentence
from customer_svc.orders.credit import ConfirmOrder, EndOverride, HoldOrder, OverrideHold
from customer_svc.orders.order import CancelOrder, DeliverOrder, SubmitOrder
from customer_svc.orders.returns import ReturnOrder
from customer_svc.recalls.lots import PutUnderRecall, ShipLot, TakeLotBack
from customer_svc.recalls.recall import OpenRecall
from customer_svc.returns import RecordReturn
from customer_svc.satisfaction.survey import RecordSurvey
from customer_svc.sentences import Sentences
from customer_svc.tiers.tiering import ExpectTiering
from customer_svc.todos import OpenTodo, WithdrawTodo

# ``*_`` stands for envelope and policies, which none of these needs, so that HTTP routes can call the same functions.


Submission = tuple[ExpectTiering, ExpectRound, SubmitOrder, NoteOrder]


def submit_order(event: erp.OrderSubmitted, *_: object) -> Submission:
    return (
        ExpectTiering(event.currency, event.ordered_on),
        ExpectRound(event.ordered_on),
        SubmitOrder(event),
        NoteOrder(event.customer_id, event.order_id, event.ordered_on),
    )


def deliver_order(event: erp.OrderDelivered, *_: object) -> DeliverOrder | tuple[DeliverOrder | ShipLot, ...]:
    """And each lot that was in it; what an order has of a lot is one shipment of it."""
    shipped = (
        ShipLot(item_id, lot_id, event.order_id, event.customer_id, quantity, event.delivered_on)
        for (item_id, lot_id), quantity in _of_lots(event.lots).items()
    )
    return (DeliverOrder(event), *shipped) if event.lots else DeliverOrder(event)


def _of_lots(lots: Iterable[erp.LotQuantity]) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    for each in lots:
        key = (each.item_id, each.lot_id)
        found[key] = found.get(key, Decimal(0)) + each.quantity
    return found


def cancel_order(event: erp.OrderCancelled, *_: object) -> CancelOrder:
    return CancelOrder(event)


Returning = ReturnOrder | RecordReturn


def return_order(event: erp.OrderReturned, *_: object) -> Returning | tuple[Returning | TakeLotBack, ...]:
    """And each lot that came back in it."""
    recorded = RecordReturn(event) if event.order_id is None else ReturnOrder(event)
    back = (
        TakeLotBack(item_id, lot_id, event.return_id, event.customer_id, quantity, event.returned_on)
        for (item_id, lot_id), quantity in _of_lots(event.lots).items()
    )
    return (recorded, *back) if event.lots else recorded


Recalling = supplier.LotRecallCalled | supplier.LotRecallWidened


def open_recalls(event: Recalling, *_: object) -> list[OpenRecall | PutUnderRecall]:
    """One for each item that may have been sold, with its lots."""
    on, by = (
        (event.called_on, event.by)
        if isinstance(event, supplier.LotRecallCalled)
        else (event.widened_on, "supplier-svc")
    )
    commands: list[OpenRecall | PutUnderRecall] = []
    for sold in event.sold:
        commands.append(
            OpenRecall(
                recall_id=sold.recall_id,
                item_id=sold.item_id,
                lot_ids=sold.lot_ids,
                because=event.reason,
                measure=event.remedy,
                opened_on=on,
                due_on=event.due_on,
                by=by,
                supplier_id=event.supplier_id,
                called_as=event.recall_id,
            )
        )
        commands += [PutUnderRecall(sold.item_id, lot_id, sold.recall_id, sold.since, on) for lot_id in sold.lot_ids]
    return commands


def record_survey(event: erp.SurveyAnswered, *_: object) -> RecordSurvey:
    return RecordSurvey(event)


def confirm_order(event: credit.OrderCreditApproved, *_: object) -> ConfirmOrder:
    return ConfirmOrder(event.order_id, _available_after(event), event.exposure.currency, event.amount, event.currency)


def hold_order(event: credit.OrderCreditHeld, *_: object) -> HoldOrder | None:
    """While room in the total of all customers is looked for, its check goes on."""
    if event.total_room == "requested":
        return None
    return HoldOrder(event.order_id, event.reason, event.releases_at, event.amount, event.currency)


def override_hold(event: credit.OrderCreditOverridden, *_: object) -> OverrideHold:
    override = HoldOverride(
        by=event.overridden_by, reason=event.reason, held_because=event.held_because, ends_on=event.ends_on
    )
    return OverrideHold(
        event.order_id, override, _available_after(event), event.exposure.currency, event.amount, event.currency
    )


def end_override(event: credit.OverrideEnded, *_: object) -> EndOverride:
    return EndOverride(event.order_id, event.cause, event.ended_on)


def _available_after(event: credit.OrderCreditApproved | credit.OrderCreditOverridden) -> Decimal:
    """What the order leaves of the limit, in the limit's currency; the published exposure is the one before it."""
    counted = event.amount if event.rest is None else event.rest
    return event.exposure.available - (counted if event.rate is None else event.rate.converted(counted))


def note_overdue(event: credit.PaymentOverdue, *_: object) -> NoteCredit:
    if event.customer_overdue is None or event.customer_overdue_invoices is None:  # as old logs have it
        amount = money(event.open_amount, event.currency)
        summary = Sentences.INVOICE_OVERDUE(invoice_id=event.invoice_id, amount=amount)
        return NoteCredit(event.customer_id, "overdue", summary, event.overdue_since)
    return _overdue(event, event.customer_overdue, event.customer_overdue_invoices, event.overdue_since)


def note_overdue_ended(event: credit.PaymentOverdueEnded, *_: object) -> NoteCredit:
    return _overdue(event, event.customer_overdue, event.customer_overdue_invoices, event.ended_on)


def _overdue(
    event: credit.PaymentOverdue | credit.PaymentOverdueEnded, amount: Decimal, invoices: int, on: date
) -> NoteCredit:
    return _overdue_of(event.customer_id, event.currency, amount, invoices, event.customer_oldest_due_on, on)


def _overdue_of(
    customer_id: str, currency: str, amount: Decimal, invoices: int, oldest_due_on: date | None, on: date
) -> NoteCredit:
    """What credit-svc says of one currency; never a sum of our own."""
    summary = Sentences.NOTHING_OVERDUE_IN(currency=currency, day=on)
    if invoices:
        summary = overdue_sentence(invoices, amount, currency, oldest_due_on)
    return NoteCredit(
        customer_id,
        "overdue",
        summary,
        (oldest_due_on or on) if invoices else on,
        not invoices,
        currency,
        amount,
        invoices,
    )


def note_overdue_cleared(event: credit.CustomerOverdueCleared, *_: object) -> NoteCredit:
    summary = Sentences.NOTHING_OVERDUE(day=event.cleared_on)
    return NoteCredit(event.customer_id, "overdue", summary, event.cleared_on, is_over=True)


def note_stop(event: credit.DeliveriesStopped, *_: object) -> NoteCredit:
    return NoteCredit(event.customer_id, "deliveries_stopped", event.because, event.stopped_on)


def note_resumption(event: credit.DeliveriesResumed, *_: object) -> NoteCredit:
    return NoteCredit(event.customer_id, "deliveries_resumed", event.because, event.resumed_on)


def note_behaviour(event: credit.BehaviourClassChanged, *_: object) -> NoteCredit:
    return NoteCredit(event.customer_id, "behaviour_class", f"{event.after}: {event.because}", event.decided_on)


def find_new_customer(event: credit.BehaviourActionAsked, *_: object) -> OpenTodo | None:
    """In the place of one with whom the relation ends; of what else a class calls for credit-svc keeps the list."""
    if event.action != "recover_and_end":
        return None
    summary = Sentences.FIND_CUSTOMER_INSTEAD(customer_id=event.customer_id)
    if event.region is not None:
        summary = Sentences.FIND_CUSTOMER(region=event.region, customer_id=event.customer_id)
    return OpenTodo(
        event.action_id, event.customer_id, "replacement", summary, event.requested_on, event.answer_by, event.region
    )


def search_no_more(event: credit.BehaviourActionWithdrawn, *_: object) -> WithdrawTodo | None:
    """The relation does not end: a late fact made the class a better one, or the account is part of another."""
    if event.action != "recover_and_end":
        return None
    return WithdrawTodo(event.customer_id, event.action_id, event.cause, event.withdrawn_on)


def note_account_merged(event: credit.AccountMerged, *_: object) -> NoteCredit | None:
    """What credit-svc said of the account is over: it says it of the account that this one is part of."""
    if event.part < event.parts:
        return None
    summary = Sentences.ACCOUNT_MERGED(survivor_id=event.survivor_id, day=event.merged_on)
    return NoteCredit(event.customer_id, "account_merged", summary, event.merged_on)


def note_account_absorbed(event: credit.AccountAbsorbed, *_: object) -> list[NoteCredit]:
    return [
        _overdue_of(event.customer_id, each.currency, each.amount, each.invoices, each.oldest_due_on, event.absorbed_on)
        for each in event.overdue
    ]


SOURCES = (
    Source.facts(
        "erp.orders",
        erp.TOPICS["erp.orders"],
        {
            erp.OrderSubmitted: submit_order,
            erp.OrderDelivered: deliver_order,
            erp.OrderCancelled: cancel_order,
            erp.OrderReturned: return_order,
        },
    ),
    Source.facts("erp.surveys", erp.TOPICS["erp.surveys"], {erp.SurveyAnswered: record_survey}),
    Source.service(
        "credit-svc",
        credit.TOPIC,
        credit.EVENTS,
        {
            credit.OrderCreditApproved: confirm_order,
            credit.OrderCreditHeld: hold_order,
            credit.OrderCreditOverridden: override_hold,
            credit.OverrideEnded: end_override,
            credit.PaymentOverdue: note_overdue,
            credit.PaymentOverdueEnded: note_overdue_ended,
            credit.CustomerOverdueCleared: note_overdue_cleared,
            credit.DeliveriesStopped: note_stop,
            credit.DeliveriesResumed: note_resumption,
            credit.BehaviourClassChanged: note_behaviour,
            credit.BehaviourActionAsked: find_new_customer,
            credit.BehaviourActionWithdrawn: search_no_more,
            credit.AccountMerged: note_account_merged,
            credit.AccountAbsorbed: note_account_absorbed,
        },
    ),
    Source.service(
        "supplier-svc",
        supplier.TOPIC,
        supplier.EVENTS,
        {
            **supplier_reactions.REACTIONS,
            supplier.LotRecallCalled: open_recalls,
            supplier.LotRecallWidened: open_recalls,
        },
    ),
)
