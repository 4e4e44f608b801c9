"""What is known of a call."""

from dataclasses import dataclass

from contracts.echo import EchoHeard


@dataclass(frozen=True)
class Call:
    """``text`` is None before anything was heard."""

    text: str | None = None


def evolve(call: Call, event: EchoHeard) -> Call:
    return Call(event.text)
