"""Request bodies about what a behaviour class calls for."""

from chassis.http import Body
from credit_svc.requests import Acting, Reason


class ProspectBody(Body):
    """Whether a customer of class C is hopeful, and why."""

    hopeful: bool
    because: Reason
    judged_by: Acting = None


class ActionRequestBody(Body):
    """Ask for what the present behaviour class of the customer calls for."""

    requested_by: Acting = None


class ActionOutcomeBody(Body):
    """What came of it."""

    outcome: Reason
    done_by: Acting = None
