"""What comes back of a customer's complaint that was traced to a supplier's lot: its corrective action, its refutation, the supplier's
own answer.
"""

from typing import ClassVar

from pydantic import Field

from contracts.envelope import Event
from contracts.fields import Day, Id, Text
from contracts.supplier.actions import Discipline, DisciplineDone
from contracts.supplier.facts import RecordId


class ComplaintJoinedAction(Event):
    """A complaint about an item, a lot and a defect of which a corrective action is open already belongs to that one too.

    ``done`` are the steps that were done before it joined, in their order.
    """

    TYPE: ClassVar[str] = "supplier.ComplaintJoinedAction"
    supplier_id: Id
    action_id: RecordId
    complaint_id: Id
    joined_on: Day
    done: tuple[DisciplineDone, ...] = ()
    next_step: Discipline | None = None
    next_due_on: Day | None = None


class ComplaintTraceRefuted(Event):
    """The supplier does not answer for the complaint that was traced to its lot: so it was decided, or an objection was upheld.

    ``customer_id`` is None for a complaint of the time before customers were recorded with it.
    """

    TYPE: ClassVar[str] = "supplier.ComplaintTraceRefuted"
    supplier_id: Id
    complaint_id: Id
    customer_id: Id | None = None
    because: Text
    refuted_on: Day


class ComplaintAnswerDue(Event):
    """The supplier has to handle a complaint itself, and to answer by ``due_on``; ``owner_id`` is whose complaint it was when it was
    handed over.
    """

    TYPE: ClassVar[str] = "supplier.ComplaintAnswerDue"
    supplier_id: Id
    complaint_id: Id
    customer_id: Id
    owner_id: Id
    item_id: Id
    lot_id: Id
    handed_on: Day
    due_on: Day


class ComplaintAnswered(Event):
    """The supplier answered a complaint that it was handed; ``statement`` is for the customer."""

    TYPE: ClassVar[str] = "supplier.ComplaintAnswered"
    supplier_id: Id
    complaint_id: Id
    customer_id: Id
    statement: Text
    done_on: Day
    answered_by: Id
    accepted_by: Id | None = Field(default=None, description="who accepted it, where the supplier handed it in itself")


class ComplaintAnswerOverdue(Event):
    """The supplier did not answer a complaint that it was handed by ``due_on``."""

    TYPE: ClassVar[str] = "supplier.ComplaintAnswerOverdue"
    supplier_id: Id
    complaint_id: Id
    customer_id: Id
    owner_id: Id
    due_on: Day
