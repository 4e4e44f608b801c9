"""Where channels reach recipients."""

from typing import Annotated, ClassVar

from contracts.envelope import Event
from contracts.fields import Id, Instant, Text
from contracts.notify.recipients import Channel, Recipient
from contracts.personal import LONGEST, Personal, PersonalText

Credentials = Annotated[Personal, PersonalText(LONGEST)]
"""Address and secrets of an endpoint, sealed with the key of its recipient; only notify-svc opens them, and it shows them to nobody."""


class EndpointEvent(Event):
    """Something happened to the address of one recipient in one channel.

    Where ``credentials`` is null, address and secret stand in ``sealed``, under a key of the deployment: that is how it was before.
    """

    SUBJECT: ClassVar[str] = "{recipient}"

    endpoint_id: Id
    recipient: Recipient
    channel: Channel


class EndpointRegistered(EndpointEvent):
    """The address at which a channel reaches the recipient; it is in ``credentials`` with its secret, ``shown`` is the host only."""

    TYPE: ClassVar[str] = "notify.EndpointRegistered"
    shown: Text
    sealed: Text = ""
    credentials: Credentials | None = None


class EndpointSecretRotated(EndpointEvent):
    """A new secret signs; the previous one signs too until ``both_until``, so that the receiver can change over."""

    TYPE: ClassVar[str] = "notify.EndpointSecretRotated"
    sealed: Text = ""
    both_until: Instant
    credentials: Credentials | None = None


class EndpointResealed(EndpointEvent):
    """The same address and secret, which a key of the deployment had sealed, were sealed with the key of their recipient."""

    TYPE: ClassVar[str] = "notify.EndpointResealed"
    sealed: Text = ""
    credentials: Credentials | None = None


class EndpointRemoved(EndpointEvent):
    """The recipient is no longer reached by this channel."""

    TYPE: ClassVar[str] = "notify.EndpointRemoved"
    because: Text
