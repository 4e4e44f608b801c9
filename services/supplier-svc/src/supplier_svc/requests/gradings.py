"""Gradings by hand as HTTP bodies."""

from chassis.http import Body
from contracts.fields import Id
from supplier_svc.requests.fields import PeriodText


class GradingBody(Body):
    """Grade a supplier for a period that is over."""

    supplier_id: Id
    period: PeriodText
