"""What suppliers owe by a day: answers, steps of corrective actions, certificates that end, open objections, complaints to answer."""

from chassis.calendar import add_days
from chassis.http import Queries
from supplier_svc.read_models import certificate, complaint_answer, corrective_action, improvement, objection
from supplier_svc.responses import DueActions

SHOWN_MAX = 500


async def due_actions(queries: Queries, within_days: int, supplier_id: str | None = None) -> DueActions:
    """What all suppliers or one owe within this many days, overdue things included; at most 500 of each kind."""
    until = add_days(queries.today, within_days)
    owed = improvement.improvements(supplier_id, "due").where(improvement.TABLE.c.due_on <= until)
    steps = corrective_action.actions(supplier_id, "open", until)
    ending = certificate.certificates(supplier_id, until)
    handed = complaint_answer.owed(supplier_id, until)
    disputed = objection.objections(supplier_id, "open")
    return DueActions(
        until=until,
        improvements=await queries.rows(owed.order_by(*improvement.ORDER).limit(SHOWN_MAX)),
        corrective_actions=await queries.rows(
            steps.order_by(corrective_action.TABLE.c.next_due_on, *corrective_action.ORDER).limit(SHOWN_MAX)
        ),
        certificates=await queries.rows(ending.order_by(*certificate.ORDER).limit(SHOWN_MAX)),
        objections=await queries.rows(disputed.order_by(*objection.ORDER).limit(SHOWN_MAX)),
        complaint_answers=await queries.rows(handed.order_by(*complaint_answer.ORDER).limit(SHOWN_MAX)),
    )
