"""The overview: what needs a person first, the flow of events through the services, and who follows how far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from standing_console.assets import CHARTS
from standing_console.faults import Fault, RightLacking
from standing_console.languages import N_, Words
from standing_console.readings import Reading
from standing_console.screens.flow import Consumed, Flow, Node
from standing_console.screens.proven import proven
from standing_console.screens.screen import Page, Panel, Screen
from standing_console.screens.trend import trend
from standing_console.visit import Visit

EVERY_S = 5
BEHIND_MAX = 1000
"""Events that a follower may have before it without anybody being told first."""


@dataclass(frozen=True)
class Concern:
    """Something that a person should look at; the smaller ``rank``, the sooner. ``href`` is where, empty where there is no page."""

    rank: int
    sentence: str
    href: str = ""


@dataclass(frozen=True)
class Follower:
    """A row of the matrix: how many events a follower has before it, by partition; ``href`` where its cells lead."""

    name: str
    lags: Mapping[str, int]
    href: str = ""

    @property
    def total(self) -> int:
        return sum(self.lags.values())


async def _read(visit: Visit) -> tuple[dict[str, Reading], list[Fault]]:
    """What the console read for all who look, at the last beat of its stream."""
    return await visit.of_each(visit.shared_reading)


async def attention(visit: Visit) -> dict[str, Any]:
    readings, faults = await _read(visit)
    found = [each for service, reading in readings.items() for each in concerns(service, reading, visit.words)]
    return {"concerns": sorted(found, key=lambda each: each.rank), "faults": faults, "read_at": _read_at(readings)}


def concerns(service: str, reading: Reading, words: Words) -> list[Concern]:
    """What of one service a person should look at."""
    progress, found = reading.progress, list[Concern]()
    if progress["halted"]:
        found.append(
            Concern(0, words("{service} has halted its log: {reason}", service=service, reason=progress["halted"]))
        )
    waiting = sum(each["state"] == "waiting" for each in progress["set_aside"])
    if waiting:
        sentence = words.plural(
            "{service} does without {n} event that failed, and nobody has decided about it.",
            "{service} does without {n} events that failed, and nobody has decided about them.",
            waiting, service=service,
        )  # fmt: skip
        found.append(Concern(1, sentence, f"/read-models?{urlencode({'service': service})}"))
    if stuck := sum(progress["stuck"].values()):
        names = ", ".join(name for name, count in progress["stuck"].items() if count)
        sentence = words.plural(
            "{n} due row of {service} fails and is tried again every minute ({names}).",
            "{n} due rows of {service} fail and are tried again every minute ({names}).",
            stuck, service=service, names=names,
        )  # fmt: skip
        found.append(Concern(2, sentence))
    if progress["parked"]:
        oldest = reading.now - datetime.fromisoformat(progress["parked_since"])
        sentence = words.plural(
            "{n} message waits for a decision at {service}, for {span}.",
            "{n} messages wait for a decision at {service}, the oldest for {span}.",
            progress["parked"], service=service, span=words.span(oldest),
        )  # fmt: skip
        found.append(Concern(3, sentence, f"/parked?{urlencode({'service': service})}"))
    if (behind := reading.behind) > BEHIND_MAX:
        sentence = words("A follower at {service} is {n} events behind.", service=service, n=words.number(behind))
        found.append(Concern(4, sentence, "#title-matrix"))
    if progress["look_alikes"]:
        sentence = words.plural(
            "{n} name at {service} looks like an older one.", "{n} names at {service} look like older ones.",
            progress["look_alikes"], service=service,
        )  # fmt: skip
        found.append(Concern(5, sentence))
    return found


async def flow(visit: Visit) -> dict[str, Any]:
    readings, faults = await _read(visit)
    nodes = [_node(visit, service, readings) for service in readings]
    away = [Node(f.service, away=True) for f in faults if not isinstance(f, RightLacking) and hasattr(f, "service")]
    order = list(visit.services)
    drawn = sorted([*nodes, *away], key=lambda each: order.index(each.service))
    return {"flow": Flow(tuple(drawn)), "faults": faults, "read_at": _read_at(readings)}


def _node(visit: Visit, service: str, readings: Mapping[str, Reading]) -> Node:
    reading = readings[service]
    progress = reading.progress
    waiting = progress["parked_since"] and reading.now - datetime.fromisoformat(progress["parked_since"])
    return Node(
        service,
        inputs=tuple(_consumed(visit, service, topic, readings) for topic in sorted(progress["inbox"])),
        rate=visit.readings.rate(service, lambda each: each.events),
        events=reading.events,
        lag=reading.behind,
        parked=progress["parked"],
        oldest=waiting,
        halted=bool(progress["halted"]),
        topic=f"{service.removesuffix('-svc')}.events",
        unpublished=sum(reading.lags(progress["relay"]).values()),
    )  # fmt: skip


def _consumed(visit: Visit, service: str, topic: str, readings: Mapping[str, Reading]) -> Consumed:
    def handled(reading: Reading) -> int:
        return reading.handled(topic)

    lags = _inbox_lags(topic, readings[service], readings)
    return Consumed(topic, visit.readings.rate(service, handled), sum(lags.values()) if lags else None)


async def matrix(visit: Visit) -> dict[str, Any]:
    readings, faults = await _read(visit)
    tables = {service: followers(service, reading, readings) for service, reading in readings.items()}
    partitions = {service: sorted(reading.progress["heads"], key=int) for service, reading in readings.items()}
    heads = {service: reading.progress["heads"] for service, reading in readings.items()}
    return {"tables": tables, "partitions": partitions, "heads": heads, "faults": faults, "read_at": _read_at(readings)}


def followers(service: str, reading: Reading, readings: Mapping[str, Reading]) -> dict[str, list[Follower]]:
    """The rows of one service: what it consumes, what it publishes, its read models that are behind; the level ones as one row."""
    consumed = [
        Follower(topic, lags, f"/parked/{service}?{urlencode({'source': topic})}")
        for topic in sorted(reading.progress["inbox"])
        if (lags := _inbox_lags(topic, reading, readings)) is not None
    ]
    published, *models = _log_followers(service, reading)
    behind = sorted((each for each in models if each.total), key=lambda each: -each.total)
    level = [each for each in models if not each.total]
    return {"consumed": consumed, "published": [published], "behind": behind, "level": level}


def _log_followers(service: str, reading: Reading) -> list[Follower]:
    """What follows the service's own log: the relay first, then each read model."""
    models = reading.progress["read_models"]
    return [
        Follower("relay", reading.lags(reading.progress["relay"])),
        *(
            Follower(name, reading.lags(positions), f"/read-models/{service}/{name}")
            for name, positions in sorted(models.items())
        ),
    ]


