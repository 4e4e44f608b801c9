"""Hearing an echo."""

from dataclasses import dataclass

from contracts.echo import EchoHeard

from chassis.domain import Refusal
from contracts import Event
from echo_svc.echo.state import Call


class AnotherText(Refusal):
    """{echo_id} is the call {text}; an echo of another text needs another id."""


@dataclass(frozen=True)
class HearEcho:
    echo_id: str
    text: str


def hear(command: HearEcho, call: Call) -> list[Event]:
    if call.text not in (None, command.text):
        raise AnotherText(echo_id=command.echo_id, text=call.text)
    return [EchoHeard(echo_id=command.echo_id, text=command.text)]
