"""The inbox channel: the notification read model is the inbox, so the request itself has put the notice there."""

from collections.abc import Mapping
from typing import Any

from chassis.effects import EffectContext
from contracts.notify import Channel
from contracts.personal import Clear
from notify_svc.delivery.adapter import ChannelAdapter
from notify_svc.delivery.outcome import Route


async def find_route(channel: Channel, recipient: str, addresses: Mapping[str, Any], context: EffectContext) -> Route:
    """Every recipient has an inbox under its own name."""
    return Route(recipient, recipient, Clear(""))


ADAPTER = ChannelAdapter(find_route=find_route, send=None)
