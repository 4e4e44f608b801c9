"""Sends what is due: the first channel that can be tried, claimed before it is tried, and what came of it in a command."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from uuid_utils import uuid7

from chassis.commands import Accepted
from chassis.effects import EffectContext
from chassis.timers import DueCommand
from contracts.notify import Channel
from notify_svc.channels import apprise_urls, mail, webhook
from notify_svc.channels.guard import Guard
from notify_svc.channels.outcome import Message, NotTaken, NoWay, Outcome, Taken
from notify_svc.notices.commands import Postpone, RecordAttemptFailed, RecordSent, StartAttempt
from notify_svc.notices.requesting import undisturbed
from notify_svc.policies import ThrottlePolicy
from notify_svc.read_models import endpoint, notification
from notify_svc.settings import OutsideSettings, SmtpSettings
from notify_svc.vault import Held, NoKey, Vault

if TYPE_CHECKING:
    from notify_svc.read_models.delivery_due import Row

NO_SERVER = "email: this deployment has no mail server (NOTIFY_SMTP_HOST is not set)"


async def deliver(row: "Row", hands: EffectContext) -> bool:
    """Try the channel whose turn it is; one that cannot be tried here at all gives way to the next at once.

    Answers whether the recipient's next notice may follow. Settings are read at each attempt.
    """
    if later := _asleep(row, hands):
        return await _postpone(row, later, hands)
    passed_over: list[str] = []
    for channel in row.channels[row.channels.index(row.channel) :]:
        way = await _way(row, channel, hands)
        if isinstance(way, NoWay):
            passed_over.append(way.because)
            continue
        if later := await _throttled(row, channel, hands):
            return await _postpone(row, later, hands)
        attempt = row.attempt if channel == row.channel else 1
        passed = "; ".join(passed_over)
        if channel == "inbox":
            # The notification read model is the inbox: the request has put the notice there.
            sent = RecordSent(row.notification_id, "inbox", row.recipient, row.notification_id, attempt, passed)
            await _say(row, hands, sent)
            return True
        return await _attempt(row, channel, attempt, way, passed, hands)
    # Nothing is left to fall back on: each channel fails for good, one after the other, until the notice has failed.
    because = "; ".join(passed_over)
    await _say(row, hands, _failed(row, row.channel, row.attempt, NotTaken(because, for_good=True), hands.now()))
    return True


async def _postpone(row: "Row", later: tuple[datetime, str], hands: EffectContext) -> bool:
    await _say(row, hands, Postpone(row.notification_id, *later))
    return False


async def _attempt(
    row: "Row", channel: Channel, attempt: int, way: "Held | str", passed_over: str, hands: EffectContext
) -> bool:
    started = StartAttempt(row.notification_id, channel, attempt, str(uuid7()), hands.now())
    reply = await _say(row, hands, started)
    if not reply:
        return False  # somebody else is trying, or it is done
    outcome = await _send(_message(row, hands.now()), channel, way)
    match outcome:
        case Taken():
            await _say(
                row,
                hands,
                RecordSent(row.notification_id, channel, outcome.address, outcome.reference, attempt, passed_over),
            )
            return True
        case NotTaken():
            await _say(row, hands, _failed(row, channel, attempt, outcome, hands.now()))
            return False


def _failed(row: "Row", channel: Channel, attempt: int, told: NotTaken, at: datetime) -> RecordAttemptFailed:
    return RecordAttemptFailed(row.notification_id, channel, attempt, told.error, told.for_good, at, told.retry_after_s)


async def _say(row: "Row", hands: EffectContext, command: object) -> bool:
    """Execute a command; whether it made events."""
    [reply] = await hands.do([DueCommand.by(row, command, hands.now())])
    return isinstance(reply, Accepted) and bool(reply.event_types)


async def _way(row: "Row", channel: str, hands: EffectContext) -> "Held | str | NoWay":
    """The address of the recipient in a channel, or why there is none."""
    if channel == "inbox":
        return row.recipient
    if channel == "email":
        if SmtpSettings().host is None:
            return NoWay(NO_SERVER)
        address: str | None = row.addresses.get("email")
        return address or NoWay(f"email: the directory has no address of {row.recipient}")
    found = await hands.rows(endpoint.reaching(row.recipient, channel))
    if not found:
        return NoWay(f"{channel}: {row.recipient} has no endpoint")
    try:
        return Vault(OutsideSettings().keys).open(found[0]["sealed"])
    except NoKey as error:
        return NoWay(f"{channel}: {error}")


async def _send(message: Message, channel: Channel, way: "Held | str") -> Outcome:
    if isinstance(way, str):
        return await mail.send(message, way, SmtpSettings())
    guard, shown = Guard(OutsideSettings().allowed_networks), shown_of(way.url)
    if channel == "webhook":
        return await webhook.send(message, way.url, way.signing(message.written_at), shown, guard)
    return await apprise_urls.send(message, way.url, shown, guard)


def _asleep(row: "Row", hands: EffectContext) -> tuple[datetime, str] | None:
    """The end of quiet hours that began while the notice waited behind another; None when the recipient is awake."""
    until, because = undisturbed(hands.now(), row.recipient, row.channel, row.urgency, hands.policies())
    return (until, because) if because else None


async def _throttled(row: "Row", channel: Channel, hands: EffectContext) -> tuple[datetime, str] | None:
    """Until when a recipient that was told much by a channel is left alone, and why; None when it may be told."""
    throttle = hands.policies().at(ThrottlePolicy, hands.now().date()).document
    most = throttle.most.get(channel)
    if row.urgency == "urgent" or most is None:
        return None
    window = timedelta(minutes=throttle.window_minutes)
    sent = await hands.rows(notification.sent_since(row.recipient, channel, hands.now() - window, most))
    if len(sent) < most:
        return None
    told = f"{row.recipient} has had {most} notices by {channel} within {throttle.window_minutes} minutes."
    until: datetime = sent[-1]["sent_at"] + window
    return max(until, hands.now() + timedelta(seconds=1)), told


def _message(row: "Row", now: datetime) -> Message:
    return Message(
        notification_id=row.notification_id,
        recipient=row.recipient,
        subject=row.subject,
        body=row.body,
        language=row.language,
        urgent=row.urgency == "urgent",
        written_at=now,
        about=row.about,
        topic=row.topic,
        rule=row.rule,
        event_id=row.event_id,
        event_type=row.event_type,
    )


def shown_of(url: str) -> str:
    """An address as everybody may read it: how and where to, without paths, tokens and passwords."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0].partition("?")[0].rpartition("@")[2]
    return f"{scheme}://{host}/…" if scheme in ("http", "https") else f"{scheme}://…"
