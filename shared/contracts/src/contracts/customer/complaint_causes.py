"""What a supplier's corrective action (8D) and its own answer bring back to a complaint. None of it moves the complaint's clocks."""

from typing import ClassVar, Literal

from contracts.envelope import Event
from contracts.fields import Day, Id, Text
from contracts.supplier.actions import Discipline, DisciplineDone
from contracts.supplier.facts import RecordId

ReportedStep = Literal["containment", "action", "closure", "withdrawn", "handover"]
"""What a report is about: the defect is contained; its cause is found and acted upon; the corrective action is closed, or withdrawn;
the supplier itself answered.
"""


class ComplaintActionFollowed(Event):
    """The corrective action of a traced complaint was opened, or steps of it were done; the complaint shows it and nobody is notified.

    ``done`` are the steps since the last such event, each with what may be said of it outside.
    """

    TYPE: ClassVar[str] = "customer.ComplaintActionFollowed"
    complaint_id: Id
    customer_id: Id
    supplier_id: Id
    action_id: RecordId
    done: tuple[DisciplineDone, ...] = ()
    next_step: Discipline | None = None
    next_due_on: Day | None = None


class ComplaintCauseReported(Event):
    """There is news of a complaint's cause; ``text`` is for the customer.

    ``action_id`` is None for the supplier's own answer (``handover``). ``due_on`` is when the next step is due. ``is_final``: nothing
    more is owed for this complaint.
    """

    TYPE: ClassVar[str] = "customer.ComplaintCauseReported"
    complaint_id: Id
    customer_id: Id
    owner_id: Id
    supplier_id: Id
    action_id: RecordId | None = None
    step: ReportedStep
    text: Text
    due_on: Day | None = None
    is_final: bool = False
    reported_on: Day


class ComplaintTraceWithdrawn(Event):
    """A supplier does not answer for the complaint after all; what it owed for it falls away."""

    TYPE: ClassVar[str] = "customer.ComplaintTraceWithdrawn"
    complaint_id: Id
    customer_id: Id
    owner_id: Id
    supplier_id: Id
    because: Text
    withdrawn_on: Day


class ComplaintHandedToSupplier(Event):
    """The supplier to whose lot a complaint was traced handles it itself, and answers by ``due_on``."""

    TYPE: ClassVar[str] = "customer.ComplaintHandedToSupplier"
    complaint_id: Id
    customer_id: Id
    owner_id: Id
    supplier_id: Id
    item_id: Id
    lot_id: Id
    handed_on: Day
    due_on: Day
    by: Id


EVENTS: tuple[type[Event], ...] = (
    ComplaintActionFollowed,
    ComplaintCauseReported,
    ComplaintTraceWithdrawn,
    ComplaintHandedToSupplier,
)
