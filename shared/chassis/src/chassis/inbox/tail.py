"""What the end of a service's topic says, judged by the service's log: an event of it, an event that it lacks, or somebody else's."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from chassis.inbox.records import could_follow

Claim = tuple[int, str]
"""A position, and the id of the event that a record says to be."""

LogIds = Callable[[int, Sequence[int]], Awaitable[Mapping[int, str]]]
"""(partition, positions) → the ids of the log's events there; nothing for a position that it does not have."""


@dataclass(frozen=True, slots=True)
class Last:
    """The last event of a topic partition: its log position and id; 0 and None where there is none.

    ``end`` is the next offset. ``foreign`` are records behind it that name the log as their source, but can be no event of it.
    """

    position: int
    event_id: str | None
    end: int
    foreign: tuple[Claim, ...] = ()


def judge(claims: Sequence[Claim], known: Mapping[int, str], end: int, whole: bool) -> Last | None:
    """The last event among the claims of a topic's end; None when more must be read to tell. ``whole``: there is no more to read.

    Behind the last event that the log holds, a topic that is ahead of its log goes on: with the next position, and an id that the log
    may have given then. Such an event is real, and the log has lost it. Anything else there was written by somebody else.
    """
    held = [number for number, (position, identity) in enumerate(claims) if known.get(position) == identity]
    if not held and not whole:
        return None
    last: Claim | None = claims[held[-1]] if held else None
    foreign = []
    for claim in claims[held[-1] + 1 :] if held else claims:
        # Where a topic has lost its oldest records, it begins anywhere.
        follows = last is None or claim[0] == last[0] + 1
        if follows and could_follow(claim[1], last[1] if last else None):
            last = claim
        elif claim != last:
            foreign.append(claim)
    return Last(last[0] if last else 0, last[1] if last else None, end, tuple(foreign))
