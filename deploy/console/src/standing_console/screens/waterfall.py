"""The picture of a journey: a row for each step, on an axis of time on which long waits are folded. Pure geometry, in pixels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from standing_console.screens.steps import Row, Step

WIDTH, ROW, HEAD = 1240, 26, 66
NAME_W, SERVICE_X, LEFT, RIGHT = 392, 400, 506, WIDTH - 14
INDENT, DEPTH_MAX = 14, 12
NOTCH_W, STEP_W = 62.0, 7.0
MARK_W = 128.0
"""What a day with its time takes."""
FOLDED_S, RATIO = 60.0, 20.0
"""A wait is folded where it is at least a minute, and far longer than those that are not."""


class Notch(NamedTuple):
    """A folded wait: its left, its width, and how long it was; ``labelled`` where there is room to say so."""

    x: float
    width: float
    wait: timedelta
    labelled: bool

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


class Mark(NamedTuple):
    """An instant that is written on the axis, at ``x``, to the left of it where it would else leave the picture.

    ``line`` is 0 or 1: where the first line is taken, it stands in the second.
    """

    x: float
    at: datetime
    end: bool
    line: int


@dataclass(frozen=True)
class Axis:
    """Where each instant stands."""

    places: dict[datetime, float]
    notches: tuple[Notch, ...]
    marks: tuple[Mark, ...]

    @staticmethod
    def of(instants: Sequence[datetime]) -> "Axis":
        points = sorted(set(instants))
        waits = [(later - sooner).total_seconds() for sooner, later in pairwise(points)]
        limit = folded_from(waits)
        folds = sum(wait >= limit for wait in waits)
        open_s, opens = sum(wait for wait in waits if wait < limit), len(waits) - folds
        room = RIGHT - LEFT
        notch = min(NOTCH_W, room * 0.6 / folds) if folds and opens else room / max(1, folds)
        notch = min(
            notch, (2 if opens else 6) * NOTCH_W
        )  # where nothing else takes room, the picture need not stay half empty
        rest = room - folds * notch
        least = min(STEP_W, rest * 0.5 / opens) if opens else 0.0
        scale = (rest - opens * least) / open_s if open_s else 0.0
        places, notches, x = {point: float(LEFT) for point in points[:1]}, list[Notch](), float(LEFT)
        written_until = 0.0
        for wait, (sooner, later) in zip(waits, pairwise(points), strict=True):
            if wait >= limit:
                labelled = notch >= NOTCH_W / 2 and x + notch / 2 - NOTCH_W / 2 >= written_until
                notches.append(Notch(x, notch, later - sooner, labelled))
                written_until = x + notch / 2 + NOTCH_W / 2 if labelled else written_until
                x += notch
            else:
                x += least + wait * scale
            places[later] = x
        starts = [
            *points[:1],
            *(later for wait, (_, later) in zip(waits, pairwise(points), strict=True) if wait >= limit),
        ]
        return Axis(places, tuple(notches), _marks(starts, places))


def folded_from(waits: Sequence[float]) -> float:
    """The wait in seconds from which on waits are folded; infinite where none is."""
    ordered = sorted((max(wait, 0.001) for wait in waits), reverse=True)
    limit = float("inf")
    for longer, shorter in pairwise(ordered):
        if longer < FOLDED_S:
            break
        if longer / shorter >= RATIO:
            limit = longer
    if limit == float("inf") and len(ordered) == 1 and ordered[0] >= FOLDED_S:
        return ordered[0]
    return limit


def _marks(starts: Sequence[datetime], places: dict[datetime, float]) -> tuple[Mark, ...]:
    found, free = list[Mark](), [0.0, 0.0]
    for at in starts:
        x = places[at]
        end = x + MARK_W > WIDTH
        begin = x - MARK_W if end else x
        line = next((number for number, until in enumerate(free) if begin >= until), None)
        if line is not None:
            found.append(Mark(x, at, end, line))
            free[line] = begin + MARK_W
    return tuple(found)


class Bar(NamedTuple):
    """A row: its middle, where its name begins, where the step stands, and from where its cause reaches it, if that is shown."""

    row: Row
    y: float
    indent: float
    x: float
    cause_x: float | None
    cause_y: float | None


@dataclass(frozen=True)
class Waterfall:
    """The rows of one page, on the axis of the whole journey."""

    axis: Axis
    bars: tuple[Bar, ...]

    @staticmethod
    def of(rows: Sequence[Row], whole: Sequence[Row], at: Callable[[Step], datetime]) -> "Waterfall":
        """``at`` says which of its instants a step stands at."""
        axis = Axis.of([at(row.step) for row in whole])
        heights = {row.step.id: HEAD + (number + 0.5) * ROW for number, row in enumerate(rows)}
        bars = [
            Bar(
                row,
                heights[row.step.id],
                min(row.depth, DEPTH_MAX) * INDENT,
                axis.places[at(row.step)],
                axis.places[at(row.parent)] if row.parent else None,
                heights.get(row.parent.id) if row.parent else None,
            )
            for row in rows
        ]
        return Waterfall(axis, tuple(bars))

    @property
    def height(self) -> int:
        return HEAD + len(self.bars) * ROW + 6

    @property
    def frame(self) -> dict[str, int]:
        """Widths and lefts, for the template."""
        return {
            "width": WIDTH, "name": NAME_W, "service_x": SERVICE_X, "left": LEFT, "right": RIGHT, "row": ROW, "head": HEAD,
            "height": self.height,
        }  # fmt: skip
