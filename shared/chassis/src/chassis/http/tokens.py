"""Consistency tokens: a write returns its positions in the log, and a later read can require to see at least these."""

import re
from collections.abc import Mapping

from chassis.http.problems import Problem

TOKEN_HEADER = "Consistency-Token"
TOKEN_MAX = 8000
"""Characters; a token of 256 partitions has at most 5,887."""
_TOKEN = re.compile(r"[0-9]{1,3}:[0-9]{1,18}(,[0-9]{1,3}:[0-9]{1,18})*")
"""No more digits than fit into the columns that they are compared with."""


def write_token(positions: Mapping[int, int]) -> str:
    """``{2: 41, 5: 7}`` → ``2:41,5:7``."""
    return ",".join(f"{partition}:{position}" for partition, position in sorted(positions.items()))


def read_token(token: str) -> dict[int, int]:
    """The positions in a token. Raises Problem (400) for a malformed token."""
    if not _TOKEN.fullmatch(token):
        raise Problem(400, "bad-token", f"{TOKEN_HEADER} must look like 2:41,5:7, as a write returned it.")
    pairs = [part.split(":") for part in token.split(",")]
    return {int(partition): int(position) for partition, position in pairs}
