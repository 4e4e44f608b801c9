"""`python -m standing_parts up --home DIR`: both parts, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from standing_parts.kafka import start_kafka
from standing_parts.part import PartError
from standing_parts.postgres import start_postgres


def say(line: str) -> None:
    # Standard output is for the two export lines alone, so that a shell can read it.
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m standing_parts", description="Start PostgreSQL and Kafka here.")
    up = parser.add_subparsers(dest="what", required=True).add_parser("up", help="start both and stay until Ctrl-C")
    up.add_argument("--home", type=Path, required=True, help="the folder that keeps the data")
    up.add_argument("--partitions", type=int, default=8, help="partitions of a new topic (8)")
    options = parser.parse_args()
    try:
        postgres = start_postgres(options.home, say)
        kafka = start_kafka(options.home, options.partitions, say)
    except PartError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130  # what was started ends with this process
    enough = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: enough.set())
    print(f"export STANDING_POSTGRES={postgres.url}\nexport STANDING_KAFKA={kafka.bootstrap}", flush=True)
    enough.wait()
    kafka.stop()
    postgres.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
