"""Charts as plain shapes in a box whose origin is its upper left corner: drawn as SVG on a page, by reportlab in a PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

WIDTH, HEIGHT = 520.0, 210.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 40.0, 16.0, 34.0
LABEL_MAX = 9

Tone = Literal["ink", "faint", "series", "second", "A", "B", "C", "D"]


@dataclass(frozen=True, slots=True)
class Line:
    points: tuple[tuple[float, float], ...]
    tone: Tone
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    tone: Tone


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    tone: Tone


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "middle"
    tone: Tone = "ink"


@dataclass(frozen=True, slots=True)
class Chart:
    """``summary`` describes the chart in words, for readers who cannot see it."""

    title: str
    summary: str
    shapes: tuple[Line | Bar | Dot | Label, ...]
    width: float = WIDTH
    height: float = HEIGHT


def trend(scores: Sequence[tuple[str, Decimal, str]], borders: Sequence[tuple[str, Decimal]]) -> Chart:
    """Scores by period as a line, each dot with its grade; the border of each grade dashed."""
    title = "Score by period"
    if not scores:
        return _empty(title, "No period was judged yet.")
    top = max([score for _, score, _ in scores] + [limit for _, limit in borders] + [Decimal(1)]) * Decimal("1.1")
    places = [(_x(n, len(scores)), _y(score, top)) for n, (_, score, _) in enumerate(scores)]
    shapes: list[Line | Bar | Dot | Label] = [*_frame(top)]
    for grade, limit in borders:
        y = _y(limit, top)
        shapes.append(Line(((LEFT, y), (WIDTH - RIGHT, y)), _tone(grade), is_dashed=True))
        shapes.append(Label(WIDTH - RIGHT + 4, y + 3, grade, "start", _tone(grade)))
    shapes.append(Line(tuple(places), "series"))
    for (period, _, grade), (x, y) in zip(scores, places, strict=True):
        shapes += [Dot(x, y, _tone(grade)), Label(x, y - 7, grade), Label(x, HEIGHT - BOTTOM + 14, period)]
    last = scores[-1]
    return Chart(
        title, f"{len(scores)} periods up to {last[0]}, the last with {_number(last[1])}, a {last[2]}.", tuple(shapes)
    )


def pareto(groups: Sequence[tuple[str, int, Decimal]]) -> Chart:
    """Bars of what each group cost, the costliest first, and the cumulative share as a line from 0 to 100 %."""
    title = "Defects, the costliest first"
    if not groups:
        return _empty(title, "No defect was recorded.")
    top = Decimal(max(value for _, value, _ in groups)) * Decimal("1.1") or Decimal(1)
    slot = (WIDTH - LEFT - RIGHT) / len(groups)
    shapes: list[Line | Bar | Dot | Label] = [*_frame(top)]
    line = list[tuple[float, float]]()
    for n, (name, value, cumulated) in enumerate(groups):
        x, y = LEFT + slot * n, _y(Decimal(value), top)
        shapes.append(Bar(x + slot * 0.15, y, slot * 0.7, HEIGHT - BOTTOM - y, "series"))
        shapes.append(Label(x + slot / 2, y - 4, str(value)))
        shapes.append(
            Label(x + slot / 2, HEIGHT - BOTTOM + 14, name if len(name) <= LABEL_MAX else f"{name[: LABEL_MAX - 1]}…")
        )
        line.append((x + slot / 2, _y(cumulated, Decimal(100))))
    shapes.append(Line(tuple(line), "second"))
    shapes += [Dot(x, y, "second") for x, y in line]
    shapes += [
        Label(WIDTH - RIGHT + 4, _y(Decimal(p), Decimal(100)) + 3, f"{p} %", "start", "second") for p in (50, 100)
    ]
    return Chart(title, f"{groups[0][0]} costs most: {groups[0][1]}.", tuple(shapes))


def _empty(title: str, summary: str) -> Chart:
    return Chart(title, summary, (Label(WIDTH / 2, HEIGHT / 2, summary),))


def _frame(top: Decimal) -> list[Line | Label]:
    frame: list[Line | Label] = []
    for part in (Decimal(0), top / 2, top):
        y = _y(part, top)
        frame.append(Line(((LEFT, y), (WIDTH - RIGHT, y)), "faint"))
        frame.append(Label(LEFT - 5, y + 3, _number(part), "end"))
    return frame


def _x(n: int, of: int) -> float:
    inner = WIDTH - LEFT - RIGHT - 24
    return LEFT + 12 + (inner * n / (of - 1) if of > 1 else inner / 2)


def _y(value: Decimal, top: Decimal) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * float(1 - value / top)


def _number(value: Decimal) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _tone(grade: str) -> Tone:
    tones: dict[str, Tone] = {"A": "A", "B": "B", "C": "C", "D": "D"}
    return tones.get(grade, "ink")
