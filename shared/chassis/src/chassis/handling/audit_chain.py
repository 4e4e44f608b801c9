"""The chain of hashes over the record of acts and looks, computed independently of the database that makes it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from chassis.storage.log import instant_text

GENESIS = hashlib.sha256(b"standing/actions").digest()
THINGS_APART = "\x1f"


def chained(previous: bytes, row: Mapping[str, Any]) -> bytes:
    """The hash that an action must have after ``previous``; the same bytes as ``operator_action_content`` in SQL."""
    parts = [
        row["id"], instant_text(row["done_at"]), row["kind"], row["action"], THINGS_APART.join(row["things"]), row["actor"],
        row["subject"], row["client"], row["address"], row["agent"], row["reason"], row["parked_id"], row["detail"], row["before"],
        row["after"],
    ]  # fmt: skip
    return hashlib.sha256(previous + json.dumps(parts, ensure_ascii=False).encode()).digest()
