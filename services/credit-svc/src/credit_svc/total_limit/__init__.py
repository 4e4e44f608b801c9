"""The total limit: what all customers together may be granted and may owe. Pure.

One stream, ``total-all``. It works as a cap does, with the whole business as the group: a limit claims its part here before the
account has it, and an order its room before the account counts it. So two decisions at once never pass together, while accounts
that need neither are decided without this stream.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from credit_svc.total_limit import rooms, setting
from credit_svc.total_limit.state import Total, TotalDecision, evolve

ALL = "all"
"""The one total."""

DECIDE: Mapping[type[Any], Callable[[TotalDecision, Any], None]] = {
    setting.ProposeTotal: setting.propose,
    setting.SetTotal: setting.set_total,
    setting.ClaimLimit: setting.claim,
    setting.SettleClaim: setting.settle_claim,
    rooms.RequestRoom: rooms.request_room,
    rooms.ConfirmRoom: rooms.confirm_room,
    rooms.MeasureTotal: rooms.measure,
}


def decide(command: Any, total: Total, policies: PolicyBook) -> Sequence[Event]:
    decision = TotalDecision(ALL, total, policies, evolve)
    DECIDE[type(command)](decision, command)
    return decision.events


DECIDER = Decider(
    category="total",
    commands=tuple(DECIDE),
    stream_id=lambda command: ALL,
    initial=Total(),
    evolve=evolve,
    decide=decide,
)
