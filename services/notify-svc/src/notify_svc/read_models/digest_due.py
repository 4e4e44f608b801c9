"""Digests that collect, and when each is told: the list whose work is to make one notice of many."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chassis.effects import EffectContext, EffectList
from chassis.policies import PolicyBook
from chassis.read_models import Key
from chassis.timers import DueCommand
from contracts.envelope import Envelope
from contracts.notify import Cause, Channel, DigestClosed, DigestItemCollected
from notify_svc.digest import CloseDigest, round_id
from notify_svc.notices.commands import TellWords
from notify_svc.policies import DeliveryPolicy, DirectoryPolicy, PreferencePolicy, SubscriptionPolicy, TemplatePolicy
from notify_svc.rules.templates import Language, Rendered

ITEMS_KEPT = 500
"""Of a round's items so many are kept to be listed; the others are counted. So a row has a largest size."""


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


def keys(event: DigestItemCollected | DigestClosed, envelope: Envelope) -> Sequence[Key]:
    return [(event.digest_id,)]


def evolve(key: Key, row: Row | None, event: DigestItemCollected | DigestClosed, envelope: Envelope) -> Row | None:
    match event:
        case DigestItemCollected():
            item = {"item_id": event.item_id, "subject": event.subject, "about": event.about}
            if row is None:
                return _opened(event, envelope, item)
            items = [*row.items, item] if len(row.items) < ITEMS_KEPT else row.items
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


async def tell(row: Row, hands: EffectContext) -> bool:
    """One notice of all that the round collected, and the round closed, in one transaction."""
    told_by = round_id(row.digest_id, row.round)
    asked = [
        _notice(row, told_by, hands.policies(), hands.now()),
        CloseDigest(row.digest_id, row.recipient, row.round, row.collected, told_by),
    ]
    await hands.do([DueCommand.by(row, command, hands.now()) for command in asked])
    return True


def _notice(row: Row, told_by: str, policies: PolicyBook, now: datetime) -> TellWords:
    cause, on = Cause.model_validate(row.cause), row.due_at.date()
    rule = next((each for each in policies.at(SubscriptionPolicy, on).document.rules if each.id == cause.rule), None)
    preferences = policies.at(PreferencePolicy, on).document
    # What was collected before the recipient switched it off, or before the rule was taken away, still lies in the inbox.
    channels: tuple[Channel, ...] = (tuple(preferences.channels_left(row.recipient, rule)) if rule else ()) or (
        "inbox",
    )
    wanted: Language = rule.language if rule else "en"
    language = policies.at(DirectoryPolicy, on).document.languages.get(row.recipient, wanted)
    words = words_of(row, policies, language)
    return TellWords(
        notification_id=told_by,
        recipient=row.recipient,
        subject=words.subject,
        body=words.body,
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


def words_of(row: Row, policies: PolicyBook, language: Language) -> Rendered:
    """The digest's words around the subjects of its items."""
    document = policies.at(TemplatePolicy, row.due_at.date()).document
    shown = row.items[: policies.at(DeliveryPolicy, row.due_at.date()).document.digest_items_shown]
    facts = {"items": shown, "count": row.collected, "more": row.collected - len(shown), "recipient": row.recipient}
    return document.own("digest", language, facts)


MODEL = EffectList(
    name="digest_due",
    version=1,
    row=Row,
    key=("digest_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("lane", "queued_at"),),
    act=tell,
)
