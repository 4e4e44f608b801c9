"""Digests that collect, and when each round closes: the list whose work is to make one notice of many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chassis.business_calendar import day_of
from chassis.effects import EffectContext, EffectList
from chassis.policies import PolicyBook
from chassis.read_models import Key
from chassis.timers import DueCommand
from contracts.envelope import Envelope
from contracts.notify import Cause, Channel, DigestClosed, DigestItemCollected, DigestItemDropped
from notify_svc.delivery.still_due import Concern, over
from notify_svc.digests.rounds import CloseDigest, round_id
from notify_svc.notices.requests import RequestRendered
from notify_svc.policies.delivery import DeliveryPolicy
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.preferences import channels_left
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.policies.templates import TemplatePolicy
from notify_svc.rules.rendering import Rendered
from notify_svc.rules.templates import Language

Handled = DigestItemCollected | DigestClosed

ITEMS_MAX = 500
"""Of a round's items, at most this many are listed, the others are only counted; so a row has a largest size."""


@dataclass(frozen=True)
class Row:
    """A round that is open: ``items`` are the first subjects collected, ``collected`` counts all of them."""

    digest_id: str
    due_at: datetime
    queued_at: datetime
    lane: str
    pool: str
    recipient: str
    round: int
    items: list[Any]
    collected: int
    cause: dict[str, Any]
    correlation_id: str
    causation_id: str


def keys(event: Handled, envelope: Envelope) -> Sequence[Key]:
    return [(event.digest_id,)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case DigestItemCollected():
            item = {
                "item_id": event.item_id,
                "subject": event.subject,
                "about": event.about,
                "happened_at": envelope.occurred_at.isoformat(),
                "requested_at": envelope.recorded_at.isoformat(),
            }
            if row is None:
                return _opened(event, envelope, item)
            items = [*row.items, item] if len(row.items) < ITEMS_MAX else row.items
            return replace(row, items=items, collected=row.collected + 1)
        case DigestClosed():
            if row is None or event.items >= row.collected:
                return None
            left = row.collected - event.items
            return replace(row, round=event.round + 1, items=row.items[event.items :], collected=left)


def _opened(event: DigestItemCollected, envelope: Envelope, item: dict[str, Any]) -> Row:
    return Row(
        digest_id=event.digest_id,
        due_at=event.closes_at,
        queued_at=event.closes_at,
        lane=event.digest_id,
        pool="digest",
        recipient=event.recipient,
        round=event.round,
        items=[item],
        collected=1,
        cause=event.cause.model_dump(mode="json"),
        correlation_id=envelope.correlation_id,
        causation_id=envelope.id,
    )


async def deliver_round(row: Row, context: EffectContext) -> bool:
    """One notice of all that the round collected and that still goes on, and the round closed, in one transaction.

    By partner, each one's items as they came: which of two partners' events comes first is open.
    """
    row = replace(row, items=sorted(row.items, key=lambda item: str(item["about"])))
    notification_id = round_id(row.digest_id, row.round)
    ended = await _over(row, context)
    dropped = tuple(DigestItemDropped(item_id=item_id, because=because) for item_id, because in ended.items())
    left = [item for item in row.items if item["item_id"] not in ended]
    commands: list[RequestRendered | CloseDigest] = [
        CloseDigest(row.digest_id, row.recipient, row.round, row.collected, notification_id, dropped)
    ]
    if row.collected > len(dropped):
        listed = replace(row, items=left, collected=row.collected - len(dropped))
        commands.insert(0, _notice(listed, notification_id, context.policies(), context.now()))
    await context.do([DueCommand.by(row, command, context.now()) for command in commands])
    return True


async def _over(row: Row, context: EffectContext) -> Mapping[str, str]:
    matters = {
        item["item_id"]: Concern(
            item["about"], datetime.fromisoformat(item["happened_at"]), datetime.fromisoformat(item["requested_at"])
        )
        for item in row.items
    }
    on = context.today
    return await over(row.cause["rule"], matters, on, context.policies(), context.rows)


def _notice(row: Row, notification_id: str, policies: PolicyBook, now: datetime) -> RequestRendered:
    cause, on = Cause.model_validate(row.cause), day_of(row.due_at, policies)
    rule = next((each for each in policies.at(SubscriptionPolicy, on).document.rules if each.id == cause.rule), None)
    # What was collected before the recipient switched it off, or before the rule was taken away, still lies in the inbox.
    left = channels_left(row.recipient, rule, policies, on) if rule else ()
    channels: tuple[Channel, ...] = tuple(left) or ("inbox",)
    wanted: Language = rule.language if rule else "en"
    language = policies.at(DirectoryPolicy, on).document.languages.get(row.recipient, wanted)
    text = text_of(row, policies, language)
    return RequestRendered(
        notification_id=notification_id,
        recipient=row.recipient,
        subject=text.subject,
        body=text.body,
        language=language,
        urgency="normal",
        channels=channels,
        about=row.digest_id,
        period=f"round {row.round}",
        cause=cause,
        topic=rule.topic if rule else "general",
        at=now,
        items=row.collected,
    )


def text_of(row: Row, policies: PolicyBook, language: Language) -> Rendered:
    """The digest's text around the subjects of its items."""
    document = policies.at(TemplatePolicy, day_of(row.due_at, policies)).document
    shown = row.items[: policies.at(DeliveryPolicy, day_of(row.due_at, policies)).document.digest_items_shown]
    facts = {"items": shown, "count": row.collected, "more": row.collected - len(shown), "recipient": row.recipient}
    return document.own_text("digest", language, facts)


TODO = EffectList(
    name="digest_due",
    version=2,
    row=Row,
    key=("digest_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("lane", "queued_at"),),
    act=deliver_round,
)
