"""Routes of the channels whose addresses are registered as endpoints: webhook, chat, SMS."""

from collections.abc import Mapping
from typing import Any

from chassis.effects import EffectContext
from contracts.notify import Channel
from notify_svc.delivery.guard import Guard
from notify_svc.delivery.outcome import Route, Unavailable
from notify_svc.endpoints.vault import NoKey, Vault
from notify_svc.read_models import endpoint
from notify_svc.settings import OutsideSettings


async def registered_route(
    channel: Channel, recipient: str, addresses: Mapping[str, Any], context: EffectContext
) -> Route | Unavailable:
    """The endpoint of the recipient in a channel, unsealed at the moment of use, or why there is none."""
    found = await context.rows(endpoint.reaching(recipient, channel))
    if not found:
        return Unavailable(f"{channel}: {recipient} has no endpoint")
    try:
        credentials = Vault(OutsideSettings().keys).open(found[0]["sealed"])
    except NoKey as error:
        return Unavailable(f"{channel}: {error}")
    return Route(credentials.url, shown_of(credentials.url), credentials.signing(context.now()))


def guard() -> Guard:
    """The guard of this deployment: public addresses, and the internal networks that an operator has allowed."""
    return Guard(OutsideSettings().allowed_networks)


def shown_of(url: str) -> str:
    """An address as everybody may read it: scheme and host, without paths, tokens and passwords."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0].partition("?")[0].rpartition("@")[2]
    return f"{scheme}://{host}/…" if scheme in ("http", "https") else f"{scheme}://…"
