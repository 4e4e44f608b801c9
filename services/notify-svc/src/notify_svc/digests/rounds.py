"""Rounds of a digest: each closes with one notice of all items that it collected."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.envelope import Event
from contracts.notify import DigestClosed, DigestItemDropped
from notify_svc.digests.state import Digest
from notify_svc.rules.subscriptions import NOTICES


@dataclass(frozen=True, slots=True)
class CloseDigest:
    """A round is delivered as ``notification_id`` with its first ``items`` items; later ones are the next round.

    ``dropped`` are those of them that are not listed, each with the reason.
    """

    digest_id: str
    recipient: str
    round: int
    items: int
    notification_id: str
    dropped: tuple[DigestItemDropped, ...] = ()


def close(command: CloseDigest, digest: Digest) -> Sequence[Event]:
    if command.round != digest.round or not 0 < command.items <= digest.waiting:
        return []
    return [
        DigestClosed(
            digest_id=command.digest_id,
            recipient=command.recipient,
            round=command.round,
            items=command.items,
            notification_id=command.notification_id,
            dropped=command.dropped,
        )
    ]


def round_id(digest: str, number: int) -> str:
    """The id of the notice that delivers a round."""
    return str(uuid.uuid5(NOTICES, f"{digest}/{number}"))
