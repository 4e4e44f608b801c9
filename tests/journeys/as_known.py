"""Rows of a read model as they were at an instant of the simulated time: from what the log had recorded by then."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chassis.read_models import Key, ReadModel
from chassis.testing import envelope, replay
from standing.installation import Installation


async def log_of(installation: Installation, service: str) -> list[dict[str, Any]]:
    """Every event of a service with its headers, partition by partition."""
    client = installation.client(service)
    return [
        event
        for partition in range(installation.kafka.partitions)
        for event in await client.pages("/v1/log", partition=partition)
    ]


def rows_at(log: Iterable[dict[str, Any]], model: ReadModel[Any], instant: datetime) -> dict[Key, Any]:
    """The rows after everything that was recorded before the instant."""
    handled = {name: event for event in model.handles for name in event.types()}
    known = [
        (handled[each["headers"]["ce_type"]], each["data"])
        for each in log
        if each["headers"]["ce_type"] in handled
        and datetime.fromisoformat(each["headers"]["ce_recordedtime"]) < instant
    ]
    return replay(
        model, [(kind.from_log(json.dumps(data)), envelope(n)) for n, (kind, data) in enumerate(known, start=1)]
    )
