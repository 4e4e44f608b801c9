"""The composition of notify-svc as one value."""

import contracts.notify
from chassis.business_calendar import BusinessCalendar
from chassis.reactions import Source
from chassis.service import Service
from contracts import OWNERS
from notify_svc import digests, endpoints, matters, notices
from notify_svc import preferences as preference_streams
from notify_svc.api import endpoints as endpoint_routes
from notify_svc.api import (
    explanations,
    inbox,
    notifications,
    page,
    preferences,
    subscriptions,
    templates,
)
from notify_svc.endpoints.endpoint import forget
from notify_svc.policies.delivery import DeliveryPolicy
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.history import HistoryPolicy
from notify_svc.policies.partner_access import NotifyPartnerAccess
from notify_svc.policies.preferences import PreferencePolicy
from notify_svc.policies.quiet_hours import QuietHoursPolicy
from notify_svc.policies.roles import NotifyRoles
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.policies.templates import TemplatePolicy
from notify_svc.policies.throttle import ThrottlePolicy
from notify_svc.reactions import react
from notify_svc.read_models import digest_item, endpoint, matter_end, notification
from notify_svc.rendering.renderer import RENDERER
from notify_svc.rules.endings import ENDING_EVENTS
from notify_svc.rules.samples import SAMPLES
from notify_svc.rules.templates import RENDERERS
from notify_svc.sentences import Sentences
from notify_svc.timers import delivery_due, digest_due, escalation_due, lease_due

RENDERERS.others = RENDERER

SERVICE = Service(
    name="notify-svc",
    title="Who was notified of what, and when",
    topic=contracts.notify.TOPIC,
    port=8104,
    events=contracts.notify.EVENTS,
    deciders=(notices.DECIDER, digests.DECIDER, endpoints.DECIDER, preference_streams.DECIDER, matters.DECIDER),
    policies=(
        BusinessCalendar,
        NotifyRoles,
        SubscriptionPolicy,
        TemplatePolicy,
        DirectoryPolicy,
        DeliveryPolicy,
        QuietHoursPolicy,
        ThrottlePolicy,
        PreferencePolicy,
        HistoryPolicy,
        NotifyPartnerAccess,
    ),
    sources=tuple(
        Source.service(owner, contract.TOPIC, contract.EVENTS, {
            event: react for event in (*map(type, SAMPLES.values()), *ENDING_EVENTS) if event in contract.EVENTS
        })
        for owner, contract in OWNERS.items()
        if owner != "notify-svc"
    ),
    read_models=(
        notification.MODEL,
        delivery_due.TODO,
        lease_due.TODO,
        escalation_due.TODO,
        digest_due.TODO,
        digest_item.MODEL,
        endpoint.MODEL,
        matter_end.MODEL,
    ),
    routes=(
        notifications.router,
        inbox.router,
        explanations.router,
        subscriptions.router,
        templates.router,
        preferences.router,
        endpoint_routes.router,
        page.router,
    ),
    sentences=tuple(Sentences),
    forget=forget,
)  # fmt: skip
