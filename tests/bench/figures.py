"""A figure beside its floor, the table for a person and the file for a machine."""

from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import orjson
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """``value`` and ``floor`` in ``unit``, both medians of the rounds of one run; ``ratio`` is value / floor."""

    name: str
    value: float
    floor: float
    ratio: float
    unit: str


@dataclass(frozen=True)
class Target:
    """What a figure is held to: at least or at most so much of the floor, or at most so much in its own unit."""

    ratio_min: float | None = None
    ratio_max: float | None = None
    value_max: float | None = None

    def met(self, figure: Figure) -> bool:
        return (
            (self.ratio_min is None or figure.ratio >= self.ratio_min)
            and (self.ratio_max is None or figure.ratio <= self.ratio_max)
            and (self.value_max is None or figure.value <= self.value_max)
        )

    def __str__(self) -> str:
        if self.ratio_min is not None:
            return f"ratio ≥ {self.ratio_min:g}"
        if self.ratio_max is not None:
            return f"ratio ≤ {self.ratio_max:g}"
        return "" if self.value_max is None else f"≤ {self.value_max:g}"


TARGETS = {
    "append-1": Target(ratio_min=0.5),
    "append-16": Target(ratio_min=0.8),
    "append-64": Target(ratio_min=1.5),
    "append-batch": Target(ratio_min=0.7),
    "ingest-to-decision": Target(ratio_min=0.4),
    "latency-p50": Target(),
    "latency-p99": Target(value_max=100),
    "rebuild": Target(ratio_min=0.35),
    "credit-check-p99": Target(value_max=50),
    "credit-check-http-p99": Target(value_max=50),
    "token-p50": Target(ratio_max=1.2),
    "token-p99": Target(ratio_max=1.15),
    "ingest-secured": Target(),
    "traces-1": Target(ratio_min=0.97),
    "traces-100": Target(ratio_min=0.75),
    "due-run": Target(value_max=60),
}


def figure(name: str, values: list[float], floors: list[float], unit: str) -> Figure:
    """The medians of interleaved rounds."""
    value, floor = median(values), median(floors)
    return Figure(name, round(value, 2), round(floor, 2), round(value / floor, 3), unit)


def show(figures: list[Figure], console: Console) -> None:
    table = Table(title="standing bench: each value beside its floor, measured in the same run")
    for column in ("name", "value", "floor", "unit", "ratio", "target", ""):
        table.add_column(column, justify="left" if column in ("name", "unit", "target") else "right")
    for each in figures:
        target = TARGETS[each.name]
        mark = "" if not str(target) else "met" if target.met(each) else "[red]missed[/red]"
        table.add_row(
            each.name, f"{each.value:,.1f}", f"{each.floor:,.1f}", each.unit, f"{each.ratio:.2f}", str(target), mark
        )
    console.print(table)


def write(figures: list[Figure], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps([asdict(each) for each in figures], option=orjson.OPT_INDENT_2))
