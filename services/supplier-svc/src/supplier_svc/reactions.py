"""What the service does with the facts of others: delivery, inspection, case, traced complaint → own command."""

from chassis.policies import PolicyBook
from chassis.reactions import Source
from contracts import Envelope, customer, erp
from supplier_svc.supplier.facts import RecordCase, RecordComplaint, RecordDelivery, RecordInspection


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


SOURCES = (
    Source.facts("erp.deliveries", erp.TOPICS["erp.deliveries"], {erp.GoodsReceived: record_delivery}),
    Source.facts(
        "erp.inspections",
        erp.TOPICS["erp.inspections"],
        {erp.InspectionCompleted: record_inspection, erp.SupplierCaseReported: record_case},
    ),
    Source.service("customer-svc", customer.TOPIC, customer.EVENTS, {customer.ComplaintTraced: record_complaint}),
)
