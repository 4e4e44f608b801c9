"""Answers that a supplier owed, as HTTP bodies."""

from chassis.http import Body
from contracts.fields import Day, Id
from supplier_svc.requests.fields import Because, PeriodText


class ImprovementBody(Body):
    """Accept the answer that a supplier owed for a period."""

    period: PeriodText
    recorded_on: Day
    accepted_by: Id
    note: Because
