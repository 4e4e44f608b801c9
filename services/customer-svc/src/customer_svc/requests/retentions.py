"""Request bodies about a retention task."""

from datetime import date
from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.fields import Text


class Outcome(Body):
    outcome: Annotated[Text, Field(min_length=3, max_length=2_000)]
    done_on: date
