"""Which fault strikes when, drawn from a seed: the same seed gives the same schedule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

FULL: Mapping[str, int] = {
    "killed": 7, "killed appending": 3, "killed committed": 3, "killed publishing": 2, "killed published": 3,
    "killed projecting": 2, "killed acting": 1, "killed rebuilding": 1, "killed switching": 1,
    "frozen": 2, "replica leaves": 2, "two leaders": 2, "slow consumer": 1, "clock jumps": 1,
    "broker restarted": 1, "broker killed": 1, "broker away": 1, "broker wiped": 1, "topic cut": 1, "topic aged": 1,
    "postgres restarted": 1, "postgres killed": 1, "connections cut": 3, "statements time out": 1, "disk full": 1,
    "rebuilt": 1,
    "every codec": 2, "transaction aborted": 1, "marker last": 2, "tombstones": 1, "topic grown": 1, "position forged": 1,
    "endless bodies": 1, "pool used up": 1,
    "issuer away": 2, "token expired": 2,
}  # fmt: skip
"""Fault → how often in a full drill."""

SHORT: Mapping[str, int] = dict.fromkeys(FULL, 1)
"""Each once."""


PARTITIONS = 4
"""Of every log and topic; two for each replica."""
LARGE, PASSES = 400, 4
"""In a wave of so many facts a point of the code is passed fewer times than this before it is the end."""


@dataclass(frozen=True)
class Strike:
    """A fault in a wave: ``delay`` is the part of the wave's expected time after which it strikes; ``service``, ``replica`` and
    ``partition`` say whom it hits, where it hits one; ``passes`` how often a point is passed unharmed; ``seconds`` how long it lasts."""

    wave: int
    kind: str
    delay: float
    service: int
    replica: int
    partition: int
    passes: int
    seconds: float


def schedule(seed: int, counts: Mapping[str, int], waves: Sequence[int], away_s: float) -> tuple[Strike, ...]:
    """Strikes in order. ``waves`` are the sizes of the waves; only the larger ones are struck, so that something is under way.

    Raises ValueError when there are fewer waves than faults.
    """
    random = Random(seed)
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    random.shuffle(kinds)
    large = sorted(range(len(waves)), key=lambda index: waves[index], reverse=True)[: len(kinds) * 5 // 4]
    if len(large) < len(kinds):
        raise ValueError(f"{len(kinds)} faults need as many waves; there are {len(large)}.")
    struck = sorted(random.sample(large, len(kinds)))
    return tuple(
        Strike(
            wave, kind, random.uniform(0.0, 0.7), random.randrange(4), random.randint(1, 2), random.randrange(PARTITIONS),
            random.randrange(PASSES) if waves[wave] >= LARGE else 0,
            away_s if kind == "broker away" else random.uniform(0.3, 2.0),
        )
        for wave, kind in zip(struck, kinds, strict=True)
    )  # fmt: skip
