"""The endpoint, stream ``endpoint-{id}``: where webhook, chat or SMS reach a recipient. Both are sealed with the recipient's key."""

from chassis.domain import Decider
from notify_svc.endpoints.endpoint import Absent, RegisterEndpoint, RemoveEndpoint, Reseal, RotateSecret, decide, evolve

DECIDER = Decider(
    category="endpoint",
    commands=(RegisterEndpoint, RotateSecret, Reseal, RemoveEndpoint),
    stream_id=lambda command: command.endpoint_id,
    initial=Absent(),
    evolve=evolve,
    decide=decide,
)
