"""Consistency tokens: a write says where it stands in the log, and a later read may ask to see at least that."""

import re
from collections.abc import Mapping

from chassis.http.problems import Problem

TOKEN_HEADER = "Consistency-Token"
_TOKEN = re.compile(r"[0-9]{1,3}:[0-9]{1,18}(,[0-9]{1,3}:[0-9]{1,18})*")
"""No more digits than the columns hold that they are compared with."""


def write_token(positions: Mapping[int, int]) -> str:
    """``{2: 41, 5: 7}`` → ``2:41,5:7``."""
    return ",".join(f"{partition}:{position}" for partition, position in sorted(positions.items()))


def read_token(token: str) -> dict[int, int]:
    """The positions in a token. Raises Problem (400) for a token that no write gave out."""
    if not _TOKEN.fullmatch(token):
        raise Problem(400, "bad-token", f"{TOKEN_HEADER} must look like 2:41,5:7 as a write gave it.")
    pairs = [part.split(":") for part in token.split(",")]
    return {int(partition): int(position) for partition, position in pairs}
