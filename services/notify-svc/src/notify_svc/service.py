"""notify-svc as one value."""

import contracts.notify
from chassis.service import Service
from notify_svc import api, digest, endpoint
from notify_svc.notices import deciding
from notify_svc.policies import POLICIES
from notify_svc.reactions import SOURCES
from notify_svc.read_models import delivery_due, digest_due, digest_item, escalation_due, lease_due, notification
from notify_svc.read_models import endpoint as endpoints

SERVICE = Service(
    name="notify-svc",
    title="Who was told what, and when",
    topic=contracts.notify.TOPIC,
    port=8104,
    events=contracts.notify.EVENTS,
    deciders=(deciding.DECIDER, digest.DECIDER, endpoint.DECIDER),
    policies=POLICIES,
    sources=SOURCES,
    read_models=(
        notification.MODEL,
        delivery_due.MODEL,
        lease_due.MODEL,
        escalation_due.MODEL,
        digest_due.MODEL,
        digest_item.MODEL,
        endpoints.MODEL,
    ),
    routes=api.ROUTERS,
)
