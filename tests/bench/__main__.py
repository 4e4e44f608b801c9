"""``python -m tests.bench [--quick] [--only NAME]…`` prints one table and writes build/bench.json."""

import importlib.metadata
import logging
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Annotated

import structlog
import typer
import uvloop
from rich.console import Console

from chassis.garbage import collect_garbage_seldom
from standing_parts import start_kafka, start_postgres

from . import append, credit, flow, rebuild, secured, tracing
from .figures import TARGETS, Figure, show, write
from .parts import Parts, Sizes, payload

RESULT = Path("build/bench.json")


def bench(
    quick: Annotated[bool, typer.Option(help="A tenth of the sizes: shows that it runs, not how fast it is.")] = False,
    only: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(TARGETS)}; may be repeated.")] = None,
) -> None:
    """Measure the mechanism beside the bare parts, on this machine, now."""
    if unknown := set(only or ()) - set(TARGETS):
        raise typer.BadParameter(f"There is no {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}.")
    console = Console(width=None if os.isatty(1) else 120)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it tells of every topic that is being made
    collect_garbage_seldom()  # as a service's process does
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="standing-bench-") as home:
        postgres = start_postgres(Path(home))
        try:
            kafka = start_kafka(Path(home))
            try:
                console.print(_machine())
                parts = Parts(postgres, kafka, Sizes.quick() if quick else Sizes())
                figures = uvloop.run(_measured(parts, frozenset(only or TARGETS)))
            finally:
                kafka.stop()
        finally:
            postgres.discard()
    show(figures, console)
    write(figures, RESULT)
    console.print(f"{RESULT} written; {time.monotonic() - begin:.0f} s in all")


async def _measured(parts: Parts, wanted: frozenset[str]) -> list[Figure]:
    figures: list[Figure] = []
    if wanted & {*append.CLIENTS, "append-batch"}:
        figures += await append.measure(parts, wanted)
    if wanted & {"ingest-to-decision", "latency-p50", "latency-p99"}:
        figures += await flow.measure(parts, wanted)
    if "rebuild" in wanted:
        figures += await rebuild.measure(parts)
    if "ingest-secured" in wanted:
        figures += await secured.measure(parts)
    if wanted & tracing.RATIOS.keys():
        figures += await tracing.measure(parts, wanted)
    if wanted & {"credit-check-p99", credit.OVER_HTTP, *credit.TOKENS, "due-run"}:
        figures += await credit.measure(parts, wanted)
    return figures


def _machine() -> str:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("aiokafka", "asyncpg", "uvloop"))
    return f"Python {platform.python_version()}, {versions}; {len(os.sched_getaffinity(0))} cores\n{payload()}"


if __name__ == "__main__":
    typer.run(bench)
