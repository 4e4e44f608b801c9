"""Why a complaint does not take a command."""

from chassis.domain import Refusal


class ComplaintUnknown(Refusal):
    """There is no complaint {complaint_id}; open it first."""

    status = 404


class ComplaintDiffers(Refusal):
    """Complaint {complaint_id} is open already, of customer {customer_id}; give a new complaint an id of its own."""


class TooEarly(Refusal):
    """Complaint {complaint_id} was opened at {opened_at}; nothing was done about it at {at}. Correct the instant."""

    status = 422


class IsOver(Refusal):
    """Complaint {complaint_id} is {stage}; reopen it before there is more work on it."""


class NotResolved(Refusal):
    """Complaint {complaint_id} is {stage}; the customer is called back when it is resolved."""


class NothingToReopen(Refusal):
    """Complaint {complaint_id} is {stage}, so there is nothing to reopen."""


class TraceOfAnother(Refusal):
    """Complaint {complaint_id} is of customer {customer_id}, not of {told}."""

    status = 422
