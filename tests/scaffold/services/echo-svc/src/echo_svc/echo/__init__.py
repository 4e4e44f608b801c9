"""The stream of one call and its echoes."""

from chassis.domain import Decider
from echo_svc.echo.echoes import HearEcho, hear
from echo_svc.echo.state import Call, evolve

DECIDER = Decider(
    "echo", (HearEcho,), lambda command: command.echo_id, Call(), evolve, lambda command, call, _: hear(command, call)
)
