"""The shapes of requests."""

from chassis.http import Body
from contracts.fields import Id, Text


class EchoBody(Body):
    echo_id: Id
    text: Text
