"""Stopping to trade with a supplier and beginning again, as HTTP bodies."""

from chassis.http import Body
from contracts.fields import Day
from supplier_svc.requests.fields import Because


class TradeBody(Body):
    """Suspend, reinstate, eliminate, or begin anew."""

    on: Day
    because: Because
