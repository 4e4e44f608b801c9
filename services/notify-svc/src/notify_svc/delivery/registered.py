"""Routes of the channels whose addresses are registered as endpoints: webhook, chat, SMS."""

from collections.abc import Mapping
from typing import Any

from chassis.effects import EffectContext
from contracts.notify import Channel
from contracts.personal import Clear, personal_of
from notify_svc.delivery.guard import Guard
from notify_svc.delivery.opening import opened
from notify_svc.delivery.outcome import Route, Unavailable
from notify_svc.endpoints.credentials import Credentials
from notify_svc.endpoints.vault import NoKey, Vault
from notify_svc.read_models import endpoint
from notify_svc.sentences import Sentences
from notify_svc.settings import OutsideSettings


async def registered_route(
    channel: Channel, recipient: str, addresses: Mapping[str, Any], context: EffectContext
) -> Route | Unavailable:
    """The endpoint of the recipient in a channel, opened at the moment of use, or why there is none."""
    found = await context.rows(endpoint.reaching(recipient, channel))
    if not found:
        return Unavailable(Sentences.NO_ENDPOINT(channel=channel, recipient=recipient))
    credentials = await _credentials(channel, found[0], recipient, context)
    if isinstance(credentials, Unavailable):
        return credentials
    shown = shown_of(credentials.url)
    return Route(credentials.url, shown, Clear(shown), credentials.signing(context.now()))


async def _credentials(
    channel: Channel, row: Mapping[str, Any], recipient: str, context: EffectContext
) -> Credentials | Unavailable:
    sealed = personal_of(row["credentials"])
    if sealed is None:
        try:
            return Vault(OutsideSettings().keys).open(row["sealed"])
        except NoKey:
            return Unavailable(Sentences.NO_KEY(channel=channel))
    text = await opened(channel, sealed, recipient, context)
    return text if isinstance(text, Unavailable) else Credentials.of(text)


def guard() -> Guard:
    """The guard of this deployment: public addresses, and the internal networks that an operator has allowed."""
    return Guard(OutsideSettings().allowed_networks)


def shown_of(url: str) -> str:
    """An address as everybody may read it: scheme and host, without paths, tokens and passwords."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0].partition("?")[0].rpartition("@")[2]
    return f"{scheme}://{host}/…" if scheme in ("http", "https") else f"{scheme}://…"
