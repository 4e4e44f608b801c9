"""The webhook channel, by Standard Webhooks 1.0: signed with the receiver's secret, to a checked address, never redirected."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpcore
import orjson
from standardwebhooks import Webhook

from notify_svc.delivery.adapter import BadAddress, ChannelAdapter
from notify_svc.delivery.guard import Forbidden, Guard, PinnedNetwork
from notify_svc.delivery.outcome import Accepted, Message, Outcome, Rejected, Route, storable
from notify_svc.delivery.registered import guard, registered_route
from notify_svc.sentences import Sentences

TIMEOUT_S = 15.0
ANSWER_BYTES_MAX = 16_384
GONE = 410


async def address_rule(url: str, guard: Guard) -> None:
    """An http or https address that leads to a host outside our network. Raises BadAddress, Forbidden or OSError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise BadAddress("A webhook is an http or https address with a host and no password.")
    await guard.addresses(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))


async def send(
    message: Message, url: str, secrets: Sequence[str], shown: str, guard: Guard, timeout_s: float = TIMEOUT_S
) -> Outcome:
    """Post the notice within ``timeout_s`` seconds in all, signed with each of the secrets (``whsec_…``).

    Only the status and Retry-After of the response count; no more than 16 KiB of it are read.
    """
    body, address = payload(message), shown.removesuffix("…")
    try:
        async with asyncio.timeout(timeout_s):
            status, retry_after = await _post(url, signed(message.notification_id, body, secrets), body, guard)
    except Forbidden as error:
        return Rejected(storable(str(error)), for_good=True)
    except TimeoutError:
        return Rejected(Sentences.NO_ANSWER(address=address, seconds=f"{timeout_s:g}"), for_good=False)
    except Exception as error:  # what went wrong is what the next attempt, or the next channel, is decided from
        sentence = Sentences.NOT_REACHED(address=address, error=str(error) or type(error).__name__)
        return Rejected(storable(sentence), for_good=False)
    if 200 <= status < 300:
        return Accepted(message.notification_id)
    sentence = Sentences.ANSWERED_GONE if status == GONE else Sentences.ANSWERED
    if 300 <= status < 400:
        sentence = Sentences.ANSWERED_REDIRECT
    return Rejected(sentence(address=address, status=status), status == GONE, retry_after)


def payload(message: Message) -> bytes:
    """What is posted: type, timestamp and data, as Standard Webhooks has it."""
    return orjson.dumps(
        {
            "type": "notice",
            "timestamp": message.written_at.isoformat(),
            "data": {
                "notification_id": message.notification_id,
                "recipient": message.recipient,
                "subject": message.subject,
                "body": message.body,
                "language": message.language,
                "urgency": "urgent" if message.urgent else "normal",
                "about": message.about,
                "topic": message.topic,
                "rule": message.rule,
                "event_id": message.event_id,
                "event_type": message.event_type,
            },
        }
    )


def signed(message_id: str, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The headers. The signature carries wall-clock time even in simulated time, because receivers refuse old signatures."""
    at = datetime.now(UTC)
    return {
        "content-type": "application/json",
        "user-agent": "standing-notify",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message_id, at, body.decode()) for secret in secrets),
    }


async def _post(url: str, headers: dict[str, str], body: bytes, guard: Guard) -> tuple[int, int]:
    pool = httpcore.AsyncConnectionPool(network_backend=PinnedNetwork(guard), max_keepalive_connections=0)
    async with pool, pool.stream("POST", url, headers=list(headers.items()), content=body) as answer:
        received = {name.lower(): value for name, value in answer.headers}
        read = 0
        async for part in answer.aiter_stream():
            read += len(part)
            if read >= ANSWER_BYTES_MAX:
                break
        return answer.status, retry_after_s(received.get(b"retry-after", b"").decode("latin-1"))


def retry_after_s(header: str) -> int:
    """Seconds of a Retry-After header, which is a number or a date; 0 when it is empty or neither."""
    if header.strip().isdigit():
        return int(header.strip()[:9])
    try:
        at = parsedate_to_datetime(header)
    except (ValueError, TypeError):
        return 0
    return max(0, int((at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()))


async def _send(message: Message, route: Route) -> Outcome:
    return await send(message, route.address, route.secrets, route.shown, guard())


ADAPTER = ChannelAdapter(find_route=registered_route, send=_send, address_rule=address_rule, needs_secret=True)
