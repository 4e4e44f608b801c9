"""Request bodies about a retention task."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.fields import Day, Text


class Outcome(Body):
    outcome: Annotated[Text, Field(min_length=3, max_length=2_000)]
    done_on: Day
