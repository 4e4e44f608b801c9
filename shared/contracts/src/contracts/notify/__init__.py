"""What notify-svc publishes on ``notify.events``; one module per noun."""

from contracts.envelope import Event
from contracts.notify import persons
from contracts.notify.attempts import (
    NotificationAttemptFailed,
    NotificationAttemptStarted,
    NotificationFailed,
    NotificationPassedOver,
    NotificationRedriven,
    NotificationSent,
)
from contracts.notify.digests import (
    DigestClosed,
    DigestItemCollected,
    DigestItemDropped,
)
from contracts.notify.endpoints import (
    EndpointEvent,
    EndpointRegistered,
    EndpointRemoved,
    EndpointResealed,
    EndpointSecretRotated,
)
from contracts.notify.notices import (
    Cause,
    EscalationStep,
    MatterEnded,
    NoticeEvent,
    NotificationAcknowledged,
    NotificationEscalated,
    NotificationEscalationEnded,
    NotificationPostponed,
    NotificationRead,
    NotificationRequested,
    NotificationSuppressed,
    NotificationUnrendered,
    NotificationWithdrawn,
)
from contracts.notify.persons import (
    DataSubjectErased,
    ErasureProposed,
    ErasureWithdrawn,
    LegalHoldLifted,
    LegalHoldPlaced,
)
from contracts.notify.policies import (
    PolicyPublished,
    PreferencesChanged,
)
from contracts.notify.recipients import (
    Channel,
    Recipient,
)

TOPIC = "notify.events"

EVENTS: tuple[type[Event], ...] = (
    NotificationRequested,
    NotificationSuppressed,
    NotificationUnrendered,
    NotificationPostponed,
    NotificationWithdrawn,
    NotificationAttemptStarted,
    NotificationSent,
    NotificationAttemptFailed,
    NotificationFailed,
    NotificationPassedOver,
    NotificationRedriven,
    NotificationRead,
    NotificationAcknowledged,
    NotificationEscalated,
    NotificationEscalationEnded,
    MatterEnded,
    DigestItemCollected,
    DigestClosed,
    EndpointRegistered,
    EndpointSecretRotated,
    EndpointResealed,
    EndpointRemoved,
    PolicyPublished,
    PreferencesChanged,
    *persons.EVENTS,
)

__all__ = [
    "EVENTS",
    "TOPIC",
    "Cause",
    "Channel",
    "DataSubjectErased",
    "DigestClosed",
    "DigestItemCollected",
    "DigestItemDropped",
    "EndpointEvent",
    "EndpointRegistered",
    "EndpointRemoved",
    "EndpointResealed",
    "EndpointSecretRotated",
    "ErasureProposed",
    "ErasureWithdrawn",
    "EscalationStep",
    "LegalHoldLifted",
    "LegalHoldPlaced",
    "MatterEnded",
    "NoticeEvent",
    "NotificationAcknowledged",
    "NotificationAttemptFailed",
    "NotificationAttemptStarted",
    "NotificationEscalated",
    "NotificationEscalationEnded",
    "NotificationFailed",
    "NotificationPassedOver",
    "NotificationPostponed",
    "NotificationRead",
    "NotificationRedriven",
    "NotificationRequested",
    "NotificationSent",
    "NotificationSuppressed",
    "NotificationUnrendered",
    "NotificationWithdrawn",
    "PolicyPublished",
    "PreferencesChanged",
    "Recipient",
]
