"""A supplier's answer to a complaint as an HTTP body."""

from chassis.http import Body
from contracts.fields import Day, Id
from supplier_svc.requests.fields import Because


class ComplaintAnswerBody(Body):
    """``statement`` is for the customer; by the one of the token where ``answered_by`` is left out."""

    complaint_id: Id
    statement: Because
    done_on: Day
    answered_by: Id | None = None
