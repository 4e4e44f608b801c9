"""Which services of apprise may be used, how their URLs are judged, and what of a URL reaches the plugin."""

import logging
import re
import sys

import apprise
from apprise.manager_plugins import NotificationManager
from apprise.utils.parse import parse_url

from notify_svc.delivery.adapter import BadAddress
from notify_svc.delivery.pinned_requests import PINNED
from notify_svc.sentences import Sentences

SERVICES = frozenset((
    # chat
    "dingtalk", "discord", "feishu", "gchat", "gotify", "gotifys", "json", "jsons", "lark", "line", "mmost", "mmosts", "ntfy",
    "ntfys", "rocket", "rockets", "signal", "signals", "slack", "tgram", "twist", "webex", "wecombot", "workflow", "workflows",
    "wxteams", "zulip",
    # SMS
    "46elks", "atalk", "bulksms", "clickatell", "clicksend", "d7sms", "elks", "httpsms", "infobip", "kavenegar", "msgbird", "nexmo",
    "plivo", "seven", "sinch", "smseagle", "smseagles", "sns", "telnyx", "twilio", "voipms", "vonage",
))  # fmt: skip
"""Schemes of services that are reached by HTTP alone, through ``requests``, so that the guard sees every connection."""

PARAMETERS = frozenset((
    "apikey", "batch", "channel", "channels", "flash", "footer", "format", "from", "id", "key", "mode", "overflow", "priority",
    "secret", "sid", "sig", "silent", "source", "spi", "thread", "to", "token", "topic", "tts", "ttl", "unicode",
))  # fmt: skip
"""Parameters that name no file, no address and no header, and change nothing about how a connection is made."""

OWN_HOST = "{host}"
"""In the URL templates of services that run on a host of one's own, which may be one inside our network."""

_SCHEME = re.compile(r"([a-z0-9]{1,32})://\S*", re.IGNORECASE)

logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it logs addresses with their tokens


class NotAnAppriseUrl(BadAddress):
    """The URL names no service that may be used, or says more than where a message goes."""


def parsed(url: str) -> apprise.NotifyBase:
    """The service that a URL names; its requests go through the guard. Raises NotAnAppriseUrl.

    The text is judged before the plugin sees it, because some read files while they are made, and by apprise's own parser, so that
    what is judged is what the plugin reads.
    """
    text = url.strip()
    found = _SCHEME.fullmatch(text)
    if found is None or not text.isprintable():
        raise NotAnAppriseUrl(Sentences.NO_URL())
    scheme = found[1].lower()
    if scheme not in SERVICES:
        raise NotAnAppriseUrl(Sentences.UNKNOWN_SERVICE(scheme=scheme, services=", ".join(sorted(SERVICES))))
    text = scheme + text[len(scheme) :]
    parts = parse_url(text.replace("/#", "/%23"), verify_host=False) or {"qsd": {}}  # type: ignore[no-untyped-call]
    unknown = sorted({name for name in parts["qsd"] if name} - PARAMETERS)
    if unknown:
        raise NotAnAppriseUrl(
            Sentences.UNKNOWN_PARAMETER(
                scheme=scheme, parameters=", ".join(unknown), known=", ".join(sorted(PARAMETERS))
            )
        )
    plugin = NotificationManager()[scheme]  # type: ignore[no-untyped-call]
    service = apprise.Apprise.instantiate(text, suppress_exceptions=True)
    if service is None or type(service) is not plugin:
        raise NotAnAppriseUrl(Sentences.UNREADABLE_URL(scheme=scheme))
    _pin(plugin)
    service.redirects = False
    return service


def has_own_host(service: apprise.NotifyBase) -> bool:
    """Whether the URL names the host itself, rather than a tenant of a service on the internet."""
    forms: tuple[str, ...] = service.templates
    return any(OWN_HOST in form for form in forms)


def _pin(plugin: type[apprise.NotifyBase]) -> None:
    """Replace the HTTP library in the modules that the plugin and its bases come from."""
    for each in plugin.__mro__:
        module = sys.modules[each.__module__]
        if "requests" in vars(module) and module.__name__.startswith("apprise."):
            vars(module)["requests"] = PINNED
