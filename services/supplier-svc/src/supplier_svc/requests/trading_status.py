"""Suspending, ending and resuming trade with a supplier, as HTTP bodies."""

from chassis.http import Body
from contracts.fields import Day
from supplier_svc.requests.fields import Because


class TradeBody(Body):
    """Suspend, reinstate, eliminate, or begin the qualification again."""

    on: Day
    because: Because
