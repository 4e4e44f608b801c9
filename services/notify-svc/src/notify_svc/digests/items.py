"""Items of a digest: the notices that a rule collects instead of sending each."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.policies import PolicyBook
from contracts.envelope import Event
from contracts.notify import DigestItemCollected
from notify_svc.digests.state import Digest
from notify_svc.notices.rule_requests import RequestNotice
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.rules.subscriptions import NOTICES
from notify_svc.rules.subscriptions import Digest as DigestRule
from notify_svc.rules.timing import later, next_time
from notify_svc.rules.vocabulary import text_at


@dataclass(frozen=True, slots=True)
class CollectItem:
    """A rule with a digest collects a notice instead of requesting it; its ``subject`` is listed with the others."""

    digest_id: str
    collecting: DigestRule
    notice: RequestNotice
    subject: str


def collect(command: CollectItem, digest: Digest, policies: PolicyBook) -> Sequence[Event]:
    notice = command.notice
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


def _closes_at(command: CollectItem, policies: PolicyBook) -> datetime:
    at = command.notice.known_at
    if command.collecting.minutes is not None:
        return later(at, minutes=command.collecting.minutes)
    zone = policies.at(DirectoryPolicy, command.notice.on(policies)).document.zone_of(command.notice.recipient)
    assert command.collecting.until_time is not None
    return next_time(at, command.collecting.until_time, zone)


def digest_id(notice: RequestNotice, collecting: DigestRule) -> str:
    """Which digest a notice belongs to: recipient, rule, the value of the digest's ``by``, and the month."""
    subject = text_at(notice.facts, collecting.by) if collecting.by else ""
    parts = ("digest", notice.recipient, notice.rule.id, subject, f"{notice.known_at:%Y-%m}")
    return str(uuid.uuid5(NOTICES, "".join(f"{len(part)}:{part}" for part in parts)))
