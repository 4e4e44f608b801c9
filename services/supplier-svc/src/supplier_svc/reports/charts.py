"""Charts as plain shapes in a box whose origin is its upper left corner: drawn as SVG on a page, by reportlab in a PDF."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

WIDTH, HEIGHT = 520.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 40.0, 30.0, 34.0
LINE = 12.0
NAME_WIDTH, NAME_COLUMNS = 170.0, 30
"""Room for the names of a bar chart, and how many Latin letters fit in it; a Chinese one takes the room of two."""
AMOUNT_WIDTH = 130.0

Tone = Literal["ink", "paper", "faint", "series", "second", "A", "B", "C", "D"]


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
    radius: float = 7.5


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "middle"
    tone: Tone = "ink"


@dataclass(frozen=True, slots=True)
class Chart:
    """``summary`` describes the chart in words, for readers who cannot see it; ``key`` says what its marks mean."""

    title: str
    summary: str
    shapes: tuple[Line | Bar | Dot | Label, ...]
    key: str = ""
    width: float = WIDTH
    height: float = HEIGHT


def trend(
    scores: Sequence[tuple[str, Decimal, str]], borders: Sequence[tuple[str, Decimal]], unit: str, limits: str
) -> Chart:
    """Scores in ``unit`` by period as a line, each dot with its grade; the border of each grade dashed, ``limits`` in words."""
    title = f"Score by period, in {unit}"
    if not scores:
        return _empty(title, "No period was judged yet.")
    top = max([score for _, score, _ in scores] + [limit for _, limit in borders] + [Decimal(1)]) * Decimal("1.1")
    places = [(_x(n, len(scores)), _y(score, top)) for n, (_, score, _) in enumerate(scores)]
    shapes: list[Line | Bar | Dot | Label] = [*_frame(top), Label(4, 12, unit, "start")]
    named_at = list[float]()
    for grade, limit in borders:
        y = _y(limit, top)
        shapes.append(Line(((LEFT, y), (WIDTH - RIGHT, y)), _tone(grade), is_dashed=True))
        if all(abs(y - other) >= LINE for other in named_at):
            shapes.append(Label(WIDTH - RIGHT + 4, y + 3, grade, "start", _tone(grade)))
            named_at.append(y)
    shapes.append(Line(tuple(places), "series"))
    for (_, _, grade), (x, y) in zip(scores, places, strict=True):
        shapes += [Dot(x, y, _tone(grade)), Label(x, y + 3, grade, tone="paper")]
    for (x, _), period in zip(places, _short([period for period, _, _ in scores]), strict=True):
        shapes.append(Label(x, HEIGHT - BOTTOM + 22, period))
    last = scores[-1]
    return Chart(
        title,
        f"{len(scores)} periods up to {last[0]}, the last with {_number(last[1])}, a {last[2]}.",
        tuple(shapes),
        f"Dashed: where each grade ends. {limits}. The letter in a dot is the grade in force.",
    )


def pareto(groups: Sequence[tuple[str, int, Decimal]], unit: str) -> Chart:
    """A bar of what each group cost in ``unit``, the costliest first, with its amount and the cumulative share in per cent."""
    title = f"Defects, the costliest first, in {unit}"
    if not groups:
        return _empty(title, "No defect was recorded.")
    top = max(value for _, value, _ in groups) or 1
    room = WIDTH - NAME_WIDTH - AMOUNT_WIDTH
    shapes: list[Line | Bar | Dot | Label] = [
        Label(0, LINE, "defect", "start"),
        Label(NAME_WIDTH, LINE, unit, "start"),
        Label(WIDTH, LINE, f"{unit} · cumulative share", "end"),
    ]
    y = LINE * 1.6
    for name, value, cumulated in groups:
        lines = wrapped(name, NAME_COLUMNS)
        shapes += [Label(0, y + LINE * (n + 0.8), line, "start") for n, line in enumerate(lines)]
        shapes.append(Bar(NAME_WIDTH, y + 1, room * value / top, LINE - 2, "series"))
        shapes.append(Label(WIDTH, y + LINE * 0.8, f"{value} · {_number(cumulated)} %", "end"))
        y += LINE * len(lines) + 5
    return Chart(title, f"{groups[0][0]} costs most: {groups[0][1]} {unit}.", tuple(shapes), height=y + 4)


def _short(periods: Sequence[str]) -> list[str]:
    """The year only where it begins: ``2024-11``, ``12``, ``2025-01``."""
    parts = [period.partition("-") for period in periods]
    before = [None, *(year for year, _, _ in parts)]
    return [
        part if part and year == last else period
        for period, (year, _, part), last in zip(periods, parts, before, strict=False)
    ]


def wrapped(text: str, columns: int) -> list[str]:
    """The whole text in lines of at most ``columns``; broken at a blank or hyphen where there is one in the line's second half."""
    lines, line, taken = list[str](), "", 0
    for letter in text:
        width = 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if taken + width > columns:
            broken = max(line.rfind(" "), line.rfind("-")) + 1
            broken = broken if broken > len(line) // 2 else len(line)
            lines.append(line[:broken].rstrip())
            line = line[broken:]
            taken = columns_of(line)
        line, taken = line + letter, taken + width
    return [*lines, line]


def columns_of(text: str) -> int:
    """How many Latin letters take the same room."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _empty(title: str, summary: str) -> Chart:
    return Chart(title, summary, (Label(WIDTH / 2, HEIGHT / 4, summary),), height=HEIGHT / 2)


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
