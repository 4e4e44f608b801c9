"""Where channels reach recipients."""

from typing import ClassVar

from contracts.envelope import Event
from contracts.fields import Id, Instant, Text
from contracts.notify.recipients import Channel, Recipient


class EndpointEvent(Event):
    """Something happened to the address of one recipient in one channel."""

    endpoint_id: Id
    recipient: Recipient
    channel: Channel


class EndpointRegistered(EndpointEvent):
    """The address at which a channel reaches the recipient; it is ``sealed`` with its secret, ``shown`` is the host only."""

    TYPE: ClassVar[str] = "notify.EndpointRegistered"
    shown: Text
    sealed: Text


class EndpointSecretRotated(EndpointEvent):
    """A new secret signs; the previous one signs too until ``both_until``, so that the receiver can change over."""

    TYPE: ClassVar[str] = "notify.EndpointSecretRotated"
    sealed: Text
    both_until: Instant


class EndpointResealed(EndpointEvent):
    """The same address and secret were encrypted again with the newest key."""

    TYPE: ClassVar[str] = "notify.EndpointResealed"
    sealed: Text


class EndpointRemoved(EndpointEvent):
    """The recipient is no longer reached by this channel."""

    TYPE: ClassVar[str] = "notify.EndpointRemoved"
    because: Text
