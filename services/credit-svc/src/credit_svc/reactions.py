"""The events of other systems as commands of accounts."""

from contracts import customer, erp
from contracts.credit import ContactWay, ReceiptInstalment
from credit_svc.account.fees import RecordFee
from credit_svc.account.files import NoteRegion, NoteTier
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.merges import AbsorbAccount, MergeAccount, SplitAccount
from credit_svc.account.orders import CheckOrder, ReleaseOrder
from credit_svc.account.payments import RecordBouncedCheque, RecordCreditNote, RecordPayment
from credit_svc.account.reaching import NoteReach
from credit_svc.account.receipt_plans import CancelPlan, PlanReceipts
from credit_svc.account.refunds import RecordRefund


def record_invoice(fact: erp.InvoiceIssued, *_: object) -> RecordInvoice:
    return RecordInvoice(fact)


def record_credit_note(fact: erp.CreditNoteIssued, *_: object) -> RecordCreditNote:
    return RecordCreditNote(fact)


def record_payment(fact: erp.PaymentReceived, *_: object) -> RecordPayment:
    return RecordPayment(fact)


def record_refund(fact: erp.PaymentRefunded, *_: object) -> RecordRefund:
    return RecordRefund(fact)


def record_bounced_cheque(fact: erp.ChequeBounced, *_: object) -> RecordBouncedCheque:
    return RecordBouncedCheque(fact)


def plan_receipts(contract: erp.ContractSigned | erp.ContractChanged, *_: object) -> PlanReceipts | None:
    """A contract of sale, as it was signed or changed; those of purchase are for others."""
    if contract.kind != "sale":
        return None
    instalments = tuple(
        ReceiptInstalment(number=each.number, due_on=each.due_on, amount=each.amount, currency=contract.currency)
        for each in contract.instalments
    )
    is_change = isinstance(contract, erp.ContractChanged)
    on = contract.changed_on if isinstance(contract, erp.ContractChanged) else contract.signed_on
    return PlanReceipts(contract.party_id, contract.contract_id, contract.currency, instalments, on, is_change)


def cancel_plan(contract: erp.ContractCancelled, *_: object) -> CancelPlan | None:
    if contract.kind != "sale":
        return None
    return CancelPlan(contract.party_id, contract.contract_id, contract.reason, contract.cancelled_on)


def record_fee(fact: erp.ServiceFeeCharged, *_: object) -> RecordFee:
    return RecordFee(fact)


def check_order(event: customer.OrderPlaced, *_: object) -> list[CheckOrder | NoteRegion]:
    check = CheckOrder(
        event.order_id, event.customer_id, event.ordered_on, event.total, event.currency, is_placed=True,
        priority=_priority_of(event),
    )  # fmt: skip
    return [check] if event.region is None else [check, NoteRegion(event.customer_id, event.region, "order")]


def _priority_of(event: customer.OrderPlaced) -> int:
    """The higher one is first; 0 while customer-svc says nothing of it."""
    return getattr(event, "priority", None) or 0


def note_file(
    event: customer.CustomerRegistered | customer.CustomerFileChanged, *_: object
) -> list[NoteRegion | NoteReach]:
    return [command for command in (note_region(event), note_reach(event)) if command is not None]


def note_region(event: customer.CustomerRegistered | customer.CustomerFileChanged, *_: object) -> NoteRegion | None:
    kind = event.classification
    return NoteRegion(event.customer_id, kind.region, "file") if kind and kind.region else None


def note_reach(event: customer.CustomerRegistered | customer.CustomerFileChanged) -> NoteReach | None:
    """Where the customer is, and the ways that lead there; the addresses themselves stay in its file."""
    place = (event.classification.province, event.classification.city) if event.classification else None
    ways = None if event.contacts is None else _ways(event.contacts)
    if isinstance(event, customer.CustomerRegistered):
        found = NoteReach(event.customer_id, event.registered_on, place, ways)
        return found if ways or place != (None, None) else None
    return NoteReach(event.customer_id, event.changed_on, place, ways) if place or ways is not None else None


def _ways(contacts: tuple[customer.Contact, ...]) -> tuple[ContactWay, ...]:
    email: tuple[ContactWay, ...] = ("email",) if any(each.email for each in contacts) else ()
    return (*email, "phone") if any(each.telephone for each in contacts) else email


def note_delivered(event: customer.OrderDelivered, *_: object) -> ReleaseOrder:
    return ReleaseOrder(event.order_id, event.customer_id, event.delivered_on, "delivered")


def release_cancelled(event: customer.OrderCancelled, *_: object) -> ReleaseOrder:
    return ReleaseOrder(event.order_id, event.customer_id, event.cancelled_on, "cancelled")


def note_tier(event: customer.CustomerTierChanged, *_: object) -> NoteTier:
    return NoteTier(event.customer_id, tier=event.tier)


def note_key_account(event: customer.KeyAccountDesignated, *_: object) -> NoteTier:
    return NoteTier(event.customer_id, is_key_account=True)


def note_released(event: customer.KeyAccountReleased, *_: object) -> NoteTier:
    return NoteTier(event.customer_id, is_key_account=False)


def merge_accounts(event: customer.CustomersMerged, *_: object) -> list[MergeAccount | AbsorbAccount]:
    """All in one transaction. An id that was merged into the merged one before is part of its account already; only a merge that
    this service did not hear of is made up for.
    """
    return [
        command
        for merged_id in event.moved
        for command in (
            MergeAccount(merged_id, event.customer_id, event.merged_on, event.because),
            AbsorbAccount(event.customer_id, merged_id, event.merged_on),
        )
    ]


def split_accounts(event: customer.CustomerSplit, *_: object) -> list[SplitAccount | MergeAccount | AbsorbAccount]:
    """The ids that came with the one that is split are part of its account, as they were before."""
    commands: list[SplitAccount | MergeAccount | AbsorbAccount] = []
    for moved_id in event.moved:
        commands.append(SplitAccount(moved_id, event.customer_id, event.split_on, event.because))
        if moved_id != event.split_id:
            commands.append(MergeAccount(moved_id, event.split_id, event.split_on, event.because))
            commands.append(AbsorbAccount(event.split_id, moved_id, event.split_on))
    return commands
