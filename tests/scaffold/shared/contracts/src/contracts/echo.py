"""What echo-svc publishes on ``echo.events``."""

from typing import ClassVar

from contracts.envelope import Event
from contracts.fields import Id, Text

TOPIC = "echo.events"


class EchoHeard(Event):
    """A call came back."""

    TYPE: ClassVar[str] = "echo.EchoHeard"
    echo_id: Id
    text: Text


EVENTS: tuple[type[Event], ...] = (EchoHeard,)
