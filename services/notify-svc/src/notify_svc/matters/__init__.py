"""What notices are about, stream ``matter-{field}:{id}``: the events that ended it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts.envelope import Event
from contracts.notify import MatterEnded


@dataclass(frozen=True, slots=True)
class EndMatter:
    """An event of another service ended what notices are about: the thing whose id stands in ``field``."""

    field: str
    about: str
    event_type: str
    event_id: str
    ended_at: datetime


def decide(command: EndMatter, last: str, policies: PolicyBook) -> Sequence[Event]:
    if command.event_id == last:
        return []
    return [
        MatterEnded(
            field=command.field,
            about=command.about,
            event_type=command.event_type,
            event_id=command.event_id,
            ended_at=command.ended_at,
        )
    ]


def evolve(last: str, event: Event) -> str:
    """The event that ended it last."""
    return event.event_id if isinstance(event, MatterEnded) else last


DECIDER = Decider(
    category="matter",
    commands=(EndMatter,),
    stream_id=lambda command: f"{command.field}:{command.about}",
    initial="",
    evolve=evolve,
    decide=decide,
)