def _inbox_lags(topic: str, reading: Reading, readings: Mapping[str, Reading]) -> dict[str, int] | None:
    """By partition: of a topic of another service against its head, of other systems' topics as the consumer measured it last.

    None where neither is known.
    """
    owner = readings.get(f"{topic.removesuffix('.events')}-svc")
    if owner is None or not topic.endswith(".events"):
        measured = {p: at["waiting"] for p, at in reading.progress["inbox"][topic].items() if "waiting" in at}
        return measured or None
    positions = {p: at["position"] for p, at in reading.progress["inbox"][topic].items()}
    return owner.lags(positions)


def _read_at(readings: Mapping[str, Reading]) -> datetime | None:
    return min((each.read_at for each in readings.values()), default=None)


SCREEN = Screen(
    "overview",
    N_("Overview"),
    "activity",
    (
        Page(
            "/overview",
            N_("Overview"),
            (
                Panel("attention", N_("What needs a person first"), attention, EVERY_S, live=True),
                Panel("flow", N_("Flow of events"), flow, EVERY_S, live=True),
                Panel("proven", N_("Verified, sealed and backed up"), proven, EVERY_S),
                Panel("trend", N_("The last hour"), trend, EVERY_S, live=True),
                Panel("matrix", N_("Who follows how far"), matrix, EVERY_S, live=True),
            ),
            CHARTS,
        ),
    ),
)
