"""The channels chat and SMS, through apprise: it reaches some hundred services, each named by a URL that holds its tokens."""

import asyncio
import logging

import apprise

from notify_svc.delivery.adapter import BadAddress, ChannelAdapter
from notify_svc.delivery.guard import Forbidden, Guard
from notify_svc.delivery.outcome import Accepted, Message, Outcome, Rejected, Route, storable
from notify_svc.delivery.registered import guard, registered_route

TIMEOUT_S = 15.0
ANSWER_S = 8
"""Seconds for connecting and for answering; apprise works in a thread, which cannot be ended from outside."""

OWN_HOST = "{host}"
"""Part of the URL templates of services that run on a host of one's own, which may be one inside our network."""

LOCAL = frozenset({"syslog", "dbus", "qt", "kde", "glib", "gnome", "macosx", "windows"})

logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it logs addresses with their tokens


class NotAnAppriseUrl(BadAddress):
    """apprise does not know what to do with the URL."""


def parsed(url: str) -> apprise.NotifyBase:
    """The service that a URL names, with bounded waits and without following redirects. Raises NotAnAppriseUrl."""
    service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if url.partition(":")[0].lower() in LOCAL:
        raise NotAnAppriseUrl("This kind of URL speaks to the machine that the service runs on, not to people.")
    if service is None:
        raise NotAnAppriseUrl("apprise knows no such URL; its list of services shows how each is written.")
    service.socket_connect_timeout = service.socket_read_timeout = ANSWER_S
    service.redirects = False
    return service


async def checked(url: str, guard: Guard) -> apprise.NotifyBase:
    """The service, where it is not a host inside our network. Raises Forbidden, NotAnAppriseUrl or OSError."""
    service = parsed(url)
    forms: tuple[str, ...] = service.templates
    if any(OWN_HOST in form for form in forms):
        await guard.addresses(str(service.host), int(service.port or 443))
    return service


async def send(message: Message, url: str, shown: str, guard: Guard, timeout_s: float = TIMEOUT_S) -> Outcome:
    """Send within ``timeout_s`` seconds; apprise reports only whether it went well."""
    try:
        async with asyncio.timeout(timeout_s):
            service = await checked(url, guard)
            went_well = await service.async_notify(body=message.body, title=message.subject)
    except (Forbidden, NotAnAppriseUrl) as error:
        return Rejected(storable(str(error)), for_good=True)
    except TimeoutError:
        return Rejected(f"{shown} did not answer in {timeout_s:g} s.", for_good=False)
    except Exception as error:  # a plugin of a service is a program of somebody else
        return Rejected(storable(f"{shown} cannot be reached: {error or type(error).__name__}"), for_good=False)
    if went_well:
        return Accepted(message.notification_id, shown)
    return Rejected(f"{shown} did not accept it.", for_good=False)


async def address_rule(url: str, guard: Guard) -> None:
    await checked(url, guard)


async def _send(message: Message, route: Route) -> Outcome:
    return await send(message, route.address, route.shown, guard())


ADAPTER = ChannelAdapter(find_route=registered_route, send=_send, address_rule=address_rule)
