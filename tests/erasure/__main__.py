"""``python -m tests.erasure [--days N] [--scale X]``: the erasure proof on the demo's year, on Apache Kafka unless another is set."""

import asyncio
import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import structlog
import typer

from standing.facts.demo import DAYS_MAX, demo
from standing_parts.kafka import VARIABLE

from .run import erase_and_look


def erasure(
    days: Annotated[int, typer.Option(help="of the demo's year")] = DAYS_MAX,
    scale: Annotated[float, typer.Option(help="times as many partners")] = 1.0,
) -> None:
    """Erase a person, and look for them in everything that was written."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    os.environ.setdefault(VARIABLE, "apache")
    begin = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - begin:6.0f} s  {line}", flush=True)

    with tempfile.TemporaryDirectory(prefix="standing-erasure-") as folder:
        try:
            whole = asyncio.run(erase_and_look(demo(days, scale), Path(folder), say))
        except AssertionError as error:
            sys.exit(f"The erasure is not proved: {error}")
    say(
        "Nothing is left of who was erased, and nothing else has changed." if whole else "Not restored: a mock forgets."
    )


if __name__ == "__main__":
    typer.run(erasure)
