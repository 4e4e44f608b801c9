"""Events of others become own commands: delivery, inspection, case, traced complaint, one that is handed over."""

from chassis.policies import PolicyBook
from contracts import Envelope, customer, erp
from supplier_svc.supplier.cases import RecordCase
from supplier_svc.supplier.complaint_answers import TakeComplaint
from supplier_svc.supplier.facts import RecordComplaint, RecordDelivery, RecordInspection


def record_delivery(delivery: erp.GoodsReceived, _: Envelope, __: PolicyBook) -> RecordDelivery:
    return RecordDelivery(delivery)


def record_inspection(inspection: erp.InspectionCompleted, _: Envelope, __: PolicyBook) -> RecordInspection:
    return RecordInspection(inspection)


def record_case(case: erp.SupplierCaseReported, _: Envelope, __: PolicyBook) -> RecordCase:
    return RecordCase(case)


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
