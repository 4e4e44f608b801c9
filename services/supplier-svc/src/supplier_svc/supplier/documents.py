"""The facts of other systems that are one supplier's: under its id none of them counts for a second one. Pure.

A complaint is none of these: it may be traced to lots of several suppliers. A lot that was reversed and a case that was withdrawn
count for nobody, so that they may be reported of the supplier that they are of.
"""

from collections.abc import Iterable

from chassis.claims import Claims, Document
from contracts.supplier import (
    CaseRecorded,
    CaseWithdrawn,
    DeliveryCorrected,
    DeliveryRecorded,
    InspectionRecorded,
    SupplierSurveyed,
)


def _delivered(event: DeliveryRecorded) -> Iterable[Document]:
    return [Document("delivery", event.delivery_id)] if event.quantity else []


def _counts_again(event: DeliveryCorrected) -> Iterable[Document]:
    return [Document("delivery", event.delivery_id)] if event.after.quantity and not event.before.quantity else []


def _reversed(event: DeliveryCorrected) -> Iterable[Document]:
    return [] if event.after.quantity else [Document("delivery", event.delivery_id)]


CLAIMS = Claims(
    takes={
        DeliveryRecorded: _delivered,
        DeliveryCorrected: _counts_again,
        InspectionRecorded: lambda event: [Document("inspection", event.inspection_id)],
        CaseRecorded: lambda event: [Document("case", event.case_id)],
        SupplierSurveyed: lambda event: [Document("survey", event.survey_id)],
    },
    frees={
        DeliveryCorrected: _reversed,
        CaseWithdrawn: lambda event: [Document("case", event.case_id)],
    },
)
