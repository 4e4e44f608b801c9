"""From any id to its journeys: the trees of events across services, each caused by one fact or person."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from rich.tree import Tree

from standing.services import Client

DRAWN_MAX = 5
"""More journeys than this are listed, not drawn."""


@dataclass(frozen=True)
class Found:
    """``journeys``: correlation id → what the id was in it; ``parked``: sentences about messages that wait or were given up."""

    journeys: Mapping[str, str]
    parked: Sequence[str]
    more: bool
    unread: Mapping[str, int]
    """Service → events of its log that its index has not read yet, where there are any."""

    def __bool__(self) -> bool:
        return bool(self.journeys or self.parked)


async def find_journeys(clients: Sequence[Client], id: str, source: str | None = None) -> Found:
    """What all services know of an id: of a journey, a message, an event, an order, an invoice or whatever else events name.

    ``SOURCE#ID`` is the message of that source and id, as ``source`` beside the id is.
    """
    if source is None and "#" in id:
        source, _, message_id = id.rpartition("#")
        exact = await find_journeys(clients, message_id, source)
        if exact.journeys:
            return exact
        source = None
    answers = await asyncio.gather(*(client.get("/v1/admin/lookup", id=id, ce_source=source) for client in clients))
    journeys: dict[str, str] = {}
    for each in (journey for answer in answers for journey in answer["journeys"]):
        journeys.setdefault(each["correlation_id"], each["found_by"])
    parked = [
        f"{client.name} #{each['parked_id']} of {each['source']} is {each['status']} ({each['code']}): {each['reason']}"
        for client, answer in zip(clients, answers, strict=True)
        for each in answer["parked_messages"]
    ]
    counts = {client.name: answer["unread_event_count"] for client, answer in zip(clients, answers, strict=True)}
    unread = {name: count for name, count in counts.items() if count}
    return Found(journeys, parked, any(answer["more"] for answer in answers), unread)


def nothing_found(clients: Sequence[Client], id: str) -> str:
    """What was looked for, where nothing was found."""
    names = ", ".join(client.name for client in clients)
    return (
        f"Nothing was found for {id!r}. It is no correlation id, no id of a message (alone, or as SOURCE#ID) and none of an event; no event"
        f" of {names} names it as an order, an invoice, a delivery, a partner or anything else; and no parked message has it."
    )


async def events_of(clients: Sequence[Client], correlation_id: str) -> list[dict[str, Any]]:
    """All events with this correlation id, of all services, as their feeds show them."""
    path = f"/v1/admin/journey/{quote(correlation_id, safe='')}"
    found = await asyncio.gather(*(client.get(path) for client in clients))
    return [event for each in found for event in each["items"]]


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
