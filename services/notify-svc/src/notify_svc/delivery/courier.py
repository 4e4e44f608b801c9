"""The courier delivers what is due: it claims the first channel that can be tried, tries it, and records the outcome."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from uuid_utils import uuid7

from chassis import commands
from chassis.effects import EffectContext
from chassis.timers import DueCommand
from contracts.notify import Channel
from notify_svc.delivery.adapter import Send
from notify_svc.delivery.channels import CHANNELS
from notify_svc.delivery.outcome import Accepted, Message, Rejected, Route, Unavailable
from notify_svc.delivery.still_due import Concern, over
from notify_svc.notices.attempts import PassOver, Postpone, RecordAttemptFailed, RecordSent, StartAttempt, Withdraw
from notify_svc.notices.schedule import undisturbed
from notify_svc.policies.throttle import ThrottlePolicy
from notify_svc.read_models import notification
from notify_svc.rules.audiences import is_of_the_house
from notify_svc.rules.timing import later
from notify_svc.sentences import Sentences


@dataclass(frozen=True)
class Delivery:
    """A notice to be delivered: ``attempt`` is the number of the next one on ``channel``; ``token`` is who is trying it now.

    ``queued_at`` is its place in the lane; it stays the same through retries, so that a later notice never overtakes it.
    A notice that has failed is never due (``due_at`` is None), and stays for a person to redrive it. ``addresses`` are those of the
    request by channel, sealed as in the log.
    """

    notification_id: str
    due_at: datetime | None
    queued_at: datetime
    lane: str
    pool: str
    recipient: str
    channels: list[Any]
    addresses: dict[str, Any]
    channel: Channel
    attempt: int
    token: str | None
    subject: str
    body: str
    language: str
    urgency: str
    about: str
    topic: str
    event_id: str
    event_type: str
    rule: str
    happened_at: datetime
    requested_at: datetime
    correlation_id: str
    causation_id: str


async def deliver(delivery: Delivery, context: EffectContext) -> bool:
    """Try the channel whose turn it is; one that is unavailable here gives way to the next at once.

    Answers whether the recipient's next notice may follow. Settings are read at each attempt.
    """
    if because := await _over(delivery, context):
        await _execute(delivery, context, Withdraw(delivery.notification_id, because))
        return True
    if later := _quiet_until(delivery, context):
        return await _postpone(delivery, later, context)
    passed_over: list[str] = []
    for channel in delivery.channels[delivery.channels.index(delivery.channel) :]:
        adapter = CHANNELS[channel]
        route = await adapter.find_route(channel, delivery.recipient, delivery.addresses, context)
        if isinstance(route, Unavailable):
            passed_over.append(route.reason)
            continue
        if later := await _throttled_until(delivery, channel, context):
            return await _postpone(delivery, later, context)
        if adapter.send is None and not is_of_the_house(delivery.recipient):
            continue  # the request has put it there; that is not how somebody outside of the house is reached
        attempt = delivery.attempt if channel == delivery.channel else 1
        passed = "; ".join(passed_over)
        if adapter.send is None:
            sent = RecordSent(
                delivery.notification_id, delivery.recipient, channel, route.recorded, delivery.notification_id, attempt,
                passed,
            )  # fmt: skip
            await _execute(delivery, context, sent)
            return True
        return await _attempt(delivery, channel, attempt, adapter.send, route, passed, context)
    if not is_of_the_house(delivery.recipient) and "inbox" in delivery.channels:
        because = "; ".join(passed_over)
        await _execute(delivery, context, PassOver(delivery.notification_id, because))
        return True
    # Nothing is left to fall back on: each channel fails for good, one after the other, until the notice has failed.
    rejected = Rejected("; ".join(passed_over), for_good=True)
    failed = _failed(delivery, delivery.channel, delivery.attempt, rejected, context.now())
    await _execute(delivery, context, failed)
    return True


async def _postpone(delivery: Delivery, later: tuple[datetime, str], context: EffectContext) -> bool:
    await _execute(delivery, context, Postpone(delivery.notification_id, *later))
    return False


async def _attempt(
    delivery: Delivery, channel: Channel, attempt: int, send: Send, route: Route, passed_over: str,
    context: EffectContext,
) -> bool:  # fmt: skip
    started = StartAttempt(delivery.notification_id, channel, attempt, str(uuid7()), context.now())
    if not await _execute(delivery, context, started):
        return False  # somebody else is trying, or it is done
    outcome = await send(_message(delivery, context.now()), route)
    match outcome:
        case Accepted(reference):
            sent = RecordSent(
                delivery.notification_id, delivery.recipient, channel, route.recorded, reference, attempt, passed_over
            )
            await _execute(delivery, context, sent)
            return True
        case Rejected():
            await _execute(delivery, context, _failed(delivery, channel, attempt, outcome, context.now()))
            return False


def _failed(
    delivery: Delivery, channel: Channel, attempt: int, rejected: Rejected, at: datetime
) -> RecordAttemptFailed:
    return RecordAttemptFailed(
        delivery.notification_id, channel, attempt, rejected.error, rejected.for_good, at, rejected.retry_after_s
    )


async def _execute(delivery: Delivery, context: EffectContext, command: object) -> bool:
    """Execute a command; whether it made events."""
    [reply] = await context.do([DueCommand.by(delivery, command, context.now())])
    return isinstance(reply, commands.Accepted) and bool(reply.event_types)


async def _over(delivery: Delivery, context: EffectContext) -> str:
    """Why it is not sent any more; empty while what it is about goes on."""
    matter = Concern(delivery.about, delivery.happened_at, delivery.requested_at)
    on = context.today
    return (await over(delivery.rule, {"": matter}, on, context.policies(), context.rows)).get("", "")


def _quiet_until(delivery: Delivery, context: EffectContext) -> tuple[datetime, str] | None:
    """The end of quiet hours that began while the notice waited behind another; None outside quiet hours."""
    until, because = undisturbed(
        context.now(), delivery.recipient, delivery.channel, delivery.urgency, context.policies()
    )
    return (until, because) if because else None


async def _throttled_until(delivery: Delivery, channel: Channel, context: EffectContext) -> tuple[datetime, str] | None:
    """When a recipient that has reached the limit of a channel may receive again, and why; None below the limit."""
    throttle = context.policies().at(ThrottlePolicy, context.today).document
    most = throttle.most.get(channel)
    if delivery.urgency == "urgent" or most is None:
        return None
    window = timedelta(minutes=throttle.window_minutes)
    sent = await context.rows(notification.sent_since(delivery.recipient, channel, context.now() - window, most))
    if len(sent) < most:
        return None
    because = Sentences.THROTTLED(
        recipient=delivery.recipient, notices=most, channel=channel, minutes=throttle.window_minutes
    )
    until = later(sent[-1]["sent_at"], minutes=throttle.window_minutes)
    return max(until, later(context.now(), seconds=1)), because


def _message(delivery: Delivery, now: datetime) -> Message:
    return Message(
        notification_id=delivery.notification_id,
        recipient=delivery.recipient,
        subject=delivery.subject,
        body=delivery.body,
        language=delivery.language,
        urgent=delivery.urgency == "urgent",
        written_at=now,
        about=delivery.about,
        topic=delivery.topic,
        rule=delivery.rule,
        event_id=delivery.event_id,
        event_type=delivery.event_type,
    )
