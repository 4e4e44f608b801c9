"""The picture of the overview: where each topic, service and line stands. Pure geometry, in pixels."""

from dataclasses import dataclass
from datetime import timedelta

WIDTH = 1000
ROW, GAP, TOP = 34, 22, 8
TOPIC_W, SERVICE_W, OWN_W = 268, 268, 232
SERVICE_X, OWN_X = 366, WIDTH - OWN_W
SERVICE_H = 92


@dataclass(frozen=True)
class Consumed:
    """A topic that a service consumes: messages a second, and how many are before it; None where that is not known."""

    topic: str
    rate: float | None
    lag: int | None


@dataclass(frozen=True)
class Node:
    """A service in the flow; with ``away`` nothing but its name is known."""

    service: str
    inputs: tuple[Consumed, ...] = ()
    rate: float | None = None
    events: int = 0
    lag: int = 0
    parked: int = 0
    oldest: timedelta | None = None
    halted: bool = False
    topic: str = ""
    unpublished: int = 0
    away: bool = False

    @property
    def condition(self) -> str:
        """``bad``, ``warn`` or ``good``."""
        if self.away or self.halted:
            return "bad"
        return "warn" if self.parked else "good"


@dataclass(frozen=True)
class Placed:
    """A node with its place: the top of its band, the middle of its lines, and the top of each of its topics."""

    node: Node
    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    @property
    def card(self) -> float:
        return self.middle - SERVICE_H / 2

    @property
    def topics(self) -> list[tuple[Consumed, float]]:
        """Each topic with the middle of its row."""
        used = len(self.node.inputs) * ROW
        first = self.middle - used / 2 + ROW / 2
        return [(each, first + number * ROW) for number, each in enumerate(self.node.inputs)]


@dataclass(frozen=True)
class Flow:
    """All services, one below the other."""

    nodes: tuple[Node, ...]

    @property
    def placed(self) -> list[Placed]:
        found, top = list[Placed](), float(TOP)
        for node in self.nodes:
            height = max(SERVICE_H, len(node.inputs) * ROW)
            found.append(Placed(node, top, height))
            top += height + GAP
        return found

    @property
    def height(self) -> float:
        return sum(each.height + GAP for each in self.placed) + TOP

    @property
    def frame(self) -> dict[str, int]:
        """Widths and lefts, for the template."""
        return {
            "width": WIDTH, "topic": TOPIC_W, "service": SERVICE_W, "own": OWN_W, "service_x": SERVICE_X, "own_x": OWN_X,
            "service_h": SERVICE_H,
        }  # fmt: skip


def line(from_x: float, from_y: float, to_x: float, to_y: float) -> str:
    """A path that leaves and arrives level."""
    half = (from_x + to_x) / 2
    return f"M{from_x:g} {from_y:g}C{half:g} {from_y:g} {half:g} {to_y:g} {to_x:g} {to_y:g}"
