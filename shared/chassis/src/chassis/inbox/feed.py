"""The feed: a log partition over HTTP, for consumers that found a hole in its topic."""

import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import orjson

from chassis.handling.units import Message
from chassis.inbox import exact_json
from chassis.inbox.published import headers_of
from chassis.storage.log import StoredEvent

PAGE = 500
IDS_MAX = 256
ANSWER_WITHIN_S = 10.0


class FeedUnreachable(Exception):
    """The owner of a topic did not return the events that its topic lacks; the request is repeated."""


class LogDiverged(Exception):
    """The log of a source is not the one that was consumed. Unlike a passing fault, only an operator can resolve it."""


def as_feed(stored: StoredEvent) -> dict[str, Any]:
    """An event as the feed shows it: the headers and the value that its message has."""
    headers = {name: value.decode() for name, value in headers_of(stored.envelope)}
    return {"key": stored.envelope.stream, "headers": headers, "data": orjson.Fragment(stored.data)}


class FeedClient:
    """Reads other services' feeds. ``peers``: service name → base URL."""

    def __init__(self, peers: dict[str, str], ca_file: Path | None = None, auth: httpx.Auth | None = None) -> None:
        """``ca_file``: the CA that signed the certificates of peers that are served by TLS; the well-known ones without it.

        ``auth`` sends a token with each request.
        """
        self._peers = peers
        trusted = ssl.create_default_context(cafile=ca_file) if ca_file is not None else True
        self._http = httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False, verify=trusted, auth=auth)
        self.doubts: dict[str, str] = {}

    def knows(self, owner: str) -> bool:
        """Whether there is an address for this service."""
        return owner in self._peers

    def trust(self, owner: str) -> None:
        """Raises LogDiverged while this service's log is not the one that was consumed."""
        if owner in self.doubts:
            raise LogDiverged(self.doubts[owner])

    async def close(self) -> None:
        await self._http.aclose()

    async def read(self, owner: str, topic: str, partition: int, since: int, until: int) -> list[Message]:
        """The messages at positions ``since``..``until``. Raises FeedUnreachable when the owner does not return all of them."""
        base = self._peers.get(owner)
        if base is None:
            raise FeedUnreachable(f"No address for {owner}; set it in STANDING_PEERS.")
        found: list[Message] = []
        while since <= until:
            params = {"partition": partition, "after": since - 1, "limit": min(PAGE, until - since + 1)}
            try:
                response = await self._http.get(f"{base}/v1/log", params=params)
                events = exact_json.items(exact_json.members(response.raise_for_status().text)["items"])
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise FeedUnreachable(f"The feed of {owner} at {base} cannot be read: {error!r}") from error
            if not events:
                raise FeedUnreachable(
                    f"{owner}'s log ends before position {since} of partition {partition}, but its topic goes on: "
                    "the log is older than its topic (restored from a backup?)."
                )
            for event in map(exact_json.members, events):
                headers = orjson.loads(event["headers"])
                position, key = int(headers["ce_position"]), orjson.loads(event["key"])
                found.append(Message(topic, partition, position, key, headers, event["data"].encode()))
            since = found[-1].position + 1
        return found

    async def ids(self, owner: str, partition: int, positions: Sequence[int]) -> dict[int, str]:
        """The ids of the owner's events at positions of a partition; none where its log ends before. Raises FeedUnreachable."""
        found: dict[int, str] = {}
        for position in sorted(set(positions), reverse=True)[:IDS_MAX]:
            _, ids = await self.places(owner, {partition: position})
            if partition in ids:
                found[position] = ids[partition]
        return found

    async def places(self, owner: str, positions: Mapping[int, int]) -> tuple[dict[int, int], dict[int, str]]:
        """The owner's heads, and the ids of its events at these positions (none where its log ends before). Raises FeedUnreachable."""
        if owner not in self._peers:
            raise FeedUnreachable(f"No address for {owner}; set it in STANDING_PEERS.")
        if not positions:
            return {}, {}
        at = ",".join(f"{partition}:{position}" for partition, position in sorted(positions.items()))
        try:
            response = await self._http.get(f"{self._peers[owner]}/v1/log/places", params={"at": at})
            answer = orjson.loads(response.raise_for_status().content)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FeedUnreachable(f"The feed of {owner} at {self._peers[owner]} cannot be read: {error!r}") from error
        return (
            {int(p): head for p, head in answer["heads"].items()},
            {int(p): event_id for p, event_id in answer["ids"].items()},
        )
