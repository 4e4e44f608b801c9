"""Attempts to deliver a notice, and what came of them."""

from typing import ClassVar

from contracts.fields import Count, Id, Instant, Text
from contracts.notify.notices import Address, NoticeEvent
from contracts.notify.recipients import Channel


class NotificationAttemptStarted(NoticeEvent):
    """Only the holder of ``token`` may use the channel, and only until ``until``; after that the attempt counts as failed."""

    TYPE: ClassVar[str] = "notify.NotificationAttemptStarted"
    channel: Channel
    attempt: Count
    token: Id
    until: Instant


class NotificationSent(NoticeEvent):
    """A channel accepted the notice at ``address``, which is sealed; ``reference`` lets the receiver recognise a repeat.

    ``passed_over`` gives the reason why an earlier channel was not tried at all; empty when none was passed over.
    """

    TYPE: ClassVar[str] = "notify.NotificationSent"
    channel: Channel
    address: Address
    reference: Id
    attempt: Count
    passed_over: Text = ""


class NotificationAttemptFailed(NoticeEvent):
    """A channel did not accept the notice; ``next_channel`` is tried at ``retry_at``.

    That is the same channel, or the next one where this one failed permanently; ``attempt`` counts from 1 per channel.
    """

    TYPE: ClassVar[str] = "notify.NotificationAttemptFailed"
    channel: Channel
    attempt: Count
    error: Text
    next_channel: Channel
    retry_at: Instant


class NotificationFailed(NoticeEvent):
    """Every channel and every attempt failed; a person may redrive it."""

    TYPE: ClassVar[str] = "notify.NotificationFailed"
    channel: Channel
    attempt: Count
    error: Text


class NotificationPassedOver(NoticeEvent):
    """No channel took the notice to a recipient outside of the house; it lies in the inbox only. A person may redrive it.

    ``because`` is why each channel before the inbox did not take it.
    """

    TYPE: ClassVar[str] = "notify.NotificationPassedOver"
    because: Text


class NotificationRedriven(NoticeEvent):
    """A person had a failed notice tried again from its first channel; one that could not be rendered is requested again."""

    TYPE: ClassVar[str] = "notify.NotificationRedriven"
    by: Text
    reason: Text
    deliver_at: Instant
