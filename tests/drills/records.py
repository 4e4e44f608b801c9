"""What the drills found, kept from run to run, and the table that is made of it."""

import dataclasses
import json
import math
import os
import platform
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .conductor import Struck

BEGIN, END = "<!-- drills: written by `python -m tests.drills --table` -->", "<!-- /drills -->"


@dataclass(frozen=True)
class Record:
    """One run; ``seed`` is None for the undisturbed one. ``wrong`` counts what a comparison or ``standing verify`` complained of."""

    seed: int | None
    facts: int
    events: int
    lost: int
    repeated: int
    wrong: int
    seconds: float
    waves_s: Sequence[float]
    struck: Sequence[Struck]


@dataclass
class Records:
    path: Path
    runs: list[Record] = field(default_factory=list)

    @staticmethod
    def read(path: Path, afresh: bool) -> "Records":
        if afresh or not path.exists():
            return Records(path)
        runs = [
            Record(**{**run, "struck": [Struck(**struck) for struck in run["struck"]]})
            for run in json.loads(path.read_text())
        ]
        return Records(path, runs)

    def has(self, seed: int) -> bool:
        """Whether a run of this seed is recorded in which nothing was wrong."""
        return any(run.seed == seed and not run.wrong for run in self.runs)

    def add(self, record: Record) -> None:
        self.runs = [run for run in self.runs if run.seed != record.seed] + [record]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps([dataclasses.asdict(run) for run in self.runs], indent=1))

    def write_table(self, page: Path) -> None:
        """Put the table where the page marks its place. Raises ValueError when it does not."""
        told = page.read_text()
        begin, end = told.index(BEGIN) + len(BEGIN), told.index(END)
        runs = [run for run in self.runs if run.seed is not None]
        seeds = ", ".join(str(run.seed) for run in runs)
        machine = f"{len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}"
        about = f"{len(runs)} drills (seeds {seeds}) of {runs[0].facts:,} facts or more and {runs[0].events:,} events; {machine}."
        page.write_text(f"{told[:begin]}\n{about}\n\n{self.table()}\n{told[end:]}")

    def table(self) -> str:
        """Fault by fault, in Markdown: times injected, facts sent in those runs, lost, repeated, and how soon all was well."""
        drilled = [run for run in self.runs if run.seed is not None]
        by_kind: dict[str, list[tuple[Record, Struck]]] = defaultdict(list)
        for run in drilled:
            for struck in run.struck:
                if struck.injected:
                    by_kind[struck.kind].append((run, struck))
        lines = [
            "| fault | injected | facts sent | lost | repeated | silent | recovery p50 | p99 |",
            "|---|---:|---:|---:|---:|---:|---:|---:|",
        ]
        for kind, found in sorted(by_kind.items()):
            runs = {run.seed: run for run, _ in found}.values()
            seconds = [struck.recovery_s for _, struck in found]
            facts = sum(run.facts for run in runs)
            lost, repeated = sum(run.lost for run in runs), sum(run.repeated for run in runs)
            silent = sum(struck.silent for _, struck in found)
            lines.append(_row(kind, len(found), facts, lost, repeated, silent, seconds))
        everything = [struck.recovery_s for found in by_kind.values() for _, struck in found]
        facts, lost, repeated = (sum(getattr(run, name) for run in drilled) for name in ("facts", "lost", "repeated"))
        silent = sum(struck.silent for found in by_kind.values() for _, struck in found)
        lines.append(_row("**all**", len(everything), facts, lost, repeated, silent, everything))
        calm = [second for run in self.runs if run.seed is None for second in run.waves_s]
        lines.append(
            _row(
                "none (the undisturbed run's waves)",
                0,
                sum(r.facts for r in self.runs if r.seed is None),
                0,
                0,
                0,
                calm,
            )
        )
        return "\n".join(lines)


def _row(kind: str, injected: int, facts: int, lost: int, repeated: int, silent: int, seconds: Sequence[float]) -> str:
    times = f"{_at(seconds, 0.5)} | {_at(seconds, 0.99)}"
    return f"| {kind} | {injected} | {facts:,} | {lost} | {repeated} | {silent} | {times} |"


def _at(seconds: Sequence[float], share: float) -> str:
    """A percentile: the smallest value that ``share`` of all do not exceed."""
    if not seconds:
        return "–"
    ordered = sorted(seconds)
    return f"{ordered[max(0, math.ceil(len(ordered) * share) - 1)]:.1f} s"
