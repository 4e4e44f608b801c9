"""Chat and SMS through apprise, which speaks to some hundred services; each is named by a URL with its tokens in it."""

import asyncio
import logging

import apprise

from notify_svc.channels.guard import Forbidden, Guard
from notify_svc.channels.outcome import Message, NotTaken, Outcome, Taken, storable

TIMEOUT_S = 15.0
ANSWER_S = 8
"""Connecting and answering may take so long each; apprise works in a thread, which cannot be ended from outside."""

OWN_HOST = "{host}"
"""Stands in the forms of services that run on a host of one's own, which may be one inside our network."""

LOCAL = frozenset({"syslog", "dbus", "qt", "kde", "glib", "gnome", "macosx", "windows"})

logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it tells addresses with their tokens


class NotAnAppriseUrl(ValueError):
    """apprise does not know what to do with the URL."""


def parsed(url: str) -> apprise.NotifyBase:
    """The service that a URL names, with bounded waits and without following redirects. Raises NotAnAppriseUrl."""
    service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if url.partition(":")[0].lower() in LOCAL:
        raise NotAnAppriseUrl("this kind of URL speaks to the machine that the service runs on, not to people")
    if service is None:
        raise NotAnAppriseUrl("apprise knows no such URL; see its list of services for how each is written")
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
    """Tell the service within ``timeout_s`` seconds; apprise says only whether it went well."""
    try:
        async with asyncio.timeout(timeout_s):
            service = await checked(url, guard)
            went_well = await service.async_notify(body=message.body, title=message.subject)
    except Forbidden as error:
        return NotTaken(storable(str(error)), for_good=True)
    except NotAnAppriseUrl as error:
        return NotTaken(storable(str(error)), for_good=True)
    except TimeoutError:
        return NotTaken(f"{shown} did not answer in {timeout_s:g} s.", for_good=False)
    except Exception as error:  # a plugin of a service is a program of somebody else
        return NotTaken(storable(f"{shown} cannot be reached: {error or type(error).__name__}"), for_good=False)
    return Taken(message.notification_id, shown) if went_well else NotTaken(f"{shown} did not take it.", False)
