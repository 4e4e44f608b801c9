"""Which erasures that only a topic tells of are done again when a log is restored: whoever may write into it may have made them up.

A backup of keys is signed, and has the whole list of erasures up to the heads that it names. What a topic says to have happened before
these and is not in the list is contradicted by it. What it says to have happened later is proved by nothing; it is done, because somebody
was promised to be forgotten, and named.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from standing.erasures import Beyond, Found, Written


class Judged(NamedTuple):
    """What is to be done again, and sentences about what is not proved."""

    erasures: list[Written]
    sentences: list[str]


def judged(beyond: Beyond, proved: Collection[str], attested: Mapping[int, int]) -> Judged:
    """Of what a topic has behind a restored log.

    ``proved``: ids of the erasures that a signed list or the replaced log has. ``attested``: the head of each partition up to which the
    list is whole; none without a list.
    """
    others = [each for each in beyond.found if each.written.event_id not in proved]
    contradicted = [each for each in others if each.position <= attested.get(each.partition, 0)]
    believed = [each for each in others if each not in contradicted]
    sentences = [
        *(_contradicted(beyond.topic, each) for each in contradicted if each.written.is_erasure),
        *_lacking(beyond, attested),
    ]
    if alone := sorted({each.written.subject for each in believed if each.written.is_erasure}):
        sentences.append(
            f"only {beyond.topic} tells that {', '.join(alone)} {'was' if len(alone) == 1 else 'were'} erased, which nothing proves: no"
            " backup of keys was made since"
        )
    return Judged([each.written for each in believed], sentences)


def _contradicted(topic: str, each: Found) -> str:
    return (
        f"{topic}[{each.partition}] has an erasure of {each.written.subject} at position {each.position}, which the signed list of"
        " erasures does not have: it was forged, or this log was restored once before. It is not done again; where it is"
        " right, propose and approve it once more"
    )


def _lacking(beyond: Beyond, attested: Mapping[int, int]) -> Iterator[str]:
    for partition, first, last in beyond.lacking:
        first = max(first, attested.get(partition, 0) + 1)
        if first <= last:
            yield (
                f"{beyond.topic}[{partition}] lacks the positions {first} to {last}: whether somebody was erased there cannot be said. A"
                " newer backup of keys says it"
            )
