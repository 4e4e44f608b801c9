"""The composition of echo-svc as one value."""

from chassis.service import Service
from contracts import echo
from echo_svc.api import echoes
from echo_svc.echo import DECIDER
from echo_svc.read_models.echo import MODEL

SERVICE = Service(
    name="echo-svc",
    topic=echo.TOPIC,
    port=8105,
    events=echo.EVENTS,
    deciders=(DECIDER,),
    read_models=(MODEL,),
    routes=(echoes.router,),
    title="Echoes",
)
