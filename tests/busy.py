"""``python -m tests.busy 16 pytest -x shared``: a command beside so many busy loops: it must not depend on a machine's speed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LOOP = (sys.executable, "-c", "while True: pass")


@contextmanager
def loops(number: int) -> Iterator[None]:
    """So many processes that take all the processor time they get, until the block ends."""
    running = [subprocess.Popen(LOOP) for _ in range(number)]
    try:
        yield
    finally:
        for loop in running:
            loop.kill()
        for loop in running:
            loop.wait()


def main(number: str, *command: str) -> int:
    with loops(int(number)):
        return subprocess.call(command)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
