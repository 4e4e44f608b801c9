"""What a schema bounds, as the attributes of an input have it, and as people read it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from standing_console.screens.schemas import Schema

COLUMN_MAX = 2**31 - 1
"""The bound that a column of a table sets is none that one is below of."""
SYNTAX = re.compile(r"[()\[{}/|]|&&|--|!!|##|\$\$|%%|\*\*|\+\+|,,|\.\.|::|;;|<<|==|>>|\?\?|@@|\^\^|``|~~")
"""What browsers, which read patterns with the flag ``v``, do not take between brackets as it is."""
BRACKETS = re.compile(r"(?<!\\)\[(\^?)((?:\\.|[^\]\\])*)\]")


@dataclass(frozen=True)
class Bounds:
    """Attributes of an input, empty where there is none; ``said`` are the bounds of a figure in signs."""

    low: str = ""
    high: str = ""
    pattern: str = ""
    longest: str = ""
    said: str = ""


def bounds_of(kind: Schema) -> Bounds:
    """Of a figure, a day or a text."""
    keywords = kind.keywords
    if kind.kind == "date":
        return Bounds(str(keywords.get("formatMinimum", "")), str(keywords.get("formatMaximum", "")))
    if kind.kind in ("whole", "figure", "decimal"):
        return _of_figures(kind)
    return Bounds(pattern=for_browsers(str(keywords.get("pattern", ""))), longest=str(keywords.get("maxLength", "")))


def _of_figures(kind: Schema) -> Bounds:
    """What must be more than a bound is one more where it is whole; of others browsers know no such bound, so it is only said."""
    keywords: Mapping[str, Any] = kind.keywords
    least, above, most, below = (
        keywords.get(name) for name in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
    )
    strictly_above, strictly_below = _exceeds(above, least, 1), _exceeds(below, most, -1)
    low: Any = above if strictly_above else least
    high: Any = below if strictly_below else most
    if kind.kind == "whole":
        low, high = low + 1 if strictly_above else low, high - 1 if strictly_below else high
        strictly_above = strictly_below = False
    shown_high = None if high is not None and high >= COLUMN_MAX else high
    if low is not None and shown_high is not None and not (strictly_above or strictly_below):
        said = f"{_plain(low)} – {_plain(shown_high)}"
    else:
        signs = ((">" if strictly_above else "≥", low), ("<" if strictly_below else "≤", shown_high))
        said = ", ".join(f"{sign} {_plain(bound)}" for sign, bound in signs if bound is not None)
    return Bounds(_plain(low), _plain(high), said=said)


def _exceeds(strict: Any, other: Any, sign: int) -> bool:
    """Whether a bound that is itself excluded leaves no more room than one that is not."""
    return strict is not None and (other is None or strict * sign >= other * sign)


def _plain(bound: Any) -> str:
    """0 for 0.0; empty for none."""
    return "" if bound is None else str(int(bound)) if bound == int(bound) else str(bound)


def for_browsers(pattern: str) -> str:
    """A pattern as browsers read it, which want it whole and hyphens between brackets escaped; empty where they read it otherwise.

    What only forbids control characters is left out: nobody types them into a line.
    """
    if not (pattern.startswith("^") and pattern.endswith("$")) or "(?" in pattern or r"\x" in pattern:
        return ""
    for _, inner in BRACKETS.findall(pattern):
        if SYNTAX.search(re.sub(r"\\.", "", inner)):
            return ""
    return BRACKETS.sub(lambda found: f"[{found[1]}{_escaped(found[2])}]", pattern)


def _escaped(inner: str) -> str:
    """Hyphens that are no ranges: the first and the last one."""
    inner = re.sub(r"^-", r"\\-", inner)
    return re.sub(r"(?<!\\)-$", r"\\-", inner)


def anchored(pointer: str) -> str:
    """A pointer as an id has it: lists of ids are parted by blanks."""
    return quote(pointer, safe="/~_-.")
