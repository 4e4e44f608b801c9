"""A complaint as such: opened, and traced to the lot that is its cause. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.business_calendar import day_of
from chassis.differences import difference, fields_of
from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import ComplaintOpened, ComplaintSeverity, ComplaintTopic, ComplaintTraced
from customer_svc.complaints.clocks import clocks_of
from customer_svc.complaints.state import Complaint
from customer_svc.policies.complaints import ComplaintPolicy


@dataclass(frozen=True, slots=True)
class OpenComplaint:
    """``owner_id`` is None where nobody named one: then the owner of the customer answers for it, or the last resort.

    ``at_is_given``: a person said when it was; else it is the instant of the request, which a repeat has another of.
    """

    complaint_id: str
    customer_id: str
    topic: ComplaintTopic
    severity: ComplaintSeverity
    description: str
    owner_id: str | None
    order_id: str | None
    item_id: str | None
    at: datetime
    owner_of_customer: str | None = None
    at_is_given: bool = True


@dataclass(frozen=True, slots=True)
class Trace:
    """``fact`` is the event itself: what people found out about the lot."""

    fact: ComplaintTraced

    @property
    def complaint_id(self) -> str:
        return self.fact.complaint_id


class ComplaintUnknown(Refusal):
    """There is no complaint {complaint_id}; open it first."""

    status = 404


class ComplaintIdTaken(Refusal):
    """The complaint_id {complaint_id} is taken already; give a new complaint an id of its own."""


class ComplaintDiffers(Refusal):
    """Complaint {complaint_id} is open already, of customer {customer_id}; it cannot be opened again with {difference}.
    Give a new complaint an id of its own.
    """


class TooEarly(Refusal):
    """Complaint {complaint_id} was opened at {opened_at}; {at} is before that. Correct the instant."""

    status = 422


class TraceDiffers(Refusal):
    """Complaint {complaint_id} is traced to lot {lot_id} of {supplier_id} already; not again with {difference}."""


class TraceOfAnother(Refusal):
    """Complaint {complaint_id} is not of customer {given}. Correct the one or the other."""

    status = 422


def open_(command: OpenComplaint, complaint: Complaint, policies: PolicyBook) -> Sequence[Event]:
    opened = complaint.opened
    if opened is not None:
        # Of another customer nothing is said here: who asks may not see it.
        if opened.customer_id != command.customer_id:
            raise ComplaintIdTaken(complaint_id=command.complaint_id)
        if differs := _difference(opened, command):
            raise ComplaintDiffers(
                complaint_id=command.complaint_id, customer_id=opened.customer_id, difference=differs
            )
        return []
    dated = policies.at(ComplaintPolicy, day_of(command.at, policies))
    return [
        ComplaintOpened(
            complaint_id=command.complaint_id,
            customer_id=command.customer_id,
            topic=command.topic,
            severity=command.severity,
            description=command.description,
            owner_id=command.owner_id or command.owner_of_customer or dated.document.owner_of_last_resort,
            opened_at=command.at,
            clocks=clocks_of(command.severity, dated.document, command.at),
            order_id=command.order_id,
            item_id=command.item_id,
            policy_version=dated.version,
        )
    ]


def trace(command: Trace, complaint: Complaint) -> Sequence[Event]:
    fact = command.fact
    if fact.customer_id != complaint.customer_id:
        raise TraceOfAnother(complaint_id=fact.complaint_id, given=fact.customer_id)
    known = complaint.traces.get((fact.supplier_id, fact.item_id, fact.lot_id))
    if known is None:
        return [fact]
    if differs := difference(known.model_dump(), fact.model_dump()):
        raise TraceDiffers(
            complaint_id=fact.complaint_id, lot_id=fact.lot_id, supplier_id=fact.supplier_id, difference=differs
        )
    return []


def _difference(opened: ComplaintOpened, command: OpenComplaint) -> str:
    names = ["topic", "severity", "description", "order_id", "item_id"]
    known, given = fields_of(opened, names), fields_of(command, names)
    if command.owner_id is not None:
        known["owner_id"], given["owner_id"] = opened.owner_id, command.owner_id
    if command.at_is_given:
        known["at"], given["at"] = opened.opened_at, command.at
    return difference(known, given)
