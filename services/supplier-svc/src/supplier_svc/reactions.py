"""Events of others become own commands: delivery, inspection, case, contract, cleared note, complaint traced or handed over."""

from chassis.business_calendar import day_of
from chassis.calendar import LAST_DAY
from chassis.policies import PolicyBook
from contracts import Envelope, customer, erp
from supplier_svc.lots.building import RecordBuild, UseLot
from supplier_svc.supplier.cases import RecordCase
from supplier_svc.supplier.complaint_answers import TakeComplaint
from supplier_svc.supplier.contracts import SignContract, TerminateContract
from supplier_svc.supplier.facts import RecordComplaint, RecordDelivery, RecordInspection
from supplier_svc.supplier.notes import ClearNote
from supplier_svc.supplier.recalls import NoteProgress


def record_delivery(delivery: erp.GoodsReceived, _: Envelope, __: PolicyBook) -> RecordDelivery:
    return RecordDelivery(delivery)


def record_inspection(inspection: erp.InspectionCompleted, _: Envelope, __: PolicyBook) -> RecordInspection:
    return RecordInspection(inspection)


def record_case(case: erp.SupplierCaseReported, _: Envelope, __: PolicyBook) -> RecordCase:
    return RecordCase(case)


def clear_note(clearing: erp.SupplierNoteCleared, around: Envelope, policies: PolicyBook) -> ClearNote:
    return ClearNote(clearing, told_on=day_of(around.recorded_at, policies))


Signing = erp.ContractSigned | erp.ContractChanged


def record_contract(signed: Signing, _: Envelope, __: PolicyBook) -> SignContract | None:
    """A contract of purchase is one of supply, of unknown clauses; those of sale are for others.

    One that changed in what is kept here is refused with the difference, and a person decides; its instalments are not.
    """
    if signed.kind != "purchase":
        return None
    return SignContract(
        supplier_id=signed.party_id,
        contract_id=signed.contract_id,
        kind="supply",
        clauses=(),
        starts_on=signed.signed_on,
        ends_on=signed.ends_on or LAST_DAY,
        amount=signed.amount,
        currency=signed.currency,
        owner_id=signed.owner_id,
        signed_on=signed.signed_on,
    )


def end_contract(cancelled: erp.ContractCancelled, _: Envelope, __: PolicyBook) -> TerminateContract | None:
    """A contract of purchase that was given up ends on its day."""
    if cancelled.kind != "purchase":
        return None
    return TerminateContract(
        supplier_id=cancelled.party_id,
        contract_id=cancelled.contract_id,
        terminated_on=cancelled.cancelled_on,
        because=cancelled.reason or "cancelled",
        by="erp",
    )


def record_build(fact: erp.LotBuilt, *_: object) -> tuple[RecordBuild | UseLot, ...]:
    """In the stream of what was built, and in that of each component."""
    return (RecordBuild(fact), *(UseLot(each, fact) for each in dict.fromkeys(fact.components)))


Progressing = customer.RecallCustomerNamed | customer.RecallGoodsBack | customer.RecallClosed


def note_progress(event: Progressing, around: Envelope, _: PolicyBook) -> NoteProgress | None:
    """Of a recall that was called here; others were opened by a person there."""
    if event.supplier_id is None or event.called_as is None:
        return None
    return NoteProgress(
        supplier_id=event.supplier_id,
        recall_id=event.called_as,
        sold_recall_id=event.recall_id,
        item_id=event.item_id,
        customers=event.counts.customers,
        shipped=event.counts.shipped,
        back=event.counts.back,
        possible=event.counts.possible,
        is_closed=isinstance(event, customer.RecallClosed),
        on=around.occurred_at.date(),
    )


def record_complaint(traced: customer.ComplaintTraced, _: Envelope, __: PolicyBook) -> RecordComplaint:
    return RecordComplaint(
        supplier_id=traced.supplier_id,
        complaint_id=traced.complaint_id,
        customer_id=traced.customer_id,
        item_id=traced.item_id,
        lot_id=traced.lot_id,
        severity=traced.severity,
        quantity=traced.quantity,
        code=traced.code,
        traced_on=traced.traced_on,
    )


def take_complaint(handed: customer.ComplaintHandedToSupplier, _: Envelope, __: PolicyBook) -> TakeComplaint:
    return TakeComplaint(handed)
