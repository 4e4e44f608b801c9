"""notify-svc as one value."""

import contracts.notify
from chassis.service import Service
from notify_svc import api, notice
from notify_svc.policies import POLICIES
from notify_svc.reactions import SOURCES
from notify_svc.read_models import delivery_due, notification

SERVICE = Service(
    name="notify-svc",
    title="Who was told what, and when",
    topic=contracts.notify.TOPIC,
    port=8104,
    events=contracts.notify.EVENTS,
    deciders=(notice.DECIDER,),
    policies=POLICIES,
    sources=SOURCES,
    read_models=(notification.MODEL, delivery_due.MODEL),
    routes=(api.router,),
)
