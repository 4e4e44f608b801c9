"""Notices that wait for each other and are delivered together."""

from typing import ClassVar

from contracts.envelope import Event, Part
from contracts.fields import Count, Id, Instant, Text
from contracts.notify.notices import Cause
from contracts.notify.recipients import Recipient


class DigestItemDropped(Part):
    """An item that no notice lists, because what it is about had ended when the round was closed."""

    item_id: Id
    because: Text


class DigestItemCollected(Event):
    """A notice waits for others of its kind; all of round ``round`` are sent together at ``closes_at``."""

    TYPE: ClassVar[str] = "notify.DigestItemCollected"
    digest_id: Id
    recipient: Recipient
    round: Count
    item_id: Id
    subject: Text
    about: Id
    cause: Cause
    closes_at: Instant


class DigestClosed(Event):
    """A round was closed: its items went into one notice, apart from those ``dropped``; all dropped: no notice was sent."""

    TYPE: ClassVar[str] = "notify.DigestClosed"
    digest_id: Id
    recipient: Recipient
    round: Count
    items: Count
    notification_id: Id
    dropped: tuple[DigestItemDropped, ...] = ()
