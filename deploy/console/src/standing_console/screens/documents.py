"""Documents of policies as people compare them: where two differ, and what a service's refusal says of which place. Pure."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from typing import Any

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a part of a document."""
LEADS = re.compile(r"^([^\s:]+): ")
"""How a refusal names the place of what follows: ``ladder.0.after_days: ``."""


class _Nothing(Enum):
    NOTHING = ""


NOTHING = _Nothing.NOTHING
"""What stands in a place that a document does not have."""


def text_of(value: Any) -> str:
    """A part of a document in one line: texts as they are, everything else as JSON; nothing where there is nothing."""
    if value is NOTHING:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def pointer_of(path: Path) -> str:
    """RFC 6901: ``/ladder/0/after_days``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def keys_of(pointer: str) -> list[str]:
    """The parts of a pointer, all as texts."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


@dataclass(frozen=True)
class Change:
    """A place in which two documents differ. Indexes are those of the later one, of the earlier one for what went."""

    path: Path
    before: Any
    after: Any

    @property
    def place(self) -> str:
        return " › ".join(str(part + 1) if isinstance(part, int) else part for part in self.path)

    @property
    def before_text(self) -> str:
        return text_of(self.before)

    @property
    def after_text(self) -> str:
        return text_of(self.after)


def changes(before: Any, after: Any, path: Path = ()) -> Iterator[Change]:
    """Every place in which two documents differ. What merely moved on in a list, behind what was put in, is no change."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*after, *(key for key in before if key not in after)]:
            yield from changes(before.get(key, NOTHING), after.get(key, NOTHING), (*path, key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _in_lists(before, after, path)
    elif type(before) is not type(after) or before != after:
        yield Change(path, before, after)


def _in_lists(before: Sequence[Any], after: Sequence[Any], path: Path) -> Iterator[Change]:
    lines = [[json.dumps(each, sort_keys=True) for each in side] for side in (before, after)]
    matcher = SequenceMatcher(None, lines[0], lines[1], autojunk=False)
    for tag, first, last, begin, end in matcher.get_opcodes():
        if tag == "equal":
            continue
        both = min(last - first, end - begin)
        for n in range(both):
            yield from changes(before[first + n], after[begin + n], (*path, begin + n))
        for n in range(first + both, last):
            yield Change((*path, n), before[n], NOTHING)
        for n in range(begin + both, end):
            yield Change((*path, n), NOTHING, after[n])


def places_of(document: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of a document but the whole of it."""
    pairs = document.items() if isinstance(document, Mapping) else enumerate(document)
    for key, value in pairs:
        yield (*path, key)
        if isinstance(value, Mapping | list):
            yield from places_of(value, (*path, key))


def leaves(document: Any, path: Path = ()) -> Iterator[tuple[str, str]]:
    """Every value of a document with the pointer to it; what is empty is a value."""
    if isinstance(document, Mapping | list) and document:
        pairs = document.items() if isinstance(document, Mapping) else enumerate(document)
        for key, value in pairs:
            yield from leaves(value, (*path, key))
    else:
        yield pointer_of(path), text_of(document)


def faults_by_place(detail: str, document: Any) -> tuple[dict[str, str], list[str]]:
    """What a refusal says of places of the document, by pointer, and what it says of none of them."""
    dotted = {".".join(map(str, path)): pointer_of(path) for path in places_of(document)}
    found, others = dict[str, str](), list[str]()
    place = ""
    for part in detail.split("; "):
        # The sentence before the first place ends with a colon too: "Policy collection cannot work: ladder: …".
        start = part.partition(" cannot work: ")[2] if not found and not others else ""
        part = start or part
        led = LEADS.match(part)
        if led and (known := _nearest(led[1], dotted)):
            place, part = dotted[known], part[led.end() :]
            rest = led[1].removeprefix(known).strip(".").replace("[key]", "").strip(".")
            part = f"{rest}: {part}" if rest else part
            found[place] = f"{found[place]}; {part}" if place in found else part
        elif place and not led:
            found[place] += f"; {part}"
        else:
            place = ""
            others.append(part)
    return found, others


def _nearest(name: str, dotted: Mapping[str, str]) -> str:
    """The place that a name leads to, or the part that contains it; empty for a name that leads nowhere."""
    parts = name.split(".")
    return next((known for n in range(len(parts), 0, -1) if (known := ".".join(parts[:n])) in dotted), "")
