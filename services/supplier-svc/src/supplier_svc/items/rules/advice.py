"""How many sources an item should have (供应商定点个数): by its importance, its market and how reliable its sources are. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.supplier import ItemImportance, SupplyMarket
from supplier_svc.sentences import Sentences

SOURCES: Mapping[ItemImportance, Mapping[SupplyMarket, int]] = {
    "high": {"abundant": 3, "balanced": 2, "scarce": 2},
    "medium": {"abundant": 2, "balanced": 2, "scarce": 1},
    "low": {"abundant": 2, "balanced": 1, "scarce": 1},
}
LEAST = 1


@dataclass(frozen=True, slots=True)
class Profile:
    importance: ItemImportance
    market: SupplyMarket


@dataclass(frozen=True, slots=True)
class Advice:
    """``advised``: number of sources, from 1 to 4; ``because`` are sentences."""

    advised: int
    because: tuple[str, ...]


def advise(profile: Profile, pattern: str, best: str | None, is_overdue: bool) -> Advice:
    """The number of sources for an item.

    ``pattern`` is the grades of the sources that get orders, best first; ``best`` is the supplier that the first of them is of, None
    where no source has that grade itself; ``is_overdue`` says whether that supplier owes something whose day has passed.
    """
    advised = SOURCES[profile.importance][profile.market]
    because = [Sentences.SOURCES_BY_PROFILE(importance=profile.importance, market=profile.market, count=advised)]
    first = pattern[:1]
    if first not in ("A", "B"):
        advised += 1
        because.append(Sentences.NO_GOOD_SOURCE())
    elif first == "A" and best is not None and profile.importance != "high" and not is_overdue:
        advised -= 1
        because.append(Sentences.EXCELLENT_SOURCE(supplier_id=best))
    if advised < LEAST:
        advised = LEAST
        because.append(Sentences.AT_LEAST_ONE_SOURCE())
    return Advice(advised, tuple(because))


def compared(advised: int, present: int) -> str:
    """What to do about the number of sources that there are, in a sentence."""
    match advised - present:
        case 0:
            return Sentences.SOURCES_AS_ADVISED()
        case 1:
            return Sentences.ONE_SOURCE_MORE()
        case -1:
            return Sentences.ONE_SOURCE_TOO_MANY()
        case more if more > 0:
            return Sentences.SOURCES_MORE(count=more)
        case fewer:
            return Sentences.SOURCES_TOO_MANY(count=-fewer)
