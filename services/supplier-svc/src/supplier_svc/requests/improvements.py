"""Answers that a supplier owed, as HTTP bodies."""

from chassis.http import Body
from contracts.fields import Day, Id
from supplier_svc.requests.fields import Because, PeriodText


class ImprovementBody(Body):
    """Accept the answer that a supplier owed for a period; by the one of the token where ``accepted_by`` is left out."""

    period: PeriodText
    recorded_on: Day
    accepted_by: Id | None = None
    note: Because
