"""The tree of events across services that one fact caused."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from rich.tree import Tree

from standing.services import Client


async def events_of(clients: Sequence[Client], correlation_id: str) -> list[dict[str, Any]]:
    """All events with this correlation id, of all services, as their feeds show them."""
    found = await asyncio.gather(*(client.get(f"/v1/admin/journey/{correlation_id}") for client in clients))
    return [event for each in found for event in each["events"]]


def tree_of(correlation_id: str, events: Sequence[Mapping[str, Any]]) -> Tree:
    """Events below what caused them; the roots were caused from outside, by a fact or a person."""
    by_cause: dict[str, list[Mapping[str, Any]]] = {}
    ids = {event["headers"]["ce_id"] for event in events}
    for event in sorted(events, key=lambda e: (e["headers"]["ce_time"], e["headers"]["ce_id"])):
        cause = event["headers"].get("ce_causationid", "")
        by_cause.setdefault(cause if cause in ids else "", []).append(event)
    tree = Tree(f"journey {correlation_id}: {len(events)} events")
    outside: dict[str, Tree] = {}
    for event in by_cause.get("", []):
        cause = event["headers"].get("ce_causationid") or event["headers"].get("ce_actor", "?")
        if cause not in outside:
            outside[cause] = tree.add(f"fact {cause}")
        _grow(outside[cause], event, by_cause)
    return tree


def _grow(branch: Tree, event: Mapping[str, Any], by_cause: Mapping[str, list[Mapping[str, Any]]]) -> None:
    headers = event["headers"]
    grown = branch.add(f"{headers['ce_time'][:19]}  {headers['ce_type']}  [dim]{headers['ce_subject']}[/dim]")
    for caused in by_cause.get(headers["ce_id"], []):
        _grow(grown, caused, by_cause)
