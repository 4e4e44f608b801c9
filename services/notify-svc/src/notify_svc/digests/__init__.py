"""The digest, stream ``digest-{id}``: notices of one rule to one recipient that wait to be delivered together, round after round.

The stream is per recipient, rule, subject and month, so that it stays short; the digests of different months are independent.
"""

from collections.abc import Sequence
from typing import assert_never

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts.envelope import Event
from notify_svc.digests.items import CollectItem, collect
from notify_svc.digests.rounds import CloseDigest, close
from notify_svc.digests.state import Digest, evolve

Command = CollectItem | CloseDigest


def decide(command: Command, digest: Digest, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case CollectItem():
            return collect(command, digest, policies)
        case CloseDigest():
            return close(command, digest)
    assert_never(command)


DECIDER = Decider(
    category="digest",
    commands=(CollectItem, CloseDigest),
    stream_id=lambda command: command.digest_id,
    initial=Digest(),
    evolve=evolve,
    decide=decide,
)
