"""The garbage collector, as a process sets it that makes many small values."""

import gc

GARBAGE_AFTER = 100_000


def collect_garbage_seldom() -> None:
    """Run the collector rarely: a batch is thousands of small values without cycles, and the modules loaded by now stay loaded."""
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, 20, 20)
