"""The facts of other systems that are one supplier's: under its id none of them counts for a second one. Pure.

A complaint is none of these: it may be traced to lots of several suppliers. A lot that was reversed and a case that was withdrawn
count for nobody, so that they may be reported of the supplier that they are of.

A recall has its own id and those that its sold items get: customer-svc opens a recall of its own under each of them.

A registration number may be on file of two suppliers: that is a finding of both. An approval makes it the supplier's own, so that of two
approvals at the same instant one is refused, until the certificate has another number or is out of date.
"""

from collections.abc import Iterable

from chassis.claims import Claims, Document
from contracts.supplier import (
    CaseRecorded,
    CaseWithdrawn,
    CertificateExpired,
    CertificateRecorded,
    ContractSigned,
    DeliveryCorrected,
    DeliveryRecorded,
    InspectionRecorded,
    LotRecallCalled,
    SupplierApproved,
    SupplierSurveyed,
    SupplierTrialStarted,
)
from supplier_svc.supplier.rules.recalls import ids_of


def _delivered(event: DeliveryRecorded) -> Iterable[Document]:
    return [Document("delivery", event.delivery_id)] if event.quantity else []


def _counts_again(event: DeliveryCorrected) -> Iterable[Document]:
    return [Document("delivery", event.delivery_id)] if event.after.quantity and not event.before.quantity else []


def _reversed(event: DeliveryCorrected) -> Iterable[Document]:
    return [] if event.after.quantity else [Document("delivery", event.delivery_id)]


def _called(event: LotRecallCalled) -> Iterable[Document]:
    return [Document("recall", each) for each in ids_of(event.recall_id)]


def _number(number: str) -> Document:
    return Document("registration number", number)


def _numbers(event: SupplierApproved | SupplierTrialStarted) -> Iterable[Document]:
    return [_number(each) for each in event.registration_numbers]


def _given_up(event: CertificateRecorded) -> Iterable[Document]:
    return [] if event.number_given_up is None else [_number(event.number_given_up)]


CLAIMS = Claims(
    takes={
        DeliveryRecorded: _delivered,
        DeliveryCorrected: _counts_again,
        InspectionRecorded: lambda event: [Document("inspection", event.inspection_id)],
        CaseRecorded: lambda event: [Document("case", event.case_id)],
        ContractSigned: lambda event: [Document("contract", event.contract_id)],
        LotRecallCalled: _called,
        SupplierSurveyed: lambda event: [Document("survey", event.survey_id)],
        SupplierApproved: _numbers,
        SupplierTrialStarted: _numbers,
    },
    frees={
        DeliveryCorrected: _reversed,
        CertificateRecorded: _given_up,
        CertificateExpired: lambda event: [_number(event.number)],
        CaseWithdrawn: lambda event: [Document("case", event.case_id)],
    },
)
