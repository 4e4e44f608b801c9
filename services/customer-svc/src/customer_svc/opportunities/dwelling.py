"""How long an opportunity has been in its stage, and whether that is too long. Pure."""

from datetime import date

from chassis.policies import PolicyBook
from customer_svc.opportunities.state import ENDS
from customer_svc.policies.opportunities import OpportunityPolicy


def dwell(stage: str, since: date, day: date, policies: PolicyBook) -> dict[str, int | bool]:
    """``dwell_days`` in a stage until a day, none at an end; ``too_long`` when they exceed the policy's."""
    allowed = policies.at(OpportunityPolicy, day).document.stage(stage)
    dwell_days = 0 if stage in ENDS else max((day - since).days, 0)
    return {"dwell_days": dwell_days, "too_long": allowed is not None and dwell_days > allowed.dwell_days}
