"""A digest: notices of one rule to one recipient that wait to be told together, round after round.

The stream is per recipient, rule, subject and month, so that it stays short; the months' digests know nothing of each other.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from immutables import Map

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts.envelope import Event
from contracts.notify import DigestClosed, DigestItemCollected
from notify_svc.notices.commands import RequestNotice
from notify_svc.policies import DirectoryPolicy
from notify_svc.rules.subscriptions import NOTICES
from notify_svc.rules.subscriptions import Digest as Collecting
from notify_svc.rules.timing import next_time
from notify_svc.rules.vocabulary import text_at

SEEN_MAX = 1_000

# --- state ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Digest:
    """``waiting`` items of ``round``, told at ``closes_at``; the ids of the last 1,000 to 2,000 items are remembered."""

    round: int = 1
    waiting: int = 0
    closes_at: datetime | None = None
    seen: Map[str, None] = field(default_factory=Map)
    seen_before: Map[str, None] = field(default_factory=Map)

    def has(self, item_id: str) -> bool:
        return item_id in self.seen or item_id in self.seen_before


def evolve(digest: Digest, event: Event) -> Digest:
    match event:
        case DigestItemCollected():
            seen, before = digest.seen.set(event.item_id, None), digest.seen_before
            if len(seen) > SEEN_MAX:
                seen, before = Map(), seen
            return replace(digest, waiting=digest.waiting + 1, closes_at=event.closes_at, seen=seen, seen_before=before)
        case DigestClosed():
            waiting = digest.waiting - event.items
            closes_at = digest.closes_at if waiting else None
            return replace(digest, round=event.round + 1, waiting=waiting, closes_at=closes_at)
    return digest


# --- commands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CollectItem:
    """What a rule with a digest asks for: the notice that would have been, its ``subject`` to be told with others."""

    digest_id: str
    collecting: Collecting
    notice: RequestNotice
    subject: str


@dataclass(frozen=True, slots=True)
class CloseDigest:
    """A round is told by ``notification_id``, with the ``items`` that had been collected; later ones are the next round."""

    digest_id: str
    recipient: str
    round: int
    items: int
    notification_id: str


Command = CollectItem | CloseDigest

# --- decide ---------------------------------------------------------------------------------------


def decide(command: Command, digest: Digest, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case CollectItem(notice=notice):
            if digest.has(notice.notification_id):
                return []
            return [
                DigestItemCollected(
                    digest_id=command.digest_id,
                    recipient=notice.recipient,
                    round=digest.round,
                    item_id=notice.notification_id,
                    subject=command.subject,
                    about=notice.about,
                    cause=notice.cause,
                    closes_at=digest.closes_at or _closes_at(command, policies),
                )
            ]
        case CloseDigest():
            if command.round != digest.round or not 0 < command.items <= digest.waiting:
                return []
            return [
                DigestClosed(
                    digest_id=command.digest_id,
                    recipient=command.recipient,
                    round=command.round,
                    items=command.items,
                    notification_id=command.notification_id,
                )
            ]


def _closes_at(command: CollectItem, policies: PolicyBook) -> datetime:
    at = command.notice.known_at
    if command.collecting.minutes is not None:
        return at + timedelta(minutes=command.collecting.minutes)
    zone = policies.at(DirectoryPolicy, command.notice.on).document.zone_of(command.notice.recipient)
    assert command.collecting.until is not None
    return next_time(at, command.collecting.until, zone)


def digest_id(notice: RequestNotice, collecting: Collecting) -> str:
    """Which digest a notice belongs to: recipient, rule, the value of the digest's ``by``, and the month."""
    subject = text_at(notice.facts, collecting.by) if collecting.by else ""
    parts = ("digest", notice.recipient, notice.rule.id, subject, f"{notice.known_at:%Y-%m}")
    return str(uuid.uuid5(NOTICES, "".join(f"{len(part)}:{part}" for part in parts)))


def round_id(digest: str, number: int) -> str:
    """The id of the notice that tells a round."""
    return str(uuid.uuid5(NOTICES, f"{digest}/{number}"))


DECIDER = Decider(
    category="digest",
    commands=(CollectItem, CloseDigest),
    stream_id=lambda command: command.digest_id,
    initial=Digest(),
    evolve=evolve,
    decide=decide,
)
