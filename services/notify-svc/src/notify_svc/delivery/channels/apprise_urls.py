"""The channels chat and SMS, through apprise: services that are each named by a URL which holds its tokens."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import apprise

from notify_svc.delivery.adapter import ChannelAdapter
from notify_svc.delivery.apprise_services import NotAnAppriseUrl, has_own_host, parsed
from notify_svc.delivery.guard import Forbidden, Guard
from notify_svc.delivery.outcome import Accepted, Message, Outcome, Rejected, Route, storable
from notify_svc.delivery.pinned_requests import Exit, through
from notify_svc.delivery.registered import guard, registered_route
from notify_svc.sentences import Sentences

TIMEOUT_S = 15.0
ANSWER_S = 8
"""Seconds for connecting and for answering."""

THREADS = ThreadPoolExecutor(max_workers=64, thread_name_prefix="apprise")
"""Of our own: a service that answers slowly must not keep the threads that look up names from the others."""


async def checked(url: str, guard: Guard) -> apprise.NotifyBase:
    """The service, where it is not a host inside our network. Raises Forbidden, NotAnAppriseUrl or OSError."""
    service = parsed(url)
    if has_own_host(service) and service.host:
        await guard.addresses(str(service.host), int(service.port or 443))
    return service


async def send(message: Message, url: str, shown: str, guard: Guard, timeout_s: float = TIMEOUT_S) -> Outcome:
    """Send within ``timeout_s`` seconds; apprise reports only whether it went well."""
    address = shown.removesuffix("…")
    way = Exit(guard, asyncio.get_running_loop(), min(ANSWER_S, timeout_s))
    try:
        async with asyncio.timeout(timeout_s):
            service = await checked(url, guard)
            went_well = await _notify(service, message, way)
    except (Forbidden, NotAnAppriseUrl) as error:
        return Rejected(storable(str(error)), for_good=True)
    except TimeoutError:
        return Rejected(Sentences.NO_ANSWER(address=address, seconds=f"{timeout_s:g}"), for_good=False)
    except Exception as error:  # a plugin of a service is a program of somebody else, and its errors may quote tokens
        sentence = Sentences.NOT_REACHED_BY_PLUGIN(address=address, error=type(error).__name__)
        return Rejected(sentence, for_good=False)
    finally:
        way.close()
    if way.refused is not None:
        return Rejected(storable(str(way.refused)), for_good=True)
    if went_well:
        return Accepted(message.notification_id)
    return Rejected(Sentences.NOT_ACCEPTED(address=address), for_good=False)


async def _notify(service: apprise.NotifyBase, message: Message, way: Exit) -> bool:
    service.socket_connect_timeout = service.socket_read_timeout = ANSWER_S
    with through(way):
        context = copy_context()

    def notify() -> bool:
        return bool(context.run(service.notify, body=message.body, title=message.subject))

    return await asyncio.get_running_loop().run_in_executor(THREADS, notify)


async def address_rule(url: str, guard: Guard) -> None:
    await checked(url, guard)


async def _send(message: Message, route: Route) -> Outcome:
    return await send(message, route.address, route.shown, guard())


ADAPTER = ChannelAdapter(find_route=registered_route, send=_send, address_rule=address_rule)
