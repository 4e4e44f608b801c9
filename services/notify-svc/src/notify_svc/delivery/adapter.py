"""A channel as a value: everything in which one channel differs from another."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.effects import EffectContext
from contracts.notify import Channel
from notify_svc.delivery.guard import Guard
from notify_svc.delivery.outcome import Message, Outcome, Route, Unavailable


class BadAddress(ValueError):
    """The channel can never reach an address of this form; the message says why."""


FindRoute = Callable[[Channel, str, Mapping[str, Any], EffectContext], Awaitable[Route | Unavailable]]
"""``await find_route(channel, recipient, addresses, context)``; ``addresses`` are those that were known at the request."""

Send = Callable[[Message, Route], Awaitable[Outcome]]
"""Sends within a bounded time; whatever goes wrong is a value, never an exception. Settings are read at each call."""

AddressRule = Callable[[str, Guard], Awaitable[None]]
"""Raises BadAddress, Forbidden for an address inside our network, or OSError for a host without an address."""


@dataclass(frozen=True, slots=True)
class ChannelAdapter:
    """What varies by channel.

    ``send`` is None where the request has already put the notice where it is read, so that nothing is to be sent.
    ``address_rule`` checks an address before it is registered as an endpoint; None where the channel has no endpoints.
    ``needs_secret``: an endpoint gets a secret with which its messages are signed.
    """

    find_route: FindRoute
    send: Send | None
    address_rule: AddressRule | None = None
    needs_secret: bool = False
