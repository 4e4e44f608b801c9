"""What the service does with the facts of other systems: delivery or inspection → own command."""

from chassis.policies import PolicyBook
from chassis.reactions import Source
from contracts import Envelope, erp
from supplier_svc.supplier import RecordDelivery, RecordInspection


def record_delivery(delivery: erp.GoodsReceived, _: Envelope, __: PolicyBook) -> RecordDelivery:
    return RecordDelivery(delivery)


def record_inspection(inspection: erp.InspectionCompleted, _: Envelope, __: PolicyBook) -> RecordInspection:
    return RecordInspection(inspection)


SOURCES = (
    Source.facts("erp.deliveries", erp.TOPICS["erp.deliveries"], {erp.GoodsReceived: record_delivery}),
    Source.facts("erp.inspections", erp.TOPICS["erp.inspections"], {erp.InspectionCompleted: record_inspection}),
)
